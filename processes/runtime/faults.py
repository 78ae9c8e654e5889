"""What can go wrong in a child process of a Lava run, and what the error says."""

import signal
from dataclasses import dataclass
from typing import Any

from emulation.errors import LavaSleepError


class LavaRunError(LavaSleepError):
    """A Lava run has failed, or was used after its end.

    Parameters
    ----------
    what, got, allowed, hint
        As of every error; `what` alone is the whole text of a failure, with the traceback of the child process.
    process_name, model_name : str
        The Lava process at fault and the class of its model; empty if no single one is to blame.
    child_traceback : str
        Traceback (of an exception) or stack (of a blocked or crashed model) of the child process.
    """

    exit_code = 1  # a failed run is no mistake in what was typed

    def __init__(
        self,
        what: str,
        got: Any = None,
        allowed: str = "",
        hint: str = "",
        *,
        process_name: str = "",
        model_name: str = "",
        child_traceback: str = "",
    ) -> None:
        super().__init__(what, got, allowed, hint)
        self.process_name = process_name
        self.model_name = model_name
        self.child_traceback = child_traceback


@dataclass(frozen=True)
class Label:
    """Who runs in a child process: name and class of the Lava process, and class of its model."""

    process_name: str
    process_class: str
    model_name: str

    def __str__(self) -> str:
        return f"{self.process_class} '{self.process_name}' (model {self.model_name})"


@dataclass(frozen=True)
class Fault:
    """One child process that raised, died, or did not answer.

    Attributes
    ----------
    label : Label
        Whose child process it is.
    event : str
        What it did, as the predicate of a sentence.
    traceback : str
        Its traceback or stack, or an empty string.
    """

    label: Label
    event: str
    traceback: str = ""

    def __str__(self) -> str:
        trace = f"\n{self.traceback.rstrip()}" if self.traceback else ""
        return f"{self.label} {self.event}{trace}"


def run_error(call: str, faults: list[Fault], preface: str = "") -> LavaRunError:
    """One error for all faults; its attributes are those of the first fault that has a traceback."""
    ordered = sorted(faults, key=lambda fault: not fault.traceback)
    message = f"GuardedRun.{call}: {preface}" + "\n".join(map(str, ordered))
    first = ordered[0]
    process, model = first.label.process_name, first.label.model_name
    return LavaRunError(message, process_name=process, model_name=model, child_traceback=first.traceback)


def describe_death(exit_code: int | None) -> str:
    """Predicate for a child process that ended without a report."""
    if exit_code is None or exit_code >= 0:
        return f"ended without a report, exit code {exit_code}"
    try:
        name = signal.Signals(-exit_code).name
    except ValueError:
        name = f"signal {-exit_code}"
    return f"died: its child process was ended by {name}"


def activity(stack: str) -> int:
    """How likely the owner of a stack is the one that blocks a run; 0 is the most likely.

    0: it executes (or its stack cannot be read), 1: it waits for data of a peer, 2: it waits for a command.
    """
    if "pypychannel.py" not in stack:
        return 0
    return 1 if "model/py/ports.py" in stack else 2
