"""The foraging world and its tasks: what a person writes under ``[world]`` and ``[tasks.NAME]``.

The defaults are the paper's (Golden et al. 2022, Methods, "Foraging task"): a torus of 50 x 50 cells, a view of 7 x 7,
four kinds of two adjacent pixels, no two particles adjacent, 124 particles (10 % of the cells); in each task one kind
is rewarded and one punished. Other kinds, sizes and spacings were chosen here.
"""

from collections.abc import Mapping
from typing import Any, Literal

import numpy as np
from pydantic import Field, field_validator, model_validator

from emulation.environments.foraging import DIRECTIONS, Ground, World, make_world
from emulation.errors import InputError
from lava_sleep.base.settings import Part
from lava_sleep.environments.base import Environment, checked_names

# Above this number of kinds times particles the unsupervised phase learns pairs of pixels of two particles: a real
# pair is seen n / (size^2 K) times per cycle, a chance pair (2 n / size^2)^2 times. Measured at size 50.
MOST_KINDS_TIMES_PARTICLES = 450
DENSEST = 0.5  # share of the cells that particles and their free neighbourhood take; chosen here

Count = Field(0, ge=0, le=10_000)


class Exploration(Part):
    """Random moves: percent of all, and so much more for each cycle since the last acquisition (paper: 1 and 1)."""

    percent: int = Field(1, ge=0, le=100)
    rise: int = Field(1, ge=0, le=100)


class Particles(Part):
    """Particles of one kind in the world of a task."""

    count: int = Field(ge=0, le=10_000)
    value: int = Field(0, ge=-1, le=1, description="+1 rewarded, -1 punished, 0 neutral")


KINDS = {
    "horizontal": ((0, 1),),
    "vertical": ((1, 0),),
    "positive_diagonal": ((-1, 1),),
    "negative_diagonal": ((1, 1),),
}
TASKS = {
    "T1": {"horizontal": Particles(count=62, value=1), "negative_diagonal": Particles(count=62, value=-1)},
    "T2": {"vertical": Particles(count=62, value=1), "positive_diagonal": Particles(count=62, value=-1)},
}


