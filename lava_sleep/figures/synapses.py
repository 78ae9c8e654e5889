"""Single synapses: distributions, clusters, weight now against then."""

import numpy as np
import xarray as xr
from matplotlib.colors import LogNorm
from matplotlib.figure import Figure

from emulation.errors import InputError
from lava_sleep.analysis.selection import SEQUENTIAL, main_chains, main_rows, weight_range
from lava_sleep.analysis.synapses import BINS, neuron_weights, relevant_distributions, weight_histogram
from lava_sleep.figures.captions import CAPTIONS
from lava_sleep.figures.registry import drawing
from lava_sleep.figures.style import (
    BLUE,
    FLOOR,
    GREY,
    folded,
    legend_above,
    panels,
    short,
    task_colours,
    tasks_of,
    weight_ticks,
)
from lava_sleep.protocols.rows import chain, first_of, task_title

WEIGHTS = ("output_weights",)  # what most of these are drawn from


@drawing(
    "relevant-synapses", "Synapses that a task needs", order=70, needs=WEIGHTS, caption=CAPTIONS["relevant-synapses"]
)
def relevant_figure(data: xr.Dataset) -> Figure:
    """Weights of the synapses relevant to each task (its strongest tenth) after the main rows."""
    rows, whole, tasks = main_rows(data, 4), weight_range(data), tasks_of(data)
    made = relevant_distributions(data, rows)
    figure, axes = panels(len(tasks), len(rows), 0.4 + 1.5 * len(tasks), sharex=True, sharey=True)
    for line, task in zip(axes, tasks):
        for panel, row in zip(line, rows):
            share = made.share.sel(task=task, row=row).values
            panel.stairs(
                np.maximum(share, FLOOR),
                np.linspace(0, whole, len(share) + 1),
                fill=True,
                baseline=FLOOR,
                color=task_colours(tasks)[task],
                alpha=0.8,
            )
            panel.axvline(made.border.sel(task=task), color=GREY, ls=":", lw=0.8)
            panel.text(
                0.97,
                0.95,
                f"{float(made.strong.sel(task=task, row=row)):.0%} strong",
                transform=panel.transAxes,
                ha="right",
                va="top",
            )
            panel.set(yscale="log", ylim=(FLOOR, 1.5), xlim=(0, whole), xticks=weight_ticks(whole))
            if task == tasks[0]:
                panel.set_title(folded(f"after {row}", 24))
            if task == tasks[-1]:
                panel.set_xlabel("weight")
        line[0].set_ylabel(f"share of synapses\nrelevant to {task_title(task)}")
    return figure


def interleaved_stage(data: xr.Dataset) -> str:
    """The first main row that ends with interleaved sleep, with its repetitions."""
    for row in main_chains(data, 100):
        if short(row).startswith("i(S,"):
            return row
    raise InputError("results: a row is missing", "i(S,T1)", "runs with interleaved sleep", "run protocol quick")


@drawing("one-neuron", "One neuron in sleep", order=110, needs=("snapshot_weights",), caption=CAPTIONS["one-neuron"])
def neuron_figure(data: xr.Dataset) -> Figure:
    """One output neuron's incoming weights along interleaved sleep, and their two clusters at its end."""
    stage = interleaved_stage(data)
    made = neuron_weights(data, stage)
    figure, axes = panels(1, 2, 2.6, sharey=True, width_ratios=(3, 1))
    course, distribution = axes[0]
    cycles, weights, strong = made.cycle.values / 1000, made.weight.values, made.strong.values
    whole = max(weight_range(data), float(weights.max()))
    edges = np.linspace(0, whole, BINS + 1)
    for chosen, colour, name in ((~strong, GREY, "weak"), (strong, BLUE, "strong")):
        if not chosen.any():
            continue
        some = np.flatnonzero(chosen)[:: max(1, chosen.sum() // 60)]
        course.plot(cycles, weights[:, some], color=colour, lw=0.4, alpha=0.5)
        course.plot(cycles, weights[:, chosen].mean(axis=1), color=colour, lw=2.2)
        counts, _ = np.histogram(weights[-1, chosen], edges)
        distribution.stairs(
            np.maximum(counts, 0.5),
            edges,
            orientation="horizontal",
            fill=True,
            color=colour,
            baseline=0.5,
            label=f"{name} ({chosen.sum()})",
        )
    course.axhline(made.attrs["border"], color="black", ls=":", lw=1)
    course.set(
        xlabel=f"cycles of {stage}, in thousands",
        ylabel="weight",
        ylim=(-0.02 * whole, 1.02 * whole),
        xlim=(0, cycles[-1]),
    )
    course.set_title(f"output neuron {made.attrs['output'] + 1}, by cluster at the end (thick: means)")
    distribution.set(xscale="log", xlabel="synapses at the end")
    legend_above(distribution, 2)
    return figure


def steps_of(row: str) -> list[tuple[str, str]]:
    """Stages of a row before and after each of its steps; repetitions are one step."""
    stages = [stage for stage in chain(row) if stage == row or first_of(stage) != first_of(row)]
    return list(zip(stages[:-1], stages[1:]))


@drawing(
    "weight-histograms", "Weights before and after", order=120, needs=WEIGHTS, caption=CAPTIONS["weight-histograms"]
)
def histogram_figure(data: xr.Dataset) -> Figure:
    """Weight after a stage against weight before it, for every stage that comes after a first one."""
    pairs = list(
        dict.fromkeys(
            (before, after)
            for row in main_chains(data)
            for before, after in steps_of(row)
            if before in data.row.values and after in data.row.values
        )
    )[:4]
    if not pairs:
        raise InputError("results: a row is missing", SEQUENTIAL, "runs with it", "run protocol quick")
    whole = weight_range(data)
    lines = [max(folded(row, 18).count("\n") for row in column) for column in zip(*pairs)]  # beyond the first
    height, width = 2.1 + 0.15 * sum(lines), min(7.2, 0.9 + 2.1 * len(pairs))
    figure, axes = panels(1, len(pairs), height, width=width, sharey=True)
    made = [weight_histogram(data, *pair) for pair in pairs]
    norm = LogNorm(1, max(float(one.max()) for one in made))
    for panel, pair, one in zip(axes[0], pairs, made):
        values = np.where(one.values > 0, one.values, np.nan).T
        image = panel.imshow(values, origin="lower", extent=(0, whole, 0, whole), cmap="viridis", norm=norm)
        panel.plot([0, whole], [0, whole], color=GREY, lw=0.7, ls=":")
        panel.set(
            xlabel="weight after" + ("\n" if len(pair[0]) > 8 else " ") + folded(pair[0], 18),
            xticks=weight_ticks(whole),
            yticks=weight_ticks(whole),
        )
        panel.set_title(f"after {folded(pair[1], 18)}")
    axes[0, 0].set_ylabel("weight after the stage above")
    figure.colorbar(image, ax=axes, label="synapses", aspect=15)
    return figure
