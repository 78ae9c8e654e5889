"""Why sleep keeps the old task: what 100 cycles of wake and of sleep do to a weight, as a function of the weight."""

from typing import NamedTuple

import numpy as np

from emulation.phase import Mode
from emulation.state import State
from lava_sleep.analysis.selection import TASK_KINDS
from lava_sleep.build import build_network, initial_state
from lava_sleep.description import NetworkDescription
from lava_sleep.executors import open_executor, run_segments
from lava_sleep.particles import preferred_kinds
from lava_sleep.protocol import Cycles, Protocol, Segment, make_phase, stages

BEFORE = "T1>i(S,T2)"  # where the network stands when its drift is measured
EPISODE = 100  # cycles of wake, then of sleep
EPISODES = 60  # of each, in turn
EDGES = np.array([0, 1, 16, 32, 64, 96, 128, 160, 192, 224, 256])  # bins of the weight; chosen here, zero alone
TASK_OF = {"old (T1)": "T1", "new (T2)": "T2"}  # the network has learnt both, the new one last
PHASES = ("wake", "sleep")


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


def settled(name: str, description: NetworkDescription, seed: int, floating: bool, cycles: Cycles) -> State:
    """The network after `BEFORE`."""
    state = initial_state(description, seed, floating)
    network = build_network(description, seed, state.hidden_synapses.pre)
    protocol = Protocol(name="drift", rows=(BEFORE,), cycles=cycles)
    segments = [segment for stage in stages(description, protocol) for segment in stage.segments]
    return run_segments(name, state, network, segments, floating, lambda cycles: None)[0]


def measure_drift(
    name: str, description: NetworkDescription, seed: int, floating: bool, cycles: Cycles | None = None
) -> Drift:
    """Let a network that has learnt both tasks wake (on Task 2) and sleep in turn, and watch its weights.

    Parameters
    ----------
    name, floating
        Executor and arithmetic.
    description, seed
        The network.
    cycles : Cycles, optional
        Lengths of what comes before; the protocols' own by default, with 40,000 interleaved cycles.
    """
    cycles = cycles or Cycles(interleaved=40_000)
    state = settled(name, description, seed, floating, cycles)
    network = build_network(description, seed, state.hidden_synapses.pre)
    hidden = state.hidden_synapses
    kinds = preferred_kinds(hidden.pre, hidden.weights, description.hidden.threshold)
    groups = [np.isin(kinds, TASK_KINDS[task]) for task in TASK_OF.values()]
    phases = (make_phase(description, Mode.WAKE, "T2", fresh_world=False), make_phase(description, Mode.SLEEP))
    segments = [Segment(PHASES[k % 2], phases[k % 2], EPISODE) for k in range(2 * EPISODES)]
    total, number = np.zeros((2, 2, len(EDGES) - 1)), np.zeros((2, 2, len(EDGES) - 1), np.int64)
    with open_executor(name, state, network, segments, floating) as running:
        for turn, segment in enumerate(segments):
            before = running.state.output_synapses.weights.copy()
            running.begin(segment)
            running.advance(segment.cycles)
            change = running.state.output_synapses.weights - before
            for group, members in enumerate(groups):
                place = np.digitize(before[:, members].ravel(), EDGES) - 1
                total[turn % 2, group] += np.bincount(place, change[:, members].ravel(), len(EDGES) - 1)
                number[turn % 2, group] += np.bincount(place, minlength=len(EDGES) - 1)
    with np.errstate(invalid="ignore"):
        return Drift(total / number, number)
