"""Leaky integrate-and-fire neurons in Loihi's arithmetic, with a named policy for what overflows.

One timestep (lava/proc/lif/models.py), a = synaptic input in units of a weight:

    u = leak(u, du) + (a << 6)          24-bit signed
    v = leak(v, dv) + u + bias + noise  clipped to +-(2^23 - 1)
    spike if v > vth << 6, then v = 0
"""

from enum import IntEnum

from emulation.arithmetic import V_LIMIT, leak, scale_input
from emulation.compiling import inlined, inner, twin
from emulation.randomness import below, draw

CURRENT_SPAN = 2**24  # u: 23 bit and sign
ACCUMULATOR_SPAN = 2**22  # dendritic accumulator: 21 bit and sign (nengo-loihi)
NOISE_VALUES = 255  # noise mantissa -127 .. 127 (nengo-loihi, hardware noise)


class Overflow(IntEnum):
    """What happens when u, the dendritic accumulator or v outgrows its bits, named after who behaves so."""

    LAVA = 0  # u wraps at 24 bit, the accumulator has no limit, v is clipped
    LOIHI_ACCUMULATOR = 1  # u and the scaled input (21 bit and sign) wrap modulo their span, as in nengo-loihi
    SATURATE = 2  # all three are clipped
    STRICT = 3  # as SATURATE; the caller raises on the first entry of the report


# Columns of an overflow report (int64, shape (5,)): how often each left its bits, then the first offender.
REPORT_ACCUMULATOR, REPORT_CURRENT, REPORT_VOLTAGE, REPORT_NEURON, REPORT_TIME = range(5)


@inner
def note_overflow(report, column, neuron, time):
    """Count an overflow; remember the first one's neuron (plus one, 0 means none) and timestep."""
    report[column] += 1
    if report[REPORT_NEURON] == 0:
        report[REPORT_NEURON] = neuron + 1
        report[REPORT_TIME] = time


def bounded_fixed(value, span, wraps, report, column, neuron, time):
    """Keep an integer within [-span/2, span/2): wrapped around or clipped, and counted."""
    half = span // 2
    if -half <= value < half:
        return value
    note_overflow(report, column, neuron, time)
    if wraps:
        return (value + half) % span - half
    return half - 1 if value > 0 else -half


def bounded_float(value, span, wraps, report, column, neuron, time):
    """The float twin has no bits to outgrow."""
    return value


bounded = twin(bounded_fixed, bounded_float)


def wrapped_once_fixed(value, report, neuron, time):
    """Lava's wrap of u: by one turn, into (-2^23, 2^23] (lava/proc/lif/models.py, `subthr_dynamics`); counted."""
    half = CURRENT_SPAN // 2
    if -half < value <= half:
        return value
    note_overflow(report, REPORT_CURRENT, neuron, time)
    return value - CURRENT_SPAN if value > 0 else value + CURRENT_SPAN


def wrapped_once_float(value, report, neuron, time):
    """The float twin has no bits to outgrow."""
    return value


wrapped_once = twin(wrapped_once_fixed, wrapped_once_float)


@inner
def next_current(u, activation, neuron, du, time, policy, report):
    """u of one neuron after one timestep.

    Parameters
    ----------
    u : int or float
        Current in units of 1/64 of a weight.
    activation : number
        Synaptic input in units of a weight.
    neuron, time : int
        Neuron and timestep, for the report.
    du : int
        Decay as it acts, 0 .. 4096 (Lava adds 1 to the `du` that it is given).
    policy : int
        An `Overflow`.
    report : int64 array (5,)
        Overflow report, changed in place.
    """
    incoming = scale_input(activation)
    if policy == Overflow.LAVA:
        return wrapped_once(leak(u, du) + incoming, report, neuron, time)
    wraps = policy == Overflow.LOIHI_ACCUMULATOR
    incoming = bounded(incoming, ACCUMULATOR_SPAN, wraps, report, REPORT_ACCUMULATOR, neuron, time)
    return bounded(leak(u, du) + incoming, CURRENT_SPAN, wraps, report, REPORT_CURRENT, neuron, time)


@inner
def next_voltage(v, u, neuron, dv, drive, time, report):
    """v of one neuron after one timestep, before the spike test; `dv` 0 .. 4096, `drive` is bias and noise together."""
    voltage = leak(v, dv) + u + drive
    if voltage > V_LIMIT or voltage < -V_LIMIT:
        note_overflow(report, REPORT_VOLTAGE, neuron, time)
        voltage = min(max(voltage, -V_LIMIT), V_LIMIT)
    return voltage


@inner
def lif_step(u, v, spikes, activation, du, dv, bias, threshold, time, policy, report):
    """One timestep of a population of stock LIF neurons.

    Parameters
    ----------
    u, v : int64 or float64 array (n,)
        Current and voltage, changed in place.
    spikes : uint8 array (n,)
        1 where the neuron spikes, written.
    activation : int or float array (n,)
        Synaptic input.
    du, dv, bias, threshold : int
        Decays 0 .. 4096 as they act, bias added to v, threshold in units of a weight (vth << 6 in those of v).
    time, policy, report
        See `next_current`.
    """
    for neuron in range(u.shape[0]):
        u[neuron] = next_current(u[neuron], activation[neuron], neuron, du, time, policy, report)
        voltage = next_voltage(v[neuron], u[neuron], neuron, dv, bias, time, report)
        spikes[neuron] = voltage > threshold * 64
        v[neuron] = 0 if spikes[neuron] else voltage


@inner
def noise_of(key, neuron, exponent):
    """Loihi's noise: uniform integer -127 .. 127 times 2^exponent; an exponent below 0 means none."""
    if exponent < 0:
        return 0
    return (below(draw(key, neuron), NOISE_VALUES) - NOISE_VALUES // 2) << exponent


@inlined
def output_step(u, v, counts, spikes, activation, du, dv, threshold, floor, noise_exponent, key, time, policy, report):
    """One timestep of the output layer: a LIF with noise into v and a lowest voltage; counts its spikes.

    Parameters
    ----------
    u, v : int64 or float64 array (n,)
        Current and voltage, changed in place.
    counts : int64 array (n,)
        Spikes in this movement cycle, changed in place.
    spikes : uint8 array (n,)
        1 where the neuron spikes, written.
    activation : int64 or float64 array (n,)
        Synaptic input in units of a weight.
    du, dv, threshold, time, policy, report
        See `lif_step`.
    floor : int
        v never falls below -(floor << 6).
    noise_exponent : int
        Noise is uniform -127 .. 127 times 2^noise_exponent; below 0: none.
    key : uint64
        Stream of the noise at this timestep.
    """
    for neuron in range(u.shape[0]):
        noise = noise_of(key, neuron, noise_exponent)
        u[neuron] = next_current(u[neuron], activation[neuron], neuron, du, time, policy, report)
        voltage = next_voltage(v[neuron], u[neuron], neuron, dv, noise, time, report)
        voltage = max(voltage, -floor * 64)
        fires = voltage > threshold * 64
        v[neuron] = 0 if fires else voltage
        spikes[neuron] = fires
        counts[neuron] += fires
