"""Lay two results folders side by side: the same rows, and how far they are apart."""

import json
from pathlib import Path
from typing import NamedTuple

from lava_sleep.errors import InputError

TASKS = ("task1", "task2")


class RowDifference(NamedTuple):
    """One row and task of two runs; means over networks."""

    after: str
    task: str
    first: float
    second: float

    @property
    def distance(self) -> float:
        """Absolute difference of the means."""
        return abs(self.first - self.second)


def read_summary(folder: Path) -> dict:
    """`summary.json` of a results folder.

    Raises
    ------
    InputError
        If there is none, or if it is not one.
    """
    path = folder / "summary.json"
    try:
        made = json.loads(path.read_text(encoding="utf-8"))
        rows = {row["after"]: {task: row[task]["mean"] for task in TASKS} for row in made["rows"]}
    except OSError as error:
        allowed = "one that `lava-sleep run` wrote"
        raise InputError("results folder", str(folder), allowed, f"check it ({error.strerror})") from error
    except (ValueError, KeyError, TypeError) as error:
        raise InputError("summary.json", str(path), "a summary of `lava-sleep run`", "run it again") from error
    return {"rows": rows, "executor": made.get("executor", "?"), "networks": made.get("networks", 0)}


def compare_folders(first: Path, second: Path) -> list[RowDifference]:
    """The rows that both runs have and in which both acquired something, in the order of the first.

    Raises
    ------
    InputError
        If a folder cannot be read, or if they have no row in common.
    """
    one, other = read_summary(first)["rows"], read_summary(second)["rows"]
    found = [
        RowDifference(after, task, one[after][task], other[after][task])
        for after in one
        if after in other
        for task in TASKS
        if one[after][task] is not None and other[after][task] is not None
    ]
    if not found:
        raise InputError("results folders", f"{first}, {second}", "runs with rows in common", "compare like protocols")
    return found
