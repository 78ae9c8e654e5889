"""A network of one's own: described once, run as integers, as floats and on Lava, written as NIR.

    uv run python examples/your_own_network.py

Two sources drive cells that answer to coincidences; the cells project to two readouts, which inhibit each other through
interneurons. Awake both projections learn, the second by a teacher's labels. Asleep the cells are reactivated at the
rates that they had awake, and the second projection follows another rule.
"""

from pathlib import Path
from tempfile import TemporaryDirectory

import numpy as np

from lava_sleep.exchange.nir_graphs import read_nir_graph, write_nir_graph
from lava_sleep.graphs import (
    Coincidence,
    Count,
    Dense,
    Engine,
    Given,
    Graph,
    Label,
    Learning,
    LearningRule,
    Lif,
    OneToOne,
    Phase,
    Projection,
    Random,
    Readout,
    Sleep,
    Uniform,
)


def describe(seed: int = 1) -> Graph:
    """Two sources, three populations of neurons, recurrent inhibition, two plastic projections, a day and a night."""
    random = np.random.default_rng(seed)
    stdp = LearningRule(dw="2^-4*x1*y0 - 2^-3*y0", impulses={"x1": 20}, taus={"x1": 4})
    taught = LearningRule(dw="2^-5*(y2 - 44)*x1*u0", impulses={"x1": 60}, taus={"x1": 16})
    dream = LearningRule(dw="2^-7*y1*x1*w*u0 - 2^-1*y1*u0", impulses={"x1": 60}, taus={"x1": 16})
    teacher = {"y1": Count(scale=8, limit=4), "y2": Label(labels=[0, 0, 1, 1], value=104, others=4)}
    groups = [(16 * (neuron // 5), neuron) for neuron in range(20)]  # timestep, neuron: a group of five in each cycle
    populations = {
        "groups": Given(size=20, period=64, spikes=groups),
        "noise": Random(size=10, probability=0.02),
        "cells": Coincidence(size=30, threshold=420),
        "choice": Readout(size=2, threshold=300, current_decay=2000, voltage_decay=400, noise=5, refractory=1),
        "inhibitors": Lif(size=2, threshold=40, voltage_decay=1000),
    }
    seen = Dense(weights=random.integers(20, 130, (30, 20)))
    projections = {
        "see": ("groups", "cells", seen, 1, Learning(rules={"wake": stdp}, epoch=8)),
        "disturb": ("noise", "cells", Uniform(weight=40), 3, None),
        "choose": (
            "cells",
            "choice",
            Dense(weights=np.full((2, 30), 60)),
            1,
            Learning(rules={"wake": taught, "sleep": dream}, epoch=16, factors=teacher),
        ),
        "excite": ("choice", "inhibitors", OneToOne(weight=90), 1, None),
        "inhibit": ("inhibitors", "choice", Dense(weights=[[0, -200], [-200, 0]]), 2, None),
    }
    fields = ("source", "target", "synapses", "delay", "learning")
    projections = {name: Projection(**dict(zip(fields, row))) for name, row in projections.items()}
    night = Phase(mode="sleep", cycles=50, sleep={"cells": Sleep(amplitude=500)})
    phases = {"day": Phase(cycles=100), "night": night}
    return Graph(cycle=16, seed=seed, populations=populations, projections=projections, phases=phases)


def main() -> None:
    """Run the same description three times."""
    from lava_sleep.graphs import LavaNetwork

    graph = describe()
    fixed, floating = Engine(graph).record().run(), Engine(graph, "float").record().run()
    print("spikes        integers  floats")
    for name in graph.populations:
        print(f"{name:<12}{len(fixed.spikes(name).times):>10}{len(floating.spikes(name).times):>8}")
    with LavaNetwork(graph) as network:
        network.run()
        equal = np.array_equal(network.weights("choose"), fixed.weights("choose"))
        same = all(np.array_equal(network.spikes(name).times, fixed.spikes(name).times) for name in graph.populations)
    print(f"Lava: the same weights: {equal}, the same spikes: {same}")
    with TemporaryDirectory() as folder:
        path = write_nir_graph(graph, Path(folder, "network.nir"))
        print(f"NIR: the same graph: {read_nir_graph(path) == graph}")


if __name__ == "__main__":
    main()
