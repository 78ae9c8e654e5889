"""Sleep of any population: at which rates it is reactivated, and the events of a cycle."""

import numpy as np

from emulation.compiling import inner, kernel
from emulation.graph.plan import Rates
from emulation.reactivation import MAXIMAL_EVENTS, cumulative_rates

EVENT_ROOM = MAXIMAL_EVENTS + 1


@inner
def fix_rates(mode, counts, cycles, given, permutation, rates, own):
    """Write the running sum of a population's rates at which it will be reactivated.

    Parameters
    ----------
    mode : int
        A `Rates`: the mean over the counted rows of the recorded rates; their mean for every neuron; the recorded ones,
        each of another neuron; or given ones.
    counts, cycles : int64 array (rows, n), int64 array (rows,)
        See `emulation.reactivation.cumulative_rates`.
    given : int64 array (n,)
        Running sum of the given rates in units of 2^-20 spikes per cycle.
    permutation : int64 array (n,)
        Whose rate each neuron takes.
    rates : int64 array (n,)
        Written, in the same units.
    own : int64 array (n,)
        Scratch.
    """
    if mode == Rates.GIVEN:
        for neuron in range(rates.shape[0]):
            rates[neuron] = given[neuron]
        return
    cumulative_rates(counts, cycles, mode == Rates.UNIFORM, rates)
    if mode != Rates.PERMUTED:
        return
    for neuron in range(rates.shape[0]):
        own[neuron] = rates[neuron] - (rates[neuron - 1] if neuron > 0 else 0)
    total = 0
    for neuron in range(rates.shape[0]):
        total += own[permutation[neuron]]
        rates[neuron] = total


@kernel
def fix_rates_of(mode, counts, cycles, given, permutation, rates):
    """`fix_rates` for Python."""
    fix_rates(mode, counts, cycles, given, permutation, rates, np.zeros_like(rates))
