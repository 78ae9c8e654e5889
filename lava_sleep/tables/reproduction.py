"""The paper's table beside ours, for one run or for several side by side."""

import math
from collections.abc import Iterable, Sequence
from typing import NamedTuple

from lava_sleep.analysis.reproduction import MEASURES, PAPER_SDS, Entry, Judged, Reproduction
from lava_sleep.protocols.rows import without_middle
from lava_sleep.statistics.contrasts import Estimate
from lava_sleep.statistics.verdict import overall
from lava_sleep.tables.table import DASH, Cell, Column, Rows, Table, code

HOW_TO_READ = (
    f"Beside the paper: whether a mean lies within {PAPER_SDS} SDs of the paper's (Task 1, Task 2). "
    "Target: whether both means lie in the ranges that this project has set for its own network "
    "(lava_sleep/data/targets), which is another question."
)


class Reproduced(NamedTuple):
    """A run by its name, and what was made of it."""

    label: str
    found: Reproduction


def reproduction_tables(made: Reproduction, measures: bool = True) -> list[Table]:
    """Rows with both tasks, claims, and (`measures`) the measures of continual learning of one run."""
    tables = [rows_of_one(made), claims_table([Reproduced("found", made)])]
    return [*tables, measures_table([Reproduced("", made)])] if measures else tables


def rows_of_one(made: Reproduction) -> Table:
    """Both tasks after every row of one run, with intervals, beside the paper."""
    head = [Column(name) for name in ("after", "Task 1", "paper", "Task 2", "paper", "beside the paper", "target")]
    rows: Rows = []
    for one, two in zip(made.entries[::2], made.entries[1::2]):
        numbers = [text for entry in (one, two) for text in (with_interval(entry.found), of_paper(entry))]
        rows.append([code(one.after), *numbers, beside(one, two), target(one, two)])
    title = f"Performance on frozen weights, {made.networks} networks: mean ± SD [bootstrap 95 % interval of the mean]."
    return Table(head, rows, title, HOW_TO_READ)


def rows_table(runs: Sequence[Reproduced]) -> Table:
    """Both tasks of every row: the paper's figures, then those of every run; repetitions by their first and last."""
    entries = [{(entry.after, entry.task): entry for entry in run.found.entries} for run in runs]
    rows = without_middle(ordered(entry.after for run in runs for entry in run.found.entries))
    has_paper = any(entry.target for one in entries for entry in one.values())
    head, lines = [Column("after")], [[code(after)] for after in rows]
    for task in (1, 2):
        head += [Column(name, group=f"Task {task}") for name in ([*(["paper"] if has_paper else [])])]
        head += [Column(run.label, group=f"Task {task}") for run in runs]
        for line, after in zip(lines, rows):
            found = [one.get((after, task)) for one in entries]
            line += [Cell(next((text for one in found if one and (text := of_paper(one))), ""))] if has_paper else []
            line += [mean_cell(one, run.found.networks) for one, run in zip(found, runs)]
    note = "Mean ± SD over networks, on frozen weights."
    if has_paper:
        note += " ✓ in the range that this project has set for it, ✗ outside; (within, above or below) the paper's."
    if any("^" in after for after in rows):
        note += " Of a repeated stage the first and the last are shown."
    return Table(head, [*lines], note=note)


def claims_table(runs: Sequence[Reproduced]) -> Table:
    """The claims that the rows allow to judge; of one run with what was found in a column of its own."""
    judged = [{one.claim.text: one for one in run.found.claims} for run in runs]
    names = ordered(text for one in judged for text in one)
    if len(runs) == 1:
        rows = [[Cell(text), Cell(judged[0][text].found), verdict_cell(judged[0][text])] for text in names]
        return Table([Column("claim"), Column("found"), Column("holds")], [*rows])
    lines = [
        [Cell(text, below=" against ".join(claim_rows(judged, text))), *(claim_cell(one.get(text)) for one in judged)]
        for text in names
    ]
    return Table([Column("claim"), *(Column(run.label) for run in runs)], [*lines])


def measures_table(runs: Sequence[Reproduced]) -> Table:
    """Accuracy, transfer and forgetting per row and run."""
    found = [{row.after: row for row in run.found.measures} for run in runs]
    rows = without_middle(ordered(after for one in found for after in one))
    head = [Column("after")]
    for text in MEASURES.values():
        head += [Column(run.label or text, group=text if run.label else "") for run in runs]
    lines: Rows = [
        [code(after), *(measure(getattr(one.get(after), name, None)) for name in MEASURES for one in found)]
        for after in rows
    ]
    return Table(head, lines)


def ordered(names: Iterable[str]) -> list[str]:
    """Each name once, in the order in which they come."""
    return list(dict.fromkeys(names))


def with_interval(found: Estimate) -> str:
    """An estimate; of one network its value alone, a dash where it is not known."""
    if math.isnan(found.mean):
        return DASH
    return f"{found.mean:.3f}" + (
        "" if math.isnan(found.low) else f" ± {found.sd:.3f} [{found.low:.3f}, {found.high:.3f}]"
    )


def of_paper(entry: Entry) -> str:
    """The paper's figure, if there is one."""
    return f"{entry.target.paper[0]:.2f} ± {entry.target.paper[1]:.2f}" if entry.target else ""


def beside(one: Entry, two: Entry) -> str:
    """Both tasks beside the paper."""
    return f"{one.beside_paper}, {two.beside_paper}" if one.beside_paper else ""


def target(one: Entry, two: Entry) -> Cell:
    """Whether both tasks are in their ranges."""
    verdicts = [entry.verdict for entry in (one, two) if entry.verdict]
    return Cell(overall(verdicts).text, overall(verdicts).kind) if verdicts else Cell("")


def mean_cell(entry: Entry | None, networks: int) -> Cell:
    """Our mean, with the SD where there are several networks, and whether it lies in its range."""
    if entry is None or math.isnan(entry.found.mean):  # not run, or nothing was acquired in a test
        return Cell(DASH)
    spread = f" ± {entry.found.sd:.3f}" if networks > 1 else ""
    paper = f" ({entry.beside_paper})" if entry.beside_paper else ""
    return Cell(f"{entry.found.mean:.3f}{spread}{paper}", entry.verdict.kind if entry.verdict else "")


def verdict_cell(judged: Judged) -> Cell:
    """Yes, no, or too few networks."""
    return Cell(judged.verdict.text, judged.verdict.kind)


def claim_cell(judged: Judged | None) -> Cell:
    """Whether a claim holds in a run, and what was found."""
    return Cell(judged.verdict.text, judged.verdict.kind, judged.found) if judged else Cell(DASH)


def claim_rows(judged: list[dict[str, Judged]], text: str) -> Sequence[str]:
    """The rows that a claim is about."""
    return next(one[text].claim.rows for one in judged if text in one)


def measure(found: Estimate | None) -> str:
    """A measure with its SD over networks; a dash where it is not known."""
    if found is None or math.isnan(found.mean):
        return DASH
    return f"{found.mean:+.3f} ± {found.sd:.3f}"
