"""Products of a learning rule over a row of synapses, each pass over the row as much work as it can hold.

In fixed point (lava/magma/core/learning/learning_rule_applier.py, LearningRuleApplierBitApprox) every factor of n
bit is clipped to [-2^n, 2^n - 1], the product is formed in 32 bit (and wraps), shifted right by
max(0, sum of widths + 4 - 15) with floor, shifted left by exponent + 7 and clipped to [-2^15 - 1, 2^15 - 1]; so is
the running sum. The right shift is part of a product's scale; the float twin multiplies by it and neither floors nor
clips.

The loops have neither branches nor 64-bit integers nor an output among their inputs, so that they become vector
instructions.
"""

import numpy as np

from emulation.arithmetic import highest_bits, shift_left, shift_right
from emulation.compiling import twin
from emulation.randomness import hash32
from emulation.rules.rule import ACCUMULATOR_MAX, ACCUMULATOR_MIN, FRACTION, FRACTION_BITS, HIGH, LOW

ACCUMULATOR_LOW = -(2**15) - 1
ACCUMULATOR_HIGH = 2**15 - 1
UNCLIPPED = 31  # width of a factor that is taken as it is
NO_FLOOR = -(2**31)


def multiply_fixed(product, coefficient, first, constant_1, sign_1, width_1, second, constant_2, sign_2, width_2):
    """product = coefficient * factor 1 * factor 2, in 32 bit, of two factors that differ between synapses.

    Parameters
    ----------
    product : int32 or float64 array (n,)
        Written.
    coefficient : number
        What all synapses share of the product.
    first, second : array (n,)
        Values of the two variables.
    constant_1, sign_1, width_1, constant_2, sign_2, width_2 : int
        Added to the variable; whether the sign is taken of that; bits to which it is clipped.
    """
    scale, add_1, add_2 = np.int32(coefficient), np.int32(constant_1), np.int32(constant_2)
    low_1, high_1 = np.int32(-1 if sign_1 else -(1 << width_1)), np.int32(1 if sign_1 else (1 << width_1) - 1)
    low_2, high_2 = np.int32(-1 if sign_2 else -(1 << width_2)), np.int32(1 if sign_2 else (1 << width_2) - 1)
    for k in range(product.shape[0]):
        factor_1 = min(max(np.int32(first[k] + add_1), low_1), high_1)
        factor_2 = min(max(np.int32(second[k] + add_2), low_2), high_2)
        product[k] = np.int32(np.int32(scale * factor_1) * factor_2)


def multiply_float(product, coefficient, first, constant_1, sign_1, width_1, second, constant_2, sign_2, width_2):
    """product = coefficient * factor 1 * factor 2."""
    for k in range(product.shape[0]):
        factor_1, factor_2 = first[k] + constant_1, second[k] + constant_2
        factor_1 = np.sign(factor_1) if sign_1 else factor_1
        factor_2 = np.sign(factor_2) if sign_2 else factor_2
        product[k] = coefficient * factor_1 * factor_2


multiply = twin(multiply_fixed, multiply_float)


def add_scalar_fixed(total, start, lift, floor, coefficient, exponent, right_shift):
    """total = the sum `start` plus a product that is the same for all synapses, see `add_product_fixed`."""
    lowest, low, high = np.int32(floor), np.int32(ACCUMULATOR_LOW), np.int32(ACCUMULATOR_HIGH)
    term = shift_left(shift_right(np.int32(coefficient), right_shift), exponent + FRACTION_BITS)
    term = min(max(term, low), high)
    for k in range(total.shape[0]):
        before = max(shift_left(start[k], lift), lowest)
        total[k] = min(max(np.int32(before + term), low), high)


def add_scalar_float(total, start, lift, floor, coefficient, exponent, right_shift):
    """total = start + coefficient * 2^(exponent - right_shift)."""
    term = coefficient * 2.0 ** (exponent - right_shift)
    for k in range(total.shape[0]):
        total[k] = start[k] + term


add_scalar = twin(add_scalar_fixed, add_scalar_float)


def add_product_fixed(total, start, lift, floor, coefficient, values, constant, sign, width, exponent, right_shift):
    """total = the sum `start` plus a product with one factor of its own in each synapse.

    Parameters
    ----------
    total : int32 or float64 array (n,)
        The running sum with the product, written.
    start : array (n,)
        The running sum before, or the variable itself.
    lift : int
        7 where `start` is the variable, 0 where it is a sum.
    floor : int
        Least value of the lifted `start`: a tag of -257 is below the accumulator's bounds until one product is added.
    coefficient, values, constant, sign, width
        See `multiply_fixed`.
    exponent, right_shift : int
        Scale of the product: 2^(exponent - right_shift), the right shift before the left one.
    """
    lowest, low, high = np.int32(floor), np.int32(ACCUMULATOR_LOW), np.int32(ACCUMULATOR_HIGH)
    least, largest = np.int32(-1 if sign else -(1 << width)), np.int32(1 if sign else (1 << width) - 1)
    scale, add, left = np.int32(coefficient), np.int32(constant), exponent + FRACTION_BITS
    for k in range(total.shape[0]):
        before = max(shift_left(start[k], lift), lowest)
        factor = min(max(np.int32(values[k] + add), least), largest)
        term = shift_left(shift_right(np.int32(scale * factor), right_shift), left)
        total[k] = min(max(np.int32(before + min(max(term, low), high)), low), high)


