"""The whole memory of a run, and the numbers that do not change while it runs.

Every executor starts from a `State` and gives one back; two executors agree bit for bit if their states are equal.
"""

from typing import Any, NamedTuple

import numpy as np

from emulation.learning.synapses import Connection


class State(NamedTuple):
    """What changes while a network runs; integer arrays in fixed point, float64 where marked * in floating point.

    Attributes
    ----------
    clock : int64 array (1,)
        Timesteps done.
    world : named tuple of arrays
        State of the environment, see `emulation.environments.base`.
    hidden_synapses : Connection *
        Input -> hidden, (hidden, fan_in).
    output_synapses : Connection *
        Hidden -> output, (outputs, hidden).
    u, v : int64 array (outputs,) *
        Output layer, in units of 1/64 of a weight.
    arriving : int64 array (outputs,) *
        Synaptic input on its way to the output layer, in units of a weight.
    counts : int64 array (outputs,)
        Output spikes of the last cycle.
    reward : int64 array (outputs,)
        Third factor that the last act has earned, to be delivered in the next cycle: above 0 as y2, below as y3.
    rate_counts : int64 array (tasks, hidden), rate_cycles : int64 array (tasks,)
        Hidden spikes and cycles while each task was trained.
    overflow : int64 array (5,)
        Overflow report, see `emulation.neurons`.
    """

    clock: np.ndarray
    world: Any
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
