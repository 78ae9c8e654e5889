"""Sleep for a Lava network of one's own: rates measured awake, noise-driven reactivation at these rates asleep.

schedule = SleepSchedule(awake=2000, asleep=2000, period=16)
sleep = Reactivation(shape=(n,), amplitude=2 * threshold, period=16)
schedule.asleep_out.connect(sleep.asleep_in)
schedule.asleep_out.connect(synapses.rule_in)     # PlasticDense: rule 0 awake, rule 1 asleep
neurons.s_out.connect(sleep.s_in)                 # counted awake
sleep.a_out.connect(neurons.a_in)                 # injected asleep
"""

from typing import Any

import numpy as np
from lava.magma.core.model.py.model import PyLoihiProcessModel
from lava.magma.core.model.py.ports import PyInPort, PyOutPort
from lava.magma.core.model.py.type import LavaPyType
from lava.magma.core.process.ports.ports import InPort, OutPort
from lava.magma.core.process.process import AbstractProcess
from lava.magma.core.process.variable import Var

from emulation.errors import LavaSleepError
from emulation.graph.sleep import fix_rates_of
from emulation.reactivation import GAIN_UNIT, MAXIMAL_EVENTS, cumulative_rates, sleep_events
from processes.declaration import OWN
from processes.models import BOTH, cpu_model


class SleepError(LavaSleepError):
    """An argument of a sleep process that cannot be taken."""


def require(name: str, value: float, least: float, largest: float) -> None:
    """Raise `SleepError` unless a number lies within its range."""
    if not least <= value <= largest:
        raise SleepError(f"{name}: out of range", value, f"{least} to {largest}", "choose another value")


class SleepSchedule(AbstractProcess):
    """Says in every timestep whether the network is asleep; wake and sleep take turns, wake first (embedded processor).

    Parameters
    ----------
    awake, asleep : int
        Timesteps of each, a multiple of `period`.
    period : int
        Timesteps of a cycle, which is best one learning epoch of the network.

    Ports: `asleep_out` (1,) sends 0 or 1, which is also the number of a rule for `PlasticDense.rule_in`; `awake_out`
    (1,) sends 1 or 0.
    """

    hardware = OWN["SleepSchedule"]
    _runtime = None  # Lava's destructor reads it, also after a constructor that raised

    def __init__(self, *, awake: int, asleep: int, period: int = 16) -> None:
        require("SleepSchedule.period", period, 1, 2**20)
        for name, length in (("awake", awake), ("asleep", asleep)):
            require(f"SleepSchedule.{name}", length, 0, 2**31)
            if length % period:
                raise SleepError(
                    f"SleepSchedule.{name}: not whole cycles", length, f"multiples of {period}", "round it"
                )
        require("SleepSchedule.awake + asleep", awake + asleep, 1, 2**32)
        super().__init__(awake=awake, asleep=asleep)
        self.asleep_out = OutPort(shape=(1,))
        self.awake_out = OutPort(shape=(1,))


class Reactivation(AbstractProcess):
    """Counts a population's spikes awake; asleep, injects events at the mean rates that it has counted.

    Each cycle's number of events is Poisson, as in the sleep of Golden et al. 2022 (Methods, "Sleep phase"): see
    `emulation.reactivation`.

    Parameters
    ----------
    shape : tuple of int
        Of the population, of any number of dimensions.
    amplitude : int or float
        What an event adds to the neuron's input, in units of a weight; more than the threshold to make it fire. A
        fraction is for networks in floating point.
    gain : float
        Factor on the rates, 0 .. 1000.
    period : int
        Timesteps of a cycle.
    uniform : bool
        Give all neurons their mean rate (a control).
    seed : int

    Ports: `s_in` spikes, `asleep_in` (1,), `a_out` injected input. Vars: `spike_counts` (of `shape`), `cycles` (1,) and
    `events` (1,), the number of reactivations so far.
    """

    hardware = OWN["Reactivation"]
    _runtime = None  # see SleepSchedule
    rows = 1  # of the counters

    def __init__(
        self,
        *,
        shape: tuple[int, ...],
        amplitude: float,
        gain: float = 1.0,
        period: int = 16,
        uniform: bool = False,
        seed: int = 0,
        **parameters: Any,
    ) -> None:
        require("Reactivation.gain", gain, 0, 1000)
        require("Reactivation.period", period, 1, 2**20)
        require("Reactivation.amplitude", amplitude, -(2**23), 2**23)
        require("Reactivation.seed", seed, 0, 2**63 - 1)
        shape = checked_shape(shape)
        super().__init__(
            shape=shape, amplitude=amplitude, gain=gain, period=period, uniform=uniform, seed=seed, **parameters
        )
        counters = shape if self.rows == 1 else (self.rows, *shape)
        self.s_in = InPort(shape=shape)
        self.asleep_in = InPort(shape=(1,))
        self.a_out = OutPort(shape=shape)
        self.spike_counts = Var(shape=counters, init=0)
        self.cycles = Var(shape=(self.rows,), init=0)
        self.events = Var(shape=(1,), init=0)


def checked_shape(shape: Any) -> tuple[int, ...]:
    """A shape as a tuple of sizes, at least one of them and none of 0."""
    sizes = tuple(shape) if isinstance(shape, tuple | list) else (shape,)
    if not sizes or not all(isinstance(size, int | np.integer) and size > 0 for size in sizes):
        raise SleepError("Reactivation.shape", shape, "whole numbers above 0", "give the population's shape")
    return tuple(int(size) for size in sizes)


