"""The structure of a network of one's own: populations from left to right, projections between them."""

from typing import Any

import matplotlib.pyplot as plt
import networkx
import numpy as np
from matplotlib.figure import Figure
from matplotlib.lines import Line2D
from matplotlib.patches import FancyArrowPatch, FancyBboxPatch

from lava_sleep.figures.labels import Label, Place, around, arranged
from lava_sleep.figures.style import BLUE, GREY, STYLE, VERMILION, WIDTH
from lava_sleep.graphs.files import as_networkx
from lava_sleep.graphs.graph import Graph
from lava_sleep.graphs.populations import SOURCES
from lava_sleep.graphs.projections import Projection

UNIT = 0.68  # inches of a unit of the figure
BOX, HIGH = 1.5, 0.62  # width and height of a population, units
ACROSS, DOWN = 2.9, 1.45  # between the middles of two populations, units
LETTER, LINE = 0.088, 0.19  # of a label, units
LONGEST = 17  # letters of a name
ALONG = (0.5, 0.4, 0.6, 0.3, 0.7, 0.2, 0.8)  # where on its arrow a label may stand, the best first
EXCITES, INHIBITS, BOTH = BLUE, VERMILION, GREY


def structure_figure(graph: Graph) -> Figure:
    """Populations as boxes, projections as arrows: blue excites, red inhibits, thick ones learn."""
    places = places_of(graph)
    (left, right), (low, high) = ((min(values), max(values)) for values in zip(*places.values()))
    loops = [loop_side(part.source, places) for part in graph.projections.values() if part.source == part.target]
    span = max(right - left + BOX + 0.2, WIDTH / UNIT)
    bottom, top = low - (1.25 if -1 in loops else 0.6), high + (1.25 if 1 in loops else 0.6)
    with plt.rc_context(STYLE):
        figure = plt.figure(figsize=(span * UNIT, (top - bottom) * UNIT + 0.35), layout="constrained")
        axes = figure.subplots()
        middle = (left + right) / 2
        axes.set(xlim=(middle - span / 2, middle + span / 2), ylim=(bottom, top), aspect="equal")
        axes.axis("off")
        draw_projections(axes, graph, places)
        for name, place in places.items():
            draw_population(axes, graph, name, place)
        figure.legend(handles=legend_entries(graph), loc="outside lower center", ncols=5, frameon=False)
    return figure


def places_of(graph: Graph) -> dict[str, Place]:
    """Where each population lies: in the column of its distance from the sources, spread around the middle."""
    network = as_networkx(graph)
    sources = [name for name, part in graph.populations.items() if isinstance(part, SOURCES)]
    column: dict[str, int] = {}
    for starts in (sources, *([name] for name in graph.populations)):  # what no source reaches begins on the left, too
        if not column.keys() >= set(starts):
            column = {**networkx.multi_source_dijkstra_path_length(network, starts), **column}
    members: dict[int, list[str]] = {}
    for name in graph.populations:
        members.setdefault(column[name], []).append(name)
    return {
        name: (place * ACROSS, ((len(names) - 1) / 2 - row) * DOWN)
        for place, names in members.items()
        for row, name in enumerate(names)
    }


def draw_population(axes: plt.Axes, graph: Graph, name: str, place: Place) -> None:
    """A box with name, kind and size; round where it is a source."""
    part, (x, y) = graph.populations[name], place
    is_source = isinstance(part, SOURCES)
    shape = f"round,pad=0,rounding_size={0.3 if is_source else 0.07}"
    axes.add_patch(
        FancyBboxPatch(
            (x - BOX / 2, y - HIGH / 2),
            BOX,
            HIGH,
            boxstyle=shape,
            facecolor="#f2f2f2" if is_source else "white",
            edgecolor="black",
            linewidth=0.9,
            zorder=3,
        )
    )
    shown = name if len(name) <= LONGEST else f"{name[: LONGEST - 1]}…"
    letters = 8.5 if len(name) <= 12 else 7
    axes.text(x, y + 0.11, shown, ha="center", va="center", fontsize=letters, weight="bold", zorder=4)
    axes.text(x, y - 0.15, f"{part.kind}, {part.size:,}", ha="center", va="center", fontsize=7, color=GREY, zorder=4)


def draw_projections(axes: plt.Axes, graph: Graph, places: dict[str, Place]) -> None:
    """Arrows, bent apart where several lead between the same populations, each with its name."""
    number: dict[tuple[str, str], int] = {}
    ends = {(part.source, part.target) for part in graph.projections.values()}
    labels = []
    for name, part in graph.projections.items():
        pair = part.source, part.target
        number[pair] = number.get(pair, -1) + 1
        if part.source == part.target:
            side = loop_side(part.source, places)
            free = draw_loop(axes, part, places[part.source], side, number[pair])
        else:
            start, end = np.array(places[part.source]), np.array(places[part.target])
            between = [place for other, place in places.items() if other not in pair]
            bend = 0.3 * (pair[::-1] in ends) + 0.25 * number[pair] + 0.3 * hits(start, end, between)
            free = draw_arrow(axes, part, (start, end), bend)
        labels.append(label_of(name, part, free))
    box = {"facecolor": "white", "edgecolor": "none", "pad": 0.8, "alpha": 0.9}
    look: dict[str, Any] = {"ha": "center", "va": "center", "fontsize": 7, "bbox": box, "zorder": 5}
    for label, place in zip(labels, arranged(labels, [around(place, BOX, HIGH) for place in places.values()])):
        axes.text(*place, label.text, color=label.colour, **look)


