"""Receptive fields of hidden and output neurons (paper, Figs 2 and 5)."""

import numpy as np
import xarray as xr

from lava_sleep.analysis.selection import after_row, dense_fields, foraging_of, preferred_particles, require


def hidden_fields(data: xr.Dataset, network: int = 0, per_kind: int = 4) -> xr.Dataset:
    """Fields of the hidden neurons of one network that are clearest: those with most weight on one particle.

    Returns
    -------
    xarray.Dataset
        `field` (neuron, y, x) in units of a weight and `kind` (neuron,), `per_kind` neurons of every kind, each for
        another particle.
    """
    require(data, "hidden_inputs", "hidden_weights")
    world, dense = foraging_of(data), dense_fields(data)[network]
    preferred, kinds = preferred_particles(data)
    preferred = preferred[network]
    strongest = np.sort(dense, axis=1)
    chosen: list[int] = []
    for kind, offsets in enumerate(world.kinds.values()):
        pixels = 1 + len(offsets)
        clear = strongest[:, -pixels] - strongest[:, -pixels - 1]  # how far the particle's pixels stand out
        taken: list[int] = []
        for neuron in np.argsort(-clear, kind="stable"):
            known = [preferred[other] for other in taken]
            if kinds[preferred[neuron]] == kind and preferred[neuron] not in known and len(taken) < per_kind:
                taken.append(int(neuron))
        chosen += taken
    return xr.Dataset(
        {
            "field": (("neuron", "y", "x"), dense[chosen].reshape(-1, world.view, world.view)),
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
    world, weights, dense = foraging_of(data), after_row(data, row), dense_fields(data)
    fields = weights @ dense / weights.sum(axis=2, keepdims=True)
    fields = fields / fields.sum(axis=2, keepdims=True) * (world.inputs - len(world.silent_inputs))
    return xr.DataArray(fields.mean(axis=0).reshape(-1, world.view, world.view), dims=("output", "y", "x"))
