"""The passes over a row of synapses against Lava's semantics, written out with Python's own unbounded integers."""

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st
from numba import njit

from emulation.learning.products import NO_FLOOR, UNCLIPPED, add_product, add_scalar, finish, multiply
from emulation.randomness import counter, first_counter, hash32

LOW, HIGH = -(2**15) - 1, 2**15 - 1
int32 = st.integers(-(2**31), 2**31 - 1)
value = st.integers(-257, 255)
factor = st.tuples(st.integers(-255, 255), st.booleans(), st.sampled_from([1, 7, 8]))
# The last one takes its value as it is: a product of other factors.
any_factor = st.tuples(int32, factor) | st.tuples(int32, st.just((0, False, UNCLIPPED)))
scale = st.tuples(st.integers(-7, 8), st.integers(0, 31))


@njit
def call_multiply(product, coefficient, first, constant_1, sign_1, width_1, second, constant_2, sign_2, width_2):
    multiply(product, coefficient, first, constant_1, sign_1, width_1, second, constant_2, sign_2, width_2)


@njit
def call_add_scalar(total, start, lift, floor, coefficient, exponent, right_shift):
    add_scalar(total, start, lift, floor, coefficient, exponent, right_shift)


@njit
def call_add_product(total, start, lift, floor, coefficient, values, constant, sign, width, exponent, right_shift):
    add_product(total, start, lift, floor, coefficient, values, constant, sign, width, exponent, right_shift)


@njit
def call_finish(result, start, coefficient, values, exponent, right_shift, counters, first, round_up, bounds):
    finish(
        result, start, 0, NO_FLOOR, coefficient, values, 0, 0, 8, exponent, right_shift, counters, first, round_up,
        bounds,
    )  # fmt: skip


@njit
def call_draw(key, element, bits):
    return hash32(np.uint32(first_counter(key) + counter(element))) >> np.uint32(32 - bits)


def wrapped(number: int) -> int:
    """A number as 32 bit hold it."""
    return (number + 2**31) % 2**32 - 2**31


def clipped(number: int, low: int = LOW, high: int = HIGH) -> int:
    return min(max(number, low), high)


def factor_of(number: int, constant: int, sign: bool, width: int) -> int:
    return int(np.sign(number + constant)) if sign else clipped(number + constant, -(2**width), 2**width - 1)


def scaled(product: int, exponent: int, right_shift: int) -> int:
    """A product as it is added to the sum."""
    return clipped(wrapped((wrapped(product) >> right_shift) << (exponent + 7)))


def row(number) -> np.ndarray:
    return np.full(9, number, np.int32)  # one vector of eight and a rest


@given(int32, any_factor, any_factor)
def test_multiply_wraps_at_32_bit(coefficient, first, second):
    product = row(0)
    # A constant is only added to a variable, never to a product.
    (value_1, rule_1), (value_2, rule_2) = ((v if r[2] == UNCLIPPED else v % 513 - 257, r) for v, r in (first, second))
    call_multiply(product, coefficient, row(value_1), *rule_1, row(value_2), *rule_2)
    expected = wrapped(coefficient * factor_of(value_1, *rule_1) * factor_of(value_2, *rule_2))
    assert product.tolist() == [expected] * 9


@given(value, st.sampled_from([NO_FLOOR, LOW]), int32, scale)
def test_add_scalar_shifts_and_clips(number, floor, coefficient, scale):
    total = row(0)
    call_add_scalar(total, row(number), 7, floor, coefficient, *scale)
    assert total.tolist() == [clipped(max(number * 128, floor) + scaled(coefficient, *scale))] * 9


@given(st.integers(LOW, HIGH), int32, value, factor, scale)
def test_add_product_to_a_sum(before, coefficient, number, rule, scale):
    total = row(0)
    call_add_product(total, row(before), 0, LOW, coefficient, row(number), *rule, *scale)
    assert total.tolist() == [clipped(before + scaled(coefficient * factor_of(number, *rule), *scale))] * 9


