"""What happens to a Lava graph under way: each fault is a context manager that holds while the command runs in a fork.

A fault of a process model shows in Lava step `at` of the environment's model, which all graphs have. One from outside
waits for the run to have come to a cycle, and is done to the main program of the run by its process identifier.
Lava itself is imported where a fault begins, so that the faults can be listed without it.
"""

import mmap
import os
import resource
import signal
import time
from collections.abc import Callable, Iterator
from contextlib import AbstractContextManager, contextmanager, nullcontext
from pathlib import Path
from pkgutil import resolve_name
from typing import NamedTuple

import numpy as np
import pytest

from lava_sleep.backends.lava import LavaRunning
from lava_sleep.runs.progress import Reporter

PATIENCE = 3.0  # s that a call may take once a child is to block; LATE of the run's own 300 s would be too long here
BLOCKED = 1000.0  # s


class Moments:
    """Numbers that a run in a fork, its children and the test share: cycles done, and when a fault came and ended."""

    def __init__(self) -> None:
        self._memory = mmap.mmap(-1, 24)
        self._values = np.frombuffer(self._memory, np.float64)

    cycles = property(lambda self: self._values[0], lambda self, value: self._values.__setitem__(0, value))
    fault = property(lambda self: self._values[1], lambda self, value: self._values.__setitem__(1, value))
    end = property(lambda self: self._values[2], lambda self, value: self._values.__setitem__(2, value))


class CarriesAFunction(Exception):
    """No queue can carry it."""

    def __init__(self) -> None:
        super().__init__("carries a function")
        self.function = lambda: None


class Fault(NamedTuple):
    """One fault and how it has to end.

    Attributes
    ----------
    code : int
        Exit code of the command; negative where a signal is to end its program.
    says : str
        What the person reads.
    within : callable (Moments, int) -> context manager
        Prepares the fault in the program; the second argument is the Lava step of cycle 20.
    outside : callable (int) -> None, optional
        Done to the program, whose identifier it takes.
    """

    code: int
    says: str
    within: Callable[[Moments, int], AbstractContextManager] = lambda moments, at: nullcontext()
    outside: Callable[[int], None] | None = None


def raised(error: BaseException) -> Callable[[], None]:
    """Something that raises an exception."""

    def act() -> None:
        raise error

    return act


def self_inflicted(number: int) -> Callable[[], None]:
    """A signal of a process to itself."""
    return lambda: os.kill(os.getpid(), number)


@contextmanager
def replaced(owner: type, name: str, method: Callable) -> Iterator[None]:
    """Another method of a class, for a while."""
    with pytest.MonkeyPatch.context() as patch:
        patch.setattr(owner, name, method)
        yield


def before(owner: type, name: str, act: Callable) -> AbstractContextManager:
    """A method that does something first, for a while: `act`, which takes the object."""
    method = getattr(owner, name)

    def both(self, *arguments):
        act(self)
        return method(self, *arguments)

    return replaced(owner, name, both)


def in_model(
    act: Callable[[], None],
    method: str = "run_spk",
    guard: str = "",
    first: bool = False,
    place: str = "processes.graphs.surroundings:PySurroundingsModel",
):
    """A fault of a process model, in one of the phases of a Lava step."""

    @contextmanager
    def within(moments: Moments, at: int) -> Iterator[None]:
        model = resolve_name(place)
        step = 1 if first else at

        def fail(self) -> None:
            if method == "__init__" or self.time_step == step:
                moments.fault = time.monotonic()
                act()

        guarded = replaced(model, guard, lambda self: self.time_step == step) if guard else nullcontext()
        with before(model, method, fail), guarded:
            yield

    return within


@contextmanager
def impatient(moments: Moments, at: int) -> Iterator[None]:
    """The calls that run the graph have little time; its start has what it needs."""

    def hurry(running: LavaRunning) -> None:
        running.network.guarded._runtime._timeout = PATIENCE

    with before(LavaRunning, "advance", hurry):
        yield


def blocking(act: Callable[[], None]):
    """A fault of a process model that is found only when the time is up."""

    @contextmanager
    def within(moments: Moments, at: int) -> Iterator[None]:
        with impatient(moments, at), in_model(act)(moments, at):
            yield

    return within


@contextmanager
def failing_reporter(moments: Moments, at: int) -> Iterator[None]:
    """The code that is told of the progress raises."""
    healthy = Reporter.__call__

    def faulty(self, cycles: int) -> None:
        healthy(self, cycles)
        if self.done >= 20:
            moments.fault = time.monotonic()
            raise RuntimeError("no such display")

    with replaced(Reporter, "__call__", faulty):
        yield


@contextmanager
def forgotten_stop(moments: Moments, at: int) -> Iterator[None]:
    """Nobody stops the graph of a stage."""
    from processes.runtime import GuardedRun

    moments.fault = time.monotonic()
    with replaced(GuardedRun, "__exit__", lambda *_: None), pytest.warns(ResourceWarning, match="was not stopped"):
        yield


