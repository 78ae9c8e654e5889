"""Fixtures that all tests share."""

import numpy as np
import pytest
from hypothesis import settings

from emulation.engine.network import Constants
from emulation.engine.phase import Mode
from emulation.engine.state import State
from lava_sleep.networks.integer.build import build_network, initial_state
from lava_sleep.networks.integer.description import HiddenSynapses, IntegerNetwork

# Compiling a kernel at its first call is not slowness; examples are the same in every run.
settings.register_profile("project", deadline=None, derandomize=True)
settings.load_profile("project")


@pytest.fixture
def description() -> IntegerNetwork:
    """The default network with a constructed hidden layer, which needs no unsupervised phase."""
    return IntegerNetwork(hidden_synapses=HiddenSynapses(wiring="constructed"))


@pytest.fixture(params=[False, True], ids=["fixed", "float"])
def started(request, description) -> tuple[State, Constants]:
    """An untrained network in both arithmetics."""
    state = initial_state(description, 5, request.param)
    return state, build_network(description, 5, state.hidden_synapses.pre)


@pytest.fixture
def modes() -> dict[str, Mode]:
    """Modes by name."""
    return {mode.name: mode for mode in Mode}


@pytest.fixture
def generator() -> np.random.Generator:
    """Seeded random numbers for test data."""
    return np.random.Generator(np.random.Philox(17))
