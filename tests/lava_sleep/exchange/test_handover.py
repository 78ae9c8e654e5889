"""Hand-over as NIR and netCDF4: what is read back is what was written, and broken files are refused."""

import json

import h5py
import nir
import numpy as np
import pytest
import xarray as xr
from helpers.handover import results_folder
from helpers.worlds import SMALL

from emulation.engine.phase import Mode
from emulation.errors import InputError
from emulation.rules.grammar import RuleError
from lava_sleep.backends.base import run_segments
from lava_sleep.backends.compiled import COMPILED
from lava_sleep.environments.foraging import PAPER
from lava_sleep.exchange.nir import graph_of, read_nir, write_nir
from lava_sleep.exchange.registers import read_weights, write_weights
from lava_sleep.exchange.trained import Trained, are_equal, checked_arrays, read_trained, state_of
from lava_sleep.networks.base import Arithmetic
from lava_sleep.networks.integer.description import Hidden, HiddenSynapses, IntegerNetwork, Output
from lava_sleep.protocols.schedule import Segment, make_phase


def network(**changes) -> Trained:
    """A network of 50 hidden neurons with arbitrary weights."""
    description = IntegerNetwork(hidden=Hidden(neurons=50), **changes)
    state = description.instance(4).start
    random = np.random.default_rng(5)
    hidden = random.integers(0, 256, state.hidden_synapses.weights.shape).astype(np.int32)
    hidden[:, 2] = 0  # a synapse of weight 0 is one nevertheless
    output = random.integers(0, 256, (8, 50)).astype(np.int32)
    return Trained(description, 4, "T1>T2", state.hidden_synapses.pre, hidden, output)


TRAINED = network(output=Output(current_decay=777, voltage_decay=333, drive=-5, drive_asleep=7))
FORMATS = {"nir": (write_nir, read_nir), "nc": (write_weights, read_weights)}


@pytest.fixture(params=FORMATS)
def form(request, tmp_path):
    write, read = FORMATS[request.param]
    path = tmp_path / f"network.{request.param}"
    write(TRAINED, path)
    return path, read


def test_round_trip_is_equal(form):
    path, read = form
    assert are_equal(read(path), TRAINED)
    changed = TRAINED._replace(output_weights=TRAINED.output_weights + 1)
    assert not are_equal(read(path), changed)


def elsewhere() -> Trained:
    """A network of a world with other tasks, and a view of 5 x 5."""
    description = IntegerNetwork(hidden=Hidden(neurons=20), hidden_synapses=HiddenSynapses(fan_in=6))
    state = description.instance(4, world=SMALL).start
    weights = state.hidden_synapses.weights.astype(np.int32), np.full((8, 20), 9, np.int32)
    return Trained(description, 4, "first", state.hidden_synapses.pre, *weights, SMALL)


@pytest.mark.parametrize("name", FORMATS)
def test_a_file_says_in_which_world_its_network_was_trained(tmp_path, name):
    write, read = FORMATS[name]
    write(elsewhere(), tmp_path / "n")
    found = read(tmp_path / "n")
    assert are_equal(found, elsewhere()) and found.world == SMALL
    assert not are_equal(found, elsewhere()._replace(world=PAPER))
    state = state_of(found)
    assert state.world.cells.shape == (30, 30) and state.hidden_synapses.x_time.shape[0] == 25


def test_the_inputs_of_another_view_are_described(tmp_path):
    write_weights(elsewhere(), tmp_path / "w.nc")
    with xr.open_dataset(tmp_path / "w.nc") as data:
        assert "0..24 in reading order of the 5 x 5 view, 12 (the centre)" in data.hidden_inputs.attrs["long_name"]


def test_a_file_of_before_is_of_the_papers_world(tmp_path):
    graph = graph_of(TRAINED)
    told = json.loads(graph.metadata["lava_sleep"])
    del told["world"]
    graph.metadata["lava_sleep"] = json.dumps(told)
    nir.write(tmp_path / "n.nir", graph)
    write_weights(TRAINED, tmp_path / "w.nc")
    with h5py.File(tmp_path / "w.nc", "a") as file:
        del file.attrs["world"]
    for found in (read_nir(tmp_path / "n.nir"), read_weights(tmp_path / "w.nc")):
        assert are_equal(found, TRAINED) and found.world == PAPER