@contextmanager
def bad_rule(moments: Moments, at: int) -> Iterator[None]:
    """A learning rule that is none."""
    moments.fault = time.monotonic()
    settings = Path("c.toml")
    text = settings.read_text()
    settings.write_text(text + 'dw = "x1*y9"\n')
    yield
    settings.write_text(text)


@contextmanager
def no_descriptors(moments: Moments, at: int) -> Iterator[None]:
    """The system opens no more files for this program; a graph needs some dozens of them."""
    moments.fault = time.monotonic()
    before, taken = resource.getrlimit(resource.RLIMIT_NOFILE), set(map(int, os.listdir("/proc/self/fd")))
    twelve_free = [number for number in range(max(taken) + 13) if number not in taken][11] + 1
    resource.setrlimit(resource.RLIMIT_NOFILE, (twelve_free, before[1]))
    yield
    resource.setrlimit(resource.RLIMIT_NOFILE, before)


def children(program: int) -> list[int]:
    """The processes of a graph, in the order of their start."""
    found: list[int] = []
    for task in Path(f"/proc/{program}/task").iterdir():
        found += map(int, (task / "children").read_text().split())
    return sorted(found)


def to_child(which: int, number: int) -> Callable[[int], None]:
    """A signal to the first or the last of the graph's processes: a runtime service, or a model."""
    return lambda program: os.kill(children(program)[which], number)


def to_main(number: int) -> Callable[[int], None]:
    """A signal to the main program alone."""
    return lambda program: os.kill(program, number)


def to_group(number: int) -> Callable[[int], None]:
    """A signal to the main program and all that it has started, as a terminal sends it."""
    return lambda program: os.killpg(program, number)


KEPT = "`lava-sleep run --resume out` continues"
WENT_WRONG = ValueError("went wrong")
FAULTS = {
    "exception": Fault(1, "ValueError: went wrong", in_model(raised(WENT_WRONG))),
    "exception in the first step": Fault(1, "ValueError: went wrong", in_model(raised(WENT_WRONG), first=True)),
    "exception in the learning phase": Fault(
        1,
        "ValueError: went wrong",
        in_model(raised(WENT_WRONG), "run_lrn", "lrn_guard", place="processes.graphs.phases:PyPhaseManagerModel"),
    ),
    "exception in the phase after learning": Fault(
        1, "ValueError: went wrong", in_model(raised(WENT_WRONG), "run_post_mgmt", "post_guard")
    ),
    "exception while a model is built": Fault(1, "ValueError: went wrong", in_model(raised(WENT_WRONG), "__init__")),
    "exception that cannot be pickled": Fault(1, "carries a function", in_model(raised(CarriesAFunction()))),
    "model exits": Fault(1, "SystemExit: 0", in_model(raised(SystemExit(0)))),
    "model crashes": Fault(1, "ended by SIGSEGV", in_model(self_inflicted(signal.SIGSEGV))),
    "model blocks": Fault(1, f"no end within {PATIENCE:g} s", blocking(lambda: time.sleep(BLOCKED))),
    "model is stopped": Fault(1, f"no end within {PATIENCE:g} s", blocking(self_inflicted(signal.SIGSTOP))),
    "first child killed": Fault(1, "ended by SIGKILL", outside=to_child(0, signal.SIGKILL)),
    "last child killed": Fault(1, "ended by SIGKILL", outside=to_child(-1, signal.SIGKILL)),
    "last child stopped": Fault(1, f"no end within {PATIENCE:g} s", impatient, to_child(-1, signal.SIGSTOP)),
    "SIGINT to the program": Fault(130, KEPT, outside=to_main(signal.SIGINT)),
    "SIGINT to the group": Fault(130, KEPT, outside=to_group(signal.SIGINT)),
    "SIGTERM to the program": Fault(143, KEPT, outside=to_main(signal.SIGTERM)),
    "SIGTERM to the group": Fault(143, KEPT, outside=to_group(signal.SIGTERM)),
    "SIGHUP to the group": Fault(-signal.SIGHUP, "", outside=to_group(signal.SIGHUP)),
    "SIGKILL to the program": Fault(-signal.SIGKILL, "", outside=to_main(signal.SIGKILL)),
    "SIGKILL to the group": Fault(-signal.SIGKILL, "", outside=to_group(signal.SIGKILL)),
    "exception of the code that shows progress": Fault(1, "RuntimeError: no such display", failing_reporter),
    "forgotten stop": Fault(0, "results: out", forgotten_stop),
    "bad rule": Fault(2, "unknown name, got 'y9'", bad_rule),
    "no more files": Fault(2, "Too many open files", no_descriptors),
}
