"""From the rows of a protocol to its stages: segments of cycles in one phase each, then frozen tests."""

from typing import Any, NamedTuple
from typing import Protocol as Interface

from emulation.engine.phase import Mode, Phase
from lava_sleep.environments.base import Environment
from lava_sleep.environments.foraging import PAPER
from lava_sleep.protocols.protocol import Cycles, Protocol
from lava_sleep.protocols.rows import OTHERS, SLEEP, name_of, parse_step, split_row


class Phases(Interface):
    """What a schedule asks of a network; see `lava_sleep.networks.base.Network`."""

    @property
    def learns_hidden(self) -> bool:
        """Whether an unsupervised phase comes first."""

    def phase(self, mode: Mode, task: str, world: Environment, *, learns: bool, **changes: Any) -> Phase:
        """The numbers of a phase."""


class Segment(NamedTuple):
    """A stretch of cycles in one phase, after one idle cycle."""

    name: str
    phase: Phase
    cycles: int


class Stage(NamedTuple):
    """One step of one or more rows, followed by frozen tests on all tasks."""

    after: str
    parent: str
    segments: tuple[Segment, ...]
    is_row: bool


def make_phase(
    network: Phases, mode: Mode, task: str = "", world: Environment = PAPER, *, learns: bool = True, **changes: Any
) -> Phase:
    """A phase of a network in a world.

    Parameters
    ----------
    network : Phases
    mode : Mode
    task : str
        Task of a waking phase, by its name.
    world : Environment
        The paper's, unless another one is given.
    learns : bool
        False: weights are frozen.
    changes
        Fields of `Phase` to set otherwise.
    """
    return network.phase(mode, task, world, learns=learns, **changes)


def part_phase(network: Phases, part: str, fresh_world: bool, world: Environment = PAPER) -> Phase:
    """Phase of one part of a step: a task, a kind of sleep, or rest."""
    if part not in OTHERS:
        return make_phase(network, Mode.WAKE, part, world, fresh_world=fresh_world)
    if part == "R":
        return make_phase(network, Mode.REST, "", world, learns=False)
    controls = {"shuffled_tags": part == "Sx", "uniform_rates": part == "Su"}
    return make_phase(network, Mode.SLEEP, "", world, learns=part != "S0", **controls)


def step_segments(network: Phases, step: str, cycles: Cycles, world: Environment) -> list[Segment]:
    """The segments of one step of a row."""
    parsed = parse_step(step)
    parts = parsed.parts
    if len(parts) == 1:
        length = cycles.sleep if step == SLEEP else cycles.of_task(step)
        return [Segment(step, part_phase(network, step, True, world), length)]
    episode = parsed.episode or cycles.episode
    segments: list[Segment] = []
    done = 0
    while done < cycles.interleaved:
        turn = len(segments)
        part = parts[turn % len(parts)]
        # The world goes on through sleep and rest; another task is another world.
        fresh = turn < len(parts) or len(parsed.tasks) > 1
        length = min(episode, cycles.interleaved - done)
        segments.append(Segment(part, part_phase(network, part, fresh, world), length))
        done += length
    return segments


def test_segments(network: Phases, cycles: Cycles, world: Environment = PAPER) -> list[Segment]:
    """Frozen tests on all tasks: noise and exploration stay, the world is fresh."""
    phases = {task: make_phase(network, Mode.WAKE, task, world, learns=False) for task in world.task_names}
    return [Segment(f"test {task}", phase, cycles.test) for task, phase in phases.items()]


def stages(network: Phases, protocol: Protocol, world: Environment = PAPER) -> list[Stage]:
    """All stages of a protocol, parents first; the first one is the unsupervised phase, if there is one."""
    found: dict[str, Stage] = {}
    root = ""
    if network.learns_hidden:
        root = "U"
        length = protocol.cycles.unsupervised
        phase = make_phase(network, Mode.UNSUPERVISED, "", world, ramp_cycles=length)
        found[root] = Stage(root, "", (Segment(root, phase, length),), False)
    for row in protocol.rows:
        steps = split_row(row)
        for depth in range(1, len(steps) + 1):
            after, parent = name_of(steps[:depth]), name_of(steps[: depth - 1]) or root
            if after not in found or (after == row and not found[after].is_row):
                segments = step_segments(network, steps[depth - 1], protocol.cycles, world)
                found[after] = Stage(after, parent, tuple(segments), after == row)
    return list(found.values())


def stage_lengths(network: Phases, protocol: Protocol, world: Environment = PAPER) -> list[tuple[str, int]]:
    """Name of each stage and its cycles, tests included."""
    tested = len(world.tasks) * protocol.cycles.test
    return [
        (stage.after, sum(segment.cycles for segment in stage.segments) + (tested if stage.is_row else 0))
        for stage in stages(network, protocol, world)
    ]
