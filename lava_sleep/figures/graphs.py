"""All figures of a network of one's own, by name."""

from collections.abc import Callable
from pathlib import Path
from typing import NamedTuple

from matplotlib.figure import Figure

from lava_sleep.figures import style
from lava_sleep.figures.graph_activity import raster_figure, rates_figure, weights_figure
from lava_sleep.figures.graph_structure import structure_figure
from lava_sleep.graphs.results import GraphResults


class GraphDrawing(NamedTuple):
    """A figure: its title, one line that says what to see, and how it is drawn."""

    title: str
    caption: str
    draw: Callable[[GraphResults], Figure]


GRAPH_FIGURES = {
    "structure": GraphDrawing(
        "Structure",
        "Populations with kind and number of neurons, sources on the left; thick projections learn.",
        lambda results: structure_figure(results.graph),
    ),
    "raster": GraphDrawing("Spikes", "Every spike of every population; the phases are shaded.", raster_figure),
    "rates": GraphDrawing("Rates", "Mean over the neurons of a population and the cycles of a phase.", rates_figure),
    "weights": GraphDrawing(
        "Weights", "Of every projection that learns: how many synapses have which weight.", weights_figure
    ),
}


def write_graph_figures(results: GraphResults, folder: Path) -> None:
    """Draw all figures into a folder, as PNG."""
    for name, one in GRAPH_FIGURES.items():
        style.save(one.draw(results), folder / f"{name}.png")
