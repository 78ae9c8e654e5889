"""The example equals stock Lava, and its reward decides which weights grow."""

import re
import subprocess
import sys
from pathlib import Path

import pytest

pytestmark = pytest.mark.lava

SCRIPT = Path(__file__).parents[2] / "examples" / "reward_modulated_stdp.py"


def test_reward_decides_which_weights_grow(tmp_path):
    done = subprocess.run([sys.executable, SCRIPT], cwd=tmp_path, capture_output=True, text=True, timeout=280)
    assert done.returncode == 0, done.stderr
    output = done.stdout
    assert "equal to LearningDense: yes" in output
    rows = re.findall(r"(rewarded|punished)\).* 100 +([\d.]+) +([\d.]+) +([\d.]+) +\d+\n", output)
    assert len(rows) == 6
    for kind, after, first, last in rows:
        if kind == "rewarded":
            assert float(after) > 200 and float(last) > float(first) + 2
        else:
            assert float(after) < 60 and float(last) < float(first)
