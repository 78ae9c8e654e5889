"""Lava's runtime, with every wait watched: it ends with an error as soon as a child process cannot answer."""

import logging
import math
import time
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from queue import Empty
from typing import Any

import numpy as np
from lava.magma.compiler.executable import Executable
from lava.magma.core.process.message_interface_enum import ActorType
from lava.magma.core.process.process import AbstractProcess, ProcessServer
from lava.magma.core.process.variable import VarServer
from lava.magma.core.run_conditions import AbstractRunCondition
from lava.magma.runtime.mgmt_token_enums import MGMT_COMMAND, MGMT_RESPONSE, enum_equal
from lava.magma.runtime.runtime import Runtime

from processes.runtime.actors import GuardedInfrastructure, signals_held
from processes.runtime.faults import Label, LavaRunError, run_error

LOOK = 0.05  # s between two looks at the children while an answer is awaited
SETTLE = 0.02  # s for a second report, or for the signal that ended a child, to arrive
REPORT_WAIT = 1.0  # s for the traceback to follow Lava's error token


class WatchedSender:
    """A sending port of the runtime whose wait for a free place is watched."""

    def __init__(self, port: Any, check: Callable[[], None]) -> None:
        self._port = port
        self._check = check

    def send(self, data: np.ndarray) -> None:
        """Send one token."""
        free = self._port._semaphore  # counts the free places; `send` itself takes the place
        while not free.acquire(timeout=LOOK):
            self._check()
        free.release()
        self._port.send(data)


class WatchedReceiver:
    """A receiving port of the runtime whose wait for a token is watched."""

    def __init__(self, port: Any, check: Callable[[], None]) -> None:
        self._port = port
        self._check = check

    def recv(self) -> np.ndarray:
        """Receive one token."""
        while not self._has_arrived():
            self._check()
        return self._port.recv()

    def probe(self) -> bool:
        """Whether a token is there."""
        return self._port.probe()

    def _has_arrived(self) -> bool:
        try:
            self._port._queue.get(timeout=LOOK, peek=True)
        except Empty:
            return False
        return True


def labels_of(executable: Executable) -> dict[Any, Label]:
    """Who belongs to which builder of an executable."""
    labels = {
        builder: Label(process.name, type(process).__name__, builder.proc_model.__name__)
        for process, builder in executable.proc_builders.items()
    }
    for domain, builder in (executable.runtime_service_builders or {}).items():
        labels[builder] = Label(domain.name, "runtime service", builder.rs_class.__name__)
    return labels


def forget(processes: list[AbstractProcess]) -> None:
    """Take processes out of Lava's registers, which nobody reads, and which would keep them and their data for ever.

    The handler that each of them has added to the root logger goes, too.
    """
    names = set()
    for process in processes:
        while process is not None:
            names.add(process.id)
            process = process.parent_proc
    server, variables, root = ProcessServer(), VarServer(), logging.getLogger()
    for process in [one for one in server.processes if one.id in names]:
        server.processes.remove(process)
        layout = process._log_config.format
        own = (one for one in root.handlers if one.formatter is not None and one.formatter._fmt == layout)
        for handler in list(own)[:1]:
            root.removeHandler(handler)
    # A variable that was made without a process is nobody's.
    variables.vars = [var for var in variables.vars if var.process is None or var.process.id not in names]


