"""The summary of a run: `summary.json` is written and read back here."""

import hashlib
import json
from pathlib import Path
from typing import Annotated, Any

import numpy as np
from pydantic import BaseModel, ConfigDict, Field, ValidationError

from emulation.errors import InputError
from emulation.neurons import REPORT_ACCUMULATOR, REPORT_CURRENT, REPORT_VOLTAGE
from emulation.states import named_arrays
from lava_sleep.base.settings import unreadable
from lava_sleep.networks.particles import selectivity
from lava_sleep.runs.configuration import EXECUTORS, Configuration
from lava_sleep.runs.meaning import meaning
from lava_sleep.runs.run import NetworkResult
from lava_sleep.statistics.continual import continual

FILE = "summary.json"
SCHEMA = 2  # of the file; those without one have task1 and task2 in each row
Number = Annotated[float, Field(allow_inf_nan=False)]
Share = Annotated[float, Field(ge=0, le=1)]


class Read(BaseModel):
    """A part of a summary; further keys are left alone."""

    model_config = ConfigDict(extra="ignore", strict=True)


class Entry(Read):
    """Performance in one task after one row; None without acquisitions."""

    mean: Share | None
    sd: Share | None
    per_network: list[Share | None] = Field(min_length=1)


class Row(Read):
    """All tasks after one row."""

    after: str
    tasks: dict[str, Entry] = Field(min_length=1)


class Hidden(Read):
    """What is read of the hidden layers."""

    one: Share


class Summary(Read):
    """What is read of a summary."""

    protocol: str
    executor: str
    network: str = ""
    networks: int = Field(ge=1)
    digest: str
    rows: list[Row] = Field(min_length=1)
    timings: dict[str, Number]
    overflow: dict[str, int]
    hidden: Hidden
    recording: dict[str, Number] = {}


def summary(configuration: Configuration, results: list[NetworkResult], seconds: float) -> dict:
    """The summary of a run; `seconds` is its wall-clock time."""
    rows = []
    for after in configuration.protocol.rows:
        tested = np.array([result.stages[after].performance for result in results])
        tasks = {task: entry(tested[:, index]) for index, task in enumerate(configuration.world.task_names)}
        rows.append({"after": after, "tasks": tasks})
    timings = {"total": round(seconds, 3)}
    for after in results[0].stages:
        timings[after] = round(sum(result.stages[after].seconds for result in results), 3)
    made = {
        "schema": SCHEMA,
        "protocol": configuration.protocol.name,
        "executor": configuration.label,
        "network": configuration.network.model,
        "arithmetic": configuration.arithmetic.value,
        "backend": configuration.backend,
        "networks": len(results),
        "digest": state_digest(results),
        "rows": rows,
        "continual": continual(rows),
        "timings": timings,
        "hidden": hidden_layer(configuration, results),
        "overflow": overflows(results),
    }
    found = meaning(made)
    return {**made, "verdict": {"answer": found.verdict.text if found.verdict else None, "text": found.text}}


def entry(values: np.ndarray) -> dict:
    """Mean, standard deviation and single values over networks."""
    return {
        "mean": number(values.mean()),
        "sd": number(values.std(ddof=1)) if len(values) > 1 else 0.0,
        "per_network": [number(value) for value in values],
    }


def state_digest(results: list[NetworkResult]) -> str:
    """SHA-256 of the final states of all stages of all networks; free of times and paths."""
    digest = hashlib.sha256()
    for result in results:
        for after, stage in result.stages.items():
            digest.update(f"{result.seed} {after}".encode())
            for name, array in named_arrays(stage.state).items():
                digest.update(f"{name} {array.dtype} {array.shape}".encode())
                digest.update(np.ascontiguousarray(array).tobytes())
    return digest.hexdigest()


def number(value: float) -> float | None:
    """A float for JSON: nan becomes null."""
    return None if np.isnan(value) else round(float(value), 6)


def overflows(results: list[NetworkResult]) -> dict[str, int]:
    """How often the registers of the output layer overflowed or saturated, in all stages of all networks."""
    found = np.zeros(5, np.int64)
    for result in results:
        for stage, state, *_ in result.stages.values():
            found += state.overflow  # a state counts from the beginning of its row,
            if stage.parent:  # and what stages share is counted once
                found -= result.stages[stage.parent].state.overflow
    return {
        "accumulator": int(found[REPORT_ACCUMULATOR]),
        "u": int(found[REPORT_CURRENT]),
        "v": int(found[REPORT_VOLTAGE]),
    }


def hidden_layer(configuration: Configuration, results: list[NetworkResult]) -> dict[str, float]:
    """What the learnt hidden layers answer to (`lava_sleep.networks.particles.selectivity`), mean over networks."""
    threshold = configuration.network.hidden_threshold()
    layers = [list(result.stages.values())[0].state.hidden_synapses for result in results]
    found = [selectivity(layer.pre, layer.weights, threshold, configuration.world) for layer in layers]
    means = {name: round(float(np.mean([one[name] for one in found])), 4) for name in found[0]}
    return {**means, "particles": len(configuration.world.stimuli())}


def read_summary(folder: Path) -> dict:
    """Read the summary of a results folder.

    Raises
    ------
    InputError
        If it cannot be read, or lacks what is read of it.
    """
    try:
        return check_summary(current_summary(json.loads((folder / FILE).read_text(encoding="utf-8"))), FILE)
    except (OSError, ValueError, RecursionError) as error:
        hint = f"run again ({type(error).__name__})"
        raise InputError("results file", str(folder / FILE), "a file that a run wrote", hint) from error


def current_summary(found: Any) -> Any:
    """A summary in the present schema; one of before has task1 and task2 in each row."""
    if not isinstance(found, dict) or "schema" in found or not isinstance(found.get("rows"), list):
        return found
    rows = [current_row(row) if isinstance(row, dict) else row for row in found["rows"]]
    return {"schema": SCHEMA, **found, "rows": rows}


def current_row(row: dict) -> dict:
    """A row in the present schema."""
    if not {"task1", "task2"} <= row.keys():
        return row
    rest = {name: value for name, value in row.items() if name not in ("task1", "task2")}
    return {**rest, "tasks": {"T1": row["task1"], "T2": row["task2"]}}


def check_summary(found: object, place: str) -> dict:
    """A summary as it was read, if it has all that is read of it.

    Raises
    ------
    InputError
        With the place and the value.
    """
    try:
        read = Summary.model_validate(found)
    except ValidationError as error:
        raise unreadable(error, place) from error
    for row in read.rows:
        if any(len(one.per_network) != read.networks for one in row.tasks.values()):
            what = f"{place}: rows, {row.after}"
            raise InputError(what, "another number of networks", str(read.networks), "run again")
    assert isinstance(found, dict)  # validated
    network = read.network
    if not network:  # summaries of before name the executor alone
        if read.executor not in EXECUTORS:
            raise InputError(f"{place}: executor", read.executor, ", ".join(EXECUTORS), "run again")
        network = EXECUTORS[read.executor].network
    return {**found, "network": network, "recording": read.recording}


def read_finished(folder: Path) -> dict | None:
    """The summary of a folder that holds the results of a run, None of any other."""
    try:
        made = json.loads((folder / FILE).read_text(encoding="utf-8"))
    except (OSError, ValueError, RecursionError):
        return None
    made = current_summary(made)
    return made if isinstance(made, dict) and {"digest", "networks", "rows"} <= made.keys() else None
