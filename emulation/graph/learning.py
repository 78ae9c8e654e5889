"""Plastic projections within the engine: views of the pools, spikes noted, third factors, the end of an epoch."""

import numpy as np

from emulation.compiling import inlined
from emulation.graph.plan import (
    AT_SPIKES,
    DECIMATION,
    EPOCH,
    FACTOR_A,
    FACTOR_B,
    FACTOR_KIND,
    FAN_IN,
    FIRST,
    LABEL_COUNT,
    LABEL_START,
    N_POST,
    N_PRE,
    NEEDS_POST,
    PAD_COUNT,
    PAD_START,
    PRE_ROWS,
    PRE_START,
    PRODUCT_COUNT,
    PRODUCT_START,
    ROUNDING,
    SEED,
    SOURCE,
    STEPS,
    STREAM,
    TARGET,
    THREE_FACTOR,
    TRACE_HIGH,
    USES_DELAYS,
    WEIGHT_START,
    X_START,
    Y_START,
    Factor,
)
from emulation.learning.epoch import learn
from emulation.learning.shuffle import shuffle_tags
from emulation.learning.spikes import IMPULSE_STREAM
from emulation.learning.synapses import BLOCK, WORK_ROWS, Connection, Scratch, note_spike
from emulation.learning.traces import IMPULSE_UNITS, NEAREST
from emulation.randomness import Rounding, draw, stream, unit
from emulation.rules.rule import Rule

NO_SHARED_RANDOMS = np.zeros(5)


@inlined
def connection_of(plan, state, row):
    """Views of the pools as the `Connection` of plastic projection `row`."""
    numbers = plan.plastic[row]
    n_pre, n_post, fan_in, pre_rows = numbers[N_PRE], numbers[N_POST], numbers[FAN_IN], numbers[PRE_ROWS]
    start, size = numbers[WEIGHT_START], n_post * fan_in
    x, y, first = numbers[X_START], numbers[Y_START], numbers[PRE_START]
    delays = fan_in if numbers[USES_DELAYS] else 0
    return Connection(
        plan.pre[first : first + pre_rows * fan_in].reshape((pre_rows, fan_in)),
        state.weights[start : start + size].reshape((n_post, fan_in)),
        state.tags[start : start + size].reshape((n_post, fan_in)),
        state.delays[start : start + n_post * delays].reshape((n_post, delays)),
        state.x_traces[2 * x : 2 * (x + n_pre)].reshape((2, n_pre)),
        state.y_traces[3 * y : 3 * (y + n_post)].reshape((3, n_post)),
        state.x_time[x : x + n_pre],
        state.y_time[y : y + n_post],
    )


