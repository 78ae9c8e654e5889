"""One set of cases for every executor: small networks, run a cycle at a time, with all that they held and did."""

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
from lava_sleep.backends.base import open_executor
from lava_sleep.networks.integer.build import build_network, initial_state
from lava_sleep.networks.integer.description import (
    Arithmetic,
    Hidden,
    HiddenSynapses,
    IntegerNetwork,
    Output,
    OutputSynapses,
    Plasticity,
)
from lava_sleep.protocols.schedule import Segment, make_phase

EXECUTORS = {
    "emulation": ("emulation", False),
    "lava-cycle": ("lava-cycle", False),
    "lava": ("lava", False),
    "float": ("float", True),
    "lava-cycle float": ("lava-cycle", True),
    "lava float": ("lava", True),
}
HIDDEN_NEURONS = 120
DEVIATIONS = tomli.loads(Path(__file__).with_name("deviations.toml").read_text())


@dataclass
class Course:
    """What an executor held after each cycle, and did in it.

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
        """Whether the executor is allowed to differ in this way; the way has to stand in deviations.toml."""
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
        arithmetic=Arithmetic(rounding=rounding),
    )


@pytest.fixture(params=EXECUTORS)
def start(request) -> Callable[..., tuple[Case, Callable]]:
    """``start(rounding, wiring, **rules)`` gives a case and the function that runs it on the executor under test."""
    name, floating = EXECUTORS[request.param]

    def make(rounding: str = "stochastic", wiring: str = "constructed", **plasticity):
        description = describe(rounding, wiring, **plasticity)
        state = initial_state(description, 9, floating)
        network = build_network(description, 9, state.hidden_synapses.pre)
        state.rate_counts[:] = 8
        state.rate_cycles[:] = 100
        case = Case(description, network, state)

        def run(*stretches) -> Course:
            segments = [Segment("case", phase, cycles) for phase, cycles in stretches]
            before, seen, index = named_arrays(copy_state(case.state)), [], 0
            with open_executor(name, case.state, network, segments, floating, rasters=True) as running:
                for segment in segments:
                    running.begin(segment)
                    for _ in range(segment.cycles):
                        running.advance(1)
                        arrays = {key: value.copy() for key, value in named_arrays(running.state).items()}
                        made = {key: part[index].copy() for key, part in running.record._asdict().items()}
                        seen.append({**arrays, **made})
                        index += 1
            return Course(floating, before, seen)

        return case, run

    return make
