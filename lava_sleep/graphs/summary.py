"""The summary of a graph's run: rates and weights by phase; `summary.json` is written and read back here."""

import hashlib
from typing import Annotated, Any, Literal

import numpy as np
import xarray as xr
from pydantic import BaseModel, ConfigDict, Field, ValidationError

from emulation.environments.base import OUTCOMES
from emulation.errors import InputError
from lava_sleep.base.provenance import provenance
from lava_sleep.base.settings import unreadable
from lava_sleep.graphs.graph import Graph
from lava_sleep.graphs.recording import Arrays, Recording, plastic_of
from lava_sleep.graphs.settings import rule_name

SCHEMA = 1  # of the file
Number = Annotated[float, Field(allow_inf_nan=False)]


class Read(BaseModel):
    """A part of a summary; further keys are left alone."""

    model_config = ConfigDict(extra="ignore", strict=True)


class Activity(Read):
    """A population in a phase; the rate is in spikes per neuron and cycle, None of a phase without cycles."""

    spikes: int = Field(ge=0)
    rate: Number | None


class Change(Read):
    """A plastic projection in a phase: its rule, and its weights; `changed` is a share of the synapses."""

    rule: str
    mean_before: Number
    mean_after: Number
    mean_absolute_change: Number
    changed: Annotated[float, Field(ge=0, le=1)]


class Stage(Read):
    """A phase of the schedule; `outcomes` are numbers of cycles, in an environment."""

    outcomes: dict[str, int] | None = None
    phase: str
    mode: str
    cycles: int = Field(ge=0)
    populations: dict[str, Activity]
    projections: dict[str, Change]


class GraphSummary(Read):
    """What is read of a summary."""

    schema_: Literal[1] = Field(alias="schema")
    title: str
    arithmetic: str
    backend: str
    digest: str
    phases: list[Stage]
    overflow: dict[str, int]
    timings: dict[str, Number]


def summary_of(graph: Graph, data: xr.Dataset, recording: Recording, how: dict[str, str]) -> dict:
    """The summary of a run; `how` is its title, arithmetic and backend."""
    return {
        "schema": SCHEMA,
        **how,
        "seed": graph.seed,
        "cycle_timesteps": graph.cycle,
        "timesteps": graph.timesteps,
        "neurons": sum(part.size for part in graph.populations.values()),
        "digest": digest(recording.state),
        "phases": [stage(graph, data, place, name) for place, name in enumerate(graph.order)],
        "overflow": recording.overflow,
        "timings": {"total": round(recording.seconds, 3)},
        "versions": provenance(),
    }


def digest(state: Arrays) -> str:
    """SHA-256 of a final state; free of times, paths and backends."""
    found = hashlib.sha256()
    for name, array in sorted(state.items()):
        found.update(f"{name} {array.dtype} {array.shape}".encode())
        found.update(np.ascontiguousarray(array).tobytes())
    return found.hexdigest()


def stage(graph: Graph, data: xr.Dataset, place: int, name: str) -> dict[str, Any]:
    """One phase of the schedule."""
    phase = graph.phases[name]
    populations = {}
    for key, part in graph.populations.items():
        spikes = int(data.spike_count.sel(population=key)[place])
        rate = round(spikes / part.size / phase.cycles, 6) if phase.cycles else None
        populations[key] = {"spikes": spikes, "rate": rate}
    found = {}
    if graph.surroundings is not None:
        before = sum(graph.phases[one].cycles for one in graph.order[:place])
        counts = np.bincount(data.outcome.values[before : before + phase.cycles], minlength=len(OUTCOMES))
        found["outcomes"] = {what: int(number) for what, number in zip(OUTCOMES, counts)}
    return {
        **found,
        "phase": name,
        "mode": phase.mode,
        "cycles": phase.cycles,
        "populations": populations,
        "projections": {key: change(graph, data, place, name, key) for key in plastic_of(graph)},
    }


def change(graph: Graph, data: xr.Dataset, place: int, phase: str, projection: str) -> dict[str, Any]:
    """What a phase does to the weights of a plastic projection."""
    before, after = data[f"{projection}.weights"].values[place : place + 2].astype(float)
    return {
        "rule": rule_name(graph, phase, projection),
        "mean_before": round(float(before.mean()), 6),
        "mean_after": round(float(after.mean()), 6),
        "mean_absolute_change": round(float(np.abs(after - before).mean()), 6),
        "changed": round(float((after != before).mean()), 6),
    }


def check_summary(found: object, graph: Graph, place: str) -> dict:
    """A summary as it was read, if it has all that is read of it and is of the graph.

    Raises
    ------
    InputError
        With the place and the value.
    """
    try:
        read = GraphSummary.model_validate(found)
    except ValidationError as error:
        raise unreadable(error, place) from error
    names, plastic = list(graph.populations), plastic_of(graph)
    for one, phase in zip(read.phases, graph.order):
        if (one.phase, list(one.populations), list(one.projections)) != (phase, names, plastic):
            raise InputError(f"{place}: phases, {one.phase}", "of another graph", "files of one run", "run again")
    if len(read.phases) != len(graph.order):
        raise InputError(f"{place}: phases", len(read.phases), str(len(graph.order)), "run again")
    assert isinstance(found, dict)  # validated
    return found
