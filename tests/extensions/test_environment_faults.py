"""`check_environment` names the fault of an environment of another package in one sentence."""

from pathlib import Path

import numpy as np
import pytest

from emulation.compiling import inner
from emulation.environments.base import NOTHING, Functions, register
from lava_sleep.testing import check_environment

HERE = Path(__file__).parent


@pytest.fixture
def bandit(monkeypatch):
    """The module of a sound environment."""
    monkeypatch.syspath_prepend(str(HERE))
    import outsider.bandit

    return outsider.bandit


@inner
def sense_two(world, bandit, senses):
    senses[:] = 2


@inner
def sense_half(world, bandit, senses):
    senses[0] = 0


@inner
def sense_beyond(world, bandit, senses):
    for neuron in range(senses.shape[0] + 1):
        senses[neuron] = 0


@inner
def sense_and_turn(world, bandit, senses):
    senses[:] = 0
    world.now[0] = 1 - world.now[0]


@inner
def sense_all(world, bandit, senses):
    senses[:] = 1


@inner
def act_unknown(world, bandit, setting, counts, values, seed, time):
    values[:] = 0
    return 9


@inner
def act_dear(world, bandit, setting, counts, values, seed, time):
    values[:] = 2
    return 1


@inner
def act_for_nothing(world, bandit, setting, counts, values, seed, time):
    values[:] = 1
    return NOTHING


@inner
def act_on_counts(world, bandit, setting, counts, values, seed, time):
    values[:] = 0
    counts[0] += 1
    return NOTHING


@inner
def act_on_setting(world, bandit, setting, counts, values, seed, time):
    values[:] = 0
    setting[0] += 1
    return NOTHING


@inner
def act_far(world, bandit, setting, counts, values, seed, time):
    values[:] = 0
    world.now[0] = 1000
    return NOTHING


@inner
def action_large(world):
    return 256


@inner
def begin_as_it_was(world, bandit, setting, seed, time):
    world.now[1] = min(7, world.now[1] + 1)


@inner
def wander_by_chance(world, bandit, seed, time):
    world.now[0] = np.random.randint(0, bandit.cues)


FUNCTION_FAULTS = {
    "sense does not write 0 or 1 for every input": {"sense": sense_two},
    "sense does not write 0 or 1 for every input.": {"sense": sense_half},
    "sense raises IndexError": {"sense": sense_beyond},
    "sense changes the state": {"sense": sense_and_turn},
    "the outcome 9 is none of 0 .. 3": {"act": act_unknown},
    "act does not write -1, 0 or 1 for every output": {"act": act_dear},
    "an act is worth something where the outcome is nothing": {"act": act_for_nothing},
    "act changes the spike counts": {"act": act_on_counts},
    "the ground or the setting": {"act": act_on_setting},
    "now of the state leaves its range": {"act": act_far},
    "the action 256 is no whole number 0 .. 255": {"action": action_large},
    "begin does not make the same world from a used state": {"begin": begin_as_it_was},
    "compiled and plain Python functions differ": {"wander": wander_by_chance},
    "sense is not compiled": {"sense": sense_two.py_func},
}


@pytest.mark.parametrize("said", FUNCTION_FAULTS)
def test_a_function_at_fault(bandit, said):
    state = type("State", (bandit.Cue,), {})
    register(state, Functions(**{**bandit.FUNCTIONS._asdict(), **FUNCTION_FAULTS[said]}))

    class Faulty(bandit.BanditTask):
        def start(self):
            return state(np.zeros(2, np.int64))

    with pytest.raises(AssertionError) as caught:
        check_environment(Faulty(), cycles=8)
    text = str(caught.value)
    assert said.rstrip(".") in text and text.startswith("environment bandit") and "\n" not in text


class NotRegistered(tuple):
    """A named tuple of another class than the registered one."""

    _fields = ("now",)


DESCRIPTION_FAULTS = {
    "does not come back from plain data": lambda one, bandit: {
        "model_dump": lambda self, **how: {"arms": 3, "tasks": {"T1": [0]}}
    },
    "inputs is 0, a whole number above 0 is needed": lambda one, bandit: {"inputs": property(lambda self: 0)},
    "silent_inputs are not each once": lambda one, bandit: {"silent_inputs": property(lambda self: (99,))},
    "fewer than 2 inputs can spike": lambda one, bandit: {"silent_inputs": property(lambda self: tuple(range(15)))},
    "the setting of the unsupervised phase is not an int64 array": lambda one, bandit: {
        "setting": lambda self, task: np.zeros(3)
    },
    "other lengths": lambda one, bandit: {"setting": lambda self, task: np.zeros(3 + len(task), np.int64)},
    "stimuli name inputs that it has not": lambda one, bandit: {"stimuli": lambda self: [(0, (16, 17))]},
    "a named tuple of arrays is needed": lambda one, bandit: {"start": lambda self: [np.zeros(2, np.int64)]},
    "now of its state is int, no array": lambda one, bandit: {"start": lambda self: bandit.Cue(2)},
    "is not registered": lambda one, bandit: {"start": lambda self: NotRegistered([np.zeros(2, np.int64)])},
    "the same memory twice": lambda one, bandit: {"start": lambda self: one},
    "ground gives no named tuple": lambda one, bandit: {"ground": lambda self: 8},
    "ranges name somewhere": lambda one, bandit: {"ranges": lambda self: {"somewhere": (0, 1)}},
    "an input that is named as silent": lambda one, bandit: {"silent_inputs": property(lambda self: tuple(range(14)))},
}


@pytest.mark.parametrize("said", DESCRIPTION_FAULTS)
def test_a_description_at_fault(bandit, said):
    changed = DESCRIPTION_FAULTS[said](bandit.Cue(np.zeros(2, np.int64)), bandit)
    faulty = type("Faulty", (bandit.BanditTask,), {**changed, "__module__": __name__})
    with pytest.raises(AssertionError) as caught:
        check_environment(faulty(), cycles=8)
    text = str(caught.value)
    assert said in text and text.startswith("environment bandit") and "\n" not in text
