"""The fast executor: compiled loops, in fixed point or in float64 after the dtype of the state."""

from collections.abc import Iterator, Sequence
from contextlib import contextmanager

from emulation.engine.cycle import idle_cycle, run_cycles
from emulation.engine.network import Network
from emulation.engine.phase import Record, make_record
from emulation.engine.state import State
from emulation.states import copy_state
from lava_sleep.protocol import Segment


class Compiled:
    """See `lava_sleep.executors.Running`."""

    stretch = 2000

    def __init__(self, state: State, network: Network, record: Record, first: Segment, done: int) -> None:
        self.state, self.network, self.record = state, network, record
        self._segment, self._position, self._index = first, done, 0

    def begin(self, segment: Segment) -> None:
        """Enter the next segment: its idle cycle."""
        idle_cycle(self.state, self.network, segment.phase)
        self._segment, self._position = segment, 0

    def advance(self, cycles: int) -> None:
        """Run so many cycles of the present segment."""
        part = Record(*(array[self._index : self._index + cycles] for array in self.record))
        run_cycles(self.state, self.network, self._segment.phase, self._position, cycles, part)
        self._position += cycles
        self._index += cycles


@contextmanager
def open_compiled(
    state: State, network: Network, segments: Sequence[Segment], rasters: bool = False, done: int = 0
) -> Iterator[Compiled]:
    """The compiled executor on a copy of `state`, see `lava_sleep.executors.open_executor`."""
    cycles = sum(segment.cycles for segment in segments) - done
    record = make_record(cycles, state.rate_counts.shape[1], rasters)
    yield Compiled(copy_state(state), network, record, segments[0], done)
