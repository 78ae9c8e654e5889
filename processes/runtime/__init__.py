"""A guarded Lava runtime: every fault of a run ends as one Python exception, and nothing is left behind."""

from processes.runtime.faults import LavaRunError
from processes.runtime.guard import GuardedRun

__all__ = ["GuardedRun", "LavaRunError"]
