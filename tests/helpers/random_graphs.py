"""Seeded random networks with recurrent, delayed and plastic projections, noise and sleep, and their comparison."""

from typing import Any

import numpy as np

from helpers.random_rules import random_product
from lava_sleep.graphs.engine import Engine
from lava_sleep.graphs.graph import Graph
from lava_sleep.graphs.learning import Constant, Count, Label, Learning, LearningRule, Ramp
from lava_sleep.graphs.phases import Phase, Sleep
from lava_sleep.graphs.populations import Coincidence, Given, Lif, Random, Readout
from lava_sleep.graphs.projections import Dense, OneToOne, Projection, Sparse, Uniform
from lava_sleep.studies.graph_verify import verify_graph

TIMESTEPS = 200
TAUS = (1, 2, 5, 10, 32)


def random_graph(seed: int) -> Graph:
    """A network that is a function of its seed: 2 to 6 populations, 200 timesteps."""
    random = np.random.default_rng([14, seed])
    cycle = int(random.choice([4, 5, 8, 10, 20]))
    populations = random_populations(random, cycle)
    projections = random_projections(random, populations, cycle)
    phases = random_phases(random, populations, projections, TIMESTEPS // cycle)
    rounding = str(random.choice(["stochastic", "stochastic", "nearest", "floor"]))
    return Graph(
        cycle=cycle, seed=seed, rounding=rounding, populations=populations, projections=projections, phases=phases
    )


def random_populations(random: np.random.Generator, cycle: int) -> dict[str, Any]:
    """One or two sources, and up to four populations of neurons."""
    found: dict[str, Any] = {}
    for number in range(int(random.integers(1, 3))):
        size = int(random.integers(3, 8))
        if random.random() < 0.5:
            found[f"source{number}"] = Random(size=size, probability=random.uniform(0.15, 0.5, size))
        else:
            raster = random.random((cycle * int(random.integers(1, 4)), size)) < 0.4
            raster[0, 0] = True
            found[f"source{number}"] = Given.of(raster)
    for number in range(int(random.integers(1, 7 - len(found)))):
        found[f"cells{number}"] = random_neurons(random, int(random.integers(2, 8)))
    return found


def random_neurons(random: np.random.Generator, size: int) -> Any:
    """LIF neurons, readouts, or cells without memory."""
    kind = random.choice(["lif", "lif", "readout", "coincidence"])
    if kind == "coincidence":
        return Coincidence(size=size, threshold=int(random.integers(0, 60)))
    return (Lif if kind == "lif" else Readout)(
        size=size,
        threshold=int(random.integers(20, 150)),
        current_decay=int(random.choice([4096, 2000, 800])),
        voltage_decay=int(random.choice([0, 200, 1000, 4096])),
        bias=random.integers(-100, 800, size),
        bias_exponent=int(random.integers(0, 2)),
        refractory=int(random.choice([0, 0, 1, 3])),
        floor=int(random.choice([0, 50, 1000])),
        reset=str(random.choice(["zero", "subtract"])),
        noise=None if random.random() < 0.4 else int(random.integers(2, 7)),
    )


def random_projections(random: np.random.Generator, populations: dict[str, Any], cycle: int) -> dict[str, Any]:
    """A way from the sources to every population, recurrent ones beside it, one to three of them plastic."""
    names, found = list(populations), {}
    neurons = [name for name in names if name.startswith("cells")]
    ends = [(names[int(random.integers(0, names.index(name)))], name) for name in neurons]
    for _ in range(int(random.integers(1, 4))):
        ends.append((str(random.choice(neurons)), str(random.choice(neurons))))
    plastic = set(random.permutation(len(ends))[: int(random.integers(1, 4))].tolist())
    for number, (source, target) in enumerate(ends):
        shape = populations[target].size, populations[source].size
        drives = number < len(neurons)
        made = plastic_projection if number in plastic else fixed_projection
        found[f"projection{number}"] = made(random, source, target, shape, drives, populations[target], cycle)
    return found


def random_weights(random: np.random.Generator, shape: tuple[int, ...], drives: bool, sign: str = "") -> np.ndarray:
    """Excitatory, inhibitory or mixed weights; those that drive a population are excitatory for the most part."""
    sign = sign or str(random.choice(["excitatory", "inhibitory", "mixed"], p=[0.8, 0, 0.2] if drives else None))
    if sign == "mixed":
        return 2 * random.integers(-20 if drives else -60, 60, shape)
    weights = random.integers(20 if drives else 0, 120, shape)
    return weights if sign == "excitatory" else -weights


def fixed_projection(random: np.random.Generator, source, target, shape, drives, _, __) -> Projection:
    """A projection that does not learn, with a delay for all or one per synapse."""
    kinds = ["dense", "sparse", "uniform"] + ["one-to-one"] * (shape[0] == shape[1])
    kind = random.choice(kinds)
    delay: Any = int(random.integers(1, 6))
    if kind == "dense":
        synapses: Any = Dense(weights=random_weights(random, shape, drives))
        number: tuple[int, ...] = shape
    elif kind == "sparse":
        pattern = random.random(shape) < 0.6
        pattern[0, 0] = True
        synapses = Sparse.of(np.where(pattern, random_weights(random, shape, drives, "excitatory") + 1, 0))
        number = (int(pattern.sum()),)
    elif kind == "one-to-one":
        synapses, number = OneToOne(weight=random_weights(random, (shape[0],), drives)), (shape[0],)
    else:
        synapses, number = Uniform(weight=int(random_weights(random, (), drives))), ()
    if number and random.random() < 0.5:
        delay = random.integers(1, 8, number)
    exponent = int(random.choice([0, 0, 0, 1, -1, -3] if not drives else [0, 0, 1]))
    return Projection(source=source, target=target, synapses=synapses, delay=delay, exponent=exponent)


def plastic_projection(random: np.random.Generator, source, target, shape, drives, population, cycle) -> Projection:
    """A projection that learns by random rules, one for waking and perhaps one for sleep."""
    sign = str(random.choice(["excitatory", "mixed"] if drives else ["excitatory", "inhibitory", "mixed"]))
    weights = random_weights(random, shape, drives, sign)
    if random.random() < 0.5:
        pattern = random.random(shape) < 0.6
        pattern[0, 0] = True
        synapses: Any = Sparse(post=np.nonzero(pattern)[0], pre=np.nonzero(pattern)[1], weights=weights[pattern])
    else:
        synapses = Dense(weights=weights)
    epochs = [epoch for epoch in range(1, cycle + 1) if cycle % epoch == 0]
    factors = random_factors(random, population) if random.random() < 0.5 else None
    decimation = int(random.choice([0, 0, 1, 2]))
    rules = {"wake": random_rule(random, decimation, factors is None)}
    if random.random() < 0.6:
        rules["sleep"] = random_rule(random, decimation, factors is None)
    learning = Learning(rules=rules, epoch=int(random.choice(epochs)), sign=sign, factors=factors)
    return Projection(
        source=source, target=target, synapses=synapses, exponent=int(random.choice([0, 0, 1, -2])), learning=learning
    )


def random_factors(random: np.random.Generator, population: Any) -> dict[str, Any]:
    """Where y1, y2, y3 come from."""
    found: dict[str, Any] = {"y2": Constant(value=int(random.integers(-60, 100)))}
    if isinstance(population, Readout):
        found["y1"] = Count(scale=int(random.integers(1, 30)), limit=4)
    else:
        labels = random.integers(0, population.size, int(random.integers(1, 9)))
        found["y1"] = Label(labels=labels, value=int(random.integers(20, 100)), others=int(random.integers(-20, 20)))
    if random.random() < 0.5:
        found["y3"] = Ramp(start=int(random.integers(-50, 50)), end=int(random.integers(-50, 100)))
    return found


def random_rule(random: np.random.Generator, decimation: int, is_two_factor: bool) -> LearningRule:
    """A rule that changes weights, with random products for w, t and d."""
    texts = {"dw": "2^-1*y0*x1 - 2^-2*x0*y1" if is_two_factor else "2^-2*y1*x0 - 2^-3*y2*x0"}
    for _ in range(int(random.integers(0, 4))):
        target = str(random.choice(["dw", "dt", "dd"], p=[0.4, 0.4, 0.2]))
        product = random_product(random, decimation)
        texts[target] = texts[target] + product if target in texts else product.lstrip(" +")
    traces = ("x1", "x2", "y1", "y2", "y3") if is_two_factor else ("x1", "x2")
    impulses = {trace: float(random.integers(1, 127)) + float(random.choice([0, 0, 0.3])) for trace in traces}
    return LearningRule(**texts, impulses=impulses, taus={trace: float(random.choice(TAUS)) for trace in traces})


def random_phases(random: np.random.Generator, populations, projections, cycles: int) -> dict[str, Phase]:
    """Awake, asleep, and something after it."""
    first = cycles // 2
    second = cycles // 4
    neurons = [name for name in populations if name.startswith("cells")]
    sleeping = random.permutation(neurons)[: int(random.integers(1, len(neurons) + 1))]
    sleep = {str(name): random_sleep(random, populations[str(name)].size) for name in sleeping}
    clear = ["u", "v", "traces", "tags", "input"]
    some = [name for name in clear if random.random() < 0.5]
    last = str(random.choice(["wake", "wake", "rest"]))
    quiet = [str(name) for name in neurons if random.random() < 0.1] if last == "wake" else None
    uniform = [name for name, one in projections.items() if isinstance(one.synapses, Uniform)]
    return {
        "day": Phase(cycles=first),
        "night": Phase(mode="sleep", cycles=second, sleep=sleep, clear=some),
        "after": Phase(
            mode=last,
            cycles=cycles - first - second,
            silent=quiet,
            clear=clear if random.random() < 0.5 else some,
            counts=str(random.choice(["", "later"])) if last == "wake" else None,
            noise=[name for name in neurons if getattr(populations[name], "noise", None) and random.random() < 0.5],
            thresholds={name: int(random.integers(1, 100)) for name in neurons if random.random() < 0.3},
            weights={name: int(random.integers(0, 100)) for name in uniform if random.random() < 0.5},
        ),
    }


def random_sleep(random: np.random.Generator, size: int) -> Sleep:
    """At rates recorded, uniform, permuted or given."""
    rates = str(random.choice(["recorded", "uniform", "permuted", "given"]))
    given = random.uniform(0, 2, size) if rates == "given" else None
    return Sleep(amplitude=int(random.integers(50, 400)), gain=float(random.uniform(0.5, 2)), rates=rates, given=given)


def first_difference(graph: Graph, other: Graph | None = None, arithmetic: str = "fixed") -> str:
    """Where the engine and the Lava network, of `graph` or of another one, differ first; empty where all is equal."""
    return verify_graph(graph, on_lava=other, arithmetic=arithmetic).first


def facts(graph: Graph) -> dict[str, bool]:
    """What a network shows: recurrent, delayed, several rules, spikes in every population, a weight that changes."""
    engine = Engine(graph).record()
    before = {name: engine.weights(name) for name in engine.layout.plastic}
    engine.run()
    order = list(graph.populations)
    projections = graph.projections.values()
    return {
        "recurrent": any(order.index(one.target) <= order.index(one.source) for one in projections),
        "delayed": any(one.delay.max() > 1 for one in projections),
        "several rules": any(one.learning is not None and len(one.learning.rules) > 1 for one in projections),
        "several plastic": len(before) > 1,
        "asleep": any(phase.sleep for phase in graph.phases.values()),
        "all spike": all(len(engine.spikes(name).times) for name in graph.populations),
        "a weight changes": any((engine.weights(name) != weights).any() for name, weights in before.items()),
    }
