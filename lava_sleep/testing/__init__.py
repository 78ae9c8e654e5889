"""Conformance: what every backend and every network has to hold, for the tests of whoever writes one.

from lava_sleep.testing import check_backend, check_network
check_backend(MY_BACKEND)
check_network(MyNetwork())
"""

from lava_sleep.testing.backend import check_backend
from lava_sleep.testing.network import check_network

__all__ = ["check_backend", "check_network"]
