"""What the hidden and the output layer do in one movement cycle, given their input; no learning.

Awake every neuron starts a cycle at rest. All active input neurons then spike at one step, so a hidden neuron's input
is one number and the step of its spike a function of it, which is tabulated (`latency_table`).
"""

import numpy as np

from emulation.compiling import inlined, inner
from emulation.golden2022.neuron import first_spike, map_step, rest
from emulation.golden2022.parameters import DECISION_STEPS
from emulation.golden2022.state import BEFORE, SLOW, SYNAPTIC, VOLTAGE
from emulation.randomness import Purpose, draw, half_units, stream, unit
from emulation.wiring import sum_input

PATIENCE = 300  # steps after which a hidden neuron will not spike any more: the latest differ by rounding only
STRONGEST = 2.5  # largest tabulated drive; a hidden neuron spikes twice above 2.8, and a total weight of 1 gives 1.3


def latency_table(neuron, gamma: float) -> tuple[np.ndarray, int]:
    """Smallest Isyn with which a neuron at rest spikes within a number of steps, found by bisection.

    Parameters
    ----------
    neuron : Neuron
    gamma : float
        Factor by which Isyn decays per step.

    Returns
    -------
    drives : float64 array (latencies,)
        Falling; entry k is for `first` + k steps.
    first : int
        Steps of the strongest input.
    """

    def spikes_within(steps: int, drive: float) -> bool:
        return 0 <= first_spike(neuron, 0.0, drive, gamma, PATIENCE)[0] <= steps

    first = first_spike(neuron, 0.0, STRONGEST, gamma, PATIENCE)[0]
    drives: list[float] = []
    for steps in range(first, PATIENCE + 1):
        low, high = 0.0, drives[-1] if drives else STRONGEST
        while low < (middle := (low + high) / 2) < high:
            low, high = (low, middle) if spikes_within(steps, middle) else (middle, high)
        drives.append(high)
    # Beyond the last entry that differs nothing more is gained by waiting.
    return np.array(drives[: drives.index(drives[-1]) + 1]), first


@inlined
def find_latency(drives, first, drive):
    """Steps from the arrival of `drive` to the hidden spike, -1 for none: binary search in the falling table."""
    last = drives.shape[0] - 1
    if drive < drives[last]:
        return -1
    low, high = 0, last
    while low < high:
        middle = (low + high) // 2
        if drive >= drives[middle]:
            high = middle
        else:
            low = middle + 1
    return first + low


@inner
def hidden_response(synapses, network, pixels, time, total, neurons, event_steps):
    """The hidden spikes of a waking cycle, in order of the neurons.

    Parameters
    ----------
    synapses, pixels, neurons, event_steps
        As of `emulation.engine.cycle.hidden_answer`.
    network : GoldenConstants
    time : int
        Step at the cycle's start.
    total : float64 array (n,)
        Scratch.

    Returns
    -------
    int
        Number of spikes.
    """
    wiring, part = network.wiring, network.input_synapses
    sum_input(synapses.weights, wiring, pixels, total)
    scale = part.strength * (part.reversal - rest(network.neuron)[0])
    # With the strongest noise: whoever stays below this stays at rest, and its noise need not be drawn.
    needed = network.drives[-1] / (scale * (1.0 + part.noise)) * (1.0 - 1e-9)
    key = stream(network.seed, Purpose.INPUT_EVENTS, time)
    fan_in = synapses.pre.shape[1]
    number = 0
    for neuron in range(total.shape[0]):
        if total[neuron] < needed:
            continue
        drive = 0.0
        for slot in range(fan_in):
            if pixels[synapses.pre[neuron, slot]]:
                factor = 1.0 - part.noise + 2.0 * part.noise * unit(draw(key, neuron * fan_in + slot))
                drive += factor * synapses.weights[neuron, slot]
        if scale * drive > STRONGEST:
            raise ValueError("hidden layer: an input so strong that a neuron spikes twice in a cycle")
        latency = find_latency(network.drives, network.first_latency, scale * drive)
        if latency >= 0:
            neurons[number], event_steps[number] = neuron, network.input_latency + 1 + latency
            number += 1
    return number


@inner
def to_rest(output, neuron):
    """Put the output layer to rest: float64 array (4, outputs)."""
    v, slow = rest(neuron)
    output[VOLTAGE, :] = v
    output[BEFORE, :] = v
    output[SLOW, :] = slow
    output[SYNAPTIC, :] = 0.0


@inlined
def receive(part, weights, key, neuron, voltage, arriving):
    """Add what one hidden spike adds to Isyn of the output layer: noisy excitation and noisy inhibition.

    Parameters
    ----------
    part : OutputSynapses
    weights : float64 array (outputs, n)
    key : uint64
        Stream of the draws of this step.
    neuron : int
        The hidden neuron.
    voltage, arriving : float64 array (outputs,)
        V[n] of the output neurons; what is added to Isyn[n+1].
    """
    outputs = voltage.shape[0]
    for post in range(outputs):
        first, second = half_units(draw(key, neuron * outputs + post))
        excitation = (1.0 - part.noise + 2.0 * part.noise * first) * part.excitation * weights[post, neuron]
        inhibition = (1.0 - part.noise + 2.0 * part.noise * second) * part.inhibition
        arriving[post] -= excitation * (voltage[post] - part.excitatory_reversal)
        arriving[post] -= inhibition * (voltage[post] - part.inhibitory_reversal)


@inner
def run_output(output, counts, weights, network, steps, time, neurons, event_steps, number, scratch, spikes):
    """Run the output layer through a cycle, from the step of `steps[0]` to before that of `steps[1]`.

    Parameters
    ----------
    output : float64 array (4, outputs)
        State, changed in place.
    counts : int64 array (outputs,)
        Spikes of the first half of the cycle, written.
    weights : float64 array (outputs, n)
        Excitatory synapses.
    network : GoldenConstants
    steps : tuple of int
    time : int
        Step at the cycle's start.
    neurons, event_steps, number : int64 array, int64 array, int
        Hidden spikes in order of their steps.
    scratch : float64 array (2, outputs)
    spikes : int64 array (2, room)
        Neuron and step (1 .. 600) of each output spike, written.

    Returns
    -------
    int
        Number of output spikes.
    """
    part, neuron = network.output_synapses, network.neuron
    voltage, before, slow, synaptic = output[VOLTAGE], output[BEFORE], output[SLOW], output[SYNAPTIC]
    arriving, fired = scratch[0], scratch[1]
    counts[:] = 0
    event = found = 0
    for step in range(steps[0], steps[1]):
        arriving[:] = 0.0
        if event < number and event_steps[event] == step:
            key = stream(network.seed, Purpose.OUTPUT_EVENTS, time + step)
            while event < number and event_steps[event] == step:
                receive(part, weights, key, neurons[event], voltage, arriving)
                event += 1
        any_fired = 0.0
        for post in range(voltage.shape[0]):
            v = voltage[post]
            following, current, spike = map_step(neuron, v, before[post], slow[post], 0.0, synaptic[post])
            before[post], voltage[post], slow[post] = v, following, current
            synaptic[post] = part.gamma * synaptic[post] + arriving[post]
            fired[post] = 1.0 if spike else 0.0
            any_fired += fired[post]
        if any_fired > 0.0:
            for post in range(voltage.shape[0]):
                if fired[post] > 0.0:
                    spikes[0, found], spikes[1, found] = post, step + 1
                    found += 1
                    counts[post] += step + 1 <= DECISION_STEPS
    return found
