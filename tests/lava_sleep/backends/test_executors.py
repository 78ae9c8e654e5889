"""All executors of one arithmetic do the same, bit for bit; `verify` sees it where one does not."""

import numpy as np
import pytest
from typer.testing import CliRunner

from emulation.states import named_arrays
from lava_sleep.backends.base import run_segments
from lava_sleep.backends.compiled import Compiled
from lava_sleep.backends.lava import LavaRunning
from lava_sleep.cli import main as cli
from lava_sleep.networks.integer.build import build_network, initial_state
from lava_sleep.networks.integer.description import IntegerNetwork
from lava_sleep.protocols.protocol import Cycles, Protocol
from lava_sleep.protocols.schedule import stages
from lava_sleep.studies.verify import OTHER, QUANTITIES, verify_executors

ROWS = ("T1>T2>i(S,T1)", "T1>T2>i(R,T1)", "T1>T2>i(Sx,T1)", "T1>T2>i(Su,T1)", "T1>T2>i(S0,T1)")
CYCLES = {
    "lava-cycle": Cycles(unsupervised=60, T1=150, T2=80, interleaved=120, episode=30, test=20),
    "lava": Cycles(unsupervised=30, T1=60, T2=20, interleaved=20, episode=5, test=5),
}


@pytest.mark.parametrize("floating", [False, True], ids=["fixed_pt", "floating_pt"])
@pytest.mark.parametrize("name", CYCLES)
def test_a_lava_graph_ends_like_the_compiled_executor(name, floating):
    description = IntegerNetwork()
    protocol = Protocol(name="short", rows=ROWS, cycles=CYCLES[name])
    start = initial_state(description, 7, floating)
    network = build_network(description, 7, start.hidden_synapses.pre)
    segments = [segment for stage in stages(description, protocol) for segment in stage.segments]
    ends = []
    for executor in ("float" if floating else "emulation", name):
        state, outcomes = run_segments(executor, start, network, segments, floating, lambda cycles: None)
        ends.append((named_arrays(state), np.concatenate(outcomes)))
    (one, moves), (other, other_moves) = ends
    assert np.array_equal(moves, other_moves) and moves.any()
    assert [key for key in one if not np.array_equal(one[key], other[key])] == []
    weights = "output_synapses.weights"
    assert not np.array_equal(one[weights], named_arrays(start)[weights])


def alter_a_weight(monkeypatch, running, cycle):
    """Make every executor of class `running` alter one weight by 1 before the given cycle."""
    advance, done = running.advance, []

    def altered(self, cycles):
        done.append(self)
        if done.count(self) == cycle:
            self.state.output_synapses.weights[3, 100] += 1
        advance(self, cycles)

    monkeypatch.setattr(running, "advance", altered)


def test_verify_finds_no_difference():
    done = CliRunner().invoke(cli.app, ["verify", "--cycles", "40", "--seed", "3"])
    assert done.exit_code == 0, done.output
    assert " 0 differ" in done.output and "lava-cycle" in done.output


@pytest.mark.parametrize("running", [Compiled, LavaRunning])
def test_verify_fails_where_one_executor_alters_one_weight(monkeypatch, running):
    alter_a_weight(monkeypatch, running, 14)
    done = CliRunner().invoke(cli.app, ["verify", "--cycles", "25", "--seed", "3"])
    assert done.exit_code == 1
    assert "first difference in output_synapses.weights in cycle 13" in done.output


def test_verify_compares_everything_in_every_cycle():
    verification = verify_executors(20, 3)
    names = [(comparison.name, comparison.reference) for comparison in verification.comparisons]
    assert names == [("lava-cycle", "emulation"), ("lava", "emulation"), ("lava-cycle", "float"), ("lava", "float")]
    hidden, output = 784 * 9, 784 * 8
    for comparison in verification.comparisons:
        assert set(comparison.values) == {*QUANTITIES, OTHER}
        assert comparison.values["weights"] == 20 * (hidden + output)
        assert comparison.values["spikes"] == 20 * 16 * (784 + 8)
    assert verification.differences == 0
