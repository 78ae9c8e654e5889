"""The paper's table with verdicts: rows and claims hold where they should, and fail where they should."""

import copy

import numpy as np
import pytest
from helpers.summaries import GOOD, good_summary

from lava_sleep.analysis.reproduction import Claim, Targets, as_json, load_targets, measure, reproduce
from lava_sleep.environments.foraging import PAPER
from lava_sleep.runs.configuration import read_configuration
from lava_sleep.statistics.verdict import NO, YES
from lava_sleep.tables.markdown import drawn
from lava_sleep.tables.reproduction import reproduction_tables


@pytest.fixture
def summary() -> dict:
    """A run of eight networks whose rows are as they should be."""
    return good_summary(8)


def change(summary: dict, after: str, task: str, amount: float) -> dict:
    """The same run with one entry moved, in all networks."""
    changed = copy.deepcopy(summary)
    row = next(row for row in changed["rows"] if row["after"] == after)
    part = row["tasks"][task]
    part["per_network"] = [value + amount for value in part["per_network"]]
    return changed


def test_a_good_run_holds(summary):
    made = reproduce(summary)
    assert made.verdict == YES and len(made.claims) == len(load_targets().claims)
    assert [entry.after for entry in made.entries[::2]] == list(GOOD)


@pytest.mark.parametrize(
    ("after", "task", "amount", "failing"),
    [
        ("T1", "T1", -0.1, "row"),
        ("T1>T2", "T1", 0.1, "row"),
        ("T1>i(R,T2)", "T1", 0.1, "sleep keeps the old task (T1), rest loses it"),
        ("T1>T2>i(R,T1)", "T2", 0.15, "sleep keeps the old task (T2), rest loses it"),
        ("T1>i(R,T2)", "T2", 0.06, "the new task (T2) costs little"),
        ("T1>i(S0,T2)", "T1", 0.05, "sleep without plasticity is no better than rest (T1)"),
        ("T1>T2>i(Sx,T1)", "T2", 0.2, "sleep with shuffled tags is no better than rest (T2)"),
        ("T1>T2>S", "T1", 0.1, "one long sleep after forgetting brings nothing back"),
        ("T1>i(S,T2)/5000", "T1", 0.1, "episodes of 5000 cycles lose the old task (T1)"),
    ],
)
def test_what_is_wrong_is_found(summary, after, task, amount, failing):
    made = reproduce(change(summary, after, task, amount))
    failed = [judged.claim.text for judged in made.claims if judged.verdict == NO]
    failed += ["row" for entry in made.entries if entry.verdict == NO]
    assert failing in failed and made.verdict == NO


def test_measures_of_continual_learning_are_those_of_the_old_task(summary):
    measured = {row.after: row for row in reproduce(summary).measures}
    assert "T1" not in measured and "T1>i(T1,T2)" not in measured
    late = measured["T1>T2>i(S,T1)"]  # T2 is the old task
    assert late.backward_transfer.mean == pytest.approx(0.84 - 0.88, abs=1e-6)
    assert late.average_accuracy.mean == pytest.approx((0.83 + 0.84) / 2, abs=0.01)
    early = measured["T1>i(S,T2)"]  # T1 is the old task
    assert early.forgetting.mean == pytest.approx(0.87 - 0.83, abs=1e-6)
    assert early.forward_transfer.mean == pytest.approx(-0.01, abs=0.01)


def test_one_bad_network_is_found(summary):
    row = next(row for row in summary["rows"] if row["after"] == "T1>i(S,T2)")
    row["tasks"]["T1"]["per_network"][3] = 0.6
    failed = [judged.claim.text for judged in reproduce(summary).claims if judged.verdict == NO]
    assert "in every network sleep keeps T1" in failed


def test_tables_tell_every_row_and_claim(summary):
    made = reproduce(summary)
    text = drawn(*reproduction_tables(made))
    assert all(f"| `{after}` |" in text for after in GOOD) and "**no**" not in text
    assert "0.70 ± 0.02" in text
    plain = as_json(made)
    assert plain["verdict"] == "yes" and len(plain["rows"]) == 2 * len(GOOD)
    assert "**no**" in drawn(*reproduction_tables(reproduce(change(summary, "T1", "T1", -0.2))))


