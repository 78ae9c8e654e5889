"""Figures of networks of one's own: drawn for any network, and what they say is what there is."""

from itertools import combinations

import matplotlib.pyplot as plt
import numpy as np
import pytest
from helpers.random_graphs import random_graph
from helpers.small_graphs import learning_graph, relay_graph

from lava_sleep.figures import graph_activity
from lava_sleep.figures.graph_structure import colour_of, places_of, structure_figure
from lava_sleep.figures.graphs import GRAPH_FIGURES, write_graph_figures
from lava_sleep.figures.labels import Label, around, arranged, hidden
from lava_sleep.figures.style import BLUE, GREY, VERMILION
from lava_sleep.graphs.graph import Graph
from lava_sleep.graphs.phases import Phase
from lava_sleep.graphs.populations import Lif
from lava_sleep.graphs.projections import Dense, Projection
from lava_sleep.graphs.results import run_graph


@pytest.fixture(autouse=True)
def close():
    """Leave no figure open."""
    yield
    plt.close("all")


def texts(figure):
    """All texts of a figure's axes."""
    return {one.get_text() for axes in figure.axes for one in axes.texts}


def lonely_graph() -> Graph:
    """One population, no projection, nothing spikes."""
    return Graph(populations={"alone": Lif(size=1, threshold=5)}, phases={"day": Phase(cycles=1)})


def busy_graph() -> Graph:
    """Many phases in turn."""
    return relay_graph(schedule=["day", "break"] * 9)


@pytest.mark.parametrize("graph", [learning_graph(), lonely_graph(), busy_graph(), random_graph(3)])
def test_every_figure_is_drawn(tmp_path, graph):
    write_graph_figures(run_graph(graph), tmp_path)
    assert sorted(path.stem for path in tmp_path.iterdir()) == sorted(GRAPH_FIGURES)
    assert not plt.get_fignums()


def test_the_structure_names_what_there_is():
    figure = structure_figure(learning_graph())
    assert texts(figure) == {"source", "given, 4", "cells", "lif, 3", "feed", "loop\ndelay 3"}
    assert {one.get_text() for one in figure.legends[0].get_texts()} == {"excitatory", "inhibitory", "learns"}


def test_populations_lie_behind_what_drives_them():
    graph = random_graph(13)
    places = places_of(graph)
    assert len(set(places.values())) == len(graph.populations)
    assert all(x == 0 for name, (x, _) in places.items() if name.startswith("source"))
    for name, (x, _) in places.items():
        before = [places[one.source][0] for one in graph.projections.values() if one.target == name]
        assert x == 0 or min(before) < x


@pytest.mark.parametrize(
    ("weights", "colour"), [([[1, 2]], BLUE), ([[-1, 0]], VERMILION), ([[-2, 4]], GREY), ([[0, 0]], BLUE)]
)
def test_signs_have_colours(weights, colour):
    assert colour_of(Projection(source="a", target="b", synapses=Dense(weights=weights))) == colour


def test_labels_make_way():
    way = [(x, 0.0) for x in (5.0, 4.0, 6.0, 3.0, 7.0)]
    labels = [Label(name, "black", (1.5, 0.5), way) for name in "abc"]
    areas = [around(place, 1.5, 0.5) for place in arranged(labels, [])]
    assert len(areas) == 3 and all(hidden(one, [other]) == 0 for one, other in combinations(areas, 2))
    ((x, _),) = arranged(labels[:1], [around((5.0, 0.0), 1.0, 1.0)])
    assert x in (3.0, 7.0)  # beside the thing


def test_the_raster_has_every_spike_and_every_phase(monkeypatch):
    results = run_graph(learning_graph())
    figure = graph_activity.raster_figure(results)
    source, cells = figure.axes
    np.testing.assert_array_equal(cells.lines[0].get_xdata(), results.spikes("cells").times)
    np.testing.assert_array_equal(source.lines[0].get_ydata(), results.spikes("source").neurons)
    assert {"day (wake)", "night (sleep)"} <= texts(figure)
    monkeypatch.setattr(graph_activity, "MOST_MARKS", 3)
    panel = graph_activity.raster_figure(results).axes[1]
    assert panel.collections[0].get_array().sum() == len(results.spikes("cells").times)


def test_phases_without_room_for_their_names_have_a_legend():
    figure = graph_activity.raster_figure(run_graph(busy_graph()))
    assert texts(figure) == set()
    assert [one.get_text() for one in figure.legends[0].get_texts()] == ["day (wake)", "break (rest)"]


def test_rates_are_those_of_the_summary():
    results = run_graph(learning_graph())
    heights = [bar.get_height() for bar in graph_activity.rates_figure(results).axes[0].patches]
    expected = [one["rate"] for stage in results.summary["phases"] for one in stage["populations"].values()]
    assert heights == expected
    lines = graph_activity.rates_figure(run_graph(busy_graph())).axes[0].lines
    assert [len(line.get_xdata()) for line in lines] == [18, 18]


def test_a_phase_that_changes_no_weight_is_not_drawn():
    graph = learning_graph()
    frozen = Phase(mode="sleep", cycles=6, rules={"feed": "frozen"})
    figure = graph_activity.weights_figure(
        run_graph(graph.model_copy(update={"phases": {**graph.phases, "night": frozen}}))
    )
    assert [one.get_text() for one in figure.legends[0].get_texts()] == ["at the start", "after day"]
