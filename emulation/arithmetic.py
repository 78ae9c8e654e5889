"""The few operations in which fixed and floating point differ, each with its float twin beside it.

A kernel calls `leak`, `scale_input`, ... without knowing which arithmetic it runs in: numba picks the fixed-point
version for integer arguments and the float twin for float64. Both keep the same units, so that a fixed-point and a
float state can be compared number by number: u and v are in units of 1/64 of a weight (Lava's `a_in << 6`).
"""

import numpy as np
from numba import types
from numba.extending import intrinsic

from emulation.compiling import inner, twin

V_LIMIT = 2**23 - 1  # v is clipped to +-V_LIMIT (lava/proc/lif/models.py)
INPUT_SHIFT = 6  # a_in << 6 (lava/proc/lif/models.py)
DECAY_UNITY = 4096  # decays have 12 bit
SHIFT_MASK = 31  # shifts of 32-bit numbers: larger ones are undefined


def leak_fixed(value, decay):
    """sgn(value) * (|value| * (4096 - decay) >> 12): decay of u or v towards zero by one timestep, truncating.

    `decay` is 0 .. 4096 in units of 1/4096 (lava/proc/lif/models.py).
    """
    if value >= 0:
        return (value * (DECAY_UNITY - decay)) >> 12
    return -((-value * (DECAY_UNITY - decay)) >> 12)


def leak_float(value, decay):
    """value * (1 - decay / 4096)."""
    return value * ((DECAY_UNITY - decay) / DECAY_UNITY)


leak = twin(leak_fixed, leak_float)


def scale_input_fixed(activation):
    """activation << 6: synaptic input in the units of u and v."""
    return activation << INPUT_SHIFT


def scale_input_float(activation):
    """activation * 64."""
    return activation * 64.0


scale_input = twin(scale_input_fixed, scale_input_float)


@intrinsic
def _shift_left(typing_context, value, bits):
    return types.int32(types.int32, types.int32), lambda _, builder, __, arguments: builder.shl(*arguments)


@intrinsic
def _shift_right(typing_context, value, bits):
    return types.int32(types.int32, types.int32), lambda _, builder, __, arguments: builder.ashr(*arguments)


@intrinsic
def _highest_bits(typing_context, value, bits):
    return types.int32(types.uint32, types.int32), lambda _, builder, __, arguments: builder.lshr(*arguments)


@inner
def shift_left(value, bits):
    """value << bits (int32, bits 0 .. 31); numba's own shift has 64 bit, which takes twice the vector instructions."""
    return _shift_left(value, bits & SHIFT_MASK)


@inner
def shift_right(value, bits):
    """value >> bits (int32, floor, bits 0 .. 31)."""
    return _shift_right(value, bits & SHIFT_MASK)


@inner
def highest_bits(value, bits):
    """The highest 1 .. 31 bits of a uint32, as an int32."""
    return _highest_bits(value, (32 - bits) & SHIFT_MASK)


def number_like_fixed(array, value):
    """`value` as a number of the arithmetic of `array`: an integer."""
    return np.int64(value)


def number_like_float(array, value):
    """`value` as a float."""
    return np.float64(value)


number_like = twin(number_like_fixed, number_like_float)
