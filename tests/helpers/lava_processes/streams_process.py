"""A Lava process that feeds recorded streams to a plastic connection, and one that receives its activation."""

from typing import Any

import numpy as np
from lava.magma.core.model.py.model import PyLoihiProcessModel
from lava.magma.core.model.py.ports import PyInPort, PyOutPort, PyRefPort
from lava.magma.core.model.py.type import LavaPyType
from lava.magma.core.process.ports.ports import InPort, OutPort, RefPort
from lava.magma.core.process.process import AbstractProcess
from lava.magma.core.process.variable import Var

from processes.models import BOTH, cpu_model

NAMES = ("s_in", "s_in_bap", "s_in_y1", "s_in_y2", "s_in_y3", "rule_in")


class Streams(AbstractProcess):
    """Sends one row of each stream per timestep.

    Parameters
    ----------
    streams : dict of str to int array (timesteps, n)
        By the names of the in-ports that they are for.
    """

    def __init__(self, streams: dict[str, np.ndarray]) -> None:
        super().__init__(streams=streams)
        for name in NAMES:
            shape = streams[name].shape[1:] if name in streams else (1,)
            setattr(self, f"{name}_out", OutPort(shape=shape))

    def feed(self, connection: AbstractProcess) -> None:
        """Connect all streams that the connection has a port for."""
        for name in self.proc_params["streams"]:
            if hasattr(connection, name):
                getattr(self, f"{name}_out").connect(getattr(connection, name))


class Sink(AbstractProcess):
    """Adds up what it receives, weighted by the timestep, so that an exchange of two values shows."""

    def __init__(self, shape: tuple[int, ...]) -> None:
        super().__init__(shape=shape)
        self.a_in = InPort(shape=shape)
        self.total = Var(shape=shape, init=0)


class Pen(AbstractProcess):
    """Adds 1 to a Var of another process through a RefPort after every timestep, and keeps what it read last."""

    def __init__(self, shape: tuple[int, ...]) -> None:
        super().__init__(shape=shape)
        self.ref = RefPort(shape=shape)
        self.last = Var(shape=shape, init=0)


@cpu_model(Streams, *BOTH)
class PyStreamsModel(PyLoihiProcessModel):
    """Model of Streams."""

    s_in_out: PyOutPort = LavaPyType(PyOutPort.VEC_DENSE, np.int32)
    s_in_bap_out: PyOutPort = LavaPyType(PyOutPort.VEC_DENSE, np.int32)
    s_in_y1_out: PyOutPort = LavaPyType(PyOutPort.VEC_DENSE, np.int32)
    s_in_y2_out: PyOutPort = LavaPyType(PyOutPort.VEC_DENSE, np.int32)
    s_in_y3_out: PyOutPort = LavaPyType(PyOutPort.VEC_DENSE, np.int32)
    rule_in_out: PyOutPort = LavaPyType(PyOutPort.VEC_DENSE, np.int32)

    def __init__(self, proc_params: Any) -> None:
        super().__init__(proc_params)
        self.streams = proc_params["streams"]

    def run_spk(self) -> None:
        """Send the rows of this timestep."""
        for name, rows in self.streams.items():
            getattr(self, f"{name}_out").send(rows[(self.time_step - 1) % len(rows)])


@cpu_model(Sink, *BOTH)
class PySinkModel(PyLoihiProcessModel):
    """Model of Sink."""

    a_in: PyInPort = LavaPyType(PyInPort.VEC_DENSE, np.int64)
    total: np.ndarray = LavaPyType(np.ndarray, np.int64)

    def run_spk(self) -> None:
        """Receive."""
        self.total += self.time_step * self.a_in.recv()


@cpu_model(Pen, *BOTH)
class PyPenModel(PyLoihiProcessModel):
    """Model of Pen."""

    ref: PyRefPort = LavaPyType(PyRefPort.VEC_DENSE, np.int32)
    last: np.ndarray = LavaPyType(np.ndarray, np.int32)

    def post_guard(self) -> bool:
        """Always."""
        return True

    def run_post_mgmt(self) -> None:
        """Read and write."""
        self.last[:] = self.ref.read()
        self.ref.write(self.last + 1)
        self.ref.wait()  # else the write may arrive after the next timestep has begun
