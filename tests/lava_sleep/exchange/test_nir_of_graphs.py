"""Networks of one's own as NIR: read back equal, understood without our metadata, and what is refused."""

import sys
from pathlib import Path

import nir
import numpy as np
import pytest
from helpers.plain_network import plain_spikes
from helpers.random_graphs import random_graph

from emulation.errors import InputError
from lava_sleep.exchange.nir import KEY, TIMESTEP
from lava_sleep.exchange.nir_graphs import read_nir_graph, write_nir_graph
from lava_sleep.graphs import (
    Coincidence,
    Convolution,
    Dense,
    Given,
    Graph,
    Lif,
    OneToOne,
    Outside,
    Phase,
    Projection,
    Readout,
    Sparse,
    Uniform,
)

EXAMPLES = Path(__file__).parents[3] / "examples"


def example(monkeypatch) -> Graph:
    """The network of the example."""
    monkeypatch.setattr(sys, "path", [str(EXAMPLES), *sys.path])
    from your_own_network import describe

    return describe()


def exact() -> Graph:
    """Sources, delays of all kinds, recurrence, and one neuron of each kind; NIR can say all of it."""
    populations = {
        "image": Outside(size=16),
        "few": Outside(size=3),
        "cells": Coincidence(size=8, threshold=70),
        "plain": Lif(size=3, threshold=90),
        "leaky": Lif(size=3, threshold=100, voltage_decay=400, bias=np.array([0, -70, 4095]), bias_exponent=0),
        "slow": Readout(size=2, threshold=50, current_decay=777, voltage_decay=333),
        "kept": Readout(size=2, threshold=50, current_decay=0, voltage_decay=0),
    }
    kernel = np.arange(18).reshape(2, 1, 3, 3)
    rows = {
        "see": ("image", "cells", Convolution(weights=kernel, image=(1, 4, 4)), 0, 1),
        "some": ("few", "plain", Sparse(post=[0, 2], pre=[1, 2], weights=[7, 9]), 2, [1, 4]),
        "through": ("few", "leaky", OneToOne(weight=[1, 2, 3]), 0, 62),
        "wide": ("cells", "slow", Uniform(weight=-40), 0, 2),
        "back": ("slow", "slow", Dense(weights=[[0, -200], [-200, 0]]), 7, 1),
        "skip": ("few", "kept", Dense(weights=[[2, -4, 6], [0, 0, 254]]), 0, [[1, 2, 3], [3, 2, 1]]),
        "on": ("leaky", "kept", Dense(weights=np.full((2, 3), 11)), 0, 1),
        "half": ("plain", "slow", Dense(weights=np.full((2, 3), 20)), -1, 1),
    }
    fields = ("source", "target", "synapses", "exponent", "delay")
    projections = {name: Projection(**dict(zip(fields, row))) for name, row in rows.items()}
    return Graph(populations=populations, projections=projections, phases={"wake": Phase(cycles=1)})


def matrix(graph: Graph, ends: tuple[str, str], only: str = "") -> np.ndarray:
    """What arrives by delay, post and pre neuron, of all projections between two populations or of one."""
    found = np.zeros((63, graph.populations[ends[1]].size, graph.populations[ends[0]].size))
    for name, one in graph.projections.items():
        if (one.source, one.target) == ends and only in ("", name):
            post, pre, weights = one.synapses.entries(*found.shape[1:])
            delays = np.broadcast_to(one.delay.ravel(), post.shape)
            np.add.at(found, (delays, post, pre), weights * 2.0**one.exponent)
    return found


def stripped(path: Path) -> nir.NIRGraph:
    """A file as another program reads it, without our metadata."""
    found = nir.read(path)
    return nir.NIRGraph(found.nodes, found.edges)


def test_the_example_is_read_back_equal(tmp_path, monkeypatch):
    graph = example(monkeypatch)
    path = write_nir_graph(graph, tmp_path / "a.nir")
    assert read_nir_graph(path) == graph
    nodes = nir.read(path).nodes
    kinds = {name: type(node).__name__ for name, node in nodes.items()}
    assert kinds == {
        **dict.fromkeys(("groups", "noise"), "Input"),
        "cells": "Threshold",
        **dict.fromkeys(("choice", "inhibitors"), "CubaLIF"),
        **{f"{name}_weights": "Linear" for name in graph.projections},
        **dict.fromkeys(("disturb_delay", "inhibit_delay"), "Delay"),
        "choice_out": "Output",
    } | {"inhibitors": "LIF"}
    np.testing.assert_array_equal(nodes["see_weights"].weight, graph.projections["see"].synapses.weights)
    np.testing.assert_allclose(nodes["disturb_delay"].delay, np.full(10, 2 * TIMESTEP))


