"""How many bits and which rounding sleep needs: the rows of a short protocol for every combination."""

from typing import NamedTuple

import numpy as np

from lava_sleep.analysis.reproduction import values_of
from lava_sleep.configuration import Configuration

BITS = (8, 7, 6, 5, 4, 3, 2, 1)
ROUNDINGS = ("stochastic", "nearest", "floor")
COMBINATIONS = {f"{rounding}-{bits}": (bits, rounding) for rounding in ROUNDINGS for bits in BITS}
ROWS = ("T1", "T1>T2>i(S,T1)", "T1>T2>i(R,T1)")


class Precision(NamedTuple):
    """One combination: performance (networks, rows, 2)."""

    bits: int
    rounding: str
    performance: np.ndarray


def with_precision(configuration: Configuration, bits: int, rounding: str) -> Configuration:
    """The same run with other weights: bits 1..8 beside the sign, and a rounding mode."""
    network = configuration.network
    arithmetic = network.arithmetic.model_copy(update={"weight_bits": bits, "rounding": rounding})
    protocol = configuration.protocol.model_copy(update={"rows": ROWS})
    return configuration.model_copy(
        update={"network": network.model_copy(update={"arithmetic": arithmetic}), "protocol": protocol}
    )


def combinations(configuration: Configuration) -> dict[str, Configuration]:
    """A run for every rounding and number of bits, by name."""
    return {name: with_precision(configuration, bits, rounding) for name, (bits, rounding) in COMBINATIONS.items()}


def performances(summaries: dict[str, dict]) -> list[Precision]:
    """What the runs of `combinations` have found, from their summaries."""
    found = []
    for name, (bits, rounding) in COMBINATIONS.items():
        values = values_of(summaries[name])
        performance = np.array([[values[row, task] for task in (1, 2)] for row in ROWS])
        found.append(Precision(bits, rounding, np.moveaxis(performance, -1, 0)))
    return found
