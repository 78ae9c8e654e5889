"""The agent in its world, and what neurons look for."""

import matplotlib.pyplot as plt
import numpy as np
import xarray as xr
from matplotlib.colors import PowerNorm
from matplotlib.figure import Figure

from emulation.environments.foraging import KINDS, MOVES, PUNISHED, REWARDED, SIDE
from lava_sleep.analysis.behaviour import trajectory
from lava_sleep.analysis.fields import hidden_fields, output_fields
from lava_sleep.analysis.selection import main_rows, present
from lava_sleep.figures.captions import CAPTIONS
from lava_sleep.figures.registry import drawing
from lava_sleep.figures.style import BLUE, PLACES_3X3, SKY, VERMILION, legend_below, panels
from lava_sleep.protocols.tasks import TASKS
from lava_sleep.runs.layout import BEFORE


@drawing(
    "trajectories",
    "Paths of the agent",
    order=40,
    needs=("agent", "particles", "directions", "outcomes"),
    caption=CAPTIONS["trajectories"],
)
def trajectory_figure(data: xr.Dataset) -> Figure:
    """Paths of one agent in both tasks before training and after the main rows."""
    places = [BEFORE, *main_rows(data, 3)]
    figure, axes = panels(2, len(places), 4.3, sharex=True, sharey=True)
    for line, task in zip(axes, ("T1", "T2")):
        for panel, place in zip(line, places):
            made = trajectory(data, place, task)
            draw_world(made, task, panel)
            draw_path(made, panel)
            if task == "T1":
                panel.set_title("before training" if place == BEFORE else f"after {place}")
            eaten, left = (int((made.outcome == outcome).sum()) for outcome in (REWARDED, PUNISHED))
            panel.set_xlabel(f"{eaten} rewarded, {left} punished")
        line[0].set_ylabel(f"world of Task {task[1]}")
    legend_below(figure, axes[0, 0], 5)
    return figure


def draw_world(made: xr.Dataset, task: str, panel: plt.Axes) -> None:
    """Particles of a world; those that cross its border are drawn as two points."""
    for is_rewarded, colour, name in ((True, SKY, "rewarded particle"), (False, "#bbbbbb", "punished particle")):
        chosen = made.pixels.values[(made.kind.values == TASKS[task].rewarded_kind) == is_rewarded]
        whole = np.abs(np.diff(chosen, axis=1)).max(axis=(1, 2)) == 1
        lines = np.concatenate([chosen[whole], np.full((whole.sum(), 1, 2), np.nan)], axis=1).reshape(-1, 2)
        panel.plot(lines[:, 1], lines[:, 0], color=colour, lw=2.2, solid_capstyle="round", label=name, zorder=1)
        rest = chosen[~whole].reshape(-1, 2)
        panel.plot(rest[:, 1], rest[:, 0], ".", color=colour, ms=3, zorder=1)
    panel.set(xlim=(-1, SIDE), ylim=(SIDE, -1), xticks=[], yticks=[], aspect="equal")
    panel.spines[["top", "right"]].set_visible(True)


def draw_path(made: xr.Dataset, panel: plt.Axes) -> None:
    """The agent's path, broken where it leaves the world on one side and enters on the other."""
    path = made.path.values.astype(float)
    jumps = np.flatnonzero(np.abs(np.diff(path, axis=0)).max(axis=1) > 1) + 1
    line = np.insert(path, jumps, np.nan, axis=0)
    panel.plot(line[:, 1], line[:, 0], color="black", lw=0.6, label="path", zorder=2)
    kinds = ((REWARDED, BLUE, "ate, rewarded", "o"), (PUNISHED, VERMILION, "ate, punished", "x"))
    for outcome, colour, name, marker in kinds:
        at = path[1:][made.outcome.values == outcome]
        panel.plot(at[:, 1], at[:, 0], marker, color=colour, ms=3, ls="", label=name, zorder=3)


@drawing(
    "hidden-fields",
    "Fields of hidden neurons",
    order=50,
    needs=("hidden_inputs", "hidden_weights"),
    caption=CAPTIONS["hidden-fields"],
)
def hidden_field_figure(data: xr.Dataset) -> Figure:
    """Receptive fields of hidden neurons, four of every orientation."""
    made = hidden_fields(data)
    largest = float(made.field.max()) if not data.attrs["largest_weight"] else 255.0
    figure, axes = panels(2, 8, 2.1)
    for panel in axes.flat:
        panel.axis("off")
    for index, (field, kind) in enumerate(zip(made.field.values, made.kind.values)):
        taken = int((made.kind.values[:index] == kind).sum())
        panel = axes[kind // 2, kind % 2 * 4 + taken]
        image = panel.imshow(field, cmap="viridis", vmin=0, vmax=largest)
        panel.plot(3, 3, "+", color="white", ms=4)
        if taken == 0:
            panel.set_title(KINDS[kind], loc="left")
    figure.colorbar(image, ax=axes, label="weight", aspect=15)
    return figure


@drawing(
    "output-fields",
    "Fields of output neurons",
    order=60,
    needs=("hidden_inputs", "hidden_weights", "output_weights"),
    caption=CAPTIONS["output-fields"],
)
def output_field_figure(data: xr.Dataset) -> Figure:
    """Receptive fields of the eight output neurons, laid out as the directions they move the agent in."""
    rows = present(main_rows(data, 4), data)
    fields = [output_fields(data, row) for row in rows]
    figure = plt.figure(figsize=(7.2, 2.0))
    norm = PowerNorm(0.5, 0, max(float(field.max()) for field in fields))  # few pixels are far above the others
    widths = (*[1] * len(rows), 0.04)
    outer = figure.add_gridspec(
        1, len(rows) + 1, wspace=0.1, left=0.01, right=0.93, bottom=0.04, top=0.88, width_ratios=widths
    )
    for column, (row, field) in enumerate(zip(rows, fields)):
        axes = np.asarray(outer[column].subgridspec(3, 3, wspace=0.05, hspace=0.05).subplots())
        axes[0, 1].set_title(f"after {row}")
        for place, panel in enumerate(axes.flat):
            panel.axis("off")
            if place in PLACES_3X3:
                output = PLACES_3X3.index(place)
                image = panel.imshow(field.values[output], cmap="viridis", norm=norm)
                down, right = MOVES[output]
                panel.annotate(
                    "",
                    (3 + 0.8 * right, 3 + 0.8 * down),
                    (3 - 0.8 * right, 3 - 0.8 * down),
                    arrowprops={
                        "arrowstyle": "->",
                        "color": "white",
                        "lw": 0.7,
                        "shrinkA": 0,
                        "shrinkB": 0,
                        "mutation_scale": 7,
                    },
                )
    bar = figure.colorbar(image, cax=figure.add_subplot(outer[len(rows)]))
    bar.set_label("weight / mean", fontsize=8)
    return figure
