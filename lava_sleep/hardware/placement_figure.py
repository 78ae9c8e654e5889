"""The map of a placement: cores as cells, what sits on them, how full they are, and the traffic between them."""

from pathlib import Path

import numpy as np
from matplotlib.figure import Figure
from matplotlib.patches import FancyArrowPatch, Rectangle

from lava_sleep.figures.style import BLUE, GREEN, GREY, ORANGE
from lava_sleep.hardware.placement import OUTSIDE, Core, Placement
from lava_sleep.hardware.profiles import Limits, Profile
from lava_sleep.hardware.text import counted
from lava_sleep.networks.graph import Usage

COLOURS = (BLUE, ORANGE, GREEN, "#CC79A7", "#56B4E9", "#D55E00", "#F0E442")  # Okabe & Ito
MOST_LABELLED = 36  # cores whose contents are written out
MOST_LINKS = 60  # links that are drawn; more would hide the cores
MOST_NUMBERS = 12  # links whose axons are written beside them
MOST_COLUMNS = 40  # of cores: a chip of 14 inches is full then
TOO_MUCH = "#D55E00"
BARS = ("neurons", "input axons", "output axons", "synapse bits")
CELL = 0.82  # width and height of a core; the rest of the raster is room for links


def draw_map(usage: Usage, placement: Placement, profile: Profile, path: Path) -> None:
    """Write the map as PNG.

    Parameters
    ----------
    usage : Usage
    placement : Placement
    profile : Profile
    path : Path
    """
    number = max(1, len(placement.cores))
    columns = min(MOST_COLUMNS, int(np.ceil(np.sqrt(number * 1.4))))
    rows = -(-number // columns)
    labelled = number <= MOST_LABELLED
    cell = 2.5 if labelled else 0.35
    figure = Figure(figsize=(max(6.5, (columns + 0.3) * cell), max(3.2, rows * cell + 0.9)), layout="constrained")
    axes = figure.subplots()
    names = [one.name for one in usage.populations if one.is_on_core]
    colours = {name: COLOURS[index % len(COLOURS)] for index, name in enumerate(names)}
    corners = {index: (index % columns, -(index // columns)) for index in range(len(placement.cores))}
    for index, core in enumerate(placement.cores):
        draw_core(axes, corners[index], index, core, colours, profile.limits, labelled)
    links = links_of(placement)
    if len(links) <= MOST_LINKS:
        draw_links(axes, links, corners)
    if labelled:
        draw_entries(axes, placement, corners)
    for name, colour in colours.items():
        axes.plot([], [], "s", color=colour, label=name, alpha=0.6)
    axes.legend(loc="upper center", bbox_to_anchor=(0.5, 0.0), ncols=4, frameon=False, fontsize=8)
    axes.set(xlim=(-0.28 if labelled else -0.05, columns - 0.1), ylim=(-rows + 0.95, CELL + 0.06), aspect="auto")
    axes.axis("off")
    shown = "" if len(links) <= MOST_LINKS else " (not drawn)"
    cores = f"{counted(len(placement.cores), 'core')}, {counted(len(links), 'link')} between them{shown}"
    if profile.limits.cores.is_known:
        cores += f"; a chip has {profile.limits.cores.known:,}"
    axes.set_title(f"{usage.title} on {profile.title}: {cores}", fontsize=10)
    figure.savefig(path, dpi=150)


def draw_core(axes, corner, index: int, core: Core, colours: dict, limits: Limits, labelled: bool) -> None:
    """One core: a cell, coloured by what sits on it, with bars of how full it is where limits are known."""
    x, y = corner
    start = x
    axes.add_patch(Rectangle((x, y), CELL, CELL, color="white", lw=0))  # links run behind the cells
    for piece in core.pieces:
        share = CELL * piece.neurons / max(1, core.neurons)
        axes.add_patch(Rectangle((start, y), share, CELL, color=colours[piece.population], alpha=0.3, lw=0))
        start += share
    axes.add_patch(Rectangle((x, y), CELL, CELL, fill=False, ec=GREY, lw=0.8))
    if not labelled:
        axes.text(x + CELL / 2, y + CELL / 2, str(index), ha="center", va="center", fontsize=6)
        return
    contents = "\n".join(f"{piece.population} {piece.first}-{piece.last - 1}" for piece in core.pieces[:3])
    more = f"\nand {len(core.pieces) - 3} more" if len(core.pieces) > 3 else ""
    axes.text(x + 0.03, y + CELL - 0.03, f"core {index}: {contents}{more}", ha="left", va="top", fontsize=7)
    used = (core.neurons, core.input_axons, core.output_axons, core.synapse_bits)
    most = (limits.neurons_per_core, limits.input_axons, limits.output_axons, limits.synapse_memory)
    for row, (name, number, limit) in enumerate(zip(BARS, used, most)):
        place = y + 0.44 - 0.135 * row
        label = f"{name} {number:,}, limit unknown"
        if limit.is_known:
            share = number / limit.known
            colour = GREY if share <= 1 else TOO_MUCH
            label = f"{name} {number:,} of {limit.known:,} ({share:.0%})"
            axes.add_patch(Rectangle((x + 0.03, place), CELL - 0.06, 0.05, color="white", lw=0))
            axes.add_patch(Rectangle((x + 0.03, place), (CELL - 0.06) * min(1.0, share), 0.05, color=colour, lw=0))
        axes.text(x + 0.03, place + 0.055, label, fontsize=5.5, va="bottom")


def links_of(placement: Placement) -> list[tuple[int, int, int]]:
    """(axons, from, to) of every pair of cores."""
    return [
        (data["axons"], start, end)
        for start, end, data in placement.graph.edges(data=True)
        if start != end and OUTSIDE not in (start, end)
    ]


def draw_links(axes, links: list[tuple[int, int, int]], corners: dict[int, tuple[int, int]]) -> None:
    """Arrows from edge to edge of two cores, as wide as their share of the axons."""
    largest = max((axons for axons, _, _ in links), default=1)
    for axons, start, end in links:
        points = edge_points(corners[start], corners[end])
        draw_arrow(axes, *points, width=0.5 + 1.8 * axons / largest)
        if len(links) <= MOST_NUMBERS:
            (x, y), (to_x, to_y) = points
            axes.text((x + to_x) / 2, (y + to_y) / 2 + 0.03, f"{axons:,}\naxons", fontsize=6, ha="center", va="bottom")


def edge_points(corner: tuple[int, int], other: tuple[int, int]) -> tuple[tuple[float, float], tuple[float, float]]:
    """Where the line between the centres of two cores leaves the one and enters the other."""
    offset = np.subtract(other, corner).astype(float)
    step = offset / np.abs(offset).max() * CELL / 2
    first, last = np.add(corner, CELL / 2), np.add(other, CELL / 2)
    return tuple(first + step), tuple(last - step)  # type: ignore[return-value]


def draw_entries(axes, placement: Placement, corners: dict[int, tuple[int, int]]) -> None:
    """An arrow into each core that gets spikes from outside of the neuro cores."""
    for start, end, data in placement.graph.edges(data=True):
        if start == OUTSIDE and end != OUTSIDE:
            x, y = corners[end]
            draw_arrow(axes, (x - 0.16, y + 0.06), (x, y + 0.06), width=0.8, style="--")
            axes.text(x - 0.15, y + 0.09, f"{data['axons']:,}\nfrom\noutside", fontsize=6, ha="left", va="bottom")


def draw_arrow(axes, start, end, width: float, style: str = "-") -> None:
    """One arrow."""
    arrow = FancyArrowPatch(
        start,
        end,
        arrowstyle="-|>",
        mutation_scale=8,
        lw=width,
        ls=style,
        color="black",
        alpha=0.6,
        shrinkA=0,
        shrinkB=0,
        zorder=0.5,
    )
    axes.add_patch(arrow)
