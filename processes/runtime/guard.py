"""The context manager that owns a guarded run."""

import logging
import operator
import signal
import threading
import warnings
from collections.abc import Iterator
from contextlib import ExitStack, contextmanager, suppress
from multiprocessing.util import Finalize
from pathlib import Path
from types import FrameType, TracebackType
from typing import Any

import numpy as np
from lava.magma.compiler import compiler
from lava.magma.compiler.exceptions import ProcessAlreadyCompiled
from lava.magma.compiler.executable import Executable
from lava.magma.core.process.process import AbstractProcess
from lava.magma.core.process.variable import Var
from lava.magma.core.run_conditions import RunSteps
from lava.magma.runtime import runtime as lava_runtime

from processes.runtime.faults import LavaRunError
from processes.runtime.runtime import GuardedRuntime

LAVA_FOLDER = str(Path(lava_runtime.__file__).parents[2])
PATIENCE = 30.0  # s; a busy machine may take long to end a process
PATIENCE_AFTER_ERROR = 0.5  # s; the user's exception is to arrive within a second
FIRST_AT_EXIT = 10  # multiprocessing waits for children at exit once the finalizers of priority >= 0 have run


class GuardedRun:
    """Run a Lava network so that every fault ends as one exception, with nothing left behind.

    A process model that raises, dies or blocks raises `LavaRunError` with the traceback of the child; SIGINT
    raises KeyboardInterrupt; SIGTERM raises SystemExit(143), unless the program handles it; an exception of
    the body passes unchanged. In each case the children are reaped before the exception arrives. A run that
    is forgotten is ended when the object goes or the interpreter exits. If the parent is killed, the kernel
    kills the children (Linux); the channels lie in memory without a name, so nothing remains of them either.

    Lava's own calls (`process.run`, `process.wait`, `var.get`) are guarded too, and raise after the end of
    the run. Start the run in a thread that outlives it: to the kernel, that thread is the parent.

    Parameters
    ----------
    process : AbstractProcess
        Any process of the connected network.
    run_cfg : Any
        Lava's run configuration.
    timeout : float or None
        Seconds that one call (`start`, `run`, `get`, `set`) may take; None is no limit.
    compile_config : dict or None
        Options for Lava's compiler.

    Examples
    --------
    >>> with GuardedRun(process, Loihi2SimCfg(), timeout=10) as run:  # doctest: +SKIP
    ...     run.run(100)
    ...     voltage = run.get(process.v)
    """

    def __init__(
        self,
        process: AbstractProcess,
        run_cfg: Any,
        timeout: float | None = 60.0,
        compile_config: dict[str, Any] | None = None,
    ) -> None:
        if timeout is not None and not timeout > 0:
            allowed = "> 0 s, or None for no limit"
            raise LavaRunError("GuardedRun.timeout: out of range", timeout, allowed, "give another limit")
        self._process = process
        self._run_cfg = run_cfg
        self._timeout = timeout
        self._compile_config = compile_config
        self._runtime: GuardedRuntime | None = None
        self._cleanup = ExitStack()

    def start(self) -> "GuardedRun":
        """Compile the network and start its children.

        Raises
        ------
        LavaRunError
            If a model cannot be built, or if the network was run before: Lava runs a network once.
        """
        if self._runtime is not None:
            raise LavaRunError("GuardedRun.start: this run was started before; build a new network and run that")
        with quiet_lava():
            executable = self._compile()
            self._runtime = GuardedRuntime(executable, self._timeout)
            finalizer = Finalize(self, end_forgotten, (self._runtime,), exitpriority=FIRST_AT_EXIT)
            self._cleanup.callback(finalizer.cancel)
            self._cleanup.enter_context(termination_raises())
            self._cleanup.callback(self._runtime.release, "it was stopped")
            self._process.runtime = self._runtime
            executable.assign_runtime_to_all_processes(self._runtime)
            try:
                self._runtime.initialize()
            except BaseException:
                self._cleanup.close()
                raise
        return self

    def run(self, num_steps: int) -> None:
        """Run the network and wait until it has finished.

        Parameters
        ----------
        num_steps : int
            Timesteps, at least 1.

        Raises
        ------
        LavaRunError
            If a child raised, died or did not finish in time, or if the run has ended.
        """
        steps = operator.index(num_steps)
        if steps < 1:  # Lava would take a negative number for a command
            raise LavaRunError("GuardedRun.run: num_steps", steps, ">= 1", "run at least one timestep")
        self._started("run").start(RunSteps(steps))

    def get(self, var: Var) -> np.ndarray:
        """Value of a variable in its model (float64, as Lava sends it)."""
        self._require_member("get", var)
        return var.get()

    def set(self, var: Var, value: np.ndarray) -> None:
        """Set a variable in its model."""
        self._require_member("set", var)
        var.set(value)

    def stop(self, patience: float = PATIENCE) -> None:
        """End the run; a second call does nothing.

        Parameters
        ----------
        patience : float
            Seconds that the children may take to end by themselves.

        Raises
        ------
        LavaRunError
            If a child died since the last call, or did not end.
        """
        if self._runtime is not None:
            try:
                self._runtime.stop(patience)
            finally:
                self._cleanup.close()

    def __enter__(self) -> "GuardedRun":
        return self.start()

    def __exit__(self, kind: type[BaseException] | None, error: BaseException | None, _: TracebackType | None) -> None:
        if error is None:
            self.stop()
        else:
            with suppress(LavaRunError):  # the first exception is the one to tell
                self.stop(PATIENCE_AFTER_ERROR)

    def _compile(self) -> Executable:
        log = logging.getLogger(compiler.__name__)
        handlers = list(log.handlers)
        try:
            return self._process.compile(self._run_cfg, self._compile_config)
        except ProcessAlreadyCompiled as error:
            raise LavaRunError(f"GuardedRun.process: {error} Build a new network.") from None
        finally:
            log.handlers[:] = handlers  # every compiler adds one

    def _started(self, call: str) -> GuardedRuntime:
        if self._runtime is None:
            raise LavaRunError(f"GuardedRun.{call}: the run has not started; use it in a `with` statement")
        return self._runtime

    def _require_member(self, call: str, var: Var) -> None:
        """Raise unless the variable is one of this network: Lava would answer with its initial value."""
        runtime = self._started(call)
        while var.aliased_var is not None:
            var = var.aliased_var
        if var.process.runtime is not runtime:
            raise LavaRunError(f"GuardedRun.{call}: var, '{var.name}' of '{var.process.name}' is not part of this run")


