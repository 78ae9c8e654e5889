"""Random networks: the engine and the Lava graph of the same description agree in every bit."""

from collections import Counter

import numpy as np
import pytest

pytest.importorskip("lava.magma")

from helpers.random_graphs import facts, first_difference, random_graph

from lava_sleep.graphs.engine import Engine
from lava_sleep.graphs.graph import Graph
from lava_sleep.graphs.populations import Outside
from lava_sleep.graphs.projections import Projection

pytestmark = pytest.mark.lava

# Small ones among the first 60, so that the default tests stay short; between them they have all that a network can.
FEW = (0, 2, 4, 7, 11, 12, 18, 19, 22, 25, 31, 33, 34, 36, 37, 38, 40, 42, 51, 55)
MANY = 300


@pytest.mark.slow
@pytest.mark.parametrize("seed", FEW)
def test_random_networks_equal_lava(seed):
    assert first_difference(random_graph(seed)) == ""


@pytest.mark.slow
@pytest.mark.parametrize("seed", [4, 22, 31])
def test_random_networks_equal_lava_in_floating_point(seed):
    """Those in which one projection that learns ends at each population: Lava adds several in an order of its own."""
    assert first_difference(random_graph(seed), arithmetic="float") == ""


@pytest.mark.slow
def test_offsets_and_shuffled_tags_equal_lava():
    graph = with_offsets_and_shuffled_tags(random_graph(37))
    assert first_difference(graph) == ""
    plastic = list(Engine(graph).layout.plastic)
    engines = [Engine(one).run() for one in (graph, random_graph(37))]
    assert any((engines[0].weights(name) != engines[1].weights(name)).any() for name in plastic)


def with_offsets_and_shuffled_tags(graph: Graph) -> Graph:
    """The same network with offsets, others by day, and tags that are shuffled asleep."""
    plastic = [name for name, one in graph.projections.items() if one.learning is not None]
    unscaled = [name for name in plastic if not graph.projections[name].exponent]
    assert unscaled
    for name in unscaled:
        graph = with_projection(graph, name, offset=7)
    day, night = graph.phases["day"], graph.phases["night"]
    phases = {
        **graph.phases,
        "day": with_fields(day, offsets=dict.fromkeys(unscaled, 12)),
        "night": with_fields(night, shuffled=tuple(plastic)),
    }
    return with_fields(graph, phases=phases)


def test_the_few_show_what_they_should():
    counted = Counter(name for seed in FEW for name, shown in facts(random_graph(seed)).items() if shown)
    assert min(counted[name] for name in ("recurrent", "delayed", "several rules", "several plastic", "asleep")) >= 5
    assert counted["all spike"] >= 16 and counted["a weight changes"] >= 16


@pytest.mark.long
@pytest.mark.timeout(7200)
def test_three_hundred_random_networks_equal_lava(capsys):
    counted: Counter[str] = Counter()
    differ = {}
    for seed in range(MANY):
        graph = random_graph(seed)
        shown = facts(graph)
        counted.update(name for name, holds in shown.items() if holds)
        counted["spike and learn"] += shown["all spike"] and shown["a weight changes"]
        difference = first_difference(graph)
        if difference:
            differ[seed] = difference
    with capsys.disabled():
        print(f"\n{MANY - len(differ)} of {MANY} networks equal;", dict(counted))
    assert not differ
    assert counted["spike and learn"] >= 250


def with_projection(graph: Graph, name: str, **changes) -> Graph:
    """The same network with one projection changed."""
    old = {key: getattr(graph.projections[name], key) for key in Projection.model_fields}
    return with_fields(graph, projections={**graph.projections, name: Projection(**{**old, **changes})})


def with_fields(part, **changes):
    """The same part of a graph with some fields changed."""
    return type(part)(**{**{key: getattr(part, key) for key in type(part).model_fields}, **changes})


@pytest.mark.slow
def test_faults_are_seen():
    graph = random_graph(18)
    fixed = next(name for name, one in graph.projections.items() if one.learning is None)
    slower = with_projection(graph, fixed, delay=graph.projections[fixed].delay + 1)
    assert graph.projections[fixed].target in first_difference(graph, slower)
    plastic = next(name for name, one in graph.projections.items() if one.learning is not None)
    synapses = graph.projections[plastic].synapses
    weights = np.array(synapses.weights)
    weights.flat[0] += 2
    changed = type(synapses)(
        **{**{key: getattr(synapses, key) for key in type(synapses).model_fields}, "weights": weights}
    )
    assert plastic in first_difference(graph, with_projection(graph, plastic, synapses=changed))
    assert first_difference(graph, with_fields(graph, seed=graph.seed + 1)) != ""


def test_what_lava_cannot_run_is_refused_when_it_is_made():
    from emulation.errors import InputError
    from lava_sleep.graphs.lava import LavaNetwork

    graph = Graph(populations={"eye": Outside(size=2)}, phases={"day": {"cycles": 1}})
    with pytest.raises(InputError, match=r"graph\.populations\.eye: driven from outside"):
        LavaNetwork(graph)
