"""The environment of a graph as a Lava process."""

from collections.abc import Sequence
from typing import Any

import numpy as np
from lava.magma.core.model.py.ports import PyInPort, PyOutPort
from lava.magma.core.model.py.type import LavaPyType
from lava.magma.core.process.ports.ports import InPort, OutPort
from lava.magma.core.process.process import AbstractProcess
from lava.magma.core.process.variable import Var

from emulation.environments.base import earned, functions_of
from emulation.graph.plan import BEHAVIOUR, FRESH, PUNISHMENT, REWARD, Behaviour
from processes.declaration import OWN
from processes.graphs.phases import Phased, PhasedModel
from processes.models import BOTH, cpu_model


class Surroundings(Phased, AbstractProcess):
    """An environment: sends what is sensed, acts by the spikes of a cycle, sends what that was worth (host).

    Parameters
    ----------
    world, ground : named tuples
        State of the environment, in memory that processes share, and what does not change in it.
    sizes : (int, int)
        Inputs and outputs.
    exposures : int array (phases, 4)
        By phase, see `emulation.graph.plan.Setting.exposure`.
    tasks : sequence of int64 array
        By phase, what the environment is set to.
    forgets : sequence of bool
        By phase, whether what the last act was worth is forgotten when it begins.
    at : int
        Step of the cycle in which what is sensed is sent.
    seed : int
        Of the environment's draws.
    steps : int
        Lava steps of a cycle; a step is a timestep of the network, or, where it is 1, a whole cycle.
    timesteps : int
        Of a cycle.
    outcomes, acts : uint8 array (cycles,), in memory that processes share
        What happened in each cycle since the start, written.
    **parameters
        `clock`, `held`: see `processes.graphs.phases.PhasedModel`.

    Ports: `spikes_in` (outputs,), what is added to the counts; `sensed_out` (inputs,), `worth_out` (outputs,). Vars:
    `counts`, `worth` (outputs,).
    """

    hardware = OWN["Surroundings"]
    _runtime = None  # Lava's destructor reads it, also after a constructor that raised

    def __init__(
        self, *, sizes: tuple[int, int], exposures: np.ndarray, tasks: Sequence[np.ndarray], **parameters: Any
    ) -> None:
        super().__init__(sizes=sizes, exposures=exposures, tasks=tasks, **parameters)
        inputs, outputs = sizes
        self.spikes_in, self.sensed_out = InPort(shape=(outputs,)), OutPort(shape=(inputs,))
        self.worth_out = OutPort(shape=(outputs,))
        self.counts, self.worth = Var(shape=(outputs,), init=0), Var(shape=(outputs,), init=0)


@cpu_model(Surroundings, *BOTH)
class PySurroundingsModel(PhasedModel):
    spikes_in: PyInPort = LavaPyType(PyInPort.VEC_DENSE, np.int32)
    sensed_out: PyOutPort = LavaPyType(PyOutPort.VEC_DENSE, np.int32)
    worth_out: PyOutPort = LavaPyType(PyOutPort.VEC_DENSE, np.int32)
    counts: np.ndarray = LavaPyType(np.ndarray, np.int64)
    worth: np.ndarray = LavaPyType(np.ndarray, np.int64)

    def __init__(self, proc_params):
        super().__init__(proc_params)
        self.given, self.functions = proc_params, functions_of(proc_params["world"])
        inputs, outputs = proc_params["sizes"]
        self.sensed, self.values = np.zeros(inputs, np.uint8), np.zeros(outputs, np.int64)

    def run_spk(self):
        self.receive_phase()
        cycle, step = divmod(self.time_step - 1, self.given["steps"])
        if step == 0:
            self.begin_cycle(self.clock_of(cycle))
        shown = self.sensed if step == self.given["at"] else np.zeros_like(self.sensed)
        self.sensed_out.send(shown.astype(np.int32))
        self.worth_out.send(self.worth.astype(np.int32))
        self.counts += self.spikes_in.recv()
        if step == self.given["steps"] - 1:
            self.end_cycle(cycle, self.clock_of(cycle + 1))

    def clock_of(self, cycle):
        """Timesteps that lie before a cycle of this run."""
        return self.given["clock"] + cycle * self.given["timesteps"]

    def begin_cycle(self, clock):
        """A fresh world where the phase asks for one; what is sensed."""
        exposure, world, ground = self.in_phase("exposures"), self.given["world"], self.given["ground"]
        self.counts[:], self.sensed[:] = 0, 0
        if self.begins and self.in_phase("forgets"):
            self.worth[:] = 0
        if self.begins and exposure[FRESH]:
            self.functions.begin(world, ground, self.in_phase("tasks"), self.given["seed"], clock)
        if exposure[BEHAVIOUR] != Behaviour.NOTHING:
            self.functions.sense(world, ground, self.sensed)

    def end_cycle(self, cycle, clock):
        """Act by the spikes of the cycle; what it was worth is sent in the next one."""
        exposure, world, ground = self.in_phase("exposures"), self.given["world"], self.given["ground"]
        seed, outcome = self.given["seed"], 0
        if exposure[BEHAVIOUR] == Behaviour.ACT:
            task = self.in_phase("tasks")
            outcome = self.functions.act(world, ground, task, self.counts, self.values, seed, clock)
            earned(self.values, int(exposure[REWARD]), int(exposure[PUNISHMENT]), self.worth)
        elif exposure[BEHAVIOUR] == Behaviour.WANDER:
            self.functions.wander(world, ground, seed, clock)
        if cycle < len(self.given["outcomes"]):
            self.given["outcomes"][cycle], self.given["acts"][cycle] = outcome, self.functions.action(world)
