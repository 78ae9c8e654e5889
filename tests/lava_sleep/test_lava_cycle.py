"""The graph whose Lava step is a movement cycle ends in the state of the compiled executors, bit for bit."""

import numpy as np
import pytest

from emulation.state import named_arrays
from lava_sleep.build import build_network, initial_state
from lava_sleep.description import NetworkDescription
from lava_sleep.executors import get_executor
from lava_sleep.protocol import Cycles, Protocol, stages
from lava_sleep.verification import compare_states


@pytest.mark.parametrize("floating", [False, True], ids=["fixed", "float"])
def test_lava_cycle_equals_the_compiled_executor(floating):
    description = NetworkDescription()
    cycles = Cycles(unsupervised=60, T1=150, T2=80, interleaved=120, episode=30, test=20)
    protocol = Protocol(name="short", rows=("T1>T2>i(S,T1)", "T1>T2>i(R,T1)"), cycles=cycles)
    start = initial_state(description, 7, floating)
    network = build_network(description, 7, start.hidden_synapses.pre)
    segments = [segment for stage in stages(description, protocol) for segment in stage.segments]
    ends = {}
    for name in ("float" if floating else "emulation", "lava-cycle"):
        state, outcomes = get_executor(name, floating)(start, network, segments, lambda cycles: None)
        ends[name] = named_arrays(state), np.concatenate(outcomes)
    (one, moves), (other, other_moves) = ends.values()
    assert np.array_equal(moves, other_moves) and moves.any()
    assert [name for name in one if not np.array_equal(one[name], other[name])] == []


def test_a_weight_altered_by_one_is_seen():
    description = NetworkDescription()
    state = initial_state(description, 7, False)
    altered = initial_state(description, 7, False)
    altered.output_synapses.weights[3, 100] += 1
    one, other = named_arrays(state), named_arrays(altered)
    assert [name for name in one if not np.array_equal(one[name], other[name])] == ["output_synapses.weights"]


def test_verify_counts_an_altered_weight():
    state = initial_state(NetworkDescription(), 7, False)
    altered = initial_state(NetworkDescription(), 7, False)
    altered.output_synapses.weights[3, 100] += 1
    assert sum(line.differences for line in compare_states("lava-cycle", state, altered)) == 1
    assert sum(line.differences for line in compare_states("lava-cycle", state, state)) == 0
