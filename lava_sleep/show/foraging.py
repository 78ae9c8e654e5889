"""The foraging world as a picture: particles by their value in the task, the agent and its trail."""

import numpy as np

from emulation.environments.foraging import DIRECTIONS, World
from lava_sleep.environments.foraging import Foraging
from lava_sleep.figures.style import PLACES_3X3
from lava_sleep.protocols.rows import task_title
from lava_sleep.show.scenery import Scenery

TRAIL = 25  # moves
# Okabe & Ito: the agent and its trail; particles by their value.
AGENT, PATH = (213, 94, 0), (245, 214, 190)
VALUES = {1: (86, 180, 233), -1: (187, 187, 187), 0: (230, 214, 160)}
NAMES = {1: "rewarded (blue)", -1: "punished (grey)", 0: "neutral (sand)"}


class ForagingScenery(Scenery):
    """Draws `lava_sleep.environments.foraging.Foraging`; `look` keeps `kinds` (size, size) and `agent` (2,)."""

    world: Foraging

    def look(self, world: World) -> dict[str, np.ndarray]:
        """Kind of particle on each cell, -1 for none, and the place of the agent."""
        kinds = np.where(world.cells > 0, world.particles[np.maximum(world.cells - 1, 0), 2], -1)
        return {"kinds": kinds.astype(np.int8), "agent": world.agent[:2].copy()}

    def picture(self, seen: dict[str, np.ndarray], task: str, moment: int) -> np.ndarray:
        """Particles, the agent's last moves and the agent: uint8 array (size, size, 3)."""
        kinds, agent = seen["kinds"][moment], seen["agent"]
        picture = np.full((*kinds.shape, 3), 255, np.uint8)
        for row, column in agent[max(0, moment - TRAIL) : moment]:
            picture[row, column] = PATH
        picture[kinds >= 0] = VALUES[-1]
        for kind, value in enumerate(self.values(task) if task else ()):
            picture[kinds == kind] = VALUES[int(value)]
        picture[tuple(agent[moment])] = AGENT
        return picture

    def values(self, task: str) -> np.ndarray:
        """What each kind of particle is worth in a task."""
        return self.world.setting(task)[len(self.world.kinds) :]

    def focus(self, seen: dict[str, np.ndarray], moment: int) -> tuple[int, int]:
        """Where the agent is: the world is a torus."""
        row, column = seen["agent"][moment]
        return int(row), int(column)

    def meaning(self, task: str) -> str:
        """What is rewarded and what is punished in a task."""
        values, present = self.values(task), self.world.kinds_of(task)
        parts = []
        for value, text in NAMES.items():
            names = [self.world.kind_names[kind] for kind in present if values[kind] == value]
            parts += [f"{', '.join(names)} {text}"] if names else []
        return f"{task_title(task)}: {', '.join(parts)}"

    def inputs(self, senses: np.ndarray) -> np.ndarray:
        """The view."""
        return senses.reshape(self.world.view, self.world.view)

    def outputs(self, counts: np.ndarray) -> np.ndarray:
        """The directions in their 3 x 3 layer; the centre has none."""
        grid = np.zeros(DIRECTIONS + 1)
        grid[list(PLACES_3X3)] = counts
        return grid.reshape(3, 3)
