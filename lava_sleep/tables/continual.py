"""Chains of tasks, learnt one after the other: average accuracy, backward transfer and forgetting."""

from collections.abc import Sequence
from typing import Any

from lava_sleep.statistics.continual import continual
from lava_sleep.tables.table import DASH, Cell, Column, Rows, Table, code

MEASURES = {"accuracy": "average accuracy", "backward_transfer": "backward transfer", "forgetting": "forgetting"}
HOW_TO_READ = (
    "Mean ± SD over networks, after the last task. Backward transfer: what became of the earlier tasks since each was "
    "learnt; forgetting: since each was best. Lopez-Paz & Ranzato 2017, Chaudhry et al. 2018."
)


def chains_table(labels: Sequence[str], summaries: Sequence[dict]) -> Table:
    """Chains of one run or of several side by side; without rows where there are none."""
    found = [{one["row"]: one for one in continual(summary["rows"])} for summary in summaries]
    rows = list(dict.fromkeys(row for one in found for row in one))
    several = len(labels) > 1
    head = [Column("tasks in a row"), Column("tasks", "right")]
    for text in MEASURES.values():
        head += [Column(label if several else text, group=text if several else "") for label in labels]
    lines: Rows = []
    for row in rows:
        tasks = next(len(one[row]["tasks"]) for one in found if row in one)
        numbers = [shown(one.get(row), name) for name in MEASURES for one in found]
        lines.append([code(row), f"{tasks}", *numbers])
    return Table(head, lines, note=HOW_TO_READ)


def shown(chain: dict[str, Any] | None, name: str) -> Cell:
    """A measure of a chain; of several networks with its SD, a dash where it is not known."""
    if chain is None or chain[name]["mean"] is None:
        return Cell(DASH)
    mean, sign = chain[name]["mean"], "" if name == "accuracy" else "+"
    spread = f" ± {chain[name]['sd']:.3f}" if len(chain[name]["per_network"]) > 1 else ""
    return Cell(f"{mean:{sign}.3f}{spread}")
