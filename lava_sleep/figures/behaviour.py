"""The agent in its world, and what neurons look for."""

import matplotlib.pyplot as plt
import numpy as np
import xarray as xr
from matplotlib.colors import PowerNorm
from matplotlib.figure import Figure

from emulation.environments.base import NEUTRAL, PUNISHED, REWARDED
from emulation.environments.foraging import MOVES
from lava_sleep.analysis.behaviour import trajectory
from lava_sleep.analysis.fields import hidden_fields, output_fields
from lava_sleep.analysis.selection import foraging_of, main_rows, present
from lava_sleep.environments.foraging import Foraging
from lava_sleep.figures.captions import CAPTIONS
from lava_sleep.figures.registry import drawing
from lava_sleep.figures.style import BLUE, GREY, PLACES_3X3, SKY, VERMILION, folded, legend_below, panels, tasks_of
from lava_sleep.protocols.rows import task_title
from lava_sleep.runs.layout import BEFORE

FORAGING = "foraging"  # the environment that these figures are of
MOST_TASKS = 4  # worlds that a page has room for
# What lies in a world, by its value: colour and name.
PARTICLES = {
    1: (SKY, "rewarded particle"),
    -1: ("#bbbbbb", "punished particle"),
    0: ("#ead9b0", "neutral particle"),
}
EATEN = (
    (REWARDED, BLUE, "ate, rewarded", "o"),
    (PUNISHED, VERMILION, "ate, punished", "x"),
    (NEUTRAL, GREY, "ate, neutral", "."),
)


@drawing(
    "trajectories",
    "Paths of the agent",
    order=40,
    needs=("agent", "particles", "directions", "outcomes"),
    caption=CAPTIONS["trajectories"],
    environment=FORAGING,
)
def trajectory_figure(data: xr.Dataset) -> Figure:
    """Paths of one agent in every task (the first few) before training and after the main rows."""
    places, tasks = [BEFORE, *main_rows(data, 3)], tasks_of(data)
    shown = tasks[:MOST_TASKS]
    figure, axes = panels(len(shown), len(places), 0.3 + 2 * len(shown), sharex=True, sharey=True)
    for line, task in zip(axes, shown):
        for panel, place in zip(line, places):
            made = trajectory(data, place, task)
            draw_world(made, foraging_of(data), task, panel)
            draw_path(made, panel)
            if task == tasks[0]:
                panel.set_title("before training" if place == BEFORE else folded(f"after {place}", 24))
            eaten, left = (int((made.outcome == outcome).sum()) for outcome in (REWARDED, PUNISHED))
            panel.set_xlabel(f"{eaten} rewarded, {left} punished")
        line[0].set_ylabel(f"world of {task_title(task)}")
    legend_below(figure, axes[0, 0], 5)
    if len(shown) < len(tasks):
        figure.suptitle(f"The first {len(shown)} of {len(tasks)} tasks.", fontsize=8, color=GREY)
    return figure


def draw_world(made: xr.Dataset, world: Foraging, task: str, panel: plt.Axes) -> None:
    """Particles of a world: their pixels, joined where they do not lie across its border."""
    ground, values = world.ground(), world.setting(task)[len(world.kinds) :]
    kinds, pixels = made.kind.values, made.pixels.values
    is_whole = (pixels[:, 1:] - pixels[:, :1] == ground.offsets[kinds]).all(axis=(1, 2))
    is_joint = np.abs(ground.offsets).max(axis=(1, 2))[kinds] == 1  # its pixels touch
    for value, (colour, name) in PARTICLES.items():
        chosen = values[kinds] == value
        if not chosen.any():
            continue
        look = {"color": colour, "zorder": 1}
        draw_lines(pixels[chosen & is_whole & is_joint], panel, lw=2.2, solid_capstyle="round", label=name, **look)
        draw_lines(pixels[chosen & is_whole & ~is_joint], panel, lw=0.7, marker="s", ms=1.8, label=name, **look)
        rest = pixels[chosen & ~is_whole].reshape(-1, 2)
        panel.plot(rest[:, 1], rest[:, 0], ".", color=colour, ms=3, zorder=1)
    panel.set(xlim=(-1, world.size), ylim=(world.size, -1), xticks=[], yticks=[], aspect="equal")
    panel.spines[["top", "right"]].set_visible(True)


