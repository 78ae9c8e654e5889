"""The learning epoch: what changes w, t and d of plastic synapses.

The order is Lava's (lava/magma/core/model/py/connection.py): at the end of an epoch the traces are brought up to
date, then dw, dt and dd all see w, t and d from before the epoch.
"""

import numpy as np

from emulation.arithmetic import number_like
from emulation.connection import (
    COPY_ROW,
    MASK_ROW,
    PRODUCT_ROW,
    RESULT_ROW,
    TOTAL_ROW,
    X_AT_END,
    X_AT_POST,
    X_AT_PRE,
    Y_AT_END,
    Y_AT_POST,
    Y_AT_PRE,
)  # fmt: skip
from emulation.gathering import (
    advance_x,
    advance_y,
    copy,
    gather_at_spikes,
    gather_end,
    gather_post,
    gather_values,
    spread_post,
)
from emulation.kernels import inlined, inner, kernel
from emulation.products import (
    ACCUMULATOR_LOW,
    NO_FLOOR,
    UNCLIPPED,
    add_product,
    add_scalar,
    finish,
    multiply,
    multiply_scalar,
)  # fmt: skip
from emulation.randomness import TRACE_STREAM, Rounding, counter, first_counter, stream
from emulation.rules import (
    CONSTANT,
    DEPENDENCY,
    EXPONENT,
    FACTOR_COUNT,
    FRACTION,
    FRACTION_BITS,
    MANTISSA,
    RIGHT_SHIFT,
    SIGN,
    TARGET,
    VARIABLE,
    WIDTH,
    Dependency,
    Target,
    Variable,
)  # fmt: skip


@inner
def is_shared(variable, dependency, single_row):
    """Whether a factor is the same for all synapses of a block."""
    if variable == Variable.CONSTANT:
        return True
    if not single_row:
        return False
    return variable == Variable.Y0 or (Variable.Y1 <= variable <= Variable.Y3 and dependency != Dependency.X0)


@inner
def shared_part(products, factors, index, post, active, single_row):
    """What all synapses of a block share of a product: mantissa, dependency and the factors of a single post neuron."""
    dependency = products[index, DEPENDENCY]
    coefficient = number_like(post, products[index, MANTISSA])
    if dependency == Dependency.U and not active:
        return number_like(post, 0)
    if single_row and dependency == Dependency.Y0 and post[0, Variable.Y0] == 0:
        return number_like(post, 0)
    for position in range(products[index, FACTOR_COUNT]):
        variable = factors[index, position, VARIABLE]
        if is_shared(variable, dependency, single_row):
            constant, sign = factors[index, position, CONSTANT], factors[index, position, SIGN]
            width = factors[index, position, WIDTH]
            coefficient = multiply_scalar(coefficient, post[dependency, variable], constant, sign, width)
    return coefficient


@inner
def factor_row(variable, dependency):
    """Row of the scratch that holds a factor which differs between synapses."""
    if variable == Variable.X0:
        return MASK_ROW
    if variable == Variable.Y0:
        return Y_AT_END
    if variable >= Variable.WEIGHT:
        return COPY_ROW + variable - Variable.WEIGHT
    if variable >= Variable.Y1:
        if dependency == Dependency.X0:
            return Y_AT_PRE + variable - Variable.Y1
        return (Y_AT_END if dependency == Dependency.U else Y_AT_POST) + 1 + variable - Variable.Y1
    if dependency == Dependency.U:
        return X_AT_END + variable - Variable.X1
    return (X_AT_POST if dependency == Dependency.Y0 else X_AT_PRE) + variable - Variable.X1


@inlined
def values_of(source, weights, tags, delays, work):
    """Values of a factor or a sum in all synapses of a block: row `source` of the scratch, or w, t, d themselves."""
    if source == COPY_ROW:
        values = weights
    elif source == COPY_ROW + 1:
        values = tags
    elif source == COPY_ROW + 2:
        values = delays
    else:
        values = work[source, : weights.shape[0]]
    return values


