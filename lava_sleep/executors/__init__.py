"""Executors: each runs the segments of a protocol on a state, a stretch of cycles at a time."""

from collections.abc import Callable, Sequence
from contextlib import AbstractContextManager
from typing import Protocol as Interface

import numpy as np

from emulation.phase import Record
from emulation.state import Network, State
from lava_sleep.protocol import Segment

Progress = Callable[[int], None]


class Observer(Interface):
    """Looks at the state between stretches of cycles, e.g. `lava_sleep.recording.StageRecorder`."""

    def due(self) -> int:
        """Cycles after which it wants to be called at the latest, at least 1."""

    def __call__(self, cycles: int, state: State) -> None:
        """Called after every stretch with its cycles and the state, which is not to be changed."""


class Running(Interface):
    """An executor at work on a sequence of segments.

    Attributes
    ----------
    state : State
        The present state, up to date after each call.
    record : Record
        All cycles of all segments, written as they are run.
    stretch : int
        A good number of cycles for one call of `advance`: a fraction of a second.
    """

    state: State
    record: Record
    stretch: int

    def begin(self, segment: Segment) -> None:
        """Enter the next segment: its idle cycle."""

    def advance(self, cycles: int) -> None:
        """Run so many cycles of the present segment."""


def open_executor(
    name: str, state: State, network: Network, segments: Sequence[Segment], floating: bool, rasters: bool = False
) -> AbstractContextManager[Running]:
    """An executor by its name; Lava is imported only where it runs.

    Parameters
    ----------
    name : {"emulation", "float", "lava-cycle", "lava"}
    state : State
        Where to start; not changed.
    network : Network
    segments : sequence of Segment
    floating : bool
        Whether a Lava executor uses models tagged floating_pt; `state` holds float64 then.
    rasters : bool
        Whether spikes and moves are recorded.
    """
    if name in ("emulation", "float"):
        from lava_sleep.executors.compiled import open_compiled

        return open_compiled(state, network, segments, rasters)
    from lava_sleep.executors.lava import open_lava

    return open_lava(name, state, network, segments, floating, rasters)


def run_segments(
    name: str,
    state: State,
    network: Network,
    segments: Sequence[Segment],
    floating: bool,
    progress: Progress,
    observer: Observer | None = None,
) -> tuple[State, list[np.ndarray]]:
    """Run segments from a state, which is not changed.

    Parameters
    ----------
    name, state, network, segments, floating
        See `open_executor`.
    progress : callable
        Called with the number of cycles done since the last call; may raise to stop the run.
    observer : Observer, optional

    Returns
    -------
    State
        After the last segment.
    list of uint8 array
        Outcome of each cycle, per segment.
    """
    with open_executor(name, state, network, segments, floating) as running:
        for segment in segments:
            running.begin(segment)
            left = segment.cycles
            while left:
                cycles = min(running.stretch, left, observer.due() if observer else left)
                running.advance(cycles)
                left -= cycles
                progress(cycles)
                if observer:
                    observer(cycles, running.state)
        ends = np.cumsum([segment.cycles for segment in segments])[:-1]
        return running.state, np.split(np.array(running.record.outcomes), ends)
