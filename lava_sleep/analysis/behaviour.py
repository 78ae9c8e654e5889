"""Performance over time and after every phase; the agent's paths (paper, Figs 1, 3A, 3B, 4A, 4B)."""

import numpy as np
import xarray as xr

from emulation.environments.foraging import MOVES, SECOND_PIXEL, SIDE
from emulation.errors import InputError
from lava_sleep.analysis.selection import require
from lava_sleep.protocols.rows import chain, first_of, repetitions, split_row, without_middle

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
    return np.full((2, data.sizes["network"]), np.nan)


def repeated_rows(data: xr.Dataset) -> list[str]:
    """The last repetitions of interleaved stages that are repeated."""
    have = without_middle([str(row) for row in data.row.values])
    return [row for row in have if row != first_of(row) and split_row(row)[-1].startswith("i(")]


def is_repeated(data: xr.Dataset) -> bool:
    """Whether an interleaved stage is repeated, as in the protocols long and million."""
    return bool(repeated_rows(data))


def lasting_course(data: xr.Dataset) -> list[xr.Dataset]:
    """Frozen tests along the repetitions of interleaved stages, from before the first to after the last.

    Returns
    -------
    list of xarray.Dataset
        One for each interleaved stage that is repeated: `old` and `new` (network, test), performance on the task that
        is not trained and on the one that is; coordinate `cycle` (test,), interleaved cycles before the test (sleep
        counted); attributes `row`, `start` (the row before), `new` (the task that is trained) and `beside` (sleep,
        rest or the other name).

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
    found = []
    for row in leaves:
        course, parts = performance_course(data, row), repetitions(row)
        before = chain(row)[-len(parts) - 1]
        beside, new = split_row(row)[-1].split("/")[0][2:-1].split(",")
        tested = course.tested.sel(stage_end=[before, *parts])
        end = course.end.sel(stage_end=[before, *parts]).values
        task = {"T1": 0, "T2": 1}[new]
        found.append(
            xr.Dataset(
                {
                    "old": (("network", "test"), tested.values[:, 1 - task].T),
                    "new": (("network", "test"), tested.values[:, task].T),
                },
                coords={"cycle": ("test", end - end[0])},
                attrs={"row": row, "start": before, "new": new, "beside": NAMES.get(beside, beside)},
            )
        )
    return found


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
        `path` (step, coordinate): row and column before the first and after every cycle, in 0..49;
        `outcome` (excerpt_cycle,) of every move; `pixels` (particle, pixel, coordinate) and `kind` (particle,).
    """
    require(data, "agent", "particles", "directions", "outcomes")
    part = data.isel(network=network).sel(place=place, excerpt=excerpt)
    moves = MOVES[part.directions.values]
    path = np.concatenate([part.agent.values[np.newaxis], part.agent.values + np.cumsum(moves, axis=0)]) % SIDE
    particles = part.particles.values[part.particles.values[:, 0] >= 0].astype(int)
    pixels = np.stack([particles[:, :2], (particles[:, :2] + SECOND_PIXEL[particles[:, 2]]) % SIDE], axis=1)
    return xr.Dataset(
        {
            "path": (("step", "coordinate"), path),
            "outcome": ("excerpt_cycle", part.outcomes.values),
            "pixels": (("particle", "pixel", "coordinate"), pixels),
            "kind": ("particle", particles[:, 2]),
        }
    )
