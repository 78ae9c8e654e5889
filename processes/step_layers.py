"""The layers for a graph whose Lava step is a network timestep: plastic synapses and the output layer.

The hidden layer is a stock `LIF`; these are the parts that Lava has no process for. Connections delay by one timestep
as stock `Dense` does: what is sent is the sum of the step before.
"""

import numpy as np
from lava.magma.core.model.py.ports import PyInPort, PyOutPort
from lava.magma.core.model.py.type import LavaPyType
from lava.magma.core.process.ports.ports import InPort, OutPort
from lava.magma.core.process.process import AbstractProcess

from emulation.engine.cycle import deliver_spikes, hidden_epoch, output_epoch, third_factors
from emulation.engine.network import STEPS
from emulation.engine.phase import Mode
from emulation.learning.spikes import note_post_spikes, note_pre_spikes
from emulation.learning.synapses import clear_activity, make_scratch
from emulation.neurons import output_step
from emulation.randomness import Purpose, stream
from emulation.wiring import sum_input
from processes.control import Controlled, ControlledModel
from processes.declaration import OWN
from processes.models import cpu_model

POST_TRACES = 3


class InputSynapses(Controlled, AbstractProcess):
    """Plastic synapses input -> hidden, nine per neuron; they learn in the unsupervised phase."""

    hardware = OWN["InputSynapses"]

    def __init__(self, **shared) -> None:
        super().__init__(**shared)
        self.s_in = InPort(shape=(self.inputs,))
        self.s_in_bap = InPort(shape=(self.hidden,))
        self.a_out = OutPort(shape=(self.hidden,))


class OutputSynapses(Controlled, AbstractProcess):
    """Plastic synapses hidden -> output with the common drive; they learn awake and asleep."""

    hardware = OWN["OutputSynapses"]

    def __init__(self, **shared) -> None:
        super().__init__(**shared)
        self.s_in = InPort(shape=(self.hidden,))
        self.s_in_bap = InPort(shape=(self.outputs,))
        self.y_in = InPort(shape=(POST_TRACES, self.outputs))
        self.a_out = OutPort(shape=(self.outputs,))


class Output(Controlled, AbstractProcess):
    """Output layer: LIF neurons with noise and a lowest voltage, spike counts, and the third factor they send."""

    hardware = OWN["Output"]

    def __init__(self, **shared) -> None:
        super().__init__(**shared)
        self.a_in = InPort(shape=(self.outputs,))
        self.reward_in = InPort(shape=(self.outputs,))
        self.s_out = OutPort(shape=(self.outputs,))
        self.y_out = OutPort(shape=(POST_TRACES, self.outputs))
        self.counts_out = OutPort(shape=(self.outputs,))


class AbstractInputSynapsesModel(ControlledModel):
    s_in: PyInPort = LavaPyType(PyInPort.VEC_DENSE, np.int32)
    s_in_bap: PyInPort = LavaPyType(PyInPort.VEC_DENSE, np.int32)
    a_out: PyOutPort

    def __init__(self, proc_params):
        super().__init__(proc_params)
        synapses = self.state.hidden_synapses
        self.a_buff = np.zeros(synapses.weights.shape[0], synapses.weights.dtype)
        self.scratch = make_scratch(synapses)

    @property
    def is_learning(self):
        return not self.idle and self.network_phase.mode == Mode.UNSUPERVISED and self.network_phase.learns

    def run_spk(self):
        self.receive_control()
        synapses, rule, step = self.state.hidden_synapses, self.network.hidden_rule, self.step + 1
        if self.is_first and self.idle:
            clear_activity(synapses)
            self.a_buff[:] = 0
        self.a_out.send(self.a_buff)
        pixels = self.s_in.recv().astype(np.uint8)
        sum_input(synapses.weights, self.network.wiring, pixels, self.a_buff)
        fired = self.s_in_bap.recv() > 0
        if len(self.record.hidden_raster) and not self.idle:
            self.record.hidden_raster[self.index, self.step] = fired
        if self.is_learning:
            note_pre_spikes(synapses, rule, pixels, step)
            note_post_spikes(synapses, rule, fired, step, *self.rounded_by(Purpose.HIDDEN_WEIGHTS))

    def lrn_guard(self):
        return self.is_last and self.is_learning

    def run_lrn(self):
        time = self.cycle_clock + STEPS
        hidden_epoch(self.state.hidden_synapses, self.scratch, self.network, self.network_phase, self.position, time)


