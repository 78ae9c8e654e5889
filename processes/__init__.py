"""Lava processes of this project, and a guarded runtime that any Lava network can use."""

from importlib import import_module
from typing import Any

LAZY = {
    "Coincidence": "processes.graphs.populations",
    "DelaySynapses": "processes.graphs.synapses",
    "LearningControl": "processes.graphs.learning_control",
    "LoihiLIF": "processes.graphs.populations",
    "PhaseManager": "processes.graphs.phases",
    "PhasedReactivation": "processes.graphs.sleep",
    "PlasticDense": "processes.plastic",
    "PlasticSparse": "processes.plastic",
    "Reactivation": "processes.reactivation",
    "SleepSchedule": "processes.reactivation",
    "SpikeSource": "processes.graphs.populations",
    "Surroundings": "processes.graphs.surroundings",
}
__all__ = list(LAZY)


def __getattr__(name: str) -> Any:
    """Import on first use: importing Lava sets the start method of multiprocessing."""
    if name in LAZY:
        return getattr(import_module(LAZY[name]), name)
    raise AttributeError(f"module {__name__!r} has no attribute {name!r}")
