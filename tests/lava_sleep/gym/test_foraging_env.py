"""The foraging world for gymnasium: its checker, and 10,000 steps beside the kernels."""

import warnings

import gymnasium
import numpy as np
import pytest
from gymnasium.utils.env_checker import check_env

import lava_sleep.gym  # noqa: F401  registers
from emulation.environments.base import PUNISHED, REWARDED
from emulation.environments.foraging import begin, move, sense
from emulation.errors import InputError
from lava_sleep.environments.foraging import PAPER, Foraging

STEPS = 16
NAME = "lava_sleep/Foraging-v0"


def test_the_checker_of_gymnasium_finds_nothing():
    with warnings.catch_warnings():
        warnings.simplefilter("error")
        check_env(gymnasium.make(NAME, task="T1", render_mode="rgb_array").unwrapped)


@pytest.mark.parametrize("task", ["T1", "T2"])
def test_ten_thousand_steps_are_those_of_the_kernels(task):
    env = gymnasium.make(NAME, task=task)
    state, ground, setting, senses = PAPER.start(), PAPER.ground(), PAPER.setting(task), np.zeros(49, np.uint8)
    observed, _ = env.reset(seed=8101)
    begin(state, ground, setting, 8101, 0)
    actions = np.random.Generator(np.random.Philox(2)).integers(0, 8, 10_000)
    for step, action in enumerate(actions):
        sense(state, ground, senses)
        np.testing.assert_array_equal(observed, senses)
        observed, reward, terminated, truncated, _ = env.step(action)
        outcome = move(state, ground, setting, action, 8101, STEPS * (step + 1))
        assert reward == {REWARDED: 1, PUNISHED: -1}.get(outcome, 0) and not terminated and not truncated
        for ours, theirs in zip(env.unwrapped.state, state):
            np.testing.assert_array_equal(ours, theirs)


def test_a_seed_gives_the_same_episode_and_the_next_one_is_another():
    env = gymnasium.make(NAME)
    first, again = (env.reset(seed=5)[0] for _ in range(2))
    np.testing.assert_array_equal(first, again)
    cells = env.unwrapped.state.cells.copy()
    env.reset()
    assert not np.array_equal(cells, env.unwrapped.state.cells)


def test_it_is_drawn():
    env = gymnasium.make(NAME, world=Foraging(size=60), render_mode="rgb_array")
    env.reset(seed=1)
    picture = env.render()
    assert picture.shape == (480, 480, 3) and picture.dtype == np.uint8 and len(np.unique(picture)) > 3


def test_what_it_has_not_is_refused():
    with pytest.raises(InputError, match="task: unknown name, got 'T9'"):
        gymnasium.make(NAME, task="T9")
