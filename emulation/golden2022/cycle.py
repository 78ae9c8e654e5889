"""One movement cycle of the map-based network, and the loop over the cycles of a phase.

Awake: the input spikes, the hidden layer answers, the output layer integrates; at the cycle's end the agent moves by
the output spikes of the first half, and the reward of the move meets the traces of this and the last five cycles.
Asleep: hidden neurons spike by noise, the output layer runs on from cycle to cycle, and every cycle is rewarded.
"""

from typing import NamedTuple

import numpy as np

from emulation.compiling import inlined, inner, kernel
from emulation.engine.phase import Mode
from emulation.environments.base import act, action, begin, compiled_for, sense, wander
from emulation.golden2022.layers import hidden_response, run_output, to_rest
from emulation.golden2022.parameters import STEPS
from emulation.golden2022.rewarded import change_weights, keep_output_rates, rescale
from emulation.golden2022.state import SLEEP_EVENTS
from emulation.golden2022.traces import clear_traces, make_eligible, pair_spikes, shuffle_traces, sum_traces
from emulation.golden2022.unsupervised import learn_hidden
from emulation.reactivation import cumulative_rates, in_order, sleep_events

SPIKE_ROOM = STEPS // 2  # spikes of an output neuron in a cycle: after a spike V has to rise above zero again


class Scratch(NamedTuple):
    """Room for one cycle; its spikes stand here until the next one.

    Attributes
    ----------
    pixels : uint8 array (inputs,)
        Which input neurons spike.
    drives : float64 array (n,)
        Summed weights of a hidden neuron's active inputs.
    neurons, event_steps : int64 array (n + 256,)
        Neuron and step (0 .. 599) of the hidden spikes.
    spikes : int64 array (2, 300 * outputs)
        Neuron and step (1 .. 600) of the output spikes.
    numbers : int64 array (2,)
        How many hidden and output spikes there are.
    work : float64 array (2, outputs)
    action_values : int64 array (outputs,)
        What an act was worth to each output neuron; here the reward follows from the outcome.
    rates : int64 array (n,)
        Running sum of the hidden rates asleep.
    eligibility : float64 array (n, outputs)
    touched : int64 array (n,)
    is_touched : uint8 array (n,)
        See `emulation.golden2022.traces.sum_traces`.
    """

    pixels: np.ndarray
    drives: np.ndarray
    neurons: np.ndarray
    event_steps: np.ndarray
    spikes: np.ndarray
    numbers: np.ndarray
    work: np.ndarray
    action_values: np.ndarray
    rates: np.ndarray
    eligibility: np.ndarray
    touched: np.ndarray
    is_touched: np.ndarray


def make_scratch(inputs: int, hidden: int, outputs: int) -> Scratch:
    """Room for a network of these sizes."""
    events = hidden + SLEEP_EVENTS
    return Scratch(
        np.zeros(inputs, np.uint8),
        np.zeros(hidden),
        np.zeros(events, np.int64),
        np.zeros(events, np.int64),
        np.zeros((2, SPIKE_ROOM * outputs), np.int64),
        np.zeros(2, np.int64),
        np.zeros((2, outputs)),
        np.zeros(outputs, np.int64),
        np.zeros(hidden, np.int64),
        np.zeros((hidden, outputs)),
        np.zeros(hidden, np.int64),
        np.zeros(hidden, np.uint8),
    )


def begin_phase(state, network, phase):
    """The uncounted cycle at the start of a phase, see `begin_phase_in`."""
    compiled_for(begin_phase_in, state.world)(state, network, phase)


@kernel
def begin_phase_in(state, network, phase):
    """The uncounted cycle at the start of a phase: all comes to rest, traces are cleared, a fresh world is made."""
    to_rest(state.output, network.neuron)
    clear_traces(state.traces)
    state.counts[:] = 0
    if phase.fresh_world:
        begin(state.world, network.ground, phase.setting, network.seed, state.clock[0])
    state.clock[0] += STEPS


def run_golden_cycles(state, network, phase, first, outcomes, scratch):
    """Run cycles `first`, `first` + 1, ... of a phase, one for each of `outcomes`.

    Parameters
    ----------
    state, network, phase, first
        As of `emulation.engine.cycle.run_cycles`, of this network: GoldenState and GoldenConstants. Of the phase's
        numbers those of the integer output layer and the ramp's ends have no meaning here.
    outcomes : uint8 array (cycles,)
        Outcome of each move, written.
    scratch : Scratch
    """
    if phase.mode == Mode.REST:
        state.clock[0] += len(outcomes) * STEPS
        return
    compiled_for(run_cycles_in, state.world)(state, network, phase, first, outcomes, scratch)


