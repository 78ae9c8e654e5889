"""Why sleep keeps the old task: what 100 cycles of wake and of sleep do to a weight, as a function of the weight."""

from collections.abc import Callable
from typing import NamedTuple

import numpy as np

from emulation.engine.phase import Mode
from lava_sleep.analysis.selection import TASK_KINDS
from lava_sleep.build import build_network, initial_state
from lava_sleep.description import NetworkDescription
from lava_sleep.executors import open_executor, run_segments
from lava_sleep.particles import preferred_kinds
from lava_sleep.protocol import Cycles, Protocol, Segment, make_phase, stages

BEFORE = "T1>i(S,T2)"  # where the network stands when its drift is measured
CYCLES = Cycles(interleaved=40_000)  # the protocols' own lengths else
EPISODE = 100  # cycles of wake, then of sleep
EPISODES = 60  # of each, in turn
EDGES = np.array([0, 1, 16, 32, 64, 96, 128, 160, 192, 224, 256])  # bins of the weight; chosen here, zero alone
TASK_OF = {"old (T1)": "T1", "new (T2)": "T2"}  # the network has learnt both, the new one last
PHASES = ("wake", "sleep")
SHAPE = (len(PHASES), len(TASK_OF), len(EDGES) - 1)


class Drift(NamedTuple):
    """Mean change of a weight in 100 cycles.

    Attributes
    ----------
    change : float array (2, 2, bins)
        Wake and sleep; synapses of hidden neurons for particles of the old and the new task; by weight.
    number : int array (2, 2, bins)
        How many weights were seen.
    """

    change: np.ndarray
    number: np.ndarray


def settling(description: NetworkDescription, cycles: Cycles) -> list[Segment]:
    """What lies before the measurement: `BEFORE`."""
    protocol = Protocol(name="drift", rows=(BEFORE,), cycles=cycles)
    return [segment for stage in stages(description, protocol) for segment in stage.segments]


def cycles_of_drift(description: NetworkDescription, cycles: Cycles = CYCLES) -> int:
    """Cycles that one measurement runs."""
    return sum(segment.cycles for segment in settling(description, cycles)) + 2 * EPISODES * EPISODE


def measure_drift(
    name: str,
    description: NetworkDescription,
    seed: int,
    floating: bool,
    cycles: Cycles = CYCLES,
    progress: Callable[[int], None] = lambda cycles: None,
) -> Drift:
    """Let a network that has learnt both tasks wake (on Task 2) and sleep in turn, and watch its weights.

    Parameters
    ----------
    name, floating
        Executor and arithmetic.
    description, seed
        The network.
    cycles : Cycles
        Lengths of what comes before.
    progress : callable
        Called with the number of cycles done since the last call.
    """
    start = initial_state(description, seed, floating)
    network = build_network(description, seed, start.hidden_synapses.pre)
    state, _ = run_segments(name, start, network, settling(description, cycles), floating, progress)
    hidden = state.hidden_synapses
    kinds = preferred_kinds(hidden.pre, hidden.weights, description.hidden.threshold)
    groups = [np.isin(kinds, TASK_KINDS[task]) for task in TASK_OF.values()]
    phases = (make_phase(description, Mode.WAKE, "T2", fresh_world=False), make_phase(description, Mode.SLEEP))
    segments = [Segment(PHASES[k % 2], phases[k % 2], EPISODE) for k in range(2 * EPISODES)]
    total, number = np.zeros(SHAPE), np.zeros(SHAPE, np.int64)
    with open_executor(name, state, network, segments, floating) as running:
        for turn, segment in enumerate(segments):
            before = running.state.output_synapses.weights.copy()
            running.begin(segment)
            running.advance(segment.cycles)
            progress(segment.cycles)
            change = running.state.output_synapses.weights - before
            for group, members in enumerate(groups):
                place = np.digitize(before[:, members].ravel(), EDGES) - 1
                total[turn % 2, group] += np.bincount(place, change[:, members].ravel(), len(EDGES) - 1)
                number[turn % 2, group] += np.bincount(place, minlength=len(EDGES) - 1)
    with np.errstate(invalid="ignore"):
        return Drift(total / number, number)
