"""The phases whose speed is measured."""

from emulation.engine.phase import Mode

CYCLES = 2000  # of each
PHASES = {  # mode, task, whether weights change
    "unsupervised": (Mode.UNSUPERVISED, "", True),
    "training": (Mode.WAKE, "T1", True),
    "sleep": (Mode.SLEEP, "", True),
    "test": (Mode.WAKE, "T1", False),
}
