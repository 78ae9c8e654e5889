"""Every fault of a Lava run ends as one exception, and leaves no process, thread or memory behind."""

import gc
import multiprocessing
import os
import signal
import subprocess
import sys
import threading
import time
from collections.abc import Callable, Iterator
from multiprocessing import resource_tracker
from pathlib import Path

import pytest

pytest.importorskip("lava.magma")
ROOT = Path(__file__).resolve().parents[2]
FAULTY = Path(__file__).resolve().parent / "faulty"
sys.path[:0] = [str(ROOT), str(FAULTY)]

from faulty_processes import Accumulator, FaultySender, ring  # noqa: E402
from lava.magma.core.run_conditions import RunSteps  # noqa: E402
from lava.magma.core.run_configs import Loihi2SimCfg  # noqa: E402

from emulation.errors import LavaSleepError  # noqa: E402
from processes.runtime import GuardedRun, LavaRunError  # noqa: E402
from processes.runtime.actors import Actor  # noqa: E402

pytestmark = pytest.mark.timeout(60)
SOON = 8.0  # s; the guard needs a tenth of a second, a busy machine may need more
LONG = 10**8  # timesteps: more than any test waits for

RAISED = {
    "run_spk": "ValueError: spiking went wrong",
    "run_lrn": "ArithmeticError: learning went wrong",
    "unpicklable": "UnpicklableError: carries a function",
    "exit": "SystemExit: 0",
    "constructor": "ValueError: no such model",
}
DIED = {"dies": "SIGKILL", "crashes": "SIGSEGV", "constructor dies": "SIGKILL"}


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


def healthy_total() -> float:
    """Sum that a healthy network in this interpreter has accumulated after 2 + 3 timesteps."""
    sender, accumulator = ring()
    with guarded(sender) as run:
        run.run(2)
        run.run(3)
        return float(run.get(accumulator.total)[0])


def child_of(name: str) -> Actor:
    """The child that belongs to a Lava process or to the runtime service."""
    actors = [actor for actor in multiprocessing.active_children() if isinstance(actor, Actor)]
    return next(actor for actor in actors if name in str(actor.label))


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


def test_healthy_run_equals_that_of_stock_lava() -> None:
    sender, accumulator = ring()
    sender.run(RunSteps(2), Loihi2SimCfg())
    sender.run(RunSteps(3))
    stock = accumulator.total.get()[0]
    sender.stop()
    assert healthy_total() == stock == 1 + 2 + 3 + 4 + 5


def test_variables_are_read_and_set_between_runs_and_before_the_first() -> None:
    sender, accumulator = ring()
    with guarded(accumulator) as run:
        run.set(accumulator.total, run.get(accumulator.total) + 100)
        run.run(2)
        assert run.get(sender.last)[0] == 103


def test_channels_have_no_name_in_the_file_system() -> None:
    sender, _ = ring()
    with guarded(sender) as run:
        run.run(1)
        processes = [os.getpid(), *(actor.pid for actor in multiprocessing.active_children())]
        assert len(processes) == 4
        assert not any("/dev/shm/psm_" in Path(f"/proc/{pid}/maps").read_text() for pid in processes)


@pytest.mark.parametrize("fault", RAISED)
def test_exception_of_a_model(fault: str, capfd: pytest.CaptureFixture[str]) -> None:
    sender, _ = ring(fault)
    begin = time.monotonic()
    with pytest.raises(LavaRunError, match=RAISED[fault]) as caught, guarded(sender) as run:
        run.run(LONG)
    assert time.monotonic() - begin < SOON
    assert caught.value.process_name == "the sender"
    assert caught.value.model_name == "FaultySenderModel"
    assert "Traceback" in caught.value.child_traceback
    assert "faulty_processes.py" in caught.value.child_traceback
    assert caught.value.child_traceback.strip() in str(caught.value)
    assert isinstance(caught.value, LavaSleepError)
    assert capfd.readouterr() == ("", "")
    assert healthy_total() == 15


@pytest.mark.parametrize("fault", DIED)
def test_death_of_a_child(fault: str, capfd: pytest.CaptureFixture[str]) -> None:
    sender, _ = ring(fault)
    begin = time.monotonic()
    with pytest.raises(LavaRunError, match=f"'the sender'.*{DIED[fault]}") as caught, guarded(sender) as run:
        run.run(LONG)
    assert time.monotonic() - begin < SOON
    assert ("fail_in_spiking" in caught.value.child_traceback) == (fault == "crashes")
    assert capfd.readouterr() == ("", "")
    assert healthy_total() == 15


@pytest.mark.parametrize("name", ["the accumulator", "runtime service"])
def test_child_killed_from_outside(name: str) -> None:
    sender, _ = ring()
    with pytest.raises(LavaRunError, match="SIGKILL") as caught, guarded(sender) as run:
        threading.Timer(0.2, child_of(name).kill).start()
        run.run(LONG)
    assert name in str(caught.value)


def test_death_between_the_calls_is_told_when_the_run_is_left() -> None:
    sender, _ = ring()
    with pytest.raises(LavaRunError, match=r"'the accumulator'.*SIGKILL"), guarded(sender) as run:
        run.run(1)
        child_of("the accumulator").kill()


