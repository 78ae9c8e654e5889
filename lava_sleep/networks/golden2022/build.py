"""From a description to the map-based network's constants and its state before any learning."""

from functools import lru_cache

import numpy as np

from emulation.errors import InputError
from emulation.golden2022.layers import latency_table
from emulation.golden2022.neuron import Neuron, first_spike, rest
from emulation.golden2022.parameters import STEPS, GoldenConstants, InputSynapses, OutputSynapses
from emulation.golden2022.state import GoldenState, Synapses, make_state, make_synapses
from emulation.wiring import make_wiring
from lava_sleep.environments.base import Environment
from lava_sleep.environments.foraging import PAPER
from lava_sleep.networks.golden2022.description import GoldenNetwork
from lava_sleep.networks.particles import constructed_wiring, sensed_inputs, stimulus_size

SMALLEST_WEIGHT = 0.01  # of a normally drawn initial weight, in units of the mean; chosen here: weights are positive
table_of = lru_cache(latency_table)


def golden_constants(
    description: GoldenNetwork, seed: int, pre: np.ndarray, world: Environment = PAPER
) -> GoldenConstants:
    """The constants of a run; `pre` (int array (n_hidden, fan_in)) is the wiring input -> hidden.

    Raises
    ------
    InputError
        If an input neuron does not spike once after its pulse.
    """
    part = description
    neuron = Neuron(**part.neuron.model_dump())
    latency, spikes = first_spike(neuron, 1.0, 0.0, 0.0, STEPS)
    if spikes != 1:
        raise InputError("network.neuron: spikes of an input neuron after a pulse", spikes, "1", "raise beta_e")
    drives, first_latency = table_of(neuron, part.input_synapses.gamma)
    return GoldenConstants(
        seed=seed,
        ground=world.ground(),
        wiring=make_wiring(pre, world.inputs),
        neuron=neuron,
        input_synapses=input_synapses(description),
        output_synapses=output_synapses(description),
        input_latency=latency,
        drives=drives,
        first_latency=first_latency,
    )


def threshold_weight(description: GoldenNetwork) -> float:
    """Summed weight of active inputs that just makes a hidden neuron spike, at the mean amplitude of the events."""
    part, neuron = description.input_synapses, Neuron(**description.neuron.model_dump())
    drives, _ = table_of(neuron, part.gamma)
    return float(drives[-1] / (part.strength * (part.reversal - rest(neuron)[0])))


def input_synapses(description: GoldenNetwork) -> InputSynapses:
    """Constants of input -> hidden."""
    part = description.input_synapses
    largest = part.largest_drive * threshold_weight(description)
    left_out = {"wiring", "fan_in", "initial_sd", "largest_drive", "largest_total", "unsupervised_particles"}
    numbers = part.model_dump(exclude=left_out)
    return InputSynapses(**numbers, largest_weight=largest, largest_total=part.largest_total * largest)


def output_synapses(description: GoldenNetwork) -> OutputSynapses:
    """Constants of hidden -> output."""
    part = description.output_synapses
    numbers = part.model_dump(exclude={"initial_spread", "reward", "punishment", "nothing"})
    return OutputSynapses(**numbers, rewards=np.array([part.nothing, part.reward, part.punishment, part.nothing]))


def golden_state(description: GoldenNetwork, seed: int, world: Environment = PAPER) -> GoldenState:
    """A network before any learning; wiring and weights are drawn from numpy's Philox generator with this seed."""
    generator = np.random.Generator(np.random.Philox(seed))
    part = description
    hidden = description.hidden.neurons
    spread = part.output_synapses.initial_spread
    weights = generator.uniform(1 - spread, 1 + spread, (world.outputs, hidden))
    weights *= hidden / weights.sum(axis=1, keepdims=True)
    everyone = np.arange(hidden)[np.newaxis]
    return make_state(
        Neuron(**part.neuron.model_dump()),
        world.start(),
        initial_input_synapses(description, generator, world),
        make_synapses(everyone, weights, part.output_synapses.target_rate),
        part.output_synapses.memory,
        len(world.tasks),
    )


def initial_input_synapses(description: GoldenNetwork, generator: np.random.Generator, world: Environment) -> Synapses:
    """Input -> hidden before learning (random weights), or constructed: each neuron answers to one stimulus."""
    part, fan_in = description.input_synapses, description.input_synapses.fan_in
    sensed = sensed_inputs(world)
    pre = np.stack([generator.permutation(sensed)[:fan_in] for _ in range(description.hidden.neurons)])
    weights = np.maximum(generator.normal(1, part.initial_sd, pre.shape), SMALLEST_WEIGHT)
    weights /= weights.sum(axis=1, keepdims=True)
    if description.input_synapses.wiring == "constructed":
        pre = constructed_wiring(pre, sensed, generator, world)
        size = stimulus_size(world)
        weights[:, :size], weights[:, size:] = part.largest_drive * threshold_weight(description), 0.0
    return make_synapses(pre, weights, part.target_rate)
