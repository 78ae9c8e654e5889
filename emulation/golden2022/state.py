"""The whole memory of a map-based network."""

from typing import Any, NamedTuple

import numpy as np

from emulation.golden2022.neuron import Neuron, rest

SLEEP_EVENTS = 256  # most hidden spikes of a cycle asleep, see `emulation.reactivation`
OUTPUT_ROOM = 4096  # output spikes of a cycle and of the STDP window before it: at most every other step
# Rows of `Layer.values`.
VOLTAGE, BEFORE, SLOW, SYNAPTIC = range(4)


class Synapses(NamedTuple):
    """Plastic synapses onto a layer.

    Attributes
    ----------
    pre : int64 array (n_post, fan_in), or (1, n_pre) where all are connected to all
        Presynaptic neuron of each synapse.
    weights : float64 array (n_post, fan_in)
        W_ij.
    totals : float64 array (n_post,)
        W_j0: what the weights onto a neuron are rescaled to.
    rates : float64 array (n_post,)
        Running mean of the neuron's spikes per cycle, for homeostasis.
    """

    pre: np.ndarray
    weights: np.ndarray
    totals: np.ndarray
    rates: np.ndarray


class Traces(NamedTuple):
    """STDP traces of the last epochs, an entry per hidden spike; epoch e is at index e mod memory.

    Attributes
    ----------
    values : float64 array (memory, entries, outputs)
        Sum of tr_k of a hidden spike and the spikes of each output neuron.
    neurons : int64 array (memory, entries)
        Hidden neuron of each entry.
    numbers : int64 array (memory,)
        Entries in use.
    hidden, hidden_steps : int64 array (entries,)
        Neuron and step, relative to the present cycle's start, of the hidden spikes of the last STDP window.
    output, output_steps : int64 array (4096,)
        The same of the output.
    recent : int64 array (2,)
        How many of these there are.
    """

    values: np.ndarray
    neurons: np.ndarray
    numbers: np.ndarray
    hidden: np.ndarray
    hidden_steps: np.ndarray
    output: np.ndarray
    output_steps: np.ndarray
    recent: np.ndarray


class GoldenState(NamedTuple):
    """What changes while a map-based network runs.

    Field names are those of `emulation.engine.state.State` where they can be.

    Attributes
    ----------
    clock : int64 array (1,)
        Steps done.
    world : named tuple of arrays
        State of the environment.
    hidden_synapses : Synapses
        Input -> hidden, (hidden, fan_in).
    output_synapses : Synapses
        Hidden -> output, excitatory, (outputs, hidden).
    initial_sums : float64 array (hidden,)
        W_i0: sum of the initial excitatory weights from each hidden neuron.
    output : float64 array (4, outputs)
        V[n], V[n-1], I[n], Isyn[n] of the output layer.
    counts : int64 array (outputs,)
        Output spikes of the first half of the last cycle.
    traces : Traces
    rate_counts : int64 array (tasks, hidden), rate_cycles : int64 array (tasks,)
        Hidden spikes and cycles while each task was trained.
    overflow : int64 array (5,)
        Zeros: float64 does not overflow here. Summaries of all executors have it.
    """

    clock: np.ndarray
    world: Any
    hidden_synapses: Synapses
    output_synapses: Synapses
    initial_sums: np.ndarray
    output: np.ndarray
    counts: np.ndarray
    traces: Traces
    rate_counts: np.ndarray
    rate_cycles: np.ndarray
    overflow: np.ndarray


def make_synapses(pre: np.ndarray, weights: np.ndarray, rate: float) -> Synapses:
    """Synapses with the sums of `weights` (n_post, fan_in) as totals, and the running rates at `rate`."""
    return Synapses(pre.astype(np.int64), weights.astype(np.float64), weights.sum(axis=1), np.full(len(weights), rate))


def make_traces(memory: int, hidden: int, outputs: int) -> Traces:
    """No traces, of the last `memory` epochs of layers of these sizes."""
    entries = hidden + 2 * SLEEP_EVENTS
    return Traces(
        values=np.zeros((memory, entries, outputs)),
        neurons=np.zeros((memory, entries), np.int64),
        numbers=np.zeros(memory, np.int64),
        hidden=np.zeros(entries, np.int64),
        hidden_steps=np.zeros(entries, np.int64),
        output=np.zeros(OUTPUT_ROOM, np.int64),
        output_steps=np.zeros(OUTPUT_ROOM, np.int64),
        recent=np.zeros(2, np.int64),
    )


def make_state(
    neuron: Neuron, world: Any, hidden_synapses: Synapses, output_synapses: Synapses, memory: int, tasks: int
) -> GoldenState:
    """A network at rest in a world (a named tuple of arrays)."""
    outputs, hidden = output_synapses.weights.shape
    v, slow = rest(neuron)
    return GoldenState(
        clock=np.zeros(1, np.int64),
        world=world,
        hidden_synapses=hidden_synapses,
        output_synapses=output_synapses,
        initial_sums=output_synapses.weights.sum(axis=0),
        output=np.repeat(np.array([v, v, slow, 0.0])[:, np.newaxis], outputs, axis=1),
        counts=np.zeros(outputs, np.int64),
        traces=make_traces(memory, hidden, outputs),
        rate_counts=np.zeros((tasks, hidden), np.int64),
        rate_cycles=np.zeros(tasks, np.int64),
        overflow=np.zeros(5, np.int64),
    )
