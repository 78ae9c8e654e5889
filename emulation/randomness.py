"""Counter-based randomness: every draw is a function of (seed, purpose, element, time) and of nothing else.

No generator is kept anywhere, so executors, restarts and threads draw the same numbers in any order.
The 64-bit mixer is the finaliser of splitmix64 (Steele, Lea & Flood 2014); the 32-bit one is the
two-multiplication hash "lowbias32" (Wellons 2018), which vectorises over the synapses of a row.
"""

from enum import IntEnum

import numpy as np

from emulation.compiling import inner

GOLDEN = np.uint64(0x9E3779B97F4A7C15)
MULTIPLIER_1 = np.uint64(0xBF58476D1CE4E5B9)
MULTIPLIER_2 = np.uint64(0x94D049BB133111EB)
LOW_32 = np.uint64(0xFFFFFFFF)
GOLDEN_32 = np.uint32(0x9E3779B9)
MULTIPLIER_32_1 = np.uint32(0x7FEB352D)
MULTIPLIER_32_2 = np.uint32(0x846CA68B)


class Purpose(IntEnum):
    """What a stream of draws is for; streams of different purposes are independent."""

    PLACE = 1
    AGENT = 2
    EXPLORE = 3
    DIRECTION = 4
    TIE = 5
    NOISE = 6
    SLEEP_COUNT = 7
    SLEEP_NEURON = 8
    SLEEP_STEP = 9
    SHUFFLE = 10
    INPUT_EVENTS = 11
    OUTPUT_EVENTS = 12
    HIDDEN_WEIGHTS = 16
    OUTPUT_WEIGHTS = 24


class Rounding(IntEnum):
    """How fractions are rounded: by independent draws, by Lava's shared stream, to the nearest, or down."""

    STOCHASTIC = 0
    LAVA = 1
    NEAREST = 2
    FLOOR = 3


# Within the eight purposes of one plastic connection: those of its Targets 0, 1, 2, then its traces.
TRACE_STREAM = 3


@inner
def mix64(value):
    """Scramble 64 bits (uint64 -> uint64), a bijection."""
    value = (value ^ (value >> np.uint64(30))) * MULTIPLIER_1
    value = (value ^ (value >> np.uint64(27))) * MULTIPLIER_2
    return value ^ (value >> np.uint64(31))


@inner
def stream(seed, purpose, time):
    """Key (uint64) of the draws of one purpose at one timestep."""
    key = mix64(np.uint64(seed) * GOLDEN + np.uint64(purpose))
    return mix64(key + np.uint64(time) * GOLDEN)


@inner
def draw(key, element):
    """64 random bits (uint64) of one element in the stream `key`."""
    return mix64(key + np.uint64(element) * GOLDEN)


@inner
def below(bits, bound):
    """Uniform integer 0 .. bound - 1 (int64) from 64 random bits; bound < 2^31."""
    return np.int64(((bits >> np.uint64(32)) * np.uint64(bound)) >> np.uint64(32))


@inner
def unit(bits):
    """Uniform float64 in [0, 1) with 53 bits."""
    return np.float64(np.int64(bits >> np.uint64(11))) * (1.0 / 9007199254740992.0)


@inner
def half_units(bits):
    """Two uniform float64 in [0, 1) with 32 bits each from 64 random bits."""
    scale = 1.0 / 4294967296.0
    return np.float64(np.int64(bits >> np.uint64(32))) * scale, np.float64(np.int64(bits & LOW_32)) * scale


@inner
def hash32(value):
    """Scramble 32 bits (uint32 -> uint32)."""
    value = np.uint32((value ^ np.uint32(value >> np.uint32(16))) * MULTIPLIER_32_1)
    value = np.uint32((value ^ np.uint32(value >> np.uint32(15))) * MULTIPLIER_32_2)
    return np.uint32(value ^ np.uint32(value >> np.uint32(16)))


@inner
def first_counter(key):
    """Number (uint32) at which the counters of a stream's 32-bit draws begin.

    The draw of an element is the highest bits of hash32(first_counter(key) + counter(element)).
    """
    return np.uint32(key >> np.uint64(32))


@inner
def counter(element):
    """Counter (uint32) of an element in a stream of 32-bit draws."""
    return np.uint32(np.uint32(element) * GOLDEN_32)
