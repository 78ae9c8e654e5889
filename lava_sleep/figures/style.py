"""Colours, sizes and small helpers that all figures share."""

from collections.abc import Sequence
from pathlib import Path

import matplotlib

matplotlib.use("Agg")
import matplotlib.pyplot as plt  # noqa: E402
import numpy as np  # noqa: E402
import xarray as xr  # noqa: E402
from matplotlib.figure import Figure, FigureBase  # noqa: E402

from lava_sleep.protocols.rows import OTHERS, SLEEP, first_of, parse_step, split_row  # noqa: E402

# Okabe & Ito's colour-blind safe palette.
BLUE, ORANGE, GREEN, GREY = "#0072B2", "#E69F00", "#009E73", "#666666"
VERMILION, PURPLE, SKY = "#D55E00", "#CC79A7", "#56B4E9"
MUTED = ("#882255", "#999933", "#332288", "#44AA99", "#AA4499", "#DDCC77")  # of Tol's muted scheme, for more of them
TASK_PALETTE = (
    BLUE,
    ORANGE,
    VERMILION,
    SKY,
    *MUTED[:3],
    PURPLE,
)  # in the order of the tasks; none is sleep's or rest's
TASK_MARKERS = "osD^vPX*"
PALETTE = (BLUE, ORANGE, GREEN, PURPLE, VERMILION, SKY, "black", "#F0E442", *MUTED)
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


def tasks_of(data: xr.Dataset) -> list[str]:
    """Names of the tasks of a run, in their order."""
    return [str(task) for task in data.task.values]


def task_colours(tasks: Sequence[str]) -> dict[str, str]:
    """A colour for each of several tasks; where there are many, they are repeated."""
    return {task: TASK_PALETTE[place % len(TASK_PALETTE)] for place, task in enumerate(tasks)}


def task_markers(tasks: Sequence[str]) -> dict[str, str]:
    """A marker for each of several tasks."""
    return {task: TASK_MARKERS[place % len(TASK_MARKERS)] for place, task in enumerate(tasks)}


def phase_colour(stage: str, tasks: Sequence[str]) -> str:
    """Colour of a stage by its last step: tasks, sleep, rest, other interleaving."""
    parts = parse_step(split_row(stage)[-1]).parts
    if len(parts) == 1 and parts[0] != SLEEP:
        return task_colours(tasks).get(parts[0], PURPLE)
    beside = {part for part in parts if part in OTHERS}
    return GREEN if beside - {"R"} else GREY if beside else PURPLE


def stage_colours(stages: list[str], tasks: Sequence[str]) -> dict[str, str]:
    """A colour for each of several stages: by its kind, another one where that is taken; repetitions share theirs."""
    chosen: dict[str, str] = {}
    for stage in stages:
        if first_of(stage) in chosen:
            chosen[stage] = chosen[first_of(stage)]
            continue
        wanted = [phase_colour(stage, tasks), *PALETTE]
        chosen[stage] = next((colour for colour in wanted if colour not in chosen.values()), GREY)
    return chosen


def name_phase(panel: plt.Axes, start: float, end: float, room: float, whole: float, name: str, height: float) -> None:
    """Write a phase's name into its part of the axis, if it has room up to `room`; the last phase of a row has."""
    if (room - start) / whole > 0.006 * len(name) + 0.013 or (name.startswith("i(") and room == whole):
        x, side = (start + 0.006 * whole, "left") if end - start < 0.08 * whole else ((start + end) / 2, "center")
        panel.text(x, height, name, ha=side, va="center", fontsize=7.5, transform=panel.get_xaxis_transform())


def weight_ticks(whole: float) -> list[float]:
    """Ticks of an axis of weights that ends at `whole`: 255 is the largest 8-bit weight."""
    return [0, 128, 255] if whole == 256 else [0, whole / 2, whole]


def short(stage: str) -> str:
    """A stage's last step, for narrow places."""
    return stage.split(">")[-1]


def folded(row: str, width: int) -> str:
    """A row in lines of about so many letters, broken before ``>``."""
    lines = [""]
    for place, part in enumerate(row.split(">")):
        text = f">{part}" if place else part
        if lines[-1] and len(lines[-1] + text) > width:
            lines.append("")
        lines[-1] += text
    return "\n".join(lines)


def bar_places(number: int) -> tuple[np.ndarray, float]:
    """Where the bars of a group lie around its middle, and how wide each is; a group takes 0.74 of its place."""
    step = 0.76 / number
    return (np.arange(number) - (number - 1) / 2) * step, step - 0.02


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


def shade_phases(panel: plt.Axes, stages: Sequence[str], ends: np.ndarray, height: float, tasks: Sequence[str]) -> None:
    """Shade one phase after the other in its colour and name it at a height, 0 to 1; the axis ends with the last.

    Of repetitions only the first is named.
    """
    start, last = 0.0, {first_of(stage): end for stage, end in zip(stages, ends)}
    for stage, end in zip(stages, ends):
        panel.axvspan(start, end, color=phase_colour(stage, tasks), alpha=0.13, lw=0)
        if stage == first_of(stage):
            name_phase(panel, start, end, last[stage], ends[-1], short(stage), height)
        start = end
    panel.set_xlim(0, start)


def shade_band(panel: plt.Axes, x: np.ndarray, mean: np.ndarray, sd: np.ndarray, **options) -> None:
    """Mean - SD to mean + SD."""
    panel.fill_between(x, mean - sd, mean + sd, alpha=0.2, lw=0, **options)
