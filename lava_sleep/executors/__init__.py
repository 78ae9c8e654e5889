"""Executors: each runs the segments of a protocol on a state, a stretch of cycles at a time."""

from collections.abc import Callable, Sequence
from contextlib import AbstractContextManager
from typing import Protocol as Interface
from typing import TypeVar, cast

import numpy as np

from emulation.engine.network import Network
from emulation.engine.phase import Record
from emulation.engine.state import State
from emulation.golden2022.parameters import MapNetwork
from emulation.golden2022.state import MapState
from lava_sleep.build import build_network, initial_state
from lava_sleep.description import NetworkDescription
from lava_sleep.map_build import build_map_network, initial_map_state
from lava_sleep.protocol import Segment

Progress = Callable[[int], None]
AnyState = State | MapState
AnyNetwork = Network | MapNetwork
StateOf = TypeVar("StateOf", bound=AnyState)
Keep = Callable[[AnyState, np.ndarray, np.ndarray], None]
NO_OUTCOMES = np.zeros(0, np.uint8)


class Observer(Interface):
    """Looks at the state between stretches of cycles, e.g. `lava_sleep.recording.StageRecorder`."""

    def due(self) -> int:
        """Cycles after which it wants to be called at the latest, at least 1."""

    def __call__(self, cycles: int, state: AnyState) -> None:
        """Called after every stretch with its cycles and the state, which is not to be changed."""


class Running(Interface):
    """An executor at work on a sequence of segments.

    Attributes
    ----------
    state : State or MapState
        The present state, up to date after each call.
    record : Record
        All cycles of all segments, written as they are run.
    stretch : int
        A good number of cycles for one call of `advance`: a fraction of a second.
    """

    record: Record
    stretch: int

    @property
    def state(self) -> AnyState:
        """See above."""

    def begin(self, segment: Segment) -> None:
        """Enter the next segment: its idle cycle."""

    def advance(self, cycles: int) -> None:
        """Run so many cycles of the present segment."""


def prepare(name: str, description: NetworkDescription, seed: int, floating: bool) -> tuple[AnyState, AnyNetwork]:
    """A network before any learning, and its constants, for an executor; see `open_executor`."""
    if name == "map":
        map_state = initial_map_state(description, seed)
        return map_state, build_map_network(description, seed, map_state.hidden_synapses.pre)
    state = initial_state(description, seed, floating)
    return state, build_network(description, seed, state.hidden_synapses.pre)


def open_executor(
    name: str,
    state: AnyState,
    network: AnyNetwork,
    segments: Sequence[Segment],
    floating: bool,
    rasters: bool = False,
    done: int = 0,
) -> AbstractContextManager[Running]:
    """An executor by its name; Lava is imported only where it runs.

    Parameters
    ----------
    name : {"emulation", "float", "map", "lava-cycle", "lava"}
    state : State, or MapState for "map"
        Where to start; not changed.
    network : Network, or MapNetwork for "map"
    segments : sequence of Segment
    floating : bool
        Whether a Lava executor uses models tagged floating_pt; `state` holds float64 then.
    rasters : bool
        Whether spikes and moves are recorded.
    done : int
        Cycles of the first segment that lie before `state`. Where there are any, so does its idle cycle: the first
        call is `advance`, not `begin`. The record holds what is still to be run.
    """
    if isinstance(state, MapState) or isinstance(network, MapNetwork):
        from lava_sleep.executors.map_based import open_map

        assert isinstance(state, MapState) and isinstance(network, MapNetwork) and name == "map"
        return open_map(state, network, segments, rasters, done)
    if name in ("emulation", "float"):
        from lava_sleep.executors.compiled import open_compiled

        return open_compiled(state, network, segments, rasters, done)
    from lava_sleep.executors.lava import open_lava

    return open_lava(name, state, network, segments, floating, rasters, done)


def position(segments: Sequence[Segment], done: int) -> tuple[int, int]:
    """The segment in which a run goes on after `done` cycles, and the cycles of it that are done."""
    for index, segment in enumerate(segments):
        if done < segment.cycles:
            return index, done
        done -= segment.cycles
    return len(segments), 0


def per_segment(segments: Sequence[Segment], outcomes: np.ndarray) -> list[np.ndarray]:
    """The outcomes of all cycles, cut into those of each segment."""
    return np.split(outcomes, np.cumsum([segment.cycles for segment in segments])[:-1])


def run_segments(
    name: str,
    state: StateOf,
    network: AnyNetwork,
    segments: Sequence[Segment],
    floating: bool,
    progress: Progress,
    before: np.ndarray = NO_OUTCOMES,
    keep: Keep = lambda state, before, since: None,
    observer: Observer | None = None,
) -> tuple[StateOf, list[np.ndarray]]:
    """Run segments, from their beginning or on from where they were left.

    Parameters
    ----------
    name, state, network, segments, floating
        See `open_executor`.
    progress : callable
        Called with the number of cycles done since the last call; may raise to stop the run.
    before : uint8 array (cycles,)
        Outcomes of the cycles that lie before `state`.
    keep : callable
        Called after every stretch with the present state, `before`, and the outcomes since; may write them down.
    observer : Observer, optional

    Returns
    -------
    State or MapState
        After the last segment.
    list of uint8 array
        Outcome of each cycle, per segment.
    """
    index, done = position(segments, len(before))
    ahead = segments[index:]
    if not ahead:
        return state, per_segment(segments, before)
    run = 0
    with open_executor(name, state, network, ahead, floating, done=done) as running:
        for segment in ahead:
            if done == 0:
                running.begin(segment)
            left = segment.cycles - done
            while left:
                cycles = min(running.stretch, left, observer.due() if observer else left)
                running.advance(cycles)
                left -= cycles
                run += cycles
                if observer:
                    observer(cycles, running.state)
                keep(running.state, before, running.record.outcomes[:run])
                progress(cycles)
            done = 0
        outcomes = np.concatenate([before, running.record.outcomes])
        return cast(StateOf, running.state), per_segment(segments, outcomes)
