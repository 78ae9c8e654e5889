"""Child processes that report to their parent and die with it, and memory that no one can leak."""

import ctypes
import faulthandler
import itertools
import mmap
import os
import signal
import sys
import tempfile
import threading
import time
import traceback
from collections.abc import Callable, Iterator, Mapping
from contextlib import contextmanager
from enum import Enum
from multiprocessing import Pipe
from multiprocessing.connection import wait
from multiprocessing.context import ForkProcess
from typing import Any

from lava.magma.runtime.message_infrastructure.multiprocessing import MultiProcessing

from processes.runtime.faults import Fault, Label, activity, describe_death

STOP_SIGNALS = {signal.SIGINT, signal.SIGTERM}
STACK_SIGNAL = signal.SIGUSR1
STACK_WAIT = 0.2  # s; a child that is not stopped answers within a millisecond
LONGEST_STACK = 65536  # bytes
PR_SET_PDEATHSIG = 1  # linux/prctl.h
LIBRARY = ctypes.CDLL(None, use_errno=True)


class Condition(Enum):
    """How far a child process has come."""

    STARTING = "starting"
    READY = "ready"
    FAILED = "failed"
    FINISHED = "finished"


def die_with(parent: int) -> None:
    """Let the kernel kill this process when the thread that forked it ends, however it ends (Linux only)."""
    if sys.platform == "linux":
        LIBRARY.prctl(PR_SET_PDEATHSIG, signal.SIGKILL, 0, 0, 0)
    if os.getppid() != parent:  # it ended before the request
        os.kill(os.getpid(), signal.SIGKILL)


@contextmanager
def signals_held() -> Iterator[None]:
    """Deliver SIGINT and SIGTERM only afterwards, so that neither a fork nor the clean-up is left half-way.

    Python runs its handlers in the main thread, so any other thread is safe as it is. Masking the signals
    would not do: the kernel then hands them to a helper thread of Lava or of a numerical library.
    """
    if threading.current_thread() is not threading.main_thread():
        yield
        return
    arrived: list[int] = []
    before = {number: signal.getsignal(number) for number in STOP_SIGNALS}
    handled = {number: handler for number, handler in before.items() if handler not in (None, signal.SIG_IGN)}
    for number in handled:
        signal.signal(number, lambda delivered, frame: arrived.append(delivered))
    try:
        yield
    finally:
        for number, handler in handled.items():
            signal.signal(number, handler)
        for received in arrived:
            signal.raise_signal(received)


class Actor(ForkProcess):
    """A child process that runs one process model or one runtime service.

    It sends its condition through a pipe; as text, so that an exception that cannot be pickled arrives too.

    Parameters
    ----------
    builder : Any
        Lava's builder of the process model or of the runtime service.
    label : Label
        Whose child process it is.
    """

    def __init__(self, builder: Any, label: Label) -> None:
        super().__init__()
        self.label = label
        self.condition = Condition.STARTING
        self._builder = builder
        self._starter = os.getpid()
        self._event = self._traceback = ""
        self.reports, self._reporter = Pipe(duplex=False)
        self._stack_file = tempfile.TemporaryFile()  # noqa: SIM115 - the child writes to it until its end

    def start(self) -> None:
        """Fork; afterwards only the child holds the writing end of the pipe."""
        super().start()
        self._reporter.close()

    def run(self) -> None:
        """Build the model and obey Lava's commands; executed in the child."""
        try:
            self._prepare_child()
            model = self._builder.build()
            self._reporter.send((Condition.READY, "", ""))
            model.start()
            self._reporter.send((Condition.FINISHED, "", ""))
        except BaseException as error:  # SystemExit too: a model may not end a run in silence
            event = "raised " + traceback.format_exception_only(type(error), error)[-1].strip()
            self._reporter.send((Condition.FAILED, event, traceback.format_exc()))

    def _prepare_child(self) -> None:
        die_with(self._starter)
        signal.signal(signal.SIGINT, signal.SIG_IGN)  # Ctrl-C reaches the whole group; the parent decides
        signal.signal(signal.SIGTERM, signal.SIG_DFL)
        faulthandler.enable(self._stack_file, all_threads=False)
        faulthandler.register(STACK_SIGNAL, self._stack_file, all_threads=False)

    def fault(self) -> Fault | None:
        """What went wrong in the child process so far, if anything did."""
        alive = self.is_alive()
        self._read_reports()  # after the look at its life, so that no last report is missed
        if self.condition is Condition.FAILED:
            return Fault(self.label, self._event, self._traceback)
        if alive or self.condition is Condition.FINISHED:
            return None
        return Fault(self.label, describe_death(self.exitcode), self.stack())

    def _read_reports(self) -> None:
        try:
            while self.reports.poll():
                self.condition, self._event, self._traceback = self.reports.recv()
        except (EOFError, OSError):  # the child has ended
            pass

    def ask_for_stack(self) -> None:
        """Have the child write the stack of its main thread, even while it blocks."""
        if self.pid is not None and self.is_alive():
            os.kill(self.pid, STACK_SIGNAL)

    def stack(self) -> str:
        """Stack that the child wrote, when asked for it or in a crash, down to where its own work begins."""
        text = os.pread(self._stack_file.fileno(), LONGEST_STACK, 0).decode(errors="replace")
        frames = itertools.takewhile(lambda line: not line.endswith(" in _bootstrap"), text.splitlines())
        return "\n".join(frames)

    def end(self) -> None:
        """Kill the child if it lives, reap it, and close what connected it to its parent."""
        self.kill()
        self.join()
        self.reports.close()
        self._stack_file.close()
        self.close()


