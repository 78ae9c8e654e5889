"""Results of before layout 2 in the present layout, so that finished folders stay readable."""

import numpy as np
import xarray as xr

from lava_sleep.protocols import schedule
from lava_sleep.protocols.rows import chain
from lava_sleep.runs.arrays import attributes, comments_of
from lava_sleep.runs.configuration import Configuration
from lava_sleep.runs.layout import ARRAYS, EVENT_COLUMNS, LAYERS, comment_of, described


def current_arrays(data: xr.Dataset, configuration: Configuration) -> xr.Dataset:
    """Arrays of `results.nc` in the present layout; those that are in it are returned as they are."""
    if "layout" in data.attrs:
        return data
    data = with_event_columns(with_running_cycles(data, configuration))
    comments = comments_of(configuration)
    for name in ARRAYS:
        if name in data:
            data[name].attrs = described(name, None, **comment_of(name, comments))[2]
    made = attributes(configuration)
    return data.assign_attrs({**made, "history": f"{made['version']}: read from an earlier layout"})


def with_event_columns(data: xr.Dataset) -> xr.Dataset:
    """Spikes, once a table (event, column), as an array per column."""
    for layer in LAYERS:
        name, dimension = f"{layer}_events", f"{layer}_event"
        if name not in data or data[name].dims != (dimension, "column"):
            continue
        columns = data[name].values.T
        data = data.drop_vars(name)
        for column, values in zip(EVENT_COLUMNS, columns):
            data[f"{dimension}_{column}"] = described(f"{dimension}_{column}", values)
    return data.drop_dims("column", errors="ignore")


def with_running_cycles(data: xr.Dataset, configuration: Configuration) -> xr.Dataset:
    """Cycles of the windows, once counted within the stage, from the beginning of the row."""
    if not {"cycle", "stage", "window"} <= {*data.coords, *data.dims}:
        return data
    stages, cycles = data.stage.values.astype(str), data.cycle.values
    if stages.shape != cycles.shape or cycles.dtype.kind not in "iu":
        return data
    made = schedule.stages(configuration.network, configuration.protocol, configuration.world)
    lengths = {stage.after: sum(segment.cycles for segment in stage.segments) for stage in made}
    starts = np.array([sum(lengths.get(one, 0) for one in chain(stage)[:-1]) for stage in stages.tolist()])
    return data.assign_coords(cycle=("window", cycles + starts))
