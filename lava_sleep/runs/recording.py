"""What the figures need of a run and a summary does not hold: snapshots of weights, and excerpts of behaviour.

Snapshots are copies of the hidden -> output weights along a stage. Excerpts are short runs on frozen weights from a
copy of the state after a stage (tests on all tasks, and sleep), with every spike: the run itself is not changed by
being recorded. Excerpts follow from the state, so a stage that goes on from a checkpoint has to be given its snapshots
only. The cost is printed after every run (`lava_sleep.runs.arrays`).
"""

import time
from collections.abc import Sequence
from typing import NamedTuple

import numpy as np

from emulation.engine.phase import Mode
from lava_sleep.backends.base import Observer, Outcomes
from lava_sleep.backends.compiled import COMPILED
from lava_sleep.environments.base import Environment
from lava_sleep.environments.foraging import PAPER
from lava_sleep.networks.base import Instance, Network, State
from lava_sleep.protocols.schedule import Segment, Stage, make_phase
from lava_sleep.runs.layout import UNSUPERVISED, excerpts_of

# Shares of a stage at whose end weights are copied: dense at the start, where they move fastest, and in the last
# fifth, of which the paper's analyses are made ("Support vector machine").
SHARES = (0.02, 0.05, *(k / 10 for k in range(1, 9)), *(0.8 + k / 50 for k in range(1, 11)))
EXCERPT_CYCLES = 300  # chosen here: about 150 acquisitions of a trained agent


class Excerpts(NamedTuple):
    """Frozen excerpts from one state: every task, then sleep.

    Attributes
    ----------
    scene : dict of int16 array (excerpts, ...)
        What the environment shows of itself at the start, see `Environment.scene`.
    directions, outcomes : uint8 array (excerpts, cycles)
        Executed act and outcome of each cycle (0 nothing, 1 rewarded, 2 punished, 3 neutral).
    hidden_events, output_events : int32 array (spikes, 4)
        Excerpt, cycle, timestep (0 .. 15, golden2022: 0 .. 599) and neuron of each spike.
    """

    scene: dict[str, np.ndarray]
    directions: np.ndarray
    outcomes: np.ndarray
    hidden_events: np.ndarray
    output_events: np.ndarray


class StageRecord(NamedTuple):
    """What is kept of one stage.

    Attributes
    ----------
    cycles : int64 array (snapshots,)
        Movement cycles of the stage that were done at each snapshot.
    weights : uint8 or float32 array (snapshots, 8, hidden)
        Hidden -> output: 0..255, or (float32) in the unit of the network.
    before, after : Excerpts or None
        From the state before (only for the first stage of a network) and after the stage (only for rows).
    seconds : float
        Wall-clock time that recording took.
    """

    cycles: np.ndarray
    weights: np.ndarray
    before: Excerpts | None
    after: Excerpts | None
    seconds: float


def snapshot_cycles(stage: Stage) -> np.ndarray:
    """Cycles of a stage (int64 array) after which its weights are copied."""
    total = sum(segment.cycles for segment in stage.segments)
    if stage.segments[0].phase.mode == Mode.UNSUPERVISED:
        return np.array([total])  # hidden -> output does not change
    return np.unique(np.maximum(1, np.rint(np.array(SHARES) * total)).astype(np.int64))


def snapshot_of(state: State) -> np.ndarray:
    """A copy of the hidden -> output weights, in few bytes: uint8 or float32 array (8, hidden)."""
    weights = state.output_synapses.weights
    return weights.astype(np.float32 if weights.dtype.kind == "f" else np.uint8)


class StageRecorder(Observer):
    """Watches one stage: says when the next snapshot is due, and copies its weights.

    Parameters
    ----------
    instance : Instance
    stage : Stage
    start : State
        Before the stage.
    done : int
        Cycles that lie before, where the stage goes on from a checkpoint.
    snapshots : sequence of array
        Those of these cycles.

    Attributes
    ----------
    snapshots : list of array
        See `snapshot_of`; those taken so far.
    """

    def __init__(
        self, instance: Instance, stage: Stage, start: State, done: int = 0, snapshots: Sequence[np.ndarray] = ()
    ) -> None:
        self.instance, self.stage = instance, stage
        self.positions = snapshot_cycles(stage)
        self.done, self.snapshots, self.seconds = done, list(snapshots), 0.0
        self.before = None if stage.parent or stage.after == UNSUPERVISED else self._excerpts(start)

    def due(self) -> int | None:
        """Cycles until the next snapshot."""
        taken = len(self.snapshots)
        return int(self.positions[taken]) - self.done if taken < len(self.positions) else None

    def report(self, cycles: int, state: State, outcomes: Outcomes) -> None:
        """Note that so many more cycles were run, and copy the weights where a snapshot is due."""
        self.done += cycles
        if self.due() == 0:
            began = time.perf_counter()
            self.snapshots.append(snapshot_of(state))
            self.seconds += time.perf_counter() - began

    def finish(self, state: State) -> StageRecord:
        """Record the excerpts after the stage."""
        wanted = self.stage.is_row or self.stage.after == UNSUPERVISED
        after = self._excerpts(state) if wanted else None
        return StageRecord(self.positions, np.stack(self.snapshots), self.before, after, self.seconds)

    def _excerpts(self, state: State) -> Excerpts:
        began = time.perf_counter()
        made = record_excerpts(self.instance, state)
        self.seconds += time.perf_counter() - began
        return made


def excerpt_segments(network: Network, cycles: int = EXCERPT_CYCLES, world: Environment = PAPER) -> list[Segment]:
    """Frozen weights: every task in a fresh world, then sleep."""
    phases = [make_phase(network, Mode.WAKE, task, world, learns=False) for task in world.task_names]
    phases.append(make_phase(network, Mode.SLEEP, "", world, learns=False))
    return [Segment(name, phase, cycles) for name, phase in zip(excerpts_of(world), phases)]


def record_excerpts(instance: Instance, state: State, segments: Sequence[Segment] | None = None) -> Excerpts:
    """Run excerpts from a copy of a state, compiled: what other backends do is the same bit for bit."""
    segments = excerpt_segments(instance.network, world=instance.world) if segments is None else segments
    scenes: list[dict[str, np.ndarray]] = []
    with COMPILED.open(instance, state, segments, rasters=True) as running:
        for segment in segments:
            running.begin(segment)
            scenes.append(instance.world.scene(running.state.world))
            running.advance(segment.cycles)
        hidden, output = (by_excerpt(spikes, segments[0].cycles) for spikes in running.spikes())
    record, shape = running.record, (len(segments), segments[0].cycles)
    return Excerpts(
        {name: np.stack([scene[name] for scene in scenes]) for name in scenes[0]},
        record.directions.reshape(shape).copy(),
        record.outcomes.reshape(shape).copy(),
        hidden,
        output,
    )


def by_excerpt(spikes: np.ndarray, cycles: int) -> np.ndarray:
    """Spikes with the cycle of the record, (n, 3), as spikes with excerpt and cycle of the excerpt, (n, 4)."""
    excerpt, cycle = np.divmod(spikes[:, 0], cycles)
    return np.stack([excerpt, cycle, spikes[:, 1], spikes[:, 2]], axis=1).astype(np.int32)
