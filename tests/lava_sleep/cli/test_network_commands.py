"""`lava-sleep network ...`: on the example as it is documented, with mistakes told in one line."""

import json
import re
import shutil
import sys
from pathlib import Path

import pytest
from helpers.pages import check
from helpers.small_graphs import learning_graph, relay_graph

from lava_sleep.graphs.files import read_graph, write_graph
from lava_sleep.graphs.results import read_graph_results

ROOT = Path(__file__).parents[3]
EXAMPLE = ROOT / "examples" / "your_own_network.toml"
PAGE = (ROOT / "docs" / "networks.md").read_text()


@pytest.fixture
def small(tmp_path) -> Path:
    """A small network in a file."""
    return write_graph(learning_graph(), tmp_path / "small.toml")


def documented(command: str) -> list[str]:
    """The lines that the page shows after a command, without the points where lines are left out."""
    block = PAGE.split(f"    lava-sleep network {command}\n\n", 1)[1].split("\n\n", 1)[0]
    return [line.removeprefix("    ") for line in block.splitlines() if line.strip() != "..."]


def test_the_example_is_that_of_python(monkeypatch):
    monkeypatch.setattr(sys, "path", [*sys.path, str(EXAMPLE.parent)])
    from your_own_network import describe

    assert read_graph(EXAMPLE) == describe()


def test_run_shows_what_the_page_shows_and_writes_a_whole_folder(tmp_path, lava_sleep):
    done = lava_sleep("network", "run", EXAMPLE, "--out", "own")
    assert done.returncode == 0 and done.stderr == ""
    shown = [re.sub(r"in [\d.]+ s", "in 0.5 s", line) for line in done.stdout.splitlines()]
    assert shown == documented("run examples/your_own_network.toml --out runs/own")[:-1] + ["results: own"]
    names = ["figures", "graph.npz", "graph.toml", "results.nc", "summary.json"]
    assert sorted(path.name for path in (tmp_path / "own").iterdir()) == names
    assert sorted(path.name for path in (tmp_path / "own/figures").iterdir()) == [
        "raster.png", "rates.png", "structure.png", "weights.png",
    ]  # fmt: skip
    results = read_graph_results(tmp_path / "own")
    assert results.graph == read_graph(EXAMPLE) and results.title == "your_own_network"
    again = lava_sleep("network", "run", EXAMPLE, "--out", "own")
    assert again.returncode == 2 and again.stderr.startswith("error: --out: already holds something")


def test_by_default_the_folder_has_the_name_of_the_file(tmp_path, lava_sleep, small):
    for number in (1, 2):
        done = lava_sleep("network", "run", small, "--arithmetic", "float", "--voltages")
        assert done.returncode == 0 and done.stdout.endswith(f"results: runs/small-{number}\n")
    results = read_graph_results(tmp_path / "runs/small-2")
    assert results.summary["arithmetic"] == "float" and "cells.v" in results.data


def test_port_answers_as_for_our_own_network(tmp_path, lava_sleep):
    done = lava_sleep("network", "port", EXAMPLE, "--target", "loihi1")
    assert done.returncode == 1 and done.stderr == ""
    assert done.stdout.splitlines()[-1] == documented("port examples/your_own_network.toml --target loihi1")[-1]
    made = lava_sleep("network", "port", EXAMPLE, "--target", "loihi2", "--json", "--out", "p")
    assert made.returncode == 0 and json.loads(made.stdout)["verdict"] == "unknown"
    names = ["cost.json", "map.png", "placement.json", "report.json", "report.txt"]
    assert sorted(path.name for path in (tmp_path / "p").iterdir()) == names
    costs = json.loads((tmp_path / "p/cost.json").read_text())
    assert [(one["phase"], one["timesteps"]) for one in costs] == [("day", 16), ("night", 16)]


def test_cost_is_that_of_the_page(lava_sleep):
    done = lava_sleep("network", "cost", EXAMPLE, "--target", "loihi1")
    assert done.returncode == 0
    lines = documented("cost examples/your_own_network.toml --target loihi1")
    assert len(lines) == 8 and [line for line in lines if line not in done.stdout.splitlines()] == []


