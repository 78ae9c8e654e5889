"""Which part of the results an analysis looks at; what is missing is named."""

from collections.abc import Iterable

import numpy as np
import xarray as xr

from emulation.errors import InputError
from lava_sleep.environments.foraging import Foraging
from lava_sleep.protocols.rows import chain, first_of, parse_step, split_row, tasks_in, without_middle
from lava_sleep.runs.configuration import world_of_data

# Rows that a figure with room for few shows first.
MAIN_ROWS = (
    "T1",
    "T1>T2",
    "T1>T2>i(S,T1)",
    "T1>T2>i(R,T1)",
    "T1>T2>i(T1,T2)",
    "T1>i(S,T2)",
    "T1>i(R,T2)",
    "T1>i(T1,T2)",
)
SEQUENTIAL = "T1>T2"


def require(data: xr.Dataset, *names: str) -> None:
    """Fail with the name of the first variable that the results do not have."""
    for name in names:
        if name not in data:
            raise InputError(
                "results: a variable is missing", name, "results that hold it", "run again, older runs lack it"
            )


def require_rows(data: xr.Dataset, *rows: str) -> None:
    """Fail with the name of the first row that was not run."""
    for row in rows:
        if row not in data.row.values:
            have = ", ".join(map(str, data.row.values))
            raise InputError("results: a row is missing", row, f"runs that have it (this one has {have})", "run it")


def main_rows(data: xr.Dataset, largest: int = 6) -> list[str]:
    """The rows that matter most, at most `largest`, those of the paper's main result first."""
    return main_names([str(row) for row in data.row.values], largest)


def main_names(rows: list[str], largest: int) -> list[str]:
    """The same of rows by their names; of repetitions the first and the last.

    Of more than two tasks those rows come first that no other goes on from.
    """
    rows = without_middle(rows)
    tasks = {task for row in rows for task in tasks_in(row)}
    first = MAIN_ROWS if len(tasks) <= 2 else [*rows[:1], *ends_of(rows)]
    chosen = list(dict.fromkeys(row for row in first if row in rows))
    return [*chosen, *(row for row in rows if row not in chosen)][:largest]


def ends_of(rows: list[str]) -> list[str]:
    """Rows that no other row goes on from."""
    before = {stage for row in rows for stage in chain(row)[:-1]}
    return [row for row in rows if row not in before]


def main_chains(data: xr.Dataset, largest: int = 4) -> list[str]:
    """Rows that no other row goes on from, the main ones first; only those whose stages all have snapshots."""
    have = set(map(str, data.stage.values))
    rows = [str(row) for row in data.row.values if set(chain(str(row))) <= have]
    rank = {row: place for place, row in enumerate(MAIN_ROWS)}
    return sorted(ends_of(rows), key=lambda row: rank.get(first_of(row), len(rank)))[:largest]


def snapshots(data: xr.Dataset, stage: str, last: float = 1.0) -> np.ndarray:
    """Weights along the last share of a stage, float64 array (networks, snapshots, outputs * hidden)."""
    require(data, "snapshot_weights")
    chosen = data.snapshot_stage.values == stage
    if not chosen.any():
        raise InputError("results: a stage is missing", stage, "runs that have it", "run a protocol with this row")
    cycles = data.snapshot_cycle.values
    chosen &= cycles > (1 - last) * cycles[chosen].max()
    weights = data.snapshot_weights.values[:, chosen].astype(float)
    return weights.reshape(*weights.shape[:2], -1)


def trained_stage(data: xr.Dataset, task: str) -> str:
    """The stage that trains a task without sleep: after all tasks before it, else alone, else with rest in turn.

    Raises
    ------
    InputError
        If no row ends with such a stage.
    """
    rows, tasks = [str(row) for row in data.row.values], world_of_data(data).task_names
    sequential = ">".join(tasks[: tasks.index(task) + 1]) if task in tasks else task
    with_rest = [row for row in rows if split_row(row).count(split_row(row)[-1]) == 1 and is_rested(row, task)]
    for stage in (sequential, task, *with_rest):
        if stage in rows:
            return stage
    allowed = f"runs with rows {' and '.join(dict.fromkeys((task, sequential)))}"
    raise InputError("results: training is missing", task, allowed, "run such a protocol")


def is_rested(row: str, task: str) -> bool:
    """Whether the last step of a row trains a task and no other, with rest in turn."""
    parts = parse_step(split_row(row)[-1]).parts
    return parts == ("R", task)


def after_row(data: xr.Dataset, row: str) -> np.ndarray:
    """Weights after a row, float64 array (networks, outputs, hidden)."""
    require_rows(data, row)
    return data.output_weights.sel(row=row).values.astype(float)


def cycle_steps(data: xr.Dataset) -> int:
    """Timesteps of a movement cycle."""
    return int(data.attrs["cycle_timesteps"])


def weight_range(data: xr.Dataset) -> float:
    """Upper end of the axis of hidden -> output weights: 256 for 8 bits, the next whole number where there is no bound.

    Weights without a bound of their own are in units of their mean at the start.
    """
    return float(data.attrs["largest_weight"]) or float(np.ceil(data.output_weights.max()))


def dense_fields(data: xr.Dataset) -> np.ndarray:
    """Input -> hidden weights with zeros where there is no synapse, float array (networks, hidden, inputs)."""
    pre, weights = data.hidden_inputs.values.astype(np.int64), data.hidden_weights.values
    dense = np.zeros((*pre.shape[:2], world_of_data(data).inputs))
    np.put_along_axis(dense, pre, weights, axis=2)
    return dense


def preferred_particles(data: xr.Dataset) -> tuple[np.ndarray, np.ndarray]:
    """What the hidden neurons look for.

    Returns
    -------
    int array (networks, hidden)
        Index of the particle whose pixels carry most weight, in the order of the environment's `stimuli`; where they
        are of several sizes, the one whose shape is most like the weights (cosine).
    int array (particles,)
        Kind of every particle.

    Raises
    ------
    InputError
        If nothing can be sensed as a whole in the environment.
    """
    dense, world = dense_fields(data), world_of_data(data)
    stimuli = world.stimuli()
    if not stimuli:
        hint = "choose an analysis that asks for none"
        raise InputError("results: particles are missing", world.environment, "an environment that has them", hint)
    least = min(len(pixels) for _, pixels in stimuli)
    carried = [sum(dense[:, :, one] for one in pixels) / np.sqrt(len(pixels) / least) for _, pixels in stimuli]
    return np.argmax(carried, axis=0), np.array([kind for kind, _ in stimuli])


def of_task(data: xr.Dataset, task: str) -> np.ndarray:
    """Which hidden neurons look for a particle of a task, bool array (networks, hidden)."""
    preferred, kinds = preferred_particles(data)
    return np.isin(kinds[preferred], world_of_data(data).kinds_of(task))


def foraging_of(data: xr.Dataset) -> Foraging:
    """The world of the results, for what shows a view or a path.

    Raises
    ------
    InputError
        If they are of another environment.
    """
    world = world_of_data(data)
    if not isinstance(world, Foraging):
        hint = "choose an analysis that asks for no view and no path"
        raise InputError("results: environment", world.environment, "foraging", hint)
    return world


def present(names: Iterable[str], data: xr.Dataset) -> list[str]:
    """Those of the names that are rows of the results."""
    have = set(map(str, data.row.values))
    return [name for name in names if name in have]
