"""Tasks that are learnt one after the other: what becomes of each, with sleep, with rest and with their controls."""

from collections import Counter

import matplotlib.pyplot as plt
import numpy as np
import xarray as xr
from matplotlib.colors import Normalize
from matplotlib.figure import Figure

from emulation.errors import InputError
from lava_sleep.analysis.behaviour import NAMES
from lava_sleep.figures.captions import CAPTIONS
from lava_sleep.figures.registry import drawing
from lava_sleep.figures.style import CHANCE, GREY, STYLE, folded, shade_band, stage_colours, tasks_of
from lava_sleep.protocols.rows import OTHERS, parse_step, split_row
from lava_sleep.statistics.continual import Chain, accuracy_course, chain_matrices, measures

SCALE = (0.5, 0.9)  # of the colours, wider where the data are
SHORT = {"accuracy": "ACC", "backward_transfer": "BWT", "forgetting": "F"}
LETTERS = (3.5, 7.5)  # points of a number in a cell, smallest and largest
PANELS = ((6, 4, 1.45), (9, 3, 1.95), (np.inf, 2, 3.0))  # up to so many tasks: panels beside each other, inches of each
BELOW = (0.5, -0.25)
TITLE = 7.5  # points
LINES = ("-", "--", "-.", ":")


def chains_of_run(data: xr.Dataset) -> list[Chain]:
    """Rows of a run that learn one task after the other."""
    return chain_matrices(data.performance.values, [str(row) for row in data.row.values], tasks_of(data))


def has_chains(data: xr.Dataset) -> bool:
    """Whether there are any."""
    return "performance" in data and bool(chains_of_run(data))


