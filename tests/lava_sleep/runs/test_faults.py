"""The table of docs/faults.md: each fault with what a person sees and what is kept."""

import os
import re
import resource
import shutil
import signal
import subprocess
import sys
from pathlib import Path

import pytest
from helpers.kills import BRIEF, LONG, MEDIUM, SHORT, digest, kill_a_child, run, warm_up, write_settings
from typer.testing import CliRunner

from emulation.errors import InputError
from lava_sleep.base import files
from lava_sleep.cli import main as cli
from lava_sleep.runs.checkpoint import MAGIC, Owner, encode, read_checkpoint
from lava_sleep.runs.configuration import configuration_of, read_configuration
from lava_sleep.runs.run import run_networks
from lava_sleep.runs.summary import state_digest
from lava_sleep.runs.unfinished import UnfinishedRun, settings_digest

pytestmark = pytest.mark.slow

COMMAND = str(Path(sys.executable).parent / "lava-sleep")
PROGRAM = """
from emulation.cache import kernel_folder
from emulation.compiling import kernel


@kernel
def next_of(number):
    return number + 1


assert next_of(1) == 2
print(kernel_folder())
"""
TABLE = Path(__file__).parents[3] / "docs/faults.md"


@pytest.fixture(scope="module", autouse=True)
def warm(tmp_path_factory):
    warm_up(tmp_path_factory.mktemp("warm"))


