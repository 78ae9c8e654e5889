"""The foraging world as an environment of gymnasium.

It is the kernels' own world: `reset` calls `begin`, `step` calls `move`, with the seed of the episode and the time
16 (t + 1) of its step t. Exploration and the choice of a direction are part of `act`, so they are not in here: the
given direction is carried out.
"""

from typing import Any

import gymnasium
import numpy as np

from emulation.engine.network import STEPS
from emulation.environments.base import OUTCOMES, PUNISHED, REWARDED
from emulation.environments.foraging import DIRECTIONS, begin, move, sense
from emulation.errors import InputError
from lava_sleep.environments.foraging import PAPER, Foraging

SCALE = 8  # points of a picture per cell
RENDER_FPS = 10
LARGEST_SEED = 2**31


class ForagingEnv(gymnasium.Env):
    """One agent in the foraging world; an episode has no end of its own.

    Observation: the view in reading order, (view^2,) of 0 and 1, its centre 0. Action: a direction 0..7 in reading
    order of the 3 x 3 cells around the agent. Reward: +1, -1 or 0, the value of what was acquired.

    Parameters
    ----------
    task : str
        One of the world's tasks.
    world : Foraging, optional
        The paper's by default.
    render_mode : str, optional
        "rgb_array".

    Raises
    ------
    InputError
        If the world has no such task, or for another mode.
    """

    metadata: dict[str, Any] = {"render_modes": ["rgb_array"], "render_fps": RENDER_FPS}

    def __init__(self, task: str = "T1", world: Foraging | None = None, render_mode: str | None = None) -> None:
        self.world, self.task, self.render_mode = world or PAPER, task, render_mode
        if task not in self.world.tasks:
            raise InputError("task: unknown name", task, ", ".join(self.world.task_names), "choose one of these")
        if render_mode not in (None, *self.metadata["render_modes"]):
            raise InputError("render_mode", render_mode, "rgb_array or None", "choose one of these")
        self.observation_space = gymnasium.spaces.MultiBinary(self.world.inputs)
        self.action_space = gymnasium.spaces.Discrete(DIRECTIONS)
        self.state, self._ground, self._setting = self.world.start(), self.world.ground(), self.world.setting(task)
        self._seed, self._steps = 0, 0

    def reset(self, *, seed: int | None = None, options: dict[str, Any] | None = None) -> tuple[np.ndarray, dict]:
        """A fresh world; of the given seed, or of one that is drawn after it."""
        super().reset(seed=seed)
        self._seed = int(self.np_random.integers(LARGEST_SEED)) if seed is None else seed
        self._steps = 0
        begin(self.state, self._ground, self._setting, self._seed, 0)
        return self.view(), {}

    def step(self, action: int) -> tuple[np.ndarray, int, bool, bool, dict]:
        """Move in a direction."""
        self._steps += 1
        outcome = move(self.state, self._ground, self._setting, int(action), self._seed, STEPS * self._steps)
        reward = int(outcome == REWARDED) - int(outcome == PUNISHED)
        return self.view(), reward, False, False, {"outcome": OUTCOMES[outcome]}

    def view(self) -> np.ndarray:
        """What the agent sees."""
        senses = np.zeros(self.world.inputs, np.uint8)
        sense(self.state, self._ground, senses)
        return senses.astype(np.int8)  # of MultiBinary

    def render(self) -> np.ndarray | None:
        """The world as a picture, uint8 array (h, w, 3), for ``render_mode="rgb_array"``."""
        if self.render_mode is None:
            return None
        from lava_sleep.show.foraging import ForagingScenery

        scenery = ForagingScenery(self.world)
        seen = {name: array[np.newaxis] for name, array in scenery.look(self.state).items()}
        return scenery.picture(seen, self.task, 0).repeat(SCALE, axis=0).repeat(SCALE, axis=1)
