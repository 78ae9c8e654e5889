"""The example runs as its first lines say, and shows what they promise."""

import re

import pytest
from helpers.examples import module_of, output_of

pytest.importorskip("lava.magma")

pytestmark = pytest.mark.lava

NAME = "sleep_on_your_own_network"


def check(output: str) -> None:
    """Weights that are large in the evening grow asleep, and with noise only."""
    weights = {}
    for line in output.splitlines():
        if "output 0:" in line:
            values = [float(value) for value in re.findall(r"(?:A|B|others) +([\d.]+)", line)]
            weights[line[:28].strip()] = values
    evening, noisy, quiet = (weights[key] for key in weights)
    assert list(weights) == ["in the evening", "after sleep with noise", "after sleep without noise"]
    own, foreign = (0, 4), (1, 2, 3, 5)  # A and B of output 0, then of output 1
    assert all(evening[k] > 80 for k in own) and all(evening[k] < 30 for k in foreign)
    assert all(noisy[k] > evening[k] + 50 for k in own) and all(noisy[k] <= evening[k] for k in foreign)
    assert quiet == evening


def test_sleep_strengthens_what_was_learnt_awake(monkeypatch, capsys):
    """With a shorter day and night."""
    example = module_of(NAME, monkeypatch)
    monkeypatch.setattr(example, "AWAKE", 40 * example.PERIOD)
    monkeypatch.setattr(example, "ASLEEP", 50 * example.PERIOD)
    example.main()
    check(capsys.readouterr().out)


@pytest.mark.long
def test_the_script(tmp_path):
    check(output_of(NAME, tmp_path))