def test_a_network_that_was_read_decides_as_before(form):
    path, read = form
    outcomes = []
    for trained in (TRAINED, read(path)):
        phase = make_phase(trained.description, Mode.WAKE, "T1", learns=False)
        instance, segment = trained.description.instance(trained.seed), Segment("frozen", phase, 400)
        assert np.array_equal(instance.start.hidden_synapses.pre, trained.hidden_inputs)
        state, _ = run_segments(COMPILED, instance, state_of(trained), [segment])
        outcomes.append([*state.world.agent, *state.v])
    assert outcomes[0] == outcomes[1]


def test_plasticity_and_sleep_stand_in_the_nir_file(tmp_path):
    write_nir(TRAINED, tmp_path / "n.nir")
    graph = nir.read(tmp_path / "n.nir")
    told = json.loads(graph.nodes["hidden_output"].metadata["plasticity"])
    part = TRAINED.description.output_synapses.plasticity
    assert told["rules"]["asleep"] == {"dw": part.sleep_dw, "dt": part.sleep_dt}
    assert told["bits"] == {"weight": 8, "tag": 8, "tag_sign": 1, "trace": 7} and told["epoch_timesteps"] == 16
    assert json.loads(graph.nodes["input_hidden"].metadata["plasticity"])["rules"]["unsupervised"]
    sleep = json.loads(graph.metadata["lava_sleep"])["sleep"]
    assert sleep["drive"] == 7 and sleep["third_factor"] == part.sleep_third_factor


def test_nodes_are_the_neurons(tmp_path):
    output = graph_of(TRAINED).nodes["output"]
    assert np.allclose(1e-4 / output.tau_syn, 777 / 4096) and np.allclose(1e-4 / output.tau_mem, 333 / 4096)
    assert np.allclose(output.w_in, output.tau_syn / 1e-4) and np.allclose(output.r, output.tau_mem / 1e-4)
    assert np.array_equal(graph_of(TRAINED).nodes["hidden_output"].weight, TRAINED.output_weights - 5)


def test_a_foreign_nir_file_of_this_structure_is_read(tmp_path):
    graph = graph_of(network(output=Output(current_decay=777, voltage_decay=333, drive=0)))
    graph.metadata = {}
    for node in graph.nodes.values():
        node.metadata = {}
    nir.write(tmp_path / "foreign.nir", graph)
    found = read_nir(tmp_path / "foreign.nir")
    assert (found.description.output.current_decay, found.description.output.voltage_decay) == (777, 333)
    again = graph_of(found)
    for name in ("input_hidden", "hidden_output"):
        assert np.array_equal(again.nodes[name].weight, graph.nodes[name].weight)


def broken_nir(path, what):
    graph = graph_of(TRAINED)
    told = json.loads(graph.metadata["lava_sleep"])
    if what == "threshold":
        graph.nodes["output"].v_threshold = graph.nodes["output"].v_threshold + 1
    elif what == "fraction":
        graph.nodes["hidden_output"].weight = graph.nodes["hidden_output"].weight + np.float32(0.5)
    elif what == "structure":
        graph.nodes["hidden"] = nir.IF(r=np.ones(50), v_threshold=np.ones(50))
    elif what == "rule":
        told["description"]["hidden_synapses"]["dw"] = "x1*y9"
    elif what == "world":
        told["world"]["view"] = 4
    elif what == "view":
        told["world"]["view"] = 5
    elif what == "key":
        told["description"]["colour"] = 3
    elif what == "seed":
        del told["seed"]
    elif what == "inputs":
        graph.nodes["input_hidden"].metadata["inputs"] = TRAINED.hidden_inputs + 100
    elif what == "twice":
        graph.nodes["input_hidden"].metadata["inputs"] = TRAINED.hidden_inputs[:, [0, 0, *range(2, 9)]]
    graph.metadata["lava_sleep"] = json.dumps(told) if what != "json" else "{"
    nir.write(path, graph)


WAYS_TO_BREAK = (
    "threshold", "fraction", "structure", "rule", "key", "seed", "inputs", "twice", "world", "view", "json"
)  # fmt: skip


