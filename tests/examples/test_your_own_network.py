"""The example runs as integers, as floats and on Lava, and is as short as the documentation says."""

import re
import subprocess
import sys
from pathlib import Path

import pytest

pytestmark = pytest.mark.lava

SCRIPT = Path(__file__).parents[2] / "examples" / "your_own_network.py"


def test_the_network_is_described_in_under_forty_lines():
    described = SCRIPT.read_text().split("def describe")[1].split("def main")[0]
    assert sum(bool(line.strip()) for line in described.splitlines()) < 40


@pytest.mark.slow
def test_all_three_run_and_lava_equals_the_integers(tmp_path):
    done = subprocess.run([sys.executable, SCRIPT], cwd=tmp_path, capture_output=True, text=True, timeout=280)
    assert done.returncode == 0, done.stderr
    spikes = {
        name: (int(fixed), int(floating)) for name, fixed, floating in re.findall(r"(\w+) +(\d+) +(\d+)", done.stdout)
    }
    assert set(spikes) == {"groups", "noise", "cells", "choice", "inhibitors"}
    assert all(min(numbers) > 100 for numbers in spikes.values())
    assert "the same weights: True, the same spikes: True" in done.stdout
    assert "NIR: the same graph: True" in done.stdout
