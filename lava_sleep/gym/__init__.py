"""Environments of ours for gymnasium, registered by the import of this module.

import gymnasium
import lava_sleep.gym
gymnasium.make("lava_sleep/Foraging-v0", task="T1")

or in one call: gymnasium.make("lava_sleep.gym:lava_sleep/Foraging-v0", task="T1").
"""

import gymnasium

gymnasium.register("lava_sleep/Foraging-v0", "lava_sleep.gym.foraging:ForagingEnv")
