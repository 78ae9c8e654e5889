"""The learning epoch: what changes w, t and d of plastic synapses.

The order is Lava's (lava/magma/core/model/py/connection.py): at the end of an epoch the traces are brought up to
date, then dw, dt and dd all see w, t and d from before the epoch.
"""

import numpy as np

from emulation.compiling import inlined, inner, kernel
from emulation.learning.operands import (
    advance_x,
    advance_y,
    copy,
    gather_at_spikes,
    gather_end,
    gather_post,
    gather_values,
    spread_post,
)
from emulation.learning.sums import change_variable
from emulation.learning.synapses import COPY_ROW, RESULT_ROW
from emulation.randomness import TRACE_STREAM, Rounding, counter, first_counter, stream
from emulation.rules.rule import FRACTION, Target


@inner
def carry_of(rounding, fraction_bits, shared):
    """What is added to a sum before the draw is subtracted: a fraction above draw or fixed threshold carries."""
    full = (1 << fraction_bits) - 1
    if rounding == Rounding.STOCHASTIC:
        return full
    if rounding == Rounding.LAVA:
        return full - np.int64(np.floor(shared[4] * (1 << fraction_bits)))
    return full - ((1 << (fraction_bits - (rounding == Rounding.NEAREST))) - 1)


@inlined
def fill_counters(rounding, first, counters):
    """Counters of the draws of elements first, first + 1, ...; zero, which draws zero, where nothing is drawn."""
    drawn = rounding == Rounding.STOCHASTIC
    for k in range(counters.shape[0]):
        counters[k] = counter(first + k) if drawn else np.uint32(0)


@inlined
def gather_block(connection, scratch, rule, rows, is_first, rounding, shared, trace_key):
    """Bring together what the rule reads in the post neurons `rows` (int64 array)."""
    weights, tags, delays, pre = connection.weights, connection.tags, connection.delays, connection.pre
    work, fan_in, single_row = scratch.work, connection.weights.shape[1], scratch.rows.shape[0] == 1
    all_to_all = pre.shape[0] == 1
    for member in range(rows.shape[0]):
        row, first, last = rows[member], member * fan_in, (member + 1) * fan_in
        sources = pre[0 if all_to_all else row]
        # A single row with a synapse from everyone reads the same pre traces as the row before.
        if is_first or not (single_row and all_to_all):
            gather_end(sources, connection.x_time, scratch.x_end, rule.reads, first, last, work)
        if is_first or not single_row:
            fill_counters(rounding, 0 if single_row else row * fan_in, scratch.counters[first:last])
        if rule.reads_at_spikes:
            gather_at_spikes(connection, rule, row, sources, rounding, shared, trace_key, first, work)
        gather_post(connection, rule, row, rounding, shared, trace_key, scratch.post)
        if not single_row:
            gather_values(weights[row], tags[row], delays[row], first, last, work)
            spread_post(scratch.post, first, last, work)


@inlined
def store(values, rows, result):
    """Write the results of a block back into its rows."""
    fan_in = values.shape[1]
    for member in range(rows.shape[0]):
        copy(result[member * fan_in : (member + 1) * fan_in], values[rows[member]])


@inlined
def learn_block(connection, scratch, rule, rows, is_first, active, rounding, shared, keys, trace_key):
    """Change w, t and d of the post neurons `rows` (int64 array)."""
    gather_block(connection, scratch, rule, rows, is_first, rounding, shared, trace_key)
    post, work, fan_in = scratch.post, scratch.work, connection.weights.shape[1]
    single_row, columns = scratch.rows.shape[0] == 1, rows.shape[0] * fan_in
    weights, tags = work[COPY_ROW, :columns], work[COPY_ROW + 1, :columns]
    delays, first_element = work[COPY_ROW + 2, :columns], 0
    if single_row:
        weights, tags, delays = connection.weights[rows[0]], connection.tags[rows[0]], connection.delays[rows[0]]
        first_element = rows[0] * fan_in
    counters = scratch.counters[:columns]
    changed = 0
    for target in range(3):
        if rule.targets[target]:
            first = first_counter(keys[target]) + counter(first_element)
            if rounding != Rounding.STOCHASTIC:
                first = np.uint32(0)
            round_up = carry_of(rounding, rule.bounds[target, FRACTION], shared)
            if change_variable(
                target,
                rule.products,
                rule.factors,
                rule.bounds,
                active,
                post,
                single_row,
                weights,
                tags,
                delays,
                work,
                counters,
                np.uint32(first),
                round_up,
            ):
                changed |= 1 << target
    for target in range(3):
        if changed >> target & 1:
            values = connection.weights
            if target != Target.WEIGHT:
                values = connection.tags if target == Target.TAG else connection.delays
            store(values, rows, work[RESULT_ROW + target])


@kernel
def learn_epoch(connection, scratch, rule, rounding, seed, purpose, time, shared):
    """End a learning epoch: bring the traces up to date, change w, t and d, forget the epoch's spike times.

    Parameters
    ----------
    connection : Connection
        Changed in place.
    scratch : Scratch
    rule : Rule
    rounding : int
        A `Rounding`.
    seed, purpose, time : int
        Seed of the run, first of the eight purposes of this connection, timestep that ends the epoch.
    shared : float64 array (5,)
        Lava's shared random numbers for `Rounding.LAVA`: x decay, x impulse, y decay, y impulse, synapse.
    """
    learn(connection, scratch, rule, rounding, seed, purpose, time, shared)


@inner
def learn(connection, scratch, rule, rounding, seed, purpose, time, shared):
    """See `learn_epoch`."""
    trace_key = stream(seed, purpose + TRACE_STREAM, time)
    keys = (stream(seed, purpose, time), stream(seed, purpose + 1, time), stream(seed, purpose + 2, time))
    x_time, y_time, rows = connection.x_time, connection.y_time, scratch.rows
    advance_x(connection.x_traces, x_time, rule, rounding, shared, trace_key, scratch.x_end, scratch.moving)
    active = (time // rule.epoch) % rule.decimation == 0
    number, is_first = 0, True
    last = y_time.shape[0] - 1
    for row in range(last + 1):
        if not rule.needs_post_spike or y_time[row] > 0:
            rows[number] = row
            number += 1
        if number == rows.shape[0] or (row == last and number > 0):
            learn_block(connection, scratch, rule, rows[:number], is_first, active, rounding, shared, keys, trace_key)
            number, is_first = 0, False
    if not rule.three_factor:
        advance_y(connection.y_traces, y_time, rule, rounding, shared, trace_key)
    for k in range(2):
        copy(scratch.x_end[k], connection.x_traces[k])
    x_time[:] = 0
    y_time[:] = 0