@cpu_model(SleepSchedule, *BOTH)
class PySleepScheduleModel(PyLoihiProcessModel):
    asleep_out: PyOutPort = LavaPyType(PyOutPort.VEC_DENSE, np.int32)
    awake_out: PyOutPort = LavaPyType(PyOutPort.VEC_DENSE, np.int32)

    def run_spk(self):
        awake, asleep = self.proc_params["awake"], self.proc_params["asleep"]
        is_asleep = (self.time_step - 1) % (awake + asleep) >= awake
        self.asleep_out.send(np.array([is_asleep], np.int32))
        self.awake_out.send(np.array([not is_asleep], np.int32))


class AbstractReactivationModel(PyLoihiProcessModel):
    s_in: PyInPort = LavaPyType(PyInPort.VEC_DENSE, np.int32)
    asleep_in: PyInPort = LavaPyType(PyInPort.VEC_DENSE, np.int32)
    spike_counts: np.ndarray = LavaPyType(np.ndarray, np.int64)
    cycles: np.ndarray = LavaPyType(np.ndarray, np.int64)
    events: np.ndarray = LavaPyType(np.ndarray, np.int64)
    dtype: type = np.int32

    def __init__(self, proc_params):
        super().__init__(proc_params)
        self.period, self.amplitude = proc_params["period"], proc_params["amplitude"]
        if self.dtype is np.int32 and self.amplitude != int(self.amplitude):
            allowed = "whole numbers in fixed point"
            raise SleepError("Reactivation.amplitude: a fraction", self.amplitude, allowed, "round it")
        self.gain = round(proc_params["gain"] * GAIN_UNIT)
        self.is_asleep = False
        self.shape = proc_params["shape"]
        number = int(np.prod(self.shape))
        self.spikes = np.zeros(number, np.int64)
        self.injected = np.zeros((self.period, number), self.dtype)

    def start(self):
        """Called by the runtime when the Vars have been set."""
        counts = self.spike_counts.reshape(-1, len(self.spikes))
        self.replay = Replay(counts, self.cycles, self.period, self.proc_params["seed"])
        super().start()

    def run_spk(self):
        step = (self.time_step - 1) % self.period
        wanted = bool(self.asleep_in.recv()[0])
        if step == 0:
            self.begin_cycle(wanted)
        self.a_out.send(self.injected[step].reshape(self.shape))
        self.spikes += self.s_in.recv().astype(np.int64).reshape(-1)
        if step == self.period - 1:
            self.count()
            self.spikes[:] = 0

    def count(self):
        """Add the spikes of a cycle awake to the counters."""
        if not self.is_asleep:
            self.replay.count(0, self.spikes)

    def begin_cycle(self, wanted):
        """Fall asleep, wake up, or go on; draw the reactivations of a cycle of sleep."""
        if wanted and not self.is_asleep:
            self.replay.fall_asleep(self.proc_params["uniform"])
        self.is_asleep = wanted
        self.injected[:] = 0
        if wanted:
            self.replay.draw(self.gain, self.time_step - 1, self.injected, self.amplitude)
            self.events += np.count_nonzero(self.injected)


@cpu_model(Reactivation, "fixed_pt")
class PyReactivationModel(AbstractReactivationModel):
    a_out: PyOutPort = LavaPyType(PyOutPort.VEC_DENSE, np.int32)


@cpu_model(Reactivation, "floating_pt")
class PyReactivationModelFloat(AbstractReactivationModel):
    """In floating point: the amplitude may be a fraction."""

    a_out: PyOutPort = LavaPyType(PyOutPort.VEC_DENSE, float)
    dtype: type = float


class Replay:
    """Draws a cycle's reactivations of a population at the rates that were counted.

    Parameters
    ----------
    counts : int64 array (tasks, n)
        Spikes of each neuron while each task was trained; kept by the caller.
    cycles : int64 array (tasks,)
        Cycles that each task was trained; kept by the caller.
    steps : int
        Timesteps of a cycle.
    seed : int
        Of the counter-based draws (`emulation.reactivation.sleep_events`).
    """

    def __init__(self, counts: np.ndarray, cycles: np.ndarray, steps: int, seed: int) -> None:
        self._counts, self._cycles, self._steps, self._seed = counts, cycles, steps, seed
        size = counts.shape[1] + MAXIMAL_EVENTS
        self._rates = np.zeros(counts.shape[1], np.int64)
        self._neurons, self._event_steps = np.zeros(size, np.int64), np.zeros(size, np.int64)

    def fall_asleep(self, uniform: bool = False) -> None:
        """Fix the rates for this sleep: the mean over the tasks counted so far, or the same for all (`uniform`)."""
        cumulative_rates(self._counts, self._cycles, uniform, self._rates)

    def fix(self, mode: int, given: np.ndarray, permutation: np.ndarray) -> None:
        """Fix the rates in one of the ways of `emulation.graph.plan.Rates`."""
        fix_rates_of(mode, self._counts, self._cycles, given, permutation, self._rates)

    def draw(self, gain: int, clock: int, events: np.ndarray, amplitude: float) -> None:
        """Write a cycle of reactivations.

        Parameters
        ----------
        gain : int
            Factor on all rates, in 1/1024.
        clock : int
            Timesteps done at the start of the cycle.
        events : int array (steps, n)
            `amplitude` where a neuron is reactivated, else 0.
        amplitude : int or float
        """
        events[:] = 0
        number = sleep_events(self._rates, gain, self._steps, self._seed, clock, self._neurons, self._event_steps)
        events[self._event_steps[:number], self._neurons[:number]] = amplitude

    def count(self, task: int, spikes: np.ndarray) -> None:
        """Add the spikes (int array (n,)) of a cycle awake to the counters of a task."""
        self._counts[task] += spikes
        self._cycles[task] += 1
