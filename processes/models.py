"""How a process model of ours is declared."""

from collections.abc import Callable
from typing import TypeVar

from lava.magma.core.decorator import implements, requires, tag
from lava.magma.core.model.model import AbstractProcessModel
from lava.magma.core.process.process import AbstractProcess
from lava.magma.core.resources import CPU
from lava.magma.core.sync.protocols.loihi_protocol import LoihiProtocol

Model = TypeVar("Model", bound=type[AbstractProcessModel])

BOTH = ("fixed_pt", "floating_pt")  # tags of a model for both arithmetics


def cpu_model(process: type[AbstractProcess], *tags: str) -> Callable[[Model], Model]:
    """Decorate a class as the model of a process on the CPU, in the phases of Loihi.

    Parameters
    ----------
    process : type
    *tags : str
        By which a run configuration of Lava chooses among the models of a process, say "fixed_pt".
    """

    def decorate(model: Model) -> Model:
        return implements(proc=process, protocol=LoihiProtocol)(requires(CPU)(tag(*tags)(model)))

    return decorate
