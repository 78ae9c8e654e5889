"""What a results folder has to hold to be shown: everything is looked at before anything is made of it."""

from typing import Annotated, NamedTuple

import numpy as np
import xarray as xr
from pydantic import BaseModel, ConfigDict, Field, ValidationError

from emulation.engine.network import STEPS
from emulation.environments.foraging import DIRECTIONS, PARTICLES, PIXELS, PUNISHED, SIDE
from lava_sleep.analysis.selection import cycle_steps
from lava_sleep.configuration import Configuration, ExecutorName
from lava_sleep.errors import InputError
from lava_sleep.protocol import TASKS, stage_lengths
from lava_sleep.recording import BEFORE, EVENT_COLUMNS, EXCERPTS

LARGEST_WEIGHT = 1e6  # far beyond what any executor's weights reach; chosen here
Number = Annotated[float, Field(allow_inf_nan=False)]
Share = Annotated[float, Field(ge=0, le=1)]


class Told(BaseModel):
    """A part of a summary; further keys are left alone."""

    model_config = ConfigDict(extra="ignore", strict=True)


class Entry(Told):
    """Performance in one task after one row; None without acquisitions."""

    mean: Share | None
    sd: Share | None
    per_network: list[Share | None] = Field(min_length=1)


class Row(Told):
    """Both tasks after one row."""

    after: str
    task1: Entry
    task2: Entry


class Summary(Told):
    """What is read of a summary; see `lava_sleep.results.summary`."""

    protocol: str
    executor: ExecutorName
    networks: int = Field(ge=1)
    digest: str
    rows: list[Row] = Field(min_length=1)
    timings: dict[str, Number]
    overflow: dict[str, int]
    recording: dict[str, Number] = {}


class Layout(NamedTuple):
    """Dimensions of an array, and the least and largest value in it; `gaps` says whether it may have nan."""

    dims: tuple[str, ...]
    least: float
    largest: float
    gaps: bool = False


WEIGHTS = (-LARGEST_WEIGHT, LARGEST_WEIGHT)
PLACE = ("network", "place", "excerpt")
ARRAYS = {
    "network": Layout(("network",), 0, 2**31 + 10_000),
    "cycle": Layout(("window",), 0, 2**53),
    "snapshot_cycle": Layout(("snapshot",), 1, 2**53),
    "performance": Layout(("network", "row", "task"), 0, 1, True),
    "performance_over_time": Layout(("network", "window"), 0, 1, True),
    "output_weights": Layout(("network", "row", "output", "hidden"), *WEIGHTS),
    "hidden_weights": Layout(("network", "hidden", "synapse"), *WEIGHTS),
    "hidden_inputs": Layout(("network", "hidden", "synapse"), 0, PIXELS - 1),
    "rates": Layout(("network", "task", "hidden"), 0, STEPS),
    "snapshot_weights": Layout(("network", "snapshot", "output", "hidden"), *WEIGHTS),
    "agent": Layout((*PLACE, "coordinate"), 0, SIDE - 1),
    "particles": Layout((*PLACE, "particle", "entry"), 0, SIDE - 1),
    "directions": Layout((*PLACE, "excerpt_cycle"), 0, DIRECTIONS - 1),
    "outcomes": Layout((*PLACE, "excerpt_cycle"), 0, PUNISHED),
    "hidden_events": Layout(("hidden_event", "column"), 0, 2**31 - 1),
    "output_events": Layout(("output_event", "column"), 0, 2**31 - 1),
}


def check_summary(summary: object, place: str) -> dict:
    """A summary as it was read, if it has all that is read of it.

    Raises
    ------
    InputError
        With the place and the value.
    """
    try:
        found = Summary.model_validate(summary)
    except ValidationError as error:
        finding = error.errors()[0]
        key = ".".join(map(str, finding["loc"])) or "the whole"
        raise wrong(place, key, finding["input"], f"what a run wrote ({finding['msg']})") from error
    for row in found.rows:
        if any(len(entry.per_network) != found.networks for entry in (row.task1, row.task2)):
            raise wrong(place, f"rows, {row.after}", "another number of networks", str(found.networks))
    assert isinstance(summary, dict)  # validated
    return {**summary, "recording": found.recording}


def wrong(place: str, what: str, got: object, allowed: str) -> InputError:
    """The error for what does not fit."""
    return InputError(f"{place}: {what}", got, allowed, "run again")


def check_arrays(data: xr.Dataset, configuration: Configuration, place: str) -> None:
    """Raise unless all arrays have the dimensions, sizes and ranges that the configuration gives them.

    What is missing is no error here: a figure that needs it says so.

    Raises
    ------
    InputError
        With the name of the array.
    """
    rows = configuration.protocol.rows
    names = [after for after, _ in stage_lengths(configuration.network, configuration.protocol)]
    labels = {"row": rows, "task": TASKS, "place": (BEFORE, *rows), "excerpt": EXCERPTS, "column": EVENT_COLUMNS}
    for name, allowed in labels.items():
        if (name in data or name in ("row", "task")) and texts(data, name) != list(allowed):
            raise wrong(place, name, texts(data, name), ", ".join(allowed))
    for name, dimension in (("stage", "window"), ("snapshot_stage", "snapshot")):
        if name in data and (data[name].dims != (dimension,) or not set(texts(data, name)) <= set(names)):
            raise wrong(place, name, texts(data, name), ", ".join(names))
    for name, layout in ARRAYS.items():
        if name in data:
            check_array(data[name], layout, f"{place}: {name}")
    if "network" not in data.coords or len(set(data.network.values.tolist())) != data.network.size:
        raise wrong(place, "network", "none, or one twice", "the seed of each network")
    sizes = {
        "hidden": configuration.network.hidden.neurons, "synapse": configuration.network.hidden_synapses.fan_in,
        "output": DIRECTIONS, "coordinate": 2, "particle": PARTICLES, "entry": 3,
    }  # fmt: skip
    for name, size in sizes.items():
        if data.sizes.get(name, size) != size:
            raise wrong(place, f"size of {name}", data.sizes[name], str(size))
    check_events(data, place)


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


def check_events(data: xr.Dataset, place: str) -> None:
    """Raise unless all spikes are of the networks, places, cycles, timesteps and neurons that there are."""
    for layer in ("hidden", "output"):
        name = f"{layer}_events"
        if name not in data:
            continue
        if not {"place", "excerpt", "column", "excerpt_cycle", layer} <= set(data.dims):
            raise wrong(place, name, "without the excerpts that it is of", "both")
        sizes = [data.sizes[one] for one in ("network", "place", "excerpt", "excerpt_cycle")]
        if (data[name].values >= [*sizes, cycle_steps(data), data.sizes[layer]]).any():
            raise wrong(place, name, "a spike of no such neuron or timestep", "those that there are")
