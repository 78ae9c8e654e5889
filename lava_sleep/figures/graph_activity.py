"""What a network of one's own did: spikes of all populations, rates and weights, phase by phase."""

from typing import Any

import matplotlib.pyplot as plt
import numpy as np
from matplotlib.figure import Figure
from matplotlib.patches import Patch
from matplotlib.ticker import MaxNLocator

from lava_sleep.figures.style import (
    BLUE,
    GREEN,
    GREY,
    MUTED,
    ORANGE,
    PURPLE,
    SKY,
    STYLE,
    VERMILION,
    WIDTH,
    bar_places,
    panels,
)
from lava_sleep.graphs.engine import Spikes
from lava_sleep.graphs.graph import Graph
from lava_sleep.graphs.recording import plastic_of
from lava_sleep.graphs.results import GraphResults

AWAKE, ASLEEP, AT_REST = (ORANGE, VERMILION, SKY, GREEN), (PURPLE, BLUE, *MUTED), (GREY, "#999999")
MOST_MARKS = 20_000  # spikes of a population that are drawn one by one; more are counted in bins
BINS = 600  # of time, where spikes are counted
MOST_NAMES = 16  # phases that are named below an axis
MOST_BARS = 4  # phases whose rates stand beside each other; more are drawn as lines
LINES = (BLUE, ORANGE, GREEN, VERMILION, PURPLE, SKY, "black", *MUTED)


def phase_colours(graph: Graph) -> dict[str, str]:
    """A colour for each phase: warm awake, purple asleep, grey at rest."""
    palettes = {"wake": AWAKE, "sleep": ASLEEP, "rest": AT_REST}
    taken = dict.fromkeys(palettes, 0)
    found = {}
    for name, phase in graph.phases.items():
        palette = palettes[phase.mode]
        found[name] = palette[taken[phase.mode] % len(palette)]
        taken[phase.mode] += 1
    return found


def raster_figure(results: GraphResults) -> Figure:
    """A panel for each population, the sources first, with the phases shaded and named."""
    graph = results.graph
    names = list(graph.populations)
    ratios = [np.clip(graph.populations[name].size, 3, 30) ** 0.5 for name in names]
    height = 0.8 + 0.24 * sum(ratios)
    with plt.rc_context(STYLE):
        figure = plt.figure(figsize=(WIDTH, height), layout="constrained")
        axes = figure.subplots(len(names), 1, sharex=True, squeeze=False, height_ratios=ratios)[:, 0]
        for name, panel, ratio in zip(names, axes, ratios):
            points = 72 * (height - 0.8) * ratio / sum(ratios)
            draw_spikes(panel, results.spikes(name), graph.populations[name].size, graph.timesteps, points)
            panel.set_ylabel(name, rotation=0, ha="right", va="center")
        shade(axes, results)
        axes[-1].set_xlabel(f"timestep ({graph.cycle} are a cycle)")
        figure.supylabel("neuron", fontsize=8)
        figure.align_ylabels(axes)
    return figure


def draw_spikes(panel: plt.Axes, spikes: Spikes, size: int, timesteps: int, points: float) -> None:
    """Spikes as marks, or where there are too many as a picture of their number; neurons are numbered from 0."""
    if len(spikes.times) <= MOST_MARKS:
        marks = np.clip(0.8 * points / size, 1.2, 7)
        panel.plot(spikes.times, spikes.neurons, "|", color="black", ms=marks, mew=0.6, rasterized=True)
    else:
        edges = [np.linspace(0.5, timesteps + 0.5, min(BINS, timesteps) + 1), np.linspace(-0.5, size - 0.5, size + 1)]
        counts = np.histogram2d(spikes.times, spikes.neurons, edges)[0].T  # type: ignore[arg-type]
        shown = np.ma.masked_equal(counts, 0)
        panel.pcolormesh(*edges, shown, cmap="Greys", vmin=-0.3 * counts.max(), rasterized=True)
    room = max(0.6, 0.04 * size)
    panel.set(ylim=(-room, size - 1 + room), yticks=[0, size - 1] if size > 1 else [0])


def shade(axes: np.ndarray, results: GraphResults) -> None:
    """Phases as bands over all panels; names over the first one, and beside it in a legend where one has no room."""
    graph, colours, whole = results.graph, phase_colours(results.graph), max(1, results.graph.timesteps)
    starts, ends = results.data.first_timestep.values - 0.5, results.data.last_timestep.values + 0.5
    fits = all((end - start) / whole > 0.012 * len(name) + 0.01 for name, start, end in zip(graph.order, starts, ends))
    for name, start, end in zip(graph.order, starts, ends):
        for panel in axes:
            panel.axvspan(start, end, color=colours[name], alpha=0.16, lw=0)
        if fits:
            middle, over = (start + end) / 2, axes[0].get_xaxis_transform()
            axes[0].text(middle, 1.04, label_of(graph, name), ha="center", va="bottom", transform=over)
    axes[0].set_xlim(0.5, whole + 0.5)
    if not fits:
        handles = [Patch(color=colours[name], alpha=0.3, label=label_of(graph, name)) for name in graph.phases]
        axes[0].figure.legend(handles=handles, loc="outside upper center", ncols=min(6, len(handles)), frameon=False)


