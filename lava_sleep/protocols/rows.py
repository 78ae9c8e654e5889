"""The grammar of rows: which training sequence a network goes through (its curriculum).

A row is written as in the paper's table: ``T1>T2>i(S,T1)`` is Task 1, then Task 2, then sleep interleaved with Task 1.
Rows that begin alike share their beginning. Steps:

=============  =====================================================================================
``T1``         training on a task, by its name
``S``          one long sleep
``i(A,B,..)``  A, B and so on in turn, an episode each; the last is a task, the others are tasks or one of
               S (sleep), R (rest), S0 (sleep, plasticity off), Sx (shuffled tags), Su (uniform rates)
``i(A,B)/n``   the same with episodes of n cycles
``.. ^n``      a last step n times (1 to 99), each followed by tests: n rows, named ``..``, ``.. ^2`` and so on
=============  =====================================================================================
"""

import re
from itertools import groupby, takewhile
from typing import NamedTuple

from emulation.errors import InputError

NAME = r"[A-Za-z][A-Za-z0-9_]*"
STEP = re.compile(rf"(?P<one>{NAME})|i\((?P<parts>{NAME}(?:,{NAME})+)\)(?:/(?P<episode>[1-9]\d*))?")
SLEEP = "S"
OTHERS = ("S", "R", "S0", "Sx", "Su")  # parts of a step that are no task
TIMES = re.compile(r"(?P<step>.*?)(?:\^(?P<number>[1-9]\d?))?", re.DOTALL)
LONGEST = 200  # steps of a row; chosen here


def expand(row: str) -> list[str]:
    """``T1>i(S,T2)^3`` to its three rows; any other row to itself, by its one name. So rows expand to themselves.

    Raises
    ------
    InputError
        If a step is unknown, or if there are too many.
    """
    steps = split_row(row)
    if len(steps) > LONGEST:
        raise InputError("protocol.rows: too many steps", len(steps), f"at most {LONGEST}", "write a shorter row")
    for step in steps:
        if not is_step(step):
            raise InputError(
                "protocol.rows: unknown step", step, "a task, S, i(A,B), i(A,B)/n", f"correct the row {row}"
            )
    repeated = len(list(takewhile(lambda step: step == steps[-1], reversed(steps))))
    return [name_of(steps[: len(steps) - left]) for left in reversed(range(repeated))]


class Step(NamedTuple):
    """A step of a row.

    Attributes
    ----------
    parts : tuple of str
        Tasks and kinds of sleep in turn; one where nothing is interleaved.
    episode : int or None
        Cycles of an episode, where the step says so.
    """

    parts: tuple[str, ...]
    episode: int | None

    @property
    def tasks(self) -> tuple[str, ...]:
        """The tasks among its parts."""
        return tuple(part for part in self.parts if part not in OTHERS)


def parse_step(step: str) -> Step:
    """The parts of a step.

    Raises
    ------
    ValueError
        If it is not of the grammar.
    """
    match = STEP.fullmatch(step)
    if match is None:
        raise ValueError("not of the grammar")
    if match["one"]:
        if match["one"] in OTHERS[1:]:
            raise ValueError("stands within i(..) only")
        return Step((match["one"],), None)
    parts = tuple(match["parts"].split(","))
    if parts[-1] in OTHERS:
        raise ValueError("the last part of i(..) is a task")
    return Step(parts, int(match["episode"]) if match["episode"] else None)


def is_step(step: str) -> bool:
    """Whether a step is of the grammar."""
    try:
        parse_step(step)
    except ValueError:
        return False
    return True


def tasks_in(row: str) -> list[str]:
    """The tasks that a row trains, in the order in which they come first."""
    return list(dict.fromkeys(task for step in split_row(row) for task in parse_step(step).tasks))


def task_title(task: str) -> str:
    """How a task is called in headings: ``T1`` is Task 1, others by their name."""
    return f"Task {task[1:]}" if re.fullmatch(r"T\d+", task) else task


def split_row(row: str) -> list[str]:
    """``T1>T2>i(S,T1)^2`` to its steps."""
    steps = []
    for part in row.split(">"):
        match = TIMES.fullmatch(part)
        assert match is not None  # the pattern takes any text
        steps += [match["step"]] * int(match["number"] or 1)
    return steps


def name_of(steps: list[str]) -> str:
    """The row of some steps, the inverse of `split_row`."""
    return ">".join(
        step + (f"^{number}" if number > 1 else "") for step, number in ((s, len(list(g))) for s, g in groupby(steps))
    )


def first_of(stage: str) -> str:
    """The stage that a repetition repeats: ``T1>i(S,T2)^3`` to ``T1>i(S,T2)``, any other to itself."""
    return stage.rsplit("^", 1)[0]


def without_middle(rows: list[str]) -> list[str]:
    """Rows without the repetitions that are neither the first nor the last of their stage."""
    last = {first_of(row): row for row in rows}
    return [row for row in rows if row == first_of(row) or row == last[first_of(row)]]


def repetitions(row: str) -> list[str]:
    """The stages of a row's last step: ``T1>i(S,T2)^2`` to ``[T1>i(S,T2), T1>i(S,T2)^2]``."""
    return [stage for stage in chain(row) if first_of(stage) == first_of(row)]


def chain(row: str) -> list[str]:
    """The stages that lead to a row: ``T1>T2`` to ``[T1, T1>T2]``."""
    steps = split_row(row)
    return [name_of(steps[: depth + 1]) for depth in range(len(steps))]