@drawing(
    "forgetting",
    "What becomes of each task",
    order=25,
    needs=("performance",),
    applies=has_chains,
    caption=CAPTIONS["forgetting"],
)
def forgetting_figure(data: xr.Dataset) -> Figure:
    """Matrices of forgetting of all chains of tasks, and the course of their average accuracy."""
    chains = chains_of_run(data)
    if not chains:
        got, hint = str(data.row.values[-1]), "run a protocol with such rows"
        raise InputError("results: no row learns one task after the other", got, "rows like T1>i(S,T2)", hint)
    columns, side = beside(chains)
    names, norm = names_of(chains), scale_of(chains)
    titles = [f"{name}\n{folded(chain.row, 80 // columns)}" for name, chain in zip(names, chains)]
    lines, free = -(-(len(chains) + 1) // columns), -(len(chains) + 1) % columns
    height = lines * (side + 0.85 + 0.14 * max(title.count("\n") + 1 for title in titles))
    with plt.rc_context(STYLE):
        figure = plt.figure(figsize=(0.9 + (side + 0.12) * columns, height), layout="constrained")
    grid, maps = figure.add_gridspec(lines, columns), []
    for place, (chain, title) in enumerate(zip(chains, titles)):
        panel = figure.add_subplot(grid[divmod(place, columns)])
        image = draw_matrix(chain, norm, panel, points=float(np.clip(72 * side / len(chain.tasks) / 2.4, *LETTERS)))
        panel.set_title(title, fontsize=TITLE)
        panel.set_ylabel("" if place % columns else "after learning")
        maps.append(panel)
    first = columns - 1 - free
    panel = figure.add_subplot(grid[lines - 1, first : first + max(1, min(2, free))])
    draw_courses(chains, names, tasks_of(data), panel)
    where = (
        {"loc": "center left", "bbox_to_anchor": (1, 0.5)} if free else {"loc": "upper center", "bbox_to_anchor": BELOW}
    )
    legend = panel.legend(frameon=False, fontsize=6, handlelength=2.2, **where)
    legend.set_in_layout(not free)  # the free cells have room for it
    figure.colorbar(image, ax=maps, label="performance on frozen weights", location="left", aspect=16 * lines)
    return figure


def beside(chains: list[Chain]) -> tuple[int, float]:
    """How many panels lie beside each other, and their width in inches: fewer where matrices are large."""
    most = max(len(chain.tasks) for chain in chains)
    widest, side = next((columns, side) for tasks, columns, side in PANELS if most <= tasks)
    return min(widest, len(chains) + 1), side


def scale_of(chains: list[Chain]) -> Normalize:
    """Colours that all matrices share."""
    values = np.concatenate([np.nanmean(chain.matrix, axis=0).ravel() for chain in chains])
    low, high = (np.nanmin(values), np.nanmax(values)) if not np.isnan(values).all() else SCALE
    return Normalize(SCALE[0] if low > SCALE[0] - 0.1 else np.floor(10 * low) / 10, max(SCALE[1], high))


def names_of(chains: list[Chain]) -> list[str]:
    """What each chain interleaves, e.g. sleep; with its episodes where several would be called alike."""
    names = [name_of(chain.row) for chain in chains]
    taken = Counter(names)
    episodes = [episodes_of(chain.row) for chain in chains]
    return [f"{name}{episode}" if taken[name] > 1 else name for name, episode in zip(names, episodes)]


def name_of(row: str) -> str:
    """What a chain interleaves with its tasks."""
    beside = dict.fromkeys(part for step in split_row(row) for part in parse_step(step).parts if part in OTHERS)
    return ", ".join(NAMES.get(part, part) for part in beside) or "one after the other"


def episodes_of(row: str) -> str:
    """Episodes that a chain's steps name."""
    found = dict.fromkeys(parse_step(step).episode for step in split_row(row))
    named = ", ".join(f"{episode:,}" for episode in found if episode)
    return f", episodes of {named}" if named else ""


def draw_matrix(chain: Chain, norm: Normalize, panel: plt.Axes, points: float) -> plt.cm.ScalarMappable:
    """Mean over networks of a[i, j], what was just learnt in a frame; the measures beneath."""
    mean = chain.matrix.mean(axis=0)
    image = panel.imshow(mean, cmap="viridis", norm=norm)
    for (row, column), value in np.ndenumerate(mean):
        text = "–" if np.isnan(value) else f"{value:.2f}".lstrip("0")
        colour = "white" if norm(value) < 0.6 else "black"  # nan has no colour and is white
        panel.text(column, row, text, ha="center", va="center", color=colour, fontsize=points)
    for place in range(len(chain.tasks)):
        frame = plt.Rectangle((place - 0.47, place - 0.47), 0.94, 0.94, fill=False, ec="white", lw=1.1)
        panel.add_patch(frame)
    places, names = range(len(chain.tasks)), [label(task) for task in chain.tasks]
    panel.set_xticks(places, names)
    panel.set_yticks(places, names)
    panel.tick_params(length=0)
    if max(map(len, names)) > 3:
        panel.tick_params("x", rotation=90)
    panel.spines[:].set_visible(False)
    panel.set(xlabel="tested on\n" + "\n".join(measured(chain)))
    return image


def label(task: str) -> str:
    """A task's name, for narrow places."""
    return task if len(task) <= 10 else f"{task[:9]}…"


def measured(chain: Chain) -> list[str]:
    """Average accuracy, backward transfer and forgetting in a line each."""
    lines = []
    for name, values in measures(chain.matrix).items():
        sign, mean = "" if name == "accuracy" else "+", values.mean()
        spread = f" ± {values.std(ddof=1):.3f}" if len(values) > 1 else ""
        lines.append(
            f"{SHORT[name]} –" if np.isnan(mean) else f"{SHORT[name]} {mean:{sign}.3f}{spread}".replace("-", "−")
        )
    return lines


def draw_courses(chains: list[Chain], names: list[str], tasks: list[str], panel: plt.Axes) -> None:
    """Average accuracy over the tasks learnt so far, of every chain."""
    colours = stage_colours([chain.row for chain in chains], tasks)
    for place, (chain, name) in enumerate(zip(chains, names)):
        course = accuracy_course(chain.matrix)
        x, mean = np.arange(1, course.shape[1] + 1), course.mean(axis=0)
        colour = colours[chain.row]
        panel.plot(x, mean, LINES[place % len(LINES)], marker="o", ms=3, lw=1.3, label=name, color=colour)
        if len(course) > 1:
            shade_band(panel, x, mean, course.std(axis=0, ddof=1), color=colour)
    panel.axhline(CHANCE, color=GREY, ls=":", lw=1)
    low, high = panel.get_ylim()
    panel.set(ylim=(min(low, 0.45), max(high, SCALE[1])), xticks=range(1, max(len(one.tasks) for one in chains) + 1))
    panel.set_xlabel("tasks learnt")
    panel.set_title("average accuracy\nof those learnt", fontsize=TITLE)
