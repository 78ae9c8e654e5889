"""Many runs in one interpreter: memory, descriptors, threads and children stay as they are after the first few."""

import ctypes
import gc
import multiprocessing
import os
import threading
from collections.abc import Iterable
from pathlib import Path

import pytest
from helpers.kills import write_settings

from emulation.states import named_arrays
from lava_sleep.cli import main as cli
from lava_sleep.networks.integer.description import IntegerNetwork

pytestmark = pytest.mark.slow

CYCLES = {"T1": 30, "interleaved": 16, "episode": 4, "test": 5}
SHORT = {"emulation": (6, 12), "lava-cycle": (2, 4)}  # runs to warm up, runs in all
LONG = {"emulation": (20, 200), "float": (20, 200), "map": (20, 200), "lava-cycle": (5, 60), "lava": (5, 60)}
# A network's state takes 0.19 MB and a run has one after each of its two stages: runs that kept them by mistake would
# be seen (`test_states_that_stay_would_be_seen`). The allocators and caches of the libraries gather less than this.
LARGEST = 10.0  # MB (10^6 bytes)


def marked(names: Iterable[str]) -> list:
    """Executors, those that need Lava marked."""
    return [pytest.param(name, marks=pytest.mark.lava) if name.startswith("lava") else name for name in names]


def resident() -> float:
    """Resident memory of this process in MB, what is free within it given back."""
    gc.collect()
    ctypes.CDLL(None).malloc_trim(0)
    pages = int(Path("/proc/self/statm").read_text().split()[1])
    return pages * os.sysconf("SC_PAGE_SIZE") / 1e6


def counts() -> dict[str, int]:
    """What a run may leave open."""
    return {
        "descriptors": len(os.listdir("/proc/self/fd")),
        "threads": threading.active_count(),
        "children": len(multiprocessing.active_children()),
        "segments": len(list(Path("/dev/shm").glob("psm_*"))),
    }


def soak(folder: Path, executor: str, warm: int, runs: int) -> None:
    """Whole runs by the command line, results and figures with them."""
    write_settings(folder, **CYCLES)
    before, memory = {}, 0.0
    for number in range(runs):
        options = ["--executor", executor, "--seed", str(number), "--out", str(folder / f"{executor}-{number}")]
        cli.app(["run", str(folder / "c.toml"), *options], standalone_mode=False)
        if number + 1 == warm:
            memory, before = resident(), counts()
    growth = resident() - memory
    print(f"{executor}: {memory:.1f} MB after {warm} runs, {growth:+.1f} MB after {runs}; {before} -> {counts()}")
    assert counts() == before
    assert growth < LARGEST


def test_states_that_stay_would_be_seen():
    size = sum(array.nbytes for array in named_arrays(IntegerNetwork().instance(1).start).values()) / 1e6
    assert all(2 * size * (runs - warm) > 2 * LARGEST for warm, runs in LONG.values())


@pytest.mark.parametrize("executor", marked(SHORT))
def test_a_few_runs_leave_nothing(tmp_path, executor):
    soak(tmp_path, executor, *SHORT[executor])


@pytest.mark.long
@pytest.mark.timeout(3600)
@pytest.mark.parametrize("executor", marked(LONG))
def test_many_runs_leave_nothing(tmp_path, executor):
    soak(tmp_path, executor, *LONG[executor])
