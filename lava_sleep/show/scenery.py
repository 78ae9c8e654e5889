"""How an environment is drawn while a network acts in it: its own picture beside the activity of the layers.

An environment without one is run and tested like any other, and `watch` says that there is nothing to draw. One of
another package is announced by an entry point of the group ``lava_sleep.scenery``, under the environment's name.
"""

from abc import ABC, abstractmethod
from typing import Any

import numpy as np

from emulation.errors import InputError
from lava_sleep.base.registry import Registry
from lava_sleep.environments.base import Environment
from lava_sleep.protocols.rows import task_title

SCENERY: Registry[type["Scenery"]] = Registry(
    "drawing of an environment", {"foraging": "lava_sleep.show.foraging:ForagingScenery"}, "lava_sleep.scenery"
)


class Scenery(ABC):
    """Draws one environment.

    Parameters
    ----------
    world : Environment
        Its description.
    """

    def __init__(self, world: Environment) -> None:
        self.world = world

    @abstractmethod
    def look(self, world: Any) -> dict[str, np.ndarray]:
        """What is kept of a moment, from the state of the environment before an act; copies, of the same shapes."""

    @abstractmethod
    def picture(self, seen: dict[str, np.ndarray], task: str, moment: int) -> np.ndarray:
        """The environment at a moment, uint8 array (h, w, 3).

        Parameters
        ----------
        seen : dict of array (moments, ...)
            What `look` gave at each moment.
        task : str
            Empty where no task is set.
        moment : int
        """

    def focus(self, seen: dict[str, np.ndarray], moment: int) -> tuple[int, int] | None:
        """Row and column of the picture around which it is shown where it does not fit, if its borders wrap."""
        return None

    def meaning(self, task: str) -> str:
        """What a task asks for, in a line."""
        return task_title(task)

    def inputs(self, senses: np.ndarray) -> np.ndarray:
        """The input neurons laid out in a plane."""
        return squared(senses)

    def outputs(self, counts: np.ndarray) -> np.ndarray:
        """The output neurons laid out in a plane."""
        return squared(counts)


def scenery_of(world: Environment) -> Scenery:
    """The drawing of an environment.

    Raises
    ------
    InputError
        If it brings none.
    """
    if world.environment not in SCENERY:
        hint = "watch another run, or register a drawing for it"
        raise InputError("watch: this environment brings no drawing", world.environment, ", ".join(SCENERY), hint)
    return SCENERY.get(world.environment)(world)


def squared(values: np.ndarray) -> np.ndarray:
    """Neurons in a square (28 x 28 for the paper's hidden layer), the last places empty if need be."""
    side = int(np.ceil(np.sqrt(len(values))))
    grid = np.zeros(side * side)
    grid[: len(values)] = values
    return grid.reshape(side, side)
