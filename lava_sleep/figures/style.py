"""Colours, sizes and small helpers that all figures share."""

from collections.abc import Iterable
from pathlib import Path

import matplotlib

matplotlib.use("Agg")
import matplotlib.pyplot as plt  # noqa: E402
import numpy as np  # noqa: E402
from matplotlib.figure import Figure, FigureBase  # noqa: E402

from lava_sleep.protocols.rows import first_of  # noqa: E402

# Okabe & Ito's colour-blind safe palette.
BLUE, ORANGE, GREEN, GREY = "#0072B2", "#E69F00", "#009E73", "#666666"
VERMILION, PURPLE, SKY = "#D55E00", "#CC79A7", "#56B4E9"
TASK_COLOURS = {"T1": BLUE, "T2": ORANGE}
PALETTE = (BLUE, ORANGE, GREEN, PURPLE, VERMILION, SKY, "black", "#F0E442")
CHANCE = 0.5
FLOOR = 3e-4  # smallest share of synapses on a logarithmic axis
WIDTH = 7.2  # inches: two columns of a page; letters of 7 to 9 points stay readable there
STYLE = {
    "font.size": 8,
    "axes.titlesize": 8.5,
    "axes.labelsize": 8,
    "xtick.labelsize": 7.5,
    "ytick.labelsize": 7.5,
    "legend.fontsize": 7.5,
    "axes.spines.top": False,
    "axes.spines.right": False,
    "svg.hashsalt": "lava-sleep",
    "svg.fonttype": "path",
}
ARROWS = (
    "↖",
    "↑",
    "↗",
    "←",
    "→",
    "↙",
    "↓",
    "↘",
)  # of the output neurons, in the order of `emulation.environments.foraging.MOVES`
PLACES_3X3 = (0, 1, 2, 3, 5, 6, 7, 8)  # where the output neurons lie in the 3 x 3 layer; the centre has no function


def save(figure: Figure, path: Path, dots: int = 150) -> None:
    """Write a figure of the kind that the name ends with; the same results give the same file."""
    with plt.rc_context(STYLE):
        figure.savefig(path, dpi=dots, metadata=None if path.suffix == ".png" else {"Date": None})
    plt.close(figure)


def panels(rows: int, columns: int, height: float, width: float = WIDTH, **options) -> tuple[Figure, np.ndarray]:
    """A figure and its axes as a two-dimensional array."""
    with plt.rc_context(STYLE):
        figure, axes = plt.subplots(
            rows, columns, figsize=(width, height), layout="constrained", squeeze=False, **options
        )
    return figure, axes


def phase_colour(stage: str) -> str:
    """Colour of a stage by its last step: tasks, sleep, rest, other interleaving."""
    step = stage.split(">")[-1]
    if step in TASK_COLOURS:
        return TASK_COLOURS[step]
    return GREEN if "S" in step else GREY if "R" in step else PURPLE


def stage_colours(stages: list[str]) -> dict[str, str]:
    """A colour for each of several stages: by its kind, another one where that is taken; repetitions share theirs."""
    chosen: dict[str, str] = {}
    for stage in stages:
        if first_of(stage) in chosen:
            chosen[stage] = chosen[first_of(stage)]
            continue
        wanted = [phase_colour(stage), *PALETTE]
        chosen[stage] = next((colour for colour in wanted if colour not in chosen.values()), GREY)
    return chosen


def name_phase(panel: plt.Axes, start: float, end: float, whole: float, stage: str, height: float) -> None:
    """Write a phase's name into its part of the axis, if it has room; of repetitions only the first is named."""
    share = (end - start) / whole
    is_interleaved = short(stage).startswith("i(")  # the last phase of a row, so there is room behind it
    if first_of(stage) == stage and (share > 0.025 or is_interleaved):
        x, side = (start + 0.006 * whole, "left") if share < 0.08 else ((start + end) / 2, "center")
        panel.text(x, height, short(stage), ha=side, va="center", fontsize=7.5, transform=panel.get_xaxis_transform())


def weight_ticks(whole: float) -> list[float]:
    """Ticks of an axis of weights that ends at `whole`: 255 is the largest 8-bit weight."""
    return [0, 128, 255] if whole == 256 else [0, whole / 2, whole]


def short(stage: str) -> str:
    """A stage's last step, for narrow places."""
    return stage.split(">")[-1]


def legend_above(axes: plt.Axes, columns: int, **options) -> None:
    """A legend over the axes, where it hides no data."""
    axes.legend(loc="lower center", bbox_to_anchor=(0.5, 1.0), ncols=columns, frameon=False, **options)


def legend_below(figure: FigureBase, axes: plt.Axes, columns: int) -> None:
    """A legend of what one of the axes shows, under the whole figure."""
    handles, labels = axes.get_legend_handles_labels()
    figure.legend(handles, labels, loc="outside lower center", ncols=columns, frameon=False, fontsize=7.5)


def legend_beside(figure: Figure) -> None:
    """A legend of all axes, at the right of the figure."""
    figure.legend(loc="outside right center", frameon=False, fontsize=7.5)


def shade_phases(panel: plt.Axes, stages: Iterable[str], ends: np.ndarray, height: float) -> None:
    """Shade one phase after the other in its colour and name it at a height, 0 to 1; the axis ends with the last."""
    start = 0.0
    for stage, end in zip(stages, ends):
        panel.axvspan(start, end, color=phase_colour(stage), alpha=0.13, lw=0)
        name_phase(panel, start, end, ends[-1], stage, height)
        start = end
    panel.set_xlim(0, start)


def shade_band(panel: plt.Axes, x: np.ndarray, mean: np.ndarray, sd: np.ndarray, **options) -> None:
    """Mean - SD to mean + SD."""
    panel.fill_between(x, mean - sd, mean + sd, alpha=0.2, lw=0, **options)
