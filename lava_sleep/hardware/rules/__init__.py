"""Compliance rules: one small function each, with the decorator `compliance_rule`.

The report has them in the order in which their modules are imported here.
"""

# isort: off
from lava_sleep.hardware.finding import RULES
from lava_sleep.hardware.rules import structure  # noqa: F401
from lava_sleep.hardware.rules import synapses  # noqa: F401
from lava_sleep.hardware.rules import neurons  # noqa: F401
from lava_sleep.hardware.rules import registers  # noqa: F401
from lava_sleep.hardware.rules import learning  # noqa: F401
from lava_sleep.hardware.rules import services  # noqa: F401
# isort: on

__all__ = ["RULES"]
