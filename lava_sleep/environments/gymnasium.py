"""Any discrete environment of gymnasium as an environment of ours, in plain Python: slower than a compiled one.

    [world]
    environment = "gymnasium"
    id = "FrozenLake-v1"            # or "module:Name-v0", whose module registers it
    arguments = {is_slippery = false}

    [tasks.T1]                      # arguments of the task, over those of the world
    map_name = "4x4"

An output neuron per action, the most active one acts. What an act was worth is the sign of its reward. The state of a
run keeps the seed of the episode and its acts, so an environment is refused whose episodes are not a function of these.
"""

import json
from collections.abc import Callable, Mapping
from functools import lru_cache
from typing import Any, Literal

import numpy as np
from pydantic import Field, model_validator

from emulation.environments.choice import explored
from emulation.environments.python import Episode, Script, make_episode, make_script
from emulation.errors import InputError
from lava_sleep.base.registry import load
from lava_sleep.environments.base import Environment, checked_names

MAKER = "lava_sleep.environments.gymnasium:make_driver"
PACKAGE = "gymnasium"
MOST_ACTIONS = 256  # the record of acts has 8 bits
ONE_HOT, PAIRS, BITS = "one-hot", "pairs", "bits"
MOST_ACTIVE = "most-active"
TRIED = 20  # acts after which two episodes of one seed are compared; chosen here