@pytest.mark.parametrize("seed", range(20))
def test_random_networks_are_read_back_equal(tmp_path, seed):
    graph = random_graph(seed)
    path = write_nir_graph(graph, tmp_path / "a.nir")
    assert read_nir_graph(path) == graph
    found = nir.read(path)  # with the types checked
    edges = set(found.edges)
    for name, one in graph.projections.items():
        matrices = [key for key in found.nodes if key.startswith(f"{name}_weights")]
        expected = matrix(graph, (one.source, one.target), name).sum(axis=0)
        np.testing.assert_array_equal(sum(found.nodes[key].weight for key in matrices), expected)
        delays = 0
        for key in matrices:
            before = key.replace("_weights", "_delay")
            assert {(before if before in found.nodes else one.source, key), (key, one.target)} <= edges
            delays += before in found.nodes
        assert len(matrices) == len(np.unique(one.delay)) and delays == (np.unique(one.delay) > 1).sum()


def test_a_source_without_spikes_and_names_that_collide(tmp_path):
    populations = {
        "a": Given(size=2, spikes=np.zeros((0, 2), int)),
        "p_weights": Lif(size=2, threshold=3, bias=[-5, 6], reset="subtract", noise=3),
        "p_weights_out": Coincidence(size=2, threshold=0),
    }
    projections = {"p": Projection(source="a", target="p_weights", synapses=OneToOne(weight=3))}
    graph = Graph(populations=populations, projections=projections, phases={"wake": Phase(cycles=1)})
    path = write_nir_graph(graph, tmp_path / "a.nir")
    assert read_nir_graph(path) == graph
    assert {"p_weights_", "p_weights_out_", "p_weights_out_out"} <= set(nir.read(path).nodes)


def test_a_network_is_read_without_metadata(tmp_path):
    graph = exact()
    path = write_nir_graph(graph, tmp_path / "a.nir")
    kinds = {name: type(nir.read(path).nodes[name]).__name__ for name in ("plain", "leaky", "slow", "kept")}
    assert kinds == {"plain": "IF", "leaky": "LIF", "slow": "CubaLIF", "kept": "CubaLIF"}
    nir.write(tmp_path / "b.nir", stripped(path))
    found = read_nir_graph(tmp_path / "b.nir")
    assert set(found.populations) == set(graph.populations)
    for name, part in graph.populations.items():
        other = found.populations[name]
        assert type(other) is type(part)
        for field in set(type(part).model_fields) - {"bias", "bias_exponent"}:
            assert getattr(other, field) == getattr(part, field), (name, field)
        if isinstance(part, Lif):
            assert (other.bias << other.bias_exponent == part.bias << part.bias_exponent).all()
    ends = {(one.source, one.target) for one in graph.projections.values()}
    assert {(one.source, one.target) for one in found.projections.values()} == ends
    for pair in ends:
        np.testing.assert_array_equal(matrix(found, pair), matrix(graph, pair))


def euler(found: nir.NIRGraph, source: str, raster: np.ndarray) -> dict[str, np.ndarray]:
    """Spikes of a NIR graph by NIR's equations and Euler's method in float; matrices take a timestep."""
    steps, dt = len(raster), np.float64(np.float32(TIMESTEP))
    spiking = {name: node for name, node in found.nodes.items() if hasattr(node, "v_threshold")}
    spiking |= {name: node for name, node in found.nodes.items() if isinstance(node, nir.Threshold)}
    spikes = {name: np.zeros((steps, int(node.output_type["output"][0]))) for name, node in spiking.items()}
    u, v = ({name: np.zeros(one.shape[1]) for name, one in spikes.items()} for _ in range(2))
    spikes[source] = raster
    for time in range(steps):
        arriving = {name: np.zeros(spikes[name].shape[1]) for name in spiking}
        for before, key in found.edges:
            if isinstance(found.nodes[key], nir.Linear):
                delay, node = 1, found.nodes[before]
                if isinstance(node, nir.Delay):
                    delay += round(float(node.delay[0]) / dt)
                    before = next(start for start, end in found.edges if end == before)
                if time >= delay:
                    target = next(end for start, end in found.edges if start == key)
                    arriving[target] += found.nodes[key].weight @ spikes[before][time - delay]
        for name, node in spiking.items():
            current = arriving[name]
            if isinstance(node, nir.Threshold):
                spikes[name][time] = current > node.threshold
                continue
            if isinstance(node, nir.CubaLIF):
                u[name] += dt / node.tau_syn * (-u[name] + node.w_in * current)
                current = u[name]
            if isinstance(node, nir.IF):
                v[name] += dt * node.r * current
            else:
                tau = node.tau_mem if isinstance(node, nir.CubaLIF) else node.tau
                v[name] += dt / tau * (node.v_leak - v[name] + node.r * current)
            spikes[name][time] = v[name] > node.v_threshold
            v[name] = np.where(spikes[name][time], node.v_reset, v[name])
    return spikes


