"""What a network does in a phase, as the manager sets it, and what is written down of it."""

from enum import IntEnum
from typing import NamedTuple

import numpy as np

from emulation.engine.network import STEPS


class Mode(IntEnum):
    """What the network does in a phase."""

    UNSUPERVISED = 0  # the hidden layer learns, the agent wanders, the output is silent
    WAKE = 1  # the agent forages
    SLEEP = 2  # noise drives the hidden layer, the output does not move the agent
    REST = 3  # nothing


class Phase(NamedTuple):
    """What the manager sets for a phase; all numbers.

    Attributes
    ----------
    mode : int
        A `Mode`.
    learns : bool
        Whether synapses change (input -> hidden when unsupervised, hidden -> output otherwise).
    task : int
        Row of the rate counters that this phase adds to, -1 for none.
    fresh_world : bool
        Whether the idle cycle at the start makes a new world.
    setting : int64 array (n,)
        What the task sets in the environment, see there.
    threshold, drive, noise_exponent : int
        Output layer: threshold in units of a weight; common input per hidden spike; noise -127..127 << exponent into v
        (below 0: none).
    third_factor : int
        y2: where an act was worth +1, at the next epoch's end (wake), or in every cycle for all (sleep).
    punishment : int
        y3: where an act was worth -1, at the next epoch's end (wake).
    ramp_start, ramp_end, ramp_cycles : int
        y3 of the hidden layer's rule: rises linearly from start to end over so many cycles.
    rate_gain : int
        Factor on all rates asleep, in 1/1024.
    uniform_rates, shuffled_tags : bool
        Controls of sleep.
    """

    mode: int
    learns: bool
    task: int
    fresh_world: bool
    setting: np.ndarray
    threshold: int
    drive: int
    noise_exponent: int
    third_factor: int
    punishment: int
    ramp_start: int
    ramp_end: int
    ramp_cycles: int
    rate_gain: int
    uniform_rates: bool
    shuffled_tags: bool


def phase_message(phase: Phase) -> np.ndarray:
    """All numbers of a phase as one int64 vector, the setting of the environment last."""
    numbers = [int(value) for name, value in phase._asdict().items() if name != "setting"]
    return np.array([*numbers, *phase.setting], np.int64)


class Record(NamedTuple):
    """What a run writes down per cycle; rasters of length 0 are not written.

    Attributes
    ----------
    outcomes : uint8 array (cycles,)
        0 nothing, 1 rewarded, 2 punished, 3 neutral.
    directions : uint8 array (cycles,) or (0,)
        The executed act.
    hidden_raster : uint8 array (cycles, 16, hidden) or (0, 16, hidden)
    output_raster : uint8 array (cycles, 16, outputs) or (0, 16, outputs)
    """

    outcomes: np.ndarray
    directions: np.ndarray
    hidden_raster: np.ndarray
    output_raster: np.ndarray


def make_record(cycles: int, hidden: int, outputs: int, rasters: bool = False) -> Record:
    """An empty record of `cycles` cycles for layers of these sizes, with rasters and acts or without."""
    kept = cycles if rasters else 0
    return Record(
        np.zeros(cycles, np.uint8),
        np.zeros(kept, np.uint8),
        np.zeros((kept, STEPS, hidden), np.uint8),
        np.zeros((kept, STEPS, outputs), np.uint8),
    )
