"""Synapses that do not learn, with a delay each, as a Lava process."""

from collections.abc import Sequence
from typing import Any

import numpy as np
from lava.magma.core.model.py.ports import PyInPort, PyOutPort
from lava.magma.core.model.py.type import LavaPyType
from lava.magma.core.process.ports.ports import InPort, OutPort
from lava.magma.core.process.process import AbstractProcess
from lava.magma.core.process.variable import Var
from scipy.sparse import csr_matrix

from emulation.graph.plan import CLEAR_INPUT
from processes.declaration import OWN
from processes.graphs.phases import Phased, PhasedModel
from processes.models import cpu_model
from processes.plasticity.variables import SynapseVar


class DelaySynapses(Phased, AbstractProcess):
    """Fixed synapses: a spike of timestep t arrives at t + delay.

    Parameters
    ----------
    weights : csr_matrix (n_post, n_pre)
        Every stored entry is a synapse.
    delays : int array (number of synapses,)
        In the order of `weights.data`, at least 1.
    weight_exp : int
        The sum of the weights of each delay is shifted by it, as in stock Dense.
    scale : sequence of int
        By phase: factor of the weights when a spike is sent.
    clear : sequence of int
        By phase: bits of what is forgotten when it begins; what is on its way is one of them.

    Ports: `s_in` (n_pre,), `a_out` (n_post,). Vars: `weights`, and `on_its_way` (delays, n_post), the next first.
    """

    hardware = OWN["DelaySynapses"]
    _runtime = None  # Lava's destructor reads it, also after a constructor that raised

    def __init__(
        self,
        *,
        weights: csr_matrix,
        delays: np.ndarray,
        weight_exp: int = 0,
        scale: Sequence[int] = (1,),
        clear: Sequence[int] = (0,),
        **parameters: Any,
    ) -> None:
        super().__init__(pattern=weights, delays=delays, weight_exp=weight_exp, scale=scale, clear=clear, **parameters)
        self.s_in, self.a_out = InPort(shape=(weights.shape[1],)), OutPort(shape=(weights.shape[0],))
        self.weights = SynapseVar(weights, weights.data)
        self.on_its_way = Var(shape=(int(max(delays, default=1)), weights.shape[0]), init=0)


class AbstractDelaySynapsesModel(PhasedModel):
    s_in: PyInPort = LavaPyType(PyInPort.VEC_DENSE, np.int32)
    weights: np.ndarray = LavaPyType(np.ndarray, np.int64)
    dtype: type = np.int32

    def shifted(self, total, exponent):
        """The sum of a delay, times 2^exponent."""
        raise NotImplementedError

    def run_spk(self):
        self.receive_phase()
        if self.begins and self.in_phase("clear") & CLEAR_INPUT:
            self.on_its_way[:] = 0
        self.a_out.send(self.on_its_way[0].astype(self.dtype))
        spikes = self.s_in.recv().astype(np.int64)
        self.on_its_way[:-1] = self.on_its_way[1:]
        self.on_its_way[-1] = 0
        if spikes.any():
            self.add(spikes * self.in_phase("scale"))

    def add(self, spikes):
        """Put what the spikes of a timestep add up to on its way."""
        pattern, delays, exponent = (self.proc_params[name] for name in ("pattern", "delays", "weight_exp"))
        for delay in np.unique(delays):
            values = np.where(delays == delay, self.weights, 0)
            total = csr_matrix((values, pattern.indices, pattern.indptr), pattern.shape) @ spikes
            self.on_its_way[delay - 1] += self.shifted(total, exponent)


@cpu_model(DelaySynapses, "fixed_pt")
class PyDelaySynapsesModel(AbstractDelaySynapsesModel):
    a_out: PyOutPort = LavaPyType(PyOutPort.VEC_DENSE, np.int32)
    on_its_way: np.ndarray = LavaPyType(np.ndarray, np.int64)

    def shifted(self, total, exponent):
        return total << exponent if exponent >= 0 else total >> -exponent


@cpu_model(DelaySynapses, "floating_pt")
class PyDelaySynapsesModelFloat(AbstractDelaySynapsesModel):
    a_out: PyOutPort = LavaPyType(PyOutPort.VEC_DENSE, float)
    on_its_way: np.ndarray = LavaPyType(np.ndarray, float)
    dtype: type = float

    def shifted(self, total, exponent):
        return total * 2.0**exponent
