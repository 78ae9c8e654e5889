"""The random and the greedy agent beside the network."""

import numpy as np

from lava_sleep.environments.foraging import PAPER
from lava_sleep.runs.configuration import read_configuration
from lava_sleep.studies.policies import LINES, POLICIES, Greedy, outcomes_of_agent, outcomes_of_network, shares
from lava_sleep.studies.study import Made

UP_LEFT, LEFT, RIGHT, DOWN = 0, 3, 4, 6


def view(*pixels):
    """What is seen: pixels by row and column from the agent."""
    senses = np.zeros((7, 7), np.uint8)
    for row, column in pixels:
        senses[row + 3, column + 3] = 1
    return senses.ravel()


def test_the_greedy_agent_takes_what_is_adjacent_and_rewarded_first():
    greedy = Greedy(PAPER, "T1")  # horizontal pairs are rewarded, falling diagonals punished
    assert greedy(view((0, 1), (0, 2), (0, -3), (0, -2)), DOWN) == RIGHT
    assert greedy(view((2, 0), (2, 1)), LEFT) == DOWN
    assert greedy(view((-1, 0), (0, 1), (-3, 0), (-3, 1)), LEFT) == UP_LEFT  # past the punished one


def test_with_nothing_to_take_it_goes_on_past_what_is_in_its_way():
    greedy = Greedy(PAPER, "T1")
    assert greedy(view(), RIGHT) == RIGHT
    assert greedy(view((0, 1), (1, 2)), RIGHT) != RIGHT


def test_greedy_is_right_and_random_is_not():
    counts = {name: outcomes_of_agent(name, PAPER, "T1", 3, 1500) for name in ("random", "greedy")}
    found = {name: shares(one[np.newaxis]) for name, one in counts.items()}
    assert found["greedy"]["performance"][0] > 0.9 and found["random"]["performance"][0] < 0.75
    assert found["greedy"]["acquisitions"][0] > 3 * found["random"]["acquisitions"][0]
    np.testing.assert_array_equal(counts["greedy"], outcomes_of_agent("greedy", PAPER, "T1", 3, 1500))


def test_the_network_is_tested_on_every_task_after_every_row():
    configuration = read_configuration(None, {"protocol": "tiny"})
    assert outcomes_of_network(configuration, 3, lambda cycles: None).sum(axis=2).tolist() == [[150, 150], [150, 150]]


def test_its_table_has_a_line_per_agent(tmp_path):
    settings = POLICIES.settings.model_copy(update={"networks": 2})
    counts = np.tile(np.array([80, 15, 5, 0]), (2, 2, 1))
    made = Made(tmp_path, {}, dict.fromkeys(POLICIES.measurements(settings).names, counts))
    (table,) = POLICIES.tables(POLICIES.numbers(settings, made))
    assert [row[0] for row in table.rows] == [line for lines in LINES.values() for line in lines]
    assert all(list(row[1:]) == ["0.750 ± 0.000", "0.200 ± 0.000"] * 2 for row in table.rows)
