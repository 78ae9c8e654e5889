"""A spiking network as a graph of populations and projections, with the phases in which it runs."""

from typing import Any, Literal

from pydantic import Field

from lava_sleep.graphs.check import check_graph
from lava_sleep.graphs.part import GraphPart, Names
from lava_sleep.graphs.phases import Phase
from lava_sleep.graphs.populations import Population
from lava_sleep.graphs.projections import Projection
from lava_sleep.graphs.surroundings import Surroundings


class Graph(GraphPart):
    """A network that runs as integers, as floats and on Lava.

    Attributes
    ----------
    cycle : int
        Timesteps of a cycle: the window of readouts, and the unit in which phases are measured.
    seed : int
        Of all draws.
    rounding : {"stochastic", "nearest", "floor"}
        How fractions are rounded when a projection learns.
    overflow : {"lava", "loihi-accumulator", "saturate", "strict"}
        See `emulation.neurons.Overflow`.
    populations, projections, phases : dict
        By name.
    schedule : names
        The phases in their order, each as often as it is named; by default each once.
    rates : names
        Names under which rates are counted (`Phase.counts`), in this order; by default as phases first name them.
    surroundings : Surroundings, optional
        The environment in which it is.

    Raises
    ------
    InputError
        With the place of the first mistake.
    """

    cycle: int = Field(16, ge=1, le=2**20)
    seed: int = Field(0, ge=0, le=2**62)
    rounding: Literal["stochastic", "nearest", "floor"] = "stochastic"
    overflow: Literal["lava", "loihi-accumulator", "saturate", "strict"] = "lava"
    populations: dict[str, Population]
    projections: dict[str, Projection] = Field(default_factory=dict)
    phases: dict[str, Phase]
    schedule: Names = ()
    rates: Names = ()
    surroundings: Surroundings | None = None

    def __init__(self, **data: Any) -> None:
        super().__init__(**data)
        check_graph(self)

    @property
    def order(self) -> tuple[str, ...]:
        """The phases as they follow each other."""
        return self.schedule or tuple(self.phases)

    @property
    def timesteps(self) -> int:
        """Of the whole schedule."""
        return self.cycle * sum(self.phases[name].cycles for name in self.order)
