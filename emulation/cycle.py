"""One movement cycle of the network, and the loop over cycles of a phase.

A cycle is 16 timesteps and one learning epoch. Awake: the input spikes at timestep 0, the hidden layer at 1, the
output integrates from 2 on; at timestep 15 the agent moves by the cycle's output spikes. Rewards meet the tags one
epoch later (Lava's order of operations). Asleep: hidden neurons spike by noise, no world.
"""

from enum import IntEnum
from typing import Any, NamedTuple

import numpy as np
from numba import njit

from emulation.borrowing import borrow
from emulation.connection import clear_activity, note_post_spike, note_pre_spike
from emulation.learning import learn_epoch
from emulation.neurons import output_step
from emulation.randomness import Purpose, below, draw, stream
from emulation.sleep import MAXIMAL_EVENTS, cumulative_rates, sleep_events
from emulation.state import HIDDEN_STEP, INPUT_STEP, STEPS
from emulation.world import DIRECTION, DIRECTIONS, PIXELS, REWARDED, fill_world, move, sense, wander

NO_SHARED_RANDOMS = np.zeros(5)


class Mode(IntEnum):
    """What the network does in a phase."""

    UNSUPERVISED = 0  # the hidden layer learns, the agent wanders, the output is silent
    WAKE = 1  # the agent forages
    SLEEP = 2  # noise drives the hidden layer, the output does not move the agent
    REST = 3  # nothing


class Phase(NamedTuple):
    """What the manager sets for a phase; all numbers.

    Attributes
    ----------
    mode : int
        A `Mode`.
    learns : bool
        Whether synapses change (input -> hidden when unsupervised, hidden -> output otherwise).
    task : int
        Row of the rate counters that this phase adds to, -1 for none.
    fresh_world : bool
        Whether the idle cycle at the start makes a new world.
    kind_counts : int64 array (4,)
        Particles of each kind.
    rewarded_kind : int
        Kind whose acquisition is rewarded, -1 for none.
    threshold, drive, noise_exponent : int
        Output layer: threshold in units of a weight; common input per hidden spike; noise -127..127 << exponent into v
        (below 0: none).
    third_factor : int
        y2: at the reward for the executed direction (wake), or in every cycle for all (sleep).
    ramp_start, ramp_end, ramp_cycles : int
        y3 of the hidden layer's rule: rises linearly from start to end over so many cycles.
    rate_gain : int
        Factor on all rates asleep, in 1/1024.
    uniform_rates, shuffled_tags : bool
        Controls of sleep.
    """

    mode: int
    learns: bool
    task: int
    fresh_world: bool
    kind_counts: np.ndarray
    rewarded_kind: int
    threshold: int
    drive: int
    noise_exponent: int
    third_factor: int
    ramp_start: int
    ramp_end: int
    ramp_cycles: int
    rate_gain: int
    uniform_rates: bool
    shuffled_tags: bool


def phase_message(phase: Phase) -> np.ndarray:
    """A phase as the manager sends it: int64 vector, the four particle counts last."""
    numbers = [int(value) for name, value in phase._asdict().items() if name != "kind_counts"]
    return np.array([*numbers, *phase.kind_counts], np.int64)


def phase_of_message(message: np.ndarray) -> Phase:
    """The phase of a message of the manager."""
    names = [name for name in Phase._fields if name != "kind_counts"]
    numbers: dict[str, Any] = {name: int(value) for name, value in zip(names, message)}
    for name in ("learns", "fresh_world", "uniform_rates", "shuffled_tags"):
        numbers[name] = bool(numbers[name])
    return Phase(kind_counts=message[len(names) :].astype(np.int64), **numbers)


class Record(NamedTuple):
    """What a run writes down per cycle; rasters of length 0 are not written.

    Attributes
    ----------
    outcomes : uint8 array (cycles,)
        0 nothing, 1 rewarded, 2 punished.
    directions : uint8 array (cycles,) or (0,)
        The executed move.
    hidden_raster : uint8 array (cycles, 16, 784) or (0, 16, 784)
    output_raster : uint8 array (cycles, 16, 8) or (0, 16, 8)
    """

    outcomes: np.ndarray
    directions: np.ndarray
    hidden_raster: np.ndarray
    output_raster: np.ndarray


def make_record(cycles: int, hidden: int, rasters: bool = False) -> Record:
    """An empty record of `cycles` cycles for `hidden` hidden neurons, with rasters and moves or without."""
    kept = cycles if rasters else 0
    return Record(
        np.zeros(cycles, np.uint8),
        np.zeros(kept, np.uint8),
        np.zeros((kept, STEPS, hidden), np.uint8),
        np.zeros((kept, STEPS, DIRECTIONS), np.uint8),
    )


