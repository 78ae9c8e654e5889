"""Spike traces within a learning epoch: decay, impulse, and the rounding of both.

A trace takes 0 .. 127 (7 bit). In each timestep of the epoch it decays first, then the impulse of a spike of that
timestep is added (lava/magma/core/model/py/connection.py, `_compute_trace_histories`):

    x <- floor(exp(-1/tau) x) + (random < fraction)
    x <- clip(x + impulse, 0, 127)          at the epoch's last spike

Earlier spikes of the same epoch have added their impulse at once, to the value at the epoch's start.
"""

import math

from emulation.compiling import inner, twin
from emulation.randomness import Rounding, draw, unit

DRAWS_PER_ELEMENT = 4  # set aside for one trace of one neuron in one epoch
NEAREST = 0.49999999999999994  # the largest float below one half: a fraction of one half is rounded up
IMPULSE_UNITS = 256  # the fraction of an impulse has 8 bit


def decay_trace_fixed(value, factor, random):
    """floor(factor * value), plus 1 if `random` (0 .. 1) is below the fraction that was cut."""
    exact = factor * value
    whole = math.floor(exact)
    return whole + (random < exact - whole)


def decay_trace_float(value, factor, random):
    """factor * value."""
    return value * factor


decay_trace = twin(decay_trace_fixed, decay_trace_float)


def add_impulse_fixed(value, whole, fraction, random, largest):
    """value + impulse, the fraction (of 256) rounded up where `random` is below it, clipped to 0 .. largest."""
    return min(max(value + whole + (random < fraction), 0), largest)


def add_impulse_float(value, whole, fraction, random, largest):
    """value + impulse, at most `largest`; a negative third factor stays, as in Lava's floating point."""
    return min(value + whole + fraction / IMPULSE_UNITS, float(largest))


add_impulse = twin(add_impulse_fixed, add_impulse_float)


@inner
def trace_step_by_step(value, spike_time, until, decay, impulse, k, largest, decay_random, impulse_random):
    """As Lava does it: rounded in every timestep, with the same random numbers for all (see `trace_at`)."""
    for step in range(1, until + 1):
        value = decay_trace(value, decay[k, 1], decay_random)
        if step == spike_time:
            value = add_impulse(value, impulse[k, 0], impulse[k, 1], impulse_random, largest)
    return value


@inner
def trace_by_stretches(value, spike_time, until, decay, impulse, k, largest, rounding, key, element):
    """Rounded once before the spike, once at it and once after it (see `trace_at`)."""
    before = NEAREST if rounding == Rounding.NEAREST else 1.0
    at_spike, after = before * IMPULSE_UNITS, before
    spiked = 0 < spike_time <= until
    if rounding == Rounding.STOCHASTIC:
        before = unit(draw(key, element * DRAWS_PER_ELEMENT))
        if spiked:
            at_spike = unit(draw(key, element * DRAWS_PER_ELEMENT + 1)) * IMPULSE_UNITS
            after = unit(draw(key, element * DRAWS_PER_ELEMENT + 2))
    value = decay_trace(value, decay[k, spike_time if spiked else until], before)
    if spiked:
        value = add_impulse(value, impulse[k, 0], impulse[k, 1], at_spike, largest)
        value = decay_trace(value, decay[k, until - spike_time], after)
    return value


@inner
def trace_at(
    value, spike_time, until, decay, impulse, k, largest, rounding, decay_random, impulse_random, key, element
):
    """Value of one trace at timestep `until` of the epoch.

    Parameters
    ----------
    value : int or float
        Trace at the start of the epoch, 0 .. largest (a third factor may be negative).
    spike_time : int
        Timestep (1 .. t_epoch) of the neuron's last spike in the epoch, 0 for none.
    until : int
        Timestep at which the trace is wanted, 0 .. t_epoch.
    decay, impulse, k : float64 array (5, 64), int64 array (5, 2), int
        `Rule.decay` and `Rule.impulse`, and which of the five traces this is.
    largest : int
        127 for 7 bit.
    rounding : int
        `Rounding.LAVA` rounds in every timestep with the shared numbers; the other modes round once per stretch
        between spikes, which is as exact on average and disturbs a trace less.
    decay_random, impulse_random : float
        The random numbers (0 .. 1, 0 .. 256) that Lava shares among all neurons.
    key, element : uint64, int
        Stream and neuron of the independent draws.
    """
    if value == 0 and (spike_time == 0 or spike_time > until):
        return value
    if rounding == Rounding.LAVA:
        return trace_step_by_step(value, spike_time, until, decay, impulse, k, largest, decay_random, impulse_random)
    return trace_by_stretches(value, spike_time, until, decay, impulse, k, largest, rounding, key, element)
