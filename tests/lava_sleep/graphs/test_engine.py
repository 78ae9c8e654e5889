"""The engine: against plain numpy, resumed, without compiling again, driven from outside, in floating point."""

import subprocess
import sys

import numpy as np
import pytest
from helpers.plain_network import plain_spikes
from helpers.random_graphs import random_graph

from emulation.errors import InputError
from emulation.graph.cycle import run_graph
from lava_sleep.graphs.engine import Engine
from lava_sleep.graphs.graph import Graph
from lava_sleep.graphs.learning import FromOutside, Learning, LearningRule
from lava_sleep.graphs.phases import Phase
from lava_sleep.graphs.populations import Coincidence, Given, Lif, Outside, Readout
from lava_sleep.graphs.projections import Convolution, Dense, Projection, Uniform


def static_network(seed: int) -> Graph:
    """Given spikes, LIF neurons with all of their options, cells without memory; fixed weights and delays."""
    random = np.random.default_rng(seed)
    raster = random.random((40, 6)) < 0.3
    populations = {
        "source": Given.of(raster),
        "a": Lif(size=5, threshold=90, current_decay=1500, voltage_decay=300, refractory=2, reset="subtract", floor=20),
        "b": Lif(size=4, threshold=50, current_decay=4096, voltage_decay=4096, bias=random.integers(-50, 900, 4)),
        "c": Coincidence(size=3, threshold=40),
    }
    pairs = [("source", "a"), ("a", "b"), ("b", "a"), ("a", "c"), ("c", "a"), ("source", "b"), ("b", "b")]
    projections = {}
    for number, (source, target) in enumerate(pairs):
        shape = populations[target].size, populations[source].size
        weights = 2 * random.integers(-30, 60, shape)
        delay = random.integers(1, 9, shape) if number % 2 else random.integers(1, 4)
        synapses = Dense(weights=weights)
        exponent = int(random.integers(-2, 2))
        projections[f"p{number}"] = Projection(
            source=source, target=target, synapses=synapses, delay=delay, exponent=exponent
        )
    return Graph(cycle=10, populations=populations, projections=projections, phases={"all": Phase(cycles=20)})


@pytest.mark.parametrize("seed", range(20))
def test_fixed_weights_equal_a_plain_network(seed):
    graph = static_network(seed)
    engine = Engine(graph).record().run()
    expected = plain_spikes(graph)
    for name, raster in expected.items():
        times, neurons = np.nonzero(raster)
        found = engine.spikes(name)
        assert np.array_equal(found.times, times + 1) and np.array_equal(found.neurons, neurons), name
    assert sum(raster.sum() for raster in expected.values()) > 100


def test_a_fault_is_seen_by_the_plain_network():
    graph = static_network(3)
    expected = plain_spikes(graph)
    for name, change in (("p0", {"delay": graph.projections["p0"].delay + 1}), ("p1", {"exponent": 1})):
        old = {key: getattr(graph.projections[name], key) for key in Projection.model_fields}
        parts = {key: getattr(graph, key) for key in Graph.model_fields}
        parts["projections"] = {**graph.projections, name: Projection(**{**old, **change})}
        engine = Engine(Graph(**parts)).record().run()
        assert any(len(engine.spikes(key).times) != raster.sum() for key, raster in expected.items())


@pytest.mark.parametrize("arithmetic", ["fixed", "float"])
@pytest.mark.parametrize("seed", [1, 4, 6])
def test_a_run_that_is_resumed_goes_on_bit_for_bit(seed, arithmetic):
    graph = random_graph(seed)
    whole = Engine(graph, arithmetic).run()
    first, second = Engine(graph, arithmetic), Engine(graph, arithmetic)
    for name in graph.order:
        first.begin(name)
        half = graph.phases[name].cycles // 2
        first.advance(name, 0, half)
        second.restore(first.arrays())
        second.advance(name, half, graph.phases[name].cycles - half)
        first.restore(second.arrays())
    for name, array in whole.arrays().items():
        if name != "counts":
            np.testing.assert_array_equal(first.arrays()[name], array, name)


def test_a_checkpoint_of_another_network_is_refused():
    with pytest.raises(InputError, match="checkpoint of a graph: u, got"):
        Engine(random_graph(1)).restore(Engine(random_graph(2)).arrays())


