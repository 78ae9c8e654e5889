"""One movement cycle of the network, and the loop over cycles of a phase.

A cycle is 16 timesteps and one learning epoch. Awake: the input spikes at timestep 0, the hidden layer at 1, the
output integrates from 2 on; at timestep 15 the agent moves by the cycle's output spikes. Rewards meet the tags one
epoch later (Lava's order of operations). Asleep: hidden neurons spike by noise, no world.
"""

import numpy as np

from emulation.compiling import inlined, inner
from emulation.engine.network import HIDDEN_STEP, INPUT_STEP, STEPS
from emulation.engine.phase import Mode
from emulation.engine.scratch import make_cycle_scratch
from emulation.environments.base import act, action, begin, compiled_for, earned, sense, wander
from emulation.learning.epoch import learn
from emulation.learning.shuffle import shuffle_tags
from emulation.learning.synapses import clear_activity, note_spike
from emulation.neurons import output_step
from emulation.randomness import Purpose, stream
from emulation.reactivation import cumulative_rates, sleep_events
from emulation.wiring import sum_input

NO_SHARED_RANDOMS = np.zeros(5)


def clear(state):
    """What the manager clears at every phase switch: u, v, tags, traces, counters and what is in flight."""
    clear_activity(state.hidden_synapses)
    clear_activity(state.output_synapses)
    state.u[:] = 0
    state.v[:] = 0
    state.arriving[:] = 0
    state.counts[:] = 0
    state.reward[:] = 0


def idle_cycle(state, network, phase):
    """The uncounted cycle at the start of a phase: everything is cleared, a fresh world is made where asked for."""
    clear(state)
    if phase.fresh_world:
        compiled_for(fresh_world, state.world)(state.world, network.ground, phase.setting, network.seed, state.clock[0])
    state.clock[0] += STEPS


@inner
def fresh_world(world, ground, setting, seed, time):
    """Make a fresh world, see `emulation.environments.base`."""
    begin(world, ground, setting, seed, time)


@inlined
def hidden_answer(weights, wiring, pixels, threshold, total, neurons, event_steps):
    """Hidden neurons whose summed input exceeds the threshold, in order; returns how many.

    A stock LIF with du = dv = 4095 does the same for inputs that are at least two timesteps apart.

    Parameters
    ----------
    weights : int32 or float64 array (n_hidden, fan_in)
        Of input -> hidden.
    wiring : Wiring
    pixels : uint8 array (inputs,)
        Which input neurons spike.
    threshold : int
        In units of a weight.
    total : array (n_hidden,) of the type of the weights
        Scratch.
    neurons, event_steps : int64 array (>= n_hidden + 1,)
        Neuron and timestep of each spike, written.
    """
    sum_input(weights, wiring, pixels, total)
    number = 0
    for neuron in range(total.shape[0]):
        neurons[number] = neuron  # without a branch: which neurons answer cannot be foreseen
        number += total[neuron] > threshold
    event_steps[:number] = HIDDEN_STEP
    return number


@inlined
def learn_hidden(state, network, phase, pixels, neurons, number, cycle, scratch):
    """Learning epoch of input -> hidden; the third factor y3 is the manager's ramp."""
    synapses, rule = state.hidden_synapses, network.hidden_rule
    pre_impulse, post_impulse, high = rule.impulse[:2], rule.impulse[2:], rule.trace_high
    for pixel in range(pixels.shape[0]):
        if pixels[pixel]:
            note_spike(synapses.x_traces, synapses.x_time, pre_impulse, high, pixel, INPUT_STEP + 1, 0)
    for event in range(number):
        note_spike(synapses.y_traces, synapses.y_time, post_impulse, high, neurons[event], HIDDEN_STEP + 1, 0)
    synapses.y_traces[2, :] = ramp(phase, cycle)
    time, rounding = state.clock[0] + STEPS, network.rounding
    learn(synapses, scratch, rule, rounding, network.seed, Purpose.HIDDEN_WEIGHTS, time, NO_SHARED_RANDOMS)


@inlined
def ramp(phase, cycle):
    """Third factor y3 of the hidden layer's rule in a cycle of the phase."""
    return phase.ramp_start + (phase.ramp_end - phase.ramp_start) * cycle // max(1, phase.ramp_cycles)


@inlined
def deliver_spike(synapses, impulse, high, learns, drive, neuron, step, arriving):
    """One hidden spike reaches the synapses to the output layer, at timestep `step` (1 .. 16) of the epoch.

    What it sends, weights and common drive, arrives one timestep later.
    """
    for post in range(arriving.shape[0]):
        arriving[post] += synapses.weights[post, neuron] + drive
    if learns:
        note_spike(synapses.x_traces, synapses.x_time, impulse, high, neuron, step, 0)


@inlined
def output_cycle(state, network, phase, neurons, event_steps, number, output_raster, spikes):
    """Sixteen timesteps of hidden -> output for the given hidden spikes (sorted by timestep), without learning.

    `spikes` (uint8 array (outputs,)) is scratch.
    """
    synapses, arriving = state.output_synapses, state.arriving
    rule = network.sleep_rule if phase.mode == Mode.SLEEP else network.wake_rule
    pre_impulse, post_impulse, high = rule.impulse[:2], rule.impulse[2:], rule.trace_high
    state.counts[:] = 0
    event = 0
    for step in range(STEPS):
        time = state.clock[0] + step + 1
        output_step(
            state.u,
            state.v,
            state.counts,
            spikes,
            arriving,
            network.du,
            network.dv,
            phase.threshold,
            network.floor,
            phase.noise_exponent,
            stream(network.seed, Purpose.NOISE, time),
            time,
            network.overflow_policy,
            state.overflow,
        )
        arriving[:] = 0
        while event < number and event_steps[event] == step:
            deliver_spike(synapses, pre_impulse, high, phase.learns, phase.drive, neurons[event], step + 1, arriving)
            event += 1
        for post in range(spikes.shape[0]):
            if spikes[post] and phase.learns:
                note_spike(synapses.y_traces, synapses.y_time, post_impulse, high, post, step + 1, 0)
            if output_raster.shape[0] > 0:
                output_raster[step, post] = spikes[post]


