"""Which row each name of a graph has in the engine's tables, and what every reader of a graph needs of its parts."""

from collections.abc import Iterable
from typing import Any, NamedTuple

import numpy as np

from emulation.reactivation import RATE_UNIT
from lava_sleep.graphs.graph import Graph
from lava_sleep.graphs.learning import Label, Learning
from lava_sleep.graphs.phases import Phase
from lava_sleep.graphs.populations import Lif
from lava_sleep.graphs.projections import Projection, Uniform

# Purposes of the draws (see emulation.randomness.Purpose) of populations and plastic projections; chosen here, apart
# from those of the foraging network and from each other.
POPULATION_STREAMS, PLASTIC_STREAMS, PERMUTATION_STREAM = 2**10, 2**20, 2**30
SLEEP_SEEDS = 2**20  # the n-th population that sleeps draws by seed + n * 2^20


class Layout(NamedTuple):
    """Which row each name has."""

    populations: dict[str, int]
    fixed: dict[str, int]
    plastic: dict[str, int]
    uniform: dict[str, int]
    rules: dict[tuple[str, str], int]
    sleepers: dict[str, int]
    rate_rows: dict[str, int]


def layout_of(graph: Graph) -> Layout:
    """The order of all parts is that of the description."""
    projections = graph.projections
    fixed = [name for name, one in projections.items() if one.learning is None]
    plastic = [name for name, one in projections.items() if one.learning is not None]
    uniform = [name for name in fixed if isinstance(projections[name].synapses, Uniform)]
    rules = [(name, rule) for name in plastic for rule in learning_of(projections[name]).rules]
    sleepers = [name for name in graph.populations if any(name in phase.sleep for phase in graph.phases.values())]
    counted = dict.fromkeys([*graph.rates, *(counted_as(phase) for phase in graph.phases.values())])
    rows = [name for name in counted if name]
    return Layout(*map(numbered, (graph.populations, fixed, plastic, uniform, rules, sleepers, rows or ["awake"])))


def numbered(names: Iterable[Any]) -> dict[Any, int]:
    """A number for each name, in order."""
    return {name: number for number, name in enumerate(names)}


def learning_of(projection: Projection) -> Learning:
    """The learning of a plastic projection."""
    assert projection.learning is not None
    return projection.learning


def counted_as(phase: Phase) -> str:
    """Name under which a phase counts rates, empty for none."""
    if phase.mode != "wake":
        return ""
    return "awake" if phase.counts is None else phase.counts


def noise_stream(graph: Graph, name: str) -> int:
    """Purpose of the draws of a population."""
    given = getattr(graph.populations[name], "stream", None)
    return POPULATION_STREAMS + list(graph.populations).index(name) if given is None else given


def plastic_stream(graph: Graph, name: str) -> int:
    """First of the eight purposes of the draws of a plastic projection."""
    given = learning_of(graph.projections[name]).stream
    return PLASTIC_STREAMS + 8 * list(graph.projections).index(name) if given is None else given


def sleep_seed(graph: Graph, name: str) -> int:
    """Seed of the reactivations of a population."""
    return (graph.seed + SLEEP_SEEDS * layout_of(graph).sleepers[name]) % 2**63


def permutation_of(graph: Graph, name: str) -> np.ndarray:
    """Whose rate each neuron takes where rates are permuted: a function of the seed."""
    generator = np.random.Generator(np.random.Philox(key=[sleep_seed(graph, name), PERMUTATION_STREAM]))
    return generator.permutation(graph.populations[name].size)


def given_rates(graph: Graph, name: str) -> np.ndarray:
    """Running sum of given rates, 0 where none are given."""
    given = [phase.sleep[name].given for phase in graph.phases.values() if name in phase.sleep]
    rates = next((one for one in given if one is not None), np.zeros(graph.populations[name].size))
    return np.cumsum(np.rint(rates * RATE_UNIT).astype(np.int64))


def label_of(graph: Graph, name: str) -> np.ndarray:
    """The labels of a plastic projection: one sequence for all phases."""
    factors = list((learning_of(graph.projections[name]).factors or {}).values())
    for phase in graph.phases.values():
        factors += list(phase.factors.get(name, {}).values())
    return next((factor.labels for factor in factors if isinstance(factor, Label)), np.zeros(0, np.int64))


class Rows(NamedTuple):
    """Plastic synapses in rows of equal length, as `processes.PlasticSparse` keeps them.

    Attributes
    ----------
    pre : int32 array (n_post, fan_in) or (1, n_pre)
    weights : int64 array (n_post, fan_in)
    exists : bool array (n_post, fan_in)
    n_pre : int
        With the neuron to which padding belongs, where there is any.
    """

    pre: np.ndarray
    weights: np.ndarray
    exists: np.ndarray
    n_pre: int


def rows_of(graph: Graph, projection: Projection) -> Rows:
    """The plastic synapses of a projection."""
    n_pre, n_post = graph.populations[projection.source].size, graph.populations[projection.target].size
    post, pre, weights = projection.synapses.entries(n_post, n_pre)
    if len(post) == n_post * n_pre:
        full = np.ones((n_post, n_pre), bool)
        return Rows(np.arange(n_pre, dtype=np.int32)[np.newaxis], weights.reshape(n_post, n_pre), full, n_pre)
    lengths = np.bincount(post, minlength=n_post)
    exists = np.arange(max(1, lengths.max())) < lengths[:, np.newaxis]
    padded, values = np.full(exists.shape, n_pre, np.int32), np.zeros(exists.shape, np.int64)
    padded[exists], values[exists] = pre, weights
    return Rows(padded, values, exists, n_pre + (not exists.all()))


def biases(part: Lif) -> np.ndarray:
    """What is added to v of each neuron in every timestep."""
    return np.broadcast_to(part.bias << part.bias_exponent, (part.size,))
