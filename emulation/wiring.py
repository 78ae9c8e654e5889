"""Sparse synapses sorted by their presynaptic neuron, and the sum of the input that they deliver."""

from typing import NamedTuple

import numpy as np

from emulation.compiling import inlined


class Wiring(NamedTuple):
    """Input -> hidden synapses by input neuron: those of neuron p are `start[p] : start[p + 1]`.

    Attributes
    ----------
    start : int64 array (inputs + 1,)
    post, slot : int64 array (n_post * fan_in,)
        Hidden neuron and position in its row of synapses.
    """

    start: np.ndarray
    post: np.ndarray
    slot: np.ndarray


def make_wiring(pre: np.ndarray, inputs: int) -> Wiring:
    """Sort the synapses of `pre` (int array (n_post, fan_in), presynaptic neuron of each) by that neuron."""
    order = np.argsort(pre, axis=None, kind="stable")
    start = np.searchsorted(pre.ravel()[order], np.arange(inputs + 1))
    post, slot = np.divmod(order, pre.shape[1])
    return Wiring(start.astype(np.int64), post.astype(np.int64), slot.astype(np.int64))


@inlined
def sum_input(weights, wiring, pixels, total):
    """Weighted input of every hidden neuron.

    Parameters
    ----------
    weights : int32 or float64 array (n_hidden, fan_in)
        Of input -> hidden.
    wiring : Wiring
    pixels : uint8 array (inputs,)
        Which input neurons spike.
    total : array (n_hidden,) of the dtype of `weights`
        Written, in units of a weight.
    """
    total[:] = 0
    for pixel in range(pixels.shape[0]):
        if pixels[pixel]:
            for index in range(wiring.start[pixel], wiring.start[pixel + 1]):
                total[wiring.post[index]] += weights[wiring.post[index], wiring.slot[index]]
