"""The base of all process models that a manager controls."""

import numpy as np
from lava.magma.core.model.py.model import PyLoihiProcessModel
from lava.magma.core.model.py.ports import PyInPort
from lava.magma.core.model.py.type import LavaPyType

from emulation.phase import Phase, phase_of_message
from emulation.state import STEPS, Network, State
from processes.control.message import IDLE, INDEX, PHASE, POSITION


class ControlledModel(PyLoihiProcessModel):
    """A process model that knows its phase and its place in the movement cycle.

    Its process passes `state`, `network`, `record` (in memory that processes share, see `processes.memory`) and
    `lava_steps`, the Lava steps of a movement cycle: 16, or 1 where a step is a whole cycle. Each model owns its part
    of the state and touches no other.

    Attributes
    ----------
    idle : bool
        Whether this is the uncounted cycle at the start of a phase.
    position, index : int
        Cycle within the phase and within the record.
    network_phase : Phase
    """

    control_in: PyInPort = LavaPyType(PyInPort.VEC_DENSE, np.int64)

    state: State
    network: Network
    network_phase: Phase

    def __init__(self, proc_params) -> None:
        super().__init__(proc_params)
        self.state, self.network = proc_params["state"], proc_params["network"]
        self.record, self.lava_steps = proc_params["record"], proc_params["lava_steps"]
        self.first_clock = int(self.state.clock[0])
        self.idle, self.position, self.index = True, -1, 0

    @property
    def step(self) -> int:
        """Lava step within the movement cycle, 0 .. lava_steps - 1."""
        return (self.time_step - 1) % self.lava_steps

    @property
    def is_first(self) -> bool:
        """Whether this Lava step begins a movement cycle."""
        return self.step == 0

    @property
    def is_last(self) -> bool:
        """Whether this Lava step ends a movement cycle, and with it the learning epoch."""
        return self.step == self.lava_steps - 1

    @property
    def cycle_clock(self) -> int:
        """Network timesteps done when the present movement cycle began."""
        return self.first_clock + (self.time_step - 1) // self.lava_steps * STEPS

    def rounded_by(self, purpose: int) -> tuple[int, int, int, int, float]:
        """Rounding, seed, purpose, time and Lava's shared number, as `emulation.spikes` takes them."""
        time = self.cycle_clock + self.step + 1
        return self.network.rounding, self.network.seed, purpose, time, 0.0

    def listen(self) -> None:
        """Hear from the manager, in the first Lava step of a movement cycle, what the cycle is."""
        if self.is_first:
            message = self.control_in.recv()
            self.idle, self.position, self.index = bool(message[IDLE]), int(message[POSITION]), int(message[INDEX])
            self.network_phase = phase_of_message(message[PHASE:])
