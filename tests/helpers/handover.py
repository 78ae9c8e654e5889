"""Results folders with weights of one's own, for what hands networks over."""

from functools import cache
from pathlib import Path

import numpy as np
import xarray as xr

from lava_sleep.runs.arrays import dataset
from lava_sleep.runs.configuration import Configuration, configuration_of
from lava_sleep.runs.folder import write_run
from lava_sleep.runs.run import run_networks
from lava_sleep.runs.summary import summary

SHORTEST = {"unsupervised": 1, "T1": 1, "T2": 1, "test": 1}


@cache
def shortest_run(model: str, arithmetic: str, neurons: int) -> tuple[Configuration, dict, xr.Dataset]:
    """Networks 40 and 41 after the rows T1 and T1>T2 of a cycle each."""
    configuration = configuration_of(
        {
            "seed": 40,
            "networks": 2,
            "arithmetic": arithmetic,
            "protocol": {"rows": ["T1", "T1>T2"], "cycles": SHORTEST},
            "network": {"model": model, "hidden": {"neurons": neurons}},
        }
    )
    results = run_networks(configuration)[0]
    return configuration, summary(configuration, results, 1.0), dataset(configuration, results)


def results_folder(folder: Path, weights: np.ndarray, model: str = "integer") -> Path:
    """A results folder of two networks (40, 41) and two rows (T1, T1>T2), as `lava-sleep run` writes it.

    Parameters
    ----------
    folder : Path
    weights : array (2, 2, 8, n)
        Hidden -> output of each network after each row.
    model : str
        Of the networks.
    """
    is_floating = weights.dtype.kind == "f" or model == "golden2022"
    configuration, made, data = shortest_run(model, "float" if is_floating else "fixed", weights.shape[-1])
    hidden = np.full(data.hidden_weights.shape, 7)
    inputs = np.broadcast_to(np.arange(data.sizes["synapse"]), data.hidden_inputs.shape)
    changed = {"output_weights": weights, "hidden_weights": hidden, "hidden_inputs": inputs}
    write_run(
        folder, configuration, dict(made), data.assign({name: (data[name].dims, one) for name, one in changed.items()})
    )
    return folder
