"""How a hardware model of one of our processes would be registered: a LIF with a floor as microcode of Loihi 2.

lava-nc ships neither a compiler for Loihi nor a base class of such models, so this one names resource, process and
parameters and refuses to be built. Lava's compiler does not come across it: see the package.
"""

from lava.magma.core.decorator import implements, requires, tag
from lava.magma.core.model.model import AbstractProcessModel
from lava.magma.core.resources import Loihi2NeuroCore
from lava.magma.core.sync.protocols.loihi_protocol import LoihiProtocol

from emulation.errors import LavaSleepError
from processes.graphs.populations import LoihiLIF


class NoHardwareError(LavaSleepError):
    """A hardware model was to be built where there is no hardware stack."""


@implements(proc=LoihiLIF, protocol=LoihiProtocol)
@requires(Loihi2NeuroCore)
@tag("ucoded")
class NcLoihiLIFModel(AbstractProcessModel):
    """The neurons on a neuro core; their microcode would do, in each timestep (emulation.graph.populations):

    u = leak(u, du) + (a << 6);  v = max(leak(v, dv) + u + noise, -(floor << 6));  spike if v > vth << 6, then v = 0;
    at the epoch's end y1 = post_scale * min(count, post_limit), y2 = reward, then count = 0
    """

    def __init__(self, proc_params=None) -> None:
        raise NoHardwareError(
            "NcLoihiLIFModel: there is no compiler for Loihi 2 here",
            "Loihi2NeuroCore",
            "CPU",
            "run with Loihi2SimCfg, which takes the Python model",
        )

    def run(self) -> None:
        """Never reached: nothing can be built."""
        raise NoHardwareError("NcLoihiLIFModel: never built", "a run", "none", "use the Python model")
