"""Measures of learning one task after the other, against numbers that were worked out by hand."""

import numpy as np
import pytest

from lava_sleep.statistics.continual import chains_of, continual, measures

ROWS = ["A", "A>i(S,B)", "A>i(S,B)>i(S,C)"]
# Two networks; a line for each task that was learnt, a column for each that was tested.
FIRST = [[0.9, 0.5, 0.5], [0.7, 0.8, 0.4], [0.8, 0.6, 0.7]]
SECOND = [[0.6, 0.4, 0.5], [0.7, 0.9, 0.5], [0.5, 0.9, 0.8]]
BY_HAND = {
    # (.8 + .6 + .7) / 3 and (.5 + .9 + .8) / 3
    "accuracy": [0.7, 2.2 / 3],
    # ((.8 - .9) + (.6 - .8)) / 2 and ((.5 - .6) + (.9 - .9)) / 2
    "backward_transfer": [-0.15, -0.05],
    # ((.9 - .8) + (.8 - .6)) / 2 and ((.7 - .5) + (.9 - .9)) / 2: A was best after B
    "forgetting": [0.15, 0.1],
}


def summary_rows(tables: list[list[list[float | None]]]) -> list[dict]:
    """Rows of a summary with tasks A, B and C; `tables` are of the networks."""
    made = []
    for stage, after in enumerate(ROWS):
        values = {task: [table[stage][place] for table in tables] for place, task in enumerate("ABC")}
        made.append({"after": after, "tasks": {task: {"per_network": one} for task, one in values.items()}})
    return made


def test_measures_are_those_by_hand():
    found = measures(np.array([FIRST, SECOND]))
    assert found.keys() >= BY_HAND.keys()
    for name, wanted in BY_HAND.items():
        assert found[name] == pytest.approx(wanted), name


def test_a_summary_tells_its_chain():
    (found,) = continual(summary_rows([FIRST, SECOND]))
    assert found["row"] == ROWS[-1] and found["tasks"] == ["A", "B", "C"]
    assert found["matrix"][1] == pytest.approx([0.7, 0.85, 0.45])
    for name, wanted in BY_HAND.items():
        assert found[name]["per_network"] == pytest.approx(wanted, abs=1e-6)
        assert found[name]["mean"] == pytest.approx(sum(wanted) / 2, abs=1e-6)
        assert found[name]["sd"] == pytest.approx(abs(wanted[0] - wanted[1]) / 2**0.5, abs=1e-6)


def test_what_was_not_acquired_makes_no_number():
    (found,) = continual(summary_rows([FIRST, [*SECOND[:2], [0.5, None, 0.8]]]))
    assert found["matrix"][2][1] is None and found["matrix"][2][0] == pytest.approx(0.65)
    assert found["accuracy"]["mean"] is None and found["accuracy"]["per_network"] == [0.7, None]


@pytest.mark.parametrize(
    ("rows", "chains"),
    [
        (ROWS, {ROWS[-1]: ["A", "B", "C"]}),
        (ROWS[1:], {}),  # a stage was not tested
        (["A", "B", "A>B"], {"A>B": ["A", "B"]}),
        (["A", "A>B", "A>B>i(S,A)"], {"A>B": ["A", "B"]}),  # the last step learns nothing new
        (["A", "A>i(B,C)"], {}),  # two at once
        (["A", "A>i(S,B)", "A>i(S,B)^2"], {"A>i(S,B)": ["A", "B"]}),
        (["A", "A>i(S,B)", "A>i(R,B)"], {"A>i(S,B)": ["A", "B"], "A>i(R,B)": ["A", "B"]}),
    ],
)
def test_chains_learn_a_new_task_with_each_step(rows, chains):
    assert chains_of(rows) == chains
