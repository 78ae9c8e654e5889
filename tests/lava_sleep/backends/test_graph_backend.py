"""The network as a graph has, in the engine of graphs, the bits of its own loop: in every world and control."""

import numpy as np
import pytest

from emulation.errors import InputError
from emulation.states import named_arrays
from lava_sleep.backends.base import run_segments
from lava_sleep.backends.compiled import COMPILED
from lava_sleep.backends.graph import GRAPH
from lava_sleep.environments.classification import Classification
from lava_sleep.graphs.files import read_graph, write_graph
from lava_sleep.graphs.integer import graph_of
from lava_sleep.networks.base import Arithmetic
from lava_sleep.networks.golden2022.description import GoldenNetwork
from lava_sleep.networks.integer.description import IntegerNetwork, OutputSynapses, Plasticity, Registers
from lava_sleep.protocols.protocol import Cycles, Protocol
from lava_sleep.protocols.schedule import stages
from lava_sleep.runs.configuration import read_configuration
from lava_sleep.testing.backend import check_backend

CYCLES = Cycles(unsupervised=300, T1=900, T2=400, task=300, interleaved=400, episode=50, test=40)
ROWS = ("T1>T2>i(S,T1)", "T1>T2>i(R,T1)", "T1>T2>i(Sx,T1)", "T1>T2>i(Su,T1)", "T1>T2>i(S0,T1)")
FEW_BITS = Registers(weight_bits=5, tag_bits=4, trace_bits=6, rounding="nearest")


def same_end(network: IntegerNetwork, arithmetic: Arithmetic, world=None, rows=ROWS) -> dict[str, np.ndarray]:
    """Run all stages on both; the arrays of the last state."""
    instance = network.instance(7, arithmetic, **({} if world is None else {"world": world}))
    made = stages(network, Protocol(name="short", rows=rows, cycles=CYCLES), instance.world)
    segments = [segment for stage in made for segment in stage.segments]
    ends = []
    for backend in (COMPILED, GRAPH):
        state, outcomes = run_segments(backend, instance, instance.start, segments)
        ends.append((named_arrays(state), np.concatenate(outcomes)))
    (one, moves), (other, other_moves) = ends
    assert np.array_equal(moves, other_moves) and moves.any()
    assert [key for key in one if not np.array_equal(one[key], other[key])] == []
    assert not np.array_equal(one["output_synapses.weights"], instance.start.output_synapses.weights)
    return one


@pytest.mark.parametrize("arithmetic", list(Arithmetic), ids=[one.value for one in Arithmetic])
def test_all_phases_and_controls(arithmetic):
    same_end(IntegerNetwork(), arithmetic)


@pytest.mark.parametrize("arithmetic", list(Arithmetic), ids=[one.value for one in Arithmetic])
def test_registers_of_fewer_bits_and_punishment(arithmetic):
    synapses = OutputSynapses(plasticity=Plasticity.model_validate({"preset": "punishing"}))
    end = same_end(IntegerNetwork(output_synapses=synapses, arithmetic=FEW_BITS), arithmetic)
    if arithmetic is Arithmetic.FIXED:
        assert end["output_synapses.weights"].max() <= 255 and (end["output_synapses.tags"] % 16 == 0).all()


def test_four_tasks():
    configuration = read_configuration(None, {"protocol": "many"})
    same_end(configuration.network, Arithmetic.FIXED, configuration.world, ("T1>T2>T3>i(S,T4)",))


def test_another_environment():
    same_end(IntegerNetwork(), Arithmetic.FIXED, Classification(), ("T1>i(S,T2)",))


@pytest.mark.parametrize("arithmetic", ["fixed", "float"])
def test_what_every_backend_has_to_hold(arithmetic):
    check_backend("graph", arithmetic=arithmetic)


def test_its_description_is_written_and_read_back(tmp_path):
    network = IntegerNetwork()
    instance = network.instance(3)
    segments = [s for stage in stages(network, Protocol(rows=ROWS, cycles=CYCLES)) for s in stage.segments]
    graph = graph_of(instance, segments)
    assert read_graph(write_graph(graph, tmp_path / "foraging.toml")) == graph


def test_a_network_without_a_description_is_refused():
    with pytest.raises(InputError, match="network of the backend graph"):
        GRAPH.check(GoldenNetwork(), Arithmetic.FLOAT)
