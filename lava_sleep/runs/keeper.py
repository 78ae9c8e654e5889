"""The checkpoints of one network: written while it runs, and found again when the run goes on."""

import time
from collections.abc import Callable, Sequence
from pathlib import Path
from typing import NamedTuple

import numpy as np

from lava_sleep.backends.base import Outcomes
from lava_sleep.base.files import write_whole
from lava_sleep.networks.base import Instance, State
from lava_sleep.runs.checkpoint import Checkpoint, CheckpointError, Owner, encode, read_checkpoint

SLOTS = 2  # the present checkpoint and the one before it


class StagePlan(NamedTuple):
    """What a stage will have when it is finished.

    Attributes
    ----------
    after : str
    cycles : int
        Tests included.
    snapshots : int64 array
        Cycles after which weights are copied, see `lava_sleep.runs.recording.snapshot_cycles`.
    """

    after: str
    cycles: int
    snapshots: np.ndarray

    def agrees_with(self, checkpoint: Checkpoint) -> bool:
        """Whether a checkpoint is consistent with this stage, under way or finished."""
        done = len(checkpoint.outcomes)
        return done <= self.cycles and len(checkpoint.snapshots) == np.searchsorted(self.snapshots, done, "right")


class KeepNothing:
    """What a run without checkpoints has in place of a `Keeper`."""

    def begin(self, after: str) -> Checkpoint | None:
        """Enter a stage; returns where to go on in it, None for its beginning."""

    def keep(self, snapshots: Sequence[np.ndarray], state: State, outcomes: Outcomes) -> None:
        """Take note of how far the stage is: its snapshots, state and outcomes."""

    def finish(self, snapshots: Sequence[np.ndarray], state: State, outcomes: np.ndarray) -> None:
        """Take note that the stage is finished."""


class Keeper(KeepNothing):
    """The checkpoints of one network, in a folder of its own.

    A finished stage has a file that is written once. The stage under way has two, written in turn, so that the one
    before is whole while the next is written.

    Parameters
    ----------
    folder : Path
        Made with the first checkpoint.
    owner : Owner
    plans : sequence of StagePlan
        Of each stage of the network.
    every : float
        Seconds between two checkpoints.
    report : callable
        Takes a line for the person.
    failures : set of str
        Why checkpoints could not be written; shared by the networks of a run, so that each is reported once.
    """

    def __init__(
        self,
        folder: Path,
        owner: Owner,
        plans: Sequence[StagePlan],
        every: float,
        report: Callable[[str], None],
        failures: set[str],
    ) -> None:
        self._failures = failures
        self._folder, self._owner, self._every, self._report = folder, owner, every, report
        self._plans = {plan.after: plan for plan in plans}
        self._number = {after: number for number, after in enumerate(self._plans)}
        self._finished: dict[str, Checkpoint] = {}
        self._present: Checkpoint | None = None
        self._after, self._began, self._count = "", 0.0, 0
        self._written = time.perf_counter()

    @property
    def done(self) -> int:
        """Cycles that the checkpoints found hold, of all stages."""
        found = {**({self._present.after: self._present} if self._present else {}), **self._finished}
        return sum(len(checkpoint.outcomes) for checkpoint in found.values())

    def load(self, instance: Instance) -> None:
        """Find the checkpoints of an earlier run; those that cannot be used are named."""
        for after, number in self._number.items():
            found = self._read(self._stage_path(number), instance, "This stage runs anew.")
            if found and found.after == after and len(found.outcomes) == self._plans[after].cycles:
                self._finished[after] = found
        slots = [self._read(self._slot_path(slot), instance, "The one before it is used.") for slot in range(SLOTS)]
        if usable := [slot for slot in slots if slot]:
            self._present = max(usable, key=lambda checkpoint: checkpoint.serial)
            self._count = self._present.serial + 1  # the next one is written over the other, so never over this

    def begin(self, after: str) -> Checkpoint | None:
        """Enter a stage; returns where to go on in it, None for its beginning."""
        found = self._finished.get(after)
        if found is None and self._present is not None and self._present.after == after:
            found = self._present
        self._after = after
        self._began = time.perf_counter() - (found.seconds if found else 0.0)
        return found

    def keep(self, snapshots: Sequence[np.ndarray], state: State, outcomes: Outcomes) -> None:
        """Write a checkpoint of the stage under way, if it is time to."""
        now = time.perf_counter()
        if now - self._written < self._every:
            return
        path = self._slot_path(self._count % SLOTS)
        self._write(path, snapshots, state, np.concatenate(outcomes), True)
        self._count += 1

    def finish(self, snapshots: Sequence[np.ndarray], state: State, outcomes: np.ndarray) -> None:
        """Write the checkpoint of a finished stage, once."""
        if self._after not in self._finished:
            is_long = time.perf_counter() - self._written > self._every  # what is short is not worth the disk's time
            self._write(self._stage_path(self._number[self._after]), snapshots, state, outcomes, is_long)

    def _write(
        self, path: Path, snapshots: Sequence[np.ndarray], state: State, outcomes: np.ndarray, durable: bool
    ) -> None:
        seconds = time.perf_counter() - self._began
        checkpoint = Checkpoint(self._after, state, outcomes, snapshots, seconds, self._count)
        try:
            self._folder.mkdir(exist_ok=True)
            write_whole(path, encode(checkpoint, self._owner), durable)
        except OSError as error:
            reason = error.strerror or str(error)
            if reason not in self._failures:
                self._failures.add(reason)
                self._report(f"checkpoint not written: {path} ({reason}); the run goes on without")
        self._written = time.perf_counter()

    def _read(self, path: Path, instance: Instance, instead: str) -> Checkpoint | None:
        try:
            if path.exists():
                found = read_checkpoint(path, self._owner, instance, max(p.cycles for p in self._plans.values()))
                if found.after not in self._plans or not self._plans[found.after].agrees_with(found):
                    raise CheckpointError("checkpoint of no stage", str(path), "one of this run", "remove it")
                return found
        except CheckpointError as error:
            self._report(f"{error} {instead}")
        return None

    def _stage_path(self, number: int) -> Path:
        return self._folder / f"stage-{number}.checkpoint"

    def _slot_path(self, slot: int) -> Path:
        return self._folder / f"now-{slot}.checkpoint"
