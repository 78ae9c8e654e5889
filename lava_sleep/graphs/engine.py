"""A graph that runs in the compiled engine, as integers or as floats."""

from collections.abc import Callable
from typing import Any, NamedTuple

import numpy as np

from emulation.engine.cycle import fresh_world
from emulation.environments.base import compiled_for
from emulation.errors import InputError
from emulation.graph import plan as columns
from emulation.graph.clearing import clear
from emulation.graph.cycle import run_graph
from emulation.graph.learning import connection_of
from emulation.graph.plan import make_record
from emulation.graph.surroundings import Deeds, run_in_surroundings
from emulation.learning.synapses import Connection
from emulation.neurons import REPORT_NEURON, REPORT_TIME
from emulation.states import copy_state, named_arrays
from lava_sleep.graphs.build import initial_state, make_plan, make_scratch, make_surroundings
from lava_sleep.graphs.graph import Graph
from lava_sleep.graphs.layout import layout_of
from lava_sleep.graphs.populations import Outside
from lava_sleep.graphs.settings import cleared_by, setting_of

NO_RECORD = {np.dtype(kind): make_record(0, 0, 0, kind) for kind in (np.int64, np.float64)}
NOT_WRITTEN = Deeds(np.zeros(0, np.uint8), np.zeros(0, np.uint8))
ROOM = 2**16  # spikes for which a record has room per call at first; chosen here


class Spikes(NamedTuple):
    """Timestep (from 1) and neuron of each spike of a population, in order."""

    times: np.ndarray
    neurons: np.ndarray


