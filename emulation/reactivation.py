"""The noise-driven reactivation of sleep: independent spikes of hidden neurons at the rates measured awake.

Golden et al. 2022, Methods ("Sleep phase"): each hidden neuron fires as by Poisson noise of a rate that reproduces
its mean firing rate during training. Here the number of events of a cycle is Poisson, the neuron of each is picked
by its share of the total rate and its timestep uniformly: the same process, drawn per event.
"""

import math

import numpy as np

from emulation.compiling import inner
from emulation.randomness import Purpose, below, draw, stream, unit

RATE_UNIT = 2**20  # rates are integers in units of 2^-20 spikes per cycle, so that sums are exact
GAIN_UNIT = 1024
MAXIMAL_EVENTS = 256  # per cycle; chosen here, the mean is about 6


@inner
def cumulative_rates(counts, cycles, uniform, rates):
    """Write the running sum of the hidden rates, the mean over the tasks trained so far.

    Parameters
    ----------
    counts : int64 array (tasks, n)
        Spikes of each hidden neuron while each task was trained.
    cycles : int64 array (tasks,)
        Cycles that each task was trained.
    uniform : bool
        Give every neuron the mean rate (a control).
    rates : int64 array (n,)
        Running sum of the rates in units of 2^-20 spikes per cycle.
    """
    seen = 0
    for task in range(cycles.shape[0]):
        seen += cycles[task] > 0
    seen = max(1, seen)
    neurons = counts.shape[1]
    total = 0
    for neuron in range(neurons):
        for task in range(counts.shape[0]):
            if cycles[task] > 0:
                total += counts[task, neuron] * RATE_UNIT // (cycles[task] * seen)
        rates[neuron] = total
    if uniform:
        for neuron in range(neurons):
            rates[neuron] = total * (neuron + 1) // neurons


@inner
def poisson(mean, uniform):
    """Poisson number (at most 256) by inversion of its distribution at `uniform`, 0 <= uniform < 1."""
    number = 0
    term = math.exp(-mean)
    below_number = term
    while uniform >= below_number and number < MAXIMAL_EVENTS:
        number += 1
        term *= mean / number
        below_number += term
    return number


@inner
def in_order(neurons, event_steps, number):
    """Sort events by timestep and neuron in place and drop repetitions; returns how many are left.

    A fixed order makes the sums of the float twin the same in every executor.
    """
    for event in range(1, number):
        neuron, step = neurons[event], event_steps[event]
        position = event
        while position > 0 and (event_steps[position - 1], neurons[position - 1]) > (step, neuron):
            neurons[position], event_steps[position] = neurons[position - 1], event_steps[position - 1]
            position -= 1
        neurons[position], event_steps[position] = neuron, step
    kept = 0
    for event in range(number):
        is_new = kept == 0 or neurons[event] != neurons[kept - 1] or event_steps[event] != event_steps[kept - 1]
        if is_new:
            neurons[kept], event_steps[kept] = neurons[event], event_steps[event]
            kept += 1
    return kept


@inner
def sleep_events(rates, gain, steps, seed, time, neurons, event_steps):
    """Draw the reactivations of one cycle.

    Parameters
    ----------
    rates : int64 array (n,)
        Running sum of the rates, from `cumulative_rates`.
    gain : int
        Factor on all rates, in 1/1024.
    steps : int
        Timesteps of a cycle.
    seed, time : int
        Seed of the run, timestep at the cycle's start.
    neurons, event_steps : int64 array (256,)
        Neuron and timestep (0 .. steps - 1) of each event, written in order of timestep and neuron; a neuron that
        is drawn twice in one timestep spikes once.

    Returns
    -------
    int
        Number of events.
    """
    total = rates[-1]
    if total == 0:
        return 0
    number = poisson(gain / GAIN_UNIT * (total / RATE_UNIT), unit(draw(stream(seed, Purpose.SLEEP_COUNT, time), 0)))
    neuron_key = stream(seed, Purpose.SLEEP_NEURON, time)
    step_key = stream(seed, Purpose.SLEEP_STEP, time)
    for event in range(number):
        position = np.int64(unit(draw(neuron_key, event)) * total)
        neurons[event] = np.searchsorted(rates, position, side="right")
        event_steps[event] = below(draw(step_key, event), steps)
    return in_order(neurons, event_steps, number)
