"""The report on a network of one's own: structure, spikes, rates, weights and numbers in one HTML page."""

from html import escape

from lava_sleep.figures.graphs import GRAPH_FIGURES
from lava_sleep.graphs.recording import plastic_of
from lava_sleep.graphs.results import GRAPH, GraphResults
from lava_sleep.show.document import document, embedded, figure_block
from lava_sleep.tables import html
from lava_sleep.tables.graphs import activity_table, facts, weights_table


def make_graph_page(results: GraphResults) -> str:
    """The whole page."""
    graph, summary = results.graph, results.summary
    learning = len(plastic_of(graph))
    phases = ", ".join(f"{name} ({one.mode}, {one.cycles:,} cycles)" for name, one in graph.phases.items())
    order = f", in a schedule of {len(graph.order)}" if graph.schedule else ""
    lead = (
        f"{len(graph.populations)} populations with {summary['neurons']:,} neurons, {len(graph.projections)} "
        f"projections, of which {learning} learn{'s' if learning == 1 else ''}. Phases: {phases}{order}."
    )
    lines = "".join(f"<li>{escape(line)}</li>" for line in facts(summary))
    sections = {
        "Structure": drawn("structure", results),
        "Spikes": drawn("raster", results),
        "Rates": drawn("rates", results) + html.drawn(activity_table(summary)),
        "Weights": drawn("weights", results) + html.drawn(weights_table(summary)) if learning else "",
        "Run": f"<ul>{lines}</ul>\n" + html.folded("versions", versions(summary)) + description(results),
    }
    return document(f"lava-sleep: {results.title}", results.title, lead, sections)


def drawn(name: str, results: GraphResults) -> str:
    """A figure with its caption."""
    one = GRAPH_FIGURES[name]
    return figure_block(
        f"figure-{name}", "", one.caption, embedded(one.draw(results), f"{one.title} of {results.title}")
    )


def versions(summary: dict) -> str:
    """What computed."""
    text = "\n".join(f"{name} {version}" for name, version in summary.get("versions", {}).items())
    return f"<pre>{escape(text)}</pre>"


def description(results: GraphResults) -> str:
    """The graph as TOML, folded away."""
    if results.folder is None:
        return ""
    return html.folded(GRAPH, f"<pre>{escape((results.folder / GRAPH).read_text(encoding='utf-8'))}</pre>")
