"""What a performance means: the network beside an agent that moves at random and a greedy one that sees the view.

Random: one of the eight directions, uniform.
Greedy: of all particles of rewarded kinds that lie in the view as a whole, it goes to the nearest pixel (moves needed,
then reading order), an adjacent one first. Of the eight moves it takes the one after which that pixel is nearest (moves
needed, then Euclidean distance, then reading order), but none onto a pixel of anything else. With no such particle in
view it goes on in its direction, and past pixels of anything else.

Each gives one spike to the neuron of its direction and acts by the kernels' `act`. So it explores as the network does:
a random move in 1 percent of all cycles, and in 1 percent more for each cycle since the last acquisition.
"""

from collections.abc import Callable
from typing import Any, ClassVar

import numpy as np

from emulation.environments.base import OUTCOMES, PUNISHED, REWARDED
from emulation.environments.foraging import DIRECTIONS, MOVES, act, action, begin, sense
from emulation.errors import InputError
from lava_sleep.backends.base import run_segments
from lava_sleep.backends.compiled import COMPILED
from lava_sleep.environments.foraging import Foraging
from lava_sleep.protocols.protocol import Protocol
from lava_sleep.protocols.rows import task_title
from lava_sleep.protocols.schedule import stage_lengths, stages, test_segments
from lava_sleep.runs.configuration import Configuration
from lava_sleep.studies.drift import Progressing
from lava_sleep.studies.study import Made, Measurements, Study, StudySettings
from lava_sleep.tables.table import Table, columns

ROWS = ("T1", "T1>i(S,T2)")  # after which the network is tested; the second goes on from the first
AGENTS = ("random", "greedy")
LINES = {
    "agents": ("random agent", "greedy agent that sees the view"),
    "network": tuple(f"network after `{row}`" for row in ROWS),
}
Choose = Callable[[np.ndarray, int], int]  # from what is seen and the last direction to a direction


