"""Seeded random learning rules with random networks and random input, for differential tests."""

from dataclasses import dataclass
from typing import Any

import numpy as np

VARIABLES = ("x1", "x2", "y1", "y2", "y3", "w", "t", "d")
TAUS = (0, 1, 2, 5, 10, 16, 32, 100, 1000)


@dataclass
class Case:
    """A rule set, a network and its input.

    Attributes
    ----------
    rule : dict
        Arguments of the learning rule.
    arguments : dict
        Further arguments of LearningDense.
    spikes : bool array (timesteps, n_pre), or of payloads
    post_spikes : bool array (timesteps, n_post)
    third_factors : int array (timesteps, 3, n_post)
    """

    three_factor: bool
    rule: dict[str, Any]
    arguments: dict[str, Any]
    spikes: np.ndarray
    post_spikes: np.ndarray
    third_factors: np.ndarray

    def learning_rule(self):
        """A fresh rule object of Lava."""
        from lava.magma.core.learning.learning_rule import Loihi2FLearningRule, Loihi3FLearningRule

        return (Loihi3FLearningRule if self.three_factor else Loihi2FLearningRule)(**self.rule)

    def inputs(self, step: int) -> dict[str, np.ndarray]:
        """Values of the in-ports at a timestep, counted from 0."""
        values = {"s_in": self.spikes[step], "s_in_bap": self.post_spikes[step]}
        if self.three_factor:
            values |= {f"s_in_y{k + 1}": self.third_factors[step, k] for k in range(3)}
        return values


def random_factor(random: np.random.Generator) -> str:
    """A variable, a variable plus a constant, or a sign."""
    name, kind = random.choice(VARIABLES), random.random()
    constant = int(random.integers(1, 1 << int(random.integers(1, 8))))
    if kind < 0.6:
        return str(name)
    if kind < 0.75:
        return f"({name} {random.choice(['+', '-'])} {constant})"
    if kind < 0.8:
        return f"({random.choice(['x0', 'y0', name])} {random.choice(['+', '-'])} 2^{random.integers(0, 8)})"
    if kind < 0.85:
        return f"({constant} {random.choice(['+', '-'])} {name})"
    if kind < 0.9:
        return str(random.choice(["x0", "y0"]))
    return f"sgn({random.choice(['w', 't', 'd'])})"


def random_product(random: np.random.Generator, decimation: int) -> str:
    """A product with its sign."""
    dependency = str(random.choice(["x0", "y0", f"u{decimation}"]))
    number = random.integers(0, 4 if random.random() < 0.9 else 8)  # of five factors or more, 32 bit wrap
    factors = [random_factor(random) for _ in range(number)]
    bare = [factor for factor in factors if factor in ("x0", "y0")]
    factors = [factor for factor in factors if factor not in bare] + sorted({*bare} - {dependency})
    mantissa, exponent = int(random.integers(1, 8)), int(random.integers(-7, 9))
    scale = [f"{mantissa}*2^{exponent}", f"2^{exponent}", str(mantissa)][random.integers(3)]
    return f" {random.choice(['+', '-'])} " + "*".join([scale, dependency, *factors])


def random_case(seed: int, timesteps: int) -> Case:
    """A case that is a function of its seed; needs Lava."""
    from lava.magma.core.learning.constants import GradedSpikeCfg
    from lava.utils.weightutils import SignMode

    random = np.random.default_rng([20241, seed])
    three_factor = bool(random.integers(2))
    decimation = int(random.choice([0, 0, 0, 1, 2, 3]))
    products = [random_product(random, decimation) for _ in range(random.integers(1, 6))]
    targets = random.choice(["dw", "dt", "dd"], size=len(products), p=[0.5, 0.3, 0.2])
    rule: dict[str, Any] = {
        target: "".join(p for p, t in zip(products, targets) if t == target).lstrip(" +") for target in set(targets)
    }
    for trace in ("x1", "x2") if three_factor else ("x1", "x2", "y1", "y2", "y3"):
        rule[f"{trace}_impulse"] = int(random.integers(0, 127)) + float(random.choice([0, 0, 0, 0.25, 0.3]))
        rule[f"{trace}_tau"] = int(random.choice(TAUS))
    rule |= {"t_epoch": int(random.integers(1, 17)), "rng_seed": int(random.integers(1, 10_000))}
    # Connections of more than 512 and of fewer synapses per row take different ways through the kernels.
    shape = (2, 600) if seed % 10 == 0 else (int(random.integers(1, 9)), int(random.integers(1, 12)))
    mode = (SignMode.MIXED, SignMode.EXCITATORY, SignMode.INHIBITORY)[random.integers(3)]
    low, high = {SignMode.MIXED: (-256, 256), SignMode.EXCITATORY: (0, 256), SignMode.INHIBITORY: (-255, 1)}[mode]
    beyond = 400 if random.random() < 0.15 else 0  # Lava takes any initial value, and clips it at the first epoch
    arguments = {
        "weights": random.integers(low - beyond, high + beyond, shape),
        "tag_1": random.integers(-256 - beyond, 256 + beyond, shape),
        "tag_2": random.integers(0 - beyond, 256 + beyond, shape),
        "sign_mode": mode,
        "num_weight_bits": int(random.choice([8, 8, 6])),
        "weight_exp": int(random.choice([0, 0, 2, -2])),
    }
    spikes = random.random((timesteps, shape[1])) < random.choice([0.05, 0.2, 0.5])
    if random.random() < 0.2:
        arguments |= {"num_message_bits": 8, "graded_spike_cfg": random.choice(list(GradedSpikeCfg))}
        spikes = spikes * random.integers(1, 256, spikes.shape)
    third = random.integers(-128, 128, (timesteps, 3, shape[0]))
    third *= random.random((timesteps, 3, shape[0])) < random.choice([0.1, 0.5, 1.0])
    return Case(
        three_factor=three_factor,
        rule=rule,
        arguments=arguments,
        spikes=spikes,
        post_spikes=random.random((timesteps, shape[0])) < random.choice([0.05, 0.2, 0.5]),
        third_factors=third,
    )
