"""Performance over time and after every row."""

from pathlib import Path

import matplotlib.pyplot as plt
import numpy as np
import xarray as xr
from matplotlib.figure import Figure

from lava_sleep.analysis.behaviour import is_repeated, lasting_course, performance_after, performance_course
from lava_sleep.analysis.selection import main_chains
from lava_sleep.figures.captions import CAPTIONS
from lava_sleep.figures.registry import drawing
from lava_sleep.figures.style import (
    CHANCE,
    GREY,
    STYLE,
    bar_places,
    folded,
    legend_above,
    legend_below,
    panels,
    phase_colour,
    save,
    shade_band,
    shade_phases,
    task_colours,
    task_markers,
    tasks_of,
)
from lava_sleep.protocols.rows import task_title, without_middle

COURSES = ("performance_over_time", "performance")
POINTS = 250  # of a course: more than that hide one another at the width of a page


def draw_performance(data: xr.Dataset, folder: Path) -> None:
    """Write the figures that every run leaves: performance over time and after every row."""
    for make, name in ((performance_course_figure, "performance.png"), (performance_bars, "bars.png")):
        with plt.rc_context(STYLE):
            figure = make(data)
        save(figure, folder / name)


@drawing("performance", "Performance over time", order=10, needs=COURSES, caption=CAPTIONS["performance"])
def performance_course_figure(data: xr.Dataset) -> Figure:
    """Performance while training along the main rows, phases shaded; points are tests on frozen weights."""
    rows = main_chains(data)
    figure, axes = panels(len(rows), 1, 0.6 + 1.45 * len(rows), sharey=True)
    for row, panel in zip(rows, axes[:, 0]):
        draw_course(performance_course(data, row), tasks_of(data), panel)
        panel.set_title(row, loc="left")
    axes[-1, 0].set_xlabel("training cycles, in thousands")
    legend_below(figure, axes[0, 0], 5)
    return figure


def draw_course(made: xr.Dataset, tasks: list[str], panel: plt.Axes) -> None:
    """One row of `performance_course_figure`."""
    ends = made.end.values / 1000
    shade_phases(panel, [str(stage) for stage in made.stage_end.values], ends, 0.08, tasks)
    several, many = made.tested.shape[2] > 1, len(made.end) > 12
    x, mean, sd = thinned((made.cycle.values + 500) / 1000, made["mean"].values, made.sd.values)
    panel.plot(x, mean, color="black", lw=1, label="while training, mean" if several else "while training")
    if several:
        shade_band(panel, x, mean, sd, color="black", label="± SD over networks")
    colours, markers, apart = task_colours(tasks), task_markers(tasks), min(0.007, 0.03 / len(tasks))
    for place, task in enumerate(tasks):
        tested = made.tested.values[:, place]
        spread = tested.std(axis=1, ddof=1) if several else None
        panel.errorbar(
            ends - (0.005 + apart * (len(tasks) - 1 - place)) * ends[-1],
            tested.mean(axis=1),
            spread,
            fmt=markers[task],
            color=colours[task],
            ms=3.5 if many else 5,
            mec="white",
            mew=0.6,
            capsize=2,
            ls="",
            label=f"test, {task_title(task)}",
            zorder=4,
        )
    panel.axhline(CHANCE, color=GREY, ls=":", lw=1, label="chance")
    panel.set(ylim=(0, 1), ylabel="performance")


def thinned(*values: np.ndarray) -> list[np.ndarray]:
    """Means of neighbours, so that not many more than `POINTS` points are left; without those that are not known."""
    known = ~np.isnan(values[1])
    width = max(1, round(known.sum() / POINTS))
    return [
        np.array([part.mean() for part in np.array_split(value[known], max(1, known.sum() // width))])
        for value in values
    ]


@drawing("lasting", "Whether it lasts", order=30, needs=COURSES, applies=is_repeated, caption=CAPTIONS["lasting"])
def lasting_figure(data: xr.Dataset) -> Figure:
    """Tests of the old and the new task along repeated interleaving, with sleep and with rest."""

    courses = lasting_course(data)
    pairs = list(dict.fromkeys((made.attrs["start"], made.attrs["new"]) for made in courses))
    figure, axes = panels(1, len(pairs), 2.7, width=min(7.2, 0.6 + 3.3 * len(pairs)), sharey=True)
    for panel, (start, new) in zip(axes[0], pairs):
        for made in courses:
            if (made.attrs["start"], made.attrs["new"]) == (start, new):
                draw_lasting(made, panel)
        panel.axhline(CHANCE, color=GREY, ls=":", lw=1)
        panel.set(ylim=(0.3, 1), xlim=(0, None), xlabel="interleaved cycles, in thousands")
        panel.set_title(f"after {start}, {task_title(new)} is trained", loc="left")
        panel.legend(loc="lower left", frameon=False, ncols=2)
    axes[0, 0].set_ylabel("performance on frozen weights")
    return figure


def draw_lasting(made: xr.Dataset, panel: plt.Axes) -> None:
    """One course of `lasting_figure`: colour by what lies between the episodes, the old task in a full line."""
    colour, x = phase_colour(made.attrs["row"], ()), made.cycle.values / 1000
    for part, style, marker in (("old", "-", "o"), ("new", "--", "s")):
        values = made[part].values
        panel.plot(
            x,
            values.mean(axis=0),
            style,
            marker=marker,
            color=colour,
            ms=3,
            lw=1.2,
            label=f"{part} task, {made.attrs['beside']}",
        )
        if len(values) > 1:
            low, high = values.min(axis=0), values.max(axis=0)
            panel.fill_between(x, low, high, color=colour, alpha=0.15, lw=0)


@drawing("bars", "Performance after every stage", order=20, needs=("performance",), caption=CAPTIONS["bars"])
def performance_bars(data: xr.Dataset) -> Figure:
    """All tasks after every row on frozen weights, mean and SD over networks; a point is a network.

    Of repetitions the first and the last are shown.
    """

    data = data.sel(row=without_middle([str(row) for row in data.row.values]))
    made, rows, tasks = performance_after(data), [str(row) for row in data.row.values], tasks_of(data)
    height = (0.36 if len(rows) < 10 else 0.27) * max(1, len(tasks) / 3)
    figure, axes = panels(1, 1, 0.9 + height * len(rows))
    panel, places = axes[0, 0], np.arange(len(rows))
    offsets, width = bar_places(len(tasks))
    for task, offset in zip(tasks, offsets):
        mean, sd = made["mean"].sel(task=task).values, made["sd"].sel(task=task).values
        errors = np.nan_to_num(sd) if data.sizes["network"] > 1 else None
        panel.barh(
            places + offset,
            np.nan_to_num(mean),
            width,
            xerr=errors,
            color=task_colours(tasks)[task],
            label=task_title(task),
            error_kw={"lw": 1, "capsize": 2},
        )
        if data.sizes["network"] > 1:
            values = data.performance.sel(task=task).values
            panel.plot(values, np.tile(places + offset, (len(values), 1)), "k.", ms=2.5)
    panel.axvline(CHANCE, color=GREY, ls=":", lw=1, label="chance")
    panel.set(xlim=(0, 1), xlabel="performance on frozen weights", yticks=places)
    panel.set_yticklabels([folded(row, 30) for row in rows])
    panel.set_ylim(len(rows) - 0.5, -0.5)
    legend_above(panel, min(6, len(tasks) + 1))
    return figure
