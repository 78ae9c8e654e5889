"""All backends of one arithmetic do the same, bit for bit."""

import subprocess
import sys

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


PROGRAM = """
import multiprocessing
multiprocessing.set_start_method("fork")
import lava_sleep as ls
short = ls.protocol("tiny", rows=["T1"], T1=10, test=5)
network = ls.network("integer", hidden=20, hidden_synapses={"wiring": "constructed"})
ends = [ls.run(protocol=short, network=network, backend=name).summary["digest"] for name in ("compiled", "lava-cycle")]
assert ends[0] == ends[1]
"""


def test_a_program_may_have_set_how_processes_start(tmp_path):
    """Lava sets it too when it is imported, and Python allows that once."""
    done = subprocess.run([sys.executable, "-c", PROGRAM], cwd=tmp_path, capture_output=True, text=True, timeout=240)
    assert done.returncode == 0, done.stderr
