"""Fixtures that all tests share."""

import numpy as np
import pytest
from hypothesis import settings

from emulation.engine.network import Constants
from emulation.engine.state import State
from emulation.states import copy_state
from lava_sleep.networks.base import Arithmetic
from lava_sleep.networks.integer.description import HiddenSynapses, IntegerNetwork

# Compiling a kernel at its first call is not slowness; examples are the same in every run.
settings.register_profile("project", deadline=None, derandomize=True)
settings.load_profile("project")


@pytest.fixture
def description() -> IntegerNetwork:
    """The default network with a constructed hidden layer, which needs no unsupervised phase."""
    return IntegerNetwork(hidden_synapses=HiddenSynapses(wiring="constructed"))


@pytest.fixture(params=list(Arithmetic), ids=[arithmetic.value for arithmetic in Arithmetic])
def started(request, description) -> tuple[State, Constants]:
    """An untrained network in both arithmetics."""
    instance = description.instance(5, request.param)
    return copy_state(instance.start), instance.constants


@pytest.fixture
def generator() -> np.random.Generator:
    """Seeded random numbers for test data."""
    return np.random.Generator(np.random.Philox(17))
