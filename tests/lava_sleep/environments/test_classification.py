"""Classification: what is shown in training and in tests, what answers are worth, and data of one's own."""

import numpy as np
import pytest

from emulation.engine.phase import Mode
from emulation.environments.base import PUNISHED, REWARDED
from emulation.environments.classification import ANSWER, PATTERN, act, begin, sense
from emulation.errors import InputError
from lava_sleep.environments.classification import Classification
from lava_sleep.networks.integer.description import IntegerNetwork
from lava_sleep.protocols import schedule
from lava_sleep.protocols.protocol import Cycles
from lava_sleep.protocols.schedule import make_phase
from lava_sleep.testing import check_backend, check_environment

STEPS = 16


def course(world, setting, answers, cycles=300):
    """Patterns that were shown, answers, outcomes and values; `answers` gives the winner from the pattern's class."""
    state, ground = world.start(), world.ground()
    values, found = np.zeros(world.outputs, np.int64), []
    begin(state, ground, setting, 1, 0)
    for cycle in range(cycles):
        pattern = int(state.now[PATTERN])
        counts = np.zeros(world.outputs, np.int64)
        counts[answers(int(ground.labels[pattern]))] = 3
        outcome = act(state, ground, setting, counts, values, 1, STEPS * (cycle + 1))
        found.append((pattern, int(state.now[ANSWER]), outcome, values.copy()))
    return found


@pytest.mark.parametrize("given", [{}, {"neurons": "shared", "teacher": True, "exploration": 10}])
def test_it_conforms(given):
    check_environment(Classification(**given), cycles=60)


@pytest.mark.lava
@pytest.mark.slow
@pytest.mark.parametrize("backend", ["lava-cycle", "lava"])
def test_lava_is_equal(backend):
    check_backend(backend, cycles=3, world=Classification(neurons="shared", teacher=True))


def test_training_and_tests_show_other_patterns_of_the_task():
    world, network = Classification(), IntegerNetwork()
    training = make_phase(network, Mode.WAKE, "T2", world).setting
    tested = schedule.test_segments(network, Cycles(), world)[1].phase.setting
    assert training[0] == 0 and tested[0] == 1
    labels = world.ground().labels
    seen = [{one[0] for one in course(world, setting, lambda label: 0)} for setting in (training, tested)]
    assert not seen[0] & seen[1]
    assert {int(labels[one]) for patterns in seen for one in patterns} == {5, 6, 7, 8, 9}


def test_a_pattern_is_sensed_where_it_exceeds_the_threshold():
    from sklearn.datasets import load_digits

    world, senses = Classification(), np.zeros(64, np.uint8)
    sense(world.start(), world.ground(), senses)
    assert any(np.array_equal(senses, one > 8) for one in load_digits().data)
    assert len(world.ground().labels) == len(load_digits().data) and set(senses) == {0, 1}


def test_the_one_that_answered_earns_what_the_answer_was_worth():
    world = Classification(exploration=0)
    for pattern, answer, outcome, values in course(world, world.setting("T1"), lambda label: label // 2 * 2):
        is_right = answer == world.ground().labels[pattern]
        assert outcome == (REWARDED if is_right else PUNISHED)
        assert values[answer] == (1 if is_right else -1) and np.abs(values).sum() == 1


def test_with_a_teacher_the_neuron_of_the_class_is_rewarded_always():
    world = Classification(teacher=True, exploration=0)
    for pattern, _, _, values in course(world, world.setting("T1"), lambda label: 0):
        assert values[world.ground().labels[pattern]] == 1 and values.sum() == 1


def test_shared_neurons_serve_a_class_of_each_task():
    world = Classification(neurons="shared")
    assert world.outputs == 5
    assert world.setting("T1").tolist() == [0, 0, 1, 2, 3, 4, -1, -1, -1, -1, -1]
    assert world.setting("T2").tolist() == [0, -1, -1, -1, -1, -1, 0, 1, 2, 3, 4]


def test_silence_answers_at_random():
    world = Classification(exploration=0)
    state, ground, values = world.start(), world.ground(), np.zeros(10, np.int64)
    answers = set()
    for cycle in range(200):
        act(state, ground, world.setting("T1"), np.zeros(10, np.int64), values, 1, STEPS * cycle)
        answers.add(int(state.now[ANSWER]))
    assert answers == set(range(10))


def test_data_of_ones_own(tmp_path):
    path = tmp_path / "own.npz"
    generator = np.random.Generator(np.random.Philox(1))
    np.savez(path, x=generator.integers(0, 255, (40, 4, 5)).astype(np.uint8), y=np.repeat([3, 7], 20))
    world = Classification(data=str(path), tasks={"T1": {"classes": [3]}, "T2": {"classes": [7]}})
    assert (world.inputs, world.outputs, world.classes) == (20, 2, (3, 7))
    assert np.diff(world.ground().first).tolist() == [[15, 15], [5, 5]]


@pytest.mark.parametrize(
    "given, said",
    [
        ({"data": "nowhere.npz"}, "world.data"),
        ({"tasks": {"T1": {"classes": [0, 0]}}}, "each class once"),
        ({"tasks": {"T1": {"classes": [10]}}}, "unknown class"),
    ],
)
def test_what_cannot_be_classified_is_refused(given, said):
    from lava_sleep.base.settings import validated

    with pytest.raises(InputError, match=said) as caught:
        validated(Classification, given, "world")
    assert "\n" not in str(caught.value)


def test_data_of_another_form_are_refused(tmp_path):
    path = tmp_path / "own.npz"
    np.savez(path, x=np.zeros((4, 2)), y=np.zeros(4, int))
    with pytest.raises(InputError, match="x float64"):
        Classification(data=str(path)).setting("T1")
