"""Performance over time and after every row."""

from pathlib import Path

import matplotlib.pyplot as plt
import numpy as np
import xarray as xr
from matplotlib.figure import Figure

from lava_sleep.figures.style import CHANCE, GREY, STYLE, TASK_COLOURS, legend_above, name_phase, panels, phase_colour


def draw_performance(data: xr.Dataset, path: Path) -> None:
    """Write the figures that every run leaves: tests after every row, and `course.png` beside it, over time.

    Parameters
    ----------
    data : xarray.Dataset
        From `lava_sleep.results.dataset`.
    path : Path
        PNG to write.
    """
    for make, name in ((performance_bars, path.name), (performance_course_figure, "course.png")):
        with plt.rc_context(STYLE):
            figure = make(data)
            figure.savefig(path.with_name(name), dpi=150)
        plt.close(figure)


def performance_course_figure(data: xr.Dataset) -> Figure:
    """Performance while training along the main rows, phases shaded; points are tests on frozen weights."""
    from lava_sleep.analysis.behaviour import performance_course
    from lava_sleep.analysis.selection import main_chains

    rows = main_chains(data)
    figure, axes = panels(len(rows), 1, 0.6 + 1.45 * len(rows), sharey=True)
    for row, panel in zip(rows, axes[:, 0]):
        draw_course(performance_course(data, row), panel)
        panel.set_title(row, loc="left")
    axes[-1, 0].set_xlabel("training cycles, in thousands")
    handles, labels = axes[0, 0].get_legend_handles_labels()
    figure.legend(handles, labels, loc="outside lower center", ncols=5, frameon=False, fontsize=7.5)
    return figure


def draw_course(made: xr.Dataset, panel: plt.Axes) -> None:
    """One row of `performance_course_figure`."""
    start = 0.0
    for stage, end in zip(made.stage_end.values, made.end.values / 1000):
        panel.axvspan(start, end, color=phase_colour(stage), alpha=0.13, lw=0)
        name_phase(panel, start, end, float(made.end.values[-1]) / 1000, str(stage), 0.08)
        start = end
    x, mean, sd = (made.cycle.values + 500) / 1000, made["mean"].values, made.sd.values
    known = ~np.isnan(mean)
    panel.plot(x[known], mean[known], color="black", lw=1, label="while training, mean")
    low, high = mean[known] - sd[known], mean[known] + sd[known]
    panel.fill_between(x[known], low, high, color="black", alpha=0.2, lw=0, label="± SD over networks")
    for task, (name, colour) in enumerate(TASK_COLOURS.items()):
        tested = made.tested.values[:, task]
        sd = tested.std(axis=1, ddof=1) if tested.shape[1] > 1 else None
        panel.errorbar(
            made.end.values / 1000 - 0.006 * start, tested.mean(axis=1), sd, fmt="os"[task], color=colour, ms=5,
            mec="white", mew=0.6, capsize=2, ls="", label=f"test, Task {name[1]}", zorder=4,
        )  # fmt: skip
    panel.axhline(CHANCE, color=GREY, ls=":", lw=1, label="chance")
    panel.set(xlim=(0, start), ylim=(0, 1), ylabel="performance")


def performance_bars(data: xr.Dataset) -> Figure:
    """Both tasks after every row on frozen weights, mean and SD over networks; a point is a network."""
    from lava_sleep.analysis.behaviour import performance_after

    made, rows = performance_after(data), data.row.values
    figure, axes = panels(1, 1, 0.9 + (0.36 if len(rows) < 10 else 0.27) * len(rows))
    panel, places = axes[0, 0], np.arange(len(rows))
    for task, (offset, colour) in enumerate(zip((-0.19, 0.19), TASK_COLOURS.values())):
        mean, sd = made["mean"].values[:, task], made["sd"].values[:, task]
        errors = np.nan_to_num(sd) if data.sizes["network"] > 1 else None
        panel.barh(
            places + offset, np.nan_to_num(mean), 0.36, xerr=errors, color=colour, label=f"Task {task + 1}",
            error_kw={"lw": 1, "capsize": 2},
        )  # fmt: skip
        if data.sizes["network"] > 1:
            values = data.performance.values[:, :, task]
            panel.plot(values, np.tile(places + offset, (len(values), 1)), "k.", ms=2.5)
    panel.axvline(CHANCE, color=GREY, ls=":", lw=1, label="chance")
    panel.set(xlim=(0, 1), xlabel="performance on frozen weights", yticks=places, yticklabels=rows)
    panel.set_ylim(len(rows) - 0.5, -0.5)
    legend_above(panel, 3)
    return figure
