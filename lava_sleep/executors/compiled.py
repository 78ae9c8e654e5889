"""The fast executor: compiled loops, in fixed point or in float64 after the dtype of the state."""

from collections.abc import Iterator, Sequence
from contextlib import contextmanager

from emulation.cycle import idle_cycle, run_cycles
from emulation.phase import Record, make_record
from emulation.state import Network, State, copy_state
from lava_sleep.protocol import Segment


class Compiled:
    """See `lava_sleep.executors.Running`."""

    stretch = 2000

    def __init__(self, state: State, network: Network, record: Record) -> None:
        self.state, self.network, self.record = state, network, record
        self._segment: Segment | None = None
        self._position = self._index = 0

    def begin(self, segment: Segment) -> None:
        """Enter the next segment: its idle cycle."""
        idle_cycle(self.state, self.network, segment.phase)
        self._segment, self._position = segment, 0

    def advance(self, cycles: int) -> None:
        """Run so many cycles of the present segment."""
        assert self._segment is not None
        part = Record(*(array[self._index : self._index + cycles] for array in self.record))
        run_cycles(self.state, self.network, self._segment.phase, self._position, cycles, part)
        self._position += cycles
        self._index += cycles


@contextmanager
def open_compiled(
    state: State, network: Network, segments: Sequence[Segment], rasters: bool = False
) -> Iterator[Compiled]:
    """The compiled executor on a copy of `state`, see `lava_sleep.executors.open_executor`."""
    cycles = sum(segment.cycles for segment in segments)
    yield Compiled(copy_state(state), network, make_record(cycles, state.rate_counts.shape[1], rasters))
