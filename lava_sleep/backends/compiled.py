"""The fast backend: compiled loops over movement cycles, for every network that has them."""

from collections.abc import Iterator, Sequence
from contextlib import contextmanager
from typing import Any

import numpy as np

from emulation.engine.phase import Record, make_record
from emulation.states import copy_state
from lava_sleep.backends.base import Backend
from lava_sleep.networks.base import Arithmetic, Instance, Network, layer_sizes
from lava_sleep.protocols.schedule import Segment


class CompiledRunning:
    """See `lava_sleep.backends.base.Running`."""

    stretch = 2000

    def __init__(self, instance: Instance, state: Any, record: Record, first: Segment, done: int) -> None:
        self.state, self.record = state, record
        self._loop = instance.loop(state, record)
        self._segment, self._position, self._index = first, done, 0

    def begin(self, segment: Segment) -> None:
        """Enter the next segment: its idle cycle."""
        self._loop.begin(segment.phase)
        self._segment, self._position = segment, 0

    def advance(self, cycles: int) -> None:
        """Run so many cycles of the present segment."""
        self._loop.advance(self._segment.phase, self._position, self._index, cycles)
        self._position += cycles
        self._index += cycles

    def spikes(self) -> tuple[np.ndarray, np.ndarray]:
        """Spikes of the record so far."""
        return self._loop.spikes()


class Compiled(Backend):
    """See `lava_sleep.backends.base.Backend`."""

    name = "compiled"

    def check(self, network: Network, arithmetic: Arithmetic) -> None:
        """Any network, in the arithmetics that it has."""
        network.check_arithmetic(arithmetic)

    @contextmanager
    def open(
        self, instance: Instance, state: Any, segments: Sequence[Segment], *, rasters: bool = False, done: int = 0
    ) -> Iterator[CompiledRunning]:
        """Start on a copy of `state`."""
        cycles = sum(segment.cycles for segment in segments) - done
        record = make_record(cycles, *layer_sizes(state), rasters)
        yield CompiledRunning(instance, copy_state(state), record, segments[0], done)


COMPILED = Compiled()
