"""Sleep of the foraging network: counts the hidden rates awake, injects events at these rates asleep."""

import numpy as np
from lava.magma.core.model.py.ports import PyInPort, PyOutPort
from lava.magma.core.model.py.type import LavaPyType
from lava.magma.core.process.ports.ports import InPort, OutPort
from lava.magma.core.process.process import AbstractProcess

from emulation.engine.network import STEPS
from emulation.engine.phase import Mode
from processes.control import Controlled, ControlledModel
from processes.declaration import OWN
from processes.models import BOTH, cpu_model
from processes.reactivation import Replay


class SleepNoise(Controlled, AbstractProcess):
    """Sleep: counts the hidden rates awake, and injects events at these rates (embedded processor).

    Parameters
    ----------
    amplitude : int
        What an event injects into its hidden neuron, in units of a weight.
    """

    hardware = OWN["SleepNoise"]

    def __init__(self, *, amplitude: int, **shared) -> None:
        super().__init__(amplitude=amplitude, **shared)
        whole_cycles = shared["lava_steps"] == 1
        self.spikes_in = InPort(shape=(self.hidden,))
        self.events_out = OutPort(shape=(STEPS, self.hidden) if whole_cycles else (self.hidden,))


@cpu_model(SleepNoise, *BOTH)
class PySleepNoiseModel(ControlledModel):
    spikes_in: PyInPort = LavaPyType(PyInPort.VEC_DENSE, np.int32)
    events_out: PyOutPort = LavaPyType(PyOutPort.VEC_DENSE, np.int32)

    def __init__(self, proc_params):
        super().__init__(proc_params)
        counts, cycles = self.state.rate_counts, self.state.rate_cycles
        self.amplitude = proc_params["amplitude"]
        self.replay = Replay(counts, cycles, STEPS, self.network.seed)
        self.spikes = np.zeros(counts.shape[1], np.int64)
        self.events = np.zeros((STEPS, counts.shape[1]), np.int32)

    def run_spk(self):
        self.receive_control()
        if self.is_first:
            self.draw_events()
        self.events_out.send(self.events if self.lava_steps == 1 else self.events[self.step])
        self.spikes += self.spikes_in.recv().astype(np.int64)
        if self.is_last:
            if not self.idle and self.network_phase.task >= 0:
                self.replay.count(self.network_phase.task, self.spikes)
            self.spikes[:] = 0

    def draw_events(self):
        """The reactivations of a cycle of sleep."""
        self.events[:] = 0
        if self.idle or self.time_step == 1:  # a sleep that goes on has had its idle cycle in an earlier run
            self.replay.fall_asleep(self.network_phase.uniform_rates)
        if not self.idle and self.network_phase.mode == Mode.SLEEP:
            self.replay.draw(self.network_phase.rate_gain, self.cycle_clock, self.events, self.amplitude)
