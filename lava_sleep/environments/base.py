"""What every environment can be asked: its sizes, its tasks, and the state from which it starts."""

import re
from abc import ABC, abstractmethod
from collections.abc import Mapping
from typing import Any

import numpy as np

from emulation.errors import InputError
from lava_sleep.base.settings import Part

TASK_NAME = re.compile(r"[A-Za-z][A-Za-z0-9_]*")
PHASE_NAMES = ("S", "R", "S0", "Sx", "Su", "U", "i")  # of rows: sleep, rest, controls, the unsupervised phase
MOST_TASKS = 64  # chosen here


class Environment(Part, ABC):
    """The description of an environment and of the tasks in it: ``[world]`` and ``[tasks.NAME]`` in TOML.

    A subclass describes a world whose state is a named tuple of arrays that is registered with
    `emulation.environments.base.register`.
    """

    environment: str
    tasks: Mapping[str, Any]

    @property
    @abstractmethod
    def inputs(self) -> int:
        """Neurons of the source population."""

    @property
    @abstractmethod
    def outputs(self) -> int:
        """Neurons by whose spikes it acts."""

    @property
    def silent_inputs(self) -> tuple[int, ...]:
        """Source neurons that never spike; a network does not connect them."""
        return ()

    @abstractmethod
    def ground(self) -> Any:
        """What does not change while it runs: a named tuple of arrays and numbers."""

    @abstractmethod
    def start(self) -> Any:
        """The state from which it starts, before any `begin`: a named tuple of arrays."""

    @abstractmethod
    def setting(self, task: str) -> np.ndarray:
        """What a task sets (int64 array), for `begin` and `act`; "" for the unsupervised phase."""

    def held_out(self, task: str) -> np.ndarray:
        """What a frozen test of a task sets: as its training, unless it is tested on what was not trained."""
        return self.setting(task)

    def thinned(self, most: int) -> np.ndarray:
        """Setting of the unsupervised phase with at most so many things of each kind, where it has such."""
        return self.setting("")

    @abstractmethod
    def ranges(self) -> dict[str, tuple]:
        """Least and largest value of the arrays of its state that are used as indices, by name."""

    def scene(self, world: Any) -> dict[str, np.ndarray]:
        """Arrays that show a moment of it, by their names in `results.nc` (see `lava_sleep.runs.layout`)."""
        return {}

    def scene_sizes(self) -> dict[str, int]:
        """Sizes of the dimensions of the arrays of `scene`."""
        return {}

    def scene_bounds(self) -> dict[str, Any]:
        """Largest values of the arrays of `scene`."""
        return {}

    def stimuli(self) -> list[tuple[int, tuple[int, ...]]]:
        """(kind, inputs) of each thing that can be sensed as a whole; for wiring by construction and for selectivity.

        Empty where an environment has no such things.
        """
        return []

    @property
    def kind_names(self) -> tuple[str, ...]:
        """Names of the kinds of `stimuli`."""
        return ()

    def kinds_of(self, task: str) -> tuple[int, ...]:
        """Kinds of `stimuli` that belong to a task."""
        return ()

    def warnings(self, *, punishes: bool) -> list[str]:
        """What will probably not work, a line each; `punishes`: whether the network takes a punishment."""
        return []

    @property
    def task_names(self) -> tuple[str, ...]:
        """All tasks in order."""
        return tuple(self.tasks)

    def number_of(self, task: str) -> int:
        """Row of a task in arrays that have a row per task."""
        return self.task_names.index(task)


def checked_names(tasks: Mapping[str, Any]) -> None:
    """Raise a ValueError where a task's name cannot stand in a row."""
    if not tasks:
        raise ValueError("at least one task is needed")
    if len(tasks) > MOST_TASKS:
        raise ValueError(f"at most {MOST_TASKS} tasks")
    for name in tasks:
        if not TASK_NAME.fullmatch(name) or name in PHASE_NAMES:
            allowed = f"a letter, then letters, digits or _; not {', '.join(PHASE_NAMES)}"
            raise InputError("name of a task", name, allowed, "choose another name")
