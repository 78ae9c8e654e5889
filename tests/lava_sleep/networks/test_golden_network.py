"""The paper's own network through the common interface: protocols, results, controls, refusals."""

import json

import numpy as np
import pytest
import xarray as xr
from typer.testing import CliRunner

from emulation.environments.foraging import MOVES
from emulation.errors import InputError
from emulation.states import copy_state, named_arrays
from lava_sleep.backends.base import run_segments
from lava_sleep.backends.compiled import COMPILED
from lava_sleep.base.settings import Part
from lava_sleep.cli import main as cli
from lava_sleep.environments.foraging import PAPER
from lava_sleep.networks.base import Arithmetic
from lava_sleep.networks.golden2022.description import GoldenInputSynapses, GoldenNetwork, GoldenNeuron
from lava_sleep.protocols.protocol import Cycles, Protocol
from lava_sleep.protocols.schedule import part_phase, stages
from lava_sleep.runs.configuration import read_configuration
from lava_sleep.runs.run import performance

ROWS = ["T1>T2", "T1>i(S,T2)", "T1>i(S0,T2)", "T1>i(Sx,T2)"]
SHORT = f"""
network = "golden2022"
[protocol]
name = "short"
rows = {json.dumps(ROWS)}
[protocol.cycles]
unsupervised = 15000
T1 = 2000
T2 = 500
interleaved = 800
episode = 100
test = 300
"""


@pytest.fixture(scope="module")
def learnt():
    """A network with a constructed hidden layer after 25,000 cycles of Task 1, and after Task 2 as well."""
    network = GoldenNetwork(input_synapses=GoldenInputSynapses(wiring="constructed"))
    protocol = Protocol(rows=("T1>T2",), cycles=Cycles(T1=25_000, T2=25_000))
    instance = network.instance(8, Arithmetic.FLOAT)
    state, states = instance.start, []
    for stage in stages(network, protocol):
        state, _ = run_segments(COMPILED, instance, state, stage.segments)
        states.append(state)
    return network, instance, states


@pytest.mark.slow
def test_a_run_writes_what_other_executors_write_and_repeats(tmp_path, monkeypatch):
    monkeypatch.chdir(tmp_path)
    (tmp_path / "short.toml").write_text(SHORT)
    made = []
    for out in ("one", "two"):
        source = "short.toml" if out == "one" else "one/config.toml"
        done = CliRunner().invoke(cli.app, ["run", source, "--networks", "2", "--out", out])
        assert done.exit_code == 0, done.output
        made.append(json.loads((tmp_path / out / "summary.json").read_text()))
    assert made[0]["digest"] == made[1]["digest"] and made[0]["executor"] == "map"
    assert 0 < made[0]["hidden"]["one"] < 1
    assert [row["after"] for row in made[0]["rows"]] == ROWS
    with xr.open_dataset(tmp_path / "one/results.nc") as data:
        assert data.output_weights.shape == (2, len(ROWS), 8, 784)
        assert data.sizes["place"] == len(ROWS) + 1 and int(data.output_event_timestep.max()) > 300
        weights = {name: data.output_weights.values[:, ROWS.index(f"T1>i({name},T2)")] for name in ("S", "Sx", "S0")}
    assert not np.array_equal(weights["S"], weights["Sx"]) and not np.array_equal(weights["S"], weights["S0"])
    assert (tmp_path / "one/figures/performance.png").read_bytes().startswith(b"\x89PNG")


def test_tasks_are_learnt_and_tested(learnt):
    network, instance, states = learnt
    protocol = Protocol(rows=("T1",), cycles=Cycles(T1=6000))
    segments = [
        stage.segments[0]._replace(phase=part_phase(network, task, True)._replace(learns=False, task=-1))
        for stage in stages(network, protocol) for task in ("T1", "T2")
    ]  # fmt: skip
    found = []
    for state in states:
        after, outcomes = run_segments(COMPILED, instance, state, segments)
        found.append([performance(part) for part in outcomes])
        assert np.array_equal(after.output_synapses.weights, state.output_synapses.weights)
    (first, other), (forgotten, second) = found
    assert first > 0.62 and second > 0.62
    assert other < first - 0.1 and forgotten < first - 0.05


