"""Room for one movement cycle of the integer network."""

from typing import NamedTuple

import numpy as np

from emulation.learning.synapses import Scratch, make_scratch
from emulation.reactivation import MAXIMAL_EVENTS


class CycleScratch(NamedTuple):
    """Room for one cycle; holds nothing between calls.

    Attributes
    ----------
    total : array (n_hidden,) of the dtype of the weights
        Summed input of the hidden neurons.
    pixels : uint8 array (inputs,)
        Which input neurons spike.
    spikes : uint8 array (outputs,)
        Which output neurons spike in a timestep.
    values : int64 array (outputs,)
        What an act was worth to each output neuron.
    neurons, event_steps : int64 array (n_hidden + 256,)
        Neuron and timestep of each hidden spike.
    rates : int64 array (n_hidden,)
        Running sum of the hidden rates asleep.
    hidden, output : Scratch
        Of the learning epochs of input -> hidden and hidden -> output.
    """

    total: np.ndarray
    pixels: np.ndarray
    spikes: np.ndarray
    values: np.ndarray
    neurons: np.ndarray
    event_steps: np.ndarray
    rates: np.ndarray
    hidden: Scratch
    output: Scratch


def make_cycle_scratch(state) -> CycleScratch:
    """Room for the cycles of a network."""
    weights = state.hidden_synapses.weights
    hidden, outputs = weights.shape[0], state.counts.shape[0]
    return CycleScratch(
        total=np.zeros(hidden, weights.dtype),
        pixels=np.zeros(state.hidden_synapses.x_time.shape[0], np.uint8),
        spikes=np.zeros(outputs, np.uint8),
        values=np.zeros(outputs, np.int64),
        neurons=np.zeros(hidden + MAXIMAL_EVENTS, np.int64),
        event_steps=np.zeros(hidden + MAXIMAL_EVENTS, np.int64),
        rates=np.zeros(hidden, np.int64),
        hidden=make_scratch(state.hidden_synapses),
        output=make_scratch(state.output_synapses),
    )
