"""What every backend has to hold."""

import contextlib
from typing import Any

import numpy as np

from emulation.errors import InputError
from emulation.states import copy_state
from lava_sleep.backends import BACKENDS
from lava_sleep.backends.base import Backend, Observer, Outcomes, run_segments
from lava_sleep.backends.compiled import COMPILED
from lava_sleep.environments.base import Environment
from lava_sleep.environments.foraging import PAPER
from lava_sleep.networks.base import Arithmetic, Network
from lava_sleep.networks.integer.description import IntegerNetwork
from lava_sleep.testing.equality import outcomes_of, require, require_same, row_of

SEED = 1


class Pause(Exception):
    """Ends a run in the middle of a segment."""


class PauseAfter(Observer):
    """Copies the state after so many cycles, and ends the run there."""

    def __init__(self, cycles: int) -> None:
        self.left = cycles
        self.state: Any = None
        self.outcomes = np.zeros(0, np.uint8)

    def due(self) -> int | None:
        """Cycles until the pause."""
        return self.left

    def report(self, cycles: int, state: Any, outcomes: Outcomes) -> None:
        """Count; copy and end at the pause."""
        self.left -= cycles
        if self.left == 0:
            self.state, self.outcomes = copy_state(state), outcomes_of(outcomes)
            raise Pause


def check_backend(
    backend: Backend | str,
    network: Network | None = None,
    arithmetic: Arithmetic | str = "fixed",
    *,
    cycles: int = 6,
    world: Environment = PAPER,
) -> None:
    """Run every kind of phase and compare with the compiled cycles, bit for bit.

    1. State and outcomes after a row of all phases are those of the compiled backend.
    2. The state from which it starts is not changed.
    3. A run that is ended in the middle of a phase goes on from the copied state as if it had not been ended.
    4. An arithmetic that the network does not have is refused by an `InputError`.

    Parameters
    ----------
    backend : Backend or str
        Or its name in `lava_sleep.BACKENDS`.
    network : Network, optional
        By default the integer network.
    arithmetic : Arithmetic or str
    cycles : int
        Movement cycles of each phase, at least 2.
    world : Environment
        All of whose tasks are run; by default the paper's.

    Raises
    ------
    AssertionError
        With what does not hold.
    """
    tested = BACKENDS.get(backend) if isinstance(backend, str) else backend
    described = network or IntegerNetwork()
    chosen = Arithmetic(arithmetic)
    tested.check(described, chosen)
    instance = described.instance(SEED, chosen, world)
    start, segments = copy_state(instance.start), row_of(described, cycles, world)
    wanted, earned = run_segments(COMPILED, instance, instance.start, segments)

    got, outcomes = run_segments(tested, instance, instance.start, segments)
    who = f"backend {tested.name}"
    require_same(got, wanted, f"{who}: the state after all phases is not that of the compiled cycles")
    require(
        np.array_equal(outcomes_of(outcomes), outcomes_of(earned)),
        f"{who}: the outcomes are not those of the compiled cycles",
    )
    require_same(instance.start, start, f"{who}: the state that it started from was changed")

    pause = PauseAfter(cycles + cycles // 2)
    with contextlib.suppress(Pause):
        run_segments(tested, instance, instance.start, segments, pause)
    require(pause.state is not None, f"{who}: an observer's exception does not end the run")
    resumed, outcomes = run_segments(tested, instance, pause.state, segments, before=pause.outcomes)
    require_same(resumed, wanted, f"{who}: a run that was ended within a phase goes on otherwise")
    require(
        np.array_equal(outcomes_of(outcomes), outcomes_of(earned)),
        f"{who}: the outcomes after a run was ended within a phase are others",
    )
    require_refusal(tested, described)


def require_refusal(backend: Backend, network: Network) -> None:
    """Raise an AssertionError unless arithmetics that a network does not have are refused."""
    for arithmetic in set(Arithmetic) - set(network.arithmetics):
        try:
            backend.check(network, arithmetic)
        except InputError:
            continue
        raise AssertionError(f"backend {backend.name}: takes {network.model} in {arithmetic.value}, which it has not")
