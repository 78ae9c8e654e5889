"""Protocols: which training sequences are run, and for how long. They are data, in data/protocols/*.toml.

A row is written as in the paper's table: ``T1>T2>i(S,T1)`` is Task 1, then Task 2, then sleep interleaved with Task 1.
Rows that begin alike share their beginning. Steps:

=============  =====================================================================================
``T1``, ``T2``  training on a task
``S``          one long sleep
``i(A,B)``     A and B in turn, an episode each; A and B are tasks or one of
               S (sleep), R (rest), S0 (sleep, plasticity off), Sx (shuffled tags), Su (uniform rates)
``i(A,B)/n``   the same with episodes of n cycles
``.. ^n``      a last step n times (1 to 99), each followed by tests: n rows, named ``..``, ``.. ^2`` and so on
=============  =====================================================================================
"""

import re
from importlib.resources import files
from itertools import groupby, takewhile
from typing import Any, NamedTuple

import numpy as np
import tomli
from pydantic import Field, field_validator, model_validator

from emulation.engine.phase import Mode, Phase
from emulation.reactivation import GAIN_UNIT
from lava_sleep.description import NetworkDescription
from lava_sleep.errors import InputError
from lava_sleep.part import Part
from lava_sleep.presets import protocol_names

# Kinds 0..3: horizontal, vertical, positive diagonal, negative diagonal; 62 + 62 or 4 x 31 particles are 10 % (paper).
KIND_COUNTS = {"unsupervised": (31, 31, 31, 31), "T1": (62, 0, 0, 62), "T2": (0, 62, 62, 0)}
REWARDED_KIND = {"T1": 0, "T2": 1}
TASKS = ("T1", "T2")
ASLEEP = ("S", "S0", "Sx", "Su", "R")
STEP = re.compile(r"(?:T1|T2|S|i\((?P<first>T1|T2|S|R|S0|Sx|Su),(?P<second>T1|T2)\)(?:/(?P<episode>[1-9]\d*))?)")
TIMES = re.compile(r"(?P<step>.*?)(?:\^(?P<number>[1-9]\d?))?", re.DOTALL)
LONGEST = 200  # steps of a row; chosen here
MOST_EPISODES = 100_000  # of one step: all of them are laid out before a run; chosen here


class Cycles(Part):
    """Lengths in movement cycles; all cycles count, those of sleep and of waking together."""

    unsupervised: int = Field(500_000, ge=1, le=100_000_000)
    T1: int = Field(10_000, ge=1, le=100_000_000)
    T2: int = Field(60_000, ge=1, le=100_000_000)
    sleep: int = Field(10_000, ge=1, le=100_000_000, description="one long sleep, step S")
    interleaved: int = Field(60_000, ge=2, le=100_000_000)
    episode: int = Field(100, ge=1, le=1_000_000, description="cycles of one part before the other's turn")
    test: int = Field(12_000, ge=1, le=10_000_000, description="frozen weights, per task, after every row")


class Protocol(Part):
    """Rows of the table, and the lengths of their phases."""

    name: str = Field("quick", pattern=r"^[A-Za-z0-9_-]+$")
    rows: tuple[str, ...] = Field(("T1", "T1>T2", "T1>T2>i(S,T1)", "T1>T2>i(R,T1)"), min_length=1, max_length=1000)
    cycles: Cycles = Cycles()

    @field_validator("rows", mode="before")
    @classmethod
    def _each_row_once(cls, rows: Any) -> Any:
        if not isinstance(rows, list | tuple):
            return rows
        if not all(isinstance(row, str) for row in rows):
            return tuple(rows)  # refused by its type
        return tuple(dict.fromkeys(name for row in rows for name in expand(row)))

    @model_validator(mode="after")
    def _episodes_are_not_too_many(self) -> "Protocol":
        for step in {step for row in self.rows for step in split_row(row)}:
            match = STEP.fullmatch(step)
            episode = int(match["episode"] or self.cycles.episode) if match and match["first"] else None
            if episode and self.cycles.interleaved / episode > MOST_EPISODES:
                raise ValueError(f"at most {MOST_EPISODES} episodes in a step, {step!r} has more")
        return self


class Segment(NamedTuple):
    """A stretch of cycles in one phase, after one idle cycle."""

    name: str
    phase: Phase
    cycles: int


class Stage(NamedTuple):
    """One step of one or more rows, followed by frozen tests on both tasks."""

    after: str
    parent: str
    segments: tuple[Segment, ...]
    is_row: bool


def expand(row: str) -> list[str]:
    """``T1>i(S,T2)^3`` to its three rows; any other row to itself, by its one name. So rows expand to themselves.

    Raises
    ------
    ValueError
        If a step is unknown, or if there are too many.
    """
    steps = split_row(row)
    if len(steps) > LONGEST:
        raise ValueError(f"row of {len(steps)} steps, allowed {LONGEST}")
    for step in steps:
        if not STEP.fullmatch(step):
            raise ValueError(f"unknown step {step!r} of row {row!r}, allowed T1, T2, S, i(A,B), i(A,B)/n")
    repeated = len(list(takewhile(lambda step: step == steps[-1], reversed(steps))))
    return [name_of(steps[: len(steps) - left]) for left in reversed(range(repeated))]


def split_row(row: str) -> list[str]:
    """``T1>T2>i(S,T1)^2`` to its steps."""
    steps = []
    for part in row.split(">"):
        match = TIMES.fullmatch(part)
        assert match is not None  # the pattern takes any text
        steps += [match["step"]] * int(match["number"] or 1)
    return steps