@pytest.mark.parametrize("fault", ["blocks", "constructor blocks"])
def test_blocked_model_is_named_with_its_stack(fault: str) -> None:
    sender, _ = ring(fault)
    begin = time.monotonic()
    with pytest.raises(LavaRunError, match="no end within 1 s") as caught, guarded(sender, 1.0) as run:
        run.run(LONG)
    assert time.monotonic() - begin < SOON
    assert caught.value.process_name == "the sender"
    place = "__init__" if "constructor" in fault else "fail_in_spiking"
    assert f"in {place}" in caught.value.child_traceback
    assert "accumulator" not in str(caught.value)
    assert healthy_total() == 15


def test_stopped_child_counts_as_blocked() -> None:
    sender, accumulator = ring()
    with (
        pytest.raises(LavaRunError, match=r"no end within 1 s.*'the accumulator'"),
        guarded(sender, 1.0) as run,
    ):
        os.kill(child_of("the accumulator").pid or 0, signal.SIGSTOP)
        run.get(accumulator.total)


@pytest.mark.parametrize("fault", ["", "blocks"])
def test_exception_of_the_body_passes_unchanged(fault: str) -> None:
    sender, _ = ring(fault)
    own = KeyError("mine")
    begin = time.monotonic()
    with pytest.raises(KeyError) as caught, guarded(sender) as run:
        if fault:
            sender.run(RunSteps(LONG, blocking=False))
        else:
            run.run(1)
        raise own
    assert caught.value is own
    assert time.monotonic() - begin < SOON
    assert healthy_total() == 15


def test_calls_of_stock_lava_are_guarded_too() -> None:
    sender, _ = ring("run_spk")
    with guarded(sender):
        sender.run(RunSteps(LONG, blocking=False))
        with pytest.raises(LavaRunError, match=r"GuardedRun.wait.*spiking went wrong"):
            sender.wait()


def test_use_after_the_end_is_refused() -> None:
    sender, accumulator = ring()
    with guarded(sender) as run:
        run.run(1)
    for use in (
        lambda: run.run(1),
        lambda: run.get(accumulator.total),
        lambda: sender.run(RunSteps(1)),
        accumulator.total.get,
    ):
        with pytest.raises(LavaRunError, match=r"it was stopped.*new network"):
            use()
    run.stop()
    with pytest.raises(LavaRunError, match="started before"):
        run.start()


def test_use_after_a_fault_names_the_fault() -> None:
    sender, _ = ring("run_spk")
    with guarded(sender) as run:
        with pytest.raises(LavaRunError):
            run.run(5)
        assert multiprocessing.active_children() == []
        with pytest.raises(LavaRunError, match=r"it failed: .*spiking went wrong"):
            run.run(5)


def test_wrong_use_is_told_and_ends_nothing() -> None:
    sender, accumulator = ring()
    with pytest.raises(LavaRunError, match="has not started"):
        guarded(sender).run(1)
    with pytest.raises(LavaRunError, match=r"GuardedRun.timeout: got 0"):
        guarded(sender, 0)
    with guarded(sender, None) as run:
        for steps in (0, -1):  # -1 is Lava's command to stop
            with pytest.raises(LavaRunError, match=f"num_steps, got {steps}, allowed >= 1"):
                run.run(steps)
        with pytest.raises(LavaRunError, match=r"compiled already.*Build a new network"):
            guarded(accumulator).start()
        with pytest.raises(LavaRunError, match="not part of this run"):
            run.get(Accumulator().total)
        run.run(5)
        assert run.get(accumulator.total)[0] == 15


def test_dropped_run_is_ended() -> None:
    sender, _ = ring()
    run = guarded(sender).start()
    run.run(1)
    with pytest.warns(ResourceWarning, match="was not stopped"):
        del run
        gc.collect()
    assert multiprocessing.active_children() == []
    with pytest.raises(LavaRunError, match="forgotten"):
        sender.run(RunSteps(1))


def test_many_runs_leave_no_file_open() -> None:
    def cycle() -> None:
        for fault in ("", "run_spk", "constructor"):
            sender, _ = ring(fault)
            try:
                with guarded(sender) as run:
                    run.run(4)
            except LavaRunError:
                pass

    cycle()
    gc.collect()
    before = len(os.listdir("/proc/self/fd"))
    for _ in range(3):
        cycle()
    gc.collect()
    assert len(os.listdir("/proc/self/fd")) <= before


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


def processes_of(session: int) -> list[int]:
    """Living processes of a session (zombies left out)."""
    found = []
    for path in Path("/proc").glob("[0-9]*/stat"):
        try:
            state, _, _, owner = path.read_text().rpartition(")")[2].split()[:4]
        except OSError:  # ended meanwhile
            continue
        if int(owner) == session and state != "Z":
            found.append(int(path.parent.name))
    return found


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
from faulty_processes import ring
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
        env={**os.environ, "PYTHONPATH": f"{ROOT}{os.pathsep}{FAULTY}"},
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