def label_of(graph: Graph, phase: str) -> str:
    """Name of a phase, with its mode where the name does not say it."""
    mode = graph.phases[phase].mode
    return phase if phase.lower() == mode else f"{phase} ({mode})"


def rates_figure(results: GraphResults) -> Figure:
    """Spikes per neuron and cycle of every population in every phase."""
    phases, names = results.summary["phases"], list(results.graph.populations)
    rates = np.array([[stage["populations"][name]["rate"] or 0 for name in names] for stage in phases], float)
    figure, axes = panels(1, 1, 2.6)
    panel = axes[0, 0]
    with plt.rc_context(STYLE):
        if len(phases) <= MOST_BARS:
            draw_rate_bars(panel, results, rates)
        else:
            for column, name in enumerate(names):
                colour = LINES[column % len(LINES)]
                panel.plot(np.arange(1, len(phases) + 1), rates[:, column], "o-", ms=3, lw=1, color=colour, label=name)
            if len(phases) <= MOST_NAMES:
                panel.set_xticks(
                    range(1, len(phases) + 1), [stage["phase"] for stage in phases], rotation=30, ha="right"
                )
            else:
                panel.xaxis.set_major_locator(MaxNLocator(integer=True))
                panel.set_xlabel("phase of the schedule, in its order")
        panel.set_ylabel(f"spikes per neuron\nand cycle of {results.graph.cycle} timesteps")
        figure.legend(loc="outside upper center", ncols=6, frameon=False)
    return figure


def draw_rate_bars(panel: plt.Axes, results: GraphResults, rates: np.ndarray) -> None:
    """Bars in groups of a population."""
    colours, names = phase_colours(results.graph), list(results.graph.populations)
    offsets, width = bar_places(len(rates))
    labelled: set[str] = set()
    for stage, line, offset in zip(results.summary["phases"], rates, offsets):
        name = stage["phase"]
        label = "" if name in labelled else label_of(results.graph, name)
        labelled.add(name)
        panel.bar(np.arange(len(names)) + offset, line, width, color=colours[name], label=label or None)
    tilted: dict[str, Any] = {"rotation": 30, "ha": "right"} if len(names) > 8 else {}
    panel.set_xticks(range(len(names)), names, **tilted)


def weights_figure(results: GraphResults) -> Figure:
    """Histograms of the weights of every plastic projection.

    At the start, and after every phase that changed them; of a long schedule at the end.
    """
    names = plastic_of(results.graph)
    columns = min(3, max(1, len(names)))
    rows = -(-max(1, len(names)) // columns)
    figure, axes = panels(rows, columns, 0.5 + 2.1 * rows)
    with plt.rc_context(STYLE):
        for panel in axes.flat[len(names) :]:
            panel.axis("off")
        for name, panel in zip(names, axes.flat):
            draw_weights(panel, results, name)
        for panel in axes[:, 0]:
            panel.set_ylabel("synapses")
        found = [panel.get_legend_handles_labels() for panel in axes.flat]
        entries = {text: handle for handles, texts in found for handle, text in zip(handles, texts)}
        figure.legend(entries.values(), entries.keys(), loc="outside upper center", ncols=5, frameon=False)
        if not names:
            axes[0, 0].text(0.5, 0.5, "no projection learns", ha="center", transform=axes[0, 0].transAxes)
    return figure


def draw_weights(panel: plt.Axes, results: GraphResults, name: str) -> None:
    """The histograms of one projection."""
    values, order = results.data[f"{name}.weights"].values.astype(float), results.graph.order
    low, high = values.min(), values.max()
    bins = np.linspace(low - 0.5, high + 0.5, int(np.clip(high - low + 1, 8, 30)) + 1)
    panel.hist(values[0], bins, color=GREY, alpha=0.35, label="at the start")
    if len(order) > MOST_BARS:
        panel.hist(values[-1], bins, histtype="step", lw=1.4, color=BLUE, label="at the end")
    else:
        for place, phase in enumerate(order):
            if not np.array_equal(values[place], values[place + 1]):  # frozen, it would hide what is beneath it
                colour = phase_colours(results.graph)[phase]
                panel.hist(values[place + 1], bins, histtype="step", lw=1.4, color=colour, label=f"after {phase}")
    panel.set(title=name, xlabel="weight")
    panel.yaxis.set_major_locator(MaxNLocator(4, integer=True))