@pytest.fixture(scope="module")
def killed_once(tmp_path_factory):
    """A folder with a run that was killed in the middle of its second stage, and the whole run beside it."""
    folder = tmp_path_factory.mktemp("killed")
    total = write_settings(folder, **LONG)
    assert run(folder, "c.toml", "--out", "whole") == 0
    assert run(folder, "c.toml", "--out", "out", "--checkpoint-every", "0", stop_at=total * 3 // 4) == -signal.SIGKILL
    return folder


@pytest.fixture
def killed(killed_once, tmp_path):
    """The same in a folder of each test's own."""
    return Path(shutil.copytree(killed_once, tmp_path, dirs_exist_ok=True))


def slots(folder: Path) -> list[Path]:
    """The two checkpoints of the stage under way, the newer one first."""
    found = (folder / "out.partial/network-3").glob("now-*.checkpoint")
    return sorted(found, key=lambda path: path.stat().st_mtime_ns, reverse=True)


def log(folder: Path) -> str:
    text = (folder / "log.txt").read_text()
    assert "Traceback" not in text
    return text


def damage(path: Path) -> None:
    content = bytearray(path.read_bytes())
    content[len(content) // 2] ^= 1
    path.write_bytes(content)


def test_a_damaged_checkpoint_is_named_and_the_one_before_is_used(killed):
    newest, before = slots(killed)
    damage(newest)
    kept = before.read_bytes()
    again = ("--resume", "out", "--checkpoint-every", "0")
    assert run(killed, *again, stop_at=1, number=signal.SIGKILL) == -signal.SIGKILL
    line = f"checkpoint is damaged: its checksum differs, got '{newest.relative_to(killed)}'"
    assert line in log(killed) and "The one before it is used" in log(killed)
    assert newest.read_bytes().startswith(MAGIC) and before.read_bytes().startswith(MAGIC) and kept
    assert run(killed, "--resume", "out") == 0
    assert digest(killed, "out") == digest(killed, "whole")


def test_a_run_that_an_earlier_version_began_is_refused(killed):
    path = killed / "out.partial" / "config.toml"
    path.write_text(f'executor = "emulation"\n{path.read_text()}')
    assert run(killed, "--resume", "out") == 2
    assert "error: --resume: begun by an earlier version, got 'out'" in log(killed)
    assert log(killed).splitlines()[-1].endswith("Start it anew with another --out.")


def test_damaged_checkpoints_of_all_kinds_cost_time_only(killed):
    for path in (killed / "out.partial/network-3").glob("*.checkpoint"):
        damage(path)
    assert run(killed, "--resume", "out") == 0
    assert log(killed).count("is damaged") == 3 and "This stage runs anew" in log(killed)
    assert digest(killed, "out") == digest(killed, "whole")


def test_a_checkpoint_without_one_of_its_snapshots_is_refused(killed):
    """It is whole and of this run; but a snapshot that is due would never come."""
    configuration, path = read_configuration(killed / "c.toml", {}), slots(killed)[0]
    owner, instance = Owner(settings_digest(configuration), 3), configuration.network.instance(3)
    found = read_checkpoint(path, owner, instance, 10_000)
    assert len(found.snapshots) > 1
    path.write_bytes(encode(found._replace(snapshots=found.snapshots[1:]), owner))
    assert run(killed, "--resume", "out") == 0
    assert "checkpoint of no stage" in log(killed) and "The one before it is used" in log(killed)
    assert digest(killed, "out") == digest(killed, "whole")


def test_a_checkpoint_of_another_run_is_refused(killed):
    (killed / "other").mkdir()
    write_settings(killed / "other", **MEDIUM)
    assert run(killed / "other", "c.toml", "--out", "out", "--checkpoint-every", "0", stretch=20, stop_at=300) < 0
    newest = slots(killed)[0]
    newest.write_bytes(slots(killed / "other")[0].read_bytes())
    assert run(killed, "--resume", "out") == 0
    assert "checkpoint belongs to a run with other settings or another seed" in log(killed)
    assert digest(killed, "out") == digest(killed, "whole")


def test_other_settings_than_those_of_the_run_are_refused(killed):
    before = {path: path.read_bytes() for path in (killed / "out.partial").rglob("*") if path.is_file()}
    for extra in (("--seed", "4"), ("--networks", "2"), ("--protocol", "tiny")):
        assert run(killed, "c.toml", *extra, "--resume", "out") == 2
    for other in ("float", "map"):
        assert run(killed, "--resume", "out", "--executor", other) == 2
    assert run(killed, "c.toml", "--out", "out") == 2
    assert run(killed, "--resume", "nowhere") == 2
    assert run(killed, "--resume", "out", "--out", "other") == 2
    lines = [line for line in log(killed).splitlines() if line.startswith("error: ")]
    assert len(lines) == 8
    for part, line in zip(("another run",) * 3 + ("arithmetic", "arithmetic", "unfinished", "no run", "beside"), lines):
        assert part in line
    assert {path: path.read_bytes() for path in before} == before


@pytest.mark.lava
def test_a_dead_process_of_a_lava_graph_ends_a_run_that_goes_on(tmp_path):
    total = write_settings(tmp_path, **BRIEF)
    options = ("--executor", "lava-cycle", "--checkpoint-every", "0")
    assert run(tmp_path, "c.toml", "--out", "out", *options, stretch=10, stop_at=total // 3, end=kill_a_child) == 1
    text = log(tmp_path)
    assert "died: its child process was ended by SIGKILL" in text
    assert "what was computed is kept; `lava-sleep run --resume out` continues" in text
    assert run(tmp_path, "--resume", "out") == 0
    assert run(tmp_path, "c.toml", "--out", "whole") == 0
    assert digest(tmp_path, "out") == digest(tmp_path, "whole")


def test_two_runs_into_one_folder_exclude_each_other(tmp_path):
    write_settings(tmp_path, **SHORT)
    holds = "import sys, time, pathlib; from lava_sleep.runs.unfinished import UnfinishedRun\n"
    holds += "with UnfinishedRun(pathlib.Path('out')):\n print('held', flush=True); time.sleep(600)"
    holder = subprocess.Popen([sys.executable, "-c", holds], cwd=tmp_path, stdout=subprocess.PIPE, text=True)
    try:
        assert holder.stdout.readline() == "held\n"
        assert run(tmp_path, "c.toml", "--out", "out") == 2
        assert "--out: another run is writing, got 'out'" in log(tmp_path)
    finally:
        holder.kill()
        holder.communicate()
    assert run(tmp_path, "c.toml", "--out", "out") == 0  # a dead run holds nothing
    assert sorted(path.name for path in tmp_path.iterdir()) == ["c.toml", "log.txt", "out"]


@pytest.mark.parametrize("kilobytes", [1, 100, 400])
def test_a_full_disk_leaves_no_half_written_file(tmp_path, kilobytes):
    """A limit on the size of a file stands for the disk's: settings, checkpoints or only the results do not fit."""
    write_settings(tmp_path, networks=3, **MEDIUM)
    (tmp_path / "earlier").mkdir()
    (tmp_path / "earlier/summary.json").write_text("{}")
    before = resource.getrlimit(resource.RLIMIT_FSIZE)
    resource.setrlimit(resource.RLIMIT_FSIZE, (kilobytes * 1024, before[1]))
    try:
        code = run(tmp_path, "c.toml", "--out", "out", "--checkpoint-every", "0")
    finally:
        resource.setrlimit(resource.RLIMIT_FSIZE, before)
    assert code == 2
    errors = [line for line in log(tmp_path).splitlines() if line.startswith("error: ")]
    assert len(errors) == 1 and "cannot be written" in errors[0]
    assert log(tmp_path).count("checkpoint not written") == (kilobytes == 100)
    assert not list(tmp_path.rglob("*.new")) and not (tmp_path / "out").exists()
    assert {path.name for path in tmp_path.iterdir()} <= {"c.toml", "log.txt", "earlier", "out.partial"}
    assert (tmp_path / "earlier/summary.json").read_text() == "{}"
    if kilobytes == 400:
        assert "`lava-sleep run --resume out` continues" in log(tmp_path)
        assert run(tmp_path, "--resume", "out") == 0


def test_a_folder_that_cannot_be_made(tmp_path):
    write_settings(tmp_path, **SHORT)
    (tmp_path / "file").write_text("")
    for out in ("/proc/none/out", "file/out", "file"):
        assert run(tmp_path, "c.toml", "--out", out) == 2
    lines = log(tmp_path).splitlines()
    assert len(lines) == 3 and all(line.startswith("error: --out: ") for line in lines)


def test_a_read_only_folder(tmp_path, monkeypatch):
    """No permission, as any user but root sees it; simulated, since tests may run as root."""

    def refuse(self, *arguments, **options):
        raise PermissionError(13, "Permission denied", str(self))

    monkeypatch.setattr(Path, "mkdir", refuse)
    with pytest.raises(InputError) as error:
        UnfinishedRun(tmp_path / "out").__enter__()
    assert (error.value.what, error.value.got) == ("--out: cannot be written", str(tmp_path / "out"))
    assert error.value.hint == "free it (Permission denied)"
    monkeypatch.setattr(files.os, "access", lambda *_: False)
    with pytest.raises(InputError, match="--out: cannot be written"):
        files.check_writable(tmp_path / "out")


@pytest.mark.parametrize("kind", ["NUMBA_CACHE_DIR", "XDG_CACHE_HOME"])
def test_an_unwritable_cache_is_replaced(tmp_path, kind):
    (tmp_path / "program.py").write_text(PROGRAM)
    base = {"HOME": "/proc/none", "TMPDIR": str(tmp_path), "PATH": os.environ["PATH"], "XDG_CACHE_HOME": "/proc/none"}
    done = subprocess.run(
        [sys.executable, "program.py"], cwd=tmp_path, env={**base, kind: "/proc/none"}, capture_output=True, text=True,
        timeout=120,
    )  # fmt: skip
    assert done.returncode == 0, done.stderr
    place = Path(done.stdout.strip())
    assert place.is_relative_to(tmp_path) and place.parents[1].stat().st_mode & 0o077 == 0
    assert list(place.rglob("*.nbi"))


def test_any_other_error_of_the_system_is_one_line(monkeypatch, capsys):
    def full(*arguments, **options):
        raise OSError(28, "No space left on device", "/somewhere/cache.nbi")

    monkeypatch.setattr(cli.typer.main, "get_command", full)
    with pytest.raises(SystemExit) as end:
        cli.main()
    assert end.value.code == 2
    assert capsys.readouterr().err == "error: No space left on device: /somewhere/cache.nbi\n"


def test_a_network_is_the_same_alone_and_beside_others(tmp_path):
    """Three networks on as many threads as there are cores, and each of them alone."""
    write_settings(tmp_path, **SHORT)
    network = {"hidden_synapses": {"wiring": "constructed"}}
    plain = {"seed": 8, "protocol": {"rows": ["T1"], "cycles": SHORT}, "network": network}
    together, _ = run_networks(configuration_of({**plain, "networks": 3}))
    for result in together:
        alone, _ = run_networks(configuration_of({**plain, "seed": result.seed}))
        assert state_digest([result]) == state_digest(alone)
    assert len({state_digest([result]) for result in together}) == 3


def test_options_of_checkpoints_are_checked():
    done = CliRunner().invoke(cli.app, ["run", "--checkpoint-every", "-1"])
    assert done.exit_code == 2


def test_every_line_of_the_table_has_its_test():
    """The last column of docs/faults.md names tests that exist."""
    named = re.findall(r"`(test_[a-z_0-9]+\.py)::(test_\w+)`", TABLE.read_text())
    assert len(named) >= 15
    tests = TABLE.parents[1] / "tests"
    for file, name in named:
        (path,) = tests.rglob(file)
        assert f"def {name}(" in path.read_text(), name
