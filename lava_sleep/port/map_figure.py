"""The map of a placement: cores as cells, what sits on them, how full they are, and the traffic between them."""

from pathlib import Path

import numpy as np
from matplotlib.figure import Figure
from matplotlib.patches import FancyArrowPatch, Rectangle

from lava_sleep.figures import BLUE, GREEN, GREY, ORANGE
from lava_sleep.port.placement import OUTSIDE, Core, Placement
from lava_sleep.port.profiles import Limits, Profile
from lava_sleep.port.usage import Usage

COLOURS = (BLUE, ORANGE, GREEN, "#CC79A7", "#56B4E9", "#D55E00", "#F0E442")  # Okabe & Ito
MOST_LABELLED = 36  # cores whose contents are written out
MOST_LINKS = 60  # links that are drawn; more would hide the cores
BARS = ("neurons", "input axons", "output axons", "synapse memory")


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
    columns = int(np.ceil(np.sqrt(number * 1.4)))
    rows = -(-number // columns)
    width, height = max(6.5, min(14, columns * 2.2)), max(3.2, min(12, rows * 1.9) + 0.9)
    figure = Figure(figsize=(width, height), layout="constrained")
    axes = figure.subplots()
    names = [one.name for one in usage.populations if one.is_on_core]
    colours = {name: COLOURS[index % len(COLOURS)] for index, name in enumerate(names)}
    corners = {index: (index % columns, -(index // columns)) for index in range(len(placement.cores))}
    for index, core in enumerate(placement.cores):
        draw_core(axes, corners[index], index, core, colours, profile.limits, number <= MOST_LABELLED)
    links = links_of(placement)
    if len(links) <= MOST_LINKS:
        draw_links(axes, links, corners)
    for name, colour in colours.items():
        axes.plot([], [], "s", color=colour, label=name, alpha=0.6)
    axes.legend(loc="upper center", bbox_to_anchor=(0.5, -0.02), ncols=4, frameon=False, fontsize=8)
    axes.set(xlim=(-0.05, columns - 0.05), ylim=(-rows + 0.95, 1.0), aspect="auto")
    axes.axis("off")
    total = f" of {profile.limits.cores.known:,}" if profile.limits.cores.is_known else ""
    shown = "" if len(links) <= MOST_LINKS else " (not drawn)"
    title = f"{usage.title} on {profile.title}: {len(placement.cores)}{total} cores, {len(links)} links{shown}"
    axes.set_title(title, fontsize=10)
    figure.savefig(path, dpi=150)


def draw_core(axes, corner, index: int, core: Core, colours: dict, limits: Limits, labelled: bool) -> None:
    """One core: a cell, coloured by what sits on it, with bars of how full it is where limits are known."""
    x, y = corner
    start = x
    for piece in core.pieces:
        share = 0.9 * piece.neurons / max(1, core.neurons)
        axes.add_patch(Rectangle((start, y), share, 0.9, color=colours[piece.population], alpha=0.3, lw=0))
        start += share
    axes.add_patch(Rectangle((x, y), 0.9, 0.9, fill=False, ec=GREY, lw=0.8))
    if not labelled:
        axes.text(x + 0.45, y + 0.45, str(index), ha="center", va="center", fontsize=6)
        return
    contents = ", ".join(f"{piece.population} {piece.first}-{piece.last - 1}" for piece in core.pieces)
    axes.text(x + 0.03, y + 0.87, f"core {index}: {contents}", ha="left", va="top", fontsize=7, wrap=True)
    used = (core.neurons, core.input_axons, core.output_axons, core.synapse_bits)
    most = (limits.neurons_per_core, limits.input_axons, limits.output_axons, limits.synapse_memory)
    for row, (name, number, limit) in enumerate(zip(BARS, used, most)):
        place = y + 0.55 - 0.15 * row
        share = number / limit.known if limit.is_known else 0.0
        axes.add_patch(Rectangle((x + 0.03, place), 0.84 * min(1.0, share), 0.06, color=GREY, lw=0))
        told = f"{share:.0%}" if limit.is_known else "limit unknown"
        axes.text(x + 0.03, place + 0.065, f"{name} {number:,} ({told})", fontsize=5.5, va="bottom")


def links_of(placement: Placement) -> list[tuple[int, int, int]]:
    """(axons, from, to) of every pair of cores."""
    return [
        (data["axons"], start, end)
        for start, end, data in placement.graph.edges(data=True)
        if start != end and OUTSIDE not in (start, end)
    ]


def draw_links(axes, links: list[tuple[int, int, int]], corners: dict[int, tuple[int, int]]) -> None:
    """Arrows between cores, as wide as their share of the axons."""
    largest = max((axons for axons, _, _ in links), default=1)
    for axons, start, end in links:
        (x, y), (to_x, to_y) = corners[start], corners[end]
        arrow = FancyArrowPatch(
            (x + 0.45, y + 0.74), (to_x + 0.45, to_y + 0.74), connectionstyle="arc3,rad=-0.06", arrowstyle="-|>",
            mutation_scale=8, lw=0.4 + 1.6 * axons / largest, color="black", alpha=0.5,
        )  # fmt: skip
        axes.add_patch(arrow)
