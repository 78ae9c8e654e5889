"""Every array of `results.nc`, once: what writes the file and what reads it both go by this table."""

from collections.abc import Mapping
from typing import Any, NamedTuple

import numpy as np
import xarray as xr

from emulation.environments.base import OUTCOMES
from emulation.errors import InputError
from lava_sleep.environments.base import Environment
from lava_sleep.protocols.schedule import stage_lengths
from lava_sleep.runs.configuration import Configuration

VERSION = 2  # of the layout; files without one are of before
UNSUPERVISED = "U"  # the stage before all rows
BEFORE = "before"  # the place of excerpts and snapshots of a network that has no task learnt yet
ASLEEP = "S"  # the excerpt of sleep, after those of the tasks
EVENT_COLUMNS = ("network", "place", "excerpt", "cycle", "timestep", "neuron")
LAYERS = ("hidden", "output")
LARGEST_WEIGHT = 1e6  # far beyond what any network's weights reach; chosen here
INDEX = 2**31 - 1


class Layout(NamedTuple):
    """One array.

    Attributes
    ----------
    dims : tuple of str
    units : str
        As CF asks for it; "1" where there is none, empty for names.
    long_name : str
    least, largest : float
        Of its values.
    gaps : bool
        Whether it may have nan.
    is_packed : bool
        Whether it is stored compressed: it is large and sparse.
    """

    dims: tuple[str, ...]
    units: str
    long_name: str
    least: float = 0
    largest: float = INDEX
    gaps: bool = False
    is_packed: bool = False


NETWORK = ("network",)
PLACE = ("network", "place", "excerpt")
SYNAPSE = ("network", "hidden", "synapse")
WEIGHTS = (-LARGEST_WEIGHT, LARGEST_WEIGHT)
RESULTS = ", ".join(f"{index} {name}" for index, name in enumerate(OUTCOMES))
EVENT_TEXTS = {
    "network": "index of the network of a {} spike",
    "place": "index of the state (coordinate place) from which the excerpt of a {} spike starts",
    "excerpt": "index of the excerpt (coordinate excerpt) of a {} spike",
    "cycle": "movement cycle within the excerpt of a {} spike",
    "timestep": "timestep within the movement cycle of a {} spike",
    "neuron": "neuron of a {} spike",
}
COORDINATES = {
    "network": Layout(NETWORK, "1", "seed of the network", 0, 2**31 + 10_000),
    "row": Layout(("row",), "", "training sequence after which the network was tested"),
    "task": Layout(("task",), "", "task"),
    "stage": Layout(("window",), "", "row whose last step is trained in the window"),
    "cycle": Layout(("window",), "cycle", "movement cycles of the row that lie before the window", 0, 2**53),
    "snapshot_stage": Layout(("snapshot",), "", "row whose last step is trained at the snapshot"),
    "snapshot_cycle": Layout(("snapshot",), "cycle", "movement cycles of the stage before the snapshot", 1, 2**53),
    "place": Layout(("place",), "", "state from which excerpts start: before any task, or after a row"),
    "excerpt": Layout(("excerpt",), "", "what an excerpt shows: a test on a task, or sleep (S)"),
}
VARIABLES = {
    "performance": Layout(
        ("network", "row", "task"), "1", "rewarded acquisitions / all acquisitions, frozen weights", 0, 1, True
    ),
    "performance_over_time": Layout(("network", "window"), "1", "performance while training", 0, 1, True),
    "output_weights": Layout(("network", "row", "output", "hidden"), "1", "weights hidden -> output", *WEIGHTS),
    "hidden_weights": Layout(SYNAPSE, "1", "weights input -> hidden", *WEIGHTS),
    "hidden_inputs": Layout(SYNAPSE, "1", "input neuron of a synapse input -> hidden, pixels in reading order"),
    "rates": Layout(("network", "task", "hidden"), "cycle-1", "hidden spikes per cycle, awake", 0, 600),
    "snapshot_weights": Layout(
        ("network", "snapshot", "output", "hidden"),
        "1",
        "weights hidden -> output along the stages",
        *WEIGHTS,
        is_packed=True,
    ),
    "agent": Layout((*PLACE, "coordinate"), "1", "row and column where the agent starts"),
    "particles": Layout(
        (*PLACE, "particle", "entry"),
        "1",
        "row and column of the first pixel, and kind; -1 where there is none",
        -1,
        is_packed=True,
    ),
    "directions": Layout(
        (*PLACE, "excerpt_cycle"),
        "1",
        "executed act; foraging: a move, 0 .. 7 in reading order of the eight neighbours",
        is_packed=True,
    ),
    "outcomes": Layout((*PLACE, "excerpt_cycle"), "1", RESULTS, 0, len(OUTCOMES) - 1, is_packed=True),
    **{
        f"{layer}_event_{column}": Layout((f"{layer}_event",), "1", EVENT_TEXTS[column].format(layer), is_packed=True)
        for layer in LAYERS
        for column in EVENT_COLUMNS
    },
}
ARRAYS = {**COORDINATES, **VARIABLES}


def excerpts_of(world: Environment) -> tuple[str, ...]:
    """What the excerpts show: a test on every task, then sleep."""
    return (*world.task_names, ASLEEP)


