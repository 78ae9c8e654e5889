"""Signals to a program that runs a Lava network, and runs forgotten at its exit: nothing is left behind."""

import multiprocessing
import os
import signal
import subprocess
import sys
import time
from collections.abc import Callable
from pathlib import Path

import pytest

pytest.importorskip("lava.magma")

from helpers.runtime_watch import LONG, ROOT, SOON, TESTS, guarded, nothing_left, ring
from helpers.sessions import processes_of

__all__ = ["nothing_left"]  # a fixture that every test here uses
pytestmark = [pytest.mark.lava, pytest.mark.timeout(60)]


def program(fault: str) -> None:
    """What a main program does, until a signal ends it."""
    try:
        with guarded(ring(fault)[0], None) as run:
            run.run(1)
            os.write(1, b"ready\n")
            run.run(LONG)
    except BaseException as error:
        os.write(1, f"{error!r} {len(multiprocessing.active_children())}\n".encode())


def fork_program(fault: str, output: Path) -> int:
    """Start the program in a fork, which needs no second import of Lava, and in a session of its own."""
    pid = os.fork()
    if pid:
        return pid
    try:
        os.setsid()
        file = os.open(output, os.O_CREAT | os.O_WRONLY | os.O_APPEND)
        os.dup2(file, 1)
        os.dup2(file, 2)
        program(fault)
    finally:
        os._exit(0)


def within(seconds: float, condition: Callable[[], bool]) -> bool:
    """Whether a condition becomes true in time."""
    limit = time.monotonic() + seconds
    while not (fulfilled := condition()) and time.monotonic() < limit:
        time.sleep(0.01)
    return fulfilled


@pytest.mark.parametrize("fault", ["", "blocks"])
@pytest.mark.parametrize("send", [os.kill, os.killpg], ids=["parent", "group"])
@pytest.mark.parametrize(
    ("number", "last_words"),
    [
        (signal.SIGINT, "KeyboardInterrupt() 0\n"),
        (signal.SIGTERM, "SystemExit(143) 0\n"),
        (signal.SIGKILL, ""),
    ],
)
def test_signals(number: int, last_words: str, send: Callable[[int, int], None], fault: str, tmp_path: Path) -> None:
    output = tmp_path / "output"
    pid = fork_program(fault, output)
    try:
        assert within(SOON, lambda: output.exists() and output.read_text() == "ready\n")
        time.sleep(0.1)
        assert len(processes_of(pid)) == 4
        send(pid, number)
        assert within(SOON, lambda: not processes_of(pid))
        assert output.read_text() == "ready\n" + last_words
    finally:
        for left in processes_of(pid):
            os.kill(left, signal.SIGKILL)
        os.waitpid(pid, 0)


SCRIPT = """
import sys
from helpers.lava_processes.faulty_processes import ring
from lava.magma.core.run_configs import Loihi2SimCfg
from processes.runtime import GuardedRun

run = GuardedRun(ring()[0], Loihi2SimCfg()).start()
run.run(1)
print("ready", flush=True)
if sys.argv[1] == "wait":
    run.run(10**8)
"""


@pytest.mark.parametrize("forgotten_by", ["exit", "SIGINT"])
def test_run_forgotten_at_the_exit_of_the_interpreter(forgotten_by: str) -> None:
    interrupt = forgotten_by == "SIGINT"
    with subprocess.Popen(
        [sys.executable, "-c", SCRIPT, "wait" if interrupt else "exit"],
        env={**os.environ, "PYTHONPATH": f"{ROOT}{os.pathsep}{TESTS}"},
        stdout=subprocess.PIPE,
        stderr=subprocess.PIPE,
        text=True,
        start_new_session=True,
    ) as script:
        assert script.stdout is not None
        assert script.stdout.readline() == "ready\n"
        if interrupt:
            script.send_signal(signal.SIGINT)
        _, errors = script.communicate(timeout=SOON)
    assert script.returncode == (-signal.SIGINT if interrupt else 0)
    assert errors.count("Traceback") == errors.count("KeyboardInterrupt") == int(interrupt)
    assert processes_of(script.pid) == []