@inlined
def third_factors(counts, reward, network_scale, network_limit, asleep, third_factor, y_traces):
    """What the output layer sends to its synapses at the end of a cycle: y1 from its spikes, y2 and y3 third factors.

    Parameters
    ----------
    counts, reward : int64 array (outputs,)
        Output spikes of the cycle; third factor earned by the previous act: above 0 it is sent as y2, below as y3.
    network_scale, network_limit : int
        y1 = scale * min(count, limit).
    asleep : bool
        Whether y2 is `third_factor` for all neurons instead of the reward.
    y_traces : array (3, outputs)
        y1, y2, y3, written.
    """
    for post in range(counts.shape[0]):
        y_traces[0, post] = network_scale * min(counts[post], network_limit)
        y_traces[1, post] = third_factor if asleep else max(reward[post], 0)
        y_traces[2, post] = 0 if asleep else max(-reward[post], 0)


@inlined
def learn_output(state, network, phase, scratch):
    """Learning epoch of hidden -> output."""
    asleep, scale, largest = phase.mode == Mode.SLEEP, network.post_scale, network.post_limit
    synapses, time, rounding = state.output_synapses, state.clock[0] + STEPS, network.rounding
    third_factors(state.counts, state.reward, scale, largest, asleep, phase.third_factor, synapses.y_traces)
    rule = network.sleep_rule if asleep else network.wake_rule
    if asleep and phase.shuffled_tags:
        shuffle_tags(synapses.tags, network.seed, time, scratch.work)
    learn(synapses, scratch, rule, rounding, network.seed, Purpose.OUTPUT_WEIGHTS, time, NO_SHARED_RANDOMS)


@inlined
def count_rates(rate_counts, rate_cycles, task, neurons, number):
    """Add a cycle of training to the rate counters of a task."""
    rate_cycles[task] += 1
    for event in range(number):
        rate_counts[task, neurons[event]] += 1


def run_cycles(state, network, phase, first, cycles, record):
    """Run cycles `first` .. `first + cycles - 1` of a phase.

    Parameters
    ----------
    state : State
        Changed in place.
    network : Constants
    phase : Phase
    first, cycles : int
        Position in the phase (for its ramp) and number of cycles; the idle cycle is not among them.
    record : Record
        Written from its index 0.
    """
    if phase.mode == Mode.REST:
        state.clock[0] += cycles * STEPS
        return
    run = compiled_for(loop, state.world)
    run(state, network, phase, first, cycles, record, make_cycle_scratch(state))


@inner
def loop(state, network, phase, first, cycles, record, scratch):
    """Run cycles `first` .. `first + cycles - 1` of a phase in a `CycleScratch`."""
    if phase.mode == Mode.SLEEP:
        cumulative_rates(state.rate_counts, state.rate_cycles, phase.uniform_rates, scratch.rates)
    for cycle in range(cycles):
        run_cycle(state, network, phase, first + cycle, record, cycle, scratch)


@inlined
def run_cycle(state, network, phase, position, record, index, scratch):
    """Cycle `position` of a phase, written into the record at `index`."""
    total, pixels, spikes = scratch.total, scratch.pixels, scratch.spikes
    neurons, event_steps, rates = scratch.neurons, scratch.event_steps, scratch.rates
    if phase.mode == Mode.SLEEP:
        number = sleep_events(rates, phase.rate_gain, STEPS, network.seed, state.clock[0], neurons, event_steps)
    else:
        sense(state.world, network.ground, pixels)
        number = hidden_answer(
            state.hidden_synapses.weights,
            network.wiring,
            pixels,
            network.hidden_threshold,
            total,
            neurons,
            event_steps,
        )
    keeps_rasters = record.hidden_raster.shape[0] > 0
    if phase.mode == Mode.UNSUPERVISED:
        if phase.learns:
            learn_hidden(state, network, phase, pixels, neurons, number, position, scratch.hidden)
    else:
        raster = record.output_raster[index if keeps_rasters else 0, : STEPS if keeps_rasters else 0]
        output_cycle(state, network, phase, neurons, event_steps, number, raster, spikes)
        if phase.learns:
            learn_output(state, network, phase, scratch.output)
    if phase.task >= 0:
        count_rates(state.rate_counts, state.rate_cycles, phase.task, neurons, number)
    state.clock[0] += STEPS
    if phase.mode == Mode.WAKE:
        values, seed, time = scratch.values, network.seed, state.clock[0]
        record.outcomes[index] = act(state.world, network.ground, phase.setting, state.counts, values, seed, time)
        earned(values, phase.third_factor, phase.punishment, state.reward)
    elif phase.mode == Mode.UNSUPERVISED:
        wander(state.world, network.ground, network.seed, state.clock[0])
    if keeps_rasters:
        record.directions[index] = action(state.world)
        for event in range(number):
            record.hidden_raster[index, event_steps[event], neurons[event]] = 1
