"""The phase manager: says at the start of every movement cycle what the cycle is."""

import numpy as np
from lava.magma.core.model.py.model import PyLoihiProcessModel
from lava.magma.core.model.py.ports import PyOutPort
from lava.magma.core.model.py.type import LavaPyType
from lava.magma.core.process.ports.ports import OutPort
from lava.magma.core.process.process import AbstractProcess

from processes.control import IDLE, INDEX, POSITION
from processes.declaration import OWN
from processes.models import BOTH, cpu_model


class Manager(AbstractProcess):
    """Switches phases: says at the start of every movement cycle what it is (embedded processor).

    Parameters
    ----------
    messages : int64 array (segments, n)
        One message per segment, from `processes.control.control_messages`.
    cycles : int64 array (segments,)
        Its cycles; an idle cycle comes before them.
    lava_steps : int
        Lava steps of a movement cycle.
    done : int
        Cycles of the first segment that an earlier run has done, its idle cycle with them; 0 for a new run.
    """

    hardware = OWN["Manager"]

    def __init__(self, *, messages: np.ndarray, cycles: np.ndarray, lava_steps: int, done: int = 0) -> None:
        super().__init__(messages=messages, cycles=cycles, lava_steps=lava_steps, done=done)
        self.control_out = OutPort(shape=(messages.shape[1],))


@cpu_model(Manager, *BOTH)
class PyManagerModel(PyLoihiProcessModel):
    control_out: PyOutPort = LavaPyType(PyOutPort.VEC_DENSE, np.int64)

    def __init__(self, proc_params):
        super().__init__(proc_params)
        self.messages, self.cycles = proc_params["messages"], proc_params["cycles"]
        self.lava_steps = proc_params["lava_steps"]
        self.segment, self.position, self.index = 0, proc_params["done"] or -1, 0

    def run_spk(self):
        if (self.time_step - 1) % self.lava_steps > 0:
            return
        message = self.messages[self.segment].copy()
        message[IDLE], message[POSITION], message[INDEX] = self.position < 0, self.position, self.index
        self.control_out.send(message)
        self.index += self.position >= 0
        self.position += 1
        if self.position == self.cycles[self.segment]:
            self.segment, self.position = min(self.segment + 1, len(self.cycles) - 1), -1
