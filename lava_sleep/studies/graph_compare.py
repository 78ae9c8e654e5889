"""A network of one's own in integers against floats: rates by population and phase, weights by projection and phase."""

from typing import NamedTuple

import numpy as np

from lava_sleep.graphs.graph import Graph
from lava_sleep.graphs.recording import plastic_of
from lava_sleep.graphs.results import GraphResults, run_graph
from lava_sleep.tables.graphs import activity
from lava_sleep.tables.table import DASH, Column, Rows, Table, code


class WeightAgreement(NamedTuple):
    """Weights of a plastic projection after a phase, synapse by synapse.

    Attributes
    ----------
    projection, phase : str
    correlation : float
        Pearson's; nan where all weights of one are equal.
    difference : float
        Mean absolute difference.
    fixed, floating : float
        Mean weights.
    """

    projection: str
    phase: str
    correlation: float
    difference: float
    fixed: float
    floating: float


class GraphComparison(NamedTuple):
    """Both runs."""

    fixed: GraphResults
    floating: GraphResults

    def weights(self) -> list[WeightAgreement]:
        """Every plastic projection after every phase."""
        found = []
        for name in plastic_of(self.fixed.graph):
            both = [one.data[f"{name}.weights"].values.astype(float) for one in (self.fixed, self.floating)]
            for place, phase in enumerate(self.fixed.graph.order, start=1):
                fixed, floating = (values[place] for values in both)
                difference = float(np.abs(fixed - floating).mean())
                means = float(fixed.mean()), float(floating.mean())
                found.append(WeightAgreement(name, phase, correlation(fixed, floating), difference, *means))
        return found

    def tables(self) -> list[Table]:
        """Rates and weights."""
        return [rates_table(self), *([weights_table(self)] if plastic_of(self.fixed.graph) else [])]


def compare_graph(graph: Graph) -> GraphComparison:
    """Run a graph in both arithmetics.

    Raises
    ------
    InputError
        For what cannot be run by its schedule alone.
    """
    return GraphComparison(run_graph(graph), run_graph(graph, "float"))


def correlation(one: np.ndarray, other: np.ndarray) -> float:
    """Pearson's; nan where it is not defined."""
    if not one.std() or not other.std():
        return float("nan")
    return float(np.corrcoef(one, other)[0, 1])


def rates_table(made: GraphComparison) -> Table:
    """Spikes per neuron and cycle: a row for each population, two columns for each phase."""
    graph, head = made.fixed.graph, [Column("population")]
    phases = list(dict.fromkeys(graph.order))
    for phase in phases:
        head += [Column(one, "right", phase) for one in ("fixed", "float")]
    rows: Rows = [
        [code(name), *(activity(one.summary, name, phase)[1] for phase in phases for one in made)]
        for name in graph.populations
    ]
    return Table(head, rows, f"spikes per neuron and cycle of {graph.cycle} timesteps")


def weights_table(made: GraphComparison) -> Table:
    """Weights after every phase."""
    rows: Rows = [
        [
            code(one.projection),
            code(one.phase),
            DASH if np.isnan(one.correlation) else f"{one.correlation:.3f}",
            f"{one.difference:.2f}",
            f"{one.fixed:.2f}",
            f"{one.floating:.2f}",
        ]
        for one in made.weights()
    ]
    names = ("correlation", "mean |difference|", "mean, fixed", "mean, float")
    head = [Column("projection"), Column("after"), *(Column(name, "right") for name in names)]
    return Table(head, rows, "weights, synapse by synapse")
