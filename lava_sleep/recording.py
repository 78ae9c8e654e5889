"""What the figures need of a run and a summary does not hold: snapshots of weights, and excerpts of behaviour.

Snapshots are copies of the hidden -> output weights along a stage. Excerpts are short runs on frozen weights from a
copy of the state after a stage (tests on both tasks, and sleep), with every spike: the run itself is not changed by
being recorded. Excerpts follow from the state, so a stage that goes on from a checkpoint has to be given its snapshots
only. The cost is told after every run (`lava_sleep.recorded`).
"""

import time
from collections.abc import Sequence
from typing import NamedTuple, cast

import numpy as np

from emulation.engine.phase import Mode
from emulation.environments.foraging import DIRECTION
from emulation.golden2022.parameters import MapNetwork
from emulation.golden2022.state import MapState
from lava_sleep.configuration import Configuration
from lava_sleep.executors import AnyNetwork, AnyState, open_executor
from lava_sleep.executors.map_based import open_map
from lava_sleep.protocol import TASKS, Segment, Stage, make_phase

# Shares of a stage at whose end weights are copied: dense at the start, where they move fastest, and in the last
# fifth, of which the paper's analyses are made ("Support vector machine").
SHARES = (0.02, 0.05, *(k / 10 for k in range(1, 9)), *(0.8 + k / 50 for k in range(1, 11)))
EXCERPTS = (*TASKS, "S")
EXCERPT_CYCLES = 300  # chosen here: about 150 acquisitions of a trained agent
BEFORE = "before"  # the place of excerpts and snapshots of a network that has no task learnt yet
NEVER = 2**62
EVENT_COLUMNS = ("network", "place", "excerpt", "cycle", "timestep", "neuron")


class Excerpts(NamedTuple):
    """Frozen excerpts from one state: Task 1, Task 2, sleep.

    Attributes
    ----------
    agent : int16 array (3, 2)
        Row and column where the agent starts.
    particles : int16 array (3, 124, 3)
        Row and column of the first pixel, and kind, at the start.
    directions, outcomes : uint8 array (3, cycles)
        Executed move and outcome of each cycle (0 nothing, 1 rewarded, 2 punished).
    hidden_events, output_events : int32 array (spikes, 4)
        Excerpt, cycle, timestep (0 .. 15, executor map: 0 .. 599) and neuron of each spike.
    """

    agent: np.ndarray
    particles: np.ndarray
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
        Hidden -> output: 0..255, or (float32) in the unit of the executor.
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


def snapshot_of(state: AnyState) -> np.ndarray:
    """A copy of the hidden -> output weights, in few bytes: uint8 or float32 array (8, hidden)."""
    weights = state.output_synapses.weights
    return weights.astype(np.float32 if weights.dtype.kind == "f" else np.uint8)