def name_of(steps: list[str]) -> str:
    """The row of some steps, the inverse of `split_row`."""
    return ">".join(
        step + (f"^{number}" if number > 1 else "") for step, number in ((s, len(list(g))) for s, g in groupby(steps))
    )


def load_protocol(name: str, executor: str = "emulation") -> dict:
    """A named protocol as plain data.

    Its table ``cycles`` is for all executors, ``cycles_of.<executor>`` holds what differs for one of them.
    """
    known = protocol_names()
    if name not in known:
        raise InputError("protocol: unknown name", name, ", ".join(known), "choose one, or give a TOML file")
    data = tomli.loads(files("lava_sleep").joinpath(f"data/protocols/{name}.toml").read_text())
    own = data.pop("cycles_of", {}).get(executor, {})
    return {"name": name, **data, "cycles": {**data["cycles"], **own}}


def make_phase(description: NetworkDescription, mode: Mode, task: str = "", *, learns: bool = True, **changes) -> Phase:
    """The numbers of a phase.

    Parameters
    ----------
    mode : Mode
    task : {"T1", "T2", ""}
        Task of a waking phase.
    learns : bool
        False: weights are frozen.
    changes
        Fields of `Phase` to set otherwise.
    """
    output, plasticity = description.output, description.output_synapses.plasticity
    asleep = mode == Mode.SLEEP
    numbers = {
        "mode": int(mode),
        "learns": learns,
        "task": TASKS.index(task) if task and learns else -1,
        "fresh_world": mode in (Mode.WAKE, Mode.UNSUPERVISED),
        "kind_counts": np.array(KIND_COUNTS[task or "unsupervised"], np.int64),
        "rewarded_kind": REWARDED_KIND.get(task, -1),
        "threshold": output.threshold_asleep if asleep else output.threshold,
        "drive": output.drive_asleep if asleep else output.drive,
        "noise_exponent": -1 if asleep else output.noise_exponent,
        "third_factor": plasticity.sleep_third_factor if asleep else plasticity.reward,
        "ramp_start": description.hidden_synapses.ramp_start,
        "ramp_end": description.hidden_synapses.ramp_end,
        "ramp_cycles": 1,
        "rate_gain": round(description.sleep.rate_gain * GAIN_UNIT),
        "uniform_rates": False,
        "shuffled_tags": False,
    }
    return Phase(**{**numbers, **changes})


def part_phase(description: NetworkDescription, part: str, fresh_world: bool) -> Phase:
    """Phase of one part of a step: a task, a kind of sleep, or rest."""
    if part in TASKS:
        return make_phase(description, Mode.WAKE, part, fresh_world=fresh_world)
    if part == "R":
        return make_phase(description, Mode.REST, learns=False)
    return make_phase(
        description, Mode.SLEEP, learns=part != "S0", shuffled_tags=part == "Sx", uniform_rates=part == "Su"
    )


def step_segments(description: NetworkDescription, step: str, cycles: Cycles) -> list[Segment]:
    """The segments of one step of a row."""
    match = STEP.fullmatch(step)
    assert match is not None  # validated with the protocol
    parts = [match["first"], match["second"]]
    if parts[0] is None:
        length = cycles.sleep if step == "S" else getattr(cycles, step)
        return [Segment(step, part_phase(description, step, True), length)]
    episode = int(match["episode"] or cycles.episode)
    segments: list[Segment] = []
    done = 0
    while done < cycles.interleaved:
        turn = len(segments)
        part = parts[turn % 2]
        # The world goes on through sleep and rest; another task is another world.
        fresh = turn < 2 or parts[0] in TASKS
        length = min(episode, cycles.interleaved - done)
        segments.append(Segment(part, part_phase(description, part, fresh), length))
        done += length
    return segments


def test_segments(description: NetworkDescription, cycles: Cycles) -> list[Segment]:
    """Frozen tests on both tasks: noise and exploration stay, the world is fresh."""
    return [
        Segment(f"test {task}", make_phase(description, Mode.WAKE, task, learns=False), cycles.test) for task in TASKS
    ]


def stages(description: NetworkDescription, protocol: Protocol) -> list[Stage]:
    """All stages of a protocol, parents first; the first one is the unsupervised phase, if there is one."""
    found: dict[str, Stage] = {}
    root = ""
    if description.hidden_synapses.wiring == "learnt":
        root = "U"
        length = protocol.cycles.unsupervised
        phase = make_phase(description, Mode.UNSUPERVISED, ramp_cycles=length)
        found[root] = Stage(root, "", (Segment(root, phase, length),), False)
    for row in protocol.rows:
        steps = split_row(row)
        for depth in range(1, len(steps) + 1):
            after, parent = name_of(steps[:depth]), name_of(steps[: depth - 1]) or root
            if after not in found or (after == row and not found[after].is_row):
                segments = step_segments(description, steps[depth - 1], protocol.cycles)
                found[after] = Stage(after, parent, tuple(segments), after == row)
    return list(found.values())


def stage_lengths(description: NetworkDescription, protocol: Protocol) -> list[tuple[str, int]]:
    """Name of each stage and its cycles, tests included."""
    tested = len(TASKS) * protocol.cycles.test
    return [
        (stage.after, sum(segment.cycles for segment in stage.segments) + (tested if stage.is_row else 0))
        for stage in stages(description, protocol)
    ]
