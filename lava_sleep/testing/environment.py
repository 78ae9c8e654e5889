"""What every environment has to hold."""

import contextlib
from collections.abc import Callable
from typing import Any, NamedTuple

import numpy as np

from emulation.environments.base import NOTHING, OUTCOMES, REGISTERED, Functions, functions_of
from emulation.states import copy_state, named_arrays
from lava_sleep.backends.base import run_segments
from lava_sleep.backends.compiled import COMPILED
from lava_sleep.base.settings import validated
from lava_sleep.environments.base import Environment
from lava_sleep.networks.base import Arithmetic
from lava_sleep.networks.integer.description import IntegerNetwork
from lava_sleep.testing.backend import Pause, PauseAfter
from lava_sleep.testing.equality import outcomes_of, require, require_same, row_of
from lava_sleep.testing.plain import plain

SEED, STEPS, FIRST = 3, 16, 48  # seed; timesteps of a cycle; time of the first `begin`
GUARD, UNWRITTEN = 8, 7  # elements around an array that nothing may write; what stands in it before
LARGEST_ACTION = 255  # the record of acts has 8 bits
FEWEST_INPUTS = 2  # a hidden neuron has at least two


def check_environment(environment: Environment, *, cycles: int = 200) -> None:
    """Run an environment by itself, compiled and in plain Python, and then with a network.

    1. Its description comes back from plain data as it was; sizes are positive, settings int64 arrays of one length.
    2. Its state is a registered named tuple of arrays, whose types and shapes stay.
    3. `sense` writes 0 or 1 for every input and 0 for silent ones; `act` writes -1, 0 or 1 for every output, all 0
       where the outcome is nothing; nothing is written beyond; the outcome is one of `OUTCOMES`, the action 0 .. 255.
    4. `begin` makes the same world from any state, and the same seed the same run: draws depend on seed and time alone.
    5. Compiled and plain Python functions do the same, step for step.
    6. Arrays of the state keep to `ranges`.
    7. With the integer network it runs in the compiled loop, and goes on equally from a state copied in the middle.

    Parameters
    ----------
    environment : Environment
    cycles : int
        Acts in each task, and as many wanderings.

    Raises
    ------
    AssertionError
        With the first thing that does not hold, in one sentence.
    """
    require_description(environment)
    functions = require_state(environment)
    interpreted = Functions(*map(plain, functions))
    for task in ("", *environment.task_names):
        for setting in settings_of(environment, task):
            one, other = (Course(environment, task, setting, used) for used in (interpreted, functions))
            one.run(cycles)
            other.run(cycles, beside=one)
            again = Course(environment, task, setting, functions, other.world)
            require_same(again.fresh(), one.first, again.says("begin does not make the same world from a used state"))
            again.run(cycles)
            require_same(again.world, other.world, again.says("the same seed does not give the same run"))
    require_network(environment, cycles)


def who(environment: Environment) -> str:
    """How it is named."""
    return f"environment {environment.environment}"


def settings_of(environment: Environment, task: str) -> list[np.ndarray]:
    """What is set for training, and for tests where that differs."""
    found = [environment.setting(task)]
    if task and not np.array_equal(environment.held_out(task), found[0]):
        found.append(environment.held_out(task))
    return found


def require_description(environment: Environment) -> None:
    """Raise an AssertionError where the description itself is wrong."""
    name = who(environment)
    again = validated(type(environment), environment.model_dump(mode="json"), strict=False)
    require(again == environment, f"{name}: its description does not come back from plain data")
    for side in ("inputs", "outputs"):
        size = getattr(environment, side)
        require(isinstance(size, int) and size > 0, f"{name}: {side} is {size!r}, a whole number above 0 is needed")
    silent = environment.silent_inputs
    require(
        all(0 <= one < environment.inputs for one in silent) and len(set(silent)) == len(silent),
        f"{name}: silent_inputs are not each once within 0 .. {environment.inputs - 1}",
    )
    require(
        environment.inputs - len(silent) >= FEWEST_INPUTS,
        f"{name}: fewer than {FEWEST_INPUTS} inputs can spike, and a hidden neuron needs as many",
    )
    shapes = set()
    for task in ("", *environment.task_names):
        for setting in (environment.setting(task), environment.held_out(task) if task else environment.setting("")):
            is_right = isinstance(setting, np.ndarray) and setting.dtype == np.int64 and setting.ndim == 1
            require(is_right, f"{name}: the setting of {task or 'the unsupervised phase'} is not an int64 array (n,)")
            shapes.add(setting.shape)
    require(len(shapes) == 1, f"{name}: the settings of its tasks have other lengths than one another")
    for _, inputs in environment.stimuli():
        require(all(0 <= one < environment.inputs for one in inputs), f"{name}: stimuli name inputs that it has not")


