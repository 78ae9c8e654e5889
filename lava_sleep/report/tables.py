"""The tables of the report; all runs stand in one table, a column or more for each."""

import math
from html import escape

from lava_sleep.analysis.reproduction import MEASURES, Entry, Judged, Reproduction
from lava_sleep.analysis.selection import without_middle
from lava_sleep.report.folders import Run
from lava_sleep.report.html import code, folded, mark, table

ENOUGH = 7  # networks: 2^-7 < 0.01
UNKNOWN = "–"
REGISTERS = {"accumulator": "accumulator", "u": "current u", "v": "voltage v"}


def ordered(names: list[list[str]]) -> list[str]:
    """All names of several lists, each once, in the order in which they come."""
    return list(dict.fromkeys(name for one in names for name in one))


def table_of_rows(runs: list[Run], made: list[Reproduction]) -> str:
    """Both tasks of every row: the paper's figures, then those of every run."""
    entries = [{(entry.after, entry.task): entry for entry in one.entries} for one in made]
    rows = without_middle(ordered([[entry.after for entry in one.entries] for one in made]))
    has_paper = any(entry.target for one in entries for entry in one.values())
    labels = [*(["paper"] if has_paper else []), *(escape(run.label) for run in runs)]
    lines = []
    for after in rows:
        cells = [code(after)]
        for task in (1, 2):
            found = [one.get((after, task)) for one in entries]
            cells += [paper_cell(found)] if has_paper else []
            cells += [entry_cell(one, run) for one, run in zip(found, runs)]
        lines.append(cells)
    made_table = table(["after", *labels, *labels], lines, [("", 1), ("Task 1", len(labels)), ("Task 2", len(labels))])
    note = "Mean ± SD over networks, on frozen weights."
    if has_paper:
        note += f" {mark(True)} in the range set for it, {mark(False)} outside."
    if any("^" in after for after in rows):
        note += " Of a repeated stage the first and the last are shown."
    return f"{made_table}\n<p class='note'>{note}</p>"


def paper_cell(found: list[Entry | None]) -> str:
    """The paper's figure, if it has one."""
    targets = [entry.target for entry in found if entry and entry.target]
    return f"{targets[0].paper[0]:.2f} ± {targets[0].paper[1]:.2f}" if targets else ""


def entry_cell(entry: Entry | None, run: Run) -> str:
    """Our mean, with the SD where there are several networks, and whether it lies in its range."""
    if entry is None or math.isnan(entry.found.mean):  # not run, or nothing was acquired in a test
        return UNKNOWN
    spread = f" ± {entry.found.sd:.3f}" if run.summary["networks"] > 1 else ""
    return f"{entry.found.mean:.3f}{spread} {mark(None if entry.holds is None else bool(entry.holds))}"


def table_of_claims(runs: list[Run], made: list[Reproduction]) -> str:
    """The claims that the rows allow to judge."""
    judged = [{one.claim.text: one for one in part.claims} for part in made]
    lines = []
    for text in ordered([list(part) for part in judged]):
        claim = next(part[text].claim for part in judged if text in part)
        rows = " against ".join(code(row) for row in claim.rows)
        cells = [claim_cell(part.get(text), run.summary["networks"]) for part, run in zip(judged, runs)]
        lines.append([escape(text) + (f"<br><small>{rows}</small>" if rows else ""), *cells])
    return table(["claim", *(escape(run.label) for run in runs)], lines)


def is_testable(judged: Judged, networks: int) -> bool:
    """Whether there were networks enough: a paired permutation test of n of them gives p = 2^-n at the least."""
    if judged.contrast is None:
        return True
    if math.isnan(judged.contrast.p):
        return False
    is_refuted = judged.contrast.difference.mean < judged.claim.least
    return judged.claim.kind != "more" or is_refuted or 2.0**-networks < judged.claim.p


def claim_cell(judged: Judged | None, networks: int) -> str:
    """Whether a claim holds in a run, and what was found."""
    if judged is None:
        return UNKNOWN
    if is_testable(judged, networks):
        return f"{mark(judged.holds)} {'holds' if judged.holds else 'does not hold'}<br><small>{judged.found}</small>"
    found = judged.found if networks > 1 else f"{judged.contrast.difference.mean:+.3f}" if judged.contrast else ""
    return f"too few networks<br><small>{found}</small>"


def signed(value: float, name: str) -> str:
    """A measure, with its sign unless it is a performance; a dash where it is not known."""
    if math.isnan(value):
        return UNKNOWN
    return f"{value:.3f}" if name == "average_accuracy" else f"{value:+.3f}"


def table_of_measures(runs: list[Run], made: list[Reproduction]) -> str:
    """Accuracy, transfer and forgetting per row and run."""
    found = [{row.after: row for row in part.measures} for part in made]
    rows = without_middle(ordered([list(part) for part in found]))
    lines = [
        [code(after), *(
            signed(getattr(part[after], name).mean, name) if after in part else UNKNOWN
            for name in MEASURES for part in found
        )]
        for after in rows
    ]  # fmt: skip
    labels = [escape(run.label) for run in runs] * len(MEASURES)
    groups = [("", 1), *((escape(text), len(runs)) for text in MEASURES.values())]
    return table(["after", *labels], lines, groups)


def table_of_costs(runs: list[Run]) -> str:
    """Time, saturations of the output layer's registers and cost of recording; the stages folded away."""
    summaries = [run.summary for run in runs]
    recorded = [one.get("recording", {}) for one in summaries]
    lines = [["whole run", *(f"{one['timings']['total']:,.0f} s" for one in summaries)]]
    lines.append(["recording for the figures", *(recording_cell(one) for one in recorded)])
    lines.append(["arrays stored, megabytes", *(f"{one['megabytes']:g}" if one else UNKNOWN for one in recorded)])
    lines += [
        [f"overflows or saturations: {name}", *(f"{one['overflow'][register]:,}" for one in summaries)]
        for register, name in REGISTERS.items()
    ]
    stages = ordered([[name for name in one["timings"] if name != "total"] for one in summaries])
    timings = [
        [code(stage), *(f"{one['timings'].get(stage, math.nan):,.1f}".replace("nan", UNKNOWN) for one in summaries)]
        for stage in stages
    ]
    labels = [escape(run.label) for run in runs]
    by_stage = folded("Seconds of every stage, all networks together", table(["stage", *labels], timings))
    return table(["", *labels], lines) + by_stage


def recording_cell(cost: dict) -> str:
    """Seconds, and the share of the run."""
    return f"{cost['seconds']:,.1f} s ({cost['share']:.1%})" if cost else UNKNOWN
