"""Environments of gymnasium as ours: encoders, decoders, copied states, and what is refused."""

import gymnasium
import numpy as np
import pytest

from emulation.environments.base import functions_of
from emulation.environments.python import Live
from emulation.errors import InputError
from emulation.states import copy_state
from lava_sleep.base.settings import validated
from lava_sleep.environments.gymnasium import Gymnasium
from lava_sleep.networks.integer.description import IntegerNetwork
from lava_sleep.runs.configuration import configuration_of
from lava_sleep.runs.run import run_networks
from lava_sleep.runs.summary import state_digest
from lava_sleep.testing import check_backend, check_environment

FROZEN = {"id": "FrozenLake-v1", "arguments": {"is_slippery": False}}
PROTOCOL = {
    "name": "short",
    "rows": ["T1", "T1>i(S,T2)"],
    "cycles": {"unsupervised": 40, "task": 40, "interleaved": 40, "episode": 10, "test": 20},
}


class Corridor(gymnasium.Env):
    """Six places in a row: the right end rewards, the left end punishes.

    A `forgetful` one ignores the seed: it begins at a place of its own, another than the one made before it.
    """

    made = 0

    def __init__(self, forgetful=False):
        Corridor.made += 1
        self.own = 1 + Corridor.made % 4
        self.observation_space, self.action_space = gymnasium.spaces.Discrete(6), gymnasium.spaces.Discrete(2)
        self.forgetful = forgetful

    def reset(self, *, seed=None, options=None):
        super().reset(seed=seed)
        self.place = self.own if self.forgetful else int(self.np_random.integers(1, 5))
        return self.place, {}

    def step(self, action):
        self.place += 2 * int(action) - 1
        reward = float(self.place == 5) - float(self.place == 0)
        return self.place, reward, reward != 0, False, {}


@pytest.fixture(autouse=True, scope="module")
def registered():
    """The corridor by its name."""
    gymnasium.register("Corridor-v0", Corridor)
    yield
    del gymnasium.registry["Corridor-v0"]


def ends_only(observation):
    """An encoder of one's own: left end, right end, between."""
    return [observation == 0, observation == 5, 0 < observation < 5]


def last_of_all(counts):
    """A decoder of one's own."""
    return len(counts) - 1


@pytest.mark.parametrize("given", [FROZEN, {"id": "FrozenLake-v1"}, {"id": "Corridor-v0", "encoder": "one-hot"}])
def test_it_conforms(given):
    check_environment(Gymnasium(**given), cycles=60)


def test_the_kernel_plays_the_environment_itself():
    world, ours = Gymnasium(id="Corridor-v0", exploration=0), gymnasium.make("Corridor-v0")
    state, ground, setting = world.start(), world.ground(), world.setting("T1")
    functions, values, senses = functions_of(state), np.zeros(2, np.int64), np.zeros(12, np.uint8)
    functions.begin(state, ground, setting, 1, 0)
    place, _ = ours.reset(seed=int(state.now[1]))
    for cycle in range(200):
        functions.sense(state, ground, senses)
        assert np.flatnonzero(senses).tolist() == [2 * place, 2 * place + 1]
        counts = np.array([0, 1]) if cycle % 3 else np.array([1, 0])
        functions.act(state, ground, setting, counts, values, 1, 16 * (cycle + 1))
        place, reward, over, _, _ = ours.step(int(state.now[3]))
        assert values[state.now[3]] == np.sign(reward) and np.abs(values).sum() == abs(reward)
        if over:
            place, _ = ours.reset(seed=int(state.now[1]))


def test_a_network_runs_in_it():
    configuration = configuration_of({"world": {"environment": "gymnasium", **FROZEN}, "protocol": PROTOCOL})
    assert configuration.world == Gymnasium(**FROZEN)
    first, again = (state_digest(run_networks(configuration)[0]) for _ in range(2))
    assert first == again


@pytest.mark.lava
@pytest.mark.slow
def test_lava_is_equal():
    network = IntegerNetwork(hidden_synapses={"fan_in": 4})
    check_backend("lava-cycle", network, cycles=3, world=Gymnasium(id="FrozenLake-v1"))


def test_functions_of_ones_own():
    names = {"encoder": f"{__name__}:ends_only", "decoder": f"{__name__}:last_of_all"}
    world = Gymnasium(id="Corridor-v0", **names)
    assert (world.inputs, world.outputs) == (3, 2)
    state, values = world.start(), np.zeros(2, np.int64)
    functions = functions_of(state)
    functions.begin(state, world.ground(), world.setting("T1"), 1, 0)
    assert state.senses.tolist() == [0, 0, 1]
    functions.act(state, world.ground(), world.setting("T1"), np.array([5, 1]), values, 1, 16)
    assert functions.action(state) == 1


@pytest.mark.parametrize(
    "given, said",
    [
        ({"id": "Nowhere-v0"}, "an id of gymnasium"),
        ({"id": "FrozenLake-v1", "encoder": "rate"}, "one-hot, pairs, bits, module:function"),
        ({"id": "FrozenLake-v1", "encoder": "bits"}, "MultiBinary"),
        ({"id": "CartPole-v1"}, "encoder: pairs for observations"),
        ({"id": "Pendulum-v1"}, "actions of Pendulum-v1"),
        ({"id": "Corridor-v0", "arguments": {"forgetful": True}}, "does not come back"),
        ({"id": "FrozenLake-v1", "tasks": {"T1": {}, "T2": {"map_name": "8x8"}}}, "other observations or actions"),
    ],
)
def test_what_cannot_be_run_is_refused(given, said):
    with pytest.raises(InputError, match=said) as caught:
        validated(Gymnasium, given, "world")
    assert "\n" not in str(caught.value)


def test_a_state_of_another_course_is_refused():
    world = Gymnasium(id="Corridor-v0")
    live, state = Live(world.ground().text.tobytes()), copy_state(world.start())
    live.begin(state, 0, 1, 0)
    live.place, state.senses[:] = (-1, -1, b""), 1 - state.senses
    with pytest.raises(InputError, match="cannot go on from a copied state"):
        live.act(state, np.zeros(2, np.int64), np.zeros(2, np.int64), 1, 16)


def test_an_error_in_python_ends_the_run(monkeypatch, capsys):
    world = Gymnasium(id="Corridor-v0")
    state = world.start()
    functions = functions_of(state)
    functions.begin(state, world.ground(), world.setting("T1"), 1, 0)
    monkeypatch.setattr(Corridor, "step", lambda self, action: 1 / 0)
    with pytest.raises(ValueError, match="the environment in Python failed"):
        functions.act(state, world.ground(), world.setting("T1"), np.ones(2, np.int64), np.zeros(2, np.int64), 1, 16)
    assert "ZeroDivisionError" in capsys.readouterr().err
