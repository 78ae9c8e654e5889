"""Equality of states, and the error that names what differs."""

from collections.abc import Sequence
from typing import Any

import numpy as np

from emulation.engine.phase import Mode
from emulation.states import named_arrays
from lava_sleep.environments.base import Environment
from lava_sleep.environments.foraging import PAPER
from lava_sleep.networks.base import Network
from lava_sleep.protocols.schedule import Segment, make_phase


def require(holds: bool, claim: str) -> None:
    """Raise an AssertionError with the claim that does not hold."""
    if not holds:
        raise AssertionError(claim)


def require_same(got: Any, wanted: Any, claim: str) -> None:
    """Raise an AssertionError with the names of the arrays in which two states differ."""
    theirs, ours = named_arrays(got), named_arrays(wanted)
    require(theirs.keys() == ours.keys(), f"{claim}; other arrays: {sorted(theirs.keys() ^ ours.keys())}")
    different = [name for name, array in ours.items() if not same(theirs[name], array)]
    require(not different, f"{claim}; different: {', '.join(different)}")


def same(first: np.ndarray, second: np.ndarray) -> bool:
    """Whether two arrays have the same type, shape and values; nan equals nan."""
    is_alike = first.dtype == second.dtype and first.shape == second.shape
    return is_alike and np.array_equal(first, second, equal_nan=first.dtype.kind == "f")


def row_of(network: Network, cycles: int, world: Environment = PAPER) -> list[Segment]:
    """Every kind of phase after another: unsupervised (if the network has it), a task, sleep, the other tasks, rest."""
    first, *others = (make_phase(network, Mode.WAKE, task, world) for task in world.task_names)
    unsupervised = make_phase(network, Mode.UNSUPERVISED, "", world, ramp_cycles=cycles)
    asleep, rest = (make_phase(network, mode, "", world) for mode in (Mode.SLEEP, Mode.REST))
    phases = [*([unsupervised] if network.learns_hidden else []), first, asleep, *others, rest]
    return [Segment(Mode(phase.mode).name.lower(), phase, cycles) for phase in phases]


def outcomes_of(parts: Sequence[np.ndarray]) -> np.ndarray:
    """The outcomes of all cycles."""
    return np.concatenate(list(parts))
