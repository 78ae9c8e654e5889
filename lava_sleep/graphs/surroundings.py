"""The environment around a graph: what it senses, how it acts, and what that was worth."""

from typing import Annotated, Any, Literal

import numpy as np
from pydantic import BeforeValidator, Field, InstanceOf

from lava_sleep.base.settings import validated
from lava_sleep.environments import ENVIRONMENTS
from lava_sleep.environments.base import Environment
from lava_sleep.graphs.learning import Value
from lava_sleep.graphs.part import GraphPart, Integers


def as_world(value: Any) -> Any:
    """An environment from its table."""
    if not isinstance(value, dict):
        return value
    return validated(ENVIRONMENTS.get(value.get("environment", "foraging")), value, "graph.surroundings.world")


class Surroundings(GraphPart):
    """An environment in a closed loop with a network.

    Attributes
    ----------
    world : Environment
    senses : str
        The source from outside that spikes by what is sensed.
    at : int
        Timestep of the cycle in which it does.
    acts : str
        The readout by whose spikes of a cycle is acted at its end.
    teaches : str, optional
        The plastic projection whose factors `FromOutside` are what an act was worth, at the end of the next epochs.
    """

    world: Annotated[InstanceOf[Environment], BeforeValidator(as_world)]
    senses: str
    at: int = Field(0, ge=0)
    acts: str
    teaches: str | None = None


class Exposure(GraphPart):
    """What goes on between a network and its environment in a phase.

    Attributes
    ----------
    behaviour : {"act", "wander", "nothing"}
        It senses and acts; it senses while the environment goes on without it; neither.
    fresh : bool
        Whether the environment begins anew with the phase.
    task : int64 array
        What the environment is set to, see `Environment.setting`.
    reward, punishment : int
        Third factor where an act was worth +1; minus that where it was worth -1.
    """

    behaviour: Literal["act", "wander", "nothing"] = "act"
    fresh: bool = True
    task: Integers = Field(default_factory=lambda: np.zeros(0, np.int64))
    reward: Value = 0
    punishment: Annotated[int, Field(ge=0, le=127)] = 0
