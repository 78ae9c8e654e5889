"""How many bits and which rounding sleep needs: the rows of a short protocol for every combination."""

from collections.abc import Callable
from typing import NamedTuple

import numpy as np

from lava_sleep.configuration import Configuration
from lava_sleep.experiment import run_networks

BITS = (8, 7, 6, 5, 4, 3, 2, 1)
ROUNDINGS = ("stochastic", "nearest", "floor")
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


def sweep_precision(configuration: Configuration, progress: Callable[[int], None]) -> list[Precision]:
    """Run every combination on the configuration's seeds; `progress` hears of cycles."""
    found = []
    for rounding in ROUNDINGS:
        for bits in BITS:
            results, interrupted = run_networks(with_precision(configuration, bits, rounding), progress)
            if interrupted:
                raise KeyboardInterrupt
            values = [[result.stages[row].performance for row in ROWS] for result in results]
            found.append(Precision(bits, rounding, np.array(values)))
    return found