@inlined
def scratch_of(plan, scratch, row):
    """Views of the engine's scratch as the `Scratch` of plastic projection `row`."""
    n_pre, fan_in = plan.plastic[row, N_PRE], plan.plastic[row, FAN_IN]
    rows = max(1, BLOCK // max(1, fan_in))
    columns = rows * fan_in
    return Scratch(
        scratch.x_end[: 2 * n_pre].reshape((2, n_pre)),
        scratch.post,
        scratch.work[: WORK_ROWS * columns].reshape((WORK_ROWS, columns)),
        scratch.counters[:columns],
        scratch.block[:rows],
        scratch.moving[:n_pre],
    )


@inlined
def rule_of(plan, number, epoch, three_factor):
    """Row `number` of the tables of rules as a `Rule`."""
    row = plan.rules[number]
    start, end = row[PRODUCT_START], row[PRODUCT_START] + row[PRODUCT_COUNT]
    return Rule(
        plan.products[start:end],
        plan.factors[start:end],
        plan.targets[number],
        plan.reads[number],
        plan.bounds[number],
        plan.decay[number],
        plan.impulse[number],
        row[TRACE_HIGH],
        row[AT_SPIKES] != 0,
        row[DECIMATION],
        epoch,
        three_factor != 0,
        row[NEEDS_POST] != 0,
    )


@inlined
def note_spikes(plan, state, scratch, row, rule, time):
    """Note this timestep's spikes of a plastic projection that learns, before the synapse and after it."""
    numbers = plan.plastic[row]
    step = (time - 1) % numbers[EPOCH] + 1
    high, x, y, n_pre = plan.rules[rule, TRACE_HIGH], numbers[X_START], numbers[Y_START], numbers[N_PRE]
    first, number = plan.populations[numbers[SOURCE], FIRST], scratch.numbers[numbers[SOURCE]]
    if number > 0:
        traces, times = state.x_traces[2 * x : 2 * (x + n_pre)].reshape((2, n_pre)), state.x_time[x : x + n_pre]
        for event in range(number):
            note_spike(traces, times, plan.impulse[rule, :2], high, scratch.spikes[first + event], step, 0)
    first, number = plan.populations[numbers[TARGET], FIRST], scratch.numbers[numbers[TARGET]]
    if number > 0:
        n_post, rounding = numbers[N_POST], plan.numbers[ROUNDING]
        traces, times = state.y_traces[3 * y : 3 * (y + n_post)].reshape((3, n_post)), state.y_time[y : y + n_post]
        key = stream(plan.numbers[SEED], numbers[STREAM] + IMPULSE_STREAM, time)
        for event in range(number):
            neuron = scratch.spikes[first + event]
            random = 1.0 * IMPULSE_UNITS
            if rounding == Rounding.STOCHASTIC:
                random = unit(draw(key, neuron)) * IMPULSE_UNITS
            elif rounding == Rounding.NEAREST:
                random = NEAREST * IMPULSE_UNITS
            note_spike(traces, times, plan.impulse[rule, 2:], high, neuron, step, random)


@inlined
def send_factor(plan, state, numbers, factor, sent, position, ramp_cycles, time):
    """Write what each post neuron sends as y1, y2 or y3 at timestep `time` into `sent`, see `Factor`."""
    kind, a, b = factor[FACTOR_KIND], factor[FACTOR_A], factor[FACTOR_B]
    if kind == Factor.CONSTANT:
        sent[:] = a
    elif kind == Factor.COUNT:
        first = plan.populations[numbers[TARGET], FIRST]
        for post in range(sent.shape[0]):
            sent[post] = a * min(state.counts[first + post], b)
    elif kind == Factor.RAMP:
        sent[:] = a + (b - a) * position // max(1, ramp_cycles)
    elif kind == Factor.LABEL:
        cycle = (time - 1) // plan.numbers[STEPS]
        sent[:] = b
        sent[plan.labels[numbers[LABEL_START] + cycle % numbers[LABEL_COUNT]]] = a
    else:
        for post in range(sent.shape[0]):
            value = state.outside[numbers[Y_START] + post]
            sent[post] = value if a == 0 else max(a * value, 0)


@inlined
def end_epoch(plan, state, setting, scratch, row, position, time):
    """End a learning epoch of plastic projection `row` at timestep `time`."""
    numbers = plan.plastic[row]
    n_post, y = numbers[N_POST], numbers[Y_START]
    if numbers[THREE_FACTOR]:
        for k in range(3):
            sent = state.y_traces[3 * y + k * n_post : 3 * y + (k + 1) * n_post]
            send_factor(plan, state, numbers, setting.factors[row, k], sent, position, setting.ramp_cycles, time)
    rule = rule_of(plan, setting.rules[row], numbers[EPOCH], numbers[THREE_FACTOR])
    connection, room = connection_of(plan, state, row), scratch_of(plan, scratch, row)
    if setting.shuffled[row]:
        shuffle_tags(connection.tags, plan.numbers[SEED], time, room.work)
    learn(
        connection,
        room,
        rule,
        plan.numbers[ROUNDING],
        plan.numbers[SEED],
        numbers[STREAM],
        time,
        NO_SHARED_RANDOMS,
    )
    for place in range(numbers[PAD_START], numbers[PAD_START] + numbers[PAD_COUNT]):
        state.weights[plan.padding[place]] = 0
        state.tags[plan.padding[place]] = 0
        state.delays[plan.padding[place]] = 0
