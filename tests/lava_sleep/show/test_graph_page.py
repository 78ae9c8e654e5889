"""The page on a network of one's own is well-formed, self-contained and has the numbers of the run."""

import re

from helpers.pages import check
from helpers.small_graphs import learning_graph, relay_graph

from lava_sleep.graphs.results import run_graph
from lava_sleep.show.graph_page import make_graph_page


def test_the_page_is_whole_and_has_all_numbers(tmp_path):
    results = run_graph(learning_graph(), title="a <small> network").write(tmp_path / "out")
    page = make_graph_page(results)
    checker, text = check(page), " ".join(check(page).texts)
    assert page.startswith("<!DOCTYPE html>") and checker.tags.count("h1") == 1 and checker.tags.count("img") == 4
    links = {source[1:] for source in checker.sources if source.startswith("#")}
    assert links == {"structure", "spikes", "rates", "weights", "run"} <= set(checker.names)
    assert len(checker.names) == len(set(checker.names))
    assert all(source.startswith(("data:", "#")) for source in checker.sources)
    assert not re.search(r"https?://|url\(|@import|<script", page)
    assert results.summary["digest"] in text and "a <small> network" in text
    assert "2 populations with 7 neurons, 2 projections, of which 1 learns" in text
    for stage in results.summary["phases"]:
        for one in stage["populations"].values():
            assert f"{one['spikes']:,}" in text and f"{one['rate']:.3f}" in text
    assert "cycle = 8" in text


def test_where_nothing_learns_there_are_no_weights():
    checker = check(make_graph_page(run_graph(relay_graph())))
    assert "weights" not in checker.names and checker.tags.count("img") == 3
