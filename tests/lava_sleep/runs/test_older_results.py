"""Folders that were written before: config.toml, summary.json and results.nc in earlier forms are read as if new."""

import json

import matplotlib.pyplot as plt
import numpy as np
import pytest
import tomli
import tomli_w
import xarray as xr
from helpers.older import older_configuration, write_older
from typer.testing import CliRunner

from emulation.errors import InputError
from lava_sleep.cli import main as cli
from lava_sleep.exchange.trained import read_trained
from lava_sleep.figures.registry import draw
from lava_sleep.networks.golden2022.description import (
    GoldenHidden,
    GoldenInputSynapses,
    GoldenNetwork,
    GoldenOutputSynapses,
)
from lava_sleep.networks.integer.description import Hidden, HiddenSynapses, IntegerNetwork
from lava_sleep.protocols.protocol import Cycles, Protocol
from lava_sleep.runs.configuration import configuration_of, read_configuration
from lava_sleep.runs.folder import Run, read_run, write_folder
from lava_sleep.runs.run import run_networks

pytestmark = pytest.mark.slow

PROTOCOL = Protocol(
    name="several-windows",
    rows=("T1", "T1>T2", "T1>T2>i(S,T1)", "T1>T2>i(R,T1)"),
    cycles=Cycles(T1=2500, T2=1400, interleaved=1100, episode=100, test=60),
)
NETWORKS = {
    "integer": IntegerNetwork(
        hidden=Hidden(neurons=30), hidden_synapses=HiddenSynapses(wiring="constructed", fan_in=7)
    ),
    "golden2022": GoldenNetwork(
        hidden=GoldenHidden(neurons=30),
        input_synapses=GoldenInputSynapses(wiring="constructed", fan_in=7, noise=0.1),
        output_synapses=GoldenOutputSynapses(sleep_reward=0.4),
    ),
}


KINDS = [("integer", "fixed"), ("integer", "float"), ("golden2022", "float")]


@pytest.fixture(scope="module", params=KINDS, ids="-".join)
def run(request, tmp_path_factory) -> Run:
    """A run as it is written now."""
    network, arithmetic = request.param
    options = {"network": NETWORKS[network], "arithmetic": arithmetic, "protocol": PROTOCOL, "networks": 2, "seed": 5}
    configuration = configuration_of({}, options)
    folder = tmp_path_factory.mktemp("now") / "run"
    write_folder(folder, configuration, run_networks(configuration)[0], 1.0)
    return read_run(folder)


@pytest.fixture(scope="module")
def older(run, tmp_path_factory) -> Run:
    """The same, written as before and read back."""
    folder = tmp_path_factory.mktemp("before") / "run"
    write_older(run, folder)
    return read_run(folder)


def test_what_was_written_before_is_another_layout(older):
    with xr.open_dataset(older.folder / "results.nc") as data:
        assert set(data.attrs) == {"protocol", "executor"} and {"hidden_events", "output_events"} <= set(data)
        assert data.cycle.values.tolist() == [0, 1000, 2000, 0, 1000, 0, 1000, 0, 1000]
    text = (older.folder / "config.toml").read_text()
    assert {"executor", "arithmetic"} <= set(tomli.loads(text)) and "[network.map.neuron]" in text
    assert not {"network", "arithmetic", "backend"} & set(json.loads((older.folder / "summary.json").read_text()))


def test_arrays_of_before_are_those_of_now(run, older):
    assert older.data.cycle.values.tolist() == [0, 1000, 2000, 2500, 3500, 3900, 4900, 3900, 4900]
    assert older.data.attrs["history"] != run.data.attrs["history"]
    xr.testing.assert_identical(older.data.assign_attrs(history=run.data.attrs["history"]), run.data)
    assert all(older.data[name].dtype == run.data[name].dtype for name in run.data.variables)


def test_configuration_and_summary_of_before_are_those_of_now(run, older):
    assert older.configuration == run.configuration
    later = ("verdict", "continual")  # once a summary had neither, nor the number of all particles
    wanted = {name: value for name, value in run.summary.items() if name not in later}
    wanted["hidden"] = {name: value for name, value in wanted["hidden"].items() if name != "particles"}
    assert older.summary == wanted
    assert older.label == run.label and older.toml != run.toml


def test_a_run_of_before_that_is_saved_is_one_of_now(run, older, tmp_path):
    saved = older.save(tmp_path / "saved")
    assert np.array_equal(saved.data.cycle, run.data.cycle)
    xr.testing.assert_identical(saved.data, older.data)
    assert saved.summary["digest"] == run.summary["digest"] and saved.configuration == run.configuration


def test_figures_and_report_of_a_run_of_before(run, older, monkeypatch):
    for name in ("performance", "raster", "trajectories"):
        pictures = []
        for one in (run, older):
            figure = draw(name, one.data)
            figure.canvas.draw()
            pictures.append(np.asarray(figure.canvas.buffer_rgba()).copy())
            plt.close(figure)
        assert np.array_equal(*pictures), name
    done = CliRunner().invoke(cli.app, ["figures", str(older.folder), "--only", "replay"])
    assert done.exit_code == 0 and (older.folder / "figures/replay.svg").is_file(), done.output
    monkeypatch.setattr("lava_sleep.show.page.draw", lambda name, *runs: plt.figure(figsize=(1, 1)))
    done = CliRunner().invoke(cli.app, ["report", str(older.folder), str(run.folder)])
    assert done.exit_code == 0, done.output
    page = (older.folder / "report.html").read_text()
    assert page.count(run.summary["digest"]) == 2 and "Not drawn" not in page


def test_a_network_of_before_is_handed_over_or_refused_as_one_of_now(run, older):
    if not run.configuration.network.fits_registers:
        with pytest.raises(InputError, match="networks of integer neurons"):
            read_trained(older.folder)
        return
    one, other = read_trained(older.folder), read_trained(run.folder)
    assert one.description == other.description and np.array_equal(one.output_weights, other.output_weights)


@pytest.mark.parametrize("arithmetic", ["fixed", "float"])
@pytest.mark.parametrize("backend", [pytest.param(name, marks=pytest.mark.lava) for name in ("lava", "lava-cycle")])
def test_settings_of_before_of_a_lava_run(tmp_path, backend, arithmetic):
    made = configuration_of({"backend": backend, "arithmetic": arithmetic, "seed": 4})
    (tmp_path / "c.toml").write_text(tomli_w.dumps(older_configuration(made)))
    assert read_configuration(tmp_path / "c.toml", {}) == made
