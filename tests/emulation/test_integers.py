"""Properties of the integer operations; references are written with Python's own unbounded integers."""

import numpy as np
from hypothesis import given
from hypothesis import strategies as st

from emulation.arithmetic import leak_fixed, leak_float
from emulation.neurons import CURRENT_SPAN, REPORT_CURRENT, Overflow, bounded_fixed
from emulation.randomness import below, draw, fill_draws, stream, unit
from emulation.rules import (
    ACCUMULATOR_HIGH,
    ACCUMULATOR_LOW,
    accumulate_fixed,
    load_fixed,
    multiply_factor_fixed,
    shift_right,
    store_fixed,
)
from emulation.traces import add_impulse_fixed, decay_trace_fixed

int32 = st.integers(-(2**31), 2**31 - 1)
current = st.integers(-(2**23), 2**23 - 1)


@given(current, st.integers(0, 4096))
def test_leak_decays_towards_zero_and_is_odd(value, decay):
    result = leak_fixed(value, decay)
    assert abs(result) <= abs(value)
    assert result == -leak_fixed(-value, decay)
    assert abs(result - leak_float(float(value), decay)) < 1


@given(st.integers(-(2**30), 2**30), st.sampled_from([2**22, CURRENT_SPAN]))
def test_wrapping_and_clipping_stay_within_the_register(value, span):
    report = np.zeros(5, np.int64)
    wrapped = bounded_fixed(value, span, True, report, REPORT_CURRENT, 3, 7)
    clipped = bounded_fixed(value, span, False, report, REPORT_CURRENT, 3, 7)
    assert -span // 2 <= wrapped < span // 2 and (wrapped - value) % span == 0
    assert clipped == min(max(value, -span // 2), span // 2 - 1)
    outside = not -span // 2 <= value < span // 2
    assert report[REPORT_CURRENT] == 2 * outside
    assert Overflow.LAVA < Overflow.SATURATE


@given(int32, st.integers(0, 31))
def test_shift_right_is_floor_division(value, bits):
    assert int(shift_right(np.int32(value), np.uint32(bits))) == value >> bits


@given(st.lists(int32, min_size=1, max_size=8), st.integers(-7, 8), st.integers(0, 21))
def test_accumulate_shifts_and_clips(products, exponent, right_shift):
    accumulator = np.full(len(products), 100, np.int32)
    accumulate_fixed(accumulator, np.array(products, np.int32), exponent, right_shift)
    for value, product in zip(accumulator, products):
        term = ((product >> right_shift) << (exponent + 7)) & 0xFFFFFFFF
        term -= (term >> 31) << 32
        term = min(max(term, ACCUMULATOR_LOW), ACCUMULATOR_HIGH)
        assert value == min(max(100 + term, ACCUMULATOR_LOW), ACCUMULATOR_HIGH)


@given(st.integers(-300, 300), st.integers(-255, 255), st.booleans(), st.sampled_from([1, 7, 8, 9]))
def test_multiply_factor_clips_to_its_width(value, constant, sign, width):
    product = np.full(1, 3, np.int32)
    multiply_factor_fixed(product, np.full(1, value, np.int32), constant, sign, width)
    factor = int(np.sign(value + constant)) if sign else min(max(value + constant, -(2**width)), 2**width - 1)
    assert product[0] == 3 * factor


@given(st.integers(-256, 255), st.integers(0, 127))
def test_load_and_store_are_inverse_without_a_fraction(value, threshold):
    accumulator, back = np.zeros(1, np.int32), np.zeros(1, np.int32)
    load_fixed(accumulator, np.full(1, value, np.int32))
    bounds = np.array([-256, 255, -(2**30), 2**30, 7])
    store_fixed(back, accumulator, np.full(1, threshold, np.int32), bounds)
    assert back[0] == value


@given(st.integers(-32769, 32767), st.integers(0, 127))
def test_store_rounds_up_where_the_fraction_exceeds_the_threshold(total, threshold):
    back = np.zeros(1, np.int32)
    bounds = np.array([-257, 255, -(2**30), 2**30, 7])
    store_fixed(back, np.full(1, total, np.int32), np.full(1, threshold, np.int32), bounds)
    assert back[0] == min(max((total >> 7) + (threshold < total % 128), -257), 255)


@given(st.integers(0, 127), st.floats(0, 1), st.floats(0, 1, exclude_max=True))
def test_a_decayed_trace_is_one_of_the_two_neighbours(value, factor, random):
    result = decay_trace_fixed(value, factor, random)
    assert result in (int(np.floor(value * factor)), int(np.floor(value * factor)) + 1)
    assert result <= value or factor == 1


@given(st.integers(0, 127), st.integers(0, 127), st.integers(0, 255), st.integers(0, 255))
def test_an_impulse_stays_within_seven_bits(value, whole, fraction, random):
    assert add_impulse_fixed(value, whole, fraction, random, 127) == min(value + whole + (random < fraction), 127)


@given(st.integers(0, 2**31 - 1), st.integers(0, 31), st.integers(0, 2**40), st.integers(1, 2**31 - 1))
def test_draws_are_functions_of_their_counters(seed, purpose, time, bound):
    key = np.uint64(stream(seed, purpose, time))
    assert key == stream(seed, purpose, time) and draw(key, 5) == draw(key, 5)
    assert 0 <= below(np.uint64(draw(key, 5)), bound) < bound
    assert 0 <= unit(np.uint64(draw(key, 5))) < 1


def test_draws_of_neighbours_are_uniform_and_uncorrelated():
    numbers = np.zeros((200, 784), np.int32)
    for time in range(200):
        fill_draws(np.uint64(stream(3, 24, time)), 0, 7, numbers[time], 0, 784)
    # 156,800 draws of 0..127: mean 63.5, standard error .093; correlations have standard error 1/sqrt(156,800).
    assert abs(numbers.mean() - 63.5) < 4 * 0.093
    for other in (np.roll(numbers, 1, axis=1), np.roll(numbers, 1, axis=0)):
        assert abs(np.corrcoef(numbers.ravel(), other.ravel())[0, 1]) < 4 / np.sqrt(numbers.size)
