"""The package as a whole: what importing it loads, what its wheel holds, and the script of the README."""

import os
import subprocess
import sys
import textwrap
import zipfile
from pathlib import Path

import matplotlib
import pytest

import lava_sleep as ls

ROOT = Path(__file__).parents[2]
HEAVY = {"numba", "lava", "xarray", "matplotlib", "scipy"}


@pytest.mark.parametrize("module", ["lava_sleep", "lava_sleep.cli.main"])
def test_importing_loads_nothing_heavy(module):
    program = f"import sys, {module}; print(*sys.modules)"
    done = subprocess.run([sys.executable, "-c", program], capture_output=True, text=True, timeout=60, check=True)
    assert not HEAVY & set(done.stdout.split())


def test_every_public_name_is_there_and_typed():
    typed = Path(ls.__file__).with_suffix(".pyi").read_text()
    for name in ls.__all__:
        assert name in dir(ls) and name in typed
    without_lava = set(ls.__all__) - {"GuardedRun", "PlasticDense", "PlasticSparse", "Reactivation", "SleepSchedule"}
    for name in without_lava:
        assert getattr(ls, name)
    with pytest.raises(AttributeError, match="no attribute 'nothing'"):
        ls.nothing  # noqa: B018


@pytest.mark.lava
@pytest.mark.parametrize("name", ["GuardedRun", "PlasticDense", "PlasticSparse", "Reactivation", "SleepSchedule"])
def test_public_names_of_lava(name):
    assert getattr(ls, name).__name__ == name


def test_the_script_of_the_readme_runs(tmp_path, monkeypatch):
    chapter = (ROOT / "README.md").read_text().split("## From Python\n\n")[1]
    lines = chapter.split("\n\n`run.data`")[0]
    script = textwrap.dedent(lines)
    assert len([line for line in script.splitlines() if line]) == 5
    monkeypatch.chdir(tmp_path)
    matplotlib.use("agg")
    exec(compile(script, "README.md", "exec"), {})
    assert (tmp_path / "performance.png").read_bytes().startswith(b"\x89PNG")
    assert ls.open_run(tmp_path / "runs" / "first").performance.shape == (3, 2, 2)


def test_the_wheel_holds_data_types_and_all_modules(tmp_path):
    command = [sys.executable, "-m", "hatchling", "build", "-t", "wheel", "-d", str(tmp_path)]
    subprocess.run(command, cwd=ROOT, check=True, capture_output=True, timeout=120, env={**os.environ})
    (wheel,) = tmp_path.glob("*.whl")
    held = set(zipfile.ZipFile(wheel).namelist())
    for package in ("lava_sleep", "processes", "emulation"):
        files = [path for path in (ROOT / package).rglob("*") if path.is_file() and "__pycache__" not in path.parts]
        assert files and {str(path.relative_to(ROOT)) for path in files} <= held
    assert {"lava_sleep/py.typed", "lava_sleep/__init__.pyi", "lava_sleep/data/profiles/loihi2.toml"} <= held
