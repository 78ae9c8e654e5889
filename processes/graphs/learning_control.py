"""What a plastic connection is told in every timestep: its rule, what to forget, and its third factors."""

from collections.abc import Sequence
from typing import Any

import numpy as np
from lava.magma.core.model.py.ports import PyInPort, PyOutPort
from lava.magma.core.model.py.type import LavaPyType
from lava.magma.core.process.ports.ports import InPort, OutPort
from lava.magma.core.process.process import AbstractProcess
from lava.magma.core.process.variable import Var

from emulation.graph.plan import FACTOR_A, FACTOR_B, FACTOR_KIND, SHUFFLE_TAGS, Factor
from processes.declaration import OWN
from processes.graphs.phases import POSITION, Phased, PhasedModel
from processes.models import BOTH, cpu_model


class LearningControl(Phased, AbstractProcess):
    """Chooses the rule of a `PlasticDense` or `PlasticSparse` by the phase, and sends y1, y2, y3 (embedded processor).

    Parameters
    ----------
    shape : tuple (n_post,)
    rules : sequence of int
        By phase: number of the rule, -1 for frozen.
    clear : sequence of int
        By phase: bits of what is forgotten when it begins (`emulation.graph.plan`); the bit that shuffles tags holds
        throughout the phase.
    factors : int array (phases, 3, 3)
        Of y1, y2, y3: an `emulation.graph.plan.Factor` with its numbers A and B.
    labels : int array
        The post neuron that each cycle names, repeated.
    ramp_cycles, offsets : sequence of int
        By phase: cycles of a ramp; what is added to each weight that a spike delivers.
    period : int
        Timesteps of a cycle, in which spikes are counted.

    Ports: `s_in`, `outside_in` (n_post,); `rule_out`, `clear_out`, `offset_out` (1,), `y1_out`, `y2_out`, `y3_out`
    (n_post,). Var: `counts` (n_post,).
    """

    hardware = OWN["LearningControl"]
    _runtime = None  # Lava's destructor reads it, also after a constructor that raised

    def __init__(
        self,
        *,
        shape: tuple[int],
        rules: Sequence[int],
        clear: Sequence[int],
        factors: np.ndarray,
        labels: np.ndarray,
        ramp_cycles: Sequence[int],
        offsets: Sequence[int] = (0,),
        period: int,
        **parameters: Any,
    ) -> None:
        super().__init__(
            shape=shape,
            rules=rules,
            clear=clear,
            factors=factors,
            labels=labels,
            ramp_cycles=ramp_cycles,
            offsets=offsets,
            period=period,
            **parameters,
        )
        self.s_in, self.outside_in = InPort(shape=shape), InPort(shape=shape)
        self.rule_out, self.clear_out, self.offset_out = (OutPort(shape=(1,)) for _ in range(3))
        self.y1_out, self.y2_out, self.y3_out = OutPort(shape=shape), OutPort(shape=shape), OutPort(shape=shape)
        self.counts = Var(shape=shape, init=0)


@cpu_model(LearningControl, *BOTH)
class PyLearningControlModel(PhasedModel):
    s_in: PyInPort = LavaPyType(PyInPort.VEC_DENSE, np.int32)
    outside_in: PyInPort = LavaPyType(PyInPort.VEC_DENSE, np.int32)
    rule_out: PyOutPort = LavaPyType(PyOutPort.VEC_DENSE, np.int32)
    clear_out: PyOutPort = LavaPyType(PyOutPort.VEC_DENSE, np.int32)
    offset_out: PyOutPort = LavaPyType(PyOutPort.VEC_DENSE, np.int32)
    y1_out: PyOutPort = LavaPyType(PyOutPort.VEC_DENSE, np.int32)
    y2_out: PyOutPort = LavaPyType(PyOutPort.VEC_DENSE, np.int32)
    y3_out: PyOutPort = LavaPyType(PyOutPort.VEC_DENSE, np.int32)
    counts: np.ndarray = LavaPyType(np.ndarray, np.int64)

    def run_spk(self):
        self.receive_phase()
        flags = self.in_phase("clear")
        self.clear_out.send(np.array([flags if self.begins else flags & SHUFFLE_TAGS], np.int32))
        self.offset_out.send(np.array([self.in_phase("offsets")], np.int32))
        self.rule_out.send(np.array([self.in_phase("rules")], np.int32))
        if (self.time_step - 1) % self.proc_params["period"] == 0:
            self.counts[:] = 0
        self.counts += self.s_in.recv() > 0
        outside = self.outside_in.recv()
        for port, factor in zip((self.y1_out, self.y2_out, self.y3_out), self.in_phase("factors")):
            port.send(np.broadcast_to(self.value(factor, outside), outside.shape).astype(np.int32))

    def value(self, factor, outside):
        """What the post neurons send for one of y1, y2, y3."""
        kind, a, b = (int(factor[column]) for column in (FACTOR_KIND, FACTOR_A, FACTOR_B))
        if kind == Factor.COUNT:
            return a * np.minimum(self.counts, b)
        if kind == Factor.RAMP:
            return a + (b - a) * int(self.message[POSITION]) // max(1, self.in_phase("ramp_cycles"))
        if kind == Factor.LABEL:
            labels = self.proc_params["labels"]
            label = labels[(self.time - 1) // self.proc_params["period"] % len(labels)]
            return np.where(np.arange(len(self.counts)) == label, a, b)
        if kind == Factor.OUTSIDE:
            return outside if a == 0 else np.maximum(a * outside, 0)
        return a
