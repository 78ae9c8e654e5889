"""Conformance: what every backend, network and environment has to hold, for the tests of whoever writes one.

from lava_sleep.testing import check_backend, check_environment, check_network
check_backend(MY_BACKEND)
check_network(MyNetwork())
check_environment(MyEnvironment())
"""

from lava_sleep.testing.backend import check_backend
from lava_sleep.testing.environment import check_environment
from lava_sleep.testing.network import check_network

__all__ = ["check_backend", "check_environment", "check_network"]