def require_state(environment: Environment) -> Functions:
    """Raise an AssertionError where the state is not of the form that compiled loops take; gives the functions."""
    name, state = who(environment), environment.start()
    is_tuple = isinstance(state, tuple) and hasattr(state, "_fields")
    require(is_tuple, f"{name}: start gives {type(state).__name__}, a named tuple of arrays is needed")
    for field, part in zip(state._fields, state):
        require(isinstance(part, np.ndarray), f"{name}: {field} of its state is {type(part).__name__}, no array")
        require(part.dtype.kind in "iufb", f"{name}: {field} of its state is an array of {part.dtype}, not of numbers")
    require(type(state) in REGISTERED, f"{name}: {type(state).__name__} is not registered, call register(...)")
    require_same(environment.start(), state, f"{name}: start gives another state the second time")
    shared = any(np.shares_memory(one, other) for one, other in zip(state, environment.start()))
    require(not shared, f"{name}: start gives the same memory twice, make new arrays")
    ground = environment.ground()
    require(isinstance(ground, tuple) and hasattr(ground, "_fields"), f"{name}: ground gives no named tuple")
    unknown = set(environment.ranges()) - set(state._fields)
    require(not unknown, f"{name}: ranges name {', '.join(sorted(unknown))}, no arrays of its state")
    for field, function in functions_of(state)._asdict().items():
        require(hasattr(function, "py_func"), f"{name}: {field} is not compiled, decorate it with `inner`")
    return functions_of(state)


class Guarded(NamedTuple):
    """An array with guarded elements around it: the whole, and the part that may be written."""

    whole: np.ndarray
    part: np.ndarray

    @classmethod
    def of(cls, size: int, dtype: Any) -> "Guarded":
        """An array of a size, unwritten."""
        whole = np.full(size + 2 * GUARD, UNWRITTEN, dtype)
        return cls(whole, whole[GUARD:-GUARD])

    def reset(self) -> np.ndarray:
        """The part, unwritten again."""
        self.whole[:] = UNWRITTEN
        return self.part

    @property
    def is_kept(self) -> bool:
        """Whether nothing around the part was written."""
        return bool((self.whole[:GUARD] == UNWRITTEN).all() and (self.whole[-GUARD:] == UNWRITTEN).all())