class Greedy:
    """The greedy agent of a task, see the module."""

    def __init__(self, world: Foraging, task: str) -> None:
        half, rewarded = world.view // 2, world.rewarded_kinds(task)
        self._particles = [list(inputs) for kind, inputs in world.stimuli() if kind in rewarded]
        places = np.arange(world.inputs)
        self._places = np.stack([places // world.view - half, places % world.view - half], axis=1)
        self._after = (half + MOVES[:, 0]) * world.view + half + MOVES[:, 1]  # input that is the cell after a move

    def __call__(self, senses: np.ndarray, last: int) -> int:
        """A direction."""
        wanted = sorted({one for inputs in self._particles if senses[inputs].all() for one in inputs})
        is_free = [not senses[cell] or cell in wanted for cell in self._after]
        if not any(is_free):
            return last
        if not wanted:
            return next(way for way in ((last + turn) % DIRECTIONS for turn in range(DIRECTIONS)) if is_free[way])
        target = min((self._places[one] for one in wanted), key=lambda place: np.abs(place).max())
        ways = [way for way in range(DIRECTIONS) if is_free[way]]
        return min(ways, key=lambda way: distances(target - MOVES[way]))


def distances(way: np.ndarray) -> tuple[int, int]:
    """Moves needed, and the square of the Euclidean distance."""
    return int(np.abs(way).max()), int((way**2).sum())


def agent_of(name: str, world: Foraging, task: str, seed: int) -> Choose:
    """The random or the greedy agent."""
    if name == "greedy":
        return Greedy(world, task)
    generator = np.random.Generator(np.random.Philox(seed))
    return lambda senses, last: int(generator.integers(DIRECTIONS))


def outcomes_of_agent(name: str, world: Foraging, task: str, seed: int, cycles: int) -> np.ndarray:
    """How often each outcome came in so many cycles, int64 array (4,)."""
    state, ground, setting, choose = (
        world.start(),
        world.ground(),
        world.setting(task),
        agent_of(name, world, task, seed),
    )
    senses, found = np.zeros(world.inputs, np.uint8), np.zeros(len(OUTCOMES), np.int64)
    values, every = np.zeros(DIRECTIONS, np.int64), np.eye(DIRECTIONS, dtype=np.int64)
    begin(state, ground, setting, seed, 0)
    for cycle in range(cycles):
        sense(state, ground, senses)
        wanted = choose(senses, int(action(state)))
        found[act(state, ground, setting, every[wanted], values, seed, cycle + 1)] += 1
    return found


def outcomes_of_network(configuration: Configuration, seed: int, progress: Callable[[int], None]) -> np.ndarray:
    """The same of a network in frozen tests after each of `ROWS`, int64 array (rows, tasks, 4)."""
    network, world, cycles = configuration.network, configuration.world, configuration.protocol.cycles
    instance = network.instance(seed, configuration.arithmetic, world)
    state, found, watch = instance.start, [], Progressing(progress)
    for stage in stages(network, protocol_of(configuration), world):
        state, _ = run_segments(COMPILED, instance, state, stage.segments, watch)
        if stage.is_row:
            tested = [
                run_segments(COMPILED, instance, state, [segment], watch)[1][0]
                for segment in test_segments(network, cycles, world)
            ]
            found.append([np.bincount(one, minlength=len(OUTCOMES)) for one in tested])
    return np.array(found)


def protocol_of(configuration: Configuration) -> Protocol:
    """`ROWS` with the lengths of a configuration."""
    return Protocol(name="policies", rows=ROWS, cycles=configuration.protocol.cycles)


class Policies(Study):
    """See `Study`."""

    name: ClassVar[str] = "policies"
    settings: ClassVar[StudySettings] = StudySettings(command="study policies")

    def measurements(self, settings: StudySettings) -> Measurements:
        """One of both agents and one of the network, of every seed."""
        configuration = settings.configuration()
        world, test = configuration.world, configuration.protocol.cycles.test
        if not isinstance(world, Foraging):
            raise InputError("policies: the world of the protocol", world.environment, "foraging", "choose another one")
        names = tuple(f"{part}-{seed}" for seed in settings.seeds for part in LINES)

        def measure(name: str, progress: Callable[[int], None]) -> np.ndarray:
            part, _, seed = name.partition("-")
            if part == "network":
                return outcomes_of_network(configuration, int(seed), progress)
            tasks = world.task_names
            return np.array(
                [[outcomes_of_agent(one, world, task, int(seed), test) for task in tasks] for one in AGENTS]
            )

        lengths = stage_lengths(configuration.network, protocol_of(configuration), world)
        cycles = sum(length for _, length in lengths) // len(LINES)  # those of the agents are few beside them
        return Measurements(names, measure, (2, len(world.tasks), len(OUTCOMES)), cycles)

    def numbers(self, settings: StudySettings, made: Made) -> dict[str, Any]:
        """Of every agent and task, performance and acquisitions per cycle of each seed."""
        tasks = settings.configuration().world.task_names
        found: dict[str, Any] = {"networks": settings.networks, "seed": settings.seed, "agents": {}}
        for part, lines in LINES.items():
            counts = np.array([made.measured[f"{part}-{seed}"] for seed in settings.seeds])
            for index, line in enumerate(lines):
                found["agents"][line] = {task: shares(counts[:, index, k]) for k, task in enumerate(tasks)}
        return found

    def tables(self, numbers: dict[str, Any]) -> list[Table]:
        """A line per agent."""
        tasks = next(iter(numbers["agents"].values()))
        heads = [f"{task_title(task)}, {what}" for task in tasks for what in ("performance", "acquisitions per cycle")]
        rows = [
            [line, *(shown(values) for task in tasks for values in found[task].values())]
            for line, found in numbers["agents"].items()
        ]
        last = numbers["seed"] + numbers["networks"] - 1
        title = f"Mean ± SD over seeds {numbers['seed']} to {last}; performance is rewarded / (rewarded + punished)."
        return [Table(columns("agent", *heads), [*rows], title)]


def shares(counts: np.ndarray) -> dict[str, list[float]]:
    """Performance and acquisitions per cycle, from counts of outcomes (seeds, 4)."""
    rewarded, punished = counts[:, REWARDED], counts[:, PUNISHED]
    judged = np.maximum(rewarded + punished, 1)
    acquired = counts[:, 1:].sum(axis=1) / counts.sum(axis=1)
    return {"performance": (rewarded / judged).tolist(), "acquisitions": acquired.tolist()}


def shown(values: list[float]) -> str:
    """Mean and standard deviation."""
    spread = float(np.std(values, ddof=1)) if len(values) > 1 else 0.0
    return f"{np.mean(values):.3f} ± {spread:.3f}"


POLICIES = Policies()
