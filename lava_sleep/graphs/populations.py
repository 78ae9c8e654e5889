"""Populations of a graph: sources of spikes, Loihi's LIF neurons, cells without memory, readouts."""

from typing import Annotated, Literal

import numpy as np
from pydantic import Field

from lava_sleep.graphs.part import GraphPart, Integers, Reals

Size = Annotated[int, Field(ge=1, le=2**20)]
Threshold = Annotated[int, Field(ge=0, le=2**17 - 1)]
Decay = Annotated[int, Field(ge=0, le=4096)]
NO_FLOOR = 2**17  # v, of 23 bit and sign, is never below -(2^17 << 6)


class Given(GraphPart):
    """Spikes that are given, and repeat.

    Attributes
    ----------
    size : int
    spikes : int64 array (spikes, 2)
        Timestep (from 0) within the period, and neuron.
    period : int
        Timesteps after which they repeat, counted from the start of the run; 0 for those of a cycle.
    """

    kind: Literal["given"] = "given"
    size: Size
    spikes: Integers
    period: int = Field(0, ge=0, le=2**31)

    @classmethod
    def of(cls, raster: np.ndarray) -> "Given":
        """From a raster (timesteps, neurons)."""
        return cls(size=raster.shape[1], spikes=np.argwhere(raster), period=raster.shape[0])


class Random(GraphPart):
    """Independent spikes: each neuron in each timestep with its probability.

    Attributes
    ----------
    size : int
    probability : float or float64 array (size,)
        0 .. 1 per timestep.
    """

    kind: Literal["random"] = "random"
    size: Size
    probability: Reals


class Outside(GraphPart):
    """Spikes that an environment gives before each cycle (`Engine.run_cycle`)."""

    kind: Literal["outside"] = "outside"
    size: Size


class Lif(GraphPart):
    """Leaky integrate-and-fire neurons in Loihi's arithmetic, see `emulation.graph.populations`.

    Attributes
    ----------
    size : int
    threshold : int
        In units of a weight, 17 bit; v spikes above threshold << 6.
    current_decay, voltage_decay : int
        As they act, in 1/4096: 4096 keeps nothing, 0 everything (Lava's `du` is one less).
    bias : int or int64 array (size,)
        Mantissa of 12 bit and sign; bias << bias_exponent is added to v in every timestep.
    bias_exponent : int
    refractory : int
        Timesteps after a spike for which v stays at its reset.
    floor : int
        v is never below -(floor << 6).
    reset : {"zero", "subtract"}
        v after a spike: 0, or less by the threshold.
    noise : int, optional
        Exponent of the noise: uniform -127 .. 127 << noise is added to v.
    stream : int, optional
        Purpose of the draws of the noise; by default one of its own.
    """

    kind: Literal["lif"] = "lif"
    size: Size
    threshold: Threshold
    current_decay: Decay = 4096
    voltage_decay: Decay = 0
    bias: Integers = Field(default_factory=lambda: np.zeros((), np.int64))
    bias_exponent: int = Field(0, ge=0, le=7)
    refractory: int = Field(0, ge=0, le=63)
    floor: int = Field(NO_FLOOR, ge=0, le=NO_FLOOR)
    reset: Literal["zero", "subtract"] = "zero"
    noise: int | None = Field(None, ge=0, le=16)
    stream: int | None = Field(None, ge=0, le=2**31)


class Readout(Lif):
    """LIF neurons whose spikes are counted in the cycle: they can send `Count` to plastic projections."""

    kind: Literal["readout"] = "readout"  # type: ignore[assignment]


class Coincidence(GraphPart):
    """Cells without memory: they spike where the input of this timestep exceeds the threshold."""

    kind: Literal["coincidence"] = "coincidence"
    size: Size
    threshold: Threshold


Population = Annotated[Given | Random | Outside | Lif | Readout | Coincidence, Field(discriminator="kind")]
SOURCES = (Given, Random, Outside)
