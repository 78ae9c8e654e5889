"""What a learning epoch reads: the traces of the pre and post neurons, gathered per synapse of a block of rows.

Kernels take plain arrays rather than the named tuples wherever they are called per row: each array of a tuple is an
argument of its own in the compiled call.
"""

import numpy as np

from emulation.compiling import inlined, inner
from emulation.learning.synapses import (
    COPY_ROW,
    MASK_ROW,
    X_AT_END,
    X_AT_POST,
    X_AT_PRE,
    Y_AT_END,
    Y_AT_POST,
    Y_AT_PRE,
)
from emulation.learning.traces import trace_at
from emulation.randomness import Rounding
from emulation.rules.rule import Dependency, Variable


@inner
def x_value(value, time, k, neuron, until, decay, impulse, trace_high, rounding, shared, key):
    """Pre trace x1 (k = 0) or x2 (k = 1) of a neuron at timestep `until` of the epoch, see `trace_at`."""
    return trace_at(
        value, time, until, decay, impulse, k, trace_high, rounding, shared[0], shared[1], key, 2 * neuron + k
    )


@inner
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


@inner
def advance_x(traces, times, rule, rounding, shared, key, end, moving):
    """Write the pre traces at the end of the epoch into `end` (2, n_pre); `moving` (n_pre,) is scratch."""
    decay, impulse, high, epoch = rule.decay, rule.impulse, rule.trace_high, rule.epoch
    # Few neurons have a trace at all: they are found first, without a branch.
    number = 0
    for neuron in range(times.shape[0]):
        moving[number] = neuron
        number += (traces[0, neuron] != 0) | (traces[1, neuron] != 0) | (times[neuron] != 0)
    for k in range(2):
        copy(traces[k], end[k])
        for position in range(number):
            neuron = moving[position]
            end[k, neuron] = x_value(
                traces[k, neuron], times[neuron], k, neuron, epoch, decay, impulse, high, rounding, shared, key
            )


@inner
def advance_y(traces, times, rule, rounding, shared, key):
    """Bring the post traces of a two-factor rule to the end of the epoch, in place."""
    decay, impulse, high, epoch = rule.decay, rule.impulse, rule.trace_high, rule.epoch
    for k in range(3):
        for neuron in range(times.shape[0]):
            value, time = traces[k, neuron], times[neuron]
            value = y_value(value, time, k, neuron, epoch, decay, impulse, high, False, rounding, shared, key)
            traces[k, neuron] = value


@inlined
def copy(source, target):
    """target = source, for arrays of one length."""
    for k in range(target.shape[0]):
        target[k] = source[k]


@inlined
def take(source, indices, target):
    """target = source[indices]."""
    for k in range(target.shape[0]):
        target[k] = source[np.uint32(indices[k])]


@inlined
def take_mask(times, indices, target):
    """target = times[indices] > 0."""
    for k in range(target.shape[0]):
        target[k] = times[np.uint32(indices[k])] > 0


@inlined
def gather_end(pre, times, x_end, reads, first, last, work):
    """Per synapse of columns first .. last - 1, with pre neurons `pre`: x0 and the pre traces at the epoch's end."""
    for k in range(2):
        if reads[Dependency.U, Variable.X1 + k]:
            take(x_end[k], pre, work[X_AT_END + k, first:last])
    if reads[0, Variable.X0] or reads[1, Variable.X0] or reads[2, Variable.X0]:
        take_mask(times, pre, work[MASK_ROW, first:last])


@inner
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


@inner
def gather_post(connection, rule, row, rounding, shared, key, post):
    """What all synapses of a row share: `post` (3, 11) gets y0 and y1 y2 y3 under the dependencies Y0 and U."""
    time, epoch = connection.y_time[row], rule.epoch
    decay, impulse, high, reads, three_factor = rule.decay, rule.impulse, rule.trace_high, rule.reads, rule.three_factor
    for dependency in range(3):
        post[dependency, Variable.Y0] = time > 0
    for k in range(3):
        value = connection.y_traces[k, row]
        for dependency in (Dependency.Y0, Dependency.U):
            if reads[dependency, Variable.Y1 + k]:
                until = time if dependency == Dependency.Y0 else epoch
                post[dependency, Variable.Y1 + k] = y_value(
                    value, time, k, row, until, decay, impulse, high, three_factor, rounding, shared, key
                )


@inlined
def gather_values(weights, tags, delays, first, last, work):
    """Copy w, t and d of one row into its columns of the scratch, for blocks of several rows."""
    copy(weights, work[COPY_ROW, first:last])
    copy(tags, work[COPY_ROW + 1, first:last])
    if delays.shape[0] > 0:
        copy(delays, work[COPY_ROW + 2, first:last])


@inner
def spread_post(post, first, last, work):
    """Write what a row shares into its columns of the scratch, for blocks of several rows."""
    for k in range(4):
        variable = Variable.Y0 if k == 0 else Variable.Y1 + k - 1
        work[Y_AT_POST + k, first:last] = post[Dependency.Y0, variable]
        work[Y_AT_END + k, first:last] = post[Dependency.U, variable]
