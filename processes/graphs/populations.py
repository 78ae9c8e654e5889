"""Populations of a graph as Lava processes: sources of spikes, Loihi's LIF, cells without memory.

The arithmetic is that of `emulation.graph.populations`. What runs in a phase is a list with one entry per phase.
"""

from collections.abc import Sequence
from typing import Any, NamedTuple

import numpy as np
from lava.magma.core.model.py.ports import PyInPort, PyOutPort
from lava.magma.core.model.py.type import LavaPyType
from lava.magma.core.process.ports.ports import InPort, OutPort
from lava.magma.core.process.process import AbstractProcess
from lava.magma.core.process.variable import Var

from emulation.graph.plan import CLEAR_U, CLEAR_V
from emulation.graph.populations import lif_step_of, random_step_of
from processes.declaration import OWN
from processes.graphs.phases import Phased, PhasedModel
from processes.models import BOTH, cpu_model
from processes.shared_memory import shared_copy


class Probe(NamedTuple):
    """What a population writes down in memory that it shares with whoever made it; arrays (timesteps, n)."""

    spikes: np.ndarray
    u: np.ndarray
    v: np.ndarray


def make_probe(timesteps: int, size: int, dtype: type | None = np.int64) -> Probe:
    """An empty probe: reading it costs nothing, where `get` of a Var takes 50 us per element.

    Parameters
    ----------
    timesteps, size : int
    dtype : type, optional
        Of u and v; None for spikes alone.
    """
    values = np.zeros((timesteps if dtype else 0, size), dtype)
    return shared_copy(Probe(np.zeros((timesteps, size), np.uint8), values, values))


class SpikeSource(Phased, AbstractProcess):
    """Spikes of a raster that repeats, or independent spikes, or those that come from outside.

    Parameters
    ----------
    shape : tuple (n,)
    raster : bool array (period, n), optional
    chances : float64 array (n,), optional
        Probability of a spike of each neuron per timestep.
    seed, purpose : int
        Of the draws.
    active : sequence of bool
        Whether it runs, by phase.
    **parameters
        `probe`, a `Probe`; `clock`, see `processes.graphs.phases.PhasedModel`.

    Ports: `outside_in`, `s_out` (n,).
    """

    hardware = OWN["SpikeSource"]
    _runtime = None  # Lava's destructor reads it, also after a constructor that raised

    def __init__(
        self,
        *,
        shape: tuple[int],
        raster: np.ndarray | None = None,
        chances: np.ndarray | None = None,
        seed: int = 0,
        purpose: int = 0,
        active: Sequence[bool] = (True,),
        **parameters: Any,
    ) -> None:
        super().__init__(
            shape=shape, raster=raster, chances=chances, seed=seed, purpose=purpose, active=active, **parameters
        )
        self.outside_in, self.s_out = InPort(shape=shape), OutPort(shape=shape)


class LoihiLIF(Phased, AbstractProcess):
    """LIF neurons of Loihi with refractory time, floor, noise and both resets, see `emulation.graph.populations`.

    Parameters
    ----------
    shape : tuple (n,)
    numbers : int64 array
        Row of `emulation.graph.plan.Plan.populations`: decays, floor, refractory time, reset, purpose of the draws.
    bias : int64 array (n,)
    thresholds, noise, active, clear : sequence
        By phase: threshold in units of a weight; exponent of the noise, below 0 for none; whether the population runs;
        bits of what is forgotten when the phase begins.
    seed, policy : int
        Of the noise; an `emulation.neurons.Overflow`.
    probe : Probe, optional

    Ports: `a_in`, `s_out` (n,). Vars: `u`, `v`, `resting` (n,), `overflow` (5,).
    """

    hardware = OWN["LoihiLIF"]
    _runtime = None  # see SpikeSource

    def __init__(self, *, shape: tuple[int], **parameters: Any) -> None:
        super().__init__(shape=shape, **parameters)
        self.a_in, self.s_out = InPort(shape=shape), OutPort(shape=shape)
        self.u, self.v, self.resting = Var(shape=shape, init=0), Var(shape=shape, init=0), Var(shape=shape, init=0)
        self.overflow = Var(shape=(5,), init=0)


class Coincidence(Phased, AbstractProcess):
    """Cells that spike where the input of a timestep exceeds the threshold; parameters as of `LoihiLIF`."""

    hardware = OWN["Coincidence"]
    _runtime = None  # see SpikeSource

    def __init__(self, *, shape: tuple[int], **parameters: Any) -> None:
        super().__init__(shape=shape, **parameters)
        self.a_in, self.s_out = InPort(shape=shape), OutPort(shape=shape)
        self.input = Var(shape=shape, init=0)


