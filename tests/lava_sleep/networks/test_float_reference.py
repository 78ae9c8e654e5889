"""Fixed point against float: rows agree; dropped fractions, or a bug in one fixed-point kernel, drive them apart."""

import json
import os
import shutil
import subprocess
import sys
from pathlib import Path

import pytest

from lava_sleep.analysis.reproduction import values_of

pytestmark = pytest.mark.slow

ROOT = Path(__file__).parents[3]
TOLERANCE = 0.1  # for three networks and short tests; five networks of `quick` stay within .05
SHORT = """
networks = 3
seed = 21
[protocol]
rows = ["T1", "T1>T2", "T1>T2>i(S,T1)"]
[protocol.cycles]
T1 = 8000
T2 = 16000
interleaved = 20000
test = 6000
[network.hidden_synapses]
wiring = "constructed"
"""
FLOOR = """
[network.arithmetic]
rounding = "floor"
"""
KERNEL = "def finish_fixed("
LINE = "shift_right(np.int32(np.int32(total + carry) - threshold), bits)"
BUG = "shift_right(np.int32(total), bits)"  # fractions are dropped instead of rounded at random


def run(folder: Path, executor: str, out: str, home: Path = ROOT, settings: str = "short.toml") -> Path:
    """A run of the packages in `home`."""
    command = [sys.executable, "-m", "lava_sleep", "run", settings, "--executor", executor, "--out", out]
    environment = {**os.environ, "PYTHONPATH": str(home)}
    done = subprocess.run(command, cwd=folder, env=environment, capture_output=True, text=True, timeout=550)
    assert done.returncode == 0, done.stderr
    return folder / out


@pytest.fixture(scope="module")
def floating(tmp_path_factory):
    """A folder with the float run in it."""
    folder = tmp_path_factory.mktemp("float")
    (folder / "short.toml").write_text(SHORT)
    return folder, run(folder, "float", "float")


def furthest(one: Path, other: Path) -> float:
    first, second = (values_of(json.loads((folder / "summary.json").read_text())) for folder in (one, other))
    return max(abs(first[row].mean() - second[row].mean()) for row in first)


@pytest.mark.timeout(600)
def test_fixed_point_is_near_float(floating):
    folder, reference = floating
    assert furthest(run(folder, "emulation", "fixed"), reference) < TOLERANCE


def test_dropped_fractions_are_seen(floating):
    """What the bug below does, by a setting: nothing is compiled anew."""
    folder, reference = floating
    (folder / "floor.toml").write_text(SHORT + FLOOR)
    assert furthest(run(folder, "emulation", "floor", settings="floor.toml"), reference) > 2 * TOLERANCE


@pytest.mark.long
@pytest.mark.timeout(600)
def test_a_bug_in_a_fixed_point_kernel_is_seen(floating):
    folder, reference = floating
    home = folder / "home"
    for package in ("emulation", "processes", "lava_sleep"):
        shutil.copytree(ROOT / package, home / package, ignore=shutil.ignore_patterns("__pycache__"))
    source = next(path for path in (home / "emulation").rglob("*.py") if KERNEL in path.read_text())
    text = source.read_text()
    assert text.count(LINE) == 1
    source.write_text(text.replace(LINE, BUG))
    assert furthest(run(folder, "emulation", "bug", home), reference) > 2 * TOLERANCE
