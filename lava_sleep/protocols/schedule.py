"""From the rows of a protocol to its stages: segments of cycles in one phase each, then frozen tests."""

from typing import Any, NamedTuple
from typing import Protocol as Interface

from emulation.engine.phase import Mode, Phase
from emulation.environments.foraging import MIXTURE, Task
from lava_sleep.protocols.protocol import Cycles, Protocol
from lava_sleep.protocols.rows import STEP, name_of, split_row
from lava_sleep.protocols.tasks import TASKS


class Phases(Interface):
    """What a schedule asks of a network; see `lava_sleep.networks.base.Network`."""

    @property
    def learns_hidden(self) -> bool:
        """Whether an unsupervised phase comes first."""

    def phase(self, mode: Mode, task: Task, *, learns: bool, **changes: Any) -> Phase:
        """The numbers of a phase."""


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


def make_phase(network: Phases, mode: Mode, task: str = "", *, learns: bool = True, **changes: Any) -> Phase:
    """A phase of a network.

    Parameters
    ----------
    network : Phases
    mode : Mode
    task : str
        Task of a waking phase, by its name.
    learns : bool
        False: weights are frozen.
    changes
        Fields of `Phase` to set otherwise.
    """
    return network.phase(mode, TASKS[task] if task else MIXTURE, learns=learns, **changes)


def part_phase(network: Phases, part: str, fresh_world: bool) -> Phase:
    """Phase of one part of a step: a task, a kind of sleep, or rest."""
    if part in TASKS:
        return make_phase(network, Mode.WAKE, part, fresh_world=fresh_world)
    if part == "R":
        return make_phase(network, Mode.REST, learns=False)
    return make_phase(network, Mode.SLEEP, learns=part != "S0", shuffled_tags=part == "Sx", uniform_rates=part == "Su")


def step_segments(network: Phases, step: str, cycles: Cycles) -> list[Segment]:
    """The segments of one step of a row."""
    match = STEP.fullmatch(step)
    assert match is not None  # validated with the protocol
    parts = [match["first"], match["second"]]
    if parts[0] is None:
        length = cycles.sleep if step == "S" else getattr(cycles, step)
        return [Segment(step, part_phase(network, step, True), length)]
    episode = int(match["episode"] or cycles.episode)
    segments: list[Segment] = []
    done = 0
    while done < cycles.interleaved:
        turn = len(segments)
        part = parts[turn % 2]
        # The world goes on through sleep and rest; another task is another world.
        fresh = turn < 2 or parts[0] in TASKS
        length = min(episode, cycles.interleaved - done)
        segments.append(Segment(part, part_phase(network, part, fresh), length))
        done += length
    return segments


def test_segments(network: Phases, cycles: Cycles) -> list[Segment]:
    """Frozen tests on both tasks: noise and exploration stay, the world is fresh."""
    return [Segment(f"test {task}", make_phase(network, Mode.WAKE, task, learns=False), cycles.test) for task in TASKS]


def stages(network: Phases, protocol: Protocol) -> list[Stage]:
    """All stages of a protocol, parents first; the first one is the unsupervised phase, if there is one."""
    found: dict[str, Stage] = {}
    root = ""
    if network.learns_hidden:
        root = "U"
        length = protocol.cycles.unsupervised
        phase = make_phase(network, Mode.UNSUPERVISED, ramp_cycles=length)
        found[root] = Stage(root, "", (Segment(root, phase, length),), False)
    for row in protocol.rows:
        steps = split_row(row)
        for depth in range(1, len(steps) + 1):
            after, parent = name_of(steps[:depth]), name_of(steps[: depth - 1]) or root
            if after not in found or (after == row and not found[after].is_row):
                segments = step_segments(network, steps[depth - 1], protocol.cycles)
                found[after] = Stage(after, parent, tuple(segments), after == row)
    return list(found.values())


def stage_lengths(network: Phases, protocol: Protocol) -> list[tuple[str, int]]:
    """Name of each stage and its cycles, tests included."""
    tested = len(TASKS) * protocol.cycles.test
    return [
        (stage.after, sum(segment.cycles for segment in stage.segments) + (tested if stage.is_row else 0))
        for stage in stages(network, protocol)
    ]
