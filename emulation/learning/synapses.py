"""Plastic synapses: their state, and the spikes that they note until the learning epoch ends."""

from typing import NamedTuple

import numpy as np

from emulation.compiling import inlined, kernel
from emulation.learning.traces import add_impulse
from emulation.rules.rule import Dependency, Variable

# Rows of the scratch that a learning epoch works in, one column per synapse of a block of rows: results and copies of
# w, t, d (by Target), two sums and two products in turn, the mask of x0, x1 x2 at the epoch's end, at the post
# neuron's and at the pre neuron's last spike, y1 y2 y3 at the pre neuron's last spike, and, where a block has more
# than one row, y0 y1 y2 y3 at the post neuron's last spike and at the epoch's end.
(
    RESULT_ROW,
    COPY_ROW,
    TOTAL_ROW,
    PRODUCT_ROW,
    MASK_ROW,
    X_AT_END,
    X_AT_POST,
    X_AT_PRE,
    Y_AT_PRE,
    Y_AT_POST,
    Y_AT_END,
    WORK_ROWS,
) = (0, 3, 6, 8, 10, 11, 13, 15, 17, 20, 24, 28)
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
    """

    pre: np.ndarray
    weights: np.ndarray
    tags: np.ndarray
    delays: np.ndarray
    x_traces: np.ndarray
    y_traces: np.ndarray
    x_time: np.ndarray
    y_time: np.ndarray


class Scratch(NamedTuple):
    """Room for the learning epoch of a connection; holds nothing between calls.

    Attributes
    ----------
    x_end : array (2, n_pre)
        x1 x2 at the end of the epoch.
    post : array (3, 11)
        What all synapses of a row share, by `Dependency` and `Variable`.
    work : array (28, columns)
        A block of rows, a column per synapse.
    counters : uint32 array (columns,)
        Of the draws of a block.
    rows : int64 array (rows of a block,)
    moving : int64 array (n_pre,)
        Pre neurons that have a trace.
    """

    x_end: np.ndarray
    post: np.ndarray
    work: np.ndarray
    counters: np.ndarray
    rows: np.ndarray
    moving: np.ndarray


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
    return Connection(
        pre=np.ascontiguousarray(pre, dtype=np.int32),
        weights=np.array(weights, dtype=dtype, order="C"),
        tags=np.zeros((n_post, fan_in), dtype),
        delays=np.zeros((n_post, 0), dtype) if delays is None else np.array(delays, dtype=dtype, order="C"),
        x_traces=np.zeros((2, n_pre), dtype),
        y_traces=np.zeros((3, n_post), dtype),
        x_time=np.zeros(n_pre, np.int64),
        y_time=np.zeros(n_post, np.int64),
    )


def make_scratch(connection: Connection) -> Scratch:
    """Room for the learning epochs of a connection."""
    fan_in, n_pre, dtype = connection.weights.shape[1], len(connection.x_time), connection.weights.dtype
    rows = max(1, BLOCK // max(1, fan_in))
    columns = rows * fan_in
    return Scratch(
        x_end=np.zeros((2, n_pre), dtype),
        post=np.zeros((len(Dependency), len(Variable)), dtype),
        work=np.zeros((WORK_ROWS, columns), dtype),
        counters=np.zeros(columns, np.uint32),
        rows=np.zeros(rows, np.int64),
        moving=np.zeros(n_pre, np.int64),
    )


def clear_activity(connection):
    """Forget tags, traces and spike times; weights and delays stay."""
    connection.tags[:] = 0
    connection.x_traces[:] = 0
    connection.y_traces[:] = 0
    connection.x_time[:] = 0
    connection.y_time[:] = 0


@inlined
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


@kernel
def note_pre_spike(connection, rule, neuron, step):
    """Note a presynaptic spike, see `note_spike`."""
    note_spike(connection.x_traces, connection.x_time, rule.impulse[:2], rule.trace_high, neuron, step, 0)


@kernel
def note_post_spike(connection, rule, neuron, step, impulse_random):
    """Note a postsynaptic spike, see `note_spike`."""
    note_spike(connection.y_traces, connection.y_time, rule.impulse[2:], rule.trace_high, neuron, step, impulse_random)
