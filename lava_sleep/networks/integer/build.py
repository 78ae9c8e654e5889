"""From a description to the numbers of the kernels: the `Constants` of a run and the initial `State`."""

import numpy as np

from emulation.engine.network import STEPS, Constants
from emulation.engine.state import State
from emulation.environments.foraging import CENTRE, DIRECTIONS, PIXELS, VIEW, make_world
from emulation.learning.synapses import Connection, make_connection
from emulation.neurons import Overflow
from emulation.randomness import Rounding
from emulation.rules.table import Bits, TraceNumbers, compile_rule
from emulation.wiring import make_wiring
from lava_sleep.networks.base import RATE_TASKS, Arithmetic
from lava_sleep.networks.integer.description import IntegerNetwork
from lava_sleep.networks.particles import whole_particles

EPOCH = STEPS  # a learning epoch is a movement cycle
FULL_WEIGHT = 255
DTYPES = {Arithmetic.FIXED: (np.int64, np.int32), Arithmetic.FLOAT: (np.float64, np.float64)}  # of u and v, of w and t


def build_network(description: IntegerNetwork, seed: int, pre: np.ndarray) -> Constants:
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
        wiring=make_wiring(pre),
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


def initial_state(description: IntegerNetwork, seed: int, arithmetic: Arithmetic) -> State:
    """A network before any learning.

    Parameters
    ----------
    seed : int
        Wiring and initial weights are drawn from numpy's Philox generator with this seed.
    arithmetic : Arithmetic
        Type of weights, tags, traces, u and v; the initial values are the same.
    """
    generator = np.random.Generator(np.random.Philox(seed))
    hidden = hidden_synapses(description, generator)
    shape = (DIRECTIONS, description.hidden.neurons)
    output = draw_weights(
        generator, description.output_synapses.initial_mean, description.output_synapses.initial_sd, shape
    )
    everyone = np.arange(description.hidden.neurons)[np.newaxis]
    dtype, weight_dtype = DTYPES[arithmetic]
    return State(
        clock=np.zeros(1, np.int64),
        world=make_world(),
        hidden_synapses=make_connection(hidden.pre, hidden.weights.astype(weight_dtype), PIXELS),
        output_synapses=make_connection(everyone, output.astype(weight_dtype), description.hidden.neurons),
        u=np.zeros(DIRECTIONS, dtype),
        v=np.zeros(DIRECTIONS, dtype),
        arriving=np.zeros(DIRECTIONS, dtype),
        counts=np.zeros(DIRECTIONS, np.int64),
        reward=np.zeros(DIRECTIONS, np.int64),
        rate_counts=np.zeros((RATE_TASKS, description.hidden.neurons), np.int64),
        rate_cycles=np.zeros(RATE_TASKS, np.int64),
        overflow=np.zeros(5, np.int64),
    )


def hidden_synapses(description: IntegerNetwork, generator: np.random.Generator) -> Connection:
    """Input -> hidden before learning (random weights), or constructed: each neuron answers to one whole particle."""
    part = description.hidden_synapses
    sensed = np.delete(np.arange(PIXELS), CENTRE)
    pre = np.stack([generator.permutation(sensed)[: part.fan_in] for _ in range(description.hidden.neurons)])
    shape = (description.hidden.neurons, part.fan_in)
    weights = draw_weights(generator, part.initial_mean, part.initial_sd, shape)
    if part.wiring == "constructed":
        particles = np.array([pixels for _, pixels in whole_particles(VIEW)])
        pre[:, :2] = particles[generator.integers(len(particles), size=len(pre))]
        for row in pre:
            others = generator.permutation(np.setdiff1d(sensed, row[:2]))
            row[2:] = others[: part.fan_in - 2]
        weights[:] = 0
        weights[:, :2] = FULL_WEIGHT
    order = np.argsort(pre, axis=1)
    pre, weights = np.take_along_axis(pre, order, 1), np.take_along_axis(weights, order, 1)
    return make_connection(pre, weights, PIXELS)


def draw_weights(generator: np.random.Generator, mean: float, sd: float, shape: tuple[int, int]) -> np.ndarray:
    """Normally distributed integers within 0..255."""
    return np.clip(np.rint(generator.normal(mean, sd, shape)), 0, FULL_WEIGHT).astype(np.int32)
