"""Usage of our network, from its description."""

from functools import cache

import numpy as np
from scipy.sparse import csr_matrix

from lava_sleep.base.data import read_data
from lava_sleep.environments.base import Environment
from lava_sleep.environments.foraging import PAPER
from lava_sleep.networks.graph import (
    THRESHOLD_SHIFT,
    LearningRule,
    Noise,
    Population,
    Projection,
    Service,
    Substitute,
    Usage,
)
from lava_sleep.networks.integer.build import EPOCH, hidden_synapses
from lava_sleep.networks.integer.description import IntegerNetwork
from processes.declaration import OWN, Place

BIAS_BITS = 12  # of the mantissa; a larger bias takes an exponent


@cache
def substitutes() -> tuple[Substitute, ...]:
    """What stands in for the parts of the paper's model that hardware does not have."""
    data = read_data("substitutes.toml")
    return tuple(Substitute(one["original"], one["substitute"], Place(one["place"])) for one in data["substitute"])


def usage_of_network(
    description: IntegerNetwork, pre: np.ndarray | None = None, seed: int = 1, world: Environment = PAPER
) -> Usage:
    """What a described network asks of hardware.

    Parameters
    ----------
    description : IntegerNetwork
    pre : int array (n_hidden, fan_in), optional
        Wiring input -> hidden; by default the one that `seed` draws.
    seed : int
    world : Environment
        That gives the sizes of input and output.
    """
    if pre is None:
        pre = hidden_synapses(description, np.random.Generator(np.random.Philox(seed)), world).pre
    return Usage(
        title="foraging network",
        populations=populations(description, world),
        projections=projections(description, pre, world),
        services=services(description, world),
        substitutes=substitutes(),
        overflow=description.arithmetic.overflow,
    )


def populations(description: IntegerNetwork, world: Environment) -> tuple[Population, ...]:
    """Input, hidden and output layer."""
    output, exponent = description.output, description.output.noise_exponent
    mantissa, shift = bias_of_event(description)
    return (
        Population(
            "input", world.inputs, Place.HOST, "spike source", is_input=True, current_decay=None, voltage_decay=None
        ),
        # A stock LIF that keeps nothing: Lava's du = dv = 4095.
        Population(
            "hidden",
            description.hidden.neurons,
            current_decay=4096,
            voltage_decay=4095,
            threshold=description.hidden.threshold,
            bias_mantissa=mantissa,
            bias_exponent=shift,
        ),
        Population(
            "output",
            world.outputs,
            Place.MICROCODE,
            "lif with floor, noise switch and post traces",
            needs="voltage floor, y1 from the spike count, y2 from the reward",
            current_decay=output.current_decay,
            voltage_decay=output.voltage_decay,
            threshold=max(output.threshold, output.threshold_asleep),
            noise=Noise(exponent) if exponent >= 0 else None,
        ),
    )


def bias_of_event(description: IntegerNetwork) -> tuple[int, int]:
    """Mantissa and exponent of the bias that makes a hidden neuron fire asleep: twice its threshold."""
    value, exponent = 2 * description.hidden.threshold << THRESHOLD_SHIFT, 0
    while value >> exponent >= 1 << BIAS_BITS:
        exponent += 1
    return value >> exponent, exponent


def projections(description: IntegerNetwork, pre: np.ndarray, world: Environment) -> tuple[Projection, ...]:
    """Input -> hidden, hidden -> output, and the common drive beside it."""
    hidden, bits, outputs = description.hidden.neurons, description.arithmetic.weight_bits, world.outputs
    indices = np.sort(pre, axis=1).astype(np.int32)
    wiring = csr_matrix(
        (np.ones(pre.size, np.int16), indices.ravel(), np.arange(0, pre.size + 1, pre.shape[1])), (hidden, world.inputs)
    )
    everyone = csr_matrix(
        (
            np.ones(hidden * outputs, np.int16),
            np.tile(np.arange(hidden, dtype=np.int32), outputs),
            np.arange(outputs + 1) * hidden,
        ),
        (outputs, hidden),
    )
    drive = max(abs(description.output.drive), abs(description.output.drive_asleep))
    return (
        Projection("input -> hidden", "input", "hidden", wiring, bits, rules=hidden_rules(description)),
        Projection("hidden -> output", "hidden", "output", everyone, bits, rules=output_rules(description)),
        Projection(
            "drive",
            "hidden",
            "output",
            everyone,
            max(1, int(drive).bit_length()),
            magnitudes=np.full(everyone.nnz, drive),
        ),
    )


def hidden_rules(description: IntegerNetwork) -> tuple[LearningRule, ...]:
    """The unsupervised rule of input -> hidden."""
    part, bits = description.hidden_synapses, description.arithmetic
    if part.wiring == "constructed":
        return ()
    ramp = (min(part.ramp_start, part.ramp_end), max(part.ramp_start, part.ramp_end))
    return (
        LearningRule(
            "unsupervised",
            {"dw": part.dw},
            epoch=EPOCH,
            third_factor=ramp,
            third_factor_by="manager (ramp of y3)",
            trace_bits=bits.trace_bits,
        ),
    )


def output_rules(description: IntegerNetwork) -> tuple[LearningRule, ...]:
    """The rules of hidden -> output awake and asleep."""
    part, bits = description.output_synapses.plasticity, description.arithmetic
    post = part.post_scale * part.post_limit
    rules = []
    for name, dw, dt, factor in (
        ("awake", part.wake_dw, part.wake_dt, part.reward),
        ("asleep", part.sleep_dw, part.sleep_dt, part.sleep_third_factor),
    ):
        rules.append(
            LearningRule(
                name,
                {"dw": dw, "dt": dt},
                {"x1": part.x1_impulse},
                {"x1": part.x1_tau},
                EPOCH,
                (0, max(post, factor)),
                "output neuron (y1 from its spikes, y2 the third factor)",
                bits.tag_bits,
                bits.trace_bits,
            )
        )
    return tuple(rules)


def services(description: IntegerNetwork, world: Environment) -> tuple[Service, ...]:
    """World, sleep and manager, where their processes say that they run."""
    hidden = description.hidden.neurons
    numbers = {
        "world": (OWN["Surroundings"], world.inputs + 2 * world.outputs),
        "sleep": (OWN["PhasedReactivation"], hidden),
        "manager": (OWN["PhaseManager"], hidden),
    }
    return tuple(Service(name, one.place, one.needs, values) for name, (one, values) in numbers.items())
