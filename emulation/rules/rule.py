"""A learning rule as a plain table of products.

    dz = sum over products of   mantissa * 2^exponent * dependency * factor * factor * ...      z in {w, t, d}

How a product is evaluated is in `emulation.learning.epoch.products`.
"""

from enum import IntEnum
from typing import NamedTuple

import numpy as np

FRACTION_BITS = 7  # the accumulator is the variable << 7


class Target(IntEnum):
    """Synaptic variable that a product changes."""

    WEIGHT = 0
    TAG = 1
    DELAY = 2


class Dependency(IntEnum):
    """When a product is evaluated: at the last spike before or after the synapse, or every 2^k epochs."""

    X0 = 0
    Y0 = 1
    U = 2


class Variable(IntEnum):
    """What a factor reads."""

    X0 = 0
    Y0 = 1
    X1 = 2
    X2 = 3
    Y1 = 4
    Y2 = 5
    Y3 = 6
    WEIGHT = 7
    TAG = 8
    DELAY = 9
    CONSTANT = 10


# Columns of `Rule.products` and of `Rule.factors`.
TARGET, DEPENDENCY, MANTISSA, EXPONENT, RIGHT_SHIFT, FACTOR_COUNT = range(6)
VARIABLE, CONSTANT, SIGN, WIDTH = range(4)
# Columns of `Rule.bounds`.
LOW, HIGH, ACCUMULATOR_MIN, ACCUMULATOR_MAX, FRACTION = range(5)


class Rule(NamedTuple):
    """A learning rule with its traces, ready for the kernels.

    Attributes
    ----------
    products : int64 array (n, 6)
        Target, dependency, mantissa -8..7, exponent -7..8, right shift, number of factors.
    factors : int64 array (n, m, 4)
        Variable, added constant, whether its sign is taken (0, 1), width in bit.
    targets : bool array (3,)
        Which of w, t, d the rule changes.
    reads : bool array (3, 11)
        Which variables it reads under which dependency.
    bounds : int64 array (3, 5)
        For w, t, d: least and largest value, least and largest accumulator before rounding, bits of the fraction
        (7, and one more for each bit of the variable below eight).
    decay : float64 array (5, 64)
        exp(-k/tau) of x1 x2 y1 y2 y3 over k timesteps.
    impulse : int64 array (5, 2)
        Impulse of each trace: integer part, fraction in 1/256.
    trace_high : int
        127 for traces of 7 bit.
    reads_at_spikes : bool
        Whether it reads a pre trace at a post spike, or any trace at a pre spike.
    decimation : int
        2^k of u_k.
    epoch : int
        t_epoch, 1 .. 63 timesteps.
    three_factor : bool
        Post traces are sent by the post neuron instead of being kept here.
    needs_post_spike : bool
        Whether every product is zero unless the post neuron has spiked in the epoch, and no tag is learnt.
    """

    products: np.ndarray
    factors: np.ndarray
    targets: np.ndarray
    reads: np.ndarray
    bounds: np.ndarray
    decay: np.ndarray
    impulse: np.ndarray
    trace_high: int
    reads_at_spikes: bool
    decimation: int
    epoch: int
    three_factor: bool
    needs_post_spike: bool
