"""`verify` compares all backends of one arithmetic in everything, and sees it where one alters a single weight."""

import pytest
from typer.testing import CliRunner

from lava_sleep.backends.compiled import CompiledRunning
from lava_sleep.backends.lava import LavaRunning
from lava_sleep.cli import main as cli
from lava_sleep.studies.verify import OTHER, QUANTITIES, verify

pytestmark = pytest.mark.lava


def alter_a_weight(monkeypatch, running, cycle):
    """Make every backend of class `running` alter one weight by 1 before the given cycle."""
    advance, done = running.advance, []

    def altered(self, cycles):
        done.append(self)
        if done.count(self) == cycle:
            self.state.output_synapses.weights[3, 100] += 1
        advance(self, cycles)

    monkeypatch.setattr(running, "advance", altered)


def test_verify_finds_no_difference():
    done = CliRunner().invoke(cli.app, ["verify", "--cycles", "20", "--seed", "3"])
    assert done.exit_code == 0, done.output
    assert " 0 differ" in done.output and "lava-cycle" in done.output
    assert "all backends agree bit for bit: yes" in done.output


@pytest.mark.parametrize("running", [pytest.param(CompiledRunning, marks=pytest.mark.long), LavaRunning])
def test_verify_fails_where_one_backend_alters_one_weight(monkeypatch, running):
    alter_a_weight(monkeypatch, running, 14)
    done = CliRunner().invoke(cli.app, ["verify", "--cycles", "16", "--seed", "3"])
    assert done.exit_code == 1
    assert "first difference in output_synapses.weights in cycle 13" in done.output
    assert "all backends agree bit for bit: no" in done.output


def test_verify_compares_everything_in_every_cycle():
    verification = verify(10, 3)
    names = [(comparison.name, comparison.reference) for comparison in verification.comparisons]
    assert names == [("lava-cycle", "emulation"), ("lava", "emulation"), ("lava-cycle", "float"), ("lava", "float")]
    hidden, output = 784 * 9, 784 * 8
    for comparison in verification.comparisons:
        assert set(comparison.values) == {*QUANTITIES, OTHER}
        assert comparison.values["weights"] == 10 * (hidden + output)
        assert comparison.values["spikes"] == 10 * 16 * (784 + 8)
    assert verification.differences == 0 and verification.verdict.text == "yes"