@pytest.mark.parametrize(
    ("protocol", "model"),
    [
        ("paper", "integer"), ("long", "integer"), ("paper", "golden2022"), ("long", "golden2022"),
        ("million", "golden2022"),
    ],
)  # fmt: skip
def test_the_protocol_has_every_row_that_is_judged(protocol, model):
    rows = read_configuration(None, {"protocol": protocol, "network": model}).protocol.rows
    targets = load_targets(protocol, model)
    assert targets.claims
    assert set(rows) >= set(targets.rows) | {row for claim in targets.claims for row in claim.rows}


def test_a_summary_of_before_is_read_as_one_of_now(summary):
    """Once a row had the keys task1 and task2."""
    rows = [
        {"after": row["after"], "task1": row["tasks"]["T1"], "task2": row["tasks"]["T2"]} for row in summary["rows"]
    ]
    assert as_json(reproduce({**summary, "rows": rows})) == as_json(reproduce(summary))


def test_what_was_run_in_another_world_is_not_judged_by_the_papers_figures(summary):
    other = PAPER.model_copy(update={"spacing": 2})
    made = reproduce(summary, other)
    assert not made.claims and not any(entry.target for entry in made.entries) and made.measures
    head = [column.heading for column in reproduction_tables(made)[0].columns]
    assert head == ["after", "Task 1", "Task 2"]
    many = read_configuration(None, {"protocol": "many"}).world
    assert load_targets("many", "integer", many).claims
    assert (
        load_targets("many", "integer", PAPER) == load_targets("paper", "integer", many) == Targets(rows={}, claims=())
    )


def test_measures_of_three_tasks_by_hand():
    """Two networks; after A, after B beside it, after C beside them."""
    course = {
        "A": ([0.9, 0.6], [0.5, 0.4], [0.5, 0.5]),
        "A>i(S,B)": ([0.7, 0.7], [0.8, 0.9], [0.4, 0.5]),
        "A>i(S,B)>i(S,C)": ([0.8, 0.5], [0.6, 0.9], [0.7, 0.8]),
    }
    values = {(row, task): np.array(one) for row, found in course.items() for task, one in zip("ABC", found)}
    two, three = measure(values)
    assert (two.after, three.after) == ("A>i(S,B)", "A>i(S,B)>i(S,C)")
    assert two.average_accuracy.mean == pytest.approx((0.75 + 0.8) / 2)  # C is not among those that were trained
    assert two.backward_transfer.mean == pytest.approx((-0.2 + 0.1) / 2)
    assert three.average_accuracy.mean == pytest.approx((0.7 + 2.2 / 3) / 2)
    assert three.backward_transfer.mean == pytest.approx((-0.15 - 0.05) / 2)
    assert three.forgetting.mean == pytest.approx((0.15 + 0.1) / 2)
    assert three.forward_transfer.mean == pytest.approx((0.4 + 0.5) / 2 - 0.5)


def test_other_protocols_are_judged_by_the_rows_of_the_paper(summary):
    some = {**summary, "protocol": "quick", "rows": summary["rows"][:3]}
    made = reproduce(some)
    assert made.verdict == YES and len(made.entries) == 6 and made.entries[0].target.paper == (0.70, 0.02)
    assert [judged.claim.text for judged in made.claims] == []


def test_the_papers_own_network_is_judged_by_the_papers_figures(summary):
    own = {**summary, "executor": "map", "network": "golden2022", "hidden": {"one": 0.84}}
    made = reproduce(own)
    judged = {claim.claim.kind: claim for claim in made.claims}
    assert judged["selective"].verdict == NO and "84.0%" in judged["selective"].found
    assert made.entries[0].verdict == NO  # 0.87 after Task 1: better than the paper is not as in the paper
    better = {one.claim.text: one for one in reproduce({**own, "hidden": {"one": 0.85}}).claims}
    assert better[judged["selective"].claim.text].verdict == YES
    paper, other = load_targets("paper", "golden2022"), load_targets("paper", "integer")
    figures = [
        {(row, task): one.paper for row, tasks in found.rows.items() for task, one in tasks.items()}
        for found in (paper, other)
    ]
    assert figures[0] == figures[1] and len(figures[0]) == 14
    assert load_targets("quick", "golden2022") == paper and not load_targets("long", "golden2022").rows


@pytest.mark.parametrize("change", [{"rows": ["T1"]}, {"task": ""}, {"kind": "selective"}, {"kind": "every"}])
def test_a_claim_about_the_wrong_number_of_rows_is_refused(change):
    claim = {"text": "a", "kind": "more", "task": "T1", "rows": ["T1", "T2"]}
    Claim.model_validate(claim)
    with pytest.raises(ValueError, match="rows of one task"):
        Claim.model_validate({**claim, **change})