@pytest.mark.parametrize(("part", "changes"), [("S", True), ("Sx", True), ("Su", True), ("S0", False), ("R", False)])
def test_sleep_and_its_controls(learnt, part, changes):
    network, instance, states = learnt
    stage = stages(network, Protocol(rows=("T1",), cycles=Cycles(T1=400)))[0]
    segment = stage.segments[0]._replace(phase=part_phase(network, part, False))
    state, outcomes = run_segments(COMPILED, instance, states[0], [segment])
    before, after = named_arrays(states[0]), named_arrays(state)
    assert not outcomes[0].any()
    assert np.array_equal(before["output_synapses.weights"], after["output_synapses.weights"]) != changes
    for name in ("output_synapses.totals", "output_synapses.rates", "hidden_synapses.weights", "rate_counts"):
        assert np.array_equal(before[name], after[name]), name
    assert state.clock[0] == states[0].clock[0] + 401 * 600


def test_rasters_hold_every_spike_and_change_nothing(learnt):
    network, instance, states = learnt
    stage = stages(network, Protocol(rows=("T1",), cycles=Cycles(T1=60)))[0]
    awake, asleep = (stage.segments[0]._replace(phase=part_phase(network, part, False)) for part in ("T1", "S"))
    ends = []
    for rasters in (True, False):
        with COMPILED.open(instance, states[0], [awake, asleep], rasters=rasters) as running:
            running.begin(awake)
            running.advance(60)
            if rasters:
                record = running.record
                spikes = running.state.rate_counts[0] - states[0].rate_counts[0]
                assert np.array_equal(record.hidden_raster.sum(axis=(0, 1)), spikes) and spikes.any()
                first_half = record.output_raster[59, :8].sum(axis=0)
                assert np.array_equal(first_half, running.state.counts)
                agent = states[0].world.agent[:2] + MOVES[record.directions[:60]].sum(axis=0)
                assert np.array_equal(agent % PAPER.size, running.state.world.agent[:2])
            running.begin(asleep)
            running.advance(60)
            ends.append(named_arrays(running.state))
    assert all(np.array_equal(ends[0][name], ends[1][name]) for name in ends[0])
    assert record.hidden_raster[60:].any() and record.output_raster[60:].any()


def test_sleep_does_not_depend_on_how_it_is_cut(learnt):
    network, instance, states = learnt
    stage = stages(network, Protocol(rows=("T1",), cycles=Cycles(T1=300)))[0]
    segment = stage.segments[0]._replace(phase=part_phase(network, "S", False))
    ends = []
    for cut in ([300], [1, 99, 200]):
        with COMPILED.open(instance, states[0], [segment]) as running:
            running.begin(segment)
            for cycles in cut:
                running.advance(cycles)
            ends.append(named_arrays(running.state))
    assert all(np.array_equal(ends[0][name], ends[1][name]) for name in ends[0])


def test_every_parameter_says_where_its_value_comes_from():
    own = ("hidden", "neuron", "input_synapses", "output_synapses")
    parts = [type(getattr(GoldenNetwork(), name)) for name in own]
    assert {name for name, part in GoldenNetwork() if isinstance(part, Part)} == {*own, "sleep"}
    fields = [(part.__name__, name, field) for part in parts for name, field in part.model_fields.items()]
    assert len(fields) > 40
    for part, name, field in fields:
        assert ("(paper)" in field.description) != ("chosen: " in field.description), f"{part}.{name}"


def test_lengths_are_those_of_the_network():
    golden, other = (read_configuration(None, {"executor": name, "protocol": "paper"}) for name in ("map", "float"))
    assert golden.protocol.rows == other.protocol.rows
    assert golden.protocol.cycles.unsupervised < other.protocol.cycles.unsupervised


def test_what_makes_no_sense_is_refused(learnt):
    network, instance, states = learnt
    for arithmetic in ("fixed", "fixed_pt"):
        with pytest.raises(InputError) as error:
            read_configuration(None, {"executor": "map", "arithmetic": arithmetic})
        assert error.value.allowed == "float" and error.value.hint.startswith("leave it out")
    with pytest.raises(InputError, match="arithmetic of the network golden2022"):
        network.instance(1, Arithmetic.FIXED)
    too_strong = copy_state(states[0])
    too_strong.hidden_synapses.weights[:] = 2.0
    segment = stages(network, Protocol(rows=("T1",)))[0].segments[0]._replace(cycles=20)
    with pytest.raises(InputError, match="spikes twice"):
        run_segments(COMPILED, instance, too_strong, [segment])
    broken = GoldenNetwork(neuron=GoldenNeuron(beta_e=0.0))
    with pytest.raises(InputError) as error:
        broken.instance(1, Arithmetic.FLOAT)
    assert error.value.hint == "raise beta_e"
