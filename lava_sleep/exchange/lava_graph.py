"""The neuro-core part of our network as a graph of stock Lava processes with rule strings.

    input -> LearningDense -> LIF -> LearningDense        -> LIF, in place of the microcoded output neuron
                                  -> Dense (common drive) ->

The manager swaps the rule strings hidden -> output when the network falls asleep; here stands the pair that is asked
for. A missing synapse input -> hidden is a weight of 0, which `sgn(w)` in the rule keeps at 0.
"""

from typing import Any, NamedTuple

import numpy as np
from lava.magma.core.learning.learning_rule import Loihi3FLearningRule
from lava.proc.dense.process import Dense, LearningDense
from lava.proc.io.source import RingBuffer as Source
from lava.proc.lif.process import LIF
from lava.utils.weightutils import SignMode

from emulation.arithmetic import DECAY_UNITY
from emulation.engine.network import STEPS
from emulation.engine.state import State
from lava_sleep.networks.integer.build import EPOCH
from lava_sleep.networks.integer.description import IntegerNetwork


class NeuroCorePart(NamedTuple):
    """The processes; `source` stands for the world and `output` for the microcoded output layer."""

    source: Any
    input_synapses: LearningDense
    hidden: LIF
    output_synapses: LearningDense
    drive: Dense
    output: LIF


def neuro_core_part(
    description: IntegerNetwork, state: State, pixels: np.ndarray, asleep: bool = False
) -> NeuroCorePart:
    """Build the processes from a state.

    Parameters
    ----------
    description : IntegerNetwork
    state : State
        Weights in fixed point.
    pixels : int array (inputs, timesteps)
        Input spikes of the source.
    asleep : bool
        Which of the two rules hidden -> output has.

    Notes
    -----
    The output layer is stock LIF here, that is without voltage floor, noise and post traces: with excitatory weights
    and without noise its spikes are the same. `processes.graphs.populations.LoihiLIF` declares what it has beyond that.
    """
    part, plasticity = description.hidden_synapses, description.output_synapses.plasticity
    excitatory = {"sign_mode": SignMode.EXCITATORY, "num_weight_bits": description.arithmetic.weight_bits}
    unsupervised = Loihi3FLearningRule(dw=part.dw, t_epoch=EPOCH)
    dw, dt = (plasticity.sleep_dw, plasticity.sleep_dt) if asleep else (plasticity.wake_dw, plasticity.wake_dt)
    rewarded = Loihi3FLearningRule(
        dw=dw, dt=dt, x1_impulse=plasticity.x1_impulse, x1_tau=plasticity.x1_tau, t_epoch=EPOCH
    )
    neurons, output, outputs = description.hidden.neurons, description.output, len(state.counts)
    source = Source(data=pixels)
    input_synapses = LearningDense(weights=dense_weights(state), learning_rule=unsupervised, **excitatory)
    hidden = LIF(shape=(neurons,), vth=description.hidden.threshold, du=DECAY_UNITY - 1, dv=DECAY_UNITY - 1)
    weights = state.output_synapses.weights.astype(np.int64)
    output_synapses = LearningDense(weights=weights, learning_rule=rewarded, **excitatory)
    drive = Dense(weights=np.full((outputs, neurons), output.drive), sign_mode=SignMode.EXCITATORY)
    voltage_decay, current_decay = output.voltage_decay, output.current_decay - 1
    layer = LIF(shape=(outputs,), vth=output.threshold, du=current_decay, dv=voltage_decay)
    source.s_out.connect(input_synapses.s_in)
    input_synapses.a_out.connect(hidden.a_in)
    hidden.s_out.connect(input_synapses.s_in_bap)
    for synapses in (output_synapses, drive):
        hidden.s_out.connect(synapses.s_in)
        synapses.a_out.connect(layer.a_in)
    layer.s_out.connect(output_synapses.s_in_bap)
    return NeuroCorePart(source, input_synapses, hidden, output_synapses, drive, layer)


def dense_weights(state: State) -> np.ndarray:
    """Weights input -> hidden as a full matrix, int array (n_hidden, inputs)."""
    synapses = state.hidden_synapses
    weights = np.zeros((len(synapses.weights), synapses.x_time.shape[0]), np.int64)
    np.put_along_axis(weights, synapses.pre.astype(np.int64), synapses.weights.astype(np.int64), axis=1)
    return weights


def spikes_of_views(views: np.ndarray) -> np.ndarray:
    """Input spikes, int array (inputs, cycles * 16), of what is sensed in each cycle, uint8 array (cycles, inputs)."""
    spikes = np.zeros((views.shape[1], len(views) * STEPS), np.int32)
    spikes[:, ::STEPS] = views.T
    return spikes
