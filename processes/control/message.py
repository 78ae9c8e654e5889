"""The manager's messages: int64 vectors."""

from collections.abc import Sequence

import numpy as np

from emulation.phase import Phase, phase_message

# Whether the cycle is idle, its position in the phase and in the record; then the phase (`phase_message`).
IDLE, POSITION, INDEX, PHASE = range(4)


def control_messages(phases: Sequence[Phase]) -> np.ndarray:
    """One message per phase, int64 array (phases, PHASE + n); the manager fills in the first three numbers."""
    return np.stack([np.concatenate([np.zeros(PHASE, np.int64), phase_message(phase)]) for phase in phases])