def described(name: str, values: Any, **attributes: Any) -> tuple[tuple[str, ...], Any, dict[str, Any]]:
    """An array with dims and CF attributes, as xarray takes it; `attributes` are further ones."""
    layout = ARRAYS[name]
    units = {"units": layout.units} if layout.units else {}
    return layout.dims, values, {**units, "long_name": layout.long_name, **attributes}


def dataset_of(values: Mapping[str, Any], comments: Mapping[str, str] = {}) -> xr.Dataset:  # noqa: B006
    """A data set of arrays by name, coordinates among them; `comments` are those that depend on the network."""
    made = {name: described(name, value, **comment_of(name, comments)) for name, value in values.items()}
    coordinates = {name: part for name, part in made.items() if name in COORDINATES}
    return xr.Dataset({name: part for name, part in made.items() if name not in coordinates}, coords=coordinates)


def comment_of(name: str, comments: Mapping[str, str]) -> dict[str, str]:
    """The attribute of an array that has a comment."""
    return {"comment": comments[name]} if name in comments else {}


def packing(data: xr.Dataset) -> dict[str, dict]:
    """How arrays are stored, for `xarray.Dataset.to_netcdf`."""
    packed = (name for name, layout in VARIABLES.items() if layout.is_packed and name in data)
    return {name: {"zlib": True, "complevel": 4, "shuffle": True} for name in packed}


def check_arrays(data: xr.Dataset, configuration: Configuration, place: str) -> None:
    """Raise unless all arrays have the dimensions, sizes and ranges that the configuration gives them.

    What is missing is no error here: a figure that needs it says so.

    Raises
    ------
    InputError
        With the name of the array.
    """
    rows, network, world = configuration.protocol.rows, configuration.network, configuration.world
    names = [after for after, _ in stage_lengths(network, configuration.protocol, world)]
    labels = {"row": rows, "task": world.task_names, "place": (BEFORE, *rows), "excerpt": excerpts_of(world)}
    for name, allowed in labels.items():
        if (name in data or name in ("row", "task")) and texts(data, name) != list(allowed):
            raise wrong(place, name, texts(data, name), ", ".join(allowed))
    for name, dimension in (("stage", "window"), ("snapshot_stage", "snapshot")):
        if name in data and (data[name].dims != (dimension,) or not set(texts(data, name)) <= set(names)):
            raise wrong(place, name, texts(data, name), ", ".join(names))
    for name, layout in ARRAYS.items():
        if name in data and layout.units:
            check_array(data[name], layout, f"{place}: {name}")
    if "network" not in data.coords or len(set(data.network.values.tolist())) != data.network.size:
        raise wrong(place, "network", "none, or one twice", "the seed of each network")
    sizes = {
        "hidden": network.hidden_neurons,
        "synapse": network.hidden_fan_in,
        "output": world.outputs,
        **world.scene_sizes(),
    }
    for name, size in sizes.items():
        if data.sizes.get(name, size) != size:
            raise wrong(place, f"size of {name}", data.sizes[name], str(size))
    last = {"hidden_inputs": world.inputs - 1, "directions": world.outputs - 1, **world.scene_bounds()}
    for name, largest in last.items():
        if name in data and (data[name].values > largest).any():
            raise wrong(place, f"{name}: a value", int(data[name].values.max()), f"at most {np.max(largest)}")
    check_events(data, network.cycle_steps, place)


def wrong(place: str, what: str, got: object, allowed: str) -> InputError:
    """The error for what does not fit."""
    return InputError(f"{place}: {what}", got, allowed, "run again")


def texts(data: xr.Dataset, name: str) -> list[str]:
    """The labels of a coordinate."""
    return [str(value) for value in np.ravel(data[name].values)] if name in data else []


def check_array(array: xr.DataArray, layout: Layout, place: str) -> None:
    """Raise unless an array is one of real numbers of its dimensions and within its range."""
    if array.dims != layout.dims:
        raise InputError(f"{place}: dimensions", array.dims, str(layout.dims), "run again")
    if array.dtype.kind not in "iuf":
        raise InputError(f"{place}: type", str(array.dtype), "integers or floating-point numbers", "run again")
    values = array.values
    outside = ~((values >= layout.least) & (values <= layout.largest))
    if layout.gaps:
        outside &= ~np.isnan(values)
    if outside.any():
        allowed = f"{layout.least:g} to {layout.largest:g}"
        raise InputError(f"{place}: a value", float(values[outside][0]), allowed, "run again")


def check_events(data: xr.Dataset, timesteps: int, place: str) -> None:
    """Raise unless all spikes are of the networks, places, cycles, timesteps and neurons that there are."""
    for layer in LAYERS:
        names = [f"{layer}_event_{column}" for column in EVENT_COLUMNS]
        present = [name for name in names if name in data]
        if not present:
            continue
        if present != names or not {"place", "excerpt", "excerpt_cycle", layer} <= set(data.dims):
            raise wrong(place, present[0], "without the excerpts that it is of", "both")
        sizes = [data.sizes[one] for one in ("network", "place", "excerpt", "excerpt_cycle")]
        for name, size in zip(names, [*sizes, timesteps, data.sizes[layer]]):
            if (data[name].values >= size).any():
                raise wrong(place, name, "a spike of no such neuron or timestep", "those that there are")
