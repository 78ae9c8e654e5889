"""An environment of another package, in one file: a bandit with eight arms, through the command line."""

import os
import subprocess
import sys
from pathlib import Path

import numpy as np
import pytest

import lava_sleep as ls
from lava_sleep.testing import check_environment

HERE = Path(__file__).parent
TESTED = Path(ls.__file__).parents[1]  # where the packages under test are
SETTINGS = """
[world]
environment = "bandit"

[protocol]
name = "bandit"
rows = ["T1", "T1>i(S,T2)"]

[protocol.cycles]
unsupervised = 30
task = 30
interleaved = 30
episode = 10
test = 10
"""


@pytest.fixture(scope="module")
def command(tmp_path_factory):
    """The command line beside an installed package of someone else."""
    folder = tmp_path_factory.mktemp("bandit")
    information = folder / "installed" / "outsider-1.0.dist-info"
    information.mkdir(parents=True)
    (folder / "installed" / "outsider").symlink_to(HERE / "outsider")
    (information / "METADATA").write_text("Metadata-Version: 2.1\nName: outsider\nVersion: 1.0\n")
    announced = "[lava_sleep.environments]\nbandit = outsider.bandit:BanditTask\n"
    (information / "entry_points.txt").write_text(announced)
    (folder / "short.toml").write_text(SETTINGS)

    def call(*arguments):
        done = subprocess.run(
            [sys.executable, "-m", "lava_sleep", *arguments],
            capture_output=True,
            text=True,
            cwd=folder,
            env={**os.environ, "PYTHONPATH": f"{folder / 'installed'}{os.pathsep}{TESTED}"},
            timeout=300,
            check=False,
        )
        assert done.returncode == 0, done.stderr
        return done.stdout

    call.folder = folder
    return call


@pytest.fixture
def bandit(monkeypatch):
    """Its description, imported as an installed one is."""
    monkeypatch.syspath_prepend(str(HERE))
    from outsider.bandit import BanditTask

    monkeypatch.setitem(ls.ENVIRONMENTS._registered, "bandit", BanditTask)
    return BanditTask()


def test_it_conforms(bandit):
    check_environment(bandit)


@pytest.mark.slow
@pytest.mark.parametrize(
    "executors",
    [("emulation", "graph", "map", "lava"), pytest.param(("emulation", "float", "lava-cycle"), marks=pytest.mark.long)],
    ids=", ".join,
)
def test_every_executor_runs_it(command, bandit, executors):
    runs = {}
    for executor in executors:
        if not (command.folder / executor).exists():
            command("run", "short.toml", "--executor", executor, "--out", executor)
        runs[executor] = ls.open_run(command.folder / executor)
        assert runs[executor].configuration.world == bandit
    for executor in {"graph", "lava-cycle", "lava"} & set(executors):
        assert runs[executor].summary["digest"] == runs["emulation"].summary["digest"]
        for name in ("outcomes", "output_weights", "performance"):
            np.testing.assert_array_equal(runs[executor].data[name], runs["emulation"].data[name])
