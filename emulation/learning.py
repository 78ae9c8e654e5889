"""Plastic synapses: their state, the spikes they note, and the learning epoch that changes them.

The order is Lava's (lava/magma/core/model/py/connection.py): at the end of an epoch the traces are brought up to
date, then dw, dt and dd all see w, t and d from before the epoch.

Kernels take plain arrays rather than the named tuples wherever they are called per row: numba counts references
for every array of a tuple that it passes on.
"""

from typing import NamedTuple

import numpy as np
from numba import njit
from numba.extending import overload

from emulation.arithmetic import is_integer
from emulation.randomness import TRACE_STREAM, Rounding, fill_draws, stream
from emulation.rules import (
    CONSTANT,
    DEPENDENCY,
    EXPONENT,
    FACTOR_COUNT,
    FRACTION,
    MANTISSA,
    RIGHT_SHIFT,
    SIGN,
    TARGET,
    VARIABLE,
    WIDTH,
    Dependency,
    Target,
    Variable,
    accumulate,
    limit,
    load,
    multiply_factor,
    multiply_scalar,
    start_product,
    store,
)
from emulation.traces import add_impulse, trace_at

# Rows of the scratch that a learning epoch works in, one column per synapse of a block of rows: three accumulators and
# three copies (by Target), the product, the mask of x0, x1 x2 at the epoch's end, at the post neuron's and at the pre
# neuron's last spike, y1 y2 y3 at the pre neuron's last spike, and, where a block has more than one row, y0 y1 y2 y3
# at the post neuron's last spike and at the epoch's end.
COPY_ROW, PRODUCT_ROW, MASK_ROW, X_AT_END, X_AT_POST, X_AT_PRE, Y_AT_PRE, Y_AT_POST, Y_AT_END, WORK_ROWS = (
    3, 6, 7, 8, 10, 12, 14, 17, 21, 25
)  # fmt: skip
BLOCK = 512  # synapses that are learnt together where rows are short; chosen here for speed


class Connection(NamedTuple):
    """State of plastic synapses, one row per post neuron.

    Integer arrays make it fixed point, float64 arrays floating point.

    Attributes
    ----------
    pre : int32 array (n_post, fan_in), or (1, n_pre) where every post neuron has a synapse from every pre neuron
        Presynaptic neuron of each synapse.
    weights, tags, delays : int32 or float64 array (n_post, fan_in)
        w -256..255 (8 bit and sign), t -257..255, d 0..255; a delays array of 0 columns where delays do not learn.
    x_traces : (2, n_pre), y_traces : (3, n_post)
        x1 x2 and y1 y2 y3, 0..127, as at the end of the last epoch (three-factor rules: as last received).
    x_time : int64 array (n_pre,), y_time : int64 array (n_post,)
        Timestep (1 .. t_epoch) of the last spike in the present epoch, 0 for none.
    x_end : (2, n_pre), work : (25, columns), thresholds : int32 array (columns,)
        Scratch for a block of rows; holds nothing between calls.
    """

    pre: np.ndarray
    weights: np.ndarray
    tags: np.ndarray
    delays: np.ndarray
    x_traces: np.ndarray
    y_traces: np.ndarray
    x_time: np.ndarray
    y_time: np.ndarray
    x_end: np.ndarray
    work: np.ndarray
    thresholds: np.ndarray


SCRATCH = ("x_end", "work", "thresholds")


