"""Several runs laid over each other: fixed point, float, the paper's own network."""

import matplotlib.pyplot as plt
import numpy as np
import xarray as xr
from matplotlib.colors import LogNorm
from matplotlib.figure import Figure

from emulation.errors import InputError
from lava_sleep.analysis.selection import main_rows, require_rows, weight_range
from lava_sleep.analysis.synapses import paired_weights, shared_networks, weight_shares, why_not_paired
from lava_sleep.figures.captions import CAPTIONS
from lava_sleep.figures.registry import drawing
from lava_sleep.figures.style import FLOOR, GREY, PALETTE, folded, panels, weight_ticks

STYLES = ("-", "--", "-.", ":")


@drawing(
    "fixed-float",
    "Run against run",
    order=160,
    needs=("output_weights", "hidden_inputs"),
    compares=True,
    caption=CAPTIONS["fixed-float"],
)
def fixed_float_figure(data: xr.Dataset, *others: xr.Dataset) -> Figure:
    """Weights of several runs after the main rows: distributions of all, and synapse against synapse of the first run.

    Only runs of the same seeds whose networks are wired alike have the same synapses; of others the figure says so.
    """
    rows = [row for row in main_rows(data, 4) if all(row in other.row.values for other in others)]
    if not rows:
        for other in others:
            require_rows(other, *main_rows(data, 1))
    if not any(shared_networks(data, other) for other in others):
        raise InputError(
            "results: no network in common",
            others[0].network.values.tolist(),
            f"seeds {data.network.values.tolist()}",
            "run both with the same seeds",
        )
    runs, names = (data, *others), names_of(data, *others)
    reasons = [why_not_paired(data, other) for other in others]
    paired = [index for index, reason in enumerate(reasons, 1) if reason is None]
    figure, axes = panels(1 + len(paired), len(rows), 2.3 + 1.7 * len(paired))
    for panel, row in zip(axes[0], rows):
        draw_shares(runs, names, row, panel)
        panel.set_title(folded(f"after {row}", 24))
    axes[0, 0].set_ylabel("share of synapses")
    for line, index in zip(axes[1:], paired):
        image = draw_pairs(data, runs[index], rows, line)
        line[0].set_ylabel(f"weight, {names[index]}")
        line[-1].figure.colorbar(image, ax=line, label="synapses", aspect=12, shrink=0.9)
        for panel in line:
            panel.set_xlabel(f"weight, {names[0]}")
    handles, labels = axes[0, 0].get_legend_handles_labels()
    figure.legend(handles, labels, loc="outside upper center", ncols=len(runs), frameon=False, fontsize=7.5)
    notes = [f"{name} is not paired with {names[0]}: {why}." for name, why in zip(names[1:], reasons) if why]
    figure.supxlabel("\n".join(notes), fontsize=7.5, color=GREY)
    return figure


def names_of(*runs: xr.Dataset) -> list[str]:
    """The runs' executors, numbered where several runs are of one."""
    executors = [str(one.attrs.get("executor", "run")) for one in runs]
    return [name if executors.count(name) == 1 else f"{name}, run {index}" for index, name in enumerate(executors, 1)]


def draw_shares(runs: tuple[xr.Dataset, ...], names: list[str], row: str, panel: plt.Axes) -> None:
    """Distributions of the weights after a row; a run on a scale of its own is shown in shares of its range."""
    whole = weight_range(runs[0])
    same = all(weight_range(one) == whole for one in runs)
    top = whole if same else 1.0
    for one, name, colour, style in zip(runs, names, PALETTE * len(runs), STYLES * len(runs)):
        share = weight_shares(one, row)
        panel.stairs(
            np.maximum(share, FLOOR),
            np.linspace(0, top, len(share) + 1),
            color=colour,
            ls=style,
            lw=1.3,
            baseline=None,
            label=name,
        )
    panel.set(yscale="log", xlim=(0, top), ylim=(FLOOR, 1.5), xticks=weight_ticks(top))
    panel.set_xlabel("weight" if same else "weight / largest")


def draw_pairs(data: xr.Dataset, other: xr.Dataset, rows: list[str], line: np.ndarray) -> plt.cm.ScalarMappable:
    """Weight in one run against weight in another, on a scale of numbers that all rows share; returns it."""
    made = [paired_weights(data, other, row) for row in rows]
    norm = LogNorm(1, max(2.0, *(float(one["count"].max()) for one in made)))
    ends, other_ends = weight_range(data), weight_range(other)
    for panel, one in zip(line, made):
        counts = np.where(one["count"].values > 0, one["count"].values, np.nan).T
        image = panel.imshow(counts, origin="lower", extent=(0, ends, 0, other_ends), norm=norm, aspect="auto")
        panel.text(
            0.5,
            0.55,
            f"r = {one.attrs['correlation']:.2f}",
            transform=panel.transAxes,
            ha="center",
            bbox={"color": "white", "alpha": 0.8, "lw": 0},
        )
        panel.set(xticks=weight_ticks(ends), yticks=weight_ticks(other_ends))
    return image
