"""One set of cases for every backend of the integer network: small ones, run a cycle at a time, with what they did."""

from collections.abc import Callable
from dataclasses import dataclass
from pathlib import Path

import numpy as np
import pytest
import tomli

from emulation.engine.network import Constants
from emulation.engine.phase import Mode
from emulation.engine.state import State
from emulation.states import copy_state, named_arrays
from lava_sleep.backends import BACKENDS
from lava_sleep.networks.base import Arithmetic
from lava_sleep.networks.integer.description import (
    Hidden,
    HiddenSynapses,
    IntegerNetwork,
    Output,
    OutputSynapses,
    Plasticity,
    Registers,
)
from lava_sleep.protocols.schedule import Segment, make_phase

LAVA, LONG = pytest.mark.lava, pytest.mark.long
# By default each Lava graph in one arithmetic; in the other they equal the compiled cycles too (`test_backends.py`).
COMBINATIONS = [
    pytest.param("compiled", Arithmetic.FIXED, id="emulation"),
    pytest.param("graph", Arithmetic.FIXED, id="graph"),
    pytest.param("lava-cycle", Arithmetic.FIXED, id="lava-cycle", marks=[LAVA, LONG]),
    pytest.param("lava", Arithmetic.FIXED, id="lava", marks=LAVA),
    pytest.param("compiled", Arithmetic.FLOAT, id="float"),
    pytest.param("graph", Arithmetic.FLOAT, id="graph float"),
    pytest.param("lava-cycle", Arithmetic.FLOAT, id="lava-cycle float", marks=LAVA),
    pytest.param("lava", Arithmetic.FLOAT, id="lava float", marks=[LAVA, LONG]),
]
HIDDEN_NEURONS = 120
DEVIATIONS = tomli.loads(Path(__file__).with_name("deviations.toml").read_text())


@dataclass
class Course:
    """What a backend held after each cycle, and did in it.

    Attributes
    ----------
    floating : bool
        Whether it computes in float64.
    start : dict of str to array
        The state before the first cycle (the idle one included).
    cycles : list of dict of str to array
        State and record after each counted cycle.
    """

    floating: bool
    start: dict[str, np.ndarray]
    cycles: list[dict[str, np.ndarray]]

    def deviates(self, how: str) -> bool:
        """Whether the arithmetic is allowed to differ in this way; the way has to stand in deviations.toml."""
        assert any(how in section for section in DEVIATIONS.values())
        return self.floating and how in DEVIATIONS["float"]


@dataclass
class Case:
    """A network to run: its description, its numbers and its present state."""

    description: IntegerNetwork
    network: Constants
    state: State

    def phase(self, mode: Mode, task: str = "", **changes):
        """A phase of this network."""
        return make_phase(self.description, mode, task, **changes)


def describe(rounding: str = "stochastic", wiring: str = "constructed", **plasticity) -> IntegerNetwork:
    """A small network without noise, whose weights and not the common drive decide; rules may be given."""
    return IntegerNetwork(
        hidden=Hidden(neurons=HIDDEN_NEURONS),
        hidden_synapses=HiddenSynapses(wiring=wiring),
        output=Output(noise_exponent=-1, threshold=150, threshold_asleep=150, drive=16),
        output_synapses=OutputSynapses(plasticity=Plasticity.model_validate(plasticity)),
        arithmetic=Registers(rounding=rounding),
    )


@pytest.fixture
def start(backend, arithmetic) -> Callable[..., tuple[Case, Callable]]:
    """``start(rounding, wiring, **rules)`` gives a case and the function that runs it on the backend under test."""

    def make(rounding: str = "stochastic", wiring: str = "constructed", **plasticity):
        description = describe(rounding, wiring, **plasticity)
        instance = description.instance(9, arithmetic)
        state = copy_state(instance.start)
        state.rate_counts[:] = 8
        state.rate_cycles[:] = 100
        case = Case(description, instance.constants, state)

        def run(*stretches) -> Course:
            segments = [Segment("case", phase, cycles) for phase, cycles in stretches]
            before, seen, index = named_arrays(copy_state(case.state)), [], 0
            with BACKENDS.get(backend).open(instance, case.state, segments, rasters=True) as running:
                for segment in segments:
                    running.begin(segment)
                    for _ in range(segment.cycles):
                        running.advance(1)
                        arrays = {key: value.copy() for key, value in named_arrays(running.state).items()}
                        made = {key: part[index].copy() for key, part in running.record._asdict().items()}
                        seen.append({**arrays, **made})
                        index += 1
            return Course(arithmetic is Arithmetic.FLOAT, before, seen)

        return case, run

    return make


def pytest_generate_tests(metafunc: pytest.Metafunc) -> None:
    """Every test that starts a case runs on every backend, in both arithmetics."""
    if "start" in metafunc.fixturenames:
        metafunc.parametrize(("backend", "arithmetic"), COMBINATIONS)
