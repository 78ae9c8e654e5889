"""The network as Lava processes whose ports carry a whole movement cycle per Lava step.

All arithmetic is that of `emulation`; each model owns its part of the shared `State`. One Lava step: the manager sends
what to do, the world what the input sees, sleep its events; the layers answer with their spike counts; the world moves
and sends the reward.
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

from emulation.cycle import clear, hidden_answer, learn_hidden, learn_output, output_cycle
from emulation.phase import Mode, phase_of_message
from emulation.sleep import MAXIMAL_EVENTS, cumulative_rates, sleep_events
from emulation.state import STEPS
from emulation.world import DIRECTION, DIRECTIONS, NOTHING, PIXELS, REWARDED, fill_world, move, sense, wander

# A message of the manager: whether the cycle is idle, its position in the phase and in the record, then the phase.
IDLE, POSITION, INDEX, PHASE = range(4)


class Manager(AbstractProcess):
    """Switches phases: sends every process what the cycle is (embedded processor).

    Parameters
    ----------
    messages : int64 array (segments, PHASE + n)
        One message per segment.
    cycles : int64 array (segments,)
        Its cycles; an idle cycle comes before them.
    """

    def __init__(self, *, messages: np.ndarray, cycles: np.ndarray, **rest) -> None:
        super().__init__(messages=messages, cycles=cycles, **rest)
        self.control_out = OutPort(shape=(messages.shape[1],))


class World(AbstractProcess):
    """The world: sends what the agent sees, moves it by the output's spike counts, sends the reward (host)."""

    def __init__(self, *, state, network, record, width: int, **rest) -> None:
        super().__init__(state=state, network=network, record=record, **rest)
        self.control_in = InPort(shape=(width,))
        self.counts_in = InPort(shape=(DIRECTIONS,))
        self.pixels_out = OutPort(shape=(PIXELS,))
        self.reward_out = OutPort(shape=(DIRECTIONS,))


class SleepNoise(AbstractProcess):
    """Sleep: counts the hidden rates awake, and injects events at these rates (embedded processor)."""

    def __init__(self, *, state, network, width: int, **rest) -> None:
        super().__init__(state=state, network=network, **rest)
        hidden = state.rate_counts.shape[1]
        self.control_in = InPort(shape=(width,))
        self.spikes_in = InPort(shape=(hidden,))
        self.events_out = OutPort(shape=(STEPS, hidden))


class Layers(AbstractProcess):
    """Hidden layer, plastic synapses and output layer."""

    def __init__(self, *, state, network, record, width: int, **rest) -> None:
        super().__init__(state=state, network=network, record=record, **rest)
        hidden = state.rate_counts.shape[1]
        self.control_in = InPort(shape=(width,))
        self.pixels_in = InPort(shape=(PIXELS,))
        self.events_in = InPort(shape=(STEPS, hidden))
        self.reward_in = InPort(shape=(DIRECTIONS,))
        self.counts_out = OutPort(shape=(DIRECTIONS,))
        self.spikes_out = OutPort(shape=(hidden,))


@implements(proc=Manager, protocol=LoihiProtocol)
@requires(CPU)
@tag("fixed_pt", "floating_pt")
class PyManagerModel(PyLoihiProcessModel):
    control_out: PyOutPort = LavaPyType(PyOutPort.VEC_DENSE, np.int64)

    def __init__(self, proc_params):
        super().__init__(proc_params)
        self.messages, self.cycles = proc_params["messages"], proc_params["cycles"]
        self.segment, self.position, self.index = 0, -1, 0

    def run_spk(self):
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
class PyWorldModel(PyLoihiProcessModel):
    control_in: PyInPort = LavaPyType(PyInPort.VEC_DENSE, np.int64)
    counts_in: PyInPort = LavaPyType(PyInPort.VEC_DENSE, np.int64)
    pixels_out: PyOutPort = LavaPyType(PyOutPort.VEC_DENSE, np.int64)
    reward_out: PyOutPort = LavaPyType(PyOutPort.VEC_DENSE, np.int64)

    def __init__(self, proc_params):
        super().__init__(proc_params)
        self.state, self.seed = proc_params["state"], proc_params["network"].seed
        self.record = proc_params["record"]
        self.first_clock = int(self.state.clock[0])
        self.pixels = np.zeros(PIXELS, np.uint8)

    def run_spk(self):
        message = self.control_in.recv()
        phase = phase_of_message(message[PHASE:])
        world, clock = self.state.world, self.first_clock + (self.time_step - 1) * STEPS
        seeing = not message[IDLE] and phase.mode in (Mode.WAKE, Mode.UNSUPERVISED)
        if message[IDLE] and phase.fresh_world:
            fill_world(world, phase.kind_counts, self.seed, clock)
        self.pixels[:] = 0
        if seeing:
            sense(world, self.pixels)
        self.pixels_out.send(self.pixels.astype(np.int64))
        counts = self.counts_in.recv()
        outcome = NOTHING
        if seeing and phase.mode == Mode.WAKE:
            outcome = move(world, counts, phase.rewarded_kind, self.seed, clock + STEPS)
        elif seeing:
            wander(world, self.seed, clock + STEPS)
        reward = np.zeros(DIRECTIONS, np.int64)
        if outcome == REWARDED:
            reward[world.agent[DIRECTION]] = phase.third_factor
        self.reward_out.send(reward)
        if not message[IDLE]:
            self.record.outcomes[message[INDEX]] = outcome
            if len(self.record.directions):
                self.record.directions[message[INDEX]] = world.agent[DIRECTION]


