"""Single synapses: distributions, clusters, weight now against then, fixed point against float."""

import numpy as np
import xarray as xr
from matplotlib.colors import LogNorm
from matplotlib.figure import Figure
from matplotlib.lines import Line2D

from lava_sleep.analysis.selection import SEQUENTIAL, chain, main_chains, main_rows, require_rows, weight_edges
from lava_sleep.analysis.synapses import neuron_weights, paired_weights, relevant_distributions, weight_histogram
from lava_sleep.errors import InputError
from lava_sleep.figures.style import BLUE, GREY, ORANGE, TASK_COLOURS, legend_above, panels, short

FLOOR = 3e-4  # smallest share of synapses on a logarithmic axis


def weight_ticks(edges: np.ndarray) -> list[float]:
    """Ends and middle of an axis of weights; 8 bit end at 255."""
    return [0, 128, 255] if edges[-1] == 256 else [0, edges[-1] / 2, edges[-1]]


def relevant_figure(data: xr.Dataset) -> Figure:
    """Weights of the synapses relevant to each task (its strongest tenth) after the main rows."""
    rows = main_rows(data, 4)
    made = relevant_distributions(data, rows)
    edges = weight_edges(data)
    half = edges[-1] / 2
    figure, axes = panels(2, len(rows), 3.4, sharex=True, sharey=True)
    for line, task in zip(axes, ("T1", "T2")):
        for panel, row in zip(line, rows):
            share = made.share.sel(task=task, row=row).values
            panel.stairs(np.maximum(share, FLOOR), edges, fill=True, baseline=FLOOR,
                         color=TASK_COLOURS[task], alpha=0.8)  # fmt: skip
            strong = share[made.weight.values > half].sum()
            panel.text(0.97, 0.95, f"{strong:.0%} above {half:g}", transform=panel.transAxes, ha="right", va="top")
            panel.set(yscale="log", ylim=(FLOOR, 1.5), xlim=(0, edges[-1]), xticks=weight_ticks(edges))
            if task == "T1":
                panel.set_title(f"after {row}")
            else:
                panel.set_xlabel("weight")
        line[0].set_ylabel(f"share of synapses\nrelevant to Task {task[1]}")
    return figure


def interleaved_stage(data: xr.Dataset) -> str:
    """The first main row that ends with interleaved sleep."""
    for row in main_chains(data, 100):
        if short(row).startswith("i(S,"):
            return row
    raise InputError("results: a row is missing", "i(S,T1)", "runs with interleaved sleep", "run protocol quick")


