"""What does not change while a map-based network runs. Which numbers the paper gives and which were chosen is said
where they are set, in `lava_sleep.networks.golden2022.description`."""

from typing import Any, NamedTuple

import numpy as np

from emulation.golden2022.neuron import Neuron
from emulation.wiring import Wiring

STEPS = 600  # of 0.5 ms, in a movement cycle, which is one learning epoch (paper, Methods)
DECISION_STEPS = 300  # output spikes of the first half of the cycle name the direction (paper, Methods)


class InputSynapses(NamedTuple):
    """Input -> hidden.

    Attributes
    ----------
    gamma : float
        Factor by which Isyn decays per step.
    strength : float
        g of a synapse of weight 1.
    reversal : float
        V_rp.
    noise : float
        R: the amplitude of an event is uniform in [1 - R, 1 + R] times its mean.
    potentiation, trace_steps : float
        An active synapse grows by the factor 1 + potentiation exp(-lag / trace_steps) at a hidden spike.
    largest_share : float
        Largest weight, as a share of the neuron's total.
    target_rate : float
        Spikes per cycle of a hidden neuron, homeostasis aims at it.
    rate_cycles : float
        Cycles over which the rate is averaged.
    homeostasis : float
        Relative change of a neuron's total weight per cycle.
    late_share : float
        Last part of the phase, as a share, in which weights are also limited in absolute terms.
    largest_weight, largest_total : float
        These limits, of one weight and of a neuron's total.
    """

    gamma: float
    strength: float
    reversal: float
    noise: float
    potentiation: float
    trace_steps: float
    largest_share: float
    target_rate: float
    rate_cycles: float
    homeostasis: float
    late_share: float
    largest_weight: float
    largest_total: float


class OutputSynapses(NamedTuple):
    """Hidden -> output.

    Attributes
    ----------
    gamma : float
        Factor by which Isyn decays per step.
    excitation, excitatory_reversal : float
        g of an excitatory synapse of weight 1, and its V_rp.
    inhibition, inhibitory_reversal : float
        g of an inhibitory synapse, and its V_rp.
    noise : float
        R, see `InputSynapses`.
    amplitude, trace_steps, window : float, float, int
        STDP: a pair of spikes at most `window` steps apart leaves amplitude exp(-lag / trace_steps), with the sign of
        their order.
    memory, delay : int, float
        A trace is kept for `memory` epochs; it counts 1 / (age + delay), ages in epochs.
    winner_only : bool
        Only the output neuron of the executed direction is eligible.
    balancing : bool
        Changes are scaled by W_i0 / W_i.
    smallest_factor : float
        A weight keeps at least this share of itself in one epoch.
    floor, cap : float
        Smallest weight in units of the mean weight W_j0 / n, largest one in units of W_j0.
    target_rate, rate_cycles, homeostasis : float
        See `InputSynapses`, for output neurons awake.
    rewards : float array (4,)
        S_rp by the outcome of the move: nothing, rewarded, punished, neutral.
    sleep_reward : float
        S_rp of every cycle asleep.
    """

    gamma: float
    excitation: float
    excitatory_reversal: float
    inhibition: float
    inhibitory_reversal: float
    noise: float
    amplitude: float
    trace_steps: float
    window: int
    memory: int
    delay: float
    winner_only: bool
    balancing: bool
    smallest_factor: float
    floor: float
    cap: float
    target_rate: float
    rate_cycles: float
    homeostasis: float
    rewards: np.ndarray
    sleep_reward: float


class GoldenConstants(NamedTuple):
    """The constants of a run.

    Attributes
    ----------
    seed : int
    ground : named tuple
        What does not change in the environment.
    wiring : Wiring
        Of input -> hidden.
    neuron : Neuron
    input_synapses : InputSynapses
    output_synapses : OutputSynapses
    input_latency : int
        Step at which an input neuron spikes after its pulse at step 0.
    drives : float64 array (latencies,)
        Smallest drive with which a hidden neuron spikes within `first_latency` + k steps of the input spike, falling.
    first_latency : int
    """

    seed: int
    ground: Any
    wiring: Wiring
    neuron: Neuron
    input_synapses: InputSynapses
    output_synapses: OutputSynapses
    input_latency: int
    drives: np.ndarray
    first_latency: int