def test_nirs_equations_give_the_spikes_of_the_integer_network(tmp_path):
    random = np.random.default_rng(3)
    raster = (random.random((300, 6)) < 0.15).astype(int)
    bias = np.array([0, 70, 300])
    populations = {
        "source": Given.of(raster),
        "cells": Coincidence(size=5, threshold=70),
        "plain": Lif(size=3, threshold=190),
        "leaky": Lif(size=3, threshold=150, voltage_decay=512, bias=bias, bias_exponent=1),
        "slow": Readout(size=3, threshold=700, current_decay=1024, voltage_decay=256, bias=bias),
        "kept": Readout(size=3, threshold=311, current_decay=2048, voltage_decay=0, bias=bias),
    }
    ends = [("source", name) for name in populations if name != "source"]
    ends += [("cells", "plain"), ("plain", "slow"), ("slow", "leaky"), ("kept", "kept"), ("leaky", "cells")]
    projections = {}
    for number, (source, target) in enumerate(ends):
        shape = populations[target].size, populations[source].size
        weights = random.integers(1, 60, shape) * (-1 if source == "kept" else 1)
        delay = random.integers(1, 4, shape) if number % 2 else number + 1
        projections[f"p{number}"] = Projection(
            source=source, target=target, synapses=Dense(weights=weights), delay=delay
        )
    phases = {"wake": Phase(cycles=10)}
    graph = Graph(cycle=30, populations=populations, projections=projections, phases=phases)
    found = euler(stripped(write_nir_graph(graph, tmp_path / "a.nir")), "source", raster)
    expected = plain_spikes(graph)
    assert set(found) == set(expected)
    for name, spikes in expected.items():
        assert spikes.sum() > 30, name
        np.testing.assert_array_equal(found[name], spikes, err_msg=name)


def foreign(**changes) -> nir.NIRGraph:
    """A network of another program: an odd matrix of both signs, a bias, recurrence through a delay, a skip."""
    one = np.ones(2)
    nodes = {
        "in.put": nir.Input({"input": np.array([3])}),
        "fc": nir.Affine(np.array([[3, -5, 600], [0, 1, 7]]) * 2.0, np.array([1.5, 0])),
        "lif": nir.LIF(tau=one * 8e-4, r=one * 8, v_leak=one * 0, v_threshold=one * 9, v_reset=one * 0),
        "back": nir.Linear(np.array([[0, -2.0], [-3, 0]])),
        "late": nir.Delay(np.array([0, 3e-4])),
        "out": nir.Output({"output": np.array([2])}),
    }
    nodes["fc"].weight[0, 2] = 20
    edges = [("in.put", "fc"), ("fc", "lif"), ("lif", "back"), ("back", "late"), ("late", "lif"), ("lif", "out")]
    edges += [("lif", "lif")]
    return nir.NIRGraph({**nodes, **changes.get("nodes", {})}, edges + changes.get("edges", []), type_check=False)


def test_a_network_of_another_program(tmp_path):
    nir.write(tmp_path / "a.nir", foreign())
    found = read_nir_graph(tmp_path / "a.nir")
    assert set(found.populations) == {"in_put", "lif"} and set(found.projections) == {"fc", "back", "lif_lif"}
    lif = found.populations["lif"]
    assert isinstance(lif, Readout) and lif.voltage_decay == 512 and lif.threshold == 9
    assert (lif.bias << lif.bias_exponent).tolist() == [96, 0]
    assert matrix(found, ("in_put", "lif"))[1].tolist() == [[6, -10, 20], [0, 2, 14]]
    recurrent = matrix(found, ("lif", "lif"))
    assert recurrent[1].tolist() == [[1, -2], [0, 1]] and recurrent[4].tolist() == [[0, 0], [-3, 0]]


def test_odd_weights_of_both_signs_become_two_projections(tmp_path):
    weights = np.array([[3, -5, 255], [0, 1, -255]])
    nir.write(tmp_path / "a.nir", foreign(nodes={"fc": nir.Linear(weights)}))
    found = read_nir_graph(tmp_path / "a.nir")
    assert {"fc_excitatory", "fc_inhibitory"} < set(found.projections)
    assert (matrix(found, ("in_put", "lif"))[1] == weights).all()


