"""The paper's table beside ours, row by row, with verdicts; and the claims that compare rows."""

from typing import Literal, NamedTuple

import numpy as np
from pydantic import Field, model_validator

from lava_sleep.base.data import data_names, read_data
from lava_sleep.base.settings import Part
from lava_sleep.environments.base import Environment
from lava_sleep.environments.foraging import PAPER
from lava_sleep.protocols.protocol import protocol as named_protocol
from lava_sleep.protocols.rows import chain, parse_step, split_row
from lava_sleep.runs.configuration import world_of
from lava_sleep.runs.summary import current_row
from lava_sleep.statistics.continual import JUDGED, chain_matrices, judged_values
from lava_sleep.statistics.contrasts import Contrast, Estimate, continual_learning, contrast, estimate
from lava_sleep.statistics.verdict import Verdict, judged, networks_for, overall, too_few

PAPER_SDS = 2  # SDs of the paper within which a mean is said to be like its own; chosen here
SIGNIFICANT = 0.05  # level of the claims that one row is no better than another
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


class Claim(Part):
    """What rows of the same networks, or their hidden layers, have to show; see data/targets/paper.toml."""

    text: str
    kind: Literal["more", "not_more", "at_most_less", "at_most_more", "every", "mean", "same", "selective"]
    task: str = Field("", description="by its name, or a measure of a chain; none for `selective` and `same`")
    rows: tuple[str, ...] = Field((), max_length=2)
    least: float = 0.0
    most: float = 0.0
    p: float = SIGNIFICANT

    @model_validator(mode="after")
    def _rows_are_those_of_the_kind(self) -> "Claim":
        number = {"selective": 0, "every": 1, "mean": 1}.get(self.kind, 2)
        if len(self.rows) != number or bool(self.task) != (self.kind not in ("selective", "same")):
            raise ValueError(f"{self.kind!r} compares {number} rows of one task")
        return self


class Targets(Part):
    """Contents of a file of data/targets: of rows and tasks by their names, and claims."""

    rows: dict[str, dict[str, Target]]
    claims: tuple[Claim, ...]


class Entry(NamedTuple):
    """One row and task of the reproduction; `target` is None where the paper has no such row."""

    after: str
    task: str
    found: Estimate
    target: Target | None

    @property
    def verdict(self) -> Verdict | None:
        """Whether our mean lies in the range that this project has set for itself."""
        if self.target is None:
            return None
        low, high = self.target.allowed
        return judged(low <= self.found.mean <= high)

    @property
    def beside_paper(self) -> str:
        """Where our mean lies beside the paper's: within two of its SDs, above or below; empty where it has none."""
        if self.target is None:
            return ""
        mean, sd = self.target.paper
        distance = self.found.mean - mean
        return "within" if abs(distance) <= PAPER_SDS * sd else "above" if distance > 0 else "below"


class Judged(NamedTuple):
    """A claim, what was found, and whether it holds."""

    claim: Claim
    verdict: Verdict
    found: str
    contrast: Contrast | None


class Measured(NamedTuple):
    """Measures of continual learning of one row; see `lava_sleep.statistics.contrasts.ContinualLearning`."""

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
    def verdict(self) -> Verdict:
        """Whether every row and every claim holds."""
        rows = [entry.verdict for entry in self.entries if entry.verdict]
        return overall([*rows, *(claim.verdict for claim in self.claims)])


def load_targets(protocol: str = "paper", model: str = "integer", world: Environment = PAPER) -> Targets:
    """The paper's figures and our criteria; a protocol without criteria of its own is judged by the paper's rows.

    A network with a folder of its own in data/targets is judged by no other's criteria, and what was run in another
    world than the protocol's own is not judged.
    """
    folder = f"targets/{model}" if data_names(f"targets/{model}") else "targets"
    name = protocol if protocol in data_names(folder) else "paper"
    if world_of({}, None, named_protocol(name, model=model)) != world:
        return Targets(rows={}, claims=())
    return Targets.model_validate(read_data(f"{folder}/{name}.toml"))


def values_of(summary: dict) -> dict[tuple[str, str], np.ndarray]:
    """Performance per network (nan without acquisitions) by row and task of a summary."""
    return {
        (row["after"], task): np.array(entry["per_network"], float)
        for row in map(current_row, summary["rows"])
        for task, entry in row["tasks"].items()
    }


def of_chains(values: dict[tuple[str, str], np.ndarray]) -> dict[tuple[str, str], np.ndarray]:
    """What claims judge of rows that learn one task after the other, by row and measure."""
    rows, tasks = (list(dict.fromkeys(names)) for names in zip(*values))
    performance = np.array([[values[row, task] for task in tasks] for row in rows]).transpose(2, 0, 1)
    return {
        (one.row, name): found
        for one in chain_matrices(performance, rows, tasks)
        for name, found in judged_values(one.matrix).items()
    }