class AbstractOutputSynapsesModel(ControlledModel):
    s_in: PyInPort = LavaPyType(PyInPort.VEC_DENSE, np.int32)
    s_in_bap: PyInPort = LavaPyType(PyInPort.VEC_DENSE, np.int32)
    y_in: PyInPort = LavaPyType(PyInPort.VEC_DENSE, np.int64)
    a_out: PyOutPort

    def __init__(self, proc_params):
        super().__init__(proc_params)
        self.scratch = make_scratch(self.state.output_synapses)

    @property
    def is_active(self):
        return not self.idle and self.network_phase.mode in (Mode.WAKE, Mode.SLEEP)

    def run_spk(self):
        self.receive_control()
        synapses, a_buff, phase = self.state.output_synapses, self.state.arriving, self.network_phase
        rule = self.network.sleep_rule if phase.mode == Mode.SLEEP else self.network.wake_rule
        if self.is_first and self.idle:
            clear_activity(synapses)
            a_buff[:] = 0
        self.a_out.send(a_buff)
        a_buff[:] = 0
        neurons, fired = np.flatnonzero(self.s_in.recv()), self.s_in_bap.recv() > 0
        if self.is_active:
            deliver_spikes(synapses, rule, phase.learns, phase.drive, neurons, self.step + 1, a_buff)
            if phase.learns:
                note_post_spikes(synapses, rule, fired, self.step + 1, *self.rounded_by(Purpose.OUTPUT_WEIGHTS))
        if self.is_last:
            post_traces = self.y_in.recv()
            if self.is_active and phase.learns:
                synapses.y_traces[:] = post_traces

    def lrn_guard(self):
        return self.is_last and self.is_active and self.network_phase.learns

    def run_lrn(self):
        time = self.cycle_clock + STEPS
        output_epoch(self.state.output_synapses, self.scratch, self.network, self.network_phase, time)


class AbstractOutputModel(ControlledModel):
    a_in: PyInPort
    reward_in: PyInPort = LavaPyType(PyInPort.VEC_DENSE, np.int64)
    s_out: PyOutPort = LavaPyType(PyOutPort.VEC_DENSE, np.int32)
    y_out: PyOutPort = LavaPyType(PyOutPort.VEC_DENSE, np.int64)
    counts_out: PyOutPort = LavaPyType(PyOutPort.VEC_DENSE, np.int64)

    def __init__(self, proc_params):
        super().__init__(proc_params)
        self.spikes = np.zeros(len(self.state.counts), np.uint8)
        self.y_traces = np.zeros((POST_TRACES, len(self.state.counts)), np.int64)

    def run_spk(self):
        self.receive_control()
        if self.is_first:
            self.begin_cycle()
        activation = self.a_in.recv()
        is_active = not self.idle and self.network_phase.mode in (Mode.WAKE, Mode.SLEEP)
        if is_active:
            self.integrate(activation)
        self.s_out.send(self.spikes.astype(np.int32))
        if len(self.record.output_raster) and is_active:
            self.record.output_raster[self.index, self.step] = self.spikes
        if self.is_last:
            self.end_cycle()

    def begin_cycle(self):
        """Spikes are counted per movement cycle; an idle cycle forgets everything."""
        self.state.counts[:] = 0
        self.spikes[:] = 0
        if self.idle:
            for array in (self.state.u, self.state.v, self.state.reward):
                array[:] = 0

    def integrate(self, activation):
        """One timestep."""
        state, network, phase, time = self.state, self.network, self.network_phase, self.cycle_clock + self.step + 1
        output_step(
            state.u,
            state.v,
            state.counts,
            self.spikes,
            activation,
            network.du,
            network.dv,
            phase.threshold,
            network.floor,
            phase.noise_exponent,
            np.uint64(stream(network.seed, Purpose.NOISE, time)),
            time,
            network.overflow_policy,
            state.overflow,
        )

    def end_cycle(self):
        """Send the post traces and the counts, then receive the reward of the move (for the next cycle)."""
        state, network, phase = self.state, self.network, self.network_phase
        asleep = phase.mode == Mode.SLEEP
        scale, largest = network.post_scale, network.post_limit
        third_factors(state.counts, state.reward, scale, largest, asleep, phase.third_factor, self.y_traces)
        self.y_out.send(self.y_traces)
        self.counts_out.send(state.counts)
        reward = self.reward_in.recv()
        if not self.idle and phase.mode == Mode.WAKE:
            state.reward[:] = reward
        state.clock[0] += STEPS


@cpu_model(InputSynapses, "fixed_pt")
class PyInputSynapsesModelFixed(AbstractInputSynapsesModel):
    a_out: PyOutPort = LavaPyType(PyOutPort.VEC_DENSE, np.int32)


@cpu_model(InputSynapses, "floating_pt")
class PyInputSynapsesModelFloat(AbstractInputSynapsesModel):
    a_out: PyOutPort = LavaPyType(PyOutPort.VEC_DENSE, float)


@cpu_model(OutputSynapses, "fixed_pt")
class PyOutputSynapsesModelFixed(AbstractOutputSynapsesModel):
    a_out: PyOutPort = LavaPyType(PyOutPort.VEC_DENSE, np.int64)


@cpu_model(OutputSynapses, "floating_pt")
class PyOutputSynapsesModelFloat(AbstractOutputSynapsesModel):
    a_out: PyOutPort = LavaPyType(PyOutPort.VEC_DENSE, float)


@cpu_model(Output, "fixed_pt")
class PyOutputModelFixed(AbstractOutputModel):
    a_in: PyInPort = LavaPyType(PyInPort.VEC_DENSE, np.int64)


@cpu_model(Output, "floating_pt")
class PyOutputModelFloat(AbstractOutputModel):
    a_in: PyInPort = LavaPyType(PyInPort.VEC_DENSE, float)
