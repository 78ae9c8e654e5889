"""What a backend is: it runs the segments of a protocol on a state, a stretch of cycles at a time."""

from abc import ABC, abstractmethod
from collections.abc import Callable, Sequence
from contextlib import AbstractContextManager
from typing import Any, NamedTuple
from typing import Protocol as Interface

import numpy as np

from emulation.engine.phase import Record
from emulation.errors import InputError
from lava_sleep.networks.base import Arithmetic, Instance, Network, State
from lava_sleep.protocols.schedule import Segment

Progress = Callable[[int], None]
NO_OUTCOMES = np.zeros(0, np.uint8)


class Running(Interface):
    """A backend at work on a sequence of segments.

    Attributes
    ----------
    state : State
        The present state, up to date after each call.
    record : Record
        All cycles of all segments, written as they are run.
    stretch : int
        A good number of cycles for one call of `advance`: a fraction of a second.
    """

    record: Record
    stretch: int

    @property
    def state(self) -> Any:
        """See above."""

    def begin(self, segment: Segment) -> None:
        """Enter the next segment: its idle cycle."""

    def advance(self, cycles: int) -> None:
        """Run so many cycles of the present segment."""

    def spikes(self) -> tuple[np.ndarray, np.ndarray]:
        """Spikes of the record so far, where it keeps rasters, see `lava_sleep.networks.base.Loop.spikes`."""


class Backend(ABC):
    """One way to run networks."""

    name: str
    in_threads = True  # whether several networks can run in threads of one process

    @abstractmethod
    def check(self, network: Network, arithmetic: Arithmetic) -> None:
        """Raise an InputError where the backend cannot run a network in an arithmetic, or is not installed."""

    @abstractmethod
    def open(
        self, instance: Instance, state: Any, segments: Sequence[Segment], *, rasters: bool = False, done: int = 0
    ) -> AbstractContextManager[Running]:
        """Start on a copy of a state.

        Parameters
        ----------
        instance : Instance
        state : State
            Of a network like `instance`; not changed.
        segments : sequence of Segment
        rasters : bool
            Whether spikes and moves are recorded.
        done : int
            Cycles of the first segment that lie before `state`. Where there are any, so does its idle cycle: the first
            call is `advance`, not `begin`. The record holds what is still to be run.
        """


class Observer:
    """Looks at a stage while it runs; this one looks at nothing."""

    def due(self) -> int | None:
        """Cycles after which it wants to be called at the latest, at least 1; None: whenever."""
        return None

    def report(self, cycles: int, state: State, outcomes: "Outcomes") -> None:
        """Called after every stretch with its cycles, the state (not to be changed) and the outcomes so far."""


class Outcomes(NamedTuple):
    """Outcomes of the cycles of a stage, uint8 arrays: those before this run of it, and those since."""

    before: np.ndarray
    since: np.ndarray


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
    backend: Backend,
    instance: Instance,
    state: Any,
    segments: Sequence[Segment],
    *observers: Observer,
    before: np.ndarray = NO_OUTCOMES,
) -> tuple[Any, list[np.ndarray]]:
    """Run segments, from their beginning or on from where they were left.

    Parameters
    ----------
    backend, instance, state, segments
        See `Backend.open`.
    observers : Observer
        Called in turn after every stretch; one may raise to stop the run.
    before : uint8 array (cycles,)
        Outcomes of the cycles that lie before `state`.

    Returns
    -------
    State
        After the last segment.
    list of uint8 array
        Outcome of each cycle, per segment.
    """
    index, done = position(segments, len(before))
    ahead = segments[index:]
    if not ahead:
        return state, per_segment(segments, before)
    run = 0
    with backend.open(instance, state, ahead, done=done) as running:
        for segment in ahead:
            if done == 0:
                running.begin(segment)
            left = segment.cycles - done
            while left:
                cycles = min(running.stretch, left, *(due for one in observers if (due := one.due()) is not None))
                running.advance(cycles)
                left -= cycles
                run += cycles
                for observer in observers:
                    observer.report(cycles, running.state, Outcomes(before, running.record.outcomes[:run]))
            done = 0
        return running.state, per_segment(segments, np.concatenate([before, running.record.outcomes]))


def require_graph(backend: str, network: Network, arithmetic: Arithmetic) -> None:
    """Raise an InputError unless a network is described as a graph, and computes in an arithmetic."""
    if not network.has_graph:
        allowed = "a network that is described as a graph: integer"
        raise InputError(f"network of the backend {backend}", network.model, allowed, "choose another backend")
    network.check_arithmetic(arithmetic)


def missing(what: str, package: str, versions: str) -> InputError:
    """The error for a backend whose package is not installed."""
    hint = f"choose another one, or install {package}"
    return InputError(f"{what} needs {package}", "none installed", versions, hint)
