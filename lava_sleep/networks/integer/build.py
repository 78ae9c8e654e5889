"""From a description to the numbers of the kernels: the `Constants` of a run and the initial `State`."""

import numpy as np

from emulation.engine.network import STEPS, Constants
from emulation.engine.state import State
from emulation.learning.synapses import Connection, make_connection
from emulation.neurons import Overflow
from emulation.randomness import Rounding
from emulation.rules.table import Bits, TraceNumbers, compile_rule
from emulation.wiring import make_wiring
from lava_sleep.environments.base import Environment
from lava_sleep.environments.foraging import PAPER
from lava_sleep.networks.base import Arithmetic
from lava_sleep.networks.integer.description import IntegerNetwork
from lava_sleep.networks.particles import constructed_wiring, sensed_inputs, stimulus_size

EPOCH = STEPS  # a learning epoch is a movement cycle
FULL_WEIGHT = 255
DTYPES = {Arithmetic.FIXED: (np.int64, np.int32), Arithmetic.FLOAT: (np.float64, np.float64)}  # of u and v, of w and t


def build_network(description: IntegerNetwork, seed: int, pre: np.ndarray, world: Environment = PAPER) -> Constants:
    """The constants of a run; `pre` (int array (n_hidden, fan_in)) is the wiring input -> hidden."""
    plasticity = description.output_synapses.plasticity
    registers = description.arithmetic
    bits = Bits(registers.weight_bits, registers.tag_bits, registers.trace_bits)
    traces = TraceNumbers({"x1": plasticity.x1_impulse}, {"x1": plasticity.x1_tau})
    wake, sleep = (
        {"dw": plasticity.wake_dw, "dt": plasticity.wake_dt},
        {"dw": plasticity.sleep_dw, "dt": plasticity.sleep_dt},
    )
    return Constants(
        seed=seed,
        ground=world.ground(),
        wiring=make_wiring(pre, world.inputs),
        hidden_rule=compile_rule({"dw": description.hidden_synapses.dw}, t_epoch=EPOCH, bits=bits),
        wake_rule=compile_rule(wake, traces, t_epoch=EPOCH, bits=bits),
        sleep_rule=compile_rule(sleep, traces, t_epoch=EPOCH, bits=bits),
        rounding=int(Rounding[registers.rounding.upper()]),
        overflow_policy=int(Overflow[registers.overflow.upper().replace("-", "_")]),
        hidden_threshold=description.hidden.threshold,
        du=description.output.current_decay,
        dv=description.output.voltage_decay,
        floor=description.output.floor,
        post_scale=plasticity.post_scale,
        post_limit=plasticity.post_limit,
    )


def initial_state(description: IntegerNetwork, seed: int, arithmetic: Arithmetic, world: Environment = PAPER) -> State:
    """A network before any learning.

    Parameters
    ----------
    seed : int
        Wiring and initial weights are drawn from numpy's Philox generator with this seed.
    arithmetic : Arithmetic
        Type of weights, tags, traces, u and v; the initial values are the same.
    """
    generator = np.random.Generator(np.random.Philox(seed))
    hidden, outputs, tasks = hidden_synapses(description, generator, world), world.outputs, len(world.tasks)
    shape = (outputs, description.hidden.neurons)
    output = draw_weights(
        generator, description.output_synapses.initial_mean, description.output_synapses.initial_sd, shape
    )
    everyone = np.arange(description.hidden.neurons)[np.newaxis]
    dtype, weight_dtype = DTYPES[arithmetic]
    return State(
        clock=np.zeros(1, np.int64),
        world=world.start(),
        hidden_synapses=make_connection(hidden.pre, hidden.weights.astype(weight_dtype), world.inputs),
        output_synapses=make_connection(everyone, output.astype(weight_dtype), description.hidden.neurons),
        u=np.zeros(outputs, dtype),
        v=np.zeros(outputs, dtype),
        arriving=np.zeros(outputs, dtype),
        counts=np.zeros(outputs, np.int64),
        reward=np.zeros(outputs, np.int64),
        rate_counts=np.zeros((tasks, description.hidden.neurons), np.int64),
        rate_cycles=np.zeros(tasks, np.int64),
        overflow=np.zeros(5, np.int64),
    )


def hidden_synapses(
    description: IntegerNetwork, generator: np.random.Generator, world: Environment = PAPER
) -> Connection:
    """Input -> hidden before learning (random weights), or constructed: each neuron answers to one stimulus."""
    part = description.hidden_synapses
    sensed = sensed_inputs(world)
    pre = np.stack([generator.permutation(sensed)[: part.fan_in] for _ in range(description.hidden.neurons)])
    shape = (description.hidden.neurons, part.fan_in)
    weights = draw_weights(generator, part.initial_mean, part.initial_sd, shape)
    if part.wiring == "constructed":
        pre = constructed_wiring(pre, sensed, generator, world)
        weights[:] = 0
        weights[:, : stimulus_size(world)] = FULL_WEIGHT
    order = np.argsort(pre, axis=1)
    pre, weights = np.take_along_axis(pre, order, 1), np.take_along_axis(weights, order, 1)
    return make_connection(pre, weights, world.inputs)


def draw_weights(generator: np.random.Generator, mean: float, sd: float, shape: tuple[int, int]) -> np.ndarray:
    """Normally distributed integers within 0..255."""
    return np.clip(np.rint(generator.normal(mean, sd, shape)), 0, FULL_WEIGHT).astype(np.int32)
