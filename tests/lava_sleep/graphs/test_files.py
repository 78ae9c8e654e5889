"""A graph is written, read back equal, and seen by networkx."""

import numpy as np
import pytest
from helpers.random_graphs import random_graph
from hypothesis import given
from hypothesis import strategies as st
from hypothesis.extra.numpy import arrays

from emulation.errors import InputError
from lava_sleep.graphs.engine import Engine
from lava_sleep.graphs.files import as_networkx, read_graph, write_graph
from lava_sleep.graphs.graph import Graph
from lava_sleep.graphs.phases import Phase, Sleep
from lava_sleep.graphs.populations import Given, Lif, Random
from lava_sleep.graphs.projections import Dense, Projection


def large_graph() -> Graph:
    """With weights that go into a file of their own."""
    weights = np.arange(200).reshape(10, 20)
    return Graph(
        populations={"a": Random(size=20, probability=0.2), "b": Lif(size=10, threshold=100)},
        projections={"ab": Projection(source="a", target="b", synapses=Dense(weights=weights))},
        phases={"day": Phase(cycles=4)},
    )


@pytest.mark.parametrize("graph", [large_graph(), *map(random_graph, range(30))])
def test_a_graph_is_read_back_equal(tmp_path, graph):
    again = read_graph(write_graph(graph, tmp_path / "net.toml"))
    assert again == graph
    assert write_graph(again, tmp_path / "again.toml").read_text() == (tmp_path / "net.toml").read_text()


@st.composite
def odd_graphs(draw) -> Graph:
    """Arrays of any number of entries, on both sides of what a TOML file holds; none, too."""
    size, period = draw(st.integers(1, 70)), draw(st.integers(1, 3))
    raster = draw(arrays(bool, (period, size)) | st.just(np.zeros((period, size), bool)))
    spikes = draw(st.sampled_from([np.argwhere(raster), np.zeros((0, 2), int), np.zeros(0, int)]))
    values = st.floats(0, 1, allow_subnormal=False)
    chances = draw(st.one_of(values, arrays(float, size, elements=values)))
    weights = draw(arrays(np.int64, (size, size), elements=st.integers(0, 255)))
    rates = draw(st.none() | arrays(float, size, elements=st.floats(0, 5)))
    night = Sleep(amplitude=draw(st.integers(-900, 900)), rates="recorded" if rates is None else "given", given=rates)
    day = Phase(cycles=draw(st.integers(0, 9)), silent=draw(st.none() | st.just([]) | st.just(["b"])))
    return Graph(
        seed=draw(st.integers(0, 2**62)),
        populations={
            "a": Given(size=size, spikes=spikes, period=period),
            "b": Random(size=size, probability=chances),
            "c": Lif(size=size, threshold=100, bias=draw(arrays(np.int64, size, elements=st.integers(-9, 9)))),
        },
        projections={"ac": Projection(source="a", target="c", synapses=Dense(weights=weights))},
        phases={"day": day, "night": Phase(mode="sleep", cycles=1, sleep={"c": night})},
        schedule=draw(st.sampled_from([(), ("day",), ("night", "day", "night")])),
    )


@given(odd_graphs())
def test_any_graph_is_read_back_equal(tmp_path_factory, graph):
    path = tmp_path_factory.mktemp("odd") / "net.toml"
    again = read_graph(write_graph(graph, path))
    assert again == graph
    assert again.populations["a"].spikes.shape == graph.populations["a"].spikes.shape


def test_it_runs_alike(tmp_path):
    graph = random_graph(3)
    again = read_graph(write_graph(graph, tmp_path / "net.toml"))
    for name, array in Engine(graph).run().arrays().items():
        np.testing.assert_array_equal(Engine(again).run().arrays()[name], array)


def test_graphs_that_differ_are_not_equal():
    assert random_graph(3) != random_graph(4)
    other = large_graph()
    weights = np.array(other.projections["ab"].synapses.weights)
    weights[3, 3] += 1
    changed = {"ab": Projection(source="a", target="b", synapses=Dense(weights=weights))}
    assert Graph(populations=other.populations, phases=other.phases, projections=changed) != other


def test_large_arrays_lie_beside(tmp_path):
    path = write_graph(large_graph(), tmp_path / "net.toml")
    assert "array:projections.ab.synapses.weights" in path.read_text()
    (tmp_path / "net.npz").write_bytes(b"PK\x03\x04 broken")
    with pytest.raises(InputError, match="graph: its arrays"):
        read_graph(path)
    (tmp_path / "net.npz").unlink()
    with pytest.raises(InputError, match=r"graph\.projections\.ab\.synapses\.weights: no such array"):
        read_graph(path)


def test_networkx_sees_populations_and_projections():
    found = as_networkx(large_graph())
    assert found.number_of_nodes() == 2 and found.nodes["b"]["kind"] == "lif"
    ((source, target, name, data),) = found.edges(keys=True, data=True)
    assert (source, target, name, data["delay"], data["plastic"]) == ("a", "b", "ab", 1, False)