@inner
def reduce_product(products, factors, index, coefficient, single_row, weights, tags, delays, work):
    """Multiply all but the last of a product's factors that differ between synapses.

    Returns
    -------
    coefficient, source, constant, sign, width
        What is left: `coefficient` times one factor, whose values are in row `source` of the scratch; -1: no factor.
    """
    dependency = products[index, DEPENDENCY]
    source, constant, sign, width = -1, 0, 0, 1
    if dependency == Dependency.X0:
        source = MASK_ROW
    elif dependency == Dependency.Y0 and not single_row:
        source = Y_AT_POST
    turn = 0
    for position in range(products[index, FACTOR_COUNT]):
        variable = factors[index, position, VARIABLE]
        if is_shared(variable, dependency, single_row):
            continue
        second, constant_2 = factor_row(variable, dependency), factors[index, position, CONSTANT]
        sign_2, width_2 = factors[index, position, SIGN], factors[index, position, WIDTH]
        if source < 0:
            source, constant, sign, width = second, constant_2, sign_2, width_2
            continue
        multiply(
            work[PRODUCT_ROW + turn, : weights.shape[0]], coefficient,
            values_of(source, weights, tags, delays, work), constant, sign, width,
            values_of(second, weights, tags, delays, work), constant_2, sign_2, width_2,
        )  # fmt: skip
        coefficient, source, constant, sign, width = number_like(work, 1), PRODUCT_ROW + turn, 0, 0, UNCLIPPED
        turn = 1 - turn
    return coefficient, source, constant, sign, width


@inlined
def change_variable(
    target, products, factors, bounds, active, post, single_row, weights, tags, delays, work, counters, first, round_up
):
    """Evaluate all products of one of w, t, d over a block of synapses.

    A product with factors that differ between synapses waits for the next one: the last is added in the same pass
    that rounds the sum.

    Returns
    -------
    bool
        Whether the variable may have changed; its new values are then in the result row of `work`.
    """
    # A tag at -257 meets the accumulator's bounds even where zero is added: tags are always evaluated.
    is_tag, columns = target == Target.TAG, weights.shape[0]
    start, lift, floor = COPY_ROW + target, FRACTION_BITS, NO_FLOOR
    changed, next_total = False, TOTAL_ROW
    factor, source, constant, sign, width, exponent, right_shift = number_like(post, 0), -1, 0, 0, 1, 0, 0
    for index in range(products.shape[0]):
        if products[index, TARGET] != target:
            continue
        coefficient = shared_part(products, factors, index, post, active, single_row)
        if coefficient == 0:
            if is_tag and not changed:
                changed, floor = True, ACCUMULATOR_LOW
            continue
        changed = True
        if source >= 0:
            add_product(
                work[next_total, :columns], values_of(start, weights, tags, delays, work), lift, floor, factor,
                values_of(source, weights, tags, delays, work), constant, sign, width, exponent, right_shift,
            )  # fmt: skip
            start, lift, next_total = next_total, 0, 2 * TOTAL_ROW + 1 - next_total
        factor, source, constant, sign, width = reduce_product(
            products, factors, index, coefficient, single_row, weights, tags, delays, work
        )
        exponent, right_shift = products[index, EXPONENT], products[index, RIGHT_SHIFT]
        if source < 0:
            values = values_of(start, weights, tags, delays, work)
            add_scalar(work[next_total, :columns], values, lift, floor, factor, exponent, right_shift)
            start, lift, next_total = next_total, 0, 2 * TOTAL_ROW + 1 - next_total
    if changed:
        if source < 0:
            factor, source = number_like(post, 0), start
        finish(
            work[RESULT_ROW + target, :columns], values_of(start, weights, tags, delays, work), lift, floor, factor,
            values_of(source, weights, tags, delays, work), constant, sign, width, exponent, right_shift,
            counters, first, round_up, bounds[target],
        )  # fmt: skip
    return changed


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
def gather_block(connection, rule, rows, is_first, rounding, shared, trace_key):
    """Bring together what the rule reads in the post neurons `rows` (int64 array)."""
    weights, tags, delays, pre = connection.weights, connection.tags, connection.delays, connection.pre
    work, fan_in, single_row = connection.work, connection.weights.shape[1], connection.rows.shape[0] == 1
    all_to_all = pre.shape[0] == 1
    for member in range(rows.shape[0]):
        row, first, last = rows[member], member * fan_in, (member + 1) * fan_in
        sources = pre[0 if all_to_all else row]
        # A single row with a synapse from everyone reads the same pre traces as the row before.
        if is_first or not (single_row and all_to_all):
            gather_end(sources, connection.x_time, connection.x_end, rule.reads, first, last, work)
        if is_first or not single_row:
            fill_counters(rounding, 0 if single_row else row * fan_in, connection.counters[first:last])
        if rule.reads_at_spikes:
            gather_at_spikes(connection, rule, row, sources, rounding, shared, trace_key, first, work)
        gather_post(connection, rule, row, rounding, shared, trace_key, connection.post)
        if not single_row:
            gather_values(weights[row], tags[row], delays[row], first, last, work)
            spread_post(connection.post, first, last, work)


