"""The paper's table beside ours, for one run or for several side by side."""

import math
from collections.abc import Iterable, Sequence
from typing import NamedTuple

from lava_sleep.analysis.reproduction import MEASURES, PAPER_SDS, Entry, Judged, Reproduction
from lava_sleep.protocols.rows import task_title, without_middle
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
    """Rows with all tasks, claims, and (`measures`) the measures of continual learning of one run."""
    tables = [rows_of_one(made), claims_table([Reproduced("found", made)])]
    return [*tables, measures_table([Reproduced("", made)])] if measures else tables


def rows_of_one(made: Reproduction) -> Table:
    """All tasks after every row of one run, with intervals, beside the paper where that has such tasks."""
    title = f"Performance on frozen weights, {made.networks} networks: mean ± SD [bootstrap 95 % interval of the mean]."
    tasks = ordered(entry.task for entry in made.entries)
    by_row = {after: [one for one in made.entries if one.after == after] for after in rows_of([made])}
    if not any(entry.target for entry in made.entries):
        lines: Rows = [
            [code(after), *(with_interval(one.found) for one in entries)] for after, entries in by_row.items()
        ]
        return Table([Column(name) for name in ("after", *map(task_title, tasks))], lines, title)
    names = ["after", *(name for task in tasks for name in (task_title(task), "paper")), "beside the paper", "target"]
    rows: Rows = []
    for after, entries in by_row.items():
        numbers = [text for entry in entries for text in (with_interval(entry.found), of_paper(entry))]
        rows.append([code(after), *numbers, beside(entries), target(entries)])
    return Table([Column(name) for name in names], rows, title, HOW_TO_READ)


def rows_table(runs: Sequence[Reproduced]) -> Table:
    """All tasks of every row: the paper's figures, then those of every run; repetitions by their first and last."""
    entries = [{(entry.after, entry.task): entry for entry in run.found.entries} for run in runs]
    rows = without_middle(rows_of(run.found for run in runs))
    has_paper = any(entry.target for one in entries for entry in one.values())
    head, lines = [Column("after")], [[code(after)] for after in rows]
    for task in ordered(entry.task for run in runs for entry in run.found.entries):
        head += [Column("paper", group=task_title(task))] if has_paper else []
        head += [Column(run.label, group=task_title(task)) for run in runs]
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


def rows_of(found: Iterable[Reproduction]) -> list[str]:
    """The rows of all, each once."""
    return ordered(entry.after for one in found for entry in one.entries)


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


def beside(entries: Sequence[Entry]) -> str:
    """The tasks of a row beside the paper."""
    return ", ".join(entry.beside_paper for entry in entries if entry.beside_paper)


def target(entries: Sequence[Entry]) -> Cell:
    """Whether all tasks of a row are in their ranges."""
    verdicts = [entry.verdict for entry in entries if entry.verdict]
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