@implements(proc=SleepNoise, protocol=LoihiProtocol)
@requires(CPU)
@tag("fixed_pt", "floating_pt")
class PySleepNoiseModel(PyLoihiProcessModel):
    control_in: PyInPort = LavaPyType(PyInPort.VEC_DENSE, np.int64)
    spikes_in: PyInPort = LavaPyType(PyInPort.VEC_DENSE, np.int64)
    events_out: PyOutPort = LavaPyType(PyOutPort.VEC_DENSE, np.int64)

    def __init__(self, proc_params):
        super().__init__(proc_params)
        self.state, self.seed = proc_params["state"], proc_params["network"].seed
        self.first_clock = int(self.state.clock[0])
        hidden = self.state.rate_counts.shape[1]
        self.rates = np.zeros(hidden, np.int64)
        self.neurons, self.steps = (np.zeros(hidden + MAXIMAL_EVENTS, np.int64) for _ in range(2))

    def run_spk(self):
        message = self.control_in.recv()
        phase = phase_of_message(message[PHASE:])
        events = np.zeros((STEPS, len(self.rates)), np.int64)
        if message[IDLE]:
            cumulative_rates(self.state.rate_counts, self.state.rate_cycles, phase.uniform_rates, self.rates)
        elif phase.mode == Mode.SLEEP:
            clock = self.first_clock + (self.time_step - 1) * STEPS
            number = sleep_events(self.rates, phase.rate_gain, STEPS, self.seed, clock, self.neurons, self.steps)
            events[self.steps[:number], self.neurons[:number]] = 1
        self.events_out.send(events)
        spikes = self.spikes_in.recv()
        if not message[IDLE] and phase.task >= 0:
            self.state.rate_counts[phase.task] += spikes
            self.state.rate_cycles[phase.task] += 1


@implements(proc=Layers, protocol=LoihiProtocol)
@requires(CPU)
@tag("fixed_pt", "floating_pt")
class PyLayersModel(PyLoihiProcessModel):
    control_in: PyInPort = LavaPyType(PyInPort.VEC_DENSE, np.int64)
    pixels_in: PyInPort = LavaPyType(PyInPort.VEC_DENSE, np.int64)
    events_in: PyInPort = LavaPyType(PyInPort.VEC_DENSE, np.int64)
    reward_in: PyInPort = LavaPyType(PyInPort.VEC_DENSE, np.int64)
    counts_out: PyOutPort = LavaPyType(PyOutPort.VEC_DENSE, np.int64)
    spikes_out: PyOutPort = LavaPyType(PyOutPort.VEC_DENSE, np.int64)

    def __init__(self, proc_params):
        super().__init__(proc_params)
        self.state, self.network, self.record = (proc_params[name] for name in ("state", "network", "record"))
        hidden = self.state.rate_counts.shape[1]
        self.neurons, self.steps = (np.zeros(hidden + MAXIMAL_EVENTS, np.int64) for _ in range(2))
        self.no_raster = np.zeros((0, DIRECTIONS), np.uint8)

    def run_spk(self):
        message = self.control_in.recv()
        pixels = self.pixels_in.recv().astype(np.uint8)
        events = self.events_in.recv()
        phase = phase_of_message(message[PHASE:])
        number = 0
        if message[IDLE]:
            clear(self.state)
        elif phase.mode != Mode.REST:
            number = self.cycle(message, phase, pixels, events)
        self.counts_out.send(self.state.counts)
        self.spikes_out.send(np.bincount(self.neurons[:number], minlength=events.shape[1]))
        reward = self.reward_in.recv()
        self.state.clock[0] += STEPS
        if not message[IDLE] and phase.mode == Mode.WAKE:
            self.state.reward[:] = reward

    def cycle(self, message, phase, pixels, events) -> int:
        """One counted cycle; returns the number of hidden spikes."""
        state, network, neurons, steps = self.state, self.network, self.neurons, self.steps
        if phase.mode == Mode.SLEEP:
            found = np.nonzero(events)
            number = len(found[0])
            steps[:number], neurons[:number] = found
        else:
            synapses, threshold = state.hidden_synapses, network.hidden_threshold
            number = hidden_answer(synapses, network.wiring, pixels, threshold, neurons, steps)
        index, raster = message[INDEX], self.no_raster
        if len(self.record.hidden_raster):
            self.record.hidden_raster[index, steps[:number], neurons[:number]] = 1
            raster = self.record.output_raster[index]
        if phase.mode == Mode.UNSUPERVISED:
            if phase.learns:
                learn_hidden(state, network, phase, pixels, neurons, number, message[POSITION])
            return number
        output_cycle(state, network, phase, neurons, steps, number, raster)
        if phase.learns:
            learn_output(state, network, phase)
        return number
