"""Receptive fields of hidden and output neurons (paper, Figs 2 and 5)."""

import numpy as np
import xarray as xr

from emulation.environments.foraging import PIXELS, VIEW
from lava_sleep.analysis.selection import after_row, dense_fields, preferred_particles, require


def hidden_fields(data: xr.Dataset, network: int = 0, per_kind: int = 4) -> xr.Dataset:
    """Fields of the hidden neurons of one network that are clearest: those with most weight on one particle.

    Returns
    -------
    xarray.Dataset
        `field` (neuron, y, x) in units of a weight and `kind` (neuron,), `per_kind` neurons of every kind, each for
        another particle.
    """
    require(data, "hidden_inputs", "hidden_weights")
    dense = dense_fields(data)[network]
    preferred, kinds = preferred_particles(data)
    preferred = preferred[network]
    strongest = np.sort(dense, axis=1)
    clear = strongest[:, -2] - strongest[:, -3]  # how far the particle's two pixels stand out
    chosen: list[int] = []
    for kind in range(4):
        taken: list[int] = []
        for neuron in np.argsort(-clear, kind="stable"):
            known = [preferred[other] for other in taken]
            if kinds[preferred[neuron]] == kind and preferred[neuron] not in known and len(taken) < per_kind:
                taken.append(int(neuron))
        chosen += taken
    return xr.Dataset(
        {
            "field": (("neuron", "y", "x"), dense[chosen].reshape(-1, VIEW, VIEW)),
            "kind": ("neuron", kinds[preferred[chosen]]),
        },
        coords={"neuron": chosen},
    )


def output_fields(data: xr.Dataset, row: str) -> xr.DataArray:
    """Fields of the output neurons: the mean of the hidden fields, weighted by hidden -> output; mean over networks.

    Returns
    -------
    xarray.DataArray
        (output, y, x); 1 is the mean over the pixels that the hidden layer sees.
    """
    weights, dense = after_row(data, row), dense_fields(data)
    fields = weights @ dense / weights.sum(axis=2, keepdims=True)
    fields = fields / fields.sum(axis=2, keepdims=True) * (PIXELS - 1)
    return xr.DataArray(fields.mean(axis=0).reshape(-1, VIEW, VIEW), dims=("output", "y", "x"))
