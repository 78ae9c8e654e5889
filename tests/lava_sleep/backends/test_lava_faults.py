"""Faults of a Lava graph through the command line: ended in time, nothing left behind, the next run undisturbed."""

import multiprocessing
import os
import signal
import sys
import threading
import time
import traceback
from pathlib import Path

import pytest
from helpers.graph_faults import FAULTS, PATIENCE, Moments
from helpers.kills import digest, run, warm_up, write_settings
from helpers.sessions import processes_of

from lava_sleep.backends.lava import LAVA, LAVA_CYCLE
from lava_sleep.cli import main as cli
from lava_sleep.runs import lifecycle

CYCLES = {"T1": 30, "interleaved": 16, "episode": 4, "test": 5}
REACHED = 20  # cycles of the run after which a fault comes from outside
SOON = 15.0  # s allowed here for the 1 s of an idle machine
HANGS = 120.0  # s
FAST = [
    ("lava", "exception in the phase after learning"),
    ("lava", "SIGTERM to the group"),
    ("lava-cycle", "last child killed"),
    ("lava-cycle", "SIGKILL to the program"),
]
BACKENDS = {"lava": LAVA, "lava-cycle": LAVA_CYCLE}
SLOW = [(executor, fault) for executor in BACKENDS for fault in FAULTS if (executor, fault) not in FAST]


@pytest.fixture(scope="module")
def undisturbed(tmp_path_factory) -> str:
    """Digest of a run without faults."""
    folder = tmp_path_factory.mktemp("undisturbed")
    warm_up(folder)
    write_settings(folder, **CYCLES)
    assert run(folder, "c.toml", "--out", "whole") == 0
    return digest(folder, "whole")


def command(*arguments: str) -> int:
    """The command line in this process, with its messages; returns the exit code."""
    sys.argv = ["lava-sleep", "run", *arguments]
    try:
        cli.main()
    except SystemExit as end:
        return int(end.code or 0)
    except Exception:
        traceback.print_exc()
        return 1
    raise AssertionError("the command returns")


def program(folder: Path, executor: str, fault: str, moments: Moments) -> None:
    """In a fork: the command with the fault, a look at what it leaves in this process, and the command again."""
    os.setsid()
    os.chdir(folder)
    sys.stdout = sys.stderr = open("log.txt", "a", buffering=1)  # noqa: SIM115 - open until the end
    os.dup2(sys.stderr.fileno(), 2)

    class Counting(lifecycle.Reporter):
        def __call__(self, cycles: int) -> None:
            super().__call__(cycles)
            moments.cycles = self.done
            if FAULTS[fault].outside and not moments.end and self.done >= self.total:
                time.sleep(HANGS)  # the fault comes, however slow the machine is

    lifecycle.Reporter = Counting
    cli.leave = sys.exit  # what Ctrl-C ends goes on here, for the look and the next run
    LAVA.stretch = LAVA_CYCLE.stretch = 2
    steps = BACKENDS[executor].lava_steps
    threads = set(threading.enumerate())
    options = ("c.toml", "--executor", executor, "--checkpoint-every", "0")
    with FAULTS[fault].within(moments, REACHED * steps + (steps + 1) // 2):
        code = command(*options, "--out", "out")
    moments.end = time.monotonic()
    print("left:", multiprocessing.active_children(), set(threading.enumerate()) - threads)
    print("next:", command(*options, "--out", "next"))
    os._exit(code)


def start(folder: Path, executor: str, fault: str, moments: Moments) -> int:
    """Fork the program."""
    pid = os.fork()
    if pid:
        return pid
    try:
        program(folder, executor, fault, moments)
    except BaseException:
        traceback.print_exc()
    os._exit(99)


def wait_until(condition, what: str) -> None:
    limit = time.monotonic() + HANGS
    while not condition():
        assert time.monotonic() < limit, what
        time.sleep(0.002)


def named_segments() -> set[Path]:
    return set(Path("/dev/shm").glob("psm_*"))


def code_of(status: int) -> int:
    return os.waitstatus_to_exitcode(status)


def run_with(folder: Path, executor: str, fault: str) -> tuple[int, float, str]:
    """Exit code, seconds from the fault to the end of the command with all its processes, and the log."""
    moments, outside = Moments(), FAULTS[fault].outside
    pid = start(folder, executor, fault, moments)
    ended: list[int] = []

    def has_ended() -> bool:
        ended.extend(found[1:] if (found := os.waitpid(pid, os.WNOHANG))[0] else ())
        return bool(ended)

    try:
        if outside:
            wait_until(lambda: moments.cycles >= REACHED or has_ended(), "the run does not come so far")
            assert not ended, (folder / "log.txt").read_text()
            moments.fault = time.monotonic()
            outside(pid)
        wait_until(has_ended, "the run hangs")
        wait_until(lambda: not processes_of(pid), "processes are left")
        ends = moments.end or time.monotonic()
    finally:
        for left in processes_of(pid):
            os.kill(left, signal.SIGKILL)
        if not ended:
            os.waitpid(pid, 0)
    return code_of(ended[0]), ends - moments.fault, (folder / "log.txt").read_text()


def check(folder: Path, executor: str, fault: str, undisturbed: str) -> None:
    """One entry of the matrix."""
    write_settings(folder, **CYCLES)
    segments = named_segments()
    code, seconds, log = run_with(folder, executor, fault)
    print(f"{executor}, {fault}: {seconds:.2f} s")
    assert code == FAULTS[fault].code, log
    assert FAULTS[fault].says in log
    assert 0 < seconds < SOON + PATIENCE * ("no end within" in FAULTS[fault].says) + HANGS * (code == 0)
    assert named_segments() <= segments
    if code >= 0:
        assert "left: [] set()\n" in log and "next: 0\n" in log
    else:
        assert run(folder, "c.toml", "--executor", executor, "--out", "next") == 0
    assert digest(folder, "next") == undisturbed
    assert run(folder, "c.toml", "--resume", "out") == 0
    assert digest(folder, "out") == undisturbed
    assert {path.name for path in folder.iterdir()} == {"c.toml", "log.txt", "out", "next"}


@pytest.mark.lava
@pytest.mark.parametrize(("executor", "fault"), FAST)
def test_a_fault_of_a_graph(tmp_path, executor, fault, undisturbed):
    check(tmp_path, executor, fault, undisturbed)


@pytest.mark.lava
@pytest.mark.long
@pytest.mark.parametrize(("executor", "fault"), SLOW)
def test_all_other_faults_of_a_graph(tmp_path, executor, fault, undisturbed):
    check(tmp_path, executor, fault, undisturbed)


def test_every_fault_is_in_the_table():
    table = (Path(__file__).parents[3] / "docs/faults.md").read_text()
    rows = [[cell.strip() for cell in line.split("|")[1:-1]] for line in table.splitlines() if line.startswith("| ")]
    assert {(row[0], row[2]) for row in rows} >= {(name, str(fault.code)) for name, fault in FAULTS.items()}
