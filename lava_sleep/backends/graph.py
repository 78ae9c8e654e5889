"""The engine of graphs as a backend: a network described as a graph, with the bits that it has in its own loop."""

from collections.abc import Iterator, Sequence
from contextlib import contextmanager
from typing import Any

import numpy as np

from emulation.engine.network import STEPS
from emulation.engine.phase import Record, make_record
from emulation.graph.surroundings import Deeds
from lava_sleep.backends.base import Backend, require_graph
from lava_sleep.graphs.engine import Engine
from lava_sleep.graphs.integer import graph_of, most_spikes, phase_names, read_state, write_state
from lava_sleep.networks.base import Arithmetic, Instance, Network, layer_sizes
from lava_sleep.networks.integer.instance import raster_spikes
from lava_sleep.protocols.schedule import Segment


class GraphRunning:
    """See `lava_sleep.backends.base.Running`."""

    stretch = 2000

    def __init__(self, engine: Engine, state: Any, record: Record, names: list[tuple[str, str]], done: int) -> None:
        self.record = record
        self._engine, self._like, self._names = engine, state, names
        self._segment, self._position, self._index = 0 if done else -1, done, 0

    @property
    def state(self) -> Any:
        """The present state."""
        return read_state(self._engine, self._like)

    def begin(self, segment: Segment) -> None:
        """Enter the next segment: its idle cycle."""
        self._segment, self._position = self._segment + 1, 0
        idle, name = self._names[self._segment]
        self._engine.begin(idle)
        self._engine.advance(idle, 0, 1)
        self._engine.begin(name)

    def advance(self, cycles: int) -> None:
        """Run so many cycles of the present segment."""
        part = slice(self._index, self._index + cycles)
        clock = int(self._engine.state.clock[0])
        deeds = Deeds(self.record.outcomes[part], self.record.directions[part])
        self._engine.advance(self._names[self._segment][1], self._position, cycles, deeds)
        if len(self.record.hidden_raster):
            self._write_rasters(part, clock)
        self._position += cycles
        self._index += cycles

    def _write_rasters(self, part: slice, clock: int) -> None:
        rasters = {"hidden": self.record.hidden_raster, "output": self.record.output_raster}
        for name, raster in rasters.items():
            spikes = self._engine.spikes(name)
            cycle, step = np.divmod(spikes.times - 1 - clock, STEPS)
            raster[part][cycle, step, spikes.neurons] = 1
        self._engine.forget()

    def spikes(self) -> tuple[np.ndarray, np.ndarray]:
        """Spikes of the record so far."""
        return raster_spikes(self.record.hidden_raster), raster_spikes(self.record.output_raster)


class GraphBackend(Backend):
    """See `lava_sleep.backends.base.Backend`."""

    name = "graph"

    def check(self, network: Network, arithmetic: Arithmetic) -> None:
        """Networks that are described as a graph."""
        require_graph(self.name, network, arithmetic)

    @contextmanager
    def open(
        self, instance: Instance, state: Any, segments: Sequence[Segment], *, rasters: bool = False, done: int = 0
    ) -> Iterator[GraphRunning]:
        """Start on a copy of `state`."""
        self.check(instance.network, instance.arithmetic)
        engine = Engine(graph_of(instance, segments), instance.arithmetic.value)
        write_state(engine, state)
        record = make_record(sum(segment.cycles for segment in segments) - done, *layer_sizes(state), rasters)
        if rasters:
            engine.record(spikes=len(record.outcomes) * most_spikes(engine.graph))
        yield GraphRunning(engine, state, record, phase_names(segments), done)


GRAPH = GraphBackend()