class GuardedRuntime(Runtime):
    """A runtime that raises `LavaRunError` where Lava's own would wait for ever.

    Whatever exception leaves one of its calls, the run is over by then: children reaped, ports closed.

    Parameters
    ----------
    executable : Executable
        The compiled network.
    timeout : float or None
        Seconds that one call may take; None is no limit.
    """

    def __init__(self, executable: Executable, timeout: float | None) -> None:
        super().__init__(executable, ActorType.MultiProcessing)
        self.ended = ""
        self.exception_q: list[Any] = []  # Lava insists on filling it; `Actor` reports through a pipe
        self.runtime_to_service: list[Any] = []
        self.service_to_runtime: list[Any] = []
        self._timeout = math.inf if timeout is None else timeout
        self._call, self._patience, self._deadline = "", math.inf, math.inf

    def __del__(self) -> None:
        """Do nothing: `release` has an owner, and Lava's own clean-up could wait for ever."""

    def initialize(self, node_cfg_idx: int = 0) -> None:
        """Start the children and wait until every model is built."""
        with self._guarded("start"):
            super().initialize(node_cfg_idx)
            self._is_started = True

    def start(self, run_condition: AbstractRunCondition) -> None:
        """Run, and wait for the end if the condition is a blocking one."""
        with self._guarded("run"):
            super().start(run_condition)

    def wait(self) -> None:
        """Wait for the end of a run that does not block."""
        with self._guarded("wait"):
            super().wait()

    def pause(self) -> None:
        """Pause a run that does not block."""
        with self._guarded("pause"):
            super().pause()

    def get_var(self, var_id: int, idx: Any = None) -> np.ndarray:
        """Read a variable of a model."""
        with self._guarded("get"):
            return super().get_var(var_id, idx)

    def set_var(self, var_id: int, value: np.ndarray, idx: Any = None) -> None:
        """Write a variable of a model."""
        with self._guarded("set"):
            super().set_var(var_id, value, idx)

    def stop(self, patience: float = 5.0) -> None:
        """End the run politely; who has not ended after `patience` seconds is killed and reported."""
        if self.ended:
            return
        with self._guarded("stop", patience):
            for port in self.runtime_to_service:
                port.send(MGMT_COMMAND.STOP)
            for port in self.service_to_runtime:
                while not enum_equal(port.recv(), MGMT_RESPONSE.TERMINATED):
                    pass
            self._messaging_infrastructure.stop(max(0.0, self._deadline - time.monotonic()))
            self.release("it was stopped")

    def release(self, reason: str) -> None:
        """End and reap all children at once, and let go of ports, helper threads and memory."""
        with signals_held():
            if self._messaging_infrastructure is not None:
                self._messaging_infrastructure.stop()
            self._close_ports()
            if self._watchdog_manager is not None:
                self._watchdog_manager.stop()
            self._is_running = self._is_started = False
            self.exception_q = []
            self.ended = self.ended or reason
        forget(self._executable.process_list)

    def _close_ports(self) -> None:
        ports = list(self._open_ports)
        super().join()
        for port in ports:
            if port.thread is not None:
                port.thread.join(REPORT_WAIT)
            port._array, port._shm = [], None  # the memory goes with the last reference, never under a user

    @contextmanager
    def _guarded(self, call: str, patience: float | None = None) -> Iterator[None]:
        if self.ended:
            raise LavaRunError(f"GuardedRun.{call}: the run has ended ({self.ended}); build a new network")
        before = self._call, self._patience, self._deadline
        self._call, self._patience = call, self._timeout if patience is None else patience
        self._deadline = time.monotonic() + self._patience
        try:
            yield
        except BaseException as error:
            self.release(f"it failed: {type(error).__name__}: {str(error).partition(chr(10))[0]}")
            raise
        finally:
            self._call, self._patience, self._deadline = before

    def _check(self) -> None:
        """Raise if a child has failed, or if the time is up."""
        if self._messaging_infrastructure.faults():
            time.sleep(SETTLE)
            raise run_error(self._call, self._messaging_infrastructure.faults())
        if time.monotonic() > self._deadline:
            preface = f"no end within {self._patience:g} s; "
            raise run_error(self._call, self._messaging_infrastructure.blocked(), preface)

    def _build_message_infrastructure(self) -> None:
        self._messaging_infrastructure = GuardedInfrastructure(labels_of(self._executable))
        self._messaging_infrastructure.start()

    def _create_external_channels(self, proc: Any, proc_builder: Any) -> None:
        """As in Lava, and remember the ports, which Lava never closes."""
        super()._create_external_channels(proc, proc_builder)
        for port in (getattr(proc, name) for name in proc_builder.py_ports):
            for end in ("external_pipe_csp_send_port", "external_pipe_csp_recv_port"):
                if port.external_pipe_flag and hasattr(port, end):
                    self._open_ports.append(getattr(port, end))

    def _start_ports(self) -> None:
        """Start the ports, watch them, and wait for the models in place of Lava's exception queues."""
        super()._start_ports()
        self.runtime_to_service = [WatchedSender(port, self._check) for port in self.runtime_to_service]
        self.service_to_runtime = [WatchedReceiver(port, self._check) for port in self.service_to_runtime]
        while self._messaging_infrastructure.starting(LOOK):
            self._check()
        self.exception_q.clear()

    def _get_resp_for_run(self) -> None:
        """Wait for every service to report the end of the run."""
        for port in self.service_to_runtime if self._is_running else ():
            answer = port.recv()
            if enum_equal(answer, MGMT_RESPONSE.REQ_PAUSE):
                self.pause()
                return
            if enum_equal(answer, MGMT_RESPONSE.REQ_STOP):
                self.stop()
                return
            if not enum_equal(answer, MGMT_RESPONSE.DONE):
                self._await_report(answer)
        self._is_running = False

    def _await_report(self, answer: np.ndarray) -> None:
        limit = time.monotonic() + REPORT_WAIT
        while time.monotonic() < limit:
            self._check()
            time.sleep(0.001)
        hint = "report this with the network that was run"
        raise LavaRunError(f"GuardedRun.{self._call}: answer of a runtime service", float(answer[0]), "0", hint)