def test_compare_is_that_of_the_page(lava_sleep):
    done = lava_sleep("network", "compare", EXAMPLE)
    assert done.returncode == 0
    assert done.stdout.splitlines() == documented("compare examples/your_own_network.toml")


@pytest.mark.lava
def test_verify_compares_everything_with_lava(lava_sleep, small):
    pytest.importorskip("lava.magma")
    done = lava_sleep("network", "verify", small, "--every", 4)
    assert done.returncode == 0, done.stderr
    # 144 timesteps of 7 neurons; 12 synapses and 8 + 9 traces after cycles 4, 8, 12 of the day and 4, 6 of the night
    counted = {
        name: int(number.replace(",", ""))
        for name, number in re.findall(r"│ ([\w ]+?) +│ +([\d,]+) │ +0 │", done.stdout)
    }
    assert counted == {
        "weights": 60, "tags": 60, "learnt delays": 60, "traces": 85, "spikes": 1008, "u": 432, "v": 432,
    }  # fmt: skip
    assert "2,137 values compared, 0 differ" in done.stdout and done.stdout.endswith("agree bit for bit: yes\n")


def test_verify_ends_with_1_where_something_differs(lava_sleep, small, monkeypatch):
    from lava_sleep.studies import graph_verify

    def differing(graph, every):
        found = graph_verify.GraphVerification()
        found.add("spikes", 10, 0, "")
        found.add("u", 10, 2, "u of cells")
        return found

    monkeypatch.setattr(graph_verify, "verify_graph", differing)
    done = lava_sleep("network", "verify", small)
    assert done.returncode == 1 and "first difference: u of cells" in done.stdout
    assert "20 values compared, 2 differ" in done.stdout and done.stdout.endswith("bit for bit: no\n")


def test_figures_and_report_are_made_of_a_folder(tmp_path, lava_sleep, small):
    lava_sleep("network", "run", small, "--out", "own")
    shutil.rmtree(tmp_path / "own/figures")
    done = lava_sleep("network", "figures", "own")
    assert done.returncode == 0 and done.stdout.splitlines()[0] == "own/figures/structure.png"
    assert all((tmp_path / line).read_bytes().startswith(b"\x89PNG") for line in done.stdout.splitlines())
    assert lava_sleep("network", "report", "own").stdout.startswith("report: own/report.html (")
    assert lava_sleep("network", "report", "own", "--out", "x.html").returncode == 0
    assert check((tmp_path / "x.html").read_text()).tags.count("img") == 4


@pytest.mark.parametrize(
    ("arguments", "message"),
    [
        (("run", "nothing.toml"), "graph, got 'nothing.toml' (allowed: a readable TOML file)"),
        (("run", "bad.toml"), "graph.populations: missing"),
        (("run", "small.toml", "--arithmetic", "half"), "arithmetic: unknown, got 'half'"),
        (("run", "small.toml", "--out", "small.toml/x"), "--out: cannot be written"),
        (("cost", "small.toml", "--target", "loihi9"), "--target: no profile of that name"),
        (("figures", "."), "results of a graph, got '.' (allowed: a folder with graph.toml)"),
        (("report", "own", "--out", "none/x.html"), "--out: cannot be written"),
        (("nothing",), "No such command"),
    ],
)
def test_a_mistake_is_one_line(tmp_path, lava_sleep, small, arguments, message):
    (tmp_path / "bad.toml").write_text("cycle = 4\n")
    if "own" in arguments:
        lava_sleep("network", "run", write_graph(relay_graph(), tmp_path / "relay.toml"), "--out", "own")
    done = lava_sleep("network", *arguments)
    assert done.returncode == 2 and message in done.stderr and done.stderr.count("\n") == 1
    assert sorted(path.name for path in tmp_path.iterdir() if path.name not in ("own", "relay.toml")) == [
        "bad.toml",
        "small.toml",
    ]
