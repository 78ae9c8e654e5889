"""What the manager tells the other processes, and what the processes and models that it controls share.

A message is an int64 vector: whether the cycle is idle, its position in the phase and in the record, then the phase
(`emulation.engine.phase.phase_message`).
"""

from collections.abc import Sequence
from typing import Any

import numpy as np
from lava.magma.core.model.py.model import PyLoihiProcessModel
from lava.magma.core.model.py.ports import PyInPort
from lava.magma.core.model.py.type import LavaPyType
from lava.magma.core.process.ports.ports import InPort

from emulation.engine.network import STEPS, Constants
from emulation.engine.phase import Phase, phase_message, phase_of_message
from emulation.engine.state import State

IDLE, POSITION, INDEX, PHASE = range(4)


def control_messages(phases: Sequence[Phase]) -> np.ndarray:
    """One message per phase, int64 array (phases, PHASE + n); the manager fills in the first three numbers."""
    return np.stack([np.concatenate([np.zeros(PHASE, np.int64), phase_message(phase)]) for phase in phases])


class Controlled:
    """Beside AbstractProcess: a process that the manager tells in every movement cycle what the cycle is.

    Parameters
    ----------
    width : int
        Numbers of a message.
    **shared
        What its model gets, see `ControlledModel`.
    """

    proc_params: Any

    def __init__(self, *, width: int, **shared) -> None:
        super().__init__(**shared)
        self.control_in = InPort(shape=(width,))

    @property
    def inputs(self) -> int:
        """Neurons of the source population."""
        return self.proc_params["state"].hidden_synapses.x_time.shape[0]

    @property
    def hidden(self) -> int:
        """Neurons of the hidden layer."""
        return self.proc_params["state"].rate_counts.shape[1]

    @property
    def outputs(self) -> int:
        """Neurons of the output layer."""
        return self.proc_params["state"].counts.shape[0]


class ControlledModel(PyLoihiProcessModel):
    """A process model that knows its phase and its place in the movement cycle.

    Its process passes `state`, `network`, `record` (in memory that processes share, see `processes.shared_memory`) and
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
    network: Constants
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
        """Rounding, seed, purpose, time and Lava's shared number, as `emulation.learning.spikes` takes them."""
        time = self.cycle_clock + self.step + 1
        return self.network.rounding, self.network.seed, purpose, time, 0.0

    def receive_control(self) -> None:
        """Receive from the manager, in the first Lava step of a movement cycle, what the cycle is."""
        if self.is_first:
            message = self.control_in.recv()
            self.idle, self.position, self.index = bool(message[IDLE]), int(message[POSITION]), int(message[INDEX])
            self.network_phase = phase_of_message(message[PHASE:])