def test_a_second_network_starts_without_compiling():
    for seed in (1, 2, 3):
        Engine(random_graph(seed)).run()
        Engine(random_graph(seed), "float").run()
    assert len(run_graph.signatures) <= 2


def test_in_floating_point_a_network_without_rounding_spikes_alike():
    graph = static_network(0)
    parts = {key: getattr(graph, key) for key in Graph.model_fields}
    parts["projections"] = {
        name: Projection(source=one.source, target=one.target, synapses=one.synapses, delay=one.delay)
        for name, one in graph.projections.items()
    }
    parts["populations"] = {
        name: Lif(size=one.size, threshold=one.threshold, current_decay=4096, voltage_decay=0, floor=one.floor)
        if isinstance(one, Lif)
        else one
        for name, one in graph.populations.items()
    }
    whole = Graph(**parts)
    fixed, floating = (Engine(whole, arithmetic).record().run() for arithmetic in ("fixed", "float"))
    for name in whole.populations:
        for one, other in zip(fixed.spikes(name), floating.spikes(name)):
            np.testing.assert_array_equal(one, other)


def test_a_network_is_driven_and_rewarded_from_outside():
    learning = Learning(
        rules={"wake": LearningRule(dw="2^-3*y2*x1*u0", impulses={"x1": 100}, taus={"x1": 100})},
        epoch=4,
        factors={"y2": FromOutside()},
    )
    graph = Graph(
        cycle=4,
        populations={"eye": Outside(size=3), "act": Readout(size=2, threshold=10)},
        projections={
            "p": Projection(source="eye", target="act", synapses=Dense(weights=[[20] * 3] * 2), learning=learning)
        },
        phases={"day": Phase(cycles=100)},
    )
    engine = Engine(graph).record()
    engine.begin("day")
    for cycle in range(10):
        engine.run_cycle("day", cycle, {"eye": [[0, 1], [2, cycle % 3]]}, {"p": [5, 0]})
        assert (engine.counts("act") >= 1).all()
    weights = engine.weights("p")
    assert (weights[1] == 20).all() and (weights[0] > 20).all() and weights[0, 1] > weights[0, 0]
    with pytest.raises(InputError, match="spikes of eye, got"):
        engine.run_cycle("day", 0, {"eye": [[4, 0]]})


def test_a_convolution_is_that_of_scipy():
    from scipy.signal import correlate

    random = np.random.default_rng(2)
    kernel, image = 2 * random.integers(-9, 9, (2, 3, 2, 3)), (3, 5, 6)
    for stride, padding in ((1, 0), (2, 1)):
        synapses = Convolution(weights=kernel, image=image, stride=stride, padding=padding)
        values = random.integers(0, 2, image)
        padded = np.pad(values, ((0, 0), (padding, padding), (padding, padding)))
        expected = np.stack([correlate(padded, one, "valid")[0] for one in kernel])[:, ::stride, ::stride]
        post, pre, weights = synapses.entries(expected.size, values.size)
        found = np.bincount(post, weights * values.ravel()[pre], expected.size)
        np.testing.assert_array_equal(found.reshape(expected.shape), expected)


def test_the_description_needs_no_lava_and_little_time():
    code = "import sys, lava_sleep.graphs.graph; print('lava' in sys.modules, 'numba' in sys.modules)"
    done = subprocess.run([sys.executable, "-c", code], capture_output=True, text=True, timeout=60)
    assert done.stdout.split()[0] == "False", done.stderr


@pytest.mark.parametrize(("arithmetic", "expected"), [("fixed", (6, 2)), ("float", (6.75, 2.25))])
def test_a_phase_changes_the_weight_of_a_uniform_projection_with_an_exponent(arithmetic, expected):
    """What arrives is the shifted sum: 3 * 9 >> 2 = 6 by day, 3 * 3 >> 2 = 2 in the evening."""
    graph = Graph(
        cycle=2,
        populations={"all": Given(size=3, spikes=[[0, 0], [0, 1], [0, 2]]), "cell": Lif(size=1, threshold=100)},
        projections={"p": Projection(source="all", target="cell", synapses=Uniform(weight=9), exponent=-2)},
        phases={"day": Phase(cycles=1), "evening": Phase(cycles=1, weights={"p": 3})},
    )
    engine = Engine(graph, arithmetic).record(timesteps=4).run()
    assert engine.voltages("cell")[0][:, 0].tolist() == [0, 64 * expected[0], 0, 64 * expected[1]]
