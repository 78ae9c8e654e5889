"""What a summary says of sleep and rest, in words and as a verdict."""

import json

import pytest
from helpers.summaries import good_summary

from lava_sleep.runs.meaning import meaning
from lava_sleep.statistics.continual import continual


def row_of(summary: dict, after: str) -> dict:
    return next(row for row in summary["rows"] if row["after"] == after)


def change(summary: dict, after: str, task: int, mean: float | None) -> dict:
    """The same with another mean in one entry, around which its networks lie."""
    entry = row_of(summary, after)["tasks"][f"T{task}"]
    before = entry["mean"]
    entry["mean"] = mean
    entry["per_network"] = [None if mean is None else value + mean - before for value in entry["per_network"]]
    return summary


@pytest.mark.parametrize(("networks", "answer"), [(1, "too few networks (7 needed)"), (7, "yes")])
def test_sleep_that_keeps_the_old_task(networks, answer):
    found = meaning(good_summary(networks))
    assert found.verdict.text == answer and found.text.endswith(f"(p < 0.01)? {answer}.")
    asleep, rested = (row_of(good_summary(networks), f"T1>T2>i({one},T1)")["tasks"]["T2"]["mean"] for one in "SR")
    assert f"{asleep:.2f} with sleep and {rested:.2f} with rest" in found.text


def test_sleep_that_is_hardly_better_than_rest():
    found = meaning(change(good_summary(8), "T1>T2>i(R,T1)", 2, 0.80))
    assert found.verdict.text == "no" and found.text.endswith("no.")


def test_what_was_not_learnt_or_not_run_has_no_verdict():
    assert meaning(change(good_summary(8), "T1", 1, 0.55)).verdict is None
    assert meaning(change(good_summary(8), "T1>T2>i(S,T1)", 2, None)).verdict is None
    some = good_summary(8)
    some["rows"] = some["rows"][:2]
    assert meaning(some).verdict is None


def test_networks_without_acquisitions_are_no_pairs():
    summary = good_summary(8)
    row_of(summary, "T1>T2>i(S,T1)")["tasks"]["T2"]["per_network"] = [None] * 8
    assert meaning(summary).verdict.text == "no"


def test_a_summary_holds_its_verdict(tiny_run):
    found = meaning(tiny_run.summary)
    stored = json.loads((tiny_run.folder / "summary.json").read_text())["verdict"]
    assert stored == {"answer": found.verdict.text if found.verdict else None, "text": found.text}


@pytest.mark.parametrize(("asleep", "rested", "answer"), [(0.78, 0.55, "yes"), (0.56, 0.55, "no"), (None, 0.55, None)])
def test_a_chain_of_tasks_is_judged_by_its_old_ones(asleep, rested, answer):
    def row(after, *values):
        entries = [
            {"mean": one, "sd": 0.01, "per_network": [one and one + k / 1e3 for k in range(8)]} for one in values
        ]
        return {"after": after, "tasks": dict(zip(("A", "B", "C"), entries))}

    rows = [row("A", 0.8, 0.5, 0.5)]
    for kind, old in (("S", asleep), ("R", rested)):
        rows += [row(f"A>i({kind},B)", 0.8, 0.8, 0.5), row(f"A>i({kind},B)>i({kind},C)", old, 0.7, 0.8)]
    found = meaning({"networks": 8, "rows": rows, "continual": continual(rows)})
    assert (found.verdict.answer if found.verdict else None) == answer
    assert "After 3 tasks the 2 old ones" in found.text if answer else "nothing can be said" in found.text