def hits(start: np.ndarray, end: np.ndarray, others: list[Place]) -> bool:
    """Whether the straight way leads through another population."""
    way = end - start
    for other in others:
        along = float(np.dot(np.array(other) - start, way) / np.dot(way, way))
        if 0 < along < 1 and np.abs(start + along * way - np.array(other)).max() < 0.5:
            return True
    return False


def draw_arrow(axes: plt.Axes, part: Projection, ends: tuple[np.ndarray, np.ndarray], bend: float) -> list[Place]:
    """An arrow from box to box; returns where on it its label may stand."""
    start, end = edge(*ends, bend), edge(*ends[::-1], bend)
    bow = f"arc3,rad={-bend}"
    tips: list[Place] = [(float(x), float(y)) for x, y in (start, end)]
    axes.add_patch(FancyArrowPatch(*tips, arrowstyle="-|>", connectionstyle=bow, **line(part)))
    way = end - start
    control = (start + end) / 2 + bend * np.array([-way[1], way[0]])
    points = [(1 - t) ** 2 * start + 2 * t * (1 - t) * control + t**2 * end for t in ALONG]
    return [(float(x), float(y)) for x, y in points]


def edge(inside: np.ndarray, towards: np.ndarray, bend: float) -> np.ndarray:
    """Where an arrow leaves a box, or reaches it: on the side that faces the other box, or above and below it."""
    way = towards - inside
    shift = np.sign(bend) * 0.14 * np.array([0, np.sign(way[0])])
    if abs(way[0]) >= BOX:
        return inside + np.array([np.sign(way[0]) * (BOX / 2 + 0.03), 0]) + shift
    return inside + np.array([0.25 * np.sign(bend) * -np.sign(way[1]), np.sign(way[1]) * (HIGH / 2 + 0.03)])


def loop_side(name: str, places: dict[str, Place]) -> int:
    """On which side of its box a population's arrow to itself has room: 1 above, -1 below."""
    x, y = places[name]
    column = [other for other in places.values() if other[0] == x]
    return -1 if any(other[1] > y for other in column) and not any(other[1] < y for other in column) else 1


def draw_loop(axes: plt.Axes, part: Projection, place: Place, side: int, number: int) -> list[Place]:
    """An arrow from a population to itself, above or below it; returns where its label may stand."""
    x, y = place[0], place[1] + side * HIGH / 2
    bow, tips = f"arc3,rad={-1.0 - 0.5 * number}", ((x - 0.3 * side, y), (x + 0.3 * side, y))
    axes.add_patch(FancyArrowPatch(*tips, arrowstyle="-|>", connectionstyle=bow, **line(part)))
    return [(x, y + side * (0.45 + 0.3 * number))]


def line(part: Projection) -> dict:
    """Colour and width of a projection."""
    width = 2.2 if part.learning is not None else 1.0
    return {"color": colour_of(part), "linewidth": width, "shrinkA": 0, "shrinkB": 0, "mutation_scale": 11, "zorder": 2}


def colour_of(part: Projection) -> str:
    """By the signs of its weights; of one that learns, by those that it may take."""
    if part.learning is not None:
        return {"excitatory": EXCITES, "inhibitory": INHIBITS, "mixed": BOTH}[part.learning.sign]
    given = getattr(part.synapses, "weights", getattr(part.synapses, "weight", 0))
    weights = np.asarray(given)
    if weights.size and weights.min() < 0:
        return BOTH if weights.max() > 0 else INHIBITS
    return EXCITES


def label_of(name: str, part: Projection, places: list[Place]) -> Label:
    """Name of a projection, and its delay where it is more than the one timestep that every spike takes."""
    delays = np.unique(part.delay)
    longest = f"{delays[0]}" if len(delays) == 1 else f"{delays[0]}–{delays[-1]}"
    lines = [name if len(name) <= LONGEST else f"{name[: LONGEST - 1]}…"] + [f"delay {longest}"] * bool(delays[-1] > 1)
    return Label("\n".join(lines), colour_of(part), (LETTER * max(map(len, lines)), LINE * len(lines)), places)


def legend_entries(graph: Graph) -> list[Line2D]:
    """What colours and widths mean, as far as they occur."""
    parts = list(graph.projections.values())
    kinds = {EXCITES: "excitatory", INHIBITS: "inhibitory", BOTH: "of both signs"}
    colours = {colour_of(part) for part in parts}
    found = [Line2D([], [], color=colour, lw=1.4, label=text) for colour, text in kinds.items() if colour in colours]
    if any(part.learning is not None for part in parts):
        found.append(Line2D([], [], color="black", lw=2.4, label="learns"))
    return found