@inner
def run_cycles_in(state, network, phase, first, outcomes, scratch):
    """See `run_golden_cycles`."""
    if phase.mode == Mode.SLEEP:
        cumulative_rates(state.rate_counts, state.rate_cycles, phase.uniform_rates, scratch.rates)
    for cycle in range(outcomes.shape[0]):
        outcomes[cycle] = run_cycle(state, network, phase, first + cycle, scratch)


@inlined
def run_cycle(state, network, phase, position, scratch):
    """Cycle `position` of a phase; returns the outcome of its move."""
    pixels, neurons, event_steps = scratch.pixels, scratch.neurons, scratch.event_steps
    time, seed = state.clock[0], network.seed
    outcome = 0
    if phase.mode == Mode.SLEEP:
        number = sleep_events(scratch.rates, phase.rate_gain, STEPS, seed, time, neurons, event_steps)
    else:
        sense(state.world, network.ground, pixels)
        number = hidden_response(state.hidden_synapses, network, pixels, time, scratch.drives, neurons, event_steps)
    scratch.numbers[0], scratch.numbers[1] = number, 0
    if phase.mode == Mode.UNSUPERVISED:
        if phase.learns:
            is_late = position >= phase.ramp_cycles * (1.0 - network.input_synapses.late_share)
            learn_hidden(state.hidden_synapses, network, pixels, neurons, event_steps, number, is_late)
        wander(state.world, network.ground, seed, time + STEPS)
    else:
        outcome = run_output_cycle(state, network, phase, scratch)
    state.clock[0] += STEPS
    return outcome


@inner
def run_output_cycle(state, network, phase, scratch):
    """Output layer, move and learning of a cycle awake or asleep, for the hidden spikes in the scratch."""
    neurons, event_steps, number = scratch.neurons, scratch.event_steps, scratch.numbers[0]
    time, asleep = state.clock[0], phase.mode == Mode.SLEEP
    first_step = 0
    if not asleep:
        in_order(neurons, event_steps, number)
        to_rest(state.output, network.neuron)
        first_step = event_steps[0] if number > 0 else STEPS
    scratch.numbers[1] = run_output(
        state.output,
        state.counts,
        state.output_synapses.weights,
        network,
        (first_step, STEPS),
        time,
        neurons,
        event_steps,
        number,
        scratch.work,
        scratch.spikes,
    )
    outcome = 0
    if phase.mode == Mode.WAKE:
        values, ground, seed = scratch.action_values, network.ground, network.seed
        outcome = act(state.world, ground, phase.setting, state.counts, values, seed, time + STEPS)
    if phase.learns:
        learn_output(state, network, phase, outcome, scratch)
    if phase.task >= 0:
        state.rate_cycles[phase.task] += 1
        for event in range(number):
            state.rate_counts[phase.task, neurons[event]] += 1
    return outcome


@inner
def learn_output(state, network, phase, outcome, scratch):
    """Learning epoch of hidden -> output at the end of a cycle, for the spikes in the scratch."""
    part, traces, synapses = network.output_synapses, state.traces, state.output_synapses
    number, found = scratch.numbers
    epoch = (state.clock[0] // STEPS) % part.memory
    asleep = phase.mode == Mode.SLEEP
    pair_spikes(traces, part, epoch, scratch.neurons, scratch.event_steps, number, scratch.spikes, found)
    if asleep:
        if phase.shuffled_tags:
            shuffle_traces(traces, epoch, synapses.weights.shape[1], network.seed, state.clock[0])
    elif part.winner_only:
        make_eligible(traces, epoch, action(state.world))
    reward = part.sleep_reward if asleep else part.rewards[outcome]
    touched = sum_traces(traces, epoch, part, scratch.eligibility, scratch.touched, scratch.is_touched)
    change_weights(state, part, reward, scratch.eligibility, scratch.touched, touched)
    if not asleep:
        spike_numbers = scratch.work[0]
        spike_numbers[:] = 0.0
        for spike in range(found):
            spike_numbers[scratch.spikes[0, spike]] += 1.0
        keep_output_rates(synapses, part, spike_numbers)
    rescale(synapses)
