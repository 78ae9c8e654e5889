"""Integers against floats of a network of one's own: equal where they are, apart as far as they are."""

import numpy as np
import pytest
from helpers.small_graphs import learning_graph, relay_graph

from lava_sleep.graphs.phases import Phase
from lava_sleep.graphs.projections import Dense
from lava_sleep.studies.graph_compare import compare_graph
from lava_sleep.tables.table import DASH


def test_a_network_without_fractions_is_the_same_in_both():
    made = compare_graph(relay_graph())
    assert made.weights() == []
    (rates,) = made.tables()
    assert [[cell.text for cell in row] for row in rates.cells()] == [
        ["source", "0.667", "0.667", "0.000", "0.000"],
        ["cells", "0.667", "0.667", "0.000", "0.000"],
    ]
    assert [one.group for one in rates.columns] == ["", "day", "day", "break", "break"]


def test_weights_are_compared_synapse_by_synapse():
    made = compare_graph(learning_graph())
    day, night = made.weights()
    fixed, floating = (one.weights("feed")[1].astype(float).ravel() for one in made)
    assert day.correlation == pytest.approx(np.corrcoef(fixed, floating)[0, 1]) and day.correlation > 0.9
    assert day.difference == pytest.approx(np.abs(fixed - floating).mean()) and 0 < day.difference < 5
    assert (day.phase, night.phase, day.fixed) == ("day", "night", pytest.approx(fixed.mean()))
    assert len(made.tables()) == 2


def test_the_correlation_of_equal_weights_is_not_known():
    graph = learning_graph()
    part = graph.projections["feed"].model_copy(update={"synapses": Dense(weights=np.full((3, 4), 60))})
    still = {"projections": {"feed": part}, "phases": {"day": Phase(cycles=3, rules={"feed": "frozen"})}}
    made = compare_graph(graph.model_copy(update=still))
    assert np.isnan(made.weights()[0].correlation) and made.weights()[0].difference == 0
    assert [cell.text for cell in made.tables()[1].cells()[0]] == ["feed", "day", DASH, "0.00", "60.00", "60.00"]
