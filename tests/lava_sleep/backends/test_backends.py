"""All backends of one arithmetic do the same, bit for bit."""

import numpy as np
import pytest

from emulation.states import named_arrays
from lava_sleep.backends import BACKENDS
from lava_sleep.backends.base import run_segments
from lava_sleep.backends.compiled import COMPILED
from lava_sleep.networks.base import Arithmetic
from lava_sleep.networks.integer.description import IntegerNetwork
from lava_sleep.protocols.protocol import Cycles, Protocol
from lava_sleep.protocols.schedule import stages

pytestmark = pytest.mark.lava
ROWS = ("T1>T2>i(S,T1)", "T1>T2>i(R,T1)", "T1>T2>i(Sx,T1)", "T1>T2>i(Su,T1)", "T1>T2>i(S0,T1)")
CYCLES = {
    "lava-cycle": Cycles(unsupervised=60, T1=150, T2=80, interleaved=120, episode=30, test=20),
    "lava": Cycles(unsupervised=30, T1=60, T2=20, interleaved=20, episode=5, test=5),
}


@pytest.mark.parametrize("arithmetic", list(Arithmetic), ids=[one.value for one in Arithmetic])
@pytest.mark.parametrize("name", CYCLES)
def test_a_lava_graph_ends_like_the_compiled_loop(name, arithmetic):
    network = IntegerNetwork()
    protocol = Protocol(name="short", rows=ROWS, cycles=CYCLES[name])
    instance = network.instance(7, arithmetic)
    segments = [segment for stage in stages(network, protocol) for segment in stage.segments]
    ends = []
    for backend in (COMPILED, BACKENDS.get(name)):
        state, outcomes = run_segments(backend, instance, instance.start, segments)
        ends.append((named_arrays(state), np.concatenate(outcomes)))
    (one, moves), (other, other_moves) = ends
    assert np.array_equal(moves, other_moves) and moves.any()
    assert [key for key in one if not np.array_equal(one[key], other[key])] == []
    weights = "output_synapses.weights"
    assert not np.array_equal(one[weights], named_arrays(instance.start)[weights])
