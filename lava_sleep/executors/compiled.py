"""The fast executor: compiled loops, in fixed point or in float64 after the dtype of the state."""

from collections.abc import Sequence

import numpy as np

from emulation.cycle import idle_cycle, run_cycles
from emulation.phase import make_record
from emulation.state import Network, State, copy_state
from lava_sleep.executors import Progress
from lava_sleep.protocol import Segment

CHUNK = 2000  # cycles between two calls of the progress: a fraction of a second


def run_compiled(
    state: State, network: Network, segments: Sequence[Segment], progress: Progress
) -> tuple[State, list[np.ndarray]]:
    """See `lava_sleep.executors.Executor`."""
    state = copy_state(state)
    hidden = state.rate_counts.shape[1]
    outcomes = []
    for segment in segments:
        idle_cycle(state, network, segment.phase)
        parts = [np.zeros(0, np.uint8)]
        for first in range(0, segment.cycles, CHUNK):
            record = make_record(min(CHUNK, segment.cycles - first), hidden)
            run_cycles(state, network, segment.phase, first, len(record.outcomes), record)
            parts.append(record.outcomes)
            progress(len(record.outcomes))
        outcomes.append(np.concatenate(parts))
    return state, outcomes
