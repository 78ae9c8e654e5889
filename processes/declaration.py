"""Declarations: a process says by its attribute `hardware` where it would run on a chip and what that needs.

Nothing is derived from a process's name or its Python model: what declares nothing and is no stock process of Lava is
of unknown place.
"""

from enum import Enum
from typing import Any, NamedTuple


class Place(str, Enum):
    """Where a part of a network runs on hardware."""

    CORE = "neuro core"
    MICROCODE = "microcode neuron"
    EMBEDDED = "embedded processor"
    HOST = "host"
    UNKNOWN = "unknown"


class Declaration(NamedTuple):
    """What a process says of itself.

    Attributes
    ----------
    place : Place
    needs : str
        What it does there that a stock process does not; empty for stock processes.
    """

    place: Place
    needs: str = ""


# Processes of lava-nc that its compiler for Loihi maps to a neuro core, and those that stay outside of the chip.
STOCK = {
    "lava.proc.lif.process.LIF": Declaration(Place.CORE),
    "lava.proc.lif.process.LIFReset": Declaration(Place.CORE),
    "lava.proc.lif.process.LIFRefractory": Declaration(Place.CORE),
    "lava.proc.dense.process.Dense": Declaration(Place.CORE),
    "lava.proc.dense.process.DelayDense": Declaration(Place.CORE),
    "lava.proc.dense.process.LearningDense": Declaration(Place.CORE),
    "lava.proc.sparse.process.Sparse": Declaration(Place.CORE),
    "lava.proc.sparse.process.DelaySparse": Declaration(Place.CORE),
    "lava.proc.sparse.process.LearningSparse": Declaration(Place.CORE),
    "lava.proc.lif.process.LearningLIF": Declaration(Place.MICROCODE, "post traces that the neuron sends"),
    "lava.proc.io.source.RingBuffer": Declaration(Place.HOST, "spikes from a buffer"),
    "lava.proc.io.sink.RingBuffer": Declaration(Place.HOST, "spikes into a buffer"),
    "lava.proc.monitor.process.Monitor": Declaration(Place.HOST, "probes"),
}


# Processes of this project, by name: where each runs is said here, so that it can be read without Lava.
OWN = {
    "PlasticDense": Declaration(Place.CORE, "a LearningDense; rounding per synapse is a matter of simulation"),
    "PlasticSparse": Declaration(Place.CORE, "a LearningSparse; rounding per synapse is a matter of simulation"),
    "SleepSchedule": Declaration(Place.EMBEDDED, "says when the network is asleep"),
    "Reactivation": Declaration(Place.EMBEDDED, "counts spikes awake, injects events at these rates asleep"),
    "PhaseManager": Declaration(Place.EMBEDDED, "says which phase it is"),
    "LearningControl": Declaration(Place.EMBEDDED, "chooses the rule by the phase, sends y1, y2, y3"),
    "SpikeSource": Declaration(Place.HOST, "spikes of a raster, or drawn"),
    "LoihiLIF": Declaration(Place.CORE, "noise and refractory time of the compartments; a floor of v"),
    "Coincidence": Declaration(Place.CORE, "a LIF with du = dv = 4096"),
    "DelaySynapses": Declaration(Place.CORE, "a DelaySparse; cleared when a phase begins"),
    "Surroundings": Declaration(Place.HOST, "holds the environment, sends what is sensed and what acts are worth"),
    "GraphCycles": Declaration(Place.HOST, "whole cycles of a graph in one step, for speed in simulation only"),
    "PhasedReactivation": Declaration(
        Place.EMBEDDED, "counts spikes awake, injects events at rates of the phase asleep"
    ),
}


def declaration_of(process: Any) -> Declaration:
    """The declaration of a process or of its class: its own attribute `hardware`, or that of a stock process.

    A subclass of a stock process is stock only if it says so itself: it may do more.
    """
    kind = process if isinstance(process, type) else type(process)
    declared = getattr(kind, "hardware", None)
    if isinstance(declared, Declaration):
        return declared
    return STOCK.get(f"{kind.__module__}.{kind.__qualname__}", Declaration(Place.UNKNOWN, "declares nothing"))
