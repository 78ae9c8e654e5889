"""A network of one's own in the compiled engine and on Lava, everything that both do compared bit for bit."""

from dataclasses import dataclass, field
from typing import TYPE_CHECKING

import numpy as np

from lava_sleep.graphs.engine import ROOM, Engine, Spikes
from lava_sleep.graphs.graph import Graph
from lava_sleep.graphs.recording import check_runnable, neurons_of, values_of
from lava_sleep.statistics.verdict import Verdict, judged
from lava_sleep.tables.table import Rows, Table, columns

if TYPE_CHECKING:
    from lava_sleep.graphs.lava import LavaNetwork

NAMES = {"delays": "learnt delays", "x_traces": "traces", "y_traces": "traces"}


@dataclass
class GraphVerification:
    """How much was compared, and how much of it differs.

    Attributes
    ----------
    values, differences : dict of str to int
        By quantity: spikes, u, v, weights, tags, learnt delays, traces.
    first : str
        Where the first difference was seen, empty for none.
    """

    values: dict[str, int] = field(default_factory=dict)
    differences: dict[str, int] = field(default_factory=dict)
    first: str = ""

    def add(self, what: str, compared: int, different: int, place: str) -> None:
        """Count values of one quantity."""
        self.values[what] = self.values.get(what, 0) + compared
        self.differences[what] = self.differences.get(what, 0) + different
        if different and not self.first:
            self.first = place

    @property
    def verdict(self) -> Verdict:
        """Whether nothing differs."""
        return judged(not any(self.differences.values()))

    def table(self, title: str) -> Table:
        """A row for each quantity."""
        rows: Rows = [[name, f"{number:,}", f"{self.differences[name]:,}"] for name, number in self.values.items()]
        return Table(columns("quantity", "compared", "differ", align="right"), rows, title)

    def remarks(self) -> list[str]:
        """The first difference, how much was compared, and the verdict."""
        first = [f"first difference: {self.first}"] if self.first else []
        compared, different = sum(self.values.values()), sum(self.differences.values())
        counted = f"{compared:,} values compared, {different:,} differ"
        return [*first, counted, f"the compiled engine and Lava agree bit for bit: {self.verdict.text}"]


def verify_graph(
    graph: Graph, every: int = 1, on_lava: Graph | None = None, arithmetic: str = "fixed"
) -> GraphVerification:
    """Run the whole schedule twice.

    Parameters
    ----------
    graph : Graph
    every : int
        Cycles after which weights, tags, learnt delays and traces are compared, beside the end of every phase; spikes,
        u and v are compared in every timestep. Lava takes some 50 us to read each number.
    on_lava : Graph, optional
        What runs on Lava in place of `graph`: to see that a fault is seen.
    arithmetic : {"fixed", "float"}

    Raises
    ------
    InputError
        For what cannot run on Lava.
    """
    check_runnable(graph, arithmetic, "lava")
    from lava_sleep.graphs.lava import LavaNetwork

    found = GraphVerification()
    most = graph.cycle * every * sum(part.size for part in graph.populations.values())
    engine = Engine(graph, arithmetic).record(max(ROOM, most), graph.timesteps)
    with LavaNetwork(on_lava or graph, arithmetic) as network:
        for name in graph.order:
            engine.begin(name)
            cycles = graph.phases[name].cycles
            for position in range(0, cycles, every):
                stretch = min(every, cycles - position)
                engine.advance(name, position, stretch)
                network.advance(stretch)
                compare_values(engine, network, found, f"after cycle {position + stretch} of {name}")
        for name in graph.populations:
            compare_spikes(name, engine.spikes(name), network.spikes(name), graph, found)
        for name in neurons_of(graph):
            for what, one, other in zip("uv", engine.voltages(name), network.voltages(name)):
                compare_arrays(what, one, other, found, f"{what} of {name}")
    return found


def compare_values(engine: Engine, network: "LavaNetwork", found: GraphVerification, moment: str) -> None:
    """Compare w, t, d and traces of every plastic projection."""
    theirs = values_of(network)
    for projection, arrays in values_of(engine).items():
        for name, array in arrays.items():
            place = f"{NAMES.get(name, name)} of {projection} {moment}"
            compare_arrays(NAMES.get(name, name), array, theirs[projection][name], found, place)


def compare_arrays(what: str, one: np.ndarray, other: np.ndarray, found: GraphVerification, place: str) -> None:
    """Compare arrays; of another shape, all of it differs."""
    same_shape = one.shape == other.shape
    found.add(what, one.size, int(np.sum(one != other)) if same_shape else one.size, place)


def compare_spikes(name: str, one: Spikes, other: Spikes, graph: Graph, found: GraphVerification) -> None:
    """Compare whether each neuron spikes in each timestep."""
    size = graph.populations[name].size
    ours, theirs = (times * size + neurons for times, neurons in (one, other))
    different = np.setxor1d(ours, theirs)
    place = f"spikes of {name} in timestep {int(different.min()) // size}" if len(different) else ""
    found.add("spikes", graph.timesteps * size, len(different), place)
