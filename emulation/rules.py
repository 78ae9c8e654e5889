"""A learning rule as a plain table of products, and the evaluation of one product over a row of synapses.

    dz = sum over products of   mantissa * 2^exponent * dependency * factor * factor * ...      z in {w, t, d}

In fixed point (lava/magma/core/learning/learning_rule_applier.py, LearningRuleApplierBitApprox) every factor of n
bit is clipped to [-2^n, 2^n - 1], the product is formed in 32 bit (and wraps), shifted right by
max(0, sum of widths + 4 - 15) with floor, shifted left by exponent + 7 and clipped to [-2^15 - 1, 2^15 - 1]; so is
the running sum. The right shift is part of a product's scale; the float twin multiplies by it and neither floors nor
clips.
"""

from enum import IntEnum
from typing import NamedTuple

import numpy as np
from numba import njit
from numba.extending import overload

from emulation.arithmetic import is_integer

ACCUMULATOR_LOW = -(2**15) - 1
ACCUMULATOR_HIGH = 2**15 - 1
SIGN_BIT = np.uint32(2**31)
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


def start_product_fixed(product, coefficient):
    """product = coefficient, in 32 bit."""
    value = np.int32(coefficient)
    for k in range(product.shape[0]):
        product[k] = value


def start_product_float(product, coefficient):
    """product = coefficient."""
    for k in range(product.shape[0]):
        product[k] = coefficient


def multiply_factor_fixed(product, values, constant, sign, width):
    """product *= clip(value + constant) in 32 bit, or the sign of it."""
    low, high = np.int32(-(1 << width)), np.int32((1 << width) - 1)
    shift = np.int32(constant)
    if sign:
        for k in range(product.shape[0]):
            value = np.int32(values[k] + shift)
            product[k] = np.int32(product[k] * np.int32(min(max(value, np.int32(-1)), np.int32(1))))
    else:
        for k in range(product.shape[0]):
            value = np.int32(values[k] + shift)
            product[k] = np.int32(product[k] * min(max(value, low), high))


def multiply_factor_float(product, values, constant, sign, width):
    """product *= value + constant, or the sign of it."""
    for k in range(product.shape[0]):
        value = values[k] + constant
        product[k] *= np.sign(value) if sign else value


def multiply_scalar_fixed(product, value, constant, sign, width):
    """The same for a factor that all synapses of the row share; the product is one number of 32 bit."""
    value = value + constant
    if sign:
        value = min(max(value, -1), 1)
    return np.int64(np.int32(product * min(max(value, -(1 << width)), (1 << width) - 1)))


def multiply_scalar_float(product, value, constant, sign, width):
    """The same in floating point."""
    value = value + constant
    return product * (np.sign(value) if sign else value)


@njit(cache=True, nogil=True)
def shift_right(value, bits):
    """value >> bits (int32, floor; bits a uint32 below 32) by an unsigned shift, which numba can vectorise."""
    lifted = np.uint32(np.uint32(value) ^ SIGN_BIT)
    return np.int32(np.uint32(lifted >> bits) - np.uint32(SIGN_BIT >> bits))


def accumulate_fixed(accumulator, product, exponent, right_shift):
    """accumulator += clip((product >> right_shift) << (exponent + 7)), clipped."""
    right, left = np.uint32(right_shift & 31), np.int32(1 << ((exponent + FRACTION_BITS) & 31))
    low, high = np.int32(ACCUMULATOR_LOW), np.int32(ACCUMULATOR_HIGH)
    if right > 0:
        for k in range(product.shape[0]):
            product[k] = shift_right(product[k], right)
    for k in range(accumulator.shape[0]):
        term = np.int32(product[k] * left)
        total = np.int32(accumulator[k] + min(max(term, low), high))
        accumulator[k] = min(max(total, low), high)


def accumulate_float(accumulator, product, exponent, right_shift):
    """accumulator += product * 2^(exponent - right_shift): the scale of the fixed-point rule without its floors."""
    scale = 2.0 ** (exponent - right_shift)
    for k in range(accumulator.shape[0]):
        accumulator[k] += product[k] * scale


