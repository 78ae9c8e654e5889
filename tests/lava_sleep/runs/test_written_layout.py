"""results.nc holds the arrays of the table `lava_sleep.runs.layout.ARRAYS`, all of them and no other, as it says."""

import netCDF4
import numpy as np
import pytest
import tomli

from emulation.errors import InputError
from lava_sleep.protocols.rows import chain
from lava_sleep.protocols.schedule import stages
from lava_sleep.runs.configuration import as_toml, configuration_of
from lava_sleep.runs.folder import read_run
from lava_sleep.runs.layout import ARRAYS, COORDINATES, VARIABLES, VERSION, check_arrays

GLOBAL = {
    "Conventions", "title", "history", "version", "layout", "seed", "protocol", "executor", "configuration", "network",
    "cycle_timesteps", "largest_weight",
}  # fmt: skip
COMMENTS = {"tiny_run": "8 bit, 0..255", "tiny_golden_run": "mean 1 at the start"}

KINDS = "kinds: 0 horizontal, 1 vertical, 2 positive diagonal, 3 negative diagonal"


@pytest.fixture(params=["tiny_run", "tiny_golden_run"])
def run(request):
    """A run with excerpts, and what its weights are measured in."""
    return request.getfixturevalue(request.param), COMMENTS[request.param]


def texts_of(variable) -> set[str]:
    return set(map(str, np.ravel(variable[:])))


def test_the_file_holds_the_arrays_of_the_table_as_it_says(run):
    made, comment = run
    with netCDF4.Dataset(made.folder / "results.nc") as file:
        file.set_auto_mask(False)  # by default 255 of a uint8 array would be taken for a gap
        assert set(file.variables) == set(ARRAYS)
        assert set(file.dimensions) == {dimension for layout in ARRAYS.values() for dimension in layout.dims}
        for name, layout in ARRAYS.items():
            variable = file[name]
            assert variable.dimensions == layout.dims, name
            attributes = {key: variable.getncattr(key) for key in variable.ncattrs()}
            told = {"units": layout.units, "long_name": layout.long_name}
            told |= {"comment": comment} if name in ("output_weights", "snapshot_weights") else {}
            told |= {"comment": KINDS} if name == "particles" else {}
            extra = set(attributes) - set(told)
            assert {key: attributes.get(key, "") for key in told} == told, name
            assert extra <= {"_FillValue", "coordinates"}, name
            if layout.units:
                values = variable[:].astype(float)
                known = values[~np.isnan(values)]
                assert known.size and layout.least <= known.min() and known.max() <= layout.largest, name
                assert layout.gaps or known.size == values.size, name
            else:
                assert variable.dtype is str and texts_of(variable), name
            packed = variable.filters()
            assert (packed["zlib"] and packed["shuffle"]) == layout.is_packed, name


def test_the_file_is_described_as_cf_asks(run):
    made, _ = run
    configuration = made.configuration
    with netCDF4.Dataset(made.folder / "results.nc") as file:
        found = {name: file.getncattr(name) for name in file.ncattrs()}
        assert set(found) - {"coordinates"} == GLOBAL
        for variable in file.variables.values():  # auxiliary coordinates stand beside what they are of
            for name in getattr(variable, "coordinates", "").split():
                assert name in COORDINATES and set(file[name].dimensions) <= set(variable.dimensions)
    assert found["Conventions"].startswith("CF-1.") and found["layout"] == VERSION
    assert found["version"].startswith("lava-sleep ") and found["version"] in found["history"]
    assert (found["seed"], found["protocol"]) == (configuration.seed, configuration.protocol.name)
    assert (found["executor"], found["network"]) == (configuration.label, configuration.network.model)
    assert found["cycle_timesteps"] == configuration.network.cycle_steps
    assert found["largest_weight"] == configuration.network.largest_weight
    assert found["configuration"] == as_toml(configuration)
    assert configuration_of(tomli.loads(found["configuration"])) == configuration
    assert configuration.protocol.name in found["title"] and configuration.label in found["title"]


def test_coordinates_are_coordinates_and_variables_are_variables(run):
    made, _ = run
    assert set(made.data.coords) == set(COORDINATES) and set(made.data.data_vars) == set(VARIABLES)
    assert not set(COORDINATES) & set(VARIABLES)


def test_cycles_of_windows_count_from_the_start_of_their_row(run):
    made, _ = run
    network, protocol = made.configuration.network, made.configuration.protocol
    lengths = {stage.after: sum(one.cycles for one in stage.segments) for stage in stages(network, protocol)}
    for stage, cycle in zip(made.data.stage.values, made.data.cycle.values):
        assert cycle == sum(lengths[before] for before in chain(stage)[:-1])  # stages of a tiny run have one window


def test_spikes_are_of_the_networks_places_cycles_timesteps_and_neurons_that_there_are(run):
    made, _ = run
    data, network = made.data, made.configuration.network
    for layer in ("hidden", "output"):
        sizes = [data.sizes[name] for name in ("network", "place", "excerpt", "excerpt_cycle")]
        columns = ("network", "place", "excerpt", "cycle", "timestep", "neuron")
        for column, size in zip(columns, (*sizes, network.cycle_steps, data.sizes[layer])):
            values = data[f"{layer}_event_{column}"].values
            assert values.dtype == np.int32 and values.min() >= 0 and values.max() < size, (layer, column)


@pytest.mark.parametrize(
    "name", [name for name, layout in ARRAYS.items() if layout.units and not name.endswith("cycle")]
)
def test_an_array_out_of_its_range_is_refused_by_its_name(tiny_run, name):
    data, layout = tiny_run.data.copy(deep=True), ARRAYS[name]
    for value in (layout.largest + 1, layout.least - 1, np.nan):
        values = data[name].values.astype(float)
        values.flat[-1] = value
        changed = (
            data.assign_coords({name: (layout.dims, values)})
            if name in COORDINATES
            else data.assign({name: (layout.dims, values)})
        )
        if np.isnan(value) and layout.gaps:
            check_arrays(changed, tiny_run.configuration, "results.nc")
            continue
        with pytest.raises(InputError, match=f"results.nc: {name}"):
            check_arrays(changed, tiny_run.configuration, "results.nc")


def test_arrays_of_other_dimensions_are_refused(tiny_run):
    data = tiny_run.data
    turned = data.assign(performance=data.performance.transpose())
    with pytest.raises(InputError, match="results.nc: performance: dimensions"):
        check_arrays(turned, tiny_run.configuration, "results.nc")
    alone = data.drop_vars("hidden_event_cycle")
    with pytest.raises(InputError, match="hidden_event_network"):
        check_arrays(alone, tiny_run.configuration, "results.nc")


def test_a_run_is_read_back_as_it_was_written(tiny_run, tiny_results):
    again = read_run(tiny_run.folder)
    assert again.data.identical(tiny_run.data) and again.configuration == tiny_results[0]
