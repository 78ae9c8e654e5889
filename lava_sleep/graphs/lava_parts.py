"""What Lava networks of a graph share: the phases that are run, the state to go on from, manager and environment."""

from collections.abc import Mapping, Sequence
from types import MappingProxyType
from typing import Any, NamedTuple

import numpy as np

from emulation.graph import plan as columns
from emulation.graph.surroundings import Deeds
from emulation.learning.synapses import Connection
from lava_sleep.graphs.graph import Graph
from lava_sleep.graphs.settings import cleared_by, setting_of
from processes.graphs.phases import PhaseManager
from processes.graphs.surroundings import Surroundings
from processes.shared_memory import shared_copy

NOTHING: Mapping[str, Any] = MappingProxyType({})


class Held(NamedTuple):
    """Arrays of a state by the parts of a graph, changed in place by the processes that have them as Vars.

    Attributes
    ----------
    populations, sleepers : dict of dict
        Arrays by the names of Vars of `LoihiLIF` and `PhasedReactivation`.
    projections : dict of Connection
    arriving : dict of array (n_post,)
        What is on its way over plastic projections.
    surroundings : dict
        `counts` and `worth`.
    world : named tuple, optional
    """

    populations: Mapping[str, Mapping[str, np.ndarray]] = NOTHING
    sleepers: Mapping[str, Mapping[str, np.ndarray]] = NOTHING
    projections: Mapping[str, Connection] = NOTHING
    arriving: Mapping[str, np.ndarray] = NOTHING
    surroundings: Mapping[str, np.ndarray] = NOTHING
    world: Any = None


class Course(NamedTuple):
    """What of a schedule is run.

    Attributes
    ----------
    phases : sequence of str
    cycles : int
        In all.
    done : int
        Cycles of the first phase that lie before.
    clock : int
        Timesteps that lie before.
    """

    phases: Sequence[str]
    cycles: int
    done: int = 0
    clock: int = 0


def course_of(graph: Graph, skipped: int = 0, done: int = 0, clock: int = 0) -> Course:
    """All phases of a schedule but the first `skipped`."""
    order = [name for name in graph.order[skipped:] if graph.phases[name].cycles]
    return Course(order, sum(graph.phases[name].cycles for name in order) - done, done, clock)


def make_manager(graph: Graph, course: Course, period: int) -> PhaseManager:
    """The manager of a course; `period` is Lava steps of a cycle."""
    numbers = {name: number for number, name in enumerate(graph.phases)}
    cycles = [graph.phases[name].cycles for name in course.phases]
    return PhaseManager(
        phases=[numbers[name] for name in course.phases], cycles=cycles, period=period, done=course.done
    )


def make_deeds(graph: Graph, course: Course) -> Deeds:
    """Room for the outcome and the act of each cycle, in memory that processes share."""
    cycles = course.cycles if graph.surroundings else 0
    return shared_copy(Deeds(np.zeros(cycles, np.uint8), np.zeros(cycles, np.uint8)))


def make_surroundings(
    graph: Graph, course: Course, held: Held, deeds: Deeds, steps: tuple[int, int]
) -> Surroundings | None:
    """The process of the environment, None where a graph has none.

    Parameters
    ----------
    graph, course, held, deeds
    steps : (int, int)
        Lava steps of a cycle, and the one in which what is sensed is sent.
    """
    given = graph.surroundings
    if given is None:
        return None
    settings = [setting_of(graph, name) for name in graph.phases]
    return Surroundings(
        world=shared_copy(given.world.start()) if held.world is None else held.world,
        ground=given.world.ground(),
        sizes=(given.world.inputs, given.world.outputs),
        exposures=np.stack([setting.exposure for setting in settings]),
        tasks=[setting.task for setting in settings],
        forgets=[bool(cleared_by(phase) & columns.CLEAR_INPUT) for phase in graph.phases.values()],
        at=steps[1],
        seed=graph.seed,
        steps=steps[0],
        timesteps=graph.cycle,
        outcomes=deeds.outcomes,
        acts=deeds.acts,
        clock=course.clock,
        held=held.surroundings,
    )
