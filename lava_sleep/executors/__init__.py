"""Executors: each takes a state and segments, and gives the state and the outcomes back."""

from collections.abc import Callable, Sequence
from typing import Protocol as Interface

import numpy as np

from emulation.state import Network, State
from lava_sleep.protocol import Segment

Progress = Callable[[int], None]


class Executor(Interface):
    """Runs segments on a state.

    Parameters
    ----------
    state : State
        Where to start; not changed.
    network : Network
    segments : sequence of Segment
    progress : callable
        Called with the number of cycles done since the last call; may raise to stop the run.

    Returns
    -------
    State
        After the last segment.
    list of uint8 array
        Outcome of each cycle, per segment.
    """

    def __call__(
        self, state: State, network: Network, segments: Sequence[Segment], progress: Progress
    ) -> tuple[State, list[np.ndarray]]: ...


def get_executor(name: str, floating: bool) -> Executor:
    """The executor of a name; Lava is imported only where it runs."""
    if name in ("emulation", "float"):
        from lava_sleep.executors.compiled import run_compiled

        return run_compiled
    from lava_sleep.executors.lava import lava_executor

    return lava_executor(name, floating)
