"""Every fault of a Lava run ends as one exception, and leaves no process, thread or memory behind."""

import gc
import logging
import multiprocessing
import os
import signal
import threading
import time
import weakref
from contextlib import suppress
from pathlib import Path

import pytest

pytest.importorskip("lava.magma")

from helpers.runtime_watch import LONG, SOON, Accumulator, guarded, nothing_left, ring
from lava.magma.core.run_conditions import RunSteps
from lava.magma.core.run_configs import Loihi2SimCfg

from emulation.errors import LavaSleepError
from processes.runtime import LavaRunError
from processes.runtime.actors import Actor

__all__ = ["nothing_left"]  # a fixture that every test here uses
pytestmark = [pytest.mark.lava, pytest.mark.timeout(60)]

RAISED = {
    "run_spk": "ValueError: spiking went wrong",
    "run_lrn": "ArithmeticError: learning went wrong",
    "unpicklable": "UnpicklableError: carries a function",
    "exit": "SystemExit: 0",
    "constructor": "ValueError: no such model",
}
DIED = {"dies": "SIGKILL", "crashes": "SIGSEGV", "constructor dies": "SIGKILL"}


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
    with pytest.raises(LavaRunError, match=r"GuardedRun.timeout: out of range, got 0 \(allowed: > 0 s"):
        guarded(sender, 0)
    with guarded(sender, None) as run:
        for steps in (0, -1):  # -1 is Lava's command to stop
            with pytest.raises(LavaRunError, match=rf"num_steps, got {steps} \(allowed: >= 1\)"):
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


@pytest.mark.parametrize("fault", ["", "run_spk"])
def test_an_ended_network_is_let_go_of(fault: str) -> None:
    """Lava itself keeps every process that was ever made, and a handler of messages for each."""
    handlers = len(logging.getLogger().handlers)
    sender, _ = ring(fault)
    with suppress(LavaRunError), guarded(sender) as run:
        run.run(5)
    left = weakref.ref(sender)
    del sender, run, _
    gc.collect()
    assert left() is None
    assert len(logging.getLogger().handlers) == handlers


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
