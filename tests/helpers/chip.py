"""A small chip of which everything is known, and a small network that meets it: what the rules are tested on."""

from dataclasses import replace

import numpy as np
from scipy.sparse import csr_matrix

from lava_sleep.hardware.profiles import Profile, profile_of
from lava_sleep.networks.graph import LearningRule, Population, Projection, Service, Substitute, Usage
from processes.declaration import Place

LIMITS = {
    "chips": 1, "cores": 4, "embedded_processors": 1, "host": "software", "neurons_per_core": 8,
    "neurons_per_chip": 16, "inputs": 6, "fan_in": 7, "fan_out": 6, "input_axons": 11, "output_axons": 12,
    "synapse_memory": 1000, "synapse_word": 64, "synapse_block": 64, "synapse_header": 10, "synapses_per_chip": 60,
    "weight_bits": 8, "weight_formats": [0, 4, 8], "index_formats": [0, 6, 8], "weight_exponent": [-2, 2], "delay": 5,
    "neuron_models": ["lif"], "microcode": "microcode", "current_decay": [1, 4096], "voltage_decay": [0, 4095],
    "threshold": 1000, "state_bits": 24, "state_overflow": "wrap", "accumulator_bits": 19,
    "accumulator_overflow": "wrap", "bias_mantissa": 100, "bias_exponent": 3, "noise_generators": 1,
    "learning": "core", "third_factor": "core", "tag_bits": 8, "trace_bits": 7, "impulse": 127, "epoch": 63,
    "third_factor_range": [0, 127], "products": 3, "rule_forms": ["sum of products"], "rule_mantissa": [-8, 7],
    "rule_exponent": [-7, 8],
}  # fmt: skip
ENERGIES = {
    "synaptic_event": 10.0, "neuron_update": 2.0, "neuron_access": 3.0, "spike": 5.0, "axon_out": 7.0,
    "barrier_least": 0.5, "barrier_largest": 1.5,
}  # fmt: skip


def small_chip(**changes) -> Profile:
    """The chip, with limits changed."""

    def told(values):
        return {
            name: {"value": value, "unit": "1", "source": "this test", "confidence": "A"}
            for name, value in values.items()
        }

    data = {"name": "small", "title": "small chip", "limits": told({**LIMITS, **changes}), "energy": told(ENERGIES)}
    return profile_of(data)


def unknown_in(*names: str, **changes) -> Profile:
    """The chip, of which these limits are unknown."""
    profile = small_chip(**changes)
    unknown = {name: {"value": "unknown", "unit": "1"} for name in names}
    limits = profile.limits.model_validate({**profile.limits.model_dump(), **unknown})
    return profile.model_copy(update={"limits": limits})


def full(rows: int, columns: int) -> csr_matrix:
    """All to all."""
    return csr_matrix(np.ones((rows, columns), np.int16))


def some(rows: int, columns: int, *synapses: tuple[int, int]) -> csr_matrix:
    """These synapses only: (row, column)."""
    matrix = np.zeros((rows, columns), np.int16)
    for row, column in synapses:
        matrix[row, column] = 1
    return csr_matrix(matrix)


RULE = LearningRule(
    "rule", {"dw": "2^-2*x1*y0 - 2^-1*u0*t*y2", "dt": "2^0*u0*x1"}, {"x1": 120}, {"x1": 10.0}, 16, (0, 100), "manager",
    tag_bits=8,
)  # fmt: skip
NETWORK = Usage(
    "small network",
    (
        Population("input", 4, Place.HOST, "spikes", is_input=True, current_decay=None, voltage_decay=None),
        Population("a", 6, threshold=100),
        Population("b", 4, threshold=100),
    ),
    (Projection("in", "input", "a", full(6, 4)), Projection("ab", "a", "b", full(4, 6), rules=(RULE,))),
    services=(Service("world", Place.HOST, "the world"), Service("manager", Place.EMBEDDED, "phases")),
    substitutes=(Substitute("a neuron", "another", Place.MICROCODE),),
)


def with_population(name: str, **changes) -> Usage:
    """The network with a population changed."""
    populations = tuple(one._replace(**changes) if one.name == name else one for one in NETWORK.populations)
    return replace(NETWORK, populations=populations)


def with_projection(name: str, **changes) -> Usage:
    """The network with a projection changed."""
    projections = tuple(replace(one, **changes) if one.name == name else one for one in NETWORK.projections)
    return replace(NETWORK, projections=projections)


def with_rule(**changes) -> Usage:
    """The network with its learning rule changed."""
    return with_projection("ab", rules=(replace(RULE, **changes),))


def with_more(*parts: Population | Projection, base: Usage = NETWORK) -> Usage:
    """The network with further populations and projections."""
    return replace(
        base,
        populations=(*base.populations, *(one for one in parts if isinstance(one, Population))),
        projections=(*base.projections, *(one for one in parts if isinstance(one, Projection))),
    )
