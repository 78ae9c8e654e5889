"""The whole memory of a run, and the numbers that do not change while it runs.

Every executor starts from a `State` and gives one back; two executors agree bit for bit if their states are equal.
"""

from typing import NamedTuple

import numpy as np

from emulation.environments.foraging import World
from emulation.learning.synapses import Connection


class State(NamedTuple):
    """What changes while a network runs; integer arrays in fixed point, float64 where marked * in floating point.

    Attributes
    ----------
    clock : int64 array (1,)
        Timesteps done.
    world : World
    hidden_synapses : Connection *
        Input -> hidden, (784, 9).
    output_synapses : Connection *
        Hidden -> output, (8, 784).
    u, v : int64 array (8,) *
        Output layer, in units of 1/64 of a weight.
    arriving : int64 array (8,) *
        Synaptic input on its way to the output layer, in units of a weight.
    counts : int64 array (8,)
        Output spikes of the last cycle.
    reward : int64 array (8,)
        Third factor that the last move has earned, to be delivered in the next cycle.
    rate_counts : int64 array (tasks, 784), rate_cycles : int64 array (tasks,)
        Hidden spikes and cycles while each task was trained.
    overflow : int64 array (5,)
        Overflow report, see `emulation.neurons`.
    """

    clock: np.ndarray
    world: World
    hidden_synapses: Connection
    output_synapses: Connection
    u: np.ndarray
    v: np.ndarray
    arriving: np.ndarray
    counts: np.ndarray
    reward: np.ndarray
    rate_counts: np.ndarray
    rate_cycles: np.ndarray
    overflow: np.ndarray
