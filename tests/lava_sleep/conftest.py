"""A tiny run in a folder, for what reads stored results; the command line, in this process."""

import sys
from types import SimpleNamespace

import pytest

from lava_sleep.cli.main import main
from lava_sleep.runs.configuration import read_configuration
from lava_sleep.runs.folder import Run, read_run, write_folder
from lava_sleep.runs.run import run_networks


@pytest.fixture(scope="session")
def tiny_results():
    """Configuration and results of two networks."""
    configuration = read_configuration(None, {"protocol": "tiny", "networks": 2, "seed": 3})
    return configuration, run_networks(configuration)[0]


@pytest.fixture(scope="session")
def tiny_run(tiny_results, tmp_path_factory) -> Run:
    """The same, written and read back."""
    configuration, results = tiny_results
    folder = tmp_path_factory.mktemp("results") / "tiny"
    write_folder(folder, configuration, results, 1.0)
    return read_run(folder)


@pytest.fixture(scope="session")
def tiny_golden_run(tmp_path_factory) -> Run:
    """Two networks of the paper's own kind, written and read back."""
    configuration = read_configuration(None, {"protocol": "tiny", "network": "golden2022", "networks": 2, "seed": 3})
    folder = tmp_path_factory.mktemp("results") / "tiny-golden"
    write_folder(folder, configuration, run_networks(configuration)[0], 1.0)
    return read_run(folder)


KINDS = {
    "horizontal": [[0, 1]], "vertical": [[1, 0]], "wide": [[0, 2]], "tall": [[2, 0]], "corner": [[0, 1], [1, 0]],
    "knight": [[1, 2]], "diagonal": [[1, 1]],
}  # fmt: skip


@pytest.fixture(scope="session")
def many_run(tmp_path_factory) -> Run:
    """Two networks with three tasks, one of them with a neutral kind, in a smaller world that is seen further."""
    values = {"T1": ("horizontal", "vertical"), "Far": ("wide", "tall"), "T3": ("corner", "knight")}
    tasks = {
        task: {one: {"count": 12, "value": 1}, two: {"count": 12, "value": -1}} for task, (one, two) in values.items()
    }
    tasks["T3"]["diagonal"] = {"count": 6, "value": 0}
    world = {"size": 40, "view": 9, "spacing": 2, "kinds": KINDS, "unsupervised": dict.fromkeys(KINDS, 3)}
    rows = ["T1", *(row for x in "SR" for row in (f"T1>i({x},Far)", f"T1>i({x},Far)>i({x},T3)"))]
    cycles = {"unsupervised": 300, "task": 400, "interleaved": 600, "episode": 100, "test": 150}
    protocol = {"name": "three", "rows": rows, "cycles": cycles}
    options = {"world": world, "tasks": tasks, "protocol": protocol, "networks": 2, "seed": 3}
    configuration = read_configuration(None, options)
    folder = tmp_path_factory.mktemp("results") / "many"
    write_folder(folder, configuration, run_networks(configuration)[0], 1.0)
    return read_run(folder)


@pytest.fixture
def lava_sleep(tmp_path, monkeypatch, capsys):
    """Run the command line in `tmp_path`."""

    def run(*arguments):
        monkeypatch.chdir(tmp_path)
        monkeypatch.setattr(sys, "argv", ["lava-sleep", *map(str, arguments)])
        with pytest.raises(SystemExit) as left:
            main()
        captured = capsys.readouterr()
        return SimpleNamespace(returncode=left.value.code, stdout=captured.out, stderr=captured.err)

    return run