def add_product_float(total, start, lift, floor, coefficient, values, constant, sign, width, exponent, right_shift):
    """total = start + coefficient * factor * 2^(exponent - right_shift)."""
    scale = 2.0 ** (exponent - right_shift)
    for k in range(total.shape[0]):
        factor = values[k] + constant
        factor = np.sign(factor) if sign else factor
        total[k] = start[k] + coefficient * factor * scale


add_product = twin(add_product_fixed, add_product_float)


def finish_fixed(
    result,
    start,
    lift,
    floor,
    coefficient,
    values,
    constant,
    sign,
    width,
    exponent,
    right_shift,
    counters,
    first,
    round_up,
    bounds,
):
    """As `add_product_fixed`, then the sum without the bits of its fraction: rounded up where that exceeds a threshold.

    The threshold is a draw, and `round_up` what adds up to a carry with each larger fraction. With fewer than eight
    bits the values stay on a coarser grid of the same range.

    Parameters
    ----------
    result : int32 or float64 array (n,)
        New values of the variable, written.
    start .. right_shift
        See `add_product_fixed`; `coefficient` 0 where there is nothing to add.
    counters, first : uint32 array (n,), uint32
        Counters of the draws (see `emulation.randomness.counter`) and the number where they begin; all zero: no draws.
    round_up : int
        Added before the draw is subtracted and the fraction cut.
    bounds : int64 array (5,)
        Row of `Rule.bounds`.
    """
    lowest, low, high = np.int32(floor), np.int32(ACCUMULATOR_LOW), np.int32(ACCUMULATOR_HIGH)
    least, largest = np.int32(-1 if sign else -(1 << width)), np.int32(1 if sign else (1 << width) - 1)
    scale, add, left = np.int32(coefficient), np.int32(constant), exponent + FRACTION_BITS
    bits, carry = bounds[FRACTION], np.int32(round_up)
    # The variable's own bounds lie within those of the accumulator or overlap with them: one clip does for both.
    bottom, top = np.int32(max(bounds[ACCUMULATOR_MIN], low)), np.int32(min(bounds[ACCUMULATOR_MAX], high))
    lowest_value, highest_value = np.int32(bounds[LOW]), np.int32(bounds[HIGH])
    for k in range(result.shape[0]):
        before = max(shift_left(start[k], lift), lowest)
        factor = min(max(np.int32(values[k] + add), least), largest)
        term = shift_left(shift_right(np.int32(scale * factor), right_shift), left)
        total = min(max(np.int32(before + min(max(term, low), high)), bottom), top)
        threshold = highest_bits(hash32(np.uint32(first + counters[k])), bits)
        rounded = shift_right(np.int32(np.int32(total + carry) - threshold), bits)
        result[k] = min(max(shift_left(rounded, bits - FRACTION_BITS), lowest_value), highest_value)


def finish_float(
    result,
    start,
    lift,
    floor,
    coefficient,
    values,
    constant,
    sign,
    width,
    exponent,
    right_shift,
    counters,
    first,
    round_up,
    bounds,
):
    """As `add_product_float`, within the bounds of the variable; nothing is rounded."""
    scale, least, largest = 2.0 ** (exponent - right_shift), float(bounds[LOW]), float(bounds[HIGH])
    for k in range(result.shape[0]):
        factor = values[k] + constant
        factor = np.sign(factor) if sign else factor
        result[k] = min(max(start[k] + coefficient * factor * scale, least), largest)


finish = twin(finish_fixed, finish_float)


def multiply_scalar_fixed(product, value, constant, sign, width):
    """product * factor, one number of 32 bit: both are the same for all synapses of a block."""
    value = value + constant
    if sign:
        value = min(max(value, -1), 1)
    return np.int64(np.int32(product * min(max(value, -(1 << width)), (1 << width) - 1)))


def multiply_scalar_float(product, value, constant, sign, width):
    """product * factor."""
    value = value + constant
    return product * (np.sign(value) if sign else value)


multiply_scalar = twin(multiply_scalar_fixed, multiply_scalar_float)