@njit(cache=True, nogil=True)
def clear(state):
    """What the manager clears at every phase switch: u, v, tags, traces, counters and what is in flight."""
    clear_activity(state.hidden_synapses)
    clear_activity(state.output_synapses)
    state.u[:] = 0
    state.v[:] = 0
    state.arriving[:] = 0
    state.counts[:] = 0
    state.reward[:] = 0


@njit(cache=True, nogil=True)
def idle_cycle(state, network, phase):
    """The uncounted cycle at the start of a phase: everything is cleared, a fresh world is made where asked for."""
    clear(state)
    if phase.fresh_world:
        fill_world(state.world, phase.kind_counts, network.seed, state.clock[0])
    state.clock[0] += STEPS


@njit(cache=True, nogil=True)
def hidden_answer(synapses, wiring, pixels, threshold, neurons, event_steps):
    """Hidden neurons whose summed input exceeds the threshold, in order; returns how many.

    A stock LIF with du = dv = 4095 does the same for inputs that are at least two timesteps apart.

    Parameters
    ----------
    synapses : Connection
        Input -> hidden.
    wiring : Wiring
    pixels : uint8 array (49,)
        Which input neurons spike.
    threshold : int
        In units of a weight.
    neurons, event_steps : int64 array (>= n_hidden,)
        Neuron and timestep of each spike, written.
    """
    total = np.zeros(synapses.weights.shape[0], synapses.weights.dtype)
    for pixel in range(PIXELS):
        if pixels[pixel]:
            for index in range(wiring.start[pixel], wiring.start[pixel + 1]):
                total[wiring.post[index]] += synapses.weights[wiring.post[index], wiring.slot[index]]
    number = 0
    for neuron in range(total.shape[0]):
        if total[neuron] > threshold:
            neurons[number] = neuron
            event_steps[number] = HIDDEN_STEP
            number += 1
    return number


@njit(cache=True, nogil=True)
def learn_hidden(state, network, phase, pixels, neurons, number, cycle):
    """Learning epoch of input -> hidden; the third factor y3 is the manager's ramp."""
    synapses, rule = state.hidden_synapses, network.hidden_rule
    for pixel in range(PIXELS):
        if pixels[pixel]:
            note_pre_spike(synapses, rule, pixel, INPUT_STEP + 1)
    for event in range(number):
        note_post_spike(synapses, rule, neurons[event], HIDDEN_STEP + 1, 0)
    synapses.y_traces[2, :] = ramp(phase, cycle)
    time = state.clock[0] + STEPS
    learn_epoch(synapses, rule, network.rounding, network.seed, Purpose.HIDDEN_WEIGHTS, time, NO_SHARED_RANDOMS)


@njit(cache=True, nogil=True)
def ramp(phase, cycle):
    """Third factor y3 of the hidden layer's rule in a cycle of the phase."""
    return phase.ramp_start + (phase.ramp_end - phase.ramp_start) * cycle // max(1, phase.ramp_cycles)


@njit(cache=True, nogil=True)
def propagate(synapses, drive, neuron, arriving):
    """Add what one hidden spike sends to the output layer; it arrives one timestep later."""
    for post in range(arriving.shape[0]):
        arriving[post] += synapses.weights[post, neuron] + drive


@njit(cache=True, nogil=True)
def output_cycle(state, network, phase, neurons, event_steps, number, output_raster):
    """Sixteen timesteps of hidden -> output for the given hidden spikes (sorted by timestep), without learning."""
    synapses = state.output_synapses
    rule = network.sleep_rule if phase.mode == Mode.SLEEP else network.wake_rule
    spikes = np.zeros(DIRECTIONS, np.uint8)
    state.counts[:] = 0
    event = 0
    for step in range(STEPS):
        time = state.clock[0] + step + 1
        output_step(
            state.u, state.v, state.counts, spikes, state.arriving, network.du, network.dv, phase.threshold,
            network.floor, phase.noise_exponent, stream(network.seed, Purpose.NOISE, time), time,
            network.overflow_policy, state.overflow,
        )  # fmt: skip
        state.arriving[:] = 0
        while event < number and event_steps[event] == step:
            propagate(synapses, phase.drive, neurons[event], state.arriving)
            if phase.learns:
                note_pre_spike(synapses, rule, neurons[event], step + 1)
            event += 1
        if phase.learns:
            for post in range(DIRECTIONS):
                if spikes[post]:
                    note_post_spike(synapses, rule, post, step + 1, 0)
        if output_raster.shape[0] > 0:
            output_raster[step] = spikes