ONE = np.ones(2)
LIF = {"tau": ONE * 8e-4, "r": ONE * 8, "v_leak": ONE * 0, "v_threshold": ONE * 9, "v_reset": ONE * 0}
CUBA = {"tau_mem": ONE * 8e-4, "tau_syn": ONE * 1e-4, **{key: LIF[key] for key in LIF if key != "tau"}}
REFUSED = {
    "node pool": {"nodes": {"pool": nir.Scale(ONE)}},
    "node fc, weight, got 0.5": {"nodes": {"fc": nir.Linear(np.full((2, 3), 0.5))}},
    "node fc, weight, got 257.0": {"nodes": {"fc": nir.Linear(np.full((2, 3), 257))}},
    "node fc: inputs": {"nodes": {"fc": nir.Linear(np.ones((2, 4)))}},
    "node fc, weight, got 'float64 of shape": {"nodes": {"fc": nir.Linear(np.full((2, 3), np.nan))}},
    "node lif, v_threshold": {"nodes": {"lif": nir.LIF(**{**LIF, "v_threshold": np.array([1, 2])})}},
    "node lif, v_reset": {"nodes": {"lif": nir.LIF(**{**LIF, "v_reset": ONE})}},
    "node lif, tau": {"nodes": {"lif": nir.LIF(**{**LIF, "tau": ONE * 7.1e-4})}},
    "node lif, tau, got 0.0": {"nodes": {"lif": nir.LIF(**{**LIF, "tau": ONE * 0})}},
    "node lif, r,": {"nodes": {"lif": nir.LIF(**{**LIF, "r": ONE})}},
    "node lif: its bias or v_leak": {"nodes": {"lif": nir.LIF(**{**LIF, "v_leak": ONE * 0.01})}},
    "node lif: its bias or v_leak per timestep, got [1.25": {
        "nodes": {"lif": nir.LIF(**{**LIF, "v_leak": ONE * 1e300})}
    },
    "node lif, w_in": {"nodes": {"lif": nir.CubaLIF(**CUBA, w_in=ONE * 2), "fc": nir.Linear(np.ones((2, 3)))}},
    "node fc, bias": {"nodes": {"lif": nir.CubaLIF(**CUBA, w_in=ONE)}},
    "node late, delay": {"nodes": {"late": nir.Delay(ONE * 2.5e-4)}},
    "node more": {"nodes": {"more": nir.Linear(np.ones((2, 2)))}, "edges": [("fc", "more"), ("more", "lif")]},
    "node lost": {"nodes": {"lost": nir.Linear(np.ones((2, 2)))}, "edges": [("lif", "lost")]},
    "node alone": {"nodes": {"alone": nir.Output({"output": np.array([2])})}},
    "node end": {"nodes": {"end": nir.Output({"output": np.array([2])})}, "edges": [("fc", "end")]},
    "edge lif -> in.put": {"edges": [("lif", "in.put")]},
    "edge lif -> nobody": {"edges": [("lif", "nobody")]},
    "edge fc -> lif": {"edges": [("fc", "lif")]},
    "node in.put, shape": {"nodes": {"in.put": nir.Input({"input": np.array([1, 3])})}},
}


@pytest.mark.parametrize("what", REFUSED)
def test_what_has_no_counterpart_is_refused_by_name(tmp_path, what):
    nir.write(tmp_path / "a.nir", foreign(**REFUSED[what]))
    with pytest.raises(InputError) as error:
        read_nir_graph(tmp_path / "a.nir")
    assert what in str(error.value) and "a.nir" in str(error.value) and "\n" not in str(error.value)


def test_a_file_that_contradicts_its_metadata_is_refused(tmp_path, monkeypatch):
    path = write_nir_graph(example(monkeypatch), tmp_path / "a.nir")
    for change, what in (
        (lambda found: found.nodes["see_weights"].weight.__setitem__((0, 0), 1), "node see_weights"),
        (lambda found: found.nodes.__setitem__("more", nir.Threshold(ONE)), "node more"),
        (lambda found: found.edges.append(("choice", "choice")), "edges"),
        (lambda found: found.metadata.__setitem__("array0", np.zeros(3, int)), "a.nir"),
        (lambda found: found.metadata.__setitem__(KEY, '{"graph": {}, "arrays": []}'), "a.nir"),
        (lambda found: found.metadata.__setitem__(KEY, '{"description": {}}'), "read_nir"),
    ):
        found = nir.read(path)
        change(found)
        nir.write(tmp_path / "b.nir", found)
        with pytest.raises(InputError, match=what.replace("a.nir", "b.nir")):
            read_nir_graph(tmp_path / "b.nir")


def test_no_file_a_broken_one_and_too_large_a_matrix(tmp_path):
    (tmp_path / "a.nir").write_bytes(b"no HDF5")
    for name in ("a.nir", "b.nir"):
        with pytest.raises(InputError, match="NIR file"):
            read_nir_graph(tmp_path / name)
    populations = {"a": Outside(size=2**14), "b": Lif(size=2**14, threshold=1)}
    projections = {"large": Projection(source="a", target="b", synapses=OneToOne(weight=1))}
    graph = Graph(populations=populations, projections=projections, phases={"wake": Phase(cycles=1)})
    with pytest.raises(InputError, match="projections.large: too large for NIR"):
        write_nir_graph(graph, tmp_path / "c.nir")
