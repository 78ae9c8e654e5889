"""Phases of a network in Lava: the manager that says which phase it is, and what the processes that listen share."""

from collections.abc import Sequence
from typing import Any

import numpy as np
from lava.magma.core.model.py.model import PyLoihiProcessModel
from lava.magma.core.model.py.ports import PyInPort, PyOutPort
from lava.magma.core.model.py.type import LavaPyType
from lava.magma.core.process.ports.ports import InPort, OutPort
from lava.magma.core.process.process import AbstractProcess
from lava.magma.core.process.variable import Var

from processes.declaration import OWN
from processes.models import BOTH, cpu_model

PHASE, POSITION, BEGINS, MESSAGE = range(4)  # phase, cycle within it, whether this is its first timestep


class PhaseManager(AbstractProcess):
    """Says in every timestep which phase it is (embedded processor).

    Parameters
    ----------
    phases : sequence of int
        Numbers of the phases in their order; the last one goes on.
    cycles : sequence of int
        Cycles of each, at least 1.
    period : int
        Timesteps of a cycle.
    done : int
        Cycles of the first phase that lie before; where there are any, it has begun.

    Ports: `phase_out` (3,) sends the phase's number, the cycle within it, and 1 in its first timestep. Var:
    `phase_number` (1,).
    """

    hardware = OWN["PhaseManager"]
    _runtime = None  # Lava's destructor reads it, also after a constructor that raised

    def __init__(self, *, phases: Sequence[int], cycles: Sequence[int], period: int, done: int = 0) -> None:
        super().__init__(phases=list(phases), cycles=list(cycles), period=period, done=done)
        self.phase_out = OutPort(shape=(MESSAGE,))
        self.phase_number = Var(shape=(1,), init=phases[0])


@cpu_model(PhaseManager, *BOTH)
class PyPhaseManagerModel(PyLoihiProcessModel):
    phase_out: PyOutPort = LavaPyType(PyOutPort.VEC_DENSE, np.int64)
    phase_number: np.ndarray = LavaPyType(np.ndarray, np.int64)

    def __init__(self, proc_params):
        super().__init__(proc_params)
        self.phases, self.period, self.done = proc_params["phases"], proc_params["period"], proc_params["done"]
        self.ends = np.cumsum(proc_params["cycles"])

    def run_spk(self):
        cycle, step = divmod(self.time_step - 1 + self.done * self.period, self.period)
        number = min(int(np.searchsorted(self.ends, cycle, side="right")), len(self.ends) - 1)
        position = cycle - (self.ends[number - 1] if number else 0)
        self.phase_number[:] = self.phases[number]
        begins = position == 0 and step == 0
        self.phase_out.send(np.array([self.phases[number], position, begins], np.int64))


class Phased:
    """Beside AbstractProcess: a process that knows the phase. Unconnected, it is in phase 0, which never begins."""

    def __init__(self, **parameters: Any) -> None:
        super().__init__(**parameters)
        self.phase_in = InPort(shape=(MESSAGE,))


class PhasedModel(PyLoihiProcessModel):
    """A model that knows the phase: `in_phase` of a list with one entry per phase.

    Two parameters of its process are optional: `held`, arrays by the names of Vars, which take their place and are
    changed in place, in memory that processes share; `clock`, timesteps that lie before the first one.
    """

    phase_in: PyInPort = LavaPyType(PyInPort.VEC_DENSE, np.int64)
    message = np.zeros(MESSAGE, np.int64)

    def start(self) -> None:
        """Called by the runtime when the Vars have been set."""
        for name, array in self.proc_params.get("held", {}).items():
            setattr(self, name, array)
        super().start()

    @property
    def time(self) -> int:
        """Timestep of the network."""
        return self.time_step + self.proc_params.get("clock", 0)

    def receive_phase(self) -> None:
        """To be called first in every timestep."""
        self.message = self.phase_in.recv()

    @property
    def begins(self) -> bool:
        """Whether a phase begins with this timestep."""
        return bool(self.message[BEGINS])

    def in_phase(self, name: str) -> Any:
        """What the parameter `name` of the process says for this phase."""
        return self.proc_params[name][int(self.message[PHASE])]