def judge(claim: Claim, values: dict[tuple[str, str], np.ndarray], selective: float) -> Judged:
    """Whether the networks bear a claim out; `selective` is the share of hidden neurons with one particle."""
    if claim.kind == "same":
        tasks = [task for row, task in values if row == claim.rows[0] and task not in JUDGED]
        first, second = (np.array([values[row, task] for task in tasks]) for row in claim.rows)
        differ = int((~np.isclose(first, second, rtol=0, atol=0, equal_nan=True)).sum())
        return Judged(claim, judged(differ == 0), f"{differ} of {first.size} entries differ", None)
    if claim.kind == "selective":
        found = f"{selective:.1%} of the neurons, at least {claim.least:.0%}"
        return Judged(claim, judged(selective >= claim.least), found, None)
    first = values[claim.rows[0], claim.task]
    if claim.kind == "every":
        lowest = float(first.min())
        found = f"lowest {lowest:.3f}, at least {claim.least:g}"
        return Judged(claim, judged(lowest >= claim.least), found, None)
    if claim.kind == "mean":
        mean, asked = float(first.mean()), f"at least {claim.least:g}" if claim.least else f"at most {claim.most:g}"
        holds = mean >= claim.least if claim.least else mean <= claim.most
        return Judged(
            claim, judged(holds), f"{mean:.3f} ± {float(first.std(ddof=1)) if len(first) > 1 else 0:.3f}, {asked}", None
        )
    made = contrast(first, values[claim.rows[1], claim.task])
    return Judged(claim, compared(claim, made, len(first)), text_of(claim, made), made)


def compared(claim: Claim, made: Contrast, networks: int) -> Verdict:
    """The verdict on a claim that compares two rows."""
    needed = networks_for(claim.p) if claim.kind == "more" else 2
    mean = made.difference.mean
    if networks < 2:
        return too_few(needed)
    if claim.kind == "at_most_less":
        return judged(mean >= -claim.most)
    if claim.kind == "at_most_more":
        return judged(mean <= claim.most)
    if claim.kind == "not_more":
        return judged(made.p > SIGNIFICANT)
    if mean >= claim.least and made.p >= claim.p and networks < needed:
        return too_few(needed)
    return judged(mean >= claim.least and made.p < claim.p)


def text_of(claim: Claim, made: Contrast) -> str:
    """What was found of a claim that compares two rows, and what was asked."""
    difference = made.difference
    interval = f"{difference.mean:+.3f} [{difference.low:+.3f}, {difference.high:+.3f}], p = {made.p:.4f}"
    if np.isnan(made.p):
        interval = f"{difference.mean:+.3f}"
    effect = "" if np.isnan(made.effect) else f", d = {made.effect:.1f}"
    asked = {
        "more": f"{effect}, at least {claim.least:+g}",
        "at_most_less": f", at least {-claim.most:+g}",
        "at_most_more": f", at most {claim.most:+g}",
    }
    return interval + asked.get(claim.kind, "")


def reproduce(summary: dict, world: Environment = PAPER) -> Reproduction:
    """Lay a summary (`lava_sleep.runs.summary.summary`) beside the paper.

    Rows that the run does not have are left out; so are claims about them.

    Parameters
    ----------
    summary : dict
    world : Environment
        In which it was run.
    """
    targets, values = load_targets(summary["protocol"], summary["network"], world), values_of(summary)
    entries = [
        Entry(after, task, estimate(found), targets.rows.get(after, {}).get(task))
        for (after, task), found in values.items()
    ]
    selective = summary["hidden"]["one"]
    known = {**values, **of_chains(values)}
    rows = {row for row, _ in values}
    claims = [
        judge(claim, known, selective)
        for claim in targets.claims
        if all((row, claim.task) in known if claim.task else row in rows for row in claim.rows)
    ]
    return Reproduction(summary["networks"], entries, claims, measure(values))


def measure(values: dict[tuple[str, str], np.ndarray]) -> list[Measured]:
    """Measures of continual learning of every row whose last step trains one task after others had been trained."""
    found, rows = [], {row for row, _ in values}
    tasks = list(dict.fromkeys(task for _, task in values))
    for after in dict.fromkeys(row for row, _ in values):
        stages, trained = chain(after), [set(parse_step(step).tasks) for step in split_row(after)]
        if len(trained[-1]) != 1 or not rows.issuperset(stages):
            continue
        (new,) = trained[-1]
        last = {tasks.index(task): step for step, names in enumerate(trained[:-1]) for task in names if task != new}
        if not last:
            continue
        course = np.array([[values[stage, task] for task in tasks] for stage in stages])
        first = next(step for step, names in enumerate(trained) if new in names)
        made = continual_learning(course, tasks.index(new), last, first)
        found.append(Measured(after, *(estimate(part) for part in made)))
    return found


def as_json(made: Reproduction) -> dict:
    """A reproduction as plain data."""
    return {
        "networks": made.networks,
        "verdict": made.verdict.text,
        "rows": [
            {
                "after": entry.after,
                "task": entry.task,
                **entry.found._asdict(),
                "paper": list(entry.target.paper) if entry.target else None,
                "beside_paper": entry.beside_paper or None,
                "allowed": list(entry.target.allowed) if entry.target else None,
                "verdict": entry.verdict.text if entry.verdict else None,
            }
            for entry in made.entries
        ],
        "claims": [
            {
                "text": one.claim.text,
                "rows": list(one.claim.rows),
                "task": one.claim.task,
                "verdict": one.verdict.text,
                "found": one.found,
                "difference": one.contrast.difference._asdict() if one.contrast else None,
                "p": one.contrast.p if one.contrast else None,
                "effect": one.contrast.effect if one.contrast else None,
            }
            for one in made.claims
        ],
        "continual_learning": [
            {"after": one.after, **{name: getattr(one, name)._asdict() for name in MEASURES}} for one in made.measures
        ],
    }
