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
from emulation.environments.foraging import (
    DIRECTION,
    DIRECTIONS,
    NOTHING,
    PIXELS,
    REWARDED,
    fill_world,
    move,
    sense,
    wander,
)
from processes.control import Controlled, ControlledModel
from processes.declaration import OWN
from processes.models import BOTH, cpu_model


class World(Controlled, AbstractProcess):
    """The world: sends what the agent sees, moves it by the output's spike counts, sends the reward (host)."""

    hardware = OWN["World"]

    def __init__(self, **shared) -> None:
        super().__init__(**shared)
        self.counts_in = InPort(shape=(DIRECTIONS,))
        self.pixels_out = OutPort(shape=(PIXELS,))
        self.reward_out = OutPort(shape=(DIRECTIONS,))


@cpu_model(World, *BOTH)
class PyWorldModel(ControlledModel):
    counts_in: PyInPort = LavaPyType(PyInPort.VEC_DENSE, np.int64)
    pixels_out: PyOutPort = LavaPyType(PyOutPort.VEC_DENSE, np.int32)
    reward_out: PyOutPort = LavaPyType(PyOutPort.VEC_DENSE, np.int64)

    def run_spk(self):
        self.receive_control()
        pixels = np.zeros(PIXELS, np.uint8)
        if self.is_first:
            self.begin_cycle(pixels)
        self.pixels_out.send(pixels.astype(np.int32))
        if self.is_last:
            self.end_cycle()

    @property
    def is_seen(self):
        return not self.idle and self.network_phase.mode in (Mode.WAKE, Mode.UNSUPERVISED)

    def begin_cycle(self, pixels):
        """A fresh world where the phase asks for one; what the agent sees."""
        if self.idle and self.network_phase.fresh_world:
            fill_world(self.state.world, self.network_phase.kind_counts, self.network.seed, self.cycle_clock)
        if self.is_seen:
            sense(self.state.world, pixels)

    def end_cycle(self):
        """Move by the output's spikes, send the reward."""
        world, phase, seed, clock = self.state.world, self.network_phase, self.network.seed, self.cycle_clock + STEPS
        counts, outcome = self.counts_in.recv(), NOTHING
        if self.is_seen and phase.mode == Mode.WAKE:
            outcome = move(world, counts, phase.rewarded_kind, seed, clock)
        elif self.is_seen:
            wander(world, seed, clock)
        reward = np.zeros(DIRECTIONS, np.int64)
        if outcome == REWARDED:
            reward[world.agent[DIRECTION]] = phase.third_factor
        self.reward_out.send(reward)
        if not self.idle:
            self.record.outcomes[self.index] = outcome
            if len(self.record.directions) and phase.mode != Mode.REST:
                self.record.directions[self.index] = world.agent[DIRECTION]