class Engine:
    """A network that runs.

    Parameters
    ----------
    graph : Graph
    arithmetic : {"fixed", "float"}
        Integers as hardware holds them, or float64.

    Attributes
    ----------
    state : GraphState
        All memory of the run; `arrays` names its arrays, and `restore` takes them back.
    """

    def __init__(self, graph: Graph, arithmetic: str = "fixed") -> None:
        if arithmetic not in ("fixed", "float"):
            raise InputError("Engine.arithmetic: unknown", arithmetic, "fixed, float", "choose one of these")
        self.graph, self.arithmetic, self.layout = graph, arithmetic, layout_of(graph)
        self.plan, self.state = make_plan(graph, arithmetic), initial_state(graph, arithmetic)
        self.settings = {name: setting_of(graph, name) for name in graph.phases}
        self.scratch = make_scratch(self.plan, self.state)
        self.recorded = NO_RECORD[self.state.u.dtype]
        self._kept: list[np.ndarray] = []
        self.around = make_surroundings(graph)

    def run(self) -> "Engine":
        """The whole schedule."""
        for name in self.graph.order:
            self.begin(name)
            self.advance(name, 0, self.graph.phases[name].cycles)
            self.check()
        return self

    def begin(self, phase: str) -> None:
        """Clear what the phase clears at its start; a phase of no cycles does nothing."""
        if not self.graph.phases[phase].cycles:
            return
        setting = self.settings[phase]
        clear(self.state, cleared_by(self.graph.phases[phase]))
        if self.around is not None and setting.exposure[columns.FRESH]:
            arguments = (self.around.world, self.around.ground, setting.task, self.graph.seed, self.state.clock[0])
            compiled_for(fresh_world, self.around.world)(*arguments)

    def advance(self, phase: str, position: int, cycles: int, deeds: Deeds = NOT_WRITTEN) -> None:
        """Run cycles `position` .. `position + cycles - 1` of a phase that has begun.

        Parameters
        ----------
        phase, position, cycles
        deeds : Deeds
            Outcome and act of each cycle in the environment, written.
        """
        if self.graph.phases[phase].mode == "rest" and not len(self.recorded.times):
            self.state.clock[0] += cycles * self.graph.cycle
            return
        arguments = (self.plan, self.state, self.settings[phase], self.scratch, self.recorded)
        if self.around is None:
            run_graph(*arguments, position, cycles)
        else:
            run_in_surroundings(self.around, *arguments, deeds, position, cycles)
        self.collect()

    def share(self, shared: Callable[[Any], Any]) -> None:
        """Move the state into other memory, say such that processes share; `shared` copies named tuples of arrays."""
        self.state, self.recorded = shared(self.state), shared(self.recorded)
        if self.around is not None:
            self.around = self.around._replace(world=shared(self.around.world))

    def run_cycle(
        self,
        phase: str,
        position: int,
        spikes: dict[str, np.ndarray] | None = None,
        factors: dict[str, np.ndarray] | None = None,
    ) -> None:
        """One cycle of a network that is driven from outside.

        Parameters
        ----------
        phase, position
            As in `advance`.
        spikes : dict of int array (spikes, 2)
            Timestep (0 .. cycle - 1) and neuron of each spike of the sources from outside.
        factors : dict of int array (n_post,)
            Third factor from outside that a projection's post neurons send in this cycle.
        """
        for name, part in self.graph.populations.items():
            if isinstance(part, Outside):
                self._give(name, np.asarray((spikes or {}).get(name, np.zeros((0, 2))), np.int64).reshape(-1, 2))
        for name, values in (factors or {}).items():
            self.outside(name)[:] = values
        self.advance(phase, position, 1)

    def check(self) -> None:
        """Raise an InputError that names the place of an overflow, where the policy is strict."""
        neuron, time = self.state.overflow[REPORT_NEURON] - 1, self.state.overflow[REPORT_TIME]
        if neuron < 0 or self.graph.overflow != "strict":
            return
        name = next(name for name in self.graph.populations if neuron < self._range(name)[1])
        got = f"population {name}, neuron {neuron - self._range(name)[0]}, timestep {time}"
        hint = "choose another policy, or lower weights"
        raise InputError("graph.overflow: a register overflowed", got, "none with 'strict'", hint)

    def _give(self, name: str, spikes: np.ndarray) -> None:
        part, number = self.graph.populations[name], self.layout.populations[name]
        if spikes.size and (
            spikes.min() < 0 or spikes[:, 0].max() >= self.graph.cycle or spikes[:, 1].max() >= part.size
        ):
            allowed = f"timesteps 0 to {self.graph.cycle - 1}, neurons 0 to {part.size - 1}"
            raise InputError(
                f"Engine.run_cycle: spikes of {name}", spikes.max(axis=0).tolist(), allowed, "correct them"
            )
        spikes = np.unique(spikes, axis=0)
        start = self.plan.populations[number, columns.EVENT_START]
        self.scratch.event_steps[start : start + len(spikes)] = spikes[:, 0]
        self.scratch.event_neurons[start : start + len(spikes)] = spikes[:, 1]
        self.scratch.event_counts[number] = len(spikes)

    def record(self, spikes: int = ROOM, timesteps: int = 0) -> "Engine":
        """Write down from here on: room for spikes per call of `advance`, and u and v of so many timesteps."""
        self.recorded = make_record(spikes, len(self.state.u), timesteps, self.state.u.dtype.type)
        return self

    def forget(self) -> None:
        """Forget the spikes that were recorded so far."""
        self._kept.clear()

    def collect(self) -> None:
        """Take the spikes out of the record: room for those of the next call."""
        record = self.recorded
        number, lost = record.number
        if lost:
            raise InputError("Engine.record: no room", int(number + lost), f"{number} spikes", "make `spikes` larger")
        if number:
            self._kept.append(np.stack([record.times[:number], record.neurons[:number]]))
            record.number[:] = 0

    def spikes(self, population: str) -> Spikes:
        """The recorded spikes of a population."""
        times, neurons = np.concatenate([np.zeros((2, 0), np.int64), *self._kept], axis=1)
        first, last = self._range(population)
        own = (neurons >= first) & (neurons < last)
        return Spikes(times[own], neurons[own] - first)

    def voltages(self, population: str) -> tuple[np.ndarray, np.ndarray]:
        """Recorded u and v (timesteps, n) of a population."""
        first, last = self._range(population)
        written = self.recorded.row[0]
        return self.recorded.u[:written, first:last], self.recorded.v[:written, first:last]

    def _range(self, population: str) -> tuple[int, int]:
        row = self.plan.populations[self.layout.populations[population]]
        return int(row[columns.FIRST]), int(row[columns.FIRST] + row[columns.SIZE])

    def first(self, population: str) -> int:
        """Where the neurons of a population begin in the arrays of the state."""
        return self._range(population)[0]

    def outside(self, projection: str) -> np.ndarray:
        """What an environment sends to the post neurons of a plastic projection: a view of the state."""
        row = self.plan.plastic[self.layout.plastic[projection]]
        return self.state.outside[row[columns.Y_START] : row[columns.Y_START] + row[columns.N_POST]]

    def connection(self, projection: str) -> Connection:
        """Views of the state of a plastic projection."""
        return connection_of.py_func(self.plan, self.state, self.layout.plastic[projection])

    def values(self, projection: str) -> dict[str, np.ndarray]:
        """w, t, d (n_post, n_pre), 0 where there is no synapse, and the traces (2, n_pre), (3, n_post)."""
        row, state = self.plan.plastic[self.layout.plastic[projection]], self.state
        n_pre, n_post, fan_in = (int(row[k]) for k in (columns.N_PRE, columns.N_POST, columns.FAN_IN))
        start, x, y = int(row[columns.WEIGHT_START]), int(row[columns.X_START]), int(row[columns.Y_START])
        size = self.graph.populations[self.graph.projections[projection].source].size
        pre = self.plan.pre[row[columns.PRE_START] :][: row[columns.PRE_ROWS] * fan_in].reshape(-1, fan_in)
        found = {}
        for name in ("weights", "tags", "delays"):
            rows = getattr(state, name)[start : start + n_post * fan_in].reshape(n_post, fan_in)
            matrix = np.zeros((n_post, n_pre), rows.dtype)
            np.put_along_axis(matrix, np.broadcast_to(pre, rows.shape).astype(np.int64), rows, 1)
            found[name] = matrix[:, :size]
        found["x_traces"] = state.x_traces[2 * x : 2 * (x + n_pre)].reshape(2, n_pre)[:, :size].copy()
        found["y_traces"] = state.y_traces[3 * y : 3 * (y + n_post)].reshape(3, n_post).copy()
        return found

    def weights(self, projection: str) -> np.ndarray:
        """Weights (n_post, n_pre) of a plastic projection, 0 where there is no synapse."""
        return self.values(projection)["weights"]

    def counts(self, population: str) -> np.ndarray:
        """Spikes of a readout in the last cycle."""
        first, last = self._range(population)
        return self.state.counts[first:last]

    def arrays(self) -> dict[str, np.ndarray]:
        """Copies of all arrays of the state by name: a checkpoint."""
        return named_arrays(copy_state(self.state))

    def restore(self, arrays: dict[str, np.ndarray]) -> None:
        """Go on from a checkpoint of the same graph."""
        for name, array in named_arrays(self.state).items():
            given: Any = arrays.get(name)
            if given is None or given.shape != array.shape:
                got = None if given is None else given.shape
                raise InputError(f"checkpoint of a graph: {name}", got, str(array.shape), "take one of the same graph")
            array[...] = given
