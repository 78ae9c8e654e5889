"""A sender and a receiver in a ring, whose sender fails on request."""

import os
import signal
import time
from typing import Any

import numpy as np
from lava.magma.core.model.py.model import PyLoihiProcessModel
from lava.magma.core.model.py.ports import PyInPort, PyOutPort
from lava.magma.core.model.py.type import LavaPyType
from lava.magma.core.process.ports.ports import InPort, OutPort
from lava.magma.core.process.process import AbstractProcess
from lava.magma.core.process.variable import Var

from processes.models import cpu_model


class FaultySender(AbstractProcess):
    """Sends the number of the timestep; `fault` says what it does in timestep `at`."""

    def __init__(self, fault: str = "", at: int = 3) -> None:
        super().__init__(name="the sender", fault=fault, at=at)
        self.out = OutPort(shape=(1,))
        self.back = InPort(shape=(1,))
        self.last = Var(shape=(1,), init=0)


class Accumulator(AbstractProcess):
    """Adds up what it receives, and sends the sum back."""

    def __init__(self) -> None:
        super().__init__(name="the accumulator")
        self.in_port = InPort(shape=(1,))
        self.out = OutPort(shape=(1,))
        self.total = Var(shape=(1,), init=0)


class UnpicklableError(Exception):
    """An exception that no queue can carry."""

    def __init__(self) -> None:
        super().__init__("carries a function")
        self.function = lambda: None


@cpu_model(FaultySender)
class FaultySenderModel(PyLoihiProcessModel):
    """Model of `FaultySender`."""

    out: PyOutPort = LavaPyType(PyOutPort.VEC_DENSE, np.int32)
    back: PyInPort = LavaPyType(PyInPort.VEC_DENSE, np.int32)
    last: np.ndarray = LavaPyType(np.ndarray, np.int32)

    def __init__(self, proc_params: Any) -> None:
        super().__init__(proc_params)
        self.fault = proc_params["fault"]
        self.at = proc_params["at"]
        if self.fault == "constructor":
            raise ValueError("no such model")
        if self.fault == "constructor dies":
            os.kill(os.getpid(), signal.SIGKILL)
        if self.fault == "constructor blocks":
            time.sleep(1000)

    def lrn_guard(self) -> bool:
        """Learn in the timestep of the fault only."""
        return self.fault == "run_lrn" and self.time_step == self.at

    def run_lrn(self) -> None:
        """Fail in the learning phase."""
        raise ArithmeticError("learning went wrong")

    def run_spk(self) -> None:
        """Send the timestep and receive the sum, or fail."""
        if self.time_step == self.at:
            self.fail_in_spiking()
        self.out.send(np.array([self.time_step]))
        self.last[:] = self.back.recv()

    def fail_in_spiking(self) -> None:
        """Do what `fault` says."""
        if self.fault == "run_spk":
            raise ValueError("spiking went wrong")
        if self.fault == "unpicklable":
            raise UnpicklableError
        if self.fault == "exit":
            raise SystemExit(0)
        if self.fault == "dies":
            os.kill(os.getpid(), signal.SIGKILL)
        if self.fault == "crashes":
            os.kill(os.getpid(), signal.SIGSEGV)
        if self.fault == "blocks":
            time.sleep(1000)


@cpu_model(Accumulator)
class AccumulatorModel(PyLoihiProcessModel):
    """Model of `Accumulator`."""

    in_port: PyInPort = LavaPyType(PyInPort.VEC_DENSE, np.int32)
    out: PyOutPort = LavaPyType(PyOutPort.VEC_DENSE, np.int32)
    total: np.ndarray = LavaPyType(np.ndarray, np.int32)

    def run_spk(self) -> None:
        """Add the received number, and send the sum."""
        self.total += self.in_port.recv().astype(np.int32)
        self.out.send(self.total)


def ring(fault: str = "", at: int = 3) -> tuple[FaultySender, Accumulator]:
    """The sender and the accumulator, connected to a ring."""
    sender, accumulator = FaultySender(fault, at), Accumulator()
    sender.out.connect(accumulator.in_port)
    accumulator.out.connect(sender.back)
    return sender, accumulator
