"""Results folders with weights of one's own, for what hands networks over."""

from pathlib import Path

import numpy as np

from lava_sleep.protocols.tasks import TASKS
from lava_sleep.runs.configuration import configuration_of
from lava_sleep.runs.folder import write_run
from lava_sleep.runs.layout import dataset_of

SEEDS, ROWS = [40, 41], ["T1", "T1>T2"]


def results_folder(folder: Path, weights: np.ndarray, model: str = "integer") -> Path:
    """A results folder of two networks and two rows as `lava-sleep run` writes it, with what is handed over.

    Parameters
    ----------
    folder : Path
    weights : array (2, 2, 8, n)
        Hidden -> output of each network after each row.
    model : str
        Of the networks.
    """
    neurons = weights.shape[-1]
    configuration = configuration_of(
        {
            "seed": SEEDS[0],
            "networks": len(SEEDS),
            "arithmetic": "float" if weights.dtype.kind == "f" or model == "golden2022" else "fixed",
            "protocol": {"rows": ROWS},
            "network": {"model": model, "hidden": {"neurons": neurons}},
        }
    )
    data = dataset_of(
        {
            "network": SEEDS,
            "row": ROWS,
            "task": list(TASKS),
            "output_weights": weights,
            "hidden_weights": np.full((2, neurons, 9), 7),
            "hidden_inputs": np.tile(np.arange(9), (2, neurons, 1)),
        }
    )
    entry = {"mean": 0.5, "sd": 0.0, "per_network": [0.5] * len(SEEDS)}
    summary = {
        "protocol": configuration.protocol.name,
        "executor": configuration.label,
        "networks": len(SEEDS),
        "digest": "",
        "rows": [{"after": row, "task1": entry, "task2": entry} for row in ROWS],
        "timings": {"total": 1.0},
        "overflow": {},
    }
    write_run(folder, configuration, summary, data)
    return folder
