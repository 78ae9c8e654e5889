"""The arrays of a run, as `results.nc` holds them."""

from importlib.metadata import version
from typing import Any

import numpy as np
import xarray as xr

from lava_sleep.networks.base import Network
from lava_sleep.protocols.rows import chain
from lava_sleep.runs.configuration import Configuration, as_toml
from lava_sleep.runs.layout import (
    BEFORE,
    EVENT_COLUMNS,
    LAYERS,
    UNSUPERVISED,
    VERSION,
    dataset_of,
    excerpts_of,
)
from lava_sleep.runs.recording import Excerpts, StageRecord
from lava_sleep.runs.run import NetworkResult, performance

WINDOW = 1000  # cycles of one point of performance over time; chosen here


def dataset(configuration: Configuration, results: list[NetworkResult]) -> xr.Dataset:
    """All arrays of a run, described."""
    values = {
        "network": [result.seed for result in results],
        "row": list(configuration.protocol.rows),
        "task": list(configuration.world.task_names),
        **tested_arrays(configuration, results),
        **course_arrays(results),
        **snapshot_arrays(results),
        **excerpt_arrays(results, configuration),
    }
    data = dataset_of(values, comments_of(configuration))
    return data.assign_attrs(attributes(configuration))


def comments_of(configuration: Configuration) -> dict[str, str]:
    """What the numbers of an array mean in a network and an environment."""
    kinds = ", ".join(f"{index} {name}" for index, name in enumerate(configuration.world.kind_names))
    weights = dict.fromkeys(("output_weights", "snapshot_weights"), configuration.network.weight_unit)
    return {**weights, "particles": f"kinds: {kinds}"}


def attributes(configuration: Configuration) -> dict[str, Any]:
    """Global attributes: those of CF, and all that the run depends on."""
    program = f"lava-sleep {version('lava-sleep')}"
    return {
        "Conventions": "CF-1.11",
        "title": f"lava-sleep: protocol {configuration.protocol.name}, {configuration.label}",
        "history": f"{program}: run",
        "version": program,
        "layout": VERSION,
        "seed": configuration.seed,
        "protocol": configuration.protocol.name,
        "executor": configuration.label,
        "configuration": as_toml(configuration),
        **network_attributes(configuration.network),
    }


def network_attributes(network: Network) -> dict[str, Any]:
    """What analyses have to know of a network."""
    return {
        "network": network.model,
        "cycle_timesteps": network.cycle_steps,
        "largest_weight": network.largest_weight,
    }


def tested_arrays(configuration: Configuration, results: list[NetworkResult]) -> dict[str, Any]:
    """Performance and weights after every row; hidden layer and its rates at the end."""
    rows, stages = configuration.protocol.rows, trained_stages(results)
    learnt = [result.stages[stages[0]].state.hidden_synapses for result in results]
    last = [result.stages[stages[-1]].state for result in results]
    return {
        "performance": [[result.stages[row].performance for row in rows] for result in results],
        "output_weights": np.stack(
            [[result.stages[row].state.output_synapses.weights for row in rows] for result in results]
        ),
        "hidden_weights": np.stack([synapses.weights for synapses in learnt]),
        "hidden_inputs": np.stack([synapses.pre for synapses in learnt]),
        "rates": np.stack([state.rate_counts / np.maximum(1, state.rate_cycles)[:, None] for state in last]),
    }


def trained_stages(results: list[NetworkResult]) -> list[str]:
    """All stages but the unsupervised one."""
    return [after for after in results[0].stages if after != UNSUPERVISED]


def curve(outcomes: np.ndarray) -> np.ndarray:
    """Performance in windows of 1000 cycles (the last may be shorter), nan without acquisitions."""
    return np.array([performance(outcomes[start : start + WINDOW]) for start in range(0, len(outcomes), WINDOW)])


def course_arrays(results: list[NetworkResult]) -> dict[str, Any]:
    """Performance along the stages; cycles are counted from the beginning of the row."""
    stages = trained_stages(results)
    lengths = {after: sum(map(len, results[0].stages[after].outcomes)) for after in stages}
    starts = {after: sum(lengths[before] for before in chain(after)[:-1]) for after in stages}
    curves = {
        after: np.stack([curve(np.concatenate(result.stages[after].outcomes)) for result in results])
        for after in stages
    }
    windows = {after: np.arange(0, lengths[after], WINDOW) for after in stages}
    return {
        "performance_over_time": np.concatenate(list(curves.values()), axis=1),
        "stage": np.repeat(stages, [len(windows[after]) for after in stages]),
        "cycle": np.concatenate([starts[after] + windows[after] for after in stages]),
    }


def snapshot_arrays(results: list[NetworkResult]) -> dict[str, Any]:
    """Weights along the stages."""
    stages = trained_stages(results)
    records = [{after: stage.recorded for after, stage in result.stages.items()} for result in results]
    first = records[0]
    return {
        "snapshot_weights": np.stack([np.concatenate([one[after].weights for after in stages]) for one in records]),
        "snapshot_stage": np.repeat(np.array(stages), [len(first[after].cycles) for after in stages]),
        "snapshot_cycle": np.concatenate([first[after].cycles for after in stages]),
    }


def excerpt_arrays(results: list[NetworkResult], configuration: Configuration) -> dict[str, Any]:
    """Excerpts of all networks and places; spikes as one array per column."""
    places = [BEFORE, *configuration.protocol.rows]
    records = [{after: stage.recorded for after, stage in result.stages.items()} for result in results]
    excerpts = [[place_record(one, place) for place in places] for one in records]
    arrays: dict[str, Any] = {
        name: np.stack([[getattr(one, name) for one in line] for line in excerpts])
        for name in ("directions", "outcomes")
    }
    for name in excerpts[0][0].scene:
        arrays[name] = np.stack([[one.scene[name] for one in line] for line in excerpts])
    for layer in LAYERS:
        tables = [
            np.insert(getattr(one, f"{layer}_events"), [0, 0], [network, place], axis=1)
            for network, line in enumerate(excerpts)
            for place, one in enumerate(line)
        ]
        columns = np.concatenate(tables).astype(np.int32).T
        arrays |= {f"{layer}_event_{name}": column for name, column in zip(EVENT_COLUMNS, columns)}
    return {**arrays, "place": places, "excerpt": list(excerpts_of(configuration.world))}


def place_record(records: dict[str, StageRecord], place: str) -> Excerpts:
    """Excerpts of one network from one state."""
    if place != BEFORE:
        found = records[place].after
    elif UNSUPERVISED in records:
        found = records[UNSUPERVISED].after
    else:
        found = next(iter(records.values())).before
    assert found is not None  # every row and the state before all rows are recorded
    return found


def recording_cost(results: list[NetworkResult]) -> dict[str, float]:
    """Seconds of recording and its share of the run, for the summary."""
    stages = [stage for result in results for stage in result.stages.values()]
    recording = sum(stage.recorded.seconds for stage in stages)
    running = sum(stage.seconds for stage in stages)
    return {"seconds": round(recording, 3), "share": round(recording / running, 4) if running else 0.0}