def load_fixed(accumulator, values):
    """accumulator = values << 7."""
    for k in range(accumulator.shape[0]):
        accumulator[k] = np.int32(values[k] << FRACTION_BITS)


def load_float(accumulator, values):
    """accumulator = values."""
    for k in range(accumulator.shape[0]):
        accumulator[k] = values[k]


def store_fixed(values, accumulator, thresholds, bounds):
    """values = the accumulator without the bits of its fraction, rounded up where that exceeds `thresholds`.

    With fewer than eight bits the values stay on a coarser grid of the same range.
    """
    bits = bounds[FRACTION]
    mask, drop, back = np.int32((1 << bits) - 1), np.uint32(bits & 31), np.int32(1 << (bits - FRACTION_BITS))
    first, last = np.int32(bounds[ACCUMULATOR_MIN]), np.int32(bounds[ACCUMULATOR_MAX])
    least, largest = np.int32(bounds[LOW]), np.int32(bounds[HIGH])
    for k in range(values.shape[0]):
        total = min(max(np.int32(accumulator[k]), first), last)
        up = np.int32(thresholds[k] < np.int32(total & mask))
        rounded = np.int32(np.int32(shift_right(total, drop) + up) * back)
        values[k] = min(max(rounded, least), largest)


def store_float(values, accumulator, thresholds, bounds):
    """values = accumulator, within the same bounds; nothing is rounded."""
    for k in range(values.shape[0]):
        values[k] = min(max(accumulator[k], float(bounds[LOW])), float(bounds[HIGH]))


def limit_fixed(accumulator):
    """What adding a product of zero does: the bounds of the accumulator."""
    low, high = np.int32(ACCUMULATOR_LOW), np.int32(ACCUMULATOR_HIGH)
    for k in range(accumulator.shape[0]):
        accumulator[k] = min(max(accumulator[k], low), high)


def limit_float(accumulator):
    """The float twin has no bounds."""


def start_product(product, coefficient):
    """Start a row of products from what the row shares."""
    raise NotImplementedError("only inside compiled kernels")


def multiply_factor(product, values, constant, sign, width):
    """Multiply a row of products by a factor that differs between synapses."""
    raise NotImplementedError("only inside compiled kernels")


def multiply_scalar(product, value, constant, sign, width):
    """Multiply a product by a factor that the whole row shares."""
    raise NotImplementedError("only inside compiled kernels")


def accumulate(accumulator, product, exponent, right_shift):
    """Add a scaled row of products to the row of accumulators."""
    raise NotImplementedError("only inside compiled kernels")


def load(accumulator, values):
    """Start a row of accumulators from the values of the variable."""
    raise NotImplementedError("only inside compiled kernels")


def store(values, accumulator, thresholds, bounds):
    """Round a row of accumulators back into the variable."""
    raise NotImplementedError("only inside compiled kernels")


def limit(accumulator):
    """Keep a row of accumulators within its bits."""
    raise NotImplementedError("only inside compiled kernels")


@overload(start_product)
def _start_product(product, coefficient):
    return start_product_fixed if is_integer(product) else start_product_float


@overload(multiply_factor)
def _multiply_factor(product, values, constant, sign, width):
    return multiply_factor_fixed if is_integer(product) else multiply_factor_float


@overload(multiply_scalar)
def _multiply_scalar(product, value, constant, sign, width):
    return multiply_scalar_fixed if is_integer(value) else multiply_scalar_float


@overload(accumulate)
def _accumulate(accumulator, product, exponent, right_shift):
    return accumulate_fixed if is_integer(accumulator) else accumulate_float


@overload(load)
def _load(accumulator, values):
    return load_fixed if is_integer(accumulator) else load_float


@overload(store)
def _store(values, accumulator, thresholds, bounds):
    return store_fixed if is_integer(values) else store_float


@overload(limit)
def _limit(accumulator):
    return limit_fixed if is_integer(accumulator) else limit_float