def draw_lines(chosen: np.ndarray, panel: plt.Axes, label: str, **look) -> None:
    """A line through the pixels of each particle, int array (particles, pixels, 2)."""
    if not len(chosen):
        return
    gaps = np.full((len(chosen), 1, 2), np.nan)
    lines = np.concatenate([chosen, gaps], axis=1).reshape(-1, 2)
    known = panel.get_legend_handles_labels()[1]
    panel.plot(lines[:, 1], lines[:, 0], label=None if label in known else label, **look)


def draw_path(made: xr.Dataset, panel: plt.Axes) -> None:
    """The agent's path, broken where it leaves the world on one side and enters on the other."""
    path = made.path.values.astype(float)
    jumps = np.flatnonzero(np.abs(np.diff(path, axis=0)).max(axis=1) > 1) + 1
    line = np.insert(path, jumps, np.nan, axis=0)
    panel.plot(line[:, 1], line[:, 0], color="black", lw=0.6, label="path", zorder=2)
    for outcome, colour, name, marker in EATEN:
        at = path[1:][made.outcome.values == outcome]
        if len(at) or outcome != NEUTRAL:
            panel.plot(at[:, 1], at[:, 0], marker, color=colour, ms=3, ls="", label=name, zorder=3)


@drawing(
    "hidden-fields",
    "Fields of hidden neurons",
    order=50,
    needs=("hidden_inputs", "hidden_weights"),
    caption=CAPTIONS["hidden-fields"],
    environment=FORAGING,
)
def hidden_field_figure(data: xr.Dataset) -> Figure:
    """Receptive fields of hidden neurons, four of every kind of particle."""
    made, names = hidden_fields(data), foraging_of(data).kind_names
    largest = float(made.field.max()) if not data.attrs["largest_weight"] else 255.0
    lines = -(-len(names) // 2)
    figure, axes = panels(lines, 8, 0.1 + 1.0 * lines)
    for panel in axes.flat:
        panel.axis("off")
    for index, (field, kind) in enumerate(zip(made.field.values, made.kind.values)):
        taken = int((made.kind.values[:index] == kind).sum())
        panel = axes[kind // 2, kind % 2 * 4 + taken]
        image = panel.imshow(field, cmap="viridis", vmin=0, vmax=largest)
        panel.plot(field.shape[1] // 2, field.shape[0] // 2, "+", color="white", ms=4)
        if taken == 0:
            panel.set_title(names[kind], loc="left")
    figure.colorbar(image, ax=axes, label="weight", aspect=7.5 * lines)
    return figure


@drawing(
    "output-fields",
    "Fields of output neurons",
    order=60,
    needs=("hidden_inputs", "hidden_weights", "output_weights"),
    caption=CAPTIONS["output-fields"],
    environment=FORAGING,
)
def output_field_figure(data: xr.Dataset) -> Figure:
    """Receptive fields of the eight output neurons, laid out as the directions they move the agent in."""
    rows = present(main_rows(data, 4), data)
    fields = [output_fields(data, row) for row in rows]
    titles = [f"after {folded(row, 24)}" for row in rows]
    room = 0.24 + 0.15 * max(title.count("\n") for title in titles)  # inches of the titles
    figure = plt.figure(figsize=(7.2, 1.76 + room))
    norm = PowerNorm(0.5, 0, max(float(field.max()) for field in fields))  # few pixels are far above the others
    widths = (*[1] * len(rows), 0.04)
    outer = figure.add_gridspec(
        1, len(rows) + 1, wspace=0.1, left=0.01, right=0.93, bottom=0.04, top=1.76 / (1.76 + room), width_ratios=widths
    )
    for column, (title, field) in enumerate(zip(titles, fields)):
        axes = np.asarray(outer[column].subgridspec(3, 3, wspace=0.05, hspace=0.05).subplots())
        axes[0, 1].set_title(title)
        for place, panel in enumerate(axes.flat):
            panel.axis("off")
            if place in PLACES_3X3:
                output = PLACES_3X3.index(place)
                image = panel.imshow(field.values[output], cmap="viridis", norm=norm)
                (down, right), middle = MOVES[output], field.values.shape[1] // 2
                panel.annotate(
                    "",
                    (middle + 0.8 * right, middle + 0.8 * down),
                    (middle - 0.8 * right, middle - 0.8 * down),
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