class PopulationModel(PhasedModel):
    """Common to all populations."""

    def fired(self):
        """The neurons that spike in this timestep, where the population runs."""
        raise NotImplementedError

    def run_spk(self):
        self.receive_phase()
        spikes = np.zeros(self.proc_params["shape"], np.int32)
        spikes[self.fired()] = 1
        self.s_out.send(spikes)
        probe, row = self.proc_params.get("probe"), self.time_step - 1
        if probe is not None and row < len(probe.spikes):
            probe.spikes[row] = spikes
            if len(probe.v):
                probe.u[row], probe.v[row] = self.u, self.v


@cpu_model(SpikeSource, *BOTH)
class PySpikeSourceModel(PopulationModel):
    outside_in: PyInPort = LavaPyType(PyInPort.VEC_DENSE, np.int32)
    s_out: PyOutPort = LavaPyType(PyOutPort.VEC_DENSE, np.int32)

    def __init__(self, proc_params):
        super().__init__(proc_params)
        self.room = np.zeros(proc_params["shape"], np.int64)

    def fired(self):
        raster, chances, outside = self.proc_params["raster"], self.proc_params["chances"], self.outside_in.recv()
        if not self.in_phase("active"):
            return self.room[:0]
        if raster is None and chances is None:
            return np.flatnonzero(outside)
        if raster is not None:
            return np.flatnonzero(raster[(self.time - 1) % len(raster)])
        seed, purpose = self.proc_params["seed"], self.proc_params["purpose"]
        return self.room[: random_step_of(chances, seed, purpose, self.time, self.room)]


class AbstractLoihiLIFModel(PopulationModel):
    s_out: PyOutPort = LavaPyType(PyOutPort.VEC_DENSE, np.int32)
    resting: np.ndarray = LavaPyType(np.ndarray, np.int64)
    overflow: np.ndarray = LavaPyType(np.ndarray, np.int64)

    def __init__(self, proc_params):
        super().__init__(proc_params)
        self.room = np.zeros(proc_params["shape"], np.int64)

    def fired(self):
        arriving, given = self.a_in.recv().astype(self.u.dtype), self.proc_params
        if self.begins:
            self.clear(self.in_phase("clear"))
        if not self.in_phase("active"):
            return self.room[:0]
        number = lif_step_of(
            self.u,
            self.v,
            self.resting,
            arriving,
            given["bias"],
            given["numbers"],
            int(self.in_phase("thresholds")),
            int(self.in_phase("noise")),
            given["seed"],
            self.time,
            given["policy"],
            self.overflow,
            self.room,
        )
        return self.room[:number]

    def clear(self, flags):
        """Forget u, and v with the refractory times."""
        if flags & CLEAR_U:
            self.u[:] = 0
        if flags & CLEAR_V:
            self.v[:], self.resting[:] = 0, 0


@cpu_model(LoihiLIF, "fixed_pt")
class PyLoihiLIFModel(AbstractLoihiLIFModel):
    a_in: PyInPort = LavaPyType(PyInPort.VEC_DENSE, np.int32)
    u: np.ndarray = LavaPyType(np.ndarray, np.int64)
    v: np.ndarray = LavaPyType(np.ndarray, np.int64)


@cpu_model(LoihiLIF, "floating_pt")
class PyLoihiLIFModelFloat(AbstractLoihiLIFModel):
    a_in: PyInPort = LavaPyType(PyInPort.VEC_DENSE, float)
    u: np.ndarray = LavaPyType(np.ndarray, float)
    v: np.ndarray = LavaPyType(np.ndarray, float)


class AbstractCoincidenceModel(PopulationModel):
    s_out: PyOutPort = LavaPyType(PyOutPort.VEC_DENSE, np.int32)

    def fired(self):
        self.input[:] = self.a_in.recv()
        return np.flatnonzero((self.input > self.in_phase("thresholds")) & bool(self.in_phase("active")))


@cpu_model(Coincidence, "fixed_pt")
class PyCoincidenceModel(AbstractCoincidenceModel):
    a_in: PyInPort = LavaPyType(PyInPort.VEC_DENSE, np.int32)
    input: np.ndarray = LavaPyType(np.ndarray, np.int64)


@cpu_model(Coincidence, "floating_pt")
class PyCoincidenceModelFloat(AbstractCoincidenceModel):
    a_in: PyInPort = LavaPyType(PyInPort.VEC_DENSE, float)
    input: np.ndarray = LavaPyType(np.ndarray, float)
