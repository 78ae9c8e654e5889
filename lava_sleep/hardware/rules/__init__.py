"""Compliance rules: one small function each, with `compliance_rule` as its decorator; the report has them in this order."""

from lava_sleep.hardware.finding import RULES
from lava_sleep.hardware.rules import learning, neurons, registers, services, structure, synapses  # noqa: F401, I001

__all__ = ["RULES"]
