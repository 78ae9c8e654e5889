"""Ctrl-C at any time: the command ends within 2 s, keeps what was done, and leaves no process and no memory behind."""

import json
import os
import signal
import subprocess
import sys
import time
from pathlib import Path

import pytest
from helpers.sessions import processes_of

pytestmark = pytest.mark.slow

COMMAND = str(Path(sys.executable).parent / "lava-sleep")
SOON = 10.0  # s allowed here for the 2 s of an idle machine
LONG = """
[protocol]
rows = ["T1"]
[protocol.cycles]
T1 = {cycles}
test = 100
[network.hidden_synapses]
wiring = "constructed"
"""


def start(folder: Path, cycles: int, *options: str, environment: dict[str, str] | None = None) -> subprocess.Popen:
    """A run in a session of its own, so that its processes can be found."""
    (folder / "long.toml").write_text(LONG.format(cycles=cycles))
    return subprocess.Popen(
        [COMMAND, "run", "long.toml", "--out", "out", *options],
        cwd=folder, stdout=subprocess.PIPE, stderr=subprocess.PIPE, text=True, start_new_session=True,
        env={**os.environ, **(environment or {})},
    )  # fmt: skip


def processor_time(session: int) -> float:
    """Seconds of processor time that the living processes of a session have used."""
    total = 0.0
    for pid in processes_of(session):
        try:
            fields = Path(f"/proc/{pid}/stat").read_text().rpartition(")")[2].split()
        except OSError:
            continue
        total += (int(fields[11]) + int(fields[12])) / os.sysconf("SC_CLK_TCK")
    return total


def interrupt(process: subprocess.Popen, after: float, whole_group: bool) -> tuple[str, float]:
    """SIGINT once the run has used `after` seconds of processor time; returns stderr and the seconds to its end."""
    limit = time.monotonic() + 120
    while processor_time(process.pid) < after and process.poll() is None and time.monotonic() < limit:
        time.sleep(0.02)
    assert process.poll() is None
    began = time.monotonic()
    if whole_group:
        os.killpg(process.pid, signal.SIGINT)
    else:
        process.send_signal(signal.SIGINT)
    try:
        _, errors = process.communicate(timeout=SOON)
    finally:
        if process.poll() is None:
            os.killpg(process.pid, signal.SIGKILL)
            process.communicate()
    return errors, time.monotonic() - began


def wait_for_checkpoints(folder: Path, pattern: str, number: int) -> None:
    """Until so many checkpoints are there."""
    limit = time.monotonic() + 120
    while len(list(folder.rglob(pattern))) < number:
        assert time.monotonic() < limit, "the run does not come so far"
        time.sleep(0.02)


lava, long = pytest.mark.lava, pytest.mark.long


@pytest.mark.parametrize(
    ("executor", "whole_group"),
    [
        pytest.param("emulation", False, id="emulation-one"),
        pytest.param("emulation", True, id="emulation-group", marks=long),
        pytest.param("lava-cycle", False, id="lava-cycle-one", marks=[lava, long]),
        pytest.param("lava-cycle", True, id="lava-cycle-group", marks=lava),
        pytest.param("lava", False, id="lava-one", marks=lava),
        pytest.param("lava", True, id="lava-group", marks=[lava, long]),
    ],
)
def test_an_interrupted_run_ends_and_leaves_nothing(tmp_path, executor, whole_group):
    segments = set(Path("/dev/shm").iterdir())
    process = start(tmp_path, 50_000_000, "--executor", executor, "--checkpoint-every", "0")
    wait_for_checkpoints(tmp_path, "now-*.checkpoint", 1)
    errors, _ = interrupt(process, 0.0, whole_group)
    assert process.returncode == 130
    assert "interrupted" in errors and "Traceback" not in errors
    assert processes_of(process.pid) == []
    assert {path for path in set(Path("/dev/shm").iterdir()) - segments if path.name.startswith("psm_")} == set()
    assert {path.name for path in tmp_path.iterdir()} - {"out.partial"} == {"long.toml"}
    assert not list(tmp_path.rglob("*.new"))


@pytest.mark.parametrize("after", [0.05, 0.4, 1.5, 4.0])
def test_a_run_can_be_interrupted_while_it_loads_and_compiles(tmp_path, after):
    process = start(tmp_path, 1000, environment={"NUMBA_CACHE_DIR": str(tmp_path / "empty")})
    errors, _ = interrupt(process, after, True)
    assert process.returncode in (130, -signal.SIGINT)
    assert not (tmp_path / "out").exists()
    assert "Traceback" not in errors or after < 0.1  # before the first line of ours Python itself answers


def test_finished_networks_are_kept(tmp_path):
    """Once eight networks have checkpoints of their only stage, some are finished, and 3,000 are not."""
    process = start(tmp_path, 200, "--networks", "3000", "--seed", "7", "--checkpoint-every", "0")
    wait_for_checkpoints(tmp_path, "stage-*.checkpoint", 8)
    errors, _ = interrupt(process, 0.0, False)
    assert process.returncode == 130 and "of 3000 networks were finished and kept" in errors
    made = json.loads((tmp_path / "out/summary.json").read_text())
    assert 0 < made["networks"] < 3000
    assert len(made["rows"][0]["tasks"]["T1"]["per_network"]) == made["networks"]
