"""Process models without a runtime: built by Lava's own builder, then driven timestep by timestep.

What a model computes does not depend on the channels: its in-ports are given values, its out-port keeps what is sent.
That the same holds within a running network is tested with a smaller number of rules.
"""

from typing import Any

import numpy as np
from lava.magma.compiler.builders.py_builder import PyProcessBuilder
from lava.magma.compiler.utils import VarInitializer
from lava.magma.core.learning.learning_rule import Loihi2FLearningRule
from lava.magma.core.process.process import AbstractProcess
from lava.proc.dense.models import PyLearningDenseModelBitApproximate, PyLearningDenseModelFloat

from processes import plastic

MODELS = {
    ("LearningDense", False): PyLearningDenseModelBitApproximate,
    ("LearningDense", True): PyLearningDenseModelFloat,
    ("PlasticDense", False): plastic.PyPlasticDenseModelFixed,
    ("PlasticDense", True): plastic.PyPlasticDenseModelFloat,
    ("PlasticSparse", False): plastic.PyPlasticSparseModelFixed,
    ("PlasticSparse", True): plastic.PyPlasticSparseModelFloat,
}
IN_PORTS = ("s_in", "s_in_bap", "s_in_y1", "s_in_y2", "s_in_y3", "rule_in")


class Port:
    """Stands for an in-port (`value` is received) or an out-port (`value` is what was sent last)."""

    def __init__(self, value: np.ndarray) -> None:
        self.value = value

    def recv(self) -> np.ndarray:
        """The value to receive."""
        return self.value

    def send(self, value: np.ndarray) -> None:
        """Keep what is sent, as a channel would copy it."""
        self.value = np.array(value)


class Driven:
    """A model whose timesteps the test takes."""

    def __init__(self, process: AbstractProcess, floating: bool = False) -> None:
        builder = PyProcessBuilder(MODELS[type(process).__name__, floating], 0, process.proc_params)
        builder.set_variables([VarInitializer(v.name, v.shape, v.init, v.id) for v in process.vars])
        self.model: Any = builder.build()
        for port in (*process.in_ports, *process.out_ports):
            setattr(self.model, port.name, Port(np.zeros(port.shape, np.int64)))
        if hasattr(self.model, "bind"):
            self.model.bind()

    def step(self, values: dict[str, np.ndarray]) -> np.ndarray:
        """One timestep with these values at the in-ports; returns what was sent."""
        for name, value in values.items():
            getattr(self.model, name).value = value
        self.model.time_step += 1
        self.model.run_spk()
        if self.model.lrn_guard():
            self.model.run_lrn()
        return self.model.a_out.value

    def values(self, names: tuple[str, ...]) -> dict[str, np.ndarray]:
        """Present values of Vars."""
        if hasattr(self.model, "publish_vars"):
            self.model.publish_vars()
        return {name: np.array(getattr(self.model, name)) for name in names}


def compile_kernels() -> None:
    """Compile here what the children of a guarded run need: they inherit it, and their time limit is for running."""
    rule = Loihi2FLearningRule(dw="u0*x1", t_epoch=1, rng_seed=1)
    for floating in (False, True):
        Driven(plastic.PlasticDense(weights=np.ones((1, 1)), learning_rule=rule), floating).step({})
