"""The example equals stock Lava, and its reward decides which weights grow."""

import re

import pytest
from helpers.examples import module_of, output_of

pytest.importorskip("lava.magma")

pytestmark = pytest.mark.lava

NAME = "reward_modulated_stdp"


def check(output: str) -> None:
    """Rewarded weights and the spikes after their cue grow, punished ones fall."""
    assert "equal to LearningDense: yes" in output
    rows = re.findall(r"(rewarded|punished)\).* 100 +([\d.]+) +([\d.]+) +([\d.]+) +\d+\n", output)
    assert len(rows) == 6
    for kind, after, first, last in rows:
        if kind == "rewarded":
            assert float(after) > 200 and float(last) > float(first) + 2
        else:
            assert float(after) < 60 and float(last) < float(first)


def test_reward_decides_which_weights_grow(monkeypatch, capsys):
    """With fewer trials."""
    example = module_of(NAME, monkeypatch)
    monkeypatch.setattr(example, "TRIALS", 24)
    monkeypatch.setattr(example, "TIMESTEPS", 24 * example.PRESENTATION)
    example.main()
    check(capsys.readouterr().out)


@pytest.mark.long
def test_the_script(tmp_path):
    check(output_of(NAME, tmp_path))
