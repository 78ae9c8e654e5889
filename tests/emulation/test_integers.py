"""Properties of the integer operations; references are written with Python's own unbounded integers."""

import numpy as np
from hypothesis import given
from hypothesis import strategies as st
from numba import njit

from emulation.arithmetic import highest_bits, leak_fixed, leak_float, shift_left, shift_right
from emulation.learning.traces import add_impulse_fixed, decay_trace_fixed
from emulation.neurons import CURRENT_SPAN, REPORT_CURRENT, Overflow, bounded_fixed
from emulation.randomness import below, draw, stream, unit

int32 = st.integers(-(2**31), 2**31 - 1)


@njit
def call_shifts(value, bits):
    return shift_left(value, bits), shift_right(value, bits), highest_bits(np.uint32(value), bits)


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
    assert call_shifts(np.int32(value), bits)[1] == value >> bits


@given(int32, st.integers(1, 31))
def test_other_shifts_keep_32_bit(value, bits):
    left, _, highest = call_shifts(np.int32(value), bits)
    assert left % 2**32 == (value << bits) % 2**32
    assert highest == value % 2**32 >> (32 - bits)


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