class Foraging(Environment):
    """A torus with particles, and tasks that reward some of their kinds and punish others."""

    environment: Literal["foraging"] = "foraging"
    size: int = Field(50, ge=8, le=180, description="cells along a side of the torus")
    view: int = Field(7, ge=3, le=15, description="cells along a side of the square that the agent sees, odd")
    spacing: int = Field(1, ge=1, le=6, description="free cells between pixels of two particles")
    exploration: Exploration = Exploration()
    kinds: Mapping[str, tuple[tuple[int, int], ...]] = Field(
        KINDS, min_length=1, max_length=64, description="rows and columns of the further pixels from the first one"
    )
    unsupervised: Mapping[str, int] = Field(default_factory=lambda: dict.fromkeys(KINDS, 31))
    tasks: Mapping[str, Mapping[str, Particles]] = TASKS

    @field_validator("kinds", mode="before")
    @classmethod
    def _offsets_as_tuples(cls, kinds: Any) -> Any:
        """TOML has lists."""
        if not isinstance(kinds, Mapping):
            return kinds
        return {name: tuple(map(tuple, found)) if is_table(found) else found for name, found in kinds.items()}

    @model_validator(mode="after")
    def _world_fits(self) -> "Foraging":
        if self.view % 2 == 0:
            raise InputError("world.view", self.view, "an odd number, the agent is in its centre", "choose another one")
        if self.view > self.size:
            raise InputError("world.view", self.view, f"at most the size of the world, {self.size}", "make it smaller")
        shapes: dict[tuple, str] = {}
        for name, offsets in self.kinds.items():
            self._check_kind(name, offsets)
            if (other := shapes.setdefault(tuple(sorted(offsets)), name)) != name:
                raise InputError(
                    f"world.kinds.{name}", f"the pixels of {other}", "pixels of its own", "leave one of them out"
                )
        checked_names(self.tasks)
        self._check_counts("world.unsupervised", self.unsupervised)
        for task, kinds in self.tasks.items():
            self._check_counts(f"tasks.{task}", {name: part.count for name, part in kinds.items()})
            if not any(part.count and part.value > 0 for part in kinds.values()):
                raise InputError(f"tasks.{task}", "no rewarded kind", "one of value 1 with particles", "reward one")
        return self

    def _check_kind(self, name: str, offsets: tuple[tuple[int, int], ...]) -> None:
        where = f"world.kinds.{name}"
        if not offsets or (0, 0) in offsets or len(set(offsets)) < len(offsets):
            hint = "write e.g. [[0, 1]] for two pixels side by side"
            raise InputError(where, [list(one) for one in offsets], "offsets of further pixels, each once", hint)
        reach = max(abs(step) for offset in offsets for step in offset)
        if reach > self.spacing:
            hint = "two particles could not be told from one: raise world.spacing, or choose nearer pixels"
            raise InputError(f"{where}: pixels too far apart", reach, f"at most world.spacing, {self.spacing}", hint)

    def _check_counts(self, where: str, counts: Mapping[str, int]) -> None:
        for name, count in counts.items():
            if name not in self.kinds:
                raise InputError(f"{where}.{name}: unknown kind", name, ", ".join(self.kinds), "correct the name")
            if count < 0:
                raise InputError(f"{where}.{name}", count, "0 or more", "correct it")
        total = sum(counts.values())
        if total == 0:
            raise InputError(f"{where}: no particles", total, "at least one", "give a kind a count")
        most = int(DENSEST * self.size**2 / ((1 + self.spacing) * (2 + self.spacing)))
        if total > most:
            hint = "take fewer, a larger world or less spacing"
            raise InputError(f"{where}: particles", total, f"at most {most} in this world", hint)

    @property
    def inputs(self) -> int:
        """Cells of the view."""
        return self.view**2

    @property
    def outputs(self) -> int:
        """The eight directions."""
        return DIRECTIONS

    @property
    def silent_inputs(self) -> tuple[int, ...]:
        """The centre of the view, where the agent is."""
        return (self.inputs // 2,)

    @property
    def kind_names(self) -> tuple[str, ...]:
        """The kinds as they are shown."""
        return tuple(name.replace("_", " ") for name in self.kinds)

    @property
    def most_particles(self) -> int:
        """In any phase."""
        return max(int(self.setting(task)[: len(self.kinds)].sum()) for task in ("", *self.tasks))

    def ground(self) -> Ground:
        """See `emulation.environments.foraging.Ground`."""
        most = max(len(found) for found in self.kinds.values())
        offsets = [[*found, *[found[-1]] * (most - len(found))] for found in self.kinds.values()]
        explore = self.exploration
        return Ground(np.array(offsets, np.int64), self.spacing, self.view, explore.percent, explore.rise)

    def start(self) -> World:
        """An empty world."""
        return make_world(self.size, self.most_particles)

    def setting(self, task: str) -> np.ndarray:
        """Particles of each kind, then their values."""
        if not task:
            counts = [self.unsupervised.get(name, 0) for name in self.kinds]
            return np.array(counts + [0] * len(counts), np.int64)
        found = [self.tasks[task].get(name, Particles(count=0)) for name in self.kinds]
        return np.array([part.count for part in found] + [part.value for part in found], np.int64)

    def thinned(self, most: int) -> np.ndarray:
        """The unsupervised mixture with at most so many particles of each kind."""
        return np.minimum(self.setting(""), most)

    def ranges(self) -> dict[str, tuple]:
        """Cells, places of particles and their kinds, the agent."""
        last, most = self.size - 1, np.iinfo(np.int64).max
        return {
            "cells": (0, self.most_particles),
            "particles": (-1, np.array([last, last, len(self.kinds) - 1])),
            "agent": (0, np.array([last, last, DIRECTIONS - 1, most])),
        }

    def scene(self, world: World) -> dict[str, np.ndarray]:
        """Where the agent and the particles are."""
        return {"agent": world.agent[:2].astype(np.int16), "particles": world.particles.astype(np.int16)}

    def scene_sizes(self) -> dict[str, int]:
        """Of the arrays of `scene`."""
        return {"coordinate": 2, "particle": self.most_particles, "entry": 3}

    def scene_bounds(self) -> dict[str, Any]:
        """Cells and kinds."""
        last = self.size - 1
        return {"agent": last, "particles": np.array([last, last, len(self.kinds) - 1])}

    def stimuli(self) -> list[tuple[int, tuple[int, ...]]]:
        """Particles that lie within the view and do not touch its centre."""
        found, centre = [], self.inputs // 2
        for kind, offsets in enumerate(self.kinds.values()):
            for row in range(self.view):
                for column in range(self.view):
                    cells = [(row, column), *((row + down, column + right) for down, right in offsets)]
                    if any(not (0 <= r < self.view and 0 <= c < self.view) for r, c in cells):
                        continue
                    pixels = tuple(r * self.view + c for r, c in cells)
                    if centre not in pixels:
                        found.append((kind, pixels))
        return found

    def kinds_of(self, task: str) -> tuple[int, ...]:
        """Kinds in the world of a task."""
        counts = self.setting(task)[: len(self.kinds)]
        return tuple(np.flatnonzero(counts).tolist())

    def rewarded_kinds(self, task: str) -> tuple[int, ...]:
        """Kinds that are rewarded in a task."""
        return tuple(np.flatnonzero(self.setting(task)[len(self.kinds) :] > 0).tolist())

    def warnings(self, *, punishes: bool) -> list[str]:
        """Chance pairs in the unsupervised phase; kinds that are rewarded in one task and punished in another."""
        found = []
        counts = self.setting("")[: len(self.kinds)]
        product = int((counts > 0).sum() * counts.sum())
        reach = max(abs(step) for offsets in self.kinds.values() for offset in offsets for step in offset)
        if product > MOST_KINDS_TIMES_PARTICLES and (self.spacing > 1 or reach > 1 or (counts > 0).sum() > len(KINDS)):
            text = f"world.unsupervised: kinds x particles = {product} is above {MOST_KINDS_TIMES_PARTICLES}"
            found.append(f"{text}: the hidden layer will learn chance pairs; take fewer particles.")
        values = np.array([self.setting(task)[len(self.kinds) :] for task in self.tasks])
        for kind, name in enumerate(self.kinds):
            if not punishes and {-1, 1} <= set(values[:, kind].tolist()):
                text = f"tasks: {name} is rewarded in one and punished in another, and the network takes no punishment"
                found.append(f"{text}: sleep keeps it attractive; set network.output_synapses.plasticity.punishment.")
        return found


PAPER = Foraging()  # two tasks, four kinds, the paper's world


def is_table(value: Any) -> bool:
    """Whether a value is a list of lists, as TOML gives a kind's offsets."""
    return isinstance(value, list | tuple) and all(isinstance(part, list | tuple) for part in value)
