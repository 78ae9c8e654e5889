"""A graph is run into a folder that is there as a whole, says what happened, and is read back as it was."""

import json

import numpy as np
import pytest
import xarray as xr
from helpers.random_graphs import random_graph
from helpers.small_graphs import forager_graph, learning_graph, relay_graph

from emulation.errors import InputError
from lava_sleep.graphs import recording
from lava_sleep.graphs.engine import Engine
from lava_sleep.graphs.phases import Phase
from lava_sleep.graphs.populations import Lif, Outside
from lava_sleep.graphs.projections import OneToOne, Projection
from lava_sleep.graphs.results import read_graph_results, run_graph


@pytest.fixture(scope="module")
def results():
    """Of a network that learns."""
    return run_graph(learning_graph(), voltages=True, title="small")


@pytest.mark.parametrize("arithmetic", ["fixed", "float"])
@pytest.mark.parametrize("seed", range(4))
def test_what_was_written_is_read_back(tmp_path, seed, arithmetic):
    results = run_graph(random_graph(seed), arithmetic, voltages=bool(seed % 2))
    again = read_graph_results(results.write(tmp_path / "out").folder)
    assert again.graph == results.graph and again.summary == results.summary
    xr.testing.assert_identical(again.data, results.data)
    assert sorted(path.name for path in tmp_path.iterdir()) == ["out"]


def test_it_is_what_the_engine_did(results):
    graph, engine = results.graph, Engine(learning_graph()).record(timesteps=results.graph.timesteps).run()
    for name in graph.populations:
        for mine, theirs in zip(results.spikes(name), engine.spikes(name)):
            np.testing.assert_array_equal(mine, theirs)
    weights = results.weights("feed")
    assert weights.shape == (3, 3, 4)
    np.testing.assert_array_equal(weights[0], graph.projections["feed"].synapses.weights)
    np.testing.assert_array_equal(weights[-1], engine.weights("feed"))
    assert (weights[0] != weights[1]).any() and (weights[1] != weights[2]).any()
    for letter, values in zip("uv", engine.voltages("cells")):
        np.testing.assert_array_equal(results.data[f"cells.{letter}"].values, values)
    np.testing.assert_array_equal(results.data["feed.tags"].values[-1], engine.values("feed")["tags"].ravel())
    assert "feed.delays" not in results.data  # no rule changes them


def test_a_schedule_by_hand():
    results = run_graph(relay_graph())
    times, neurons = results.spikes("source")
    starts = [1, 5, 9, 13, 17, 29, 33, 37, 41, 45]  # of the cycles of both days; 8 timesteps of rest between
    assert times.tolist() == [time for start in starts for time in (start, start + 1)]
    assert neurons.tolist() == [0, 2] * 10
    assert results.data.phase.values.tolist() == ["day", "break", "day"]
    assert results.data.last_timestep.values.tolist() == [20, 28, 48]
    assert results.data.moment.values.tolist() == [0, 20, 28, 48]
    first, rest, second = (stage["populations"] for stage in results.summary["phases"])
    assert first["source"] == {"spikes": 10, "rate": round(10 / 3 / 5, 6)} == second["source"]
    assert first["cells"]["spikes"] == 10 and rest["cells"] == {"spikes": 0, "rate": 0.0}


def test_the_summary_counts_what_the_arrays_hold(results):
    day, night = results.summary["phases"]
    before, between, after = results.data["feed.weights"].values.astype(float)
    assert day["projections"]["feed"]["rule"] == "wake" and night["projections"]["feed"]["rule"] == "sleep"
    change = day["projections"]["feed"]
    assert change["mean_absolute_change"] == pytest.approx(np.abs(between - before).mean(), abs=1e-6)
    assert night["projections"]["feed"]["mean_after"] == pytest.approx(after.mean(), abs=1e-6)
    assert night["populations"]["source"]["spikes"] == 0 < night["populations"]["cells"]["spikes"]
    assert results.summary["schema"] == 1 and results.summary["overflow"] == {"accumulator": 0, "u": 0, "v": 0}
    assert set(results.data.attrs) >= {"arithmetic", "backend", "seed", "version", "Conventions"}


