"""What is around the layers: the manager that switches phases, the world, and sleep's noise.

They run on the host or an embedded processor. Both Lava graphs use them: in one a Lava step is a timestep, in the
other (`lava_steps` = 1) a whole movement cycle.
"""

import numpy as np
from lava.magma.core.model.py.ports import PyInPort, PyOutPort
from lava.magma.core.model.py.type import LavaPyType
from lava.magma.core.process.ports.ports import InPort, OutPort
from lava.magma.core.process.process import AbstractProcess

from emulation.engine.network import STEPS
from emulation.engine.phase import Mode
from emulation.environments.base import NOTHING, earned, functions_of
from processes.control import Controlled, ControlledModel
from processes.declaration import OWN
from processes.models import BOTH, cpu_model


class World(Controlled, AbstractProcess):
    """The environment: sends what is sensed, acts by the output's spike counts, sends the reward (host)."""

    hardware = OWN["World"]

    def __init__(self, **shared) -> None:
        super().__init__(**shared)
        self.counts_in = InPort(shape=(self.outputs,))
        self.pixels_out = OutPort(shape=(self.inputs,))
        self.reward_out = OutPort(shape=(self.outputs,))


@cpu_model(World, *BOTH)
class PyWorldModel(ControlledModel):
    counts_in: PyInPort = LavaPyType(PyInPort.VEC_DENSE, np.int64)
    pixels_out: PyOutPort = LavaPyType(PyOutPort.VEC_DENSE, np.int32)
    reward_out: PyOutPort = LavaPyType(PyOutPort.VEC_DENSE, np.int64)

    def __init__(self, proc_params):
        super().__init__(proc_params)
        self.functions, self.ground = functions_of(self.state.world), self.network.ground
        self.values = np.zeros(len(self.state.counts), np.int64)

    def run_spk(self):
        self.receive_control()
        pixels = np.zeros(self.state.hidden_synapses.x_time.shape[0], np.uint8)
        if self.is_first:
            self.begin_cycle(pixels)
        self.pixels_out.send(pixels.astype(np.int32))
        if self.is_last:
            self.end_cycle()

    @property
    def is_seen(self):
        return not self.idle and self.network_phase.mode in (Mode.WAKE, Mode.UNSUPERVISED)

    def begin_cycle(self, pixels):
        """A fresh world where the phase asks for one; what is sensed."""
        if self.idle and self.network_phase.fresh_world:
            setting, seed = self.network_phase.setting, self.network.seed
            self.functions.begin(self.state.world, self.ground, setting, seed, self.cycle_clock)
        if self.is_seen:
            self.functions.sense(self.state.world, self.ground, pixels)

    def end_cycle(self):
        """Act by the output's spikes, send the reward."""
        world, phase, seed, clock = self.state.world, self.network_phase, self.network.seed, self.cycle_clock + STEPS
        counts, outcome = self.counts_in.recv(), NOTHING
        if self.is_seen and phase.mode == Mode.WAKE:
            outcome = self.functions.act(world, self.ground, phase.setting, counts, self.values, seed, clock)
        elif self.is_seen:
            self.functions.wander(world, self.ground, seed, clock)
        reward = np.zeros(len(counts), np.int64)
        if self.is_seen and phase.mode == Mode.WAKE:
            earned(self.values, phase.third_factor, phase.punishment, reward)
        self.reward_out.send(reward)
        if not self.idle:
            self.record.outcomes[self.index] = outcome
            if len(self.record.directions) and phase.mode != Mode.REST:
                self.record.directions[self.index] = self.functions.action(world)
