"""Spiking networks of one's own: described as a graph, run as integers, as floats and on Lava.

    from lava_sleep.graphs import Engine, Graph, Lif, Phase, Projection, ...
    Engine(Graph(populations=..., projections=..., phases=...)).run()

Names are imported on first use; `LavaNetwork` needs Lava.
"""

from importlib import import_module
from typing import TYPE_CHECKING, Any

if TYPE_CHECKING:
    from lava_sleep.graphs.engine import Engine as Engine
    from lava_sleep.graphs.files import as_networkx as as_networkx
    from lava_sleep.graphs.files import read_graph as read_graph
    from lava_sleep.graphs.files import write_graph as write_graph
    from lava_sleep.graphs.graph import Graph as Graph
    from lava_sleep.graphs.lava import LavaNetwork as LavaNetwork
    from lava_sleep.graphs.learning import Constant as Constant
    from lava_sleep.graphs.learning import Count as Count
    from lava_sleep.graphs.learning import FromOutside as FromOutside
    from lava_sleep.graphs.learning import Label as Label
    from lava_sleep.graphs.learning import Learning as Learning
    from lava_sleep.graphs.learning import LearningRule as LearningRule
    from lava_sleep.graphs.learning import Ramp as Ramp
    from lava_sleep.graphs.phases import Phase as Phase
    from lava_sleep.graphs.phases import Sleep as Sleep
    from lava_sleep.graphs.populations import Coincidence as Coincidence
    from lava_sleep.graphs.populations import Given as Given
    from lava_sleep.graphs.populations import Lif as Lif
    from lava_sleep.graphs.populations import Outside as Outside
    from lava_sleep.graphs.populations import Random as Random
    from lava_sleep.graphs.populations import Readout as Readout
    from lava_sleep.graphs.projections import Convolution as Convolution
    from lava_sleep.graphs.projections import Dense as Dense
    from lava_sleep.graphs.projections import OneToOne as OneToOne
    from lava_sleep.graphs.projections import Projection as Projection
    from lava_sleep.graphs.projections import Sparse as Sparse
    from lava_sleep.graphs.projections import Uniform as Uniform
    from lava_sleep.graphs.results import GraphResults as GraphResults
    from lava_sleep.graphs.results import read_graph_results as read_graph_results
    from lava_sleep.graphs.results import run_graph as run_graph
    from lava_sleep.graphs.surroundings import Exposure as Exposure
    from lava_sleep.graphs.surroundings import Surroundings as Surroundings
    from lava_sleep.graphs.usage import usage_of_graph as usage_of_graph

MODULES = {
    "engine": ("Engine",),
    "files": ("as_networkx", "read_graph", "write_graph"),
    "graph": ("Graph",),
    "lava": ("LavaNetwork",),
    "learning": ("Constant", "Count", "FromOutside", "Label", "Learning", "LearningRule", "Ramp"),
    "phases": ("Phase", "Sleep"),
    "populations": ("Coincidence", "Given", "Lif", "Outside", "Random", "Readout"),
    "projections": ("Convolution", "Dense", "OneToOne", "Projection", "Sparse", "Uniform"),
    "results": ("GraphResults", "read_graph_results", "run_graph"),
    "surroundings": ("Exposure", "Surroundings"),
    "usage": ("usage_of_graph",),
}
HOMES = {name: module for module, names in MODULES.items() for name in names}
__all__ = list(HOMES)


def __getattr__(name: str) -> Any:
    """A public name, imported on first use."""
    if name not in HOMES:
        raise AttributeError(f"module {__name__!r} has no attribute {name!r}")
    return getattr(import_module(f"lava_sleep.graphs.{HOMES[name]}"), name)
