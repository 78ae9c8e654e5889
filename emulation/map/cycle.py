"""One movement cycle of the map-based network, and the loop over the cycles of a phase.

Awake: the input spikes, the hidden layer answers, the output layer integrates; at the cycle's end the agent moves by
the output spikes of the first half, and the reward of the move meets the traces of this and the last five cycles.
Asleep: hidden neurons spike by noise, the output layer runs on from cycle to cycle, and every cycle is rewarded.
"""

import numpy as np

from emulation.kernels import inlined, inner, kernel
from emulation.map.layers import hidden_response, run_output, to_rest
from emulation.map.parameters import STEPS
from emulation.map.rewarded import change_weights, keep_output_rates, rescale
from emulation.map.state import SLEEP_EVENTS
from emulation.map.traces import clear_traces, make_eligible, pair_spikes, shuffle_traces, sum_traces
from emulation.map.unsupervised import learn_hidden
from emulation.phase import Mode
from emulation.sleep import cumulative_rates, in_order, sleep_events
from emulation.world import DIRECTION, DIRECTIONS, PIXELS, fill_world, move, sense, wander

OUTPUT_ROOM = 1024  # spikes of the output layer in a cycle; a neuron that spikes every 5 steps makes 120


@kernel
def begin_phase(state, network, phase):
    """The uncounted cycle at the start of a phase: all comes to rest, traces are cleared, a fresh world is made."""
    to_rest(state.output, network.neuron)
    clear_traces(state.traces)
    state.counts[:] = 0
    if phase.fresh_world:
        fill_world(state.world, phase.kind_counts, network.seed, state.clock[0])
    state.clock[0] += STEPS


def run_map_cycles(state, network, phase, first, cycles, outcomes):
    """Run cycles `first` .. `first + cycles - 1` of a phase.

    Parameters
    ----------
    state : MapState
        Changed in place.
    network : MapNetwork
    phase : Phase
        Of its numbers those of the integer output layer and of the ramp's ends have no meaning here.
    first, cycles : int
        Position in the phase and number of cycles.
    outcomes : uint8 array (cycles,)
        Outcome of each move, written.
    """
    if phase.mode == Mode.REST:
        state.clock[0] += cycles * STEPS
        return
    hidden = state.output_synapses.weights.shape[1]
    scratch = (
        np.zeros(hidden), np.zeros(PIXELS, np.uint8), np.zeros(hidden + SLEEP_EVENTS, np.int64),
        np.zeros(hidden + SLEEP_EVENTS, np.int64), np.zeros((2, DIRECTIONS)), np.zeros((2, OUTPUT_ROOM), np.int64),
        np.zeros((hidden, DIRECTIONS)), np.zeros(hidden, np.int64), np.zeros(hidden, np.uint8),
    )  # fmt: skip
    loop(state, network, phase, first, cycles, outcomes, np.zeros(hidden, np.int64), scratch)


@inner
def loop(state, network, phase, first, cycles, outcomes, rates, scratch):
    """See `run_map_cycles`; `rates` (int64 array (n,)) and `scratch` are its."""
    if phase.mode == Mode.SLEEP:
        cumulative_rates(state.rate_counts, state.rate_cycles, phase.uniform_rates, rates)
    for cycle in range(cycles):
        outcomes[cycle] = run_cycle(state, network, phase, first + cycle, rates, scratch)


@inlined
def run_cycle(state, network, phase, position, rates, scratch):
    """Cycle `position` of a phase; returns the outcome of its move."""
    total, pixels, neurons, event_steps = scratch[0], scratch[1], scratch[2], scratch[3]
    time, seed = state.clock[0], network.seed
    outcome = 0
    if phase.mode == Mode.SLEEP:
        number = sleep_events(rates, phase.rate_gain, STEPS, seed, time, neurons, event_steps)
    else:
        sense(state.world, pixels)
        number = hidden_response(state.hidden_synapses, network, pixels, time, total, neurons, event_steps)
    if phase.mode == Mode.UNSUPERVISED:
        if phase.learns:
            is_late = position >= phase.ramp_cycles * (1.0 - network.input_synapses.late_share)
            learn_hidden(state.hidden_synapses, network, pixels, neurons, event_steps, number, is_late)
        wander(state.world, seed, time + STEPS)
    else:
        outcome = run_output_cycle(state, network, phase, neurons, event_steps, number, scratch)
    state.clock[0] += STEPS
    return outcome


@inner
def run_output_cycle(state, network, phase, neurons, event_steps, number, scratch):
    """Output layer, move and learning of a cycle awake or asleep, for the given hidden spikes."""
    arriving, spikes = scratch[4], scratch[5]
    time, asleep = state.clock[0], phase.mode == Mode.SLEEP
    weights = state.output_synapses.weights
    first_step = 0
    if not asleep:
        number = in_order(neurons, event_steps, number)
        to_rest(state.output, network.neuron)
        first_step = event_steps[0] if number > 0 else STEPS
    found = run_output(
        state.output, state.counts, weights, network, (first_step, STEPS), time, neurons, event_steps, number,
        arriving, spikes,
    )  # fmt: skip
    outcome = 0
    if phase.mode == Mode.WAKE:
        outcome = move(state.world, state.counts, phase.rewarded_kind, network.seed, time + STEPS)
    if phase.learns:
        learn_output(state, network, phase, outcome, neurons, event_steps, number, found, scratch)
    if phase.task >= 0:
        state.rate_cycles[phase.task] += 1
        for event in range(number):
            state.rate_counts[phase.task, neurons[event]] += 1
    return outcome


@inner
def learn_output(state, network, phase, outcome, neurons, event_steps, number, found, scratch):
    """Learning epoch of hidden -> output at the end of a cycle with `found` output spikes."""
    part, traces, synapses = network.output_synapses, state.traces, state.output_synapses
    spike_numbers, spikes = scratch[4][0], scratch[5]
    eligibility, touched, is_touched = scratch[6], scratch[7], scratch[8]
    epoch = (state.clock[0] // STEPS) % part.memory
    asleep = phase.mode == Mode.SLEEP
    pair_spikes(traces, part, epoch, neurons, event_steps, number, spikes, found)
    if asleep:
        if phase.shuffled_tags:
            shuffle_traces(traces, epoch, is_touched.shape[0], network.seed, state.clock[0])
    elif part.winner_only:
        make_eligible(traces, epoch, state.world.agent[DIRECTION])
    reward = part.sleep_reward if asleep else part.rewards[outcome]
    count = sum_traces(traces, epoch, part.delay, part.memory, eligibility, touched, is_touched)
    change_weights(state, part, reward, eligibility, touched, count)
    if not asleep:
        spike_numbers[:] = 0.0
        for spike in range(found):
            spike_numbers[spikes[0, spike]] += 1.0
        keep_output_rates(synapses, part, spike_numbers)
    rescale(synapses)
