"""The whole memory of a run, and the numbers that do not change while it runs.

Every executor starts from a `State` and gives one back; two executors agree bit for bit if their states are equal.
"""

from typing import NamedTuple

import numpy as np

from emulation.connection import SCRATCH, Connection
from emulation.rules import Rule
from emulation.world import PIXELS, World

STEPS = 16  # timesteps of a movement cycle, which is one learning epoch
INPUT_STEP = 0  # timestep within the cycle at which the input neurons spike
HIDDEN_STEP = 1  # timestep at which the hidden layer answers: a connection delays by one


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


class Wiring(NamedTuple):
    """Input -> hidden synapses by input neuron: those of pixel p are `start[p] : start[p + 1]`.

    Attributes
    ----------
    start : int64 array (50,)
    post, slot : int64 array (784 * 9,)
        Hidden neuron and position in its row of synapses.
    """

    start: np.ndarray
    post: np.ndarray
    slot: np.ndarray


class Network(NamedTuple):
    """What does not change while a network runs.

    Attributes
    ----------
    seed : int
    wiring : Wiring
    hidden_rule, wake_rule, sleep_rule : Rule
    rounding, overflow_policy : int
        A `Rounding`, an `Overflow`.
    hidden_threshold : int
        In units of a weight.
    du, dv : int
        Decays of the output layer as they act, 0 .. 4096.
    floor : int
        The output layer's v never falls below -(floor << 6).
    post_scale, post_limit : int
        The output neuron sends y1 = post_scale * min(its spikes in the cycle, post_limit).
    """

    seed: int
    wiring: Wiring
    hidden_rule: Rule
    wake_rule: Rule
    sleep_rule: Rule
    rounding: int
    overflow_policy: int
    hidden_threshold: int
    du: int
    dv: int
    floor: int
    post_scale: int
    post_limit: int


def make_wiring(pre: np.ndarray) -> Wiring:
    """Sort the synapses of `pre` (int array (n_post, fan_in), presynaptic pixel of each) by their pixel."""
    order = np.argsort(pre, axis=None, kind="stable")
    start = np.searchsorted(pre.ravel()[order], np.arange(PIXELS + 1))
    post, slot = np.divmod(order, pre.shape[1])
    return Wiring(start.astype(np.int64), post.astype(np.int64), slot.astype(np.int64))


def copy_state(state):
    """A deep copy of a State (or of any named tuple of arrays)."""
    if isinstance(state, np.ndarray):
        return state.copy()
    return type(state)(*(copy_state(part) for part in state))


def named_arrays(state, prefix: str = "") -> dict[str, np.ndarray]:
    """The arrays of a State by dotted name, scratch left out."""
    arrays = {}
    for name, part in zip(state._fields, state):
        if name in SCRATCH:
            continue
        if isinstance(part, np.ndarray):
            arrays[prefix + name] = part
        else:
            arrays.update(named_arrays(part, f"{prefix}{name}."))
    return arrays