@pytest.mark.parametrize("what", WAYS_TO_BREAK)
def test_a_broken_nir_file_is_refused_in_one_line(tmp_path, what):
    broken_nir(tmp_path / "b.nir", what)
    with pytest.raises((InputError, RuleError), match="allowed") as caught:
        read_nir(tmp_path / "b.nir")
    assert "\n" not in str(caught.value)


@pytest.mark.parametrize("content", [b"", b"not HDF5", b"\x89HDF\r\n\x1a\n" + bytes(100)])
def test_what_is_no_such_file_is_refused(tmp_path, content):
    (tmp_path / "x").write_bytes(content)
    for read in (read_nir, read_weights):
        with pytest.raises(InputError, match="allowed"):
            read(tmp_path / "x")
        with pytest.raises(InputError, match="allowed"):
            read(tmp_path / "missing")


def test_every_field_of_the_netcdf_file_is_an_integer_or_text_with_a_description(tmp_path):
    write_weights(TRAINED, tmp_path / "w.nc")
    with xr.open_dataset(tmp_path / "w.nc") as data:
        assert data.output_weights.shape == (8, 50) and data.output_weights.dtype.kind == "i"
        for name, variable in data.variables.items():
            assert variable.attrs["long_name"] and variable.attrs["units"], name
        numbers = {name for name, variable in data.variables.items() if variable.dtype.kind not in "iOU"}
        assert numbers == {"x1_tau", "sleep_rate_gain"}
        assert int(data.output_current_decay) == 776 and int(data.output_voltage_decay) == 333
        assert str(data.rule_sleep_dt.values) == TRAINED.description.output_synapses.plasticity.sleep_dt
        assert int(data.event_bias_mantissa) << int(data.event_bias_exponent) == 2 * 300 << 6
    with h5py.File(tmp_path / "w.nc") as file:  # it is HDF5
        assert file["output_weights"].shape == (8, 50)


def test_rows_and_networks_of_a_results_folder(tmp_path):
    weights = np.arange(2 * 2 * 8 * 5).reshape(2, 2, 8, 5)
    folder = results_folder(tmp_path / "run", weights)
    assert np.array_equal(read_trained(folder).output_weights, weights[0, 1])
    found = read_trained(folder, "T1", 41)
    assert np.array_equal(found.output_weights, weights[1, 0]) and (found.seed, found.row) == (41, "T1")
    for changes in ({"row": "T2"}, {"seed": 7}):
        with pytest.raises(InputError, match="allowed"):
            read_trained(folder, **changes)
    (folder / "results.nc").unlink()
    with pytest.raises(InputError, match=r"results\.nc"):
        read_trained(folder)


def test_a_float_run_goes_into_nir_and_not_into_registers(tmp_path):
    weights = np.random.default_rng(3).uniform(0, 255, (2, 2, 8, 5))
    trained = read_trained(results_folder(tmp_path / "run", weights))
    assert trained.is_floating and np.abs(trained.output_weights - weights[0, 1]).max() <= 2.0**-15
    write_nir(trained, tmp_path / "n.nir")
    assert are_equal(read_nir(tmp_path / "n.nir"), trained)
    assert nir.read(tmp_path / "n.nir").nodes["hidden_output"].weight.dtype == np.float32
    with pytest.raises(InputError, match="or export as nir"):
        write_weights(trained, tmp_path / "w.nc")
    with pytest.raises(InputError, match="floating point"):
        state_of(trained)
    assert state_of(trained, Arithmetic.FLOAT).output_synapses.weights.dtype == np.float64


def test_a_network_of_map_based_neurons_is_refused(tmp_path):
    folder = results_folder(tmp_path / "run", np.full((2, 2, 8, 5), 3), "golden2022")
    with pytest.raises(InputError, match="got 'golden2022'"):
        read_trained(folder)


def test_weights_beyond_a_byte_are_refused(tmp_path):
    for value in (255.5, -0.5, np.nan):
        weights = np.full((2, 2, 8, 50), value)
        arrays = [TRAINED.hidden_inputs, TRAINED.hidden_weights, weights[0, 0]]
        with pytest.raises(InputError, match=r"values beyond.*0 to 255"):
            checked_arrays(TRAINED.description, arrays, "the network")
        folder = results_folder(tmp_path / f"run {value}", weights)
        with pytest.raises(InputError, match="output_weights: a value" if np.isnan(value) else "0 to 255"):
            read_trained(folder)
