"""The two tasks of the paper: which kinds of particle lie in their worlds, and which kind is rewarded.

Kinds 0..3: horizontal, vertical, positive diagonal, negative diagonal; 62 + 62 particles are 10 % of the cells (paper).
"""

from emulation.environments.foraging import Task

TASKS = {"T1": Task(0, (62, 0, 0, 62), 0), "T2": Task(1, (0, 62, 62, 0), 1)}


def kinds_of(task: str) -> tuple[int, ...]:
    """Kinds of particle in the world of a task."""
    return tuple(kind for kind, number in enumerate(TASKS[task].kind_counts) if number)


def other_task(task: str) -> str:
    """The task that is not this one."""
    return next(name for name in TASKS if name != task)
