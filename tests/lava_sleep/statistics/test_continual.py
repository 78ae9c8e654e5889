"""Measures of continual learning, on matrices whose numbers are known."""

import numpy as np

from lava_sleep.statistics.continual import accuracy_course, chain_matrices, chains_of, continual, measures

ROWS = ["T1", "T1>i(S,B)", "T1>i(S,B)>i(S,C)", "T1>i(R,B)", "i(T1,B,C)", "T1>B>T1", "T1>i(R,B)>i(R,C)/50"]
TASKS = ["T1", "B", "C"]


def test_chains_learn_one_new_task_with_each_step():
    found = chains_of(ROWS)
    assert found == dict.fromkeys(("T1>i(S,B)>i(S,C)", "T1>i(R,B)>i(R,C)/50"), TASKS)
    assert chains_of(["T1>T2"]) == {} and chains_of(["T1", "T1>S"]) == {}


def test_chains_of_an_array_are_those_of_the_summary():
    values = np.random.default_rng(0).uniform(size=(2, len(ROWS), 3))
    rows = []
    for row, tested in zip(ROWS, values.transpose(1, 2, 0).tolist()):
        rows.append({"after": row, "tasks": {task: {"per_network": one} for task, one in zip(TASKS, tested)}})
    for chain, one in zip(chain_matrices(values, ROWS, TASKS), continual(rows)):
        assert chain.row == one["row"] and chain.tasks == one["tasks"]
        assert np.allclose(chain.matrix.mean(axis=0), one["matrix"], atol=1e-6)
        for name, numbers in measures(chain.matrix).items():
            assert np.allclose(numbers, one[name]["per_network"], atol=1e-6)


def test_measures_of_a_matrix_by_hand():
    matrix = np.array([[[0.8, 0.5, 0.5], [0.9, 0.7, 0.5], [0.6, 0.7, 0.8]]])
    found = {name: float(values[0]) for name, values in measures(matrix).items()}
    assert np.isclose(found["accuracy"], 0.7)
    assert np.isclose(found["backward_transfer"], (-0.2 + 0.0) / 2)
    assert np.isclose(found["forgetting"], (0.3 + 0.0) / 2)
    assert np.allclose(accuracy_course(matrix), [[0.8, 0.8, 0.7]])
