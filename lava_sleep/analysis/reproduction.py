"""The paper's table beside ours, row by row, with verdicts; and the claims that compare rows."""

from importlib.resources import files
from typing import Literal, NamedTuple

import numpy as np
import tomli
from pydantic import Field, model_validator

from lava_sleep.analysis.statistics import Contrast, Estimate, continual_learning, contrast, estimate
from lava_sleep.description import Part
from lava_sleep.protocol import STEP, name_of, split_row
from lava_sleep.protocol import TASKS as TASK_NAMES

SIGNIFICANT = 0.05  # level of the claims that one row is no better than another
TASKS = ("task1", "task2")
MEASURES = {
    "average_accuracy": "average accuracy",
    "backward_transfer": "backward transfer",
    "forgetting": "forgetting",
    "forward_transfer": "forward transfer",
}


class Target(Part):
    """One entry of the paper's table, and the range that our mean has to lie in."""

    paper: tuple[float, float]
    allowed: tuple[float, float]


class RowTarget(Part):
    """Both tasks of a row."""

    task1: Target
    task2: Target


class Claim(Part):
    """What rows of the same networks, or their hidden layers, have to show; see data/targets/paper.toml."""

    text: str
    kind: Literal["more", "not_more", "at_most_less", "every", "selective"]
    task: int = Field(0, ge=0, le=2, description="0 for `selective`, which is of no task")
    rows: tuple[str, ...] = Field((), max_length=2)
    least: float = 0.0
    most: float = 0.0
    p: float = SIGNIFICANT

    @model_validator(mode="after")
    def _rows_are_those_of_the_kind(self) -> "Claim":
        number = {"selective": 0, "every": 1}.get(self.kind, 2)
        if len(self.rows) != number or bool(self.task) != bool(number):
            raise ValueError(f"{self.kind!r} compares {number} rows of one task")
        return self


class Targets(Part):
    """Contents of a file of data/targets."""

    rows: dict[str, RowTarget]
    claims: tuple[Claim, ...]


class Entry(NamedTuple):
    """One row and task of the reproduction; `target` is None where the paper has no such row."""

    after: str
    task: int
    found: Estimate
    target: Target | None

    @property
    def holds(self) -> bool | None:
        """Whether our mean lies in the allowed range."""
        if self.target is None:
            return None
        low, high = self.target.allowed
        return low <= self.found.mean <= high


class Judged(NamedTuple):
    """A claim, what was found, and whether it holds."""

    claim: Claim
    holds: bool
    found: str
    contrast: Contrast | None


class Measured(NamedTuple):
    """Measures of continual learning of one row; see `lava_sleep.analysis.statistics.ContinualLearning`."""

    after: str
    average_accuracy: Estimate
    backward_transfer: Estimate
    forgetting: Estimate
    forward_transfer: Estimate


class Reproduction(NamedTuple):
    """The whole table and all claims that the rows allow to judge."""

    networks: int
    entries: list[Entry]
    claims: list[Judged]
    measures: list[Measured]

    @property
    def holds(self) -> bool:
        """Whether every row and every claim holds."""
        return all(entry.holds is not False for entry in self.entries) and all(claim.holds for claim in self.claims)


def load_targets(protocol: str = "paper", executor: str = "emulation") -> Targets:
    """The paper's figures and our criteria; a protocol without criteria of its own is judged by the paper's rows.

    An executor with a folder of its own in data/targets is judged by no other's criteria.
    """
    folder = files("lava_sleep").joinpath("data/targets")
    own = folder.joinpath(executor)
    folder = own if own.is_dir() else folder
    path = folder.joinpath(f"{protocol}.toml")
    path = path if path.is_file() else folder.joinpath("paper.toml")
    return Targets.model_validate(tomli.loads(path.read_text()))


def values_of(summary: dict) -> dict[tuple[str, int], np.ndarray]:
    """Performance per network (nan without acquisitions) by row and task of a summary."""
    return {
        (row["after"], task): np.array(row[name]["per_network"], float)
        for row in summary["rows"]
        for task, name in enumerate(TASKS, 1)
    }


def judge(claim: Claim, values: dict[tuple[str, int], np.ndarray], selective: float) -> Judged:
    """Whether the networks bear a claim out; `selective` is the share of hidden neurons with one particle."""
    if claim.kind == "selective":
        found = f"{selective:.1%} of the neurons, at least {claim.least:.0%}"
        return Judged(claim, selective >= claim.least, found, None)
    first = values[claim.rows[0], claim.task]
    if claim.kind == "every":
        lowest = float(first.min())
        return Judged(claim, lowest >= claim.least, f"lowest {lowest:.3f}, at least {claim.least:g}", None)
    made = contrast(first, values[claim.rows[1], claim.task])
    difference = made.difference
    interval = f"{difference.mean:+.3f} [{difference.low:+.3f}, {difference.high:+.3f}], p = {made.p:.4f}"
    if claim.kind == "more":
        holds = difference.mean >= claim.least and made.p < claim.p
        return Judged(claim, bool(holds), f"{interval}, d = {made.effect:.1f}, at least {claim.least:+g}", made)
    if claim.kind == "at_most_less":
        return Judged(claim, bool(difference.mean >= -claim.most), f"{interval}, at least {-claim.most:+g}", made)
    return Judged(claim, bool(made.p > SIGNIFICANT), interval, made)