@given(value, int32, int32, scale)
def test_add_product_to_a_variable(before, coefficient, product, scale):
    total = row(0)
    call_add_product(total, row(before), 7, NO_FLOOR, coefficient, row(product), 0, 0, UNCLIPPED, *scale)
    assert total.tolist() == [clipped(before * 128 + scaled(coefficient * product, *scale))] * 9


@given(
    st.integers(LOW, HIGH), st.integers(-128, 127), value, scale, st.integers(7, 14), st.integers(0, 2**64 - 1),
    st.sampled_from([(-256, 255, -(2**30), 2**30), (0, 255, 0, 2**30), (-255, 0, -(2**30), 0), (-257, 255, -1, 1)]),
)  # fmt: skip
def test_finish_rounds_up_where_the_fraction_exceeds_the_draw(before, coefficient, number, scale, bits, key, limits):
    result, counters = row(0), np.array([counter(k) for k in range(9)], np.uint32)
    first = np.uint32(key >> 32)
    call_finish(
        result, row(before), coefficient, row(number), *scale, counters, first, 2**bits - 1, np.array([*limits, bits])
    )
    low, high, least, largest = limits
    total = clipped(before + scaled(coefficient * clipped(number, -256, 255), *scale))
    total = clipped(total, least, largest)
    draws = [call_draw(np.uint64(key), k, bits) for k in range(9)]
    expected = [((total >> bits) + (threshold < total % 2**bits)) << (bits - 7) for threshold in draws]
    assert result.tolist() == [clipped(number, low, high) for number in expected]


@pytest.mark.parametrize("threshold", [0, 63, 127])
def test_finish_without_draws_has_a_fixed_threshold(threshold):
    result, totals = np.zeros(256, np.int32), np.arange(-128, 128, dtype=np.int32)
    counters, bounds = np.zeros(256, np.uint32), np.array([-256, 255, -(2**30), 2**30, 7])
    call_finish(result, totals, 0, totals, 0, 0, counters, np.uint32(0), 127 - threshold, bounds)
    assert np.array_equal(result, (totals >> 7) + (totals % 128 > threshold))


@given(*[st.floats(-300, 300)] * 4, st.integers(-7, 8), st.integers(0, 31))
def test_the_float_twin_neither_floors_nor_clips(before, coefficient, first, second, exponent, right_shift):
    product, total, result, start = np.zeros(9), np.zeros(9), np.zeros(9), np.full(9, before)
    call_multiply(product, coefficient, np.full(9, first), 3, False, 7, np.full(9, second), 0, True, 8)
    assert product[0] == coefficient * (first + 3) * np.sign(second)
    call_add_product(total, start, 7, LOW, coefficient, np.full(9, first), 3, False, 7, exponent, right_shift)
    assert total[0] == before + coefficient * (first + 3) * 2.0 ** (exponent - right_shift)
    bounds, counters = np.array([-256, 255, 0, 0, 7]), np.zeros(9, np.uint32)
    call_finish(
        result, start, coefficient, np.full(9, first), exponent, right_shift, counters, np.uint32(0), 127, bounds
    )
    assert result[0] == min(max(before + coefficient * first * 2.0 ** (exponent - right_shift), -256), 255)


def test_draws_of_neighbours_are_uniform_and_uncorrelated():
    keys = np.random.Generator(np.random.Philox(3)).integers(0, 2**64, 200, np.uint64)
    numbers = np.array([[call_draw(key, element, 7) for element in range(784)] for key in keys])
    # 156,800 draws of 0..127: mean 63.5, standard error .093; correlations have standard error 1/sqrt(156,800).
    assert abs(numbers.mean() - 63.5) < 4 * 0.093
    for other in (np.roll(numbers, 1, axis=1), np.roll(numbers, 1, axis=0)):
        assert abs(np.corrcoef(numbers.ravel(), other.ravel())[0, 1]) < 4 / np.sqrt(numbers.size)
