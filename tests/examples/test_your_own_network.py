"""The example runs as integers, as floats and on Lava, and is as short as the documentation says."""

import re

import pytest
from helpers.examples import EXAMPLES, module_of, output_of

from lava_sleep.graphs import Phase

pytestmark = pytest.mark.lava

NAME = "your_own_network"


def test_the_network_is_described_in_under_forty_lines():
    described = (EXAMPLES / f"{NAME}.py").read_text().split("def describe")[1].split("def main")[0]
    assert sum(bool(line.strip()) for line in described.splitlines()) < 40


def check(output: str) -> None:
    """All populations spike in both arithmetics, and Lava has the bits of the integers."""
    spikes = {name: (int(fixed), int(floating)) for name, fixed, floating in re.findall(r"(\w+) +(\d+) +(\d+)", output)}
    assert set(spikes) == {"groups", "noise", "cells", "choice", "inhibitors"}
    assert all(min(numbers) > 100 for numbers in spikes.values())
    assert "the same weights: True, the same spikes: True" in output
    assert "NIR: the same graph: True" in output


@pytest.mark.slow
def test_all_three_run_and_lava_equals_the_integers(monkeypatch, capsys):
    """With a shorter day and night."""
    example = module_of(NAME, monkeypatch)
    monkeypatch.setattr(example, "Phase", lambda cycles, **rest: Phase(cycles=cycles // 2, **rest))
    example.main()
    check(capsys.readouterr().out)


@pytest.mark.long
def test_the_script(tmp_path):
    check(output_of(NAME, tmp_path))
