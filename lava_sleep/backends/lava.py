"""Backends of Lava: the graph of a network's description as Lava processes, run guarded.

Lava itself is imported when a graph is built: it runs on Python 3.10 only.
"""

import importlib.util
import multiprocessing
from collections.abc import Iterator, Sequence
from contextlib import contextmanager
from typing import Any

import numpy as np

from emulation.engine.network import STEPS
from emulation.engine.phase import Mode, Record, make_record
from lava_sleep.backends.base import Backend, missing, require_graph
from lava_sleep.networks.base import Arithmetic, Instance, Network, layer_sizes
from lava_sleep.networks.integer.instance import raster_spikes
from lava_sleep.protocols.schedule import Segment


class LavaRunning:
    """See `lava_sleep.backends.base.Running`.

    Parameters
    ----------
    network : lava_sleep.backends.lava_graph.Steps or Cycles
    record : Record
    segment : Segment
        The first one.
    stretch : int
        Cycles of one call.
    """

    def __init__(self, network: Any, record: Record, segment: Segment, stretch: int) -> None:
        self.network, self.record, self.stretch = network, record, stretch
        self._segment, self._cycle, self._index = segment, 0, 0  # cycles of the graph, and those that are counted

    @property
    def state(self) -> Any:
        """The present state."""
        return self.network.state

    def begin(self, segment: Segment) -> None:
        """Enter the next segment: its idle cycle. The manager knows the segments."""
        self.network.advance(1)
        self._segment, self._cycle = segment, self._cycle + 1

    def advance(self, cycles: int) -> None:
        """Run so many cycles of the present segment."""
        self.network.advance(cycles)
        if self._segment.phase.mode != Mode.REST:
            done, counted = (slice(first, first + cycles) for first in (self._cycle, self._index))
            self.record.outcomes[counted] = self.network.deeds.outcomes[done]
            if len(self.record.directions):
                self.record.directions[counted] = self.network.deeds.acts[done]
        if len(self.record.hidden_raster):
            rasters = self.network.rasters(self._cycle, cycles)
            self.record.hidden_raster[self._index : self._index + cycles] = rasters["hidden"]
            self.record.output_raster[self._index : self._index + cycles] = rasters["output"]
        self._cycle += cycles
        self._index += cycles

    def spikes(self) -> tuple[np.ndarray, np.ndarray]:
        """Spikes of the record so far."""
        return raster_spikes(self.record.hidden_raster), raster_spikes(self.record.output_raster)


class LavaBackend(Backend):
    """See `lava_sleep.backends.base.Backend`.

    Parameters
    ----------
    name : str
    kind : str
        Name of the class of `lava_sleep.backends.lava_graph` that has the processes.
    lava_steps : int
        Lava steps of a movement cycle.
    stretch : int
        Cycles of one call.
    """

    in_threads = False  # a Lava graph has its own processes

    def __init__(self, name: str, kind: str, lava_steps: int, stretch: int) -> None:
        self.name, self.kind, self.lava_steps, self.stretch = name, kind, lava_steps, stretch

    def check(self, network: Network, arithmetic: Arithmetic) -> None:
        """The integer network, in both arithmetics, where Lava is installed."""
        if importlib.util.find_spec("lava") is None:
            raise missing(f"backend {self.name}", "lava-nc", "lava-nc 0.10.0 on Python 3.10")
        require_graph(self.name, network, arithmetic)

    @contextmanager
    def open(
        self, instance: Instance, state: Any, segments: Sequence[Segment], *, rasters: bool = False, done: int = 0
    ) -> Iterator[LavaRunning]:
        """Start on a copy of `state` in shared memory."""
        self.check(instance.network, instance.arithmetic)
        if multiprocessing.get_start_method(allow_none=True) == "fork":
            multiprocessing.set_start_method(None, force=True)  # Lava sets it itself when it is imported, but only once
        from lava_sleep.backends import lava_graph
        from lava_sleep.graphs.integer import graph_of
        from lava_sleep.graphs.lava_parts import course_of

        graph = graph_of(instance, segments)
        course = course_of(graph, skipped=1 if done else 0, done=done, clock=int(state.clock[0]))
        record = make_record(sum(segment.cycles for segment in segments) - done, *layer_sizes(state), rasters)
        kind = getattr(lava_graph, self.kind)
        with kind(graph, instance.arithmetic.value, state, course, rasters) as network:
            yield LavaRunning(network, record, segments[0], self.stretch)


LAVA = LavaBackend("lava", "Steps", lava_steps=STEPS, stretch=10)
LAVA_CYCLE = LavaBackend("lava-cycle", "Cycles", lava_steps=1, stretch=500)
