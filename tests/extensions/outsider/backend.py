"""A backend that runs the compiled cycles one at a time."""

from contextlib import contextmanager

from emulation.engine.phase import make_record
from emulation.states import copy_state
from lava_sleep.backends.base import Backend
from lava_sleep.networks.base import layer_sizes


class OneByOne:
    """One cycle after the other."""

    stretch = 1

    def __init__(self, instance, state, record, first, done):
        self.state, self.record = state, record
        self._loop = instance.loop(state, record)
        self._phase, self._position, self._index = first.phase, done, 0

    def begin(self, segment):
        self._loop.begin(segment.phase)
        self._phase, self._position = segment.phase, 0

    def advance(self, cycles):
        for _ in range(cycles):
            self._loop.advance(self._phase, self._position, self._index, 1)
            self._position += 1
            self._index += 1

    def spikes(self):
        return self._loop.spikes()


class OneByOneBackend(Backend):
    """See `lava_sleep.backends.base.Backend`."""

    name = "one-by-one"

    def check(self, network, arithmetic):
        network.check_arithmetic(arithmetic)

    @contextmanager
    def open(self, instance, state, segments, *, rasters=False, done=0):
        cycles = sum(segment.cycles for segment in segments) - done
        record = make_record(cycles, *layer_sizes(state), rasters)
        yield OneByOne(instance, copy_state(state), record, segments[0], done)


BACKEND = OneByOneBackend()
