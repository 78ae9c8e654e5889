"""The examples run, and show what they claim."""

import re
import subprocess
import sys
from pathlib import Path

import pytest

pytest.importorskip("lava.magma")
EXAMPLES = Path(__file__).resolve().parents[2] / "examples"


def test_reward_modulated_stdp():
    script = [sys.executable, str(EXAMPLES / "reward_modulated_stdp.py")]
    output = subprocess.run(script, capture_output=True, text=True, timeout=120, check=True).stdout
    assert "equal to LearningDense: yes" in output
    rows = re.findall(r"(rewarded|punished)\).* 100 +([\d.]+) +([\d.]+) +([\d.]+) +\d+\n", output)
    assert len(rows) == 6
    for kind, after, first, last in rows:
        if kind == "rewarded":
            assert float(after) > 200 and float(last) > float(first) + 2
        else:
            assert float(after) < 60 and float(last) < float(first)
