"""Continual learning: what becomes of each task while others are learnt after it.

With a[i, j] the performance in task j after the i-th of n tasks was learnt:

    average accuracy   ACC = mean_j a[n, j]                             (Lopez-Paz & Ranzato 2017)
    backward transfer  BWT = mean_{j < n} (a[n, j] - a[j, j])           (Lopez-Paz & Ranzato 2017)
    forgetting         F = mean_{j < n} (max_{j <= i < n} a[i, j] - a[n, j])   (Chaudhry et al. 2018)
"""

from collections.abc import Sequence
from typing import Any, NamedTuple

import numpy as np

from lava_sleep.protocols.rows import chain, parse_step, split_row

DIGITS = 6
JUDGED = ("accuracy", "backward_transfer", "forgetting", "old tasks", "lowest entry")  # of `judged_values`


class Chain(NamedTuple):
    """A row that learns one new task with each step.

    Attributes
    ----------
    row : str
    tasks : list of str
        In the order in which they are learnt.
    matrix : float array (network, i, j)
        a[i, j]; nan where nothing was acquired.
    """

    row: str
    tasks: list[str]
    matrix: np.ndarray


def chains_of(rows: Sequence[str]) -> dict[str, list[str]]:
    """Rows that learn one new task with each step, all of whose stages are tested, with the tasks in this order.

    Of rows that begin alike the longest stands for all.
    """
    found = {}
    for row in rows:
        tasks = [parse_step(step).tasks for step in split_row(row)]
        learnt = [names[0] for names in tasks if len(names) == 1]
        is_chain = len(learnt) == len(tasks) > 1 and len(set(learnt)) == len(learnt)
        if is_chain and set(chain(row)) <= set(rows):
            found[row] = learnt
    longer = {stage for row in found for stage in chain(row)[:-1]}
    return {row: tasks for row, tasks in found.items() if row not in longer}


def chain_matrices(performance: np.ndarray, rows: Sequence[str], tasks: Sequence[str]) -> list[Chain]:
    """Every chain in frozen tests, float array (network, row, task)."""
    made = []
    for row, learnt in chains_of(rows).items():
        stages, columns = [list(rows).index(stage) for stage in chain(row)], [list(tasks).index(one) for one in learnt]
        made.append(Chain(row, learnt, np.asarray(performance, float)[:, stages][:, :, columns]))
    return made


def matrix_of(found: dict[str, dict], row: str, tasks: Sequence[str]) -> np.ndarray:
    """a[network, i, j] of a chain from the rows of a summary by name; nan where nothing was acquired."""
    stages = [[found[stage]["tasks"][task]["per_network"] for task in tasks] for stage in chain(row)]
    return np.array(stages, float).transpose(2, 0, 1)


def measures(matrix: np.ndarray) -> dict[str, np.ndarray]:
    """Average accuracy, backward transfer and forgetting of each network; `matrix` is (network, i, j)."""
    last, best = matrix[:, -1, :], np.empty((len(matrix), matrix.shape[2] - 1))
    for task in range(matrix.shape[2] - 1):
        best[:, task] = matrix[:, task:-1, task].max(axis=1)
    learnt = np.diagonal(matrix, axis1=1, axis2=2)
    return {
        "accuracy": last.mean(axis=1),
        "backward_transfer": (last - learnt)[:, :-1].mean(axis=1),
        "forgetting": (best - last[:, :-1]).mean(axis=1),
    }


def judged_values(matrix: np.ndarray) -> dict[str, np.ndarray]:
    """What claims about a chain judge, of each network: the measures, the mean of the old tasks, the lowest entry."""
    last = matrix[:, -1, :]
    return {**measures(matrix), "old tasks": last[:, :-1].mean(axis=1), "lowest entry": last.min(axis=1)}


def accuracy_course(matrix: np.ndarray) -> np.ndarray:
    """Average accuracy over the tasks learnt so far, mean_{j <= i} a[i, j], float array (network, i)."""
    return np.stack([matrix[:, last, : last + 1].mean(axis=1) for last in range(matrix.shape[1])], axis=1)


def continual(rows: Sequence[dict]) -> list[dict[str, Any]]:
    """Every chain of a summary's rows: tasks, matrix (mean over networks), and the three measures.

    Parameters
    ----------
    rows : sequence of dict
        Of a summary, see `lava_sleep.runs.summary`.
    """
    found = {row["after"]: row for row in rows}
    made = []
    for row, tasks in chains_of(list(found)).items():
        matrix = matrix_of(found, row, tasks)
        mean = [[_number(value) for value in line] for line in matrix.mean(axis=0)]
        numbers = {name: _over_networks(values) for name, values in measures(matrix).items()}
        made.append({"row": row, "tasks": tasks, "matrix": mean, **numbers})
    return made


def _over_networks(values: np.ndarray) -> dict[str, Any]:
    spread = values.std(ddof=1) if len(values) > 1 else 0.0
    return {"mean": _number(values.mean()), "sd": _number(spread), "per_network": [_number(one) for one in values]}


def _number(value: float) -> float | None:
    return None if np.isnan(value) else round(float(value), DIGITS)
