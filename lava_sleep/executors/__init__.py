"""Executors: each runs the segments of a protocol on a state, a stretch of cycles at a time."""

from collections.abc import Callable, Sequence
from contextlib import AbstractContextManager
from typing import Protocol as Interface
from typing import TypeVar, cast

import numpy as np

from emulation.map.parameters import MapNetwork
from emulation.map.state import MapState
from emulation.phase import Record
from emulation.state import Network, State
from lava_sleep.build import build_network, initial_state
from lava_sleep.description import NetworkDescription
from lava_sleep.map_build import build_map_network, initial_map_state
from lava_sleep.protocol import Segment

Progress = Callable[[int], None]
AnyState = State | MapState
AnyNetwork = Network | MapNetwork
StateOf = TypeVar("StateOf", bound=AnyState)


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
    name: str, state: AnyState, network: AnyNetwork, segments: Sequence[Segment], floating: bool, rasters: bool = False
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
    """
    if isinstance(state, MapState) or isinstance(network, MapNetwork):
        from lava_sleep.executors.map_based import open_map

        assert isinstance(state, MapState) and isinstance(network, MapNetwork) and name == "map"
        return open_map(state, network, segments, rasters)
    if name in ("emulation", "float"):
        from lava_sleep.executors.compiled import open_compiled

        return open_compiled(state, network, segments, rasters)
    from lava_sleep.executors.lava import open_lava

    return open_lava(name, state, network, segments, floating, rasters)


def run_segments(
    name: str, state: StateOf, network: AnyNetwork, segments: Sequence[Segment], floating: bool, progress: Progress
) -> tuple[StateOf, list[np.ndarray]]:
    """Run segments from a state, which is not changed.

    Parameters
    ----------
    name, state, network, segments, floating
        See `open_executor`.
    progress : callable
        Called with the number of cycles done since the last call; may raise to stop the run.

    Returns
    -------
    State or MapState
        After the last segment.
    list of uint8 array
        Outcome of each cycle, per segment.
    """
    with open_executor(name, state, network, segments, floating) as running:
        for segment in segments:
            running.begin(segment)
            for first in range(0, segment.cycles, running.stretch):
                cycles = min(running.stretch, segment.cycles - first)
                running.advance(cycles)
                progress(cycles)
        ends = np.cumsum([segment.cycles for segment in segments])[:-1]
        return cast(StateOf, running.state), np.split(np.array(running.record.outcomes), ends)
