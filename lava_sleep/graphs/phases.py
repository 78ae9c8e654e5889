"""Phases of a graph: what runs, what learns, who sleeps, and what is cleared when they begin."""

from typing import Annotated, Literal

from pydantic import BeforeValidator, Field

from lava_sleep.graphs.learning import AnyFactor, Y
from lava_sleep.graphs.part import GraphPart, Names, Reals, as_names
from lava_sleep.graphs.populations import Threshold
from lava_sleep.graphs.surroundings import Exposure

Clearable = Literal["u", "v", "traces", "tags", "input"]
ALL: tuple[Clearable, ...] = ("u", "v", "traces", "tags", "input")


class Sleep(GraphPart):
    """Noise-driven reactivation of a population, see `emulation.reactivation`.

    Attributes
    ----------
    amplitude : int
        What an event adds to a neuron's input, in units of a weight.
    gain : float
        Factor on the rates.
    rates : {"recorded", "uniform", "permuted", "given"}
        The mean rates counted in waking phases; their mean for every neuron; each that of another neuron; `given`.
    given : float64 array (size,), optional
        Spikes per cycle.
    """

    amplitude: int = Field(ge=-(2**17), le=2**17)
    gain: float = Field(1.0, ge=0, le=1000)
    rates: Literal["recorded", "uniform", "permuted", "given"] = "recorded"
    given: Reals | None = None


class Phase(GraphPart):
    """Cycles in one mode.

    Attributes
    ----------
    mode : {"wake", "sleep", "rest"}
        Asleep, sources are silent; at rest, nothing runs.
    cycles : int
    rules : dict
        By projection: the rule that it learns by, or "frozen". Where a projection is not named: its rule of the name of
        the phase, or of the mode, or frozen.
    silent : names, optional
        Populations that do not run; given, in place of those that the mode silences.
    noise : names, optional
        Populations that get their noise; all that have one, unless given.
    thresholds, weights, offsets : dict
        Other thresholds, by population; other weights of uniform projections; other offsets of plastic ones.
    factors : dict
        Other third factors, by projection and y1, y2, y3.
    sleep : dict
        Populations that are reactivated.
    shuffled : names
        Plastic projections whose tags go to other synapses of the same neuron before each update (a control).
    exposure : Exposure, optional
        What goes on between the network and its environment; nothing by default.
    counts : str, optional
        Name under which rates are counted; "" for none. By default "awake" in waking phases. The recorded rate is the
        mean over the names.
    clear : names
        What is forgotten at the start: "u" (currents), "v" (voltages and refractory times), "traces", "tags", "input"
        (what is on its way).
    """

    mode: Literal["wake", "sleep", "rest"] = "wake"
    cycles: int = Field(ge=0, le=2**40)
    rules: dict[str, str] = Field(default_factory=dict)
    silent: Names | None = None
    noise: Names | None = None
    thresholds: dict[str, Threshold] = Field(default_factory=dict)
    weights: dict[str, Annotated[int, Field(ge=-256, le=255)]] = Field(default_factory=dict)
    offsets: dict[str, Annotated[int, Field(ge=-256, le=255)]] = Field(default_factory=dict)
    factors: dict[str, dict[Y, AnyFactor]] = Field(default_factory=dict)
    sleep: dict[str, Sleep] = Field(default_factory=dict)
    shuffled: Names = ()
    exposure: Exposure | None = None
    counts: str | None = None
    clear: Annotated[tuple[Clearable, ...], BeforeValidator(as_names)] = ALL