def neuron_figure(data: xr.Dataset) -> Figure:
    """One output neuron's incoming weights along interleaved sleep, and their two clusters at its end."""
    stage = interleaved_stage(data)
    made = neuron_weights(data, stage)
    figure, axes = panels(1, 2, 2.6, sharey=True, width_ratios=(3, 1))
    course, distribution = axes[0]
    cycles, weights, strong = made.cycle.values / 1000, made.weight.values, made.strong.values
    edges = weight_edges(data)
    for chosen, colour, name in ((~strong, GREY, "weak"), (strong, BLUE, "strong")):
        if not chosen.any():
            continue
        some = np.flatnonzero(chosen)[:: max(1, chosen.sum() // 60)]
        course.plot(cycles, weights[:, some], color=colour, lw=0.4, alpha=0.5)
        course.plot(cycles, weights[:, chosen].mean(axis=1), color=colour, lw=2.2)
        counts, _ = np.histogram(weights[-1, chosen], edges)
        distribution.stairs(np.maximum(counts, 0.5), edges, orientation="horizontal", fill=True, color=colour,
                            baseline=0.5, label=f"{name} ({chosen.sum()})")  # fmt: skip
    course.axhline(made.attrs["border"], color="black", ls=":", lw=1)
    course.set(xlabel=f"cycles of {stage}, in thousands", ylabel="weight", xlim=(0, cycles[-1]))
    top = max(edges[-1], weights.max())  # along a stage weights can be larger than after any row
    course.set_ylim(-top / 50, top * 1.016)
    course.set_title(f"output neuron {made.attrs['output'] + 1}, by cluster at the end (thick: means)")
    distribution.set(xscale="log", xlabel="synapses at the end")
    legend_above(distribution, 2)
    return figure


def histogram_figure(data: xr.Dataset) -> Figure:
    """Weight after a stage against weight before it, for every stage that comes after Task 1."""
    pairs = list(dict.fromkeys(
        (before, after) for row in main_chains(data) for before, after in zip(chain(row)[:-1], chain(row)[1:])
        if before in data.row.values and after in data.row.values
    ))[:4]  # fmt: skip
    if not pairs:
        raise InputError("results: a row is missing", SEQUENTIAL, "runs with it", "run protocol quick")
    figure, axes = panels(1, len(pairs), 2.2, width=min(7.2, 0.9 + 2.1 * len(pairs)), sharey=True)
    made = [weight_histogram(data, *pair) for pair in pairs]
    norm = LogNorm(1, max(float(one.max()) for one in made))
    edges = weight_edges(data)
    end, ticks = edges[-1], weight_ticks(edges)
    for panel, pair, one in zip(axes[0], pairs, made):
        values = np.where(one.values > 0, one.values, np.nan).T
        image = panel.imshow(values, origin="lower", extent=(0, end, 0, end), cmap="viridis", norm=norm)
        panel.plot([0, end], [0, end], color=GREY, lw=0.7, ls=":")
        panel.set(xlabel=f"weight after {pair[0]}", xticks=ticks, yticks=ticks)
        panel.set_title(f"{short(pair[1])}")
        panel.set_ylabel(f"after {pair[1]}", fontsize=7, labelpad=1)
    figure.colorbar(image, ax=axes, label="synapses", shrink=0.8, aspect=15)
    return figure


def fixed_float_figure(data: xr.Dataset, other: xr.Dataset) -> Figure:
    """The same synapses of the same seeds in two runs (fixed point and float) after the main rows."""
    rows = [row for row in main_rows(data, 4) if row in other.row.values]
    if not rows:
        require_rows(other, *main_rows(data, 1))
    names = [str(one.attrs.get("executor", "run")) for one in (data, other)]
    if names[0] == names[1]:
        names = [f"{name}, run {index}" for index, name in enumerate(names, 1)]
    edges = weight_edges(data)
    end, ticks = edges[-1], weight_ticks(edges)
    figure, axes = panels(2, len(rows), 3.9)
    for column, row in enumerate(rows):
        made = paired_weights(data, other, row)
        if not made.attrs["networks"]:
            raise InputError("results: no network in common", other.network.values.tolist(),
                             f"seeds {data.network.values.tolist()}", "run both with the same seeds")  # fmt: skip
        top, bottom = axes[:, column]
        for share, name, colour, style in zip(made.share.values, names, (BLUE, ORANGE), ("-", "--")):
            top.stairs(np.maximum(share, FLOOR), edges, color=colour, ls=style, lw=1.3, baseline=None, label=name)
        top.set(yscale="log", xlim=(0, end), ylim=(FLOOR, 1.5), xticks=ticks, title=f"after {row}")
        counts = np.where(made["count"].values > 0, made["count"].values, np.nan).T
        bottom.imshow(counts, origin="lower", extent=(0, end, 0, end), norm=LogNorm(1), aspect="auto")
        bottom.text(0.5, 0.55, f"r = {made.attrs['correlation']:.2f}", transform=bottom.transAxes, ha="center",
                    bbox={"color": "white", "alpha": 0.8, "lw": 0})  # fmt: skip
        bottom.set(xlabel=f"weight, {names[0]}", xticks=ticks, yticks=ticks)
    axes[0, 0].set_ylabel("share of synapses")
    axes[1, 0].set_ylabel(f"weight, {names[1]}")
    handles = [Line2D([], [], color=colour, ls=style) for colour, style in ((BLUE, "-"), (ORANGE, "--"))]
    figure.legend(handles, names, loc="outside lower center", ncols=2, frameon=False, fontsize=7.5)
    return figure