@njit(cache=True, nogil=True)
def third_factors(counts, reward, network_scale, network_limit, asleep, third_factor, y_traces):
    """What the output layer sends to its synapses at the end of a cycle: y1 from its spikes, y2 the third factor.

    Parameters
    ----------
    counts, reward : int64 array (8,)
        Output spikes of the cycle; third factor earned by the previous move.
    network_scale, network_limit : int
        y1 = scale * min(count, limit).
    asleep : bool
        Whether y2 is `third_factor` for all neurons instead of the reward.
    y_traces : array (3, 8)
        y1, y2, y3, written.
    """
    for post in range(counts.shape[0]):
        y_traces[0, post] = network_scale * min(counts[post], network_limit)
        y_traces[1, post] = third_factor if asleep else reward[post]
        y_traces[2, post] = 0


@njit(cache=True, nogil=True)
def learn_output(state, network, phase):
    """Learning epoch of hidden -> output."""
    synapses = state.output_synapses
    asleep = phase.mode == Mode.SLEEP
    rule = network.sleep_rule if asleep else network.wake_rule
    time = state.clock[0] + STEPS
    scale, largest, y_traces = network.post_scale, network.post_limit, synapses.y_traces
    third_factors(state.counts, state.reward, scale, largest, asleep, phase.third_factor, y_traces)
    if asleep and phase.shuffled_tags:
        shuffle_tags(synapses.tags, network.seed, time)
    learn_epoch(synapses, rule, network.rounding, network.seed, Purpose.OUTPUT_WEIGHTS, time, NO_SHARED_RANDOMS)


@njit(cache=True, nogil=True)
def shuffle_tags(tags, seed, time):
    """Give every tag to another synapse of the same neuron: each row is rotated by a random offset (a control)."""
    key = stream(seed, Purpose.SHUFFLE, time)
    for row in range(tags.shape[0]):
        tags[row] = np.roll(tags[row], 1 + below(draw(key, row), tags.shape[1] - 1))


@njit(cache=True, nogil=True)
def deliver_reward(state, phase, outcome):
    """Keep the reward of a move for the output neuron of the executed direction, until the next cycle."""
    state.reward[:] = 0
    if outcome == REWARDED:
        state.reward[state.world.agent[DIRECTION]] = phase.third_factor


@njit(cache=True, nogil=True)
def count_rates(state, task, neurons, number):
    """Add a cycle of training to the rate counters of a task."""
    state.rate_cycles[task] += 1
    for event in range(number):
        state.rate_counts[task, neurons[event]] += 1


@njit(cache=True, nogil=True)
def run_cycles(state, network, phase, first, cycles, record):
    """Run cycles `first` .. `first + cycles - 1` of a phase.

    Parameters
    ----------
    state : State
        Changed in place.
    network : Network
    phase : Phase
    first, cycles : int
        Position in the phase (for its ramp) and number of cycles; the idle cycle is not among them.
    record : Record
        Written from its index 0.
    """
    state, network, record = borrow(state), borrow(network), borrow(record)
    if phase.mode == Mode.REST:
        state.clock[0] += cycles * STEPS
        return
    hidden = state.hidden_synapses.weights.shape[0]
    neurons = np.zeros(hidden + MAXIMAL_EVENTS, np.int64)
    event_steps = np.zeros(hidden + MAXIMAL_EVENTS, np.int64)
    pixels = np.zeros(PIXELS, np.uint8)
    rates = np.zeros(hidden, np.int64)
    if phase.mode == Mode.SLEEP:
        cumulative_rates(state.rate_counts, state.rate_cycles, phase.uniform_rates, rates)
    keeps_rasters = record.hidden_raster.shape[0] > 0
    no_raster = np.zeros((0, DIRECTIONS), np.uint8)
    for cycle in range(cycles):
        if phase.mode == Mode.SLEEP:
            number = sleep_events(rates, phase.rate_gain, STEPS, network.seed, state.clock[0], neurons, event_steps)
        else:
            sense(state.world, pixels)
            number = hidden_answer(
                state.hidden_synapses, network.wiring, pixels, network.hidden_threshold, neurons, event_steps
            )
        if phase.mode == Mode.UNSUPERVISED:
            if phase.learns:
                learn_hidden(state, network, phase, pixels, neurons, number, first + cycle)
        else:
            raster = record.output_raster[cycle] if keeps_rasters else no_raster
            output_cycle(state, network, phase, neurons, event_steps, number, raster)
            if phase.learns:
                learn_output(state, network, phase)
        if phase.task >= 0:
            count_rates(state, phase.task, neurons, number)
        state.clock[0] += STEPS
        if phase.mode == Mode.WAKE:
            record.outcomes[cycle] = move(
                state.world, state.counts, phase.rewarded_kind, network.seed, state.clock[0]
            )
            deliver_reward(state, phase, record.outcomes[cycle])
        elif phase.mode == Mode.UNSUPERVISED:
            wander(state.world, network.seed, state.clock[0])
        if keeps_rasters:
            record.directions[cycle] = state.world.agent[DIRECTION]
            for event in range(number):
                record.hidden_raster[cycle, event_steps[event], neurons[event]] = 1