def test_overflows_are_reported():
    source = relay_graph().populations["source"]
    cells = Lif(
        size=3, threshold=2**17 - 1, voltage_decay=0
    )  # keeps all that comes, and its threshold is never reached
    relay = Projection(source="source", target="cells", synapses=OneToOne(weight=255), exponent=7)
    graph = relay_graph(
        populations={"source": source, "cells": cells},
        projections={"relay": relay},
        phases={"day": Phase(cycles=40), "break": Phase(mode="rest", cycles=1)},
        overflow="saturate",
    )
    results = run_graph(graph)
    assert results.summary["overflow"]["v"] + results.summary["overflow"]["u"] > 0
    for name, number in results.summary["overflow"].items():
        assert results.data.attrs[f"overflow_{name}"] == number


def test_the_digest_is_that_of_the_final_state(results):
    def digest(*arguments):
        return run_graph(*arguments).summary["digest"]

    assert digest(learning_graph()) == results.summary["digest"]
    assert len({digest(learning_graph()), digest(learning_graph(2)), digest(learning_graph(), "float")}) == 3


@pytest.mark.lava
def test_lava_gives_the_same_results(results):
    pytest.importorskip("lava.magma")
    other = run_graph(learning_graph(), backend="lava", voltages=True)
    assert other.summary["digest"] == results.summary["digest"] and other.data.attrs["backend"] == "lava"
    assert other.summary["phases"] == results.summary["phases"]
    xr.testing.assert_identical(other.data.drop_attrs(), results.data.drop_attrs())


def test_spikes_have_room_in_stretches_of_any_length(results, monkeypatch):
    monkeypatch.setattr(recording, "ROOM", 1)
    assert run_graph(learning_graph()).summary["digest"] == results.summary["digest"]
    xr.testing.assert_identical(run_graph(learning_graph(), voltages=True, title="small").data, results.data)


def test_outcomes_of_an_environment_are_written(tmp_path):
    made = run_graph(forager_graph())
    made.write(tmp_path / "out")
    read = read_graph_results(tmp_path / "out")
    assert read.data.outcome.shape == read.data.act.shape == (65,)
    day, night = (phase["outcomes"] for phase in read.summary["phases"])
    assert day["rewarded"] == (read.data.outcome.values[:60] == 1).sum() > 0 and night["nothing"] == 5
    assert len(np.unique(read.data.act[:60])) > 3
    assert read.summary["phases"][0]["projections"]["act"]["changed"] > 0


@pytest.mark.lava
@pytest.mark.parametrize("arithmetic", ["fixed", "float"])
def test_an_environment_on_lava_is_that_of_the_engine(arithmetic):
    pytest.importorskip("lava.magma")
    one, other = (run_graph(forager_graph(), arithmetic, backend) for backend in ("compiled", "lava"))
    assert one.summary["digest"] == other.summary["digest"]
    for name in ("outcome", "act", "move.spike_time", "act.weights"):
        assert np.array_equal(one.data[name], other.data[name])


def test_a_phase_without_cycles_has_no_rate():
    graph = relay_graph(phases={"day": Phase(cycles=0), "break": Phase(cycles=1)}, schedule=["day", "break"])
    first, second = run_graph(graph).summary["phases"]
    assert first["populations"]["source"] == {"spikes": 0, "rate": None}
    assert second["populations"]["source"]["spikes"] == 2


def test_a_folder_is_there_as_a_whole_or_not_at_all(tmp_path, results):
    def fail(_, folder):
        assert len(list(folder.parent.iterdir())) == 4
        raise KeyboardInterrupt

    with pytest.raises(KeyboardInterrupt):
        results.write(tmp_path / "out", fail)
    assert list(tmp_path.iterdir()) == []
    results.write(tmp_path / "out")
    with pytest.raises(InputError, match="--out: already holds something"):
        results.write(tmp_path / "out")


