"""What the tests of the guarded runtime share: faulty networks, and a look at what a test leaves behind."""

import multiprocessing
import signal
import threading
from collections.abc import Iterator
from multiprocessing import resource_tracker
from pathlib import Path

import pytest
from lava.magma.core.run_configs import Loihi2SimCfg

from helpers.lava_processes.faulty_processes import Accumulator, FaultySender, ring
from processes.runtime import GuardedRun

ROOT = Path(__file__).resolve().parents[2]
TESTS = ROOT / "tests"
__all__ = ["LONG", "ROOT", "SOON", "TESTS", "Accumulator", "FaultySender", "guarded", "nothing_left", "ring"]
SOON = 8.0  # s; the guard needs a tenth of a second, a busy machine may need more
LONG = 10**8  # timesteps: more than any test waits for


def children() -> set[int]:
    """Identifiers of the living or unreaped children of this process, whoever started them."""
    found = set()
    for task in Path("/proc/self/task").iterdir():
        try:
            found |= {int(pid) for pid in (task / "children").read_text().split()}
        except OSError:  # the thread has ended meanwhile; its children are listed with another one
            continue
    return found


def named_memory() -> set[Path]:
    """Shared memory segments that a manager of Python would leave."""
    return set(Path("/dev/shm").glob("psm_*"))


def mapped_memory() -> str:
    """All that is mapped by any process now; segments of other programs are found here."""
    maps = []
    for path in Path("/proc").glob("[0-9]*/maps"):
        try:
            maps.append(path.read_text())
        except OSError:  # ended meanwhile, or someone else's
            continue
    return "".join(maps)


def leaked(before: set[Path]) -> set[Path]:
    """New segments that no living process uses."""
    new = named_memory() - before
    return {segment for segment in new if str(segment) not in mapped_memory()} if new else set()


def guarded(sender: FaultySender, timeout: float | None = 20.0) -> GuardedRun:
    """A guarded run of the network of a sender."""
    return GuardedRun(sender, Loihi2SimCfg(), timeout=timeout)


@pytest.fixture(autouse=True)
def nothing_left() -> Iterator[None]:
    """Compare children, threads, segments and signal handlers before and after every test."""
    resource_tracker.ensure_running()  # a child that stock Lava starts and that stays by design
    threads, before, segments = set(threading.enumerate()), children(), named_memory()
    handlers = signal.getsignal(signal.SIGINT), signal.getsignal(signal.SIGTERM)
    yield
    assert multiprocessing.active_children() == []
    assert children() <= before
    assert {thread for thread in set(threading.enumerate()) - threads if thread.is_alive()} == set()
    assert leaked(segments) == set()
    assert (signal.getsignal(signal.SIGINT), signal.getsignal(signal.SIGTERM)) == handlers