class StageRecorder:
    """Watches one stage: the executor asks when the next snapshot is due, and shows its state.

    Parameters
    ----------
    configuration, stage, network
    start : AnyState
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
        self,
        configuration: Configuration,
        stage: Stage,
        start: AnyState,
        network: AnyNetwork,
        done: int = 0,
        snapshots: Sequence[np.ndarray] = (),
    ) -> None:
        self.configuration, self.stage, self.network = configuration, stage, network
        self.positions = snapshot_cycles(stage)
        self.done, self.snapshots, self.seconds = done, list(snapshots), 0.0
        self.before = None if stage.parent or stage.after == "U" else self._excerpts(start)

    def due(self) -> int:
        """Cycles until the next snapshot."""
        taken = len(self.snapshots)
        return int(self.positions[taken]) - self.done if taken < len(self.positions) else NEVER

    def __call__(self, cycles: int, state: AnyState) -> None:
        """Note that so many more cycles were run, and copy the weights where a snapshot is due."""
        self.done += cycles
        if self.due() == 0:
            began = time.perf_counter()
            self.snapshots.append(snapshot_of(state))
            self.seconds += time.perf_counter() - began

    def finish(self, state: AnyState) -> StageRecord:
        """Record the excerpts after the stage."""
        wanted = self.stage.is_row or self.stage.after == "U"
        after = self._excerpts(state) if wanted else None
        return StageRecord(self.positions, np.stack(self.snapshots), self.before, after, self.seconds)

    def _excerpts(self, state: AnyState) -> Excerpts:
        began = time.perf_counter()
        if isinstance(self.network, MapNetwork):
            made = record_map_excerpts(self.configuration, cast(MapState, state), self.network)
        else:
            made = record_excerpts(self.configuration, state, self.network)
        self.seconds += time.perf_counter() - began
        return made


def excerpt_segments(configuration: Configuration, cycles: int = EXCERPT_CYCLES) -> list[Segment]:
    """Frozen weights: both tasks in fresh worlds, then sleep."""
    description = configuration.network
    phases = [make_phase(description, Mode.WAKE, task, learns=False) for task in TASKS]
    phases.append(make_phase(description, Mode.SLEEP, learns=False))
    return [Segment(name, phase, cycles) for name, phase in zip(EXCERPTS, phases)]


def excerpt_executor(configuration: Configuration) -> str:
    """What runs excerpts: the run's executor, or for Lava the compiled one of its arithmetic, which agrees with it."""
    if configuration.executor.startswith("lava"):
        return "float" if configuration.floating else "emulation"
    return configuration.executor


def record_excerpts(
    configuration: Configuration, state: AnyState, network: AnyNetwork, segments: Sequence[Segment] | None = None
) -> Excerpts:
    """Run excerpts from a copy of a state."""
    name = excerpt_executor(configuration)
    segments = excerpt_segments(configuration) if segments is None else segments
    agents, particles = [], []
    with open_executor(name, state, network, segments, configuration.floating, rasters=True) as running:
        for segment in segments:
            running.begin(segment)
            agents.append(running.state.world.agent[:2].astype(np.int16))
            particles.append(running.state.world.particles.astype(np.int16))
            running.advance(segment.cycles)
    record, shape = running.record, (len(segments), segments[0].cycles)
    return Excerpts(
        np.stack(agents),
        np.stack(particles),
        record.directions.reshape(shape).copy(),
        record.outcomes.reshape(shape).copy(),
        spikes_of(record.hidden_raster, shape[1]),
        spikes_of(record.output_raster, shape[1]),
    )


def record_map_excerpts(configuration: Configuration, state: MapState, network: MapNetwork) -> Excerpts:
    """The same of the paper's own network, cycle by cycle: its spikes are events, not a raster."""
    segments = excerpt_segments(configuration)
    shape = (len(segments), EXCERPT_CYCLES)
    agents, particles = [], []
    directions = np.zeros(shape, np.uint8)
    events: tuple[list, list] = ([], [])
    with open_map(state, network, segments) as running:
        for excerpt, segment in enumerate(segments):
            running.begin(segment)
            agents.append(running.state.world.agent[:2].astype(np.int16))
            particles.append(running.state.world.particles.astype(np.int16))
            for cycle in range(EXCERPT_CYCLES):
                running.advance(1)
                directions[excerpt, cycle] = running.state.world.agent[DIRECTION]
                for found, layer in zip(running.spikes(), events):
                    layer.append(np.insert(found, [0, 0], [excerpt, cycle], axis=1))
        outcomes = running.record.outcomes.reshape(shape).copy()
    hidden, output = (np.concatenate(layer).astype(np.int32) for layer in events)
    return Excerpts(np.stack(agents), np.stack(particles), directions, outcomes, hidden, output)


def spikes_of(raster: np.ndarray, cycles: int) -> np.ndarray:
    """Spikes of a raster (uint8 array (excerpts * cycles, 16, n)) as int32 array (spikes, 4), see `Excerpts`."""
    flat = np.flatnonzero(raster.reshape(-1).view(np.bool_))
    cycle, timestep, neuron = np.unravel_index(flat, raster.shape)
    return np.stack([cycle // cycles, cycle % cycles, timestep, neuron], axis=1).astype(np.int32)
