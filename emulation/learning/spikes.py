"""One timestep of a projection whose spikes arrive as a vector: what they add up to, and noting them for learning."""

from emulation.compiling import kernel
from emulation.learning.synapses import note_post_spike, note_pre_spike
from emulation.learning.traces import IMPULSE_UNITS, NEAREST
from emulation.randomness import Rounding, draw, stream, unit

IMPULSE_STREAM = 4  # within the eight purposes of a connection, beside emulation.randomness.TRACE_STREAM


@kernel
def activate(pre, weights, offset, spikes, totals):
    """totals[row] = sum over the synapses of a row of (weight + offset) * spikes[pre neuron].

    Parameters
    ----------
    pre, weights
        As in `emulation.learning.epoch.Connection`.
    offset : int
    spikes : array (n_pre,) of the dtype of `totals`
        0 or 1, or the payloads of graded spikes.
    totals : int64 or float64 array (n_post,)
        Overwritten.
    """
    all_to_all = pre.shape[0] == 1
    for row in range(weights.shape[0]):
        total = totals[row] * 0
        if all_to_all:
            for synapse in range(weights.shape[1]):
                total += (weights[row, synapse] + offset) * spikes[synapse]
        else:
            for synapse in range(weights.shape[1]):
                total += (weights[row, synapse] + offset) * spikes[pre[row, synapse]]
        totals[row] = total


@kernel
def note_pre_spikes(connection, rule, spikes, step):
    """Note the presynaptic spikes (non-zero elements) of timestep `step` (1 .. t_epoch)."""
    for neuron in range(spikes.shape[0]):
        if spikes[neuron] != 0:
            note_pre_spike(connection, rule, neuron, step)


@kernel
def note_post_spikes(connection, rule, spikes, step, rounding, seed, purpose, time, shared_impulse):
    """Note the postsynaptic spikes of timestep `step` of the epoch, which is timestep `time` of the run.

    Parameters
    ----------
    spikes : bool array (n_post,)
    rounding, seed, purpose
        As in `emulation.learning.epoch.learn_epoch`.
    shared_impulse : float
        Lava's shared number (0 .. 127) that rounds impulses; used with `Rounding.LAVA` alone.
    """
    key = stream(seed, purpose + IMPULSE_STREAM, time)
    for neuron in range(spikes.shape[0]):
        if spikes[neuron]:
            random = shared_impulse
            if rounding == Rounding.STOCHASTIC:
                random = unit(draw(key, neuron)) * IMPULSE_UNITS
            elif rounding == Rounding.NEAREST:
                random = NEAREST * IMPULSE_UNITS
            elif rounding == Rounding.FLOOR:
                random = 1.0 * IMPULSE_UNITS
            note_post_spike(connection, rule, neuron, step, random)