class Course:
    """A run of an environment by itself, with random spike counts; `world` is its state, `first` that after `begin`."""

    def __init__(
        self, environment: Environment, task: str, setting: np.ndarray, functions: Functions, world: Any = None
    ) -> None:
        self.environment, self.task, self.setting, self.functions = environment, task, setting, functions
        self.ground = environment.ground()
        self.world = copy_state(environment.start() if world is None else world)
        self.types = self.types_now()
        self.senses = Guarded.of(environment.inputs, np.uint8)
        self.values = Guarded.of(environment.outputs, np.int64)
        self.first: Any = None
        self.states: list[Any] = []

    def says(self, claim: str) -> str:
        """A claim with the environment and the task."""
        place = f"task {self.task}" if self.task else "the unsupervised phase"
        return f"{who(self.environment)}, {place}: {claim}"

    def types_now(self) -> list[tuple]:
        """Types and shapes of the state."""
        return [(array.dtype, array.shape) for array in self.world]

    def call(self, name: str, *arguments: Any) -> Any:
        """Call one of the functions; what it raises becomes an AssertionError."""
        function: Callable = getattr(self.functions, name)
        try:
            return function(*arguments)
        except Exception as error:
            raise AssertionError(self.says(f"{name} raises {type(error).__name__}: {error}")) from error

    def fresh(self) -> Any:
        """Begin; the state."""
        self.call("begin", self.world, self.ground, self.setting, SEED, FIRST)
        self.keeps()
        return self.world

    def run(self, cycles: int, beside: "Course | None" = None) -> None:
        """Begin and go on for some cycles; where another course is given, its states have to be the same."""
        before = self.setting.copy(), [np.copy(part) for part in self.ground]
        self.first = copy_state(self.fresh())
        generator = np.random.Generator(np.random.Philox(SEED))
        self.states = [self.first]
        for cycle in range(cycles):
            counts = generator.integers(0, 4, self.environment.outputs) * (generator.random() < 0.9)
            self.sense()
            self.act(counts.astype(np.int64), FIRST + STEPS * (cycle + 1))
            self.keeps()
            self.states.append(copy_state(self.world))
            if beside is not None:
                claim = f"compiled and plain Python functions differ after {cycle + 1} cycles"
                require_same(self.world, beside.states[cycle + 1], self.says(claim))
        same = np.array_equal(before[0], self.setting) and all(map(np.array_equal, before[1], self.ground))
        require(same, self.says("what does not change while it runs was changed, the ground or the setting"))

    def sense(self) -> None:
        """What is sensed, and what must hold of it."""
        senses = self.senses.reset()
        before = copy_state(self.world)
        self.call("sense", self.world, self.ground, senses)
        require(self.senses.is_kept, self.says(f"sense writes beyond its {len(senses)} inputs"))
        require(bool((senses <= 1).all()), self.says("sense does not write 0 or 1 for every input"))
        silent = senses[list(self.environment.silent_inputs)]
        require(not silent.any(), self.says("sense writes 1 for an input that is named as silent"))
        require_same(self.world, before, self.says("sense changes the state"))

    def act(self, counts: np.ndarray, time: int) -> None:
        """An act, or wandering in the unsupervised phase, and what must hold of it."""
        if not self.task:
            self.call("wander", self.world, self.ground, SEED, time)
        else:
            given, values = counts.copy(), self.values.reset()
            outcome = self.call("act", self.world, self.ground, self.setting, counts, values, SEED, time)
            require(np.array_equal(given, counts), self.says("act changes the spike counts"))
            require(self.values.is_kept, self.says(f"act writes beyond its {len(values)} outputs"))
            is_known = isinstance(outcome, int | np.integer) and 0 <= outcome < len(OUTCOMES)
            require(bool(is_known), self.says(f"the outcome {outcome!r} is none of 0 .. {len(OUTCOMES) - 1}"))
            require(bool((np.abs(values) <= 1).all()), self.says("act does not write -1, 0 or 1 for every output"))
            is_nothing = outcome == NOTHING and bool(values.any())
            require(not is_nothing, self.says("an act is worth something where the outcome is nothing"))
        action = self.call("action", self.world)
        is_byte = isinstance(action, int | np.integer) and 0 <= action <= LARGEST_ACTION
        require(bool(is_byte), self.says(f"the action {action!r} is no whole number 0 .. {LARGEST_ACTION}"))

    def keeps(self) -> None:
        """Types, shapes and ranges of the state."""
        require(self.types_now() == self.types, self.says("an array of the state changes its type or shape"))
        arrays = named_arrays(self.world)
        for name, (least, largest) in self.environment.ranges().items():
            kept = bool((arrays[name] >= least).all() and (arrays[name] <= largest).all())
            require(kept, self.says(f"{name} of the state leaves its range"))


def network_for(environment: Environment) -> IntegerNetwork:
    """The integer network with a fan-in that the inputs allow."""
    network = IntegerNetwork()
    fan_in = min(network.hidden_fan_in, environment.inputs - len(environment.silent_inputs))
    synapses = network.hidden_synapses.model_copy(update={"fan_in": fan_in})
    return network.model_copy(update={"hidden_synapses": synapses})


def require_network(environment: Environment, cycles: int) -> None:
    """Raise an AssertionError unless a network runs in it and goes on from a state copied in the middle."""
    name, network = who(environment), network_for(environment)
    instance = network.instance(SEED, Arithmetic.FIXED, environment)
    segments = row_of(network, cycles, environment)
    try:
        state, outcomes = run_segments(COMPILED, instance, instance.start, segments)
    except Exception as error:
        raise AssertionError(
            f"{name}: does not run with the integer network: {type(error).__name__}: {error}"
        ) from error
    pause = PauseAfter(cycles + cycles // 2)
    with contextlib.suppress(Pause):
        run_segments(COMPILED, instance, instance.start, segments, pause)
    run_segments(COMPILED, instance, instance.start, segments[:2])  # another run meanwhile
    resumed, after = run_segments(COMPILED, instance, pause.state, segments, before=pause.outcomes)
    require_same(resumed, state, f"{name}: it goes on otherwise from a state copied in the middle")
    same = np.array_equal(outcomes_of(after), outcomes_of(outcomes))
    require(same, f"{name}: its outcomes are others after a state was copied in the middle")
