"""Spikes reach the synapses: what they add to the input of later timesteps.

A spike of timestep t arrives at t + delay. An exponent below 0 shifts the sum of a projection to the right, as Lava
does, not each weight.
"""

from emulation.arithmetic import number_like
from emulation.compiling import inlined, twin
from emulation.graph.plan import (
    DELAY,
    EXPONENT,
    FAN_IN,
    FIRST,
    N_POST,
    ROW_START,
    SIZE,
    SOURCE,
    TARGET,
    UNIFORM,
    WEIGHT_START,
    WIRE_START,
)


def shifted_fixed(total, exponent):
    """total * 2^exponent, floor."""
    return total << exponent if exponent >= 0 else total >> -exponent


def shifted_float(total, exponent):
    """total * 2^exponent."""
    return total * 2.0**exponent


shifted = twin(shifted_fixed, shifted_float)


def widened_fixed(weight, like):
    """A 32-bit weight as a number of the input's type."""
    return like * 0 + weight


def widened_float(weight, like):
    """A weight in floating point is one already."""
    return weight


widened = twin(widened_fixed, widened_float)


@inlined
def deliver_fixed(plan, state, setting, scratch, row, time, slots):
    """Deliver this timestep's spikes over fixed projection `row`."""
    numbers = plan.fixed[row]
    source, target = plan.populations[numbers[SOURCE]], plan.populations[numbers[TARGET]]
    first, number, goal = source[FIRST], scratch.numbers[numbers[SOURCE]], target[FIRST]
    if numbers[UNIFORM] >= 0:
        slot = (time + numbers[DELAY]) % slots
        state.touched[slot, numbers[TARGET]] = 1
        arriving = state.arriving[slot, goal : goal + target[SIZE]]
        weight = shifted(number_like(arriving, setting.uniform[numbers[UNIFORM]] * number), numbers[EXPONENT])
        for post in range(arriving.shape[0]):
            arriving[post] += weight
        return
    shifts = numbers[EXPONENT] < 0
    for event in range(number):
        place = numbers[ROW_START] + scratch.spikes[first + event]
        for synapse in range(plan.rows[place], plan.rows[place + 1]):
            slot = (time + plan.delays[synapse]) % slots
            if shifts:
                scratch.sums[slot, plan.posts[synapse]] += plan.weights[synapse]
            else:
                state.arriving[slot, goal + plan.posts[synapse]] += plan.weights[synapse]
                state.touched[slot, numbers[TARGET]] = 1
    if shifts:
        send_sums(state, scratch, numbers[TARGET], goal, target[SIZE], numbers[EXPONENT])


def is_summed_fixed(like, exponent):
    """Whether the spikes of a timestep are summed before they are added to what else arrives: for a shift."""
    return exponent < 0


def is_summed_float(like, exponent):
    """Floats are: then the order of the sum is that of processes which each send theirs."""
    return True


is_summed = twin(is_summed_fixed, is_summed_float)


@inlined
def deliver_plastic(plan, state, setting, scratch, row, time, slots):
    """Deliver this timestep's spikes over plastic projection `row`, with its present weights and the offset."""
    numbers = plan.plastic[row]
    source, target = plan.populations[numbers[SOURCE]], plan.populations[numbers[TARGET]]
    first, goal, exponent, fan_in = source[FIRST], target[FIRST], numbers[EXPONENT], numbers[FAN_IN]
    slot, start, offset = (time + numbers[DELAY]) % slots, numbers[WEIGHT_START], setting.offsets[row]
    state.touched[slot, numbers[TARGET]] = 1
    summed = is_summed(state.arriving[slot, goal], exponent)
    arriving = scratch.sums[slot] if summed else state.arriving[slot, goal : goal + target[SIZE]]
    scale = 0 if summed else exponent
    for event in range(scratch.numbers[numbers[SOURCE]]):
        neuron = scratch.spikes[first + event]
        if numbers[WIRE_START] < 0:
            for post in range(numbers[N_POST]):
                weight = state.weights[start + post * fan_in + neuron]
                arriving[post] += shifted(widened(weight, arriving[post]), scale) + offset
        else:
            place = numbers[WIRE_START] + neuron
            for wire in range(plan.wires[place], plan.wires[place + 1]):
                post = plan.wire_posts[wire]
                weight = state.weights[start + post * fan_in + plan.wire_slots[wire]]
                arriving[post] += shifted(widened(weight, arriving[post]), scale) + offset
    if summed:
        send_sums(state, scratch, numbers[TARGET], goal, target[SIZE], exponent)


@inlined
def send_sums(state, scratch, population, goal, size, exponent):
    """Shift what a projection's spikes of one timestep add up to, and send it."""
    for slot in range(scratch.sums.shape[0]):
        for post in range(size):
            total = scratch.sums[slot, post]
            if total != 0:
                state.arriving[slot, goal + post] += shifted(total, exponent)
                state.touched[slot, population] = 1
                scratch.sums[slot, post] = 0