def end_forgotten(runtime: GuardedRuntime) -> None:
    """End a run whose owner is gone."""
    runtime.release("it was forgotten")
    warnings.warn("a GuardedRun was not stopped; use it in a `with` statement", ResourceWarning, stacklevel=2)


@contextmanager
def termination_raises() -> Iterator[None]:
    """Let SIGTERM raise SystemExit(143) in the main thread, unless the program has a handler of its own."""
    in_main_thread = threading.current_thread() is threading.main_thread()
    if not in_main_thread or signal.getsignal(signal.SIGTERM) is not signal.SIG_DFL:
        yield
        return
    signal.signal(signal.SIGTERM, raise_exit)
    try:
        yield
    finally:
        if threading.current_thread() is threading.main_thread():
            signal.signal(signal.SIGTERM, signal.SIG_DFL)


def raise_exit(number: int, _: FrameType | None) -> None:
    """Signal handler: leave the program with the exit code that a shell gives for this signal."""
    raise SystemExit(128 + number)


class WithoutLavaChatter(logging.Filter):
    """Drop what Lava logs below the level of an error."""

    def filter(self, record: logging.LogRecord) -> bool:
        """Whether to show a record."""
        return record.levelno >= logging.ERROR or not record.pathname.startswith(LAVA_FOLDER)


@contextmanager
def quiet_lava() -> Iterator[None]:
    """Keep Lava's chatter off the terminal, here and for good in children that are forked meanwhile."""
    chatter = WithoutLavaChatter()
    root = logging.getLogger()
    handlers = [handler for handler in root.handlers if not isinstance(handler, logging.FileHandler)]
    for handler in handlers:
        handler.addFilter(chatter)
    try:
        yield
    finally:
        for handler in handlers:
            handler.removeFilter(chatter)
