"""Backends of Lava: a graph of processes, run guarded; state and record are in memory that all of them share.

Lava itself is imported when a graph is built: it runs on Python 3.10 only.
"""

import importlib.util
import multiprocessing
from collections.abc import Iterator, Sequence
from contextlib import contextmanager
from typing import TYPE_CHECKING, Any

import numpy as np

from emulation.engine.network import STEPS
from emulation.engine.phase import Record, make_record
from emulation.errors import InputError
from lava_sleep.backends.base import Backend, missing
from lava_sleep.networks.base import Arithmetic, Instance, Network, layer_sizes
from lava_sleep.networks.integer.instance import raster_spikes
from lava_sleep.protocols.schedule import Segment
from processes.shared_memory import shared_copy

if TYPE_CHECKING:
    from processes.runtime import GuardedRun

TIMEOUT = 300.0  # s that one call may take; compiling the kernels in the children is part of the first
TAGS = {Arithmetic.FIXED: "fixed_pt", Arithmetic.FLOAT: "floating_pt"}  # of Lava's process models


class LavaRunning:
    """See `lava_sleep.backends.base.Running`."""

    def __init__(self, backend: "LavaBackend", state: Any, record: Record, guarded: "GuardedRun") -> None:
        self.state, self.record, self.stretch = state, record, backend.stretch
        self._guarded, self._lava_steps = guarded, backend.lava_steps

    def begin(self, segment: Segment) -> None:
        """Enter the next segment: its idle cycle. The manager knows the segments."""
        self._guarded.run(self._lava_steps)

    def advance(self, cycles: int) -> None:
        """Run so many cycles of the present segment."""
        self._guarded.run(cycles * self._lava_steps)

    def spikes(self) -> tuple[np.ndarray, np.ndarray]:
        """Spikes of the record so far."""
        return raster_spikes(self.record.hidden_raster), raster_spikes(self.record.output_raster)


class LavaBackend(Backend):
    """See `lava_sleep.backends.base.Backend`.

    Parameters
    ----------
    name : str
    graph : str
        Name of the function of `lava_sleep.backends.lava_graph` that connects the processes.
    lava_steps : int
        Lava steps of a movement cycle.
    stretch : int
        Cycles of one call.
    """

    in_threads = False  # a Lava graph has its own processes

    def __init__(self, name: str, graph: str, lava_steps: int, stretch: int) -> None:
        self.name, self.graph, self.lava_steps, self.stretch = name, graph, lava_steps, stretch

    def check(self, network: Network, arithmetic: Arithmetic) -> None:
        """The integer network, in both arithmetics, where Lava is installed."""
        if importlib.util.find_spec("lava") is None:
            raise missing(f"backend {self.name}", "lava-nc", "lava-nc 0.10.0 on Python 3.10")
        if not network.has_graph:
            allowed = "a network that is described as a graph"
            raise InputError(f"network of the backend {self.name}", network.model, allowed, "choose another backend")
        network.check_arithmetic(arithmetic)

    @contextmanager
    def open(
        self, instance: Instance, state: Any, segments: Sequence[Segment], *, rasters: bool = False, done: int = 0
    ) -> Iterator[LavaRunning]:
        """Start on a copy of `state` in shared memory."""
        self.check(instance.network, instance.arithmetic)
        if multiprocessing.get_start_method(allow_none=True) == "fork":
            multiprocessing.set_start_method(None, force=True)  # Lava sets it itself when it is imported, but only once
        from lava.magma.core.run_configs import Loihi2SimCfg

        from lava_sleep.backends import lava_graph
        from processes.runtime import GuardedRun

        total = sum(segment.cycles for segment in segments) - done
        state, record = shared_copy(state), shared_copy(make_record(total, *layer_sizes(state), rasters))
        manager = lava_graph.make_manager(segments, self.lava_steps, done)
        parts = {"state": state, "network": instance.constants, "record": record, "lava_steps": self.lava_steps}
        getattr(lava_graph, self.graph)(manager, parts)
        configuration = Loihi2SimCfg(select_tag=TAGS[instance.arithmetic])
        with GuardedRun(manager, configuration, TIMEOUT) as guarded:
            yield LavaRunning(self, state, record, guarded)


LAVA = LavaBackend("lava", "connect_step_graph", lava_steps=STEPS, stretch=10)
LAVA_CYCLE = LavaBackend("lava-cycle", "connect_cycle_graph", lava_steps=1, stretch=500)
