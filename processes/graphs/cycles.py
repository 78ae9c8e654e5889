"""A whole graph as one process whose Lava step is a cycle.

Each process costs 0.3 ms per Lava step, so one process and one step per cycle is the fast way through Lava.
"""

from collections.abc import Sequence
from typing import Any

import numpy as np
from lava.magma.core.model.py.ports import PyInPort, PyOutPort
from lava.magma.core.model.py.type import LavaPyType
from lava.magma.core.process.ports.ports import InPort, OutPort
from lava.magma.core.process.process import AbstractProcess

from emulation.graph.clearing import clear
from emulation.graph.cycle import run_graph
from emulation.graph.plan import (
    EVENT_START,
    N_POST,
    STEPS,
    Y_START,
    GraphRecord,
    GraphScratch,
    GraphState,
    Plan,
    Setting,
)
from processes.declaration import OWN
from processes.graphs.phases import POSITION, Phased, PhasedModel
from processes.models import BOTH, cpu_model


class GraphCycles(Phased, AbstractProcess):
    """Populations, projections and sleep of a graph.

    Parameters
    ----------
    sizes : (int, int)
        Inputs and outputs of the environment.
    plan, scratch : Plan, GraphScratch
    state, record : GraphState, GraphRecord
        In memory that processes share.
    settings, clears, rests : sequence
        By phase: a `Setting`, bits of what is cleared when it begins, whether nothing runs.
    source, outputs, teaches, at : int
        Source population that spikes by what is sensed, and its step; first neuron of those by whose spikes is acted;
        plastic projection that is sent what acts were worth, -1 for none.

    Ports: `sensed_in` (inputs,), `worth_in`, `counts_out` (outputs,).
    """

    hardware = OWN["GraphCycles"]
    _runtime = None  # Lava's destructor reads it, also after a constructor that raised

    def __init__(
        self,
        *,
        sizes: tuple[int, int],
        plan: Plan,
        state: GraphState,
        scratch: GraphScratch,
        record: GraphRecord,
        settings: Sequence[Setting],
        **parameters: Any,
    ) -> None:
        parts = {"plan": plan, "state": state, "scratch": scratch, "record": record, "settings": settings}
        super().__init__(sizes=sizes, **parts, **parameters)
        inputs, outputs = sizes
        self.sensed_in, self.worth_in = InPort(shape=(inputs,)), InPort(shape=(outputs,))
        self.counts_out = OutPort(shape=(outputs,))


@cpu_model(GraphCycles, *BOTH)
class PyGraphCyclesModel(PhasedModel):
    sensed_in: PyInPort = LavaPyType(PyInPort.VEC_DENSE, np.int32)
    worth_in: PyInPort = LavaPyType(PyInPort.VEC_DENSE, np.int32)
    counts_out: PyOutPort = LavaPyType(PyOutPort.VEC_DENSE, np.int32)

    def run_spk(self):
        self.receive_phase()
        given = self.proc_params
        plan, state = given["plan"], given["state"]
        if self.begins:
            clear(state, self.in_phase("clears"))
        self.take(self.sensed_in.recv(), self.worth_in.recv())
        if self.in_phase("rests"):
            state.clock[0] += plan.numbers[STEPS]
        else:
            position = int(self.message[POSITION])
            run_graph(plan, state, self.in_phase("settings"), given["scratch"], given["record"], position, 1)
        outputs = given["sizes"][1]
        self.counts_out.send(state.counts[given["outputs"] :][:outputs].astype(np.int32))

    def take(self, sensed, worth):
        """Events of the source, and third factors from outside."""
        given = self.proc_params
        plan, scratch, source = given["plan"], given["scratch"], given["source"]
        neurons, start = np.flatnonzero(sensed), plan.populations[source, EVENT_START]
        scratch.event_neurons[start : start + len(neurons)] = neurons
        scratch.event_steps[start : start + len(neurons)] = given["at"]
        scratch.event_counts[source] = len(neurons)
        if given["teaches"] >= 0:
            row = plan.plastic[given["teaches"]]
            given["state"].outside[row[Y_START] : row[Y_START] + row[N_POST]] = worth
