"""Spikes: rasters and rates of wake and sleep, and replay."""

import matplotlib.pyplot as plt
import numpy as np
import xarray as xr
from matplotlib.figure import Figure

from lava_sleep.analysis.activity import raster, rates, replay
from lava_sleep.analysis.selection import cycle_steps, main_rows, require_rows, trained_stage
from lava_sleep.figures.captions import CAPTIONS
from lava_sleep.figures.registry import drawing
from lava_sleep.figures.style import (
    BLUE,
    GREEN,
    GREY,
    ORANGE,
    WIDTH,
    bar_places,
    folded,
    legend_above,
    legend_below,
    panels,
    task_colours,
    tasks_of,
)
from lava_sleep.protocols.rows import task_title
from lava_sleep.runs.layout import ASLEEP

SPIKES = ("hidden_event_neuron", "output_event_neuron", "excerpt")
CYCLES = 4  # consecutive cycles of a raster; the first one is shaded


@drawing("raster", "Spikes awake and asleep", order=140, needs=SPIKES, caption=CAPTIONS["raster"])
def raster_figure(data: xr.Dataset) -> Figure:
    """Rasters of hidden and output layer in wake (first task) and sleep, one cycle shaded; and rates of both."""
    task = tasks_of(data)[0]
    place = trained_stage(data, task)
    require_rows(data, place)
    figure = plt.figure(figsize=(WIDTH, 4.4), layout="constrained")
    left, right = figure.subfigures(1, 2, width_ratios=(2.3, 1))
    axes = left.subplots(3, 2, height_ratios=(3, 1.4, 1))
    for column, (excerpt, name) in enumerate(((task, f"wake ({task_title(task)})"), (ASLEEP, "sleep"))):
        axes[2, column].set_xlabel(f"timestep ({cycle_steps(data)} are a cycle)")
        draw_raster(raster(data, place, excerpt, CYCLES), data, axes[:, column])
        axes[0, column].set_title(folded(f"{name}, after {place}", 40))
    axes[0, 0].set_ylabel("hidden neuron")
    axes[1, 0].set_ylabel("output neuron")
    axes[2, 0].set_ylabel("spikes")
    legend_below(left, axes[2, 0], 2)
    draw_rates(data, place, task, right.subplots(2, 1, height_ratios=(1.4, 1)))
    return figure


def draw_raster(made: xr.Dataset, data: xr.Dataset, column: np.ndarray) -> None:
    """Hidden spikes, output spikes and their numbers per timestep."""
    hidden, output, counts = column
    for panel, name, size in ((hidden, "hidden", data.sizes["hidden"]), (output, "output", data.sizes["output"])):
        times, neurons = made[name].values.T
        colour = BLUE if name == "hidden" else ORANGE
        panel.plot(times, neurons + 1, "|", color=colour, ms=3.5 if name == "hidden" else 6, mew=1.2)
        panel.set(ylim=(0, size + 1), xticklabels=[])
        if name == "output":
            panel.set_yticks([1, size // 2, size])
    steps = cycle_steps(data)
    x = np.arange(CYCLES * steps)
    counts.step(x, made.hidden_count.values, where="mid", color=BLUE, lw=1, label="hidden")
    counts.step(x, made.output_count.values, where="mid", color=ORANGE, lw=1, label="output")
    for panel in column:
        panel.axvspan(-0.5, steps - 0.5, color=GREY, alpha=0.15, lw=0)
        panel.set(xlim=(-steps / 16, CYCLES * steps), xticks=np.arange(0, CYCLES * steps + 1, steps))


def draw_rates(data: xr.Dataset, place: str, task: str, column: np.ndarray) -> None:
    """Hidden rates asleep against awake, and rates of the output neurons."""
    top, bottom = column
    awake, asleep = rates(data, place, task), rates(data, place, ASLEEP)
    top.plot(awake.hidden, asleep.hidden, ".", color=BLUE, ms=3, alpha=0.5)
    limit = 1.05 * max(float(awake.hidden.max()), float(asleep.hidden.max()), 1e-3)
    top.plot([0, limit], [0, limit], color=GREY, lw=0.8, ls=":")
    top.set(xlim=(-0.02 * limit, limit), ylim=(-0.02 * limit, limit), xlabel="awake", ylabel="asleep")
    top.set_title("hidden spikes per cycle")
    places = np.arange(data.sizes["output"]) + 1
    bottom.bar(places - 0.2, awake.output, 0.4, color=ORANGE, label="awake")
    bottom.bar(places + 0.2, asleep.output, 0.4, color=GREEN, label="asleep")
    bottom.set(xticks=places, xlabel="output neuron", ylabel="spikes / cycle")
    legend_above(bottom, 2, handlelength=1)


@drawing("replay", "Replay", order=150, needs=SPIKES, caption=CAPTIONS["replay"])
def replay_figure(data: xr.Dataset) -> Figure:
    """How alike the hidden -> output activity of sleep is to that of each task, after the main rows."""
    rows, tasks = main_rows(data, 10), tasks_of(data)
    made = replay(data, rows, {task: trained_stage(data, task) for task in tasks})
    figure, axes = panels(1, 1, 0.9 + 0.36 * max(1, len(tasks) / 3) * len(rows))
    panel, places = axes[0, 0], np.arange(len(rows))
    offsets, width = bar_places(len(tasks))
    for task, offset in zip(tasks, offsets):
        colour = task_colours(tasks)[task]
        draw_bars(
            panel, made.likeness.sel(task=task).values, places + offset, width, colour, f"to {task_title(task)} awake"
        )
        panel.plot(
            np.nan_to_num(made.shuffled.sel(task=task).values.mean(axis=0)),
            places + offset,
            "|",
            color="black",
            ms=9 * min(1, width / 0.36),
            mew=1.5,
            label="hidden neurons shuffled" if task == tasks[-1] else None,
        )
    panel.set(yticks=places, yticklabels=[folded(f"asleep after {row}", 30) for row in rows])
    panel.set_xlabel("likeness of joint hidden and output activity (cosine)")
    panel.axvline(0, color="black", lw=0.8)
    panel.invert_yaxis()
    legend_above(panel, min(4, len(tasks) + 1))
    return figure


def draw_bars(panel: plt.Axes, values: np.ndarray, places: np.ndarray, width: float, colour: str, label: str) -> None:
    """Means over networks as bars, networks as points."""
    panel.barh(places, np.nan_to_num(values.mean(axis=0)), width, color=colour, label=label)
    if len(values) > 1:
        panel.plot(values, np.tile(places, (len(values), 1)), "k.", ms=3)
