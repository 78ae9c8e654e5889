"""A graph is checked against chips: what fits, and what does not, with the place in the graph."""

import sys
from pathlib import Path

import numpy as np
import pytest
from helpers.random_graphs import random_graph

from lava_sleep.graphs.graph import Graph
from lava_sleep.graphs.integer import graph_of as graph_of_network
from lava_sleep.graphs.phases import Phase
from lava_sleep.graphs.populations import Lif, Random
from lava_sleep.graphs.projections import Dense, Projection, Uniform
from lava_sleep.graphs.usage import usage_of_graph
from lava_sleep.hardware.api import check
from lava_sleep.hardware.finding import Verdict
from lava_sleep.networks.integer.description import IntegerNetwork
from lava_sleep.protocols.protocol import Protocol
from lava_sleep.protocols.schedule import stages

EXAMPLES = Path(__file__).parents[3] / "examples"


def graph_of(**changes) -> Graph:
    """Ten sources and five LIF neurons."""
    cells = Lif(**{"size": 5, "threshold": 100, **changes})
    synapses = Dense(weights=np.full((5, 10), 3))
    drive = Projection(source="cells", target="cells", synapses=Uniform(weight=-5), delay=4, exponent=2)
    return Graph(
        populations={"input": Random(size=10, probability=0.1), "cells": cells},
        projections={"feed": Projection(source="input", target="cells", synapses=synapses), "loop": drive},
        phases={"day": Phase(cycles=2, weights={"loop": -9}, thresholds={"cells": 120})},
    )


def test_numbers_are_those_of_the_registers():
    usage = usage_of_graph(graph_of(bias=np.array([1, -70, 3, 4, 5]), noise=3))
    source, cells = usage.populations
    assert source.is_input and (cells.threshold, cells.bias_mantissa, cells.noise.exponent) == (120, -70, 3)
    feed, loop = usage.projections
    assert (feed.weight_bits, feed.delay, feed.synapses.nnz) == (2, 0, 50)
    assert (loop.weight_bits, loop.weight_exponent, loop.delay) == (4, 2, 3)


@pytest.mark.parametrize("chip", ["loihi1", "loihi2"])
@pytest.mark.parametrize("seed", range(5))
def test_random_networks_are_checked(chip, seed):
    report = check(random_graph(seed), chip)
    assert report.findings


def test_the_example_fits_loihi_2_and_not_loihi_1(monkeypatch):
    monkeypatch.setattr(sys, "path", [*sys.path, str(EXAMPLES)])
    from your_own_network import describe

    failed = {}
    for chip in ("loihi1", "loihi2"):
        report = check(describe(), chip)
        failed[chip] = {(one.rule, one.object) for one in report.findings if one.verdict is Verdict.FAIL}
    assert failed == {"loihi1": {("neuron_model", "choice")}, "loihi2": set()}


@pytest.mark.parametrize("chip", ["loihi1", "loihi2"])
def test_the_integer_network_as_a_graph_fails_what_its_description_fails(chip):
    network = IntegerNetwork()
    made = stages(network, Protocol(rows=("T1>i(S,T2)",)))
    graph = graph_of_network(network.instance(1), [segment for stage in made for segment in stage.segments])
    found, own = (
        {(one.rule, one.object) for one in check(subject, chip).findings if one.verdict == Verdict.FAIL}
        for subject in (graph, network)
    )
    assert found == {(rule, part) for rule, part in own if rule != "paper_model"}
    usage = {one.name: one for one in usage_of_graph(graph).projections}
    assert usage["to_output (offset)"].magnitudes.max() == 32 and not usage["to_output (offset)"].rules
    assert [rule.name for rule in usage["to_output"].rules] == ["wake", "sleep"]
