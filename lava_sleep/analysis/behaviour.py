"""Performance over time and after every phase; the agent's paths (paper, Figs 1, 3A, 3B, 4A, 4B)."""

import numpy as np
import xarray as xr

from emulation.environments.foraging import MOVES
from emulation.errors import InputError
from lava_sleep.analysis.selection import foraging_of, require
from lava_sleep.protocols.rows import chain, first_of, parse_step, repetitions, split_row, tasks_in, without_middle

NAMES = {"S": "sleep", "R": "rest", "S0": "sleep, frozen", "Sx": "sleep, tags shuffled", "Su": "sleep, uniform rates"}


def performance_course(data: xr.Dataset, row: str) -> xr.Dataset:
    """Performance while training along the stages of a row.

    Returns
    -------
    xarray.Dataset
        `mean` and `sd` (window,) over networks, nan where no network acquired anything; coordinates `stage` and
        `cycle` (of the whole row, at the window's start); `tested` (stage_end, task, network) on frozen weights, with
        coordinate `end`: the cycle at which the next stage begins, for the last one the end of its last window.
    """
    require(data, "performance_over_time", "performance")
    stages, parts, cycles = chain(row), [], []
    for stage in stages:
        chosen = data.stage.values == stage
        parts.append(data.performance_over_time.values[:, chosen])
        cycles.append(data.cycle.values[chosen])
    last = cycles[-1]
    width = last[1] - last[0] if len(last) > 1 else 1000
    ends = [float(end) for end in (*(steps[0] for steps in cycles[1:]), last[-1] + width)]
    values = np.concatenate(parts, axis=1)
    tested = np.stack([tested_after(data, stage) for stage in stages])
    present = ~np.isnan(values).all(axis=0)
    mean, sd = (np.full(values.shape[1], np.nan) for _ in range(2))
    mean[present], sd[present] = np.nanmean(values[:, present], axis=0), np.nanstd(values[:, present], axis=0)
    return xr.Dataset(
        {
            "mean": ("window", mean),
            "sd": ("window", sd),
            "tested": (("stage_end", "task", "network"), tested),
        },
        coords={
            "stage": ("window", np.repeat(np.array(stages), [part.shape[1] for part in parts])),
            "cycle": ("window", np.concatenate(cycles)),
            "stage_end": stages,
            "end": ("stage_end", ends),
        },
    )


def tested_after(data: xr.Dataset, stage: str) -> np.ndarray:
    """Performance in the frozen tests after a stage, float array (task, network), nan where it is not a row."""
    if stage in data.row.values:
        return data.performance.sel(row=stage).values.T
    return np.full((data.sizes["task"], data.sizes["network"]), np.nan)


def repeated_rows(data: xr.Dataset) -> list[str]:
    """The last repetitions of interleaved stages that are repeated after another one."""
    have = without_middle([str(row) for row in data.row.values])
    return [row for row in have if is_course(row)]


def is_course(row: str) -> bool:
    """Whether a row ends with repetitions of an interleaved step that something comes before."""
    parts = parse_step(split_row(row)[-1]).parts
    return row != first_of(row) and len(parts) > 1 and len(repetitions(row)) < len(split_row(row))


def old_tasks(row: str, new: str, tasks: list[str]) -> list[int]:
    """Numbers of the tasks that a row trains beside `new`; all others where it trains none."""
    trained = [task for task in tasks_in(row) if task != new]
    return [tasks.index(task) for task in (trained or tasks) if task != new]


def is_repeated(data: xr.Dataset) -> bool:
    """Whether an interleaved stage is repeated, as in the protocols long and million."""
    return bool(repeated_rows(data))


def lasting_course(data: xr.Dataset) -> list[xr.Dataset]:
    """Frozen tests along the repetitions of interleaved stages, from before the first to after the last.

    Returns
    -------
    list of xarray.Dataset
        One for each interleaved stage that is repeated: `old` and `new` (network, test), performance on the tasks that
        the row trained before (their mean where there are several) and on the one that it trains; coordinate `cycle`
        (test,), interleaved cycles before the test (sleep counted); attributes `row`, `start` (the row before), `new`
        (the task that is trained last) and `beside` (sleep, rest or the other names).

    Raises
    ------
    InputError
        If no interleaved stage is repeated.
    """
    require(data, "performance", "performance_over_time")
    leaves = repeated_rows(data)
    if not leaves:
        raise InputError(
            "results: no repeated stage", str(data.row.values[-1]), "rows like T1>i(S,T2)^10", "run --protocol long"
        )
    return [lasting_of(data, row) for row in leaves]


def lasting_of(data: xr.Dataset, row: str) -> xr.Dataset:
    """One course of `lasting_course`."""
    course, stages, tasks = performance_course(data, row), repetitions(row), [str(task) for task in data.task.values]
    before = chain(row)[-len(stages) - 1]
    *others, new = parse_step(split_row(row)[-1]).parts
    tested = course.tested.sel(stage_end=[before, *stages]).values
    end = course.end.sel(stage_end=[before, *stages]).values
    old = old_tasks(row, new, tasks)
    values = tested[:, old].mean(axis=1) if old else np.full_like(tested[:, 0], np.nan)
    return xr.Dataset(
        {
            "old": (("network", "test"), values.T),
            "new": (("network", "test"), tested[:, tasks.index(new)].T),
        },
        coords={"cycle": ("test", end - end[0])},
        attrs={"row": row, "start": before, "new": new, "beside": ", ".join(NAMES.get(one, one) for one in others)},
    )


def performance_after(data: xr.Dataset) -> xr.Dataset:
    """Mean and SD (n - 1; 0 for one network) over networks of the frozen tests, dims (row, task)."""
    require(data, "performance")
    degrees = 1 if data.sizes["network"] > 1 else 0
    return xr.Dataset(
        {
            "mean": data.performance.mean("network", skipna=False),
            "sd": data.performance.std("network", skipna=False, ddof=degrees),
        }
    )


def trajectory(data: xr.Dataset, place: str, excerpt: str, network: int = 0) -> xr.Dataset:
    """The path of the agent in an excerpt, and the particles that lay there at its start.

    Returns
    -------
    xarray.Dataset
        `path` (step, coordinate): row and column before the first and after every cycle, in 0..size - 1;
        `outcome` (excerpt_cycle,) of every move; `pixels` (particle, pixel, coordinate) and `kind` (particle,).
    """
    require(data, "agent", "particles", "directions", "outcomes")
    world = foraging_of(data)
    part = data.isel(network=network).sel(place=place, excerpt=excerpt)
    moves = MOVES[part.directions.values]
    path = np.concatenate([part.agent.values[np.newaxis], part.agent.values + np.cumsum(moves, axis=0)]) % world.size
    particles = part.particles.values[part.particles.values[:, 0] >= 0].astype(int)
    first, offsets = particles[:, np.newaxis, :2], world.ground().offsets[particles[:, 2]]
    pixels = np.concatenate([first, (first + offsets) % world.size], axis=1)
    return xr.Dataset(
        {
            "path": (("step", "coordinate"), path),
            "outcome": ("excerpt_cycle", part.outcomes.values),
            "pixels": (("particle", "pixel", "coordinate"), pixels),
            "kind": ("particle", particles[:, 2]),
        }
    )
