"""Compliance rules: one small function each, listed here in the order of the report."""

from lava_sleep.hardware.finding import Rule
from lava_sleep.hardware.rules.learning import LEARNING_RULES
from lava_sleep.hardware.rules.neurons import NEURON_RULES
from lava_sleep.hardware.rules.registers import REGISTER_RULES
from lava_sleep.hardware.rules.services import SERVICE_RULES
from lava_sleep.hardware.rules.structure import STRUCTURE_RULES
from lava_sleep.hardware.rules.synapses import SYNAPSE_RULES

RULES: tuple[Rule, ...] = (
    *STRUCTURE_RULES, *SYNAPSE_RULES, *NEURON_RULES, *REGISTER_RULES, *LEARNING_RULES, *SERVICE_RULES,
)  # fmt: skip

__all__ = ["RULES"]
