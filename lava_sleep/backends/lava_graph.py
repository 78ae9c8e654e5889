"""The integer network on Lava: the graph of its description, a timestep or a cycle per Lava step."""

from collections.abc import Mapping
from types import TracebackType
from typing import Any

import numpy as np

from emulation.engine.network import STEPS
from emulation.engine.state import State
from lava_sleep.graphs.engine import Engine
from lava_sleep.graphs.graph import Graph
from lava_sleep.graphs.integer import PROJECTIONS, most_spikes, read_state, write_state
from lava_sleep.graphs.lava import LavaNetwork
from lava_sleep.graphs.lava_cycles import LavaCycles
from lava_sleep.graphs.lava_parts import Course, Held
from processes.runtime import GuardedRun
from processes.shared_memory import shared_copy


class OnLava:
    """A network that runs within a `with` statement.

    Attributes
    ----------
    network : LavaNetwork or LavaCycles
    """

    network: LavaNetwork | LavaCycles

    def __enter__(self) -> Any:
        self.network.__enter__()
        return self

    def __exit__(self, kind: type[BaseException] | None, error: BaseException | None, at: TracebackType | None) -> None:
        self.network.__exit__(kind, error, at)

    @property
    def guarded(self) -> GuardedRun:
        """The run."""
        return self.network.guarded


class Steps(OnLava):
    """A process for every population, projection and service; a Lava step is a timestep.

    Parameters
    ----------
    graph : Graph
    arithmetic : {"fixed", "float"}
    state : State
        To go on from; not changed.
    course : Course
    rasters : bool
        Whether spikes are kept.
    """

    network: LavaNetwork

    def __init__(self, graph: Graph, arithmetic: str, state: State, course: Course, rasters: bool) -> None:
        self.state: Any = shared_copy(state)
        held = held_by(self.state)
        self.network = LavaNetwork(graph, arithmetic, probes=rasters, held=held, course=course)
        self.deeds = self.network.deeds

    def advance(self, cycles: int) -> None:
        """Run cycles of the course."""
        self.network.advance(cycles)
        self.state.clock[0] += cycles * STEPS

    def rasters(self, first: int, cycles: int) -> Mapping[str, np.ndarray]:
        """Spikes of the layers, uint8 arrays (cycles, timesteps, n), from a cycle of the course on."""
        part = slice(first * STEPS, (first + cycles) * STEPS)
        probes = self.network.probes
        return {name: probes[name].spikes[part].reshape(cycles, STEPS, -1) for name in ("hidden", "output")}


class Cycles(OnLava):
    """The whole network in one process, its world in another; a Lava step is a cycle. Parameters as of `Steps`."""

    network: LavaCycles

    def __init__(self, graph: Graph, arithmetic: str, state: State, course: Course, rasters: bool) -> None:
        self._like, self._engine = state, Engine(graph, arithmetic)
        write_state(self._engine, state)
        if rasters:
            self._engine.record(spikes=course.cycles * most_spikes(graph))
        self.network = LavaCycles(self._engine, course)
        self.deeds, self._first = self.network.deeds, course.clock

    @property
    def state(self) -> Any:
        """The present state."""
        return read_state(self._engine, self._like)

    def advance(self, cycles: int) -> None:
        """Run cycles of the course."""
        self.network.advance(cycles)
        self._engine.collect()

    def rasters(self, first: int, cycles: int) -> Mapping[str, np.ndarray]:
        """See `Steps.rasters`; the spikes are forgotten."""
        found = {}
        for name in ("hidden", "output"):
            spikes = self._engine.spikes(name)
            cycle, step = np.divmod(spikes.times - 1 - self._first, STEPS)
            found[name] = np.zeros((cycles, STEPS, self._engine.graph.populations[name].size), np.uint8)
            own = cycle >= first
            found[name][cycle[own] - first, step[own], spikes.neurons[own]] = 1
        self._engine.forget()
        return found


def held_by(state: State) -> Held:
    """The arrays of a state by the parts of the graph."""
    counts = state.rate_counts if len(state.rate_counts) > 1 else state.rate_counts[0]
    return Held(
        populations={"output": {"u": state.u, "v": state.v, "overflow": state.overflow}},
        sleepers={"hidden": {"spike_counts": counts, "cycles": state.rate_cycles}},
        projections={name: getattr(state, field) for name, field in PROJECTIONS.items()},
        arriving={"to_output": state.arriving},
        surroundings={"counts": state.counts, "worth": state.reward},
        world=state.world,
    )