def reproduce(summary: dict) -> Reproduction:
    """Lay a summary (`lava_sleep.results.summary`) beside the paper.

    Rows that the run does not have are left out; so are claims about them.
    """
    targets, values = load_targets(summary["protocol"], summary["executor"]), values_of(summary)
    entries = [
        Entry(
            after,
            task,
            estimate(found),
            getattr(targets.rows[after], TASKS[task - 1]) if after in targets.rows else None,
        )
        for (after, task), found in values.items()
    ]
    present = {after for after, _ in values}
    selective = summary["hidden"]["one"]
    claims = [judge(claim, values, selective) for claim in targets.claims if present.issuperset(claim.rows)]
    return Reproduction(summary["networks"], entries, claims, measure(values))


def trained_tasks(step: str) -> set[int]:
    """Tasks (0, 1) that a step of a row trains."""
    match = STEP.fullmatch(step)
    assert match is not None  # rows of a protocol are validated
    names = (match["first"], match["second"]) if match["second"] else (step,)
    return {TASK_NAMES.index(name) for name in names if name in TASK_NAMES}


def measure(values: dict[tuple[str, int], np.ndarray]) -> list[Measured]:
    """Measures of continual learning of every row whose last step trains one task after another had been trained."""
    found = []
    for after in dict.fromkeys(row for row, _ in values):
        steps = split_row(after)
        rows = [name_of(steps[: depth + 1]) for depth in range(len(steps))]
        trained = [trained_tasks(step) for step in steps]
        if len(trained[-1]) != 1 or any((row, 1) not in values for row in rows):
            continue
        new = next(iter(trained[-1]))
        old_steps = [k for k, tasks in enumerate(trained[:-1]) if 1 - new in tasks]
        if not old_steps:
            continue
        course = np.array([[values[row, task] for task in (1, 2)] for row in rows])
        first = next(k for k, tasks in enumerate(trained) if new in tasks)
        made = continual_learning(course, 1 - new, old_steps[-1], first)
        found.append(Measured(after, *(estimate(part) for part in made)))
    return found


def as_json(made: Reproduction) -> dict:
    """A reproduction as plain data."""
    return {
        "networks": made.networks,
        "holds": made.holds,
        "rows": [
            {
                "after": entry.after,
                "task": entry.task,
                **entry.found._asdict(),
                "paper": list(entry.target.paper) if entry.target else None,
                "allowed": list(entry.target.allowed) if entry.target else None,
                "holds": entry.holds,
            }
            for entry in made.entries
        ],
        "claims": [
            {
                "text": judged.claim.text,
                "rows": list(judged.claim.rows),
                "task": judged.claim.task,
                "holds": judged.holds,
                "found": judged.found,
                "difference": judged.contrast.difference._asdict() if judged.contrast else None,
                "p": judged.contrast.p if judged.contrast else None,
                "effect": judged.contrast.effect if judged.contrast else None,
            }
            for judged in made.claims
        ],
        "continual_learning": [
            {"after": one.after, **{name: getattr(one, name)._asdict() for name in MEASURES}} for one in made.measures
        ],
    }


def as_markdown(made: Reproduction, measures: bool = True) -> str:
    """Tables: rows with both tasks, then the claims, then (`measures`) the measures of continual learning."""
    lines = [
        f"Performance on frozen weights, {made.networks} networks: mean ± SD [bootstrap 95 % interval of the mean].",
        "",
        "| after | Task 1 | paper | Task 2 | paper | holds |",
        "|---|---|---|---|---|---|",
    ]
    for one, two in zip(made.entries[::2], made.entries[1::2]):
        verdict = {True: "yes", False: "**no**", None: ""}[None if one.holds is None else bool(one.holds and two.holds)]
        cells = [f"{shown(entry.found)} | {paper(entry.target)}" for entry in (one, two)]
        lines.append(f"| `{one.after}` | {' | '.join(cells)} | {verdict} |")
    lines += ["", "| claim | found | holds |", "|---|---|---|"]
    lines += [f"| {one.claim.text} | {one.found} | {'yes' if one.holds else '**no**'} |" for one in made.claims]
    if not measures:
        return "\n".join(lines)
    lines += ["", f"| after | {' | '.join(MEASURES.values())} |", "|---|" + "---|" * len(MEASURES)]
    for row in made.measures:
        cells = [f"{getattr(row, name).mean:+.3f} ± {getattr(row, name).sd:.3f}" for name in MEASURES]
        lines.append(f"| `{row.after}` | {' | '.join(cells)} |")
    return "\n".join(lines)


def shown(found: Estimate) -> str:
    """An estimate in a table."""
    return f"{found.mean:.3f} ± {found.sd:.3f} [{found.low:.3f}, {found.high:.3f}]"


def paper(target: Target | None) -> str:
    """The paper's figure in a table."""
    return f"{target.paper[0]:.2f} ± {target.paper[1]:.2f}" if target else ""
