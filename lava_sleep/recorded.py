"""What was recorded of a run (`lava_sleep.recording`) as arrays of `results.nc`, and what recording cost."""

from collections.abc import Sequence
from typing import Any

import numpy as np
import xarray as xr

from lava_sleep.experiment import NetworkResult
from lava_sleep.recording import BEFORE, EVENT_COLUMNS, EXCERPTS, Excerpts, StageRecord


def recorded_dataset(results: list[NetworkResult], rows: Sequence[str]) -> xr.Dataset:
    """The recorded arrays of all networks, to be stored beside the others; without excerpts where there are none."""
    stages = [after for after in results[0].stages if after != "U"]
    records = [{after: stage.recorded for after, stage in result.stages.items()} for result in results]
    first = records[0]
    weights = np.stack([np.concatenate([one[after].weights for after in stages]) for one in records])
    snapshots = xr.Dataset(
        {
            "snapshot_weights": (
                ("network", "snapshot", "output", "hidden"),
                weights,
                {"long_name": "hidden -> output along the stages, in the unit of output_weights"},
            )
        },
        coords={
            "snapshot_stage": ("snapshot", np.repeat(np.array(stages), [len(first[after].cycles) for after in stages])),
            "snapshot_cycle": ("snapshot", np.concatenate([first[after].cycles for after in stages])),
        },
    )
    places = [BEFORE, *rows]
    excerpts = [[place_record(one, place) for place in places] for one in records]
    if any(one is None for line in excerpts for one in line):
        return snapshots
    return snapshots.merge(excerpt_dataset(excerpts, places))


def place_record(records: dict[str, StageRecord], place: str) -> Excerpts | None:
    """Excerpts of one network from one state."""
    if place != BEFORE:
        return records[place].after
    return records["U"].after if "U" in records else next(iter(records.values())).before


def excerpt_dataset(excerpts: list[list[Any]], places: Sequence[str]) -> xr.Dataset:
    """Excerpts of all networks and places as arrays; spikes as tables of `EVENT_COLUMNS`."""
    dims = ("network", "place", "excerpt")
    variables = {
        "agent": ((*dims, "coordinate"), np.stack([[one.agent for one in line] for line in excerpts])),
        "particles": ((*dims, "particle", "entry"), np.stack([[one.particles for one in line] for line in excerpts])),
        "directions": ((*dims, "excerpt_cycle"), np.stack([[one.directions for one in line] for line in excerpts])),
        "outcomes": ((*dims, "excerpt_cycle"), np.stack([[one.outcomes for one in line] for line in excerpts])),
    }
    for name in ("hidden_events", "output_events"):
        tables = [
            np.insert(getattr(one, name), [0, 0], [network, place], axis=1)
            for network, line in enumerate(excerpts)
            for place, one in enumerate(line)
        ]
        variables[name] = ((name[:-1], "column"), np.concatenate(tables))
    return xr.Dataset(
        variables, coords={"place": list(places), "excerpt": list(EXCERPTS), "column": list(EVENT_COLUMNS)}
    )


def compression(data: xr.Dataset) -> dict[str, dict]:
    """How the recorded arrays are stored: packed, for they are sparse."""
    large = ("snapshot_weights", "hidden_events", "output_events", "particles", "directions", "outcomes")
    return {name: {"zlib": True, "complevel": 4, "shuffle": True} for name in large if name in data}


def recording_cost(results: list[NetworkResult], size: int) -> dict[str, float]:
    """Seconds, share of the run and megabytes (10^6 bytes) of the stored arrays, for the summary."""
    stages = [stage for result in results for stage in result.stages.values()]
    recording = sum(stage.recorded.seconds for stage in stages)
    running = sum(stage.seconds for stage in stages)
    return {
        "seconds": round(recording, 3),
        "share": round(recording / running, 4) if running else 0.0,
        "megabytes": round(size / 1e6, 2),
    }
