"""The layers and their plastic synapses as one process whose Lava step is a whole movement cycle.

Each process costs 0.3 ms per Lava step, so one process and one step per cycle is the fast way through Lava.
"""

import numpy as np
from lava.magma.core.model.py.ports import PyInPort, PyOutPort
from lava.magma.core.model.py.type import LavaPyType
from lava.magma.core.process.ports.ports import InPort, OutPort
from lava.magma.core.process.process import AbstractProcess

from emulation.engine.cycle import clear, hidden_answer, learn_hidden, learn_output, output_cycle
from emulation.engine.network import STEPS
from emulation.engine.phase import Mode
from emulation.engine.scratch import make_cycle_scratch
from processes.control import Controlled, ControlledModel
from processes.declaration import OWN
from processes.models import BOTH, cpu_model


class Layers(Controlled, AbstractProcess):
    """Hidden layer, plastic synapses and output layer."""

    hardware = OWN["Layers"]

    def __init__(self, **shared) -> None:
        super().__init__(**shared)
        self.pixels_in = InPort(shape=(self.inputs,))
        self.events_in = InPort(shape=(STEPS, self.hidden))
        self.reward_in = InPort(shape=(self.outputs,))
        self.counts_out = OutPort(shape=(self.outputs,))
        self.spikes_out = OutPort(shape=(self.hidden,))


@cpu_model(Layers, *BOTH)
class PyLayersModel(ControlledModel):
    pixels_in: PyInPort = LavaPyType(PyInPort.VEC_DENSE, np.int32)
    events_in: PyInPort = LavaPyType(PyInPort.VEC_DENSE, np.int32)
    reward_in: PyInPort = LavaPyType(PyInPort.VEC_DENSE, np.int64)
    counts_out: PyOutPort = LavaPyType(PyOutPort.VEC_DENSE, np.int64)
    spikes_out: PyOutPort = LavaPyType(PyOutPort.VEC_DENSE, np.int32)

    def __init__(self, proc_params):
        super().__init__(proc_params)
        self.scratch = make_cycle_scratch(self.state)
        self.neurons, self.event_steps = self.scratch.neurons, self.scratch.event_steps
        self.no_raster = np.zeros((0, len(self.state.counts)), np.uint8)

    def run_spk(self):
        self.receive_control()
        pixels = self.pixels_in.recv().astype(np.uint8)
        events = self.events_in.recv()
        number = 0
        if self.idle:
            clear(self.state)
        elif self.network_phase.mode != Mode.REST:
            number = self.cycle(pixels, events)
        self.counts_out.send(self.state.counts)
        spikes = np.bincount(self.neurons[:number], minlength=events.shape[1])
        self.spikes_out.send(spikes.astype(np.int32))
        reward = self.reward_in.recv()
        self.state.clock[0] += STEPS
        if not self.idle and self.network_phase.mode == Mode.WAKE:
            self.state.reward[:] = reward

    def cycle(self, pixels, events) -> int:
        """One counted cycle; returns the number of hidden spikes."""
        state, network, phase = self.state, self.network, self.network_phase
        neurons, event_steps = self.neurons, self.event_steps
        if phase.mode == Mode.SLEEP:
            found = np.nonzero(events)
            number = len(found[0])
            event_steps[:number], neurons[:number] = found
        else:
            synapses, threshold = state.hidden_synapses, network.hidden_threshold
            number = hidden_answer(synapses, network.wiring, pixels, threshold, neurons, event_steps)
        raster = self.no_raster
        if len(self.record.hidden_raster):
            self.record.hidden_raster[self.index, event_steps[:number], neurons[:number]] = 1
            raster = self.record.output_raster[self.index]
        if phase.mode == Mode.UNSUPERVISED:
            if phase.learns:
                learn_hidden(state, network, phase, pixels, neurons, number, self.position, self.scratch.hidden)
            return number
        output_cycle(state, network, phase, neurons, event_steps, number, raster)
        if phase.learns:
            learn_output(state, network, phase, self.scratch.output)
        return number
