"""What is around the layers: the manager that switches phases, the world, and sleep's noise.

They run on the host or an embedded processor. Both Lava graphs use them: in one a Lava step is a timestep, in the
other (`lava_steps` = 1) a whole movement cycle.
"""

import numpy as np
from lava.magma.core.decorator import implements, requires, tag
from lava.magma.core.model.py.model import PyLoihiProcessModel
from lava.magma.core.model.py.ports import PyInPort, PyOutPort
from lava.magma.core.model.py.type import LavaPyType
from lava.magma.core.process.ports.ports import InPort, OutPort
from lava.magma.core.process.process import AbstractProcess
from lava.magma.core.resources import CPU
from lava.magma.core.sync.protocols.loihi_protocol import LoihiProtocol

from emulation.phase import Mode
from emulation.state import STEPS
from emulation.world import DIRECTION, DIRECTIONS, NOTHING, PIXELS, REWARDED, fill_world, move, sense, wander
from processes.control import IDLE, INDEX, POSITION, ControlledModel
from processes.hardware import Declaration, Place
from processes.sleep import Replay


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

    hardware = Declaration(Place.EMBEDDED, "switches rule, threshold, drive and noise; ramps y3; clears state")

    def __init__(self, *, messages: np.ndarray, cycles: np.ndarray, lava_steps: int, done: int = 0) -> None:
        super().__init__(messages=messages, cycles=cycles, lava_steps=lava_steps, done=done)
        self.control_out = OutPort(shape=(messages.shape[1],))


class World(AbstractProcess):
    """The world: sends what the agent sees, moves it by the output's spike counts, sends the reward (host)."""

    hardware = Declaration(Place.HOST, "holds the world, moves the agent, sends pixels and reward")

    def __init__(self, *, width: int, **shared) -> None:
        super().__init__(**shared)
        self.control_in = InPort(shape=(width,))
        self.counts_in = InPort(shape=(DIRECTIONS,))
        self.pixels_out = OutPort(shape=(PIXELS,))
        self.reward_out = OutPort(shape=(DIRECTIONS,))


class SleepNoise(AbstractProcess):
    """Sleep: counts the hidden rates awake, and injects events at these rates (embedded processor).

    Parameters
    ----------
    amplitude : int
        What an event injects into its hidden neuron, in units of a weight.
    """

    hardware = Declaration(Place.EMBEDDED, "counts hidden spikes awake, injects events at these rates asleep")

    def __init__(self, *, width: int, amplitude: int, **shared) -> None:
        super().__init__(amplitude=amplitude, **shared)
        hidden = shared["state"].rate_counts.shape[1]
        whole_cycles = shared["lava_steps"] == 1
        self.control_in = InPort(shape=(width,))
        self.spikes_in = InPort(shape=(hidden,))
        self.events_out = OutPort(shape=(STEPS, hidden) if whole_cycles else (hidden,))


@implements(proc=Manager, protocol=LoihiProtocol)
@requires(CPU)
@tag("fixed_pt", "floating_pt")
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


@implements(proc=World, protocol=LoihiProtocol)
@requires(CPU)
@tag("fixed_pt", "floating_pt")
class PyWorldModel(ControlledModel):
    counts_in: PyInPort = LavaPyType(PyInPort.VEC_DENSE, np.int64)
    pixels_out: PyOutPort = LavaPyType(PyOutPort.VEC_DENSE, np.int32)
    reward_out: PyOutPort = LavaPyType(PyOutPort.VEC_DENSE, np.int64)

    def run_spk(self):
        self.listen()
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


@implements(proc=SleepNoise, protocol=LoihiProtocol)
@requires(CPU)
@tag("fixed_pt", "floating_pt")
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
        self.listen()
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
