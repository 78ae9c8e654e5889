"""The example runs as its first lines say, and shows what they promise."""

import subprocess
import sys
from pathlib import Path

import pytest

pytestmark = pytest.mark.lava

SCRIPT = Path(__file__).parents[2] / "examples" / "fit_your_network_to_a_chip.py"


def test_what_fails_is_told_and_three_changes_mend_it(tmp_path):
    done = subprocess.run([sys.executable, SCRIPT], cwd=tmp_path, capture_output=True, text=True, timeout=280)
    assert done.returncode == 0, done.stderr
    verdicts = [line.strip() for line in done.stdout.splitlines() if "verdict:" in line]
    assert len(verdicts) == 3
    assert verdicts[0].startswith("verdict: fail: 3 fail (threshold, accumulator, epoch)")
    assert verdicts[1].startswith("verdict: unknown: nothing fails")
    assert verdicts[2].startswith("verdict: fail") and "inputs, fan_in, learning" in verdicts[2]
    assert "placement on 3 cores" in done.stdout and "core 0: hidden 0-1023" in done.stdout
    assert "map drawn: True" in done.stdout and "read back from NIR as it was: True" in done.stdout
    assert not list(tmp_path.iterdir())
