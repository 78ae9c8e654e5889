"""Events of a network of one's own are those of its run, and the cost is that of a cycle of its length."""

import pytest
from helpers.small_graphs import learning_graph, relay_graph

from lava_sleep.graphs.results import run_graph
from lava_sleep.graphs.usage import usage_of_graph
from lava_sleep.hardware.cost import cost_lines, estimate
from lava_sleep.hardware.graph_events import events_of_graph
from lava_sleep.hardware.profiles import load_profile


def test_events_by_hand():
    (day,) = events_of_graph(run_graph(relay_graph()), usage_of_graph(relay_graph()))
    # two spikes of the source in each of the ten cycles of both days, each at one synapse; the break has none
    assert day == ("day", 10, {"source": 2.0, "cells": 2.0}, 2.0, 4)


def test_synaptic_events_are_counted_by_the_neuron_that_spikes():
    results = run_graph(learning_graph())
    usage = usage_of_graph(results.graph)
    for place, one in enumerate(events_of_graph(results, usage)):
        counts = results.data.spike_count.values[place] / one.cycles
        assert one.synaptic == pytest.approx(3 * counts[0] + 3 * counts[1])  # each neuron has three synapses
        assert list(one.spikes.values()) == pytest.approx(list(counts)) and one.timesteps == 8


def test_the_cost_is_that_of_a_cycle_of_its_length():
    usage = usage_of_graph(relay_graph())
    (day,) = events_of_graph(run_graph(relay_graph()), usage)
    cost = estimate(usage, load_profile("loihi1"), day)
    # 2 synaptic events, 3 neurons x 4 timesteps, 2 spikes of the cells, which go to no core
    assert cost.energy == pytest.approx(2 * 35.5 + 12 * (21.6 + 51.2) + 2 * 69.3)
    assert cost.time == pytest.approx((4 * 0.6, 4 * 1.8))
    assert cost_lines([cost])[0] == "day: spikes per cycle of 4 timesteps source 2.0, cells 2.0 (mean of 10)"
