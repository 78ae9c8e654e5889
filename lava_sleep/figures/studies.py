"""Figures of studies: compare, the sweep of precision, drift."""

import warnings
from pathlib import Path

import matplotlib.pyplot as plt
import numpy as np
from matplotlib.ticker import MaxNLocator

from lava_sleep.analysis.agreement import Departure, RowAgreement
from lava_sleep.analysis.drift import EDGES, TASK_OF
from lava_sleep.analysis.precision import BITS, ROUNDINGS, ROWS, Precision
from lava_sleep.figures import BLUE, CHANCE, GREEN, GREY, ORANGE

PALETTE = (BLUE, ORANGE, GREEN, GREY, "#CC79A7")
MARKERS = {"stochastic": (BLUE, "o"), "nearest": (ORANGE, "s"), "floor": (GREEN, "^")}


def draw_agreement(rows: list[RowAgreement], apart: Departure, path: Path) -> None:
    """Differences of the rows with their intervals, and how the variables drift apart."""
    figure, (left, right) = plt.subplots(1, 2, figsize=(9.5, 4.2), constrained_layout=True)
    for offset, task, colour in ((-0.15, 1, BLUE), (0.15, 2, ORANGE)):
        chosen = [row for row in rows if row.task == task]
        means = np.array([row.contrast.difference.mean for row in chosen])
        low = means - [row.contrast.difference.low for row in chosen]
        high = [row.contrast.difference.high for row in chosen] - means
        errors = np.nan_to_num(np.stack([low, high]))
        left.errorbar(means, np.arange(len(chosen)) + offset, xerr=errors, fmt="o", color=colour, label=f"Task {task}")
    left.axvspan(-0.05, 0.05, color=GREY, alpha=0.15, lw=0, label="margin of equivalence")
    left.axvline(0, color=GREY, lw=0.8)
    names = [row.after for row in rows if row.task == 1]
    left.set(yticks=range(len(names)), xlabel="performance, fixed point minus float")
    left.set_yticklabels(names, fontsize=8)
    left.invert_yaxis()
    left.xaxis.set_major_locator(MaxNLocator(5))
    left.legend(fontsize=7, loc="lower center", bbox_to_anchor=(0.4, 1.0), ncol=3, frameon=False)
    for (name, values), colour in zip(apart.growth.items(), PALETTE):
        right.loglog(apart.cycles, np.where(values > 0, values, np.nan), label=name, color=colour, lw=1.4)
    right.set(xlabel="movement cycles", ylabel="mean absolute difference (float − fixed point)")
    right.legend(fontsize=7, loc="lower center", bbox_to_anchor=(0.5, 1.0), ncol=5, frameon=False)
    figure.savefig(path, dpi=150)
    plt.close(figure)


def draw_precision(found: list[Precision], path: Path) -> None:
    """Performance on the old task after interleaved sleep and rest, against the bits of a weight."""
    figure, panels = plt.subplots(1, 3, figsize=(10, 3.6), sharey=True, constrained_layout=True)
    titles = ("after T1: Task 1", f"after {ROWS[1]}: Task 2 (old)", f"after {ROWS[2]}: Task 2 (old)")
    for panel, title, row, task in zip(panels, titles, (0, 1, 2), (0, 1, 1)):
        for rounding in ROUNDINGS:
            colour, marker = MARKERS[rounding]
            values = np.array([one.performance[:, row, task] for one in found if one.rounding == rounding])
            panel.errorbar(
                BITS, np.nanmean(values, axis=1), np.nanstd(values, axis=1), color=colour, marker=marker, ms=4,
                label=rounding, capsize=2, lw=1.2,
            )  # fmt: skip
        panel.axhline(CHANCE, color=GREY, ls=":", lw=1)
        panel.set(title=title, xlabel="bits of a weight", ylim=(0.3, 1), xticks=BITS)
        panel.title.set_fontsize(9)
        panel.invert_xaxis()
    panels[0].set_ylabel("performance")
    panels[0].legend(title="rounding", fontsize=8, title_fontsize=8, loc="lower left")
    figure.savefig(path, dpi=150)
    plt.close(figure)


def draw_drift(found: dict[str, list[np.ndarray]], path: Path) -> None:
    """`Drift.change` of wake, of sleep, and of both, against the weight; mean over networks, by executor."""
    figure, panels = plt.subplots(1, len(TASK_OF), figsize=(9, 3.8), sharey=True, constrained_layout=True)
    centres = (EDGES[:-1] + EDGES[1:] - 1) / 2
    for panel, (group, name) in zip(panels, enumerate(TASK_OF)):
        for executor, style in zip(found, ("-", "--")):
            with warnings.catch_warnings():
                warnings.simplefilter("ignore", RuntimeWarning)  # a weight that no network has is a gap
                change = np.nanmean([one[:, group] for one in found[executor]], axis=0)
            for values, colour, label in zip((*change, change.sum(axis=0)), (ORANGE, BLUE, "black"), LABELS):
                panel.plot(centres, values, style, color=colour, label=f"{label}, {executor}", lw=1.5)
        panel.axhline(0, color=GREY, lw=0.8)
        panel.set(title=f"synapses of the {name} task", xlabel="weight")
    panels[0].set_ylabel("change of the weight in 100 cycles")
    panels[1].legend(fontsize=7)
    figure.savefig(path, dpi=150)
    plt.close(figure)


LABELS = ("wake", "sleep", "both")