def make_connection(pre: np.ndarray, weights: np.ndarray, n_pre: int, delays: np.ndarray | None = None) -> Connection:
    """A connection at rest: zero tags, traces and spike times.

    Parameters
    ----------
    pre, weights, delays
        See `Connection`; `weights` is taken as float64 or converted to int32.
    n_pre : int
        Number of presynaptic neurons.
    """
    dtype = np.float64 if weights.dtype.kind == "f" else np.int32
    n_post, fan_in = weights.shape
    columns = max(1, BLOCK // fan_in) * fan_in
    return Connection(
        pre=np.ascontiguousarray(pre, dtype=np.int32),
        weights=np.array(weights, dtype=dtype, order="C"),
        tags=np.zeros((n_post, fan_in), dtype),
        delays=np.zeros((n_post, 0), dtype) if delays is None else np.array(delays, dtype=dtype, order="C"),
        x_traces=np.zeros((2, n_pre), dtype),
        y_traces=np.zeros((3, n_post), dtype),
        x_time=np.zeros(n_pre, np.int64),
        y_time=np.zeros(n_post, np.int64),
        x_end=np.zeros((2, n_pre), dtype),
        work=np.zeros((WORK_ROWS, columns), dtype),
        thresholds=np.zeros(columns, np.int32),
    )


def number_like_fixed(array, value):
    """`value` as an integer."""
    return np.int64(value)


def number_like_float(array, value):
    """`value` as a float."""
    return np.float64(value)


def number_like(array, value):
    """`value` as a number of the arithmetic of `array`."""
    raise NotImplementedError("only inside compiled kernels")


@overload(number_like)
def _number_like(array, value):
    return number_like_fixed if is_integer(array) else number_like_float


@njit(cache=True, nogil=True)
def clear_activity(connection):
    """Forget tags, traces and spike times; weights and delays stay."""
    connection.tags[:] = 0
    connection.x_traces[:] = 0
    connection.y_traces[:] = 0
    connection.x_time[:] = 0
    connection.y_time[:] = 0


@njit(cache=True, nogil=True)
def note_spike(traces, times, impulse, trace_high, neuron, step, impulse_random):
    """Note a spike at timestep `step` (1 .. t_epoch) of the epoch.

    A second spike in the epoch adds the impulses at once and moves the noted time, as in Lava.

    Parameters
    ----------
    traces : array (2, n_pre) or (3, n_post)
        x or y traces of a connection, with `times` (n,) beside them.
    impulse : int64 array (2 or 3, 2)
        Impulses of these traces.
    trace_high : int
        Largest trace.
    neuron, step : int
    impulse_random : number
        Rounds a fractional impulse, 0 .. 256; Lava passes 0 for presynaptic spikes, so rounds them up.
    """
    if times[neuron] > 0:
        for k in range(traces.shape[0]):
            value = add_impulse(traces[k, neuron], impulse[k, 0], impulse[k, 1], impulse_random, trace_high)
            traces[k, neuron] = value
    times[neuron] = step


@njit(cache=True, nogil=True)
def note_pre_spike(connection, rule, neuron, step):
    """Note a presynaptic spike, see `note_spike`."""
    note_spike(connection.x_traces, connection.x_time, rule.impulse[:2], rule.trace_high, neuron, step, 0)


@njit(cache=True, nogil=True)
def note_post_spike(connection, rule, neuron, step, impulse_random):
    """Note a postsynaptic spike, see `note_spike`."""
    note_spike(connection.y_traces, connection.y_time, rule.impulse[2:], rule.trace_high, neuron, step, impulse_random)


@njit(cache=True, nogil=True)
def x_value(value, time, k, neuron, until, decay, impulse, trace_high, rounding, shared, key):
    """Pre trace x1 (k = 0) or x2 (k = 1) of a neuron at timestep `until` of the epoch, see `trace_at`."""
    return trace_at(
        value, time, until, decay, impulse, k, trace_high, rounding, shared[0], shared[1], key, 2 * neuron + k
    )


@njit(cache=True, nogil=True)
def y_value(value, time, k, neuron, until, decay, impulse, trace_high, three_factor, rounding, shared, key):
    """Post trace y1, y2 or y3 (k = 0, 1, 2) of a neuron at timestep `until` of the epoch.

    With three factors the value is the one that the post neuron sent; Lava lets it decay with tau 65535 all the
    same, so `lava` rounding does, while the other modes hold it.
    """
    if three_factor and rounding != Rounding.LAVA:
        return value
    return trace_at(
        value, time, until, decay, impulse, 2 + k, trace_high, rounding, shared[2], shared[3], ~key, 3 * neuron + k
    )


@njit(cache=True, nogil=True)
def advance_x(traces, times, rule, rounding, shared, key, end):
    """Write the pre traces at the end of the epoch into `end` (2, n_pre)."""
    decay, impulse, high, epoch = rule.decay, rule.impulse, rule.trace_high, rule.epoch
    for k in range(2):
        for neuron in range(times.shape[0]):
            value, time = traces[k, neuron], times[neuron]
            if value != 0 or time != 0:
                value = x_value(value, time, k, neuron, epoch, decay, impulse, high, rounding, shared, key)
            end[k, neuron] = value


@njit(cache=True, nogil=True)
def advance_y(traces, times, rule, rounding, shared, key):
    """Bring the post traces of a two-factor rule to the end of the epoch, in place."""
    decay, impulse, high, epoch = rule.decay, rule.impulse, rule.trace_high, rule.epoch
    for k in range(3):
        for neuron in range(times.shape[0]):
            value, time = traces[k, neuron], times[neuron]
            value = y_value(value, time, k, neuron, epoch, decay, impulse, high, False, rounding, shared, key)
            traces[k, neuron] = value


@njit(cache=True, nogil=True)
def gather_end(pre, source, times, x_end, reads, offset, work):
    """Per synapse of row `source` of `pre`: whether its pre neuron spiked, and the pre traces at the epoch's end."""
    for k in range(2):
        if reads[Dependency.U, Variable.X1 + k]:
            for synapse in range(pre.shape[1]):
                work[X_AT_END + k, offset + synapse] = x_end[k, pre[source, synapse]]
    if reads[0, Variable.X0] or reads[1, Variable.X0] or reads[2, Variable.X0]:
        for synapse in range(pre.shape[1]):
            work[MASK_ROW, offset + synapse] = times[pre[source, synapse]] > 0


@njit(cache=True, nogil=True)
def gather_at_spikes(connection, rule, row, pre, rounding, shared, key, offset, work):
    """Per synapse of a row: the traces that the rule reads at the last spike of the post or of the pre neuron."""
    x_traces, x_time, y_traces, y_time = connection.x_traces, connection.x_time, connection.y_traces, connection.y_time
    decay, impulse, high, reads = rule.decay, rule.impulse, rule.trace_high, rule.reads
    three_factor, post_time = rule.three_factor, y_time[row]
    for synapse in range(pre.shape[0]):
        neuron, column = pre[synapse], offset + synapse
        time = x_time[neuron]
        for k in range(2):
            value = x_traces[k, neuron]
            if reads[Dependency.Y0, Variable.X1 + k]:
                at_post = x_value(value, time, k, neuron, post_time, decay, impulse, high, rounding, shared, key)
                work[X_AT_POST + k, column] = at_post
            if reads[Dependency.X0, Variable.X1 + k]:
                at_pre = x_value(value, time, k, neuron, time, decay, impulse, high, rounding, shared, key)
                work[X_AT_PRE + k, column] = at_pre
        for k in range(3):
            if reads[Dependency.X0, Variable.Y1 + k]:
                work[Y_AT_PRE + k, column] = y_value(
                    y_traces[k, row], post_time, k, row, time, decay, impulse, high, three_factor, rounding, shared, key
                )


@njit(cache=True, nogil=True)
def gather_post(traces, times, reads, decay, impulse, high, epoch, three_factor, row, rounding, shared, key, post):
    """What all synapses of a row share: `post` (3, 11) gets y0 and y1 y2 y3 under the dependencies Y0 and U."""
    time = times[row]
    for dependency in range(3):
        post[dependency, Variable.Y0] = time > 0
    for k in range(3):
        value = traces[k, row]
        if reads[Dependency.Y0, Variable.Y1 + k]:
            post[Dependency.Y0, Variable.Y1 + k] = y_value(
                value, time, k, row, time, decay, impulse, high, three_factor, rounding, shared, key
            )
        if reads[Dependency.U, Variable.Y1 + k]:
            post[Dependency.U, Variable.Y1 + k] = y_value(
                value, time, k, row, epoch, decay, impulse, high, three_factor, rounding, shared, key
            )


@njit(cache=True, nogil=True)
def spread_post(post, offset, fan_in, work):
    """Write what a row shares into its columns of the scratch, for blocks of several rows."""
    for k in range(4):
        variable = Variable.Y0 if k == 0 else Variable.Y1 + k - 1
        at_post, at_end = post[Dependency.Y0, variable], post[Dependency.U, variable]
        for column in range(offset, offset + fan_in):
            work[Y_AT_POST + k, column] = at_post
            work[Y_AT_END + k, column] = at_end


@njit(cache=True, nogil=True)
def is_shared(variable, dependency, single_row):
    """Whether a factor is the same for all synapses of a block."""
    if variable == Variable.CONSTANT:
        return True
    if not single_row:
        return False
    return variable == Variable.Y0 or (Variable.Y1 <= variable <= Variable.Y3 and dependency != Dependency.X0)


@njit(cache=True, nogil=True)
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


@njit(cache=True, nogil=True)
def factor_row(variable, dependency):
    """Row of the scratch that holds a factor which differs between synapses (not w, t, d)."""
    if variable == Variable.X0:
        return MASK_ROW
    if variable == Variable.Y0:
        return Y_AT_END
    if variable >= Variable.Y1:
        if dependency == Dependency.X0:
            return Y_AT_PRE + variable - Variable.Y1
        return (Y_AT_END if dependency == Dependency.U else Y_AT_POST) + 1 + variable - Variable.Y1
    if dependency == Dependency.U:
        return X_AT_END + variable - Variable.X1
    return (X_AT_POST if dependency == Dependency.Y0 else X_AT_PRE) + variable - Variable.X1


@njit(cache=True, nogil=True)
def add_product(products, factors, index, coefficient, single_row, weights, tags, delays, work):
    """Add one product, whose shared part is `coefficient`, to the accumulators of a block of synapses."""
    dependency = products[index, DEPENDENCY]
    columns = weights.shape[0]
    row = work[PRODUCT_ROW, :columns]
    start_product(row, coefficient)
    if dependency == Dependency.X0:
        multiply_factor(row, work[MASK_ROW, :columns], 0, 0, 1)
    elif dependency == Dependency.Y0 and not single_row:
        multiply_factor(row, work[Y_AT_POST, :columns], 0, 0, 1)
    for position in range(products[index, FACTOR_COUNT]):
        variable = factors[index, position, VARIABLE]
        if not is_shared(variable, dependency, single_row):
            values = weights
            if variable == Variable.TAG:
                values = tags
            elif variable == Variable.DELAY:
                values = delays
            elif variable != Variable.WEIGHT:
                values = work[factor_row(variable, dependency), :columns]
            constant, sign = factors[index, position, CONSTANT], factors[index, position, SIGN]
            multiply_factor(row, values, constant, sign, factors[index, position, WIDTH])
    accumulate(work[products[index, TARGET], :columns], row, products[index, EXPONENT], products[index, RIGHT_SHIFT])


@njit(cache=True, nogil=True)
def accumulate_block(target, products, factors, active, post, single_row, weights, tags, delays, work):
    """Evaluate all products of one target over a block; returns whether its accumulators may have changed."""
    # A tag at -257 meets the accumulator's bounds even where zero is added: tags are always evaluated.
    is_tag = target == Target.TAG
    started = False
    limited = False
    accumulator = work[target, : weights.shape[0]]
    for index in range(products.shape[0]):
        if products[index, TARGET] != target:
            continue
        coefficient = shared_part(products, factors, index, post, active, single_row)
        if coefficient == 0 and (limited or not is_tag):
            continue
        if not started:
            load(accumulator, weights if target == Target.WEIGHT else tags if is_tag else delays)
            started = True
        if coefficient != 0:
            add_product(products, factors, index, coefficient, single_row, weights, tags, delays, work)
        else:
            limit(accumulator)
        limited = True
    return started


@njit(cache=True, nogil=True)
def fill_thresholds(rounding, fraction_bits, shared, key, rows, thresholds):
    """What the fraction of each accumulator of a block must exceed to be rounded up."""
    if rounding == Rounding.STOCHASTIC:
        fan_in = thresholds.shape[0] // rows.shape[0]
        for member in range(rows.shape[0]):
            fill_draws(key, rows[member] * fan_in, fraction_bits, thresholds, member * fan_in, fan_in)
    elif rounding == Rounding.LAVA:
        thresholds[:] = np.int32(np.floor(shared[4] * (1 << fraction_bits)))
    else:
        thresholds[:] = (1 << (fraction_bits - (rounding == Rounding.NEAREST))) - 1


@njit(cache=True, nogil=True)
def apply_rule(rule, rows, active, post, weights, tags, delays, rounding, shared, keys, work, thresholds):
    """Apply a learning rule to the synapses of a block of rows: all targets from the old values, then store."""
    products, factors, targets, bounds = rule.products, rule.factors, rule.targets, rule.bounds
    single_row = rows.shape[0] == 1
    changed = 0
    for target in range(3):
        if targets[target] and accumulate_block(
            target, products, factors, active, post, single_row, weights, tags, delays, work
        ):
            changed |= 1 << target
    for target in range(3):
        if changed >> target & 1:
            fill_thresholds(rounding, bounds[target, FRACTION], shared, keys[target], rows, thresholds)
            values = weights if target == Target.WEIGHT else tags if target == Target.TAG else delays
            store(values, work[target, : values.shape[0]], thresholds, bounds[target])


@njit(cache=True, nogil=True)
def learn_block(connection, rule, rows, pre_is_known, active, rounding, shared, keys, trace_key):
    """Change w, t and d of the post neurons `rows` (int64 array)."""
    weights, tags, delays, pre = connection.weights, connection.tags, connection.delays, connection.pre
    fan_in = weights.shape[1]
    x_end, work, thresholds = connection.x_end, connection.work, connection.thresholds[: rows.shape[0] * fan_in]
    has_delays, all_to_all = delays.shape[1] > 0, pre.shape[0] == 1
    x_time, y_time, y_traces = connection.x_time, connection.y_time, connection.y_traces
    decay, impulse, high, epoch, three_factor = rule.decay, rule.impulse, rule.trace_high, rule.epoch, rule.three_factor
    reads, reads_at_spikes = rule.reads, rule.reads_at_spikes
    post = np.zeros((3, Variable.CONSTANT + 1), weights.dtype)
    for member in range(rows.shape[0]):
        row, offset = rows[member], member * fan_in
        source = 0 if all_to_all else row
        if not pre_is_known:
            gather_end(pre, source, x_time, x_end, reads, offset, work)
        if reads_at_spikes:
            gather_at_spikes(connection, rule, row, pre[source], rounding, shared, trace_key, offset, work)
        gather_post(
            y_traces, y_time, reads, decay, impulse, high, epoch, three_factor, row, rounding, shared, trace_key, post
        )
        if rows.shape[0] > 1:
            spread_post(post, offset, fan_in, work)
            for synapse in range(fan_in):
                work[COPY_ROW, offset + synapse] = weights[row, synapse]
                work[COPY_ROW + 1, offset + synapse] = tags[row, synapse]
                if has_delays:
                    work[COPY_ROW + 2, offset + synapse] = delays[row, synapse]
    if rows.shape[0] == 1:
        row = rows[0]
        apply_rule(
            rule, rows, active, post, weights[row], tags[row], delays[row], rounding, shared, keys, work, thresholds
        )
        return
    columns = rows.shape[0] * fan_in
    copies = work[COPY_ROW, :columns], work[COPY_ROW + 1, :columns], work[COPY_ROW + 2, :columns]
    apply_rule(rule, rows, active, post, copies[0], copies[1], copies[2], rounding, shared, keys, work, thresholds)
    for member in range(rows.shape[0]):
        for synapse in range(fan_in):
            column = member * fan_in + synapse
            weights[rows[member], synapse] = work[COPY_ROW, column]
            tags[rows[member], synapse] = work[COPY_ROW + 1, column]
            if has_delays:
                delays[rows[member], synapse] = work[COPY_ROW + 2, column]


@njit(cache=True, nogil=True)
def learn_rows(connection, rule, rounding, active, shared, keys, trace_key):
    """Change w, t and d of all post neurons, in blocks of one long row or of many short ones."""
    y_time, needs_post_spike = connection.y_time, rule.needs_post_spike
    fan_in = connection.weights.shape[1]
    size = connection.work.shape[1] // fan_in
    rows = np.empty(size, np.int64)
    number = 0
    pre_is_known = False
    last = y_time.shape[0] - 1
    for row in range(last + 1):
        if not needs_post_spike or y_time[row] > 0:
            rows[number] = row
            number += 1
        if number == size or (row == last and number > 0):
            learn_block(connection, rule, rows[:number], pre_is_known, active, rounding, shared, keys, trace_key)
            # A single row with a synapse from everyone reads the same pre traces as the row before.
            pre_is_known = size == 1 and connection.pre.shape[0] == 1
            number = 0


@njit(cache=True, nogil=True)
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
    trace_key = stream(seed, purpose + TRACE_STREAM, time)
    keys = (stream(seed, purpose, time), stream(seed, purpose + 1, time), stream(seed, purpose + 2, time))
    x_time, y_time = connection.x_time, connection.y_time
    advance_x(connection.x_traces, x_time, rule, rounding, shared, trace_key, connection.x_end)
    active = (time // rule.epoch) % rule.decimation == 0
    learn_rows(connection, rule, rounding, active, shared, keys, trace_key)
    if not rule.three_factor:
        advance_y(connection.y_traces, y_time, rule, rounding, shared, trace_key)
    connection.x_traces[:] = connection.x_end
    x_time[:] = 0
    y_time[:] = 0
