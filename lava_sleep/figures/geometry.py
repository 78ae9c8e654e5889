"""Where the weights are: support vector machine, PCA, kernel PCA, manifolds."""

import numpy as np
import xarray as xr
from matplotlib.figure import Figure

from lava_sleep.analysis.geometry import boundary_distances, kernel_components, manifold_distances, principal_course
from lava_sleep.analysis.selection import main_chains, main_rows
from lava_sleep.figures.captions import CAPTIONS
from lava_sleep.figures.registry import drawing
from lava_sleep.figures.style import (
    BLUE,
    GREY,
    ORANGE,
    folded,
    legend_below,
    legend_beside,
    panels,
    phase_colour,
    shade_band,
    shade_phases,
    stage_colours,
    task_colours,
    tasks_of,
)
from lava_sleep.protocols.rows import chain, first_of, task_title, without_middle

STATES = ("snapshot_weights", "hidden_inputs", "hidden_weights")  # what kernel PCA and manifolds are of
INTERSECTION = "both"  # of the manifolds


@drawing("boundary", "Between the tasks", order=80, needs=("snapshot_weights",), caption=CAPTIONS["boundary"], tasks=2)
def boundary_figure(data: xr.Dataset) -> Figure:
    """Which side of the border between Task 1 and Task 2 weights lie on after the main rows."""
    rows = [row for row in main_rows(data, 10) if row in data.snapshot_stage.values]
    made, tasks = boundary_distances(data, rows), tasks_of(data)
    figure, axes = panels(1, 1, 1.1 + 0.26 * len(rows))
    panel = axes[0, 0]
    panel.axvspan(-1.6, 0, color=BLUE, alpha=0.1, lw=0)
    panel.axvspan(0, 1.6, color=ORANGE, alpha=0.1, lw=0)
    panel.axvline(0, color="black", lw=1)
    for place, row in enumerate(rows):
        values = made.sel(row=row).values
        panel.plot(values, np.full(len(values), place), "o", color=GREY, ms=3.5, alpha=0.8)
        panel.plot(values.mean(), place, "D", color=phase_colour(row, tasks), ms=7, mec="black", mew=0.6)
    panel.text(-1.55, -0.75, f"as after {task_title(tasks[0])}", color=BLUE, va="center")
    panel.text(1.55, -0.75, f"as after {task_title(tasks[1])}", color=ORANGE, va="center", ha="right")
    panel.set(xlim=(-1.6, 1.6), ylim=(len(rows) - 0.5, -1.1), yticks=range(len(rows)))
    panel.set_yticklabels([folded(row, 30) for row in rows])
    panel.set_xlabel("decision value of the support vector machine (±1: training states; diamond: mean)")
    return figure


@drawing("components", "The way of the weights", order=90, needs=("snapshot_weights",), caption=CAPTIONS["components"])
def principal_figure(data: xr.Dataset) -> Figure:
    """The course of the weights of one network in their first two principal components."""
    made = principal_course(data)
    stages = list(dict.fromkeys(made.stage.values))
    colours = stage_colours(stages, tasks_of(data))
    figure, axes = panels(1, 1, 3.6, width=5.4)
    panel = axes[0, 0]
    ends = {stage: made.component.values[made.stage.values == stage][-1] for stage in stages}
    for stage in stages:
        points = made.component.values[made.stage.values == stage]
        parent = chain(stage)[-2] if len(chain(stage)) > 1 else ""
        line = np.concatenate([[ends[parent]], points]) if parent in ends else points
        name = stage if stage == first_of(stage) else None  # repetitions share one entry of the legend
        panel.plot(*line.T, "-o", color=colours[stage], ms=2.5, lw=1.1, label=name)
        if stage in without_middle(stages):
            panel.plot(*line[-1], "D", color=colours[stage], ms=7, mec="black", mew=0.7, zorder=4)
    panel.plot(*made.component.values[0], "*", color="black", ms=9, label="start", zorder=5)
    explained = made.attrs["explained"]
    panel.set(xlabel=f"component 1 ({explained[0]:.0%} of the variance)", ylabel=f"component 2 ({explained[1]:.0%})")
    legend_beside(figure)
    return figure


@drawing(
    "kernel-components", "The weights of all networks", order=100, needs=STATES, caption=CAPTIONS["kernel-components"]
)
def kernel_figure(data: xr.Dataset) -> Figure:
    """Kernel PCA of the weights of all networks at the ends of the stages."""
    made = kernel_components(data)
    stages = [str(stage) for stage in made.stage.values]
    colours = stage_colours(stages, tasks_of(data))
    figure, axes = panels(1, 1, 3.6, width=5.4)
    for stage in stages:
        points = made.component.sel(stage=stage).values.reshape(-1, 2)
        axes[0, 0].plot(
            *points.T,
            "o",
            color=colours[stage],
            ms=4,
            mec="white",
            mew=0.3,
            alpha=0.85,
            label=stage if stage == first_of(stage) else None,
        )
    axes[0, 0].set(xlabel="kernel component 1", ylabel="kernel component 2")
    number = data.sizes["network"]
    axes[0, 0].set_title(f"{number} network{'s' if number > 1 else ''}, last snapshots of each stage", loc="left")
    legend_beside(figure)
    return figure


@drawing("manifolds", "Distance to what solves a task", order=130, needs=STATES, caption=CAPTIONS["manifolds"])
def manifold_figure(data: xr.Dataset) -> Figure:
    """Distance to the manifolds of all tasks and to their intersection along the main rows."""
    rows, tasks = main_chains(data), tasks_of(data)
    looks = {**{task: (colour, "-") for task, colour in task_colours(tasks).items()}, INTERSECTION: ("black", "--")}
    figure, axes = panels(len(rows), 1, 0.7 + 1.5 * len(rows), sharey=True)
    for panel, row in zip(axes[:, 0], rows):
        made = manifold_distances(data, row)
        cycles, stages = made.cycle.values / 1000, list(dict.fromkeys(made.stage.values))
        ends = np.array([cycles[made.stage.values == stage][-1] for stage in stages])
        shade_phases(panel, stages, ends, 0.92, tasks)
        for name in made.manifold.values:
            values, (colour, style) = made.distance.sel(manifold=name).values, looks[name]
            mean = values.mean(axis=0)
            label = "their intersection" if name == INTERSECTION else f"manifold of {task_title(name)}"
            panel.plot(cycles, mean, style, color=colour, lw=1.4, label=label)
            shade_band(panel, cycles, mean, values.std(axis=0), color=colour)
        panel.set_ylabel("distance")
        panel.set_title(row, loc="left")
    axes[0, 0].set_ylim(0, 1.1 * axes[0, 0].get_ylim()[1])  # of all panels; room for the names of the phases
    axes[-1, 0].set_xlabel("training cycles, in thousands")
    legend_below(figure, axes[0, 0], min(5, len(tasks) + 1))
    return figure
