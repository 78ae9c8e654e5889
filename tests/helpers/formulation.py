"""The project's learning rules, each with a network and input on which it works: hidden layer, wake and sleep."""

from dataclasses import dataclass

import numpy as np
from lava.magma.core.learning.learning_rule import Loihi3FLearningRule

EPOCH = 16
SHAPE = (8, 40)
HIDDEN = {"dw": "-1*2^-4*y0*y3 + 2^1*x0*y0*sgn(w)"}
OUTPUT = {
    "dw": "2^-3*u0*t*y2",
    "dt": "2^0*u0*x1*y1 - 3*2^-2*u0*y1 + 2^1*u0*x1*w*y3 - 2^-5*u0*y3 - 2^-2*u0*t",
}
WAKE = {"dw": "5*2^-4*u0*t*y2", "dt": "2^-1*u0*x1*y1 - 3*2^-3*u0*y1 + 2^-5*u0*w*y1 - 2^-2*u0*t"}
SLEEP = {"dw": "2^-3*u0*t*y2", "dt": "2^1*u0*x1*w*w*y1 - 2^-7*u0*y1 - 2^-2*u0*t"}
RULES = {"hidden layer": HIDDEN, "wake and sleep in one": OUTPUT, "wake": WAKE, "sleep": SLEEP}


@dataclass
class Setting:
    """Initial weights, and streams by the name of the in-port that they are for."""

    weights: np.ndarray
    streams: dict[str, np.ndarray]


def learning_rule(texts: dict[str, str]) -> Loihi3FLearningRule:
    """A fresh rule object: x1 has 7 bit and fades over a movement cycle."""
    return Loihi3FLearningRule(**texts, x1_impulse=127, x1_tau=16, t_epoch=EPOCH, rng_seed=11)


def setting(name: str, timesteps: int) -> Setting:
    """Random input in the ranges that the rule is made for."""
    random = np.random.default_rng([5, list(RULES).index(name)])
    posts, pres = SHAPE
    epochs = timesteps // EPOCH + 1
    counts = random.integers(0, 16, (epochs, posts))
    awake = (np.arange(epochs) // 4 % 2 == 0)[:, np.newaxis]
    rewarded = random.random((epochs, posts)) < 0.3
    y1, y2, y3 = {
        "hidden layer": (0 * counts, 0 * counts, 8 + 18 * np.arange(epochs)[:, np.newaxis] // epochs + 0 * counts),
        "wake and sleep in one": (8 * counts * awake, 32 * (rewarded | ~awake), 8 * counts * ~awake),
        "wake": (16 * (counts > 7), 32 * rewarded, 0 * counts),
        "sleep": (16 * (counts > 7), 64 + 0 * counts, 0 * counts),
    }[name]
    low, high = (200, 256) if name == "hidden layer" else (0, 256)
    streams = {
        "s_in": random.random((timesteps, pres)) < 0.03,
        "s_in_bap": random.random((timesteps, posts)) < 0.05,
        **{f"s_in_y{k + 1}": np.repeat(y, EPOCH, axis=0)[:timesteps] for k, y in enumerate((y1, y2, y3))},
    }
    weights = random.integers(low // 2, high // 2, SHAPE) * 2  # even: stock Lava cuts the last bit of mixed weights
    return Setting(weights, {key: np.asarray(value, np.int64) for key, value in streams.items()})