@pytest.mark.parametrize(
    ("arguments", "message"),
    [
        (("fixed", "nest"), "backend: unknown for a graph, got 'nest' .allowed: compiled, lava.*"),
        (("half",), "arithmetic: unknown, got 'half'"),
    ],
)
def test_what_cannot_be_run_is_named(arguments, message):
    with pytest.raises(InputError, match=message):
        run_graph(learning_graph(), *arguments)


def test_without_lava_the_backend_is_refused(monkeypatch):
    monkeypatch.setattr(recording, "find_spec", lambda name: None)
    with pytest.raises(InputError, match="backend lava needs lava-nc"):
        run_graph(learning_graph(), backend="lava")


def test_what_is_driven_from_outside_is_refused():
    graph = relay_graph()
    populations = {**graph.populations, "world": Outside(size=2)}
    with pytest.raises(InputError, match=r"graph\.populations\.world: driven from outside"):
        run_graph(relay_graph(populations=populations))


def test_names_are_known(results):
    with pytest.raises(InputError, match="no such population, got 'hidden' .allowed: source, cells"):
        results.spikes("hidden")
    with pytest.raises(InputError, match="no such plastic projection, got 'loop' .allowed: feed"):
        results.weights("loop")


def other_summary(change):
    """Put a changed summary in place."""

    def act(folder):
        path = folder / "summary.json"
        found = json.loads(path.read_text())
        change(found)
        path.write_text(json.dumps(found))

    return act


def other_array(name, change):
    """Put a changed array in place."""

    def act(folder):
        data = xr.load_dataset(folder / "results.nc")
        change(data[name].values)
        data.to_netcdf(folder / "results.nc")

    return act


def put(index, value):
    """Set one value of an array."""

    def change(values):
        values[index] = value

    return change


DAMAGE = {
    "a folder with results.nc": lambda folder: (folder / "results.nc").unlink(),
    "results.nc, got": lambda folder: (folder / "results.nc").write_bytes(b"\x89HDF broken"),
    "a file that a run wrote": lambda folder: (folder / "summary.json").write_text("{"),
    "summary.json: schema": other_summary(lambda found: found.update(schema=2)),
    "summary.json: phases.1.populations.cells.spikes": other_summary(
        lambda found: found["phases"][1]["populations"]["cells"].update(spikes=-1)
    ),
    "summary.json: phases, got 1": other_summary(lambda found: found["phases"].pop()),
    "summary.json: phases, day, got 'of another graph'": other_summary(
        lambda found: found["phases"][0]["populations"].pop("cells")
    ),
    r"results.nc: cells.spike_neuron: a value, got 3 .allowed: 0 to 2": other_array("cells.spike_neuron", put(0, 3)),
    r"results.nc: cells.spike_time: a value, got 0 ": other_array("cells.spike_time", put(0, 0)),
    r"results.nc: feed.weights: a value, got 300": other_array("feed.weights", put((1, 2), 300)),
    r"results.nc: feed.pre, got 'other synapses'": other_array("feed.pre", put(0, 3)),
}


@pytest.mark.parametrize("message", DAMAGE)
def test_damage_is_named_in_one_line(tmp_path, results, message):
    folder = results.write(tmp_path / "out").folder
    DAMAGE[message](folder)
    with pytest.raises(InputError, match=message) as found:
        read_graph_results(folder)
    assert "\n" not in str(found.value)


def test_results_of_another_graph_are_refused(tmp_path, results):
    folder = results.write(tmp_path / "out").folder
    run_graph(relay_graph()).write(tmp_path / "other")
    (tmp_path / "other/graph.toml").replace(folder / "graph.toml")
    with pytest.raises(InputError, match="results.nc: phase"):
        read_graph_results(folder)