@inlined
def store(values, rows, result):
    """Write the results of a block back into its rows."""
    fan_in = values.shape[1]
    for member in range(rows.shape[0]):
        copy(result[member * fan_in : (member + 1) * fan_in], values[rows[member]])


@inlined
def learn_block(connection, rule, rows, is_first, active, rounding, shared, keys, trace_key):
    """Change w, t and d of the post neurons `rows` (int64 array)."""
    gather_block(connection, rule, rows, is_first, rounding, shared, trace_key)
    post, work, fan_in = connection.post, connection.work, connection.weights.shape[1]
    single_row, columns = connection.rows.shape[0] == 1, rows.shape[0] * fan_in
    weights, tags = work[COPY_ROW, :columns], work[COPY_ROW + 1, :columns]
    delays, first_element = work[COPY_ROW + 2, :columns], 0
    if single_row:
        weights, tags, delays = connection.weights[rows[0]], connection.tags[rows[0]], connection.delays[rows[0]]
        first_element = rows[0] * fan_in
    counters = connection.counters[:columns]
    changed = 0
    for target in range(3):
        if rule.targets[target]:
            first = first_counter(keys[target]) + counter(first_element)
            if rounding != Rounding.STOCHASTIC:
                first = np.uint32(0)
            round_up = carry_of(rounding, rule.bounds[target, FRACTION], shared)
            if change_variable(
                target, rule.products, rule.factors, rule.bounds, active, post, single_row, weights, tags, delays,
                work, counters, np.uint32(first), round_up,
            ):  # fmt: skip
                changed |= 1 << target
    for target in range(3):
        if changed >> target & 1:
            values = connection.weights
            if target != Target.WEIGHT:
                values = connection.tags if target == Target.TAG else connection.delays
            store(values, rows, work[RESULT_ROW + target])


@kernel
def learn_epoch(connection, rule, rounding, seed, purpose, time, shared):
    """End a learning epoch: bring the traces up to date, change w, t and d, forget the epoch's spike times.

    Parameters
    ----------
    connection : Connection
        Changed in place.
    rule : Rule
    rounding : int
        A `Rounding`.
    seed, purpose, time : int
        Seed of the run, first of the eight purposes of this connection, timestep that ends the epoch.
    shared : float64 array (5,)
        Lava's shared random numbers for `Rounding.LAVA`: x decay, x impulse, y decay, y impulse, synapse.
    """
    learn(connection, rule, rounding, seed, purpose, time, shared)


@inner
def learn(connection, rule, rounding, seed, purpose, time, shared):
    """See `learn_epoch`."""
    trace_key = stream(seed, purpose + TRACE_STREAM, time)
    keys = (stream(seed, purpose, time), stream(seed, purpose + 1, time), stream(seed, purpose + 2, time))
    x_time, y_time, rows = connection.x_time, connection.y_time, connection.rows
    advance_x(connection.x_traces, x_time, rule, rounding, shared, trace_key, connection.x_end, connection.moving)
    active = (time // rule.epoch) % rule.decimation == 0
    number, is_first = 0, True
    last = y_time.shape[0] - 1
    for row in range(last + 1):
        if not rule.needs_post_spike or y_time[row] > 0:
            rows[number] = row
            number += 1
        if number == rows.shape[0] or (row == last and number > 0):
            learn_block(connection, rule, rows[:number], is_first, active, rounding, shared, keys, trace_key)
            number, is_first = 0, False
    if not rule.three_factor:
        advance_y(connection.y_traces, y_time, rule, rounding, shared, trace_key)
    for k in range(2):
        copy(connection.x_end[k], connection.x_traces[k])
    x_time[:] = 0
    y_time[:] = 0
