"""STDP traces of hidden -> output (paper, Methods, "Synaptic plasticity").

Each new spike is paired with all spikes of the other side of the last 120 steps:

    tr_k = K exp(-|lag| / T_c), positive for pre before post, negative for post before pre

Traces are summed per epoch, as the rule weighs them by their age in epochs.
"""

import math

from emulation.compiling import inlined, inner
from emulation.golden2022.parameters import STEPS
from emulation.randomness import Purpose, below, draw, stream


@inner
def clear_traces(traces):
    """Forget all traces, and the spikes that could still be paired."""
    traces.numbers[:] = 0
    traces.recent[:] = 0


@inlined
def add_entry(traces, part, epoch, neuron, step, output, output_steps, first, number):
    """An entry of the hidden spike at `step` with the output spikes `first` .. `number` - 1, if it has any pair."""
    entry = traces.numbers[epoch]
    values = traces.values[epoch, entry]
    values[:] = 0.0
    paired = False
    for spike in range(first, number):
        lag = output_steps[spike] - step
        if lag != 0 and abs(lag) <= part.window:
            change = part.amplitude * math.exp(-abs(lag) / part.trace_steps)
            values[output[spike]] += change if lag > 0 else -change
            paired = True
    if paired:
        traces.neurons[epoch, entry] = neuron
        traces.numbers[epoch] = entry + 1


@inner
def pair_spikes(traces, part, epoch, neurons, event_steps, number, spikes, found):
    """Write the traces of one cycle.

    Parameters
    ----------
    traces : Traces
    part : OutputSynapses
    epoch : int
        Index of the cycle in the traces.
    neurons, event_steps, number : int64 array, int64 array, int
        Hidden spikes of the cycle.
    spikes, found : int64 array (2, room), int
        Neuron and step of the output spikes of the cycle.
    """
    traces.numbers[epoch] = 0
    for past in range(traces.recent[0]):  # hidden spikes of the previous cycle, output spikes of this one
        neuron, step = traces.hidden[past], traces.hidden_steps[past]
        add_entry(traces, part, epoch, neuron, step, spikes[0], spikes[1], 0, found)
    # Those of the previous cycle first, then those of this one: what a hidden spike of this cycle may be paired with.
    output, output_steps, past = traces.output, traces.output_steps, traces.recent[1]
    for spike in range(found):
        output[past + spike], output_steps[past + spike] = spikes[0, spike], spikes[1, spike]
    for event in range(number):
        neuron, step = neurons[event], event_steps[event]
        add_entry(traces, part, epoch, neuron, step, output, output_steps, 0, past + found)
    keep_recent(traces, part, neurons, event_steps, number, past + found)


@inlined
def keep_recent(traces, part, neurons, event_steps, number, found):
    """Keep the spikes of the last STDP window for the next cycle, their steps relative to its start."""
    traces.recent[0] = 0
    for event in range(number):
        if event_steps[event] >= STEPS - part.window:
            traces.hidden[traces.recent[0]] = neurons[event]
            traces.hidden_steps[traces.recent[0]] = event_steps[event] - STEPS
            traces.recent[0] += 1
    kept = 0
    for spike in range(found):
        if traces.output_steps[spike] >= STEPS - part.window:
            traces.output[kept] = traces.output[spike]
            traces.output_steps[kept] = traces.output_steps[spike] - STEPS
            kept += 1
    traces.recent[1] = kept


@inner
def make_eligible(traces, epoch, direction):
    """Only the synapses onto the output neuron of the executed direction stay eligible."""
    for entry in range(traces.numbers[epoch]):
        kept = traces.values[epoch, entry, direction]
        traces.values[epoch, entry, :] = 0.0
        traces.values[epoch, entry, direction] = kept


@inner
def shuffle_traces(traces, epoch, hidden, seed, time):
    """Give the traces of an epoch to other hidden neurons, all shifted by one random number (a control)."""
    offset = 1 + below(draw(stream(seed, Purpose.SHUFFLE, time), 0), hidden - 1)
    for entry in range(traces.numbers[epoch]):
        traces.neurons[epoch, entry] = (traces.neurons[epoch, entry] + offset) % hidden


@inner
def sum_traces(traces, epoch, part, eligibility, touched, is_touched):
    """Sum of all traces by synapse, each epoch weighted by 1 / (age + delay).

    Parameters
    ----------
    traces : Traces
    epoch : int
        Index of the present epoch.
    part : OutputSynapses
    eligibility : float64 array (n, 8)
        Written for touched neurons.
    touched : int64 array (n,)
        Hidden neurons that have traces, written.
    is_touched : uint8 array (n,)
        Zeros, and left so.

    Returns
    -------
    int
        How many are touched.
    """
    number = 0
    for age in range(part.memory):
        index = (epoch - age) % part.memory
        for entry in range(traces.numbers[index]):
            neuron = traces.neurons[index, entry]
            if not is_touched[neuron]:
                is_touched[neuron] = 1
                eligibility[neuron, :] = 0.0
                touched[number] = neuron
                number += 1
            for post in range(eligibility.shape[1]):
                eligibility[neuron, post] += traces.values[index, entry, post] / (age + part.delay)
    for index in range(number):
        is_touched[touched[index]] = 0
    return number
