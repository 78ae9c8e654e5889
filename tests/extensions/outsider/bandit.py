"""A bandit with eight arms and as many cues: each cue is a pair of inputs, and in each task one arm is right for it.

The whole environment of another package: the functions that compiled loops call, and its description.
"""

from collections.abc import Mapping
from typing import Any, Literal, NamedTuple

import numpy as np
from pydantic import Field, field_validator

from emulation.compiling import inner
from emulation.environments.base import PUNISHED, REWARDED, Functions, register
from emulation.environments.choice import explored
from emulation.randomness import Purpose, below, draw, stream
from lava_sleep.environments.base import Environment

CUE, ARM = range(2)


class Bandit(NamedTuple):
    """What does not change: number of cues, percent of random pulls."""

    cues: int
    explore: int


class Cue(NamedTuple):
    """State: the cue that is seen and the last arm, int64 array (2,)."""

    now: np.ndarray


@inner
def begin(world, bandit, setting, seed, time):
    """A fresh cue."""
    world.now[ARM] = 0
    wander(world, bandit, seed, time)


@inner
def sense(world, bandit, senses):
    """The two inputs of the cue."""
    for neuron in range(senses.shape[0]):
        senses[neuron] = neuron // 2 == world.now[CUE]


@inner
def act(world, bandit, setting, counts, values, seed, time):
    """Pull the most active arm; `setting` has the right arm of each cue."""
    arm = explored(counts, bandit.explore, seed, time)
    is_right = setting[world.now[CUE]] == arm
    values[:] = 0
    values[arm] = 1 if is_right else -1
    world.now[ARM] = arm
    wander(world, bandit, seed, time)
    return REWARDED if is_right else PUNISHED


@inner
def wander(world, bandit, seed, time):
    """Another cue, uniform over all."""
    world.now[CUE] = below(draw(stream(seed, Purpose.PLACE, time), 0), bandit.cues)


@inner
def action(world):
    """The last arm."""
    return world.now[ARM]


FUNCTIONS = Functions(begin, sense, act, wander, action)
register(Cue, FUNCTIONS)


class BanditTask(Environment):
    """``[world] environment = "bandit"``; a task gives the right arm of each cue."""

    environment: Literal["bandit"] = "bandit"
    arms: int = Field(8, ge=2, le=256)
    exploration: int = Field(5, ge=0, le=100)
    tasks: Mapping[str, tuple[int, ...]] = {"T1": (0, 1, 2, 3, 4, 5, 6, 7), "T2": (7, 6, 5, 4, 3, 2, 1, 0)}

    @field_validator("tasks", mode="before")
    @classmethod
    def _lists_as_tuples(cls, tasks: Any) -> Any:
        """TOML has lists."""
        return {name: tuple(arms) for name, arms in tasks.items()}

    @property
    def cues(self) -> int:
        """As many as a task says."""
        return len(next(iter(self.tasks.values())))

    @property
    def inputs(self) -> int:
        """Two per cue."""
        return 2 * self.cues

    @property
    def outputs(self) -> int:
        """The arms."""
        return self.arms

    def ground(self) -> Bandit:
        """See `Bandit`."""
        return Bandit(self.cues, self.exploration)

    def start(self) -> Cue:
        """The first cue."""
        return Cue(np.zeros(2, np.int64))

    def setting(self, task: str) -> np.ndarray:
        """The right arm of each cue; none in the unsupervised phase."""
        return np.array(self.tasks[task] if task else [-1] * self.cues, np.int64)

    def ranges(self) -> dict[str, tuple]:
        """Cue and arm."""
        return {"now": (0, np.array([self.cues - 1, self.arms - 1]))}

    def stimuli(self) -> list[tuple[int, tuple[int, ...]]]:
        """The pair of inputs of each cue."""
        return [(cue, (2 * cue, 2 * cue + 1)) for cue in range(self.cues)]

    @property
    def kind_names(self) -> tuple[str, ...]:
        """The cues."""
        return tuple(f"cue {cue}" for cue in range(self.cues))

    def kinds_of(self, task: str) -> tuple[int, ...]:
        """All cues."""
        return tuple(range(self.cues))
