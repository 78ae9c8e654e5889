"""The example runs as its first lines say, and shows what they promise."""

import re
import subprocess
import sys
from pathlib import Path

import pytest

pytestmark = pytest.mark.lava

SCRIPT = Path(__file__).parents[2] / "examples" / "sleep_on_your_own_network.py"


def test_sleep_strengthens_what_was_learnt_awake(tmp_path):
    done = subprocess.run([sys.executable, SCRIPT], cwd=tmp_path, capture_output=True, text=True, timeout=280)
    assert done.returncode == 0, done.stderr
    weights = {}
    for line in done.stdout.splitlines():
        if "output 0:" in line:
            values = [float(value) for value in re.findall(r"(?:A|B|others) +([\d.]+)", line)]
            weights[line[:28].strip()] = values
    evening, noisy, quiet = (weights[key] for key in weights)
    assert list(weights) == ["in the evening", "after sleep with noise", "after sleep without noise"]
    own, foreign = (0, 4), (1, 2, 3, 5)  # A and B of output 0, then of output 1
    assert all(evening[k] > 80 for k in own) and all(evening[k] < 30 for k in foreign)
    assert all(noisy[k] > evening[k] + 50 for k in own) and all(noisy[k] <= evening[k] for k in foreign)
    assert quiet == evening