class Gymnasium(Environment):
    """An environment of gymnasium with discrete actions."""

    environment: Literal["gymnasium"] = "gymnasium"
    id: str = Field("FrozenLake-v1", description="of gymnasium's registry")
    arguments: Mapping[str, Any] = Field(default_factory=dict, description="arguments of gymnasium.make")
    encoder: str = Field(
        PAIRS,
        description="observation k -> inputs 2k and 2k + 1 (pairs) or k (one-hot); bits: a MultiBinary one as it is; "
        "module:function: 0 or 1 per input, of an observation",
    )
    decoder: str = Field(
        MOST_ACTIVE, description="or module:function, an action from the spike counts of the output neurons"
    )
    exploration: int = Field(5, ge=0, le=100, description="percent of random acts, where the most active neuron acts")
    longest: int = Field(200, ge=1, le=100_000, description="acts after which an episode is cut")
    tasks: Mapping[str, Mapping[str, Any]] = Field(default_factory=lambda: {"T1": {}, "T2": {}})

    @model_validator(mode="after")
    def _can_be_run(self) -> "Gymnasium":
        checked_names(self.tasks)
        check_text(self.text)
        return self

    @property
    def text(self) -> str:
        """What a driver is made of."""
        return json.dumps(self.model_dump(mode="json"), sort_keys=True)

    @property
    def inputs(self) -> int:
        """Elements of what the encoder makes of an observation."""
        return sizes_of(self.text)[0]

    @property
    def outputs(self) -> int:
        """One per action."""
        return sizes_of(self.text)[1]

    def ground(self) -> Script:
        """See `emulation.environments.python.Script`."""
        return make_script(MAKER, self.text)

    def start(self) -> Episode:
        """Before any episode."""
        return make_episode(self.inputs, self.longest)

    def setting(self, task: str) -> np.ndarray:
        """The number of the task; the unsupervised phase wanders in the first one."""
        return np.array([self.number_of(task) if task else 0], np.int64)

    def ranges(self) -> dict[str, tuple]:
        """Inputs, task, number of acts, the last act."""
        last = np.array([len(self.tasks) - 1, np.iinfo(np.int64).max, self.longest - 1, self.outputs - 1])
        return {"senses": (0, 1), "acts": (-1, self.outputs - 1), "now": (0, last)}

    def stimuli(self) -> list[tuple[int, tuple[int, ...]]]:
        """The observations of a discrete space, where each has a pair of inputs."""
        return [(k, (2 * k, 2 * k + 1)) for k in range(self.inputs // 2)] if self.encoder == PAIRS else []

    @property
    def kind_names(self) -> tuple[str, ...]:
        """The observations by number."""
        return tuple(f"observation {kind}" for kind, _ in self.stimuli())

    def kinds_of(self, task: str) -> tuple[int, ...]:
        """All of them in every task."""
        return tuple(kind for kind, _ in self.stimuli())


class GymnasiumDriver:
    """See `emulation.environments.python.Driver`; made of the plain data of a `Gymnasium`."""

    def __init__(self, described: dict[str, Any]) -> None:
        self._made = [made_environment(described, task) for task in described["tasks"]]
        self._encode = encoder_of(described["encoder"], self._made[0].observation_space)
        self._decode = described["decoder"]
        self._exploration, self._current, self._number = described["exploration"], self._made[0], 0
        self.outputs = int(self._made[0].action_space.n)

    def reset(self, task: int, seed: int) -> np.ndarray:
        """Begin an episode."""
        self._current = self._made[task]
        observation, _ = self._current.reset(seed=seed)
        return self._encode(observation)

    def spaces(self, task: int) -> str:
        """Observations and actions of a task."""
        return f"{self._made[task].observation_space}, {self._made[task].action_space}"

    def choose(self, counts: np.ndarray, seed: int, time: int) -> int:
        """By the decoder."""
        if self._decode == MOST_ACTIVE or not counts.any():
            return explored(counts, self._exploration, seed, time)
        action = int(load(self._decode)(counts))
        if not 0 <= action < self.outputs:
            raise InputError("world.decoder: its action", action, f"0 .. {self.outputs - 1}", "correct the function")
        return action

    def step(self, action: int) -> tuple[np.ndarray, int, bool]:
        """Act."""
        start = int(self._current.action_space.start)
        observation, reward, terminated, truncated, _ = self._current.step(start + action)
        return self._encode(observation), int(np.sign(reward)), bool(terminated or truncated)


def make_driver(text: str) -> GymnasiumDriver:
    """The driver of the text of a description."""
    return GymnasiumDriver(json.loads(text))


def made_environment(described: dict[str, Any], task: str) -> Any:
    """The environment of gymnasium for a task.

    Raises
    ------
    InputError
        If it cannot be made, or if its actions are not discrete.
    """
    try:
        import gymnasium
    except ModuleNotFoundError as error:
        hint = "install lava-sleep[gym]"
        raise InputError(f"world.environment needs {PACKAGE}", "none installed", "1.2 or newer", hint) from error
    arguments = {**described["arguments"], **described["tasks"][task]}
    try:
        made = gymnasium.make(described["id"], disable_env_checker=True, **arguments)
    except Exception as error:  # whatever an environment raises for its arguments
        allowed = "an id of gymnasium and arguments that it takes"
        hint = f"correct it ({type(error).__name__}: {' '.join(str(error).split())})"
        raise InputError(f"world.id, task {task}", described["id"], allowed, hint) from error
    if not isinstance(made.action_space, gymnasium.spaces.Discrete) or made.action_space.n > MOST_ACTIONS:
        what = f"world.id, actions of {described['id']}"
        raise InputError(
            what, str(made.action_space), f"Discrete, at most {MOST_ACTIONS}", "choose another environment"
        )
    return made


def encoder_of(name: str, space: Any) -> Callable[[Any], np.ndarray]:
    """The function from observations to 0 or 1 per input (uint8 array)."""
    kind, wanted = type(space).__name__, {ONE_HOT: "Discrete", PAIRS: "Discrete", BITS: "MultiBinary"}
    if name not in wanted:
        if ":" not in name:
            raise InputError("world.encoder", name, f"{', '.join(wanted)}, module:function", "choose one of these")
        function = load(name)
        return lambda observation: np.asarray(function(observation), np.uint8).ravel()
    if kind != wanted[name]:
        hint = "choose another encoder, or give module:function"
        raise InputError(f"world.encoder: {name} for observations", kind, wanted[name], hint)
    if name == BITS:
        return lambda observation: np.asarray(observation, np.uint8).ravel()
    rows = np.repeat(np.eye(int(space.n), dtype=np.uint8), 2 if name == PAIRS else 1, axis=1)
    return lambda observation: rows[int(observation) - int(space.start)]


@lru_cache(maxsize=64)
def sizes_of(text: str) -> tuple[int, int]:
    """Inputs and outputs of a description."""
    driver = make_driver(text)
    return len(driver.reset(0, 0)), driver.outputs


@lru_cache(maxsize=64)
def check_text(text: str) -> None:
    """Raise an InputError where tasks have other spaces, or an episode does not come back with its seed and acts."""
    first, again = make_driver(text), make_driver(text)
    described = json.loads(text)
    for task, name in enumerate(described["tasks"]):
        spaces, wanted = first.spaces(task), first.spaces(0)
        if spaces != wanted:
            hint = "choose tasks of equal ones"
            raise InputError(f"tasks.{name}: other observations or actions", spaces, wanted, hint)
        if course(first, task) != course(again, task):
            hint = "choose one whose episodes are a function of seed and actions"
            raise InputError(f"world.id, task {name}: an episode does not come back", described["id"], "it does", hint)


def course(driver: GymnasiumDriver, task: int) -> list[tuple]:
    """What some acts of an episode lead to."""
    found: list[tuple] = [(driver.reset(task, 1).tobytes(),)]
    for act in range(TRIED):
        senses, value, over = driver.step(act % driver.outputs)
        found.append((senses.tobytes(), value, over))
        if over:
            break
    return found
