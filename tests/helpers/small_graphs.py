"""Networks of one's own small enough to be reckoned by hand."""

from typing import Any

import numpy as np

from lava_sleep.environments.foraging import PAPER
from lava_sleep.graphs.graph import Graph
from lava_sleep.graphs.learning import Count, FromOutside, Learning, LearningRule
from lava_sleep.graphs.phases import Phase, Sleep
from lava_sleep.graphs.populations import Coincidence, Given, Lif, Outside, Readout
from lava_sleep.graphs.projections import Dense, OneToOne, Projection
from lava_sleep.graphs.surroundings import Exposure, Surroundings


def relay_graph(**changes: Any) -> Graph:
    """Two spikes in each cycle of four timesteps, which cells repeat one timestep later; day, rest, day.

    Neuron 0 of the source spikes in the first timestep of a cycle, neuron 2 in the second.
    """
    parts: dict[str, Any] = {
        "cycle": 4,
        "populations": {"source": Given(size=3, spikes=[[0, 0], [1, 2]]), "cells": Coincidence(size=3, threshold=10)},
        "projections": {"relay": Projection(source="source", target="cells", synapses=OneToOne(weight=20))},
        "phases": {"day": Phase(cycles=5), "break": Phase(mode="rest", cycles=2)},
        "schedule": ["day", "break", "day"],
    }
    return Graph(**{**parts, **changes})


def learning_graph(seed: int = 1) -> Graph:
    """Four sources, three LIF neurons, a projection that learns awake and asleep, inhibition with delays."""
    traces = {"impulses": {"x1": 60, "y1": 60}, "taus": {"x1": 4, "y1": 4}}
    wake = LearningRule(dw="2^-5*x1*y0 - 2^-6*x0*y1", dt="2^-3*x0*y1", **traces)
    rules = {"wake": wake, "sleep": LearningRule(dw="-2^1*y0", **traces)}
    weights = np.random.default_rng(5).integers(20, 90, (3, 4))
    period = [[0, 0], [1, 1], [2, 2], [3, 3], [5, 0], [6, 2]]
    learning, inhibition = Learning(rules=rules, epoch=4), np.full((3, 3), -6)
    populations: dict[str, Any] = {
        "source": Given(size=4, spikes=period),
        "cells": Lif(size=3, threshold=60, voltage_decay=800, noise=4),
    }
    projections = {
        "feed": Projection(source="source", target="cells", synapses=Dense(weights=weights), learning=learning),
        "loop": Projection(source="cells", target="cells", synapses=Dense(weights=inhibition), delay=3),
    }
    night = Phase(mode="sleep", cycles=6, sleep={"cells": Sleep(amplitude=200)})
    phases = {"day": Phase(cycles=12), "night": night}
    return Graph(cycle=8, seed=seed, populations=populations, projections=projections, phases=phases)


def forager_graph() -> Graph:
    """A network of one plastic projection in the paper's world: a day and a night."""
    rule = LearningRule(
        dw="2^-2*u0*t*y2 - 2^-2*u0*t*y3", dt="2^-1*u0*x1*y1 - 2^-1*u0*t", impulses={"x1": 127}, taus={"x1": 16}
    )
    factors = {"y1": Count(scale=16, limit=1), "y2": FromOutside(part="positive"), "y3": FromOutside(part="negative")}
    act = Projection(
        source="view",
        target="move",
        synapses=Dense(weights=np.full((PAPER.outputs, PAPER.inputs), 40)),
        offset=5,
        learning=Learning(rules={"wake": rule}, epoch=16, factors=factors),
    )
    exposure = Exposure(task=PAPER.setting("T1"), reward=32, punishment=16)
    return Graph(
        populations={"view": Outside(size=PAPER.inputs), "move": Readout(size=PAPER.outputs, threshold=100, noise=5)},
        projections={"act": act},
        phases={
            "day": Phase(cycles=60, exposure=exposure),
            "night": Phase(mode="sleep", cycles=5, sleep={"move": Sleep(amplitude=300)}),
        },
        surroundings=Surroundings(world=PAPER, senses="view", acts="move", teaches="act"),
    )
