"""The table of a run."""

from lava_sleep.protocols.rows import task_title
from lava_sleep.tables.table import Rows, Table, code, columns

OF_THE_PAPER = 148  # particles that fit into the paper's view; summaries of before do not tell their number


def summary_table(summary: dict) -> Table:
    """All tasks after every row, from `summary.json`."""
    number = summary["networks"]
    title = f"performance on frozen weights; {summary['executor']}, {number} network{'s' if number > 1 else ''}"
    rows: Rows = [[code(row["after"]), *map(shown, row["tasks"].values())] for row in summary["rows"]]
    return Table(columns("after", *map(task_title, summary["rows"][0]["tasks"]), align="right"), rows, title)


def summary_remarks(summary: dict) -> list[str]:
    """What the hidden layer has learnt, overflows, and what recording cost."""
    hidden, cost = summary["hidden"], summary["recording"]
    one, single, covered = f"{hidden['one']:.1%}", f"{hidden['single_pixel']:.1%}", f"{hidden['covered']:g}"
    particles = hidden.get("particles", OF_THE_PAPER)  # 0 in an environment that has none
    shares = f"{one} of the neurons fire for exactly one particle, " if particles else ""
    covering = f"; {covered} of {particles} particles have neurons of their own" if particles else ""
    overflows = ", ".join(f"{name} {number:,}" for name, number in summary["overflow"].items())
    recorded = f"{cost['seconds']:.2f} s ({cost['share']:.1%} of the run), {cost['megabytes']:.1f} MB of arrays"
    return [
        f"hidden layer: {shares}{single} for a single pixel{covering}",
        f"registers of the output layer that overflowed: {overflows}",
        f"recorded for the figures: {recorded}",
    ]


def shown(values: dict) -> str:
    """Mean and SD of one entry."""
    if values["mean"] is None:
        return "-"
    return f"{values['mean']:.3f} ± {values['sd']:.3f}" if len(values["per_network"]) > 1 else f"{values['mean']:.3f}"