class Segment:
    """Memory that forked processes share; it has no name, so it ends with the last process that knows it."""

    def __init__(self, size: int) -> None:
        self.buf = memoryview(mmap.mmap(-1, size))


class AnonymousMemory:
    """In place of Lava's shared memory manager: no server process, and nothing in /dev/shm."""

    def create_shared_memory(self, size: int) -> Segment:
        """Memory of `size` bytes, shared with every process forked from now on."""
        return Segment(size)


class GuardedInfrastructure(MultiProcessing):
    """Lava's multiprocessing infrastructure with `Actor` children and anonymous memory.

    Parameters
    ----------
    labels : Mapping[Any, Label]
        Who belongs to which builder.
    """

    def __init__(self, labels: Mapping[Any, Label]) -> None:
        super().__init__()
        self._labels = labels
        self._actors: list[Actor] = []

    def start(self) -> None:
        """Provide the memory for the channels."""
        self._smm = AnonymousMemory()

    def build_actor(self, target_fn: Callable[..., None], builder: Any, exception_q: Any = None) -> Actor:
        """Start the child process of a builder; Lava's own function and queue for it are not needed."""
        with signals_held():
            actor = Actor(builder, self._labels[builder])
            actor.start()
            self._actors.append(actor)
        return actor

    def stop(self, patience: float = 0.0) -> None:
        """End all children: `patience` seconds in all to end by themselves, then SIGKILL."""
        limit = time.monotonic() + patience
        for actor in self._actors:
            actor.join(max(0.0, limit - time.monotonic()))
        with signals_held():
            for actor in self._actors:
                actor.kill()
            while self._actors:
                self._actors.pop().end()

    def faults(self) -> list[Fault]:
        """Everything that went wrong in the children so far."""
        return [fault for actor in self._actors if (fault := actor.fault())]

    def starting(self, patience: float) -> bool:
        """Whether a model is still being built after a wait of at most `patience` seconds."""
        pending = [actor.reports for actor in self._actors if actor.condition is Condition.STARTING]
        if pending:
            wait(pending, patience)
        return bool(pending)

    def blocked(self) -> list[Fault]:
        """The children that most likely keep a run from finishing, each with its stack."""
        for actor in self._actors:
            actor.ask_for_stack()
        limit = time.monotonic() + STACK_WAIT
        while time.monotonic() < limit and not all(actor.stack() for actor in self._actors):
            time.sleep(0.005)
        rank = {actor: activity(actor.stack()) for actor in self._actors}
        suspects = [actor for actor in self._actors if rank[actor] == min(rank.values())]
        return [Fault(actor.label, "did not answer", actor.stack()) for actor in suspects]
