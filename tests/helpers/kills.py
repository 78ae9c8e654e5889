"""Runs in a forked process that is killed once it has come so far: no start-up, so many kills fit into a test."""

import json
import mmap
import multiprocessing
import os
import signal
import sys
import time
from collections.abc import Callable
from pathlib import Path

import numpy as np

from lava_sleep.backends.compiled import CompiledRunning
from lava_sleep.backends.lava import LAVA, LAVA_CYCLE
from lava_sleep.cli import main as cli
from lava_sleep.runs import lifecycle
from lava_sleep.studies import study

CONFIGURATION = """
networks = {networks}
seed = 3
[protocol]
rows = ["T1>i(S,T2)"]
[protocol.cycles]
T1 = {T1}
interleaved = {interleaved}
episode = {episode}
test = {test}
[network.hidden_synapses]
wiring = "constructed"
"""
LONG = {"T1": 6000, "interleaved": 4000, "episode": 500, "test": 500}
MEDIUM = {"T1": 500, "interleaved": 400, "episode": 100, "test": 50}
BRIEF = {"T1": 120, "interleaved": 100, "episode": 25, "test": 20}
SHORT = {"T1": 30, "interleaved": 20, "episode": 5, "test": 5}
PATIENCE = 120.0  # s; reached only where something hangs


def warm_up(folder: Path) -> None:
    """Load and compile here what every forked process needs."""
    write_settings(folder, **SHORT)
    for executor in ("emulation", "float", "map"):
        arguments = ["run", str(folder / "c.toml"), "--executor", executor, "--out", str(folder / executor)]
        cli.app(arguments, standalone_mode=False)


def write_settings(folder: Path, networks: int = 1, **cycles: int) -> int:
    """Write c.toml; returns how many cycles it has in all."""
    (folder / "c.toml").write_text(CONFIGURATION.format(networks=networks, **cycles))
    return networks * (cycles["T1"] + cycles["interleaved"] + 2 * cycles["test"])


def work(command: str, arguments: list[str], stretch: int, counter: mmap.mmap, ends: bool, hold_at: int | None) -> None:
    """In the forked process: the command, a few cycles at a time, telling how far it is.

    A run that is to be stopped waits for that at its last cycle (or at `hold_at`), however slow the machine is.
    """
    done = np.frombuffer(counter, np.int64)
    CompiledRunning.stretch = LAVA.stretch = LAVA_CYCLE.stretch = stretch

    class Counting(lifecycle.Reporter):
        def __init__(self, total: int, before: int = 0) -> None:
            super().__init__(total, before)
            if before >= total:  # nothing is left to be run, so no progress will be told
                self(0)

        def __call__(self, cycles: int) -> None:
            super().__call__(cycles)
            done[0] = self.done
            if not ends and self.done >= (hold_at or self.total):
                time.sleep(PATIENCE)

    lifecycle.Reporter = study.Reporter = Counting
    sys.stdout = sys.stderr = open("log.txt", "a", buffering=1)  # noqa: SIM115 - open until the end
    sys.argv = ["lava-sleep", command, *arguments]
    try:
        cli.main()
    except SystemExit as end:
        os._exit(int(end.code or 0))


def kill_a_child(parent: int) -> None:
    """End one of the processes of a Lava graph."""
    path = Path(f"/proc/{parent}/task/{parent}/children")
    os.kill(int(path.read_text().split()[0]), signal.SIGKILL)


def run(
    folder: Path,
    *arguments: str,
    stretch: int = 100,
    stop_at: int | None = None,
    hold: bool = False,
    finishing: bool = False,
    later: float = 0.0,
    number: int = signal.SIGKILL,
    end: Callable[[int], None] | None = None,
    command: str = "run",
) -> int:
    """Run the command in a forked process; returns its exit code.

    Parameters
    ----------
    folder, arguments
        Where, and what comes after ``lava-sleep`` and the command.
    stretch : int
        Cycles between two looks.
    stop_at : int, optional
        Cycles after which the process is stopped, at some moment from then on, or (`hold`) before it goes on.
    finishing : bool
        The run does not wait to be stopped, so its last steps are met too, or it is finished before.
    later : float
        Seconds from then on, so that a kill meets whatever comes next, the writing of a checkpoint too.
    number, end
        The signal that stops it, or what else does.
    command : str
    """
    counter = mmap.mmap(-1, 8)
    before = os.getcwd()
    os.chdir(folder)
    try:
        ends = stop_at is None or finishing
        given = (command, list(arguments), stretch, counter, ends, stop_at if hold else None)
        child = multiprocessing.get_context("fork").Process(target=work, args=given)
        child.start()
    finally:
        os.chdir(before)
    limit = time.monotonic() + PATIENCE
    while stop_at is not None and child.is_alive() and int.from_bytes(counter[:8], "little") < stop_at:
        assert time.monotonic() < limit
        time.sleep(0.0005)
    time.sleep(later)
    if stop_at is not None and child.is_alive():
        end(child.pid) if end else os.kill(child.pid, number)
    child.join(PATIENCE)
    if child.is_alive():
        child.kill()
        child.join()
        raise AssertionError("the run hangs")
    return child.exitcode


def digest(folder: Path, name: str) -> str:
    """Digest of the final states of a finished run."""
    return json.loads((folder / name / "summary.json").read_text())["digest"]
