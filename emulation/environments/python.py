"""Environments in plain Python: the functions of one call back into Python, from compiled loops too.

The state says how the Python environment came to where it is: the seed of its episode and the acts since. One that
stands elsewhere (another network was run, a checkpoint was read) is reset with that seed and led there again; one that
does not come back is refused. So any environment goes on from a copied state whose episodes are functions of seed and
acts, whatever it holds inside.

A task's `setting` is an int64 array (1,): the number that the `Driver` gets.
"""

import ctypes
import sys
import threading
from collections.abc import Callable
from importlib import import_module
from typing import Any, NamedTuple, Protocol

import numpy as np
from llvmlite import binding
from numba import types

from emulation.compiling import inner
from emulation.environments.base import NOTHING, PUNISHED, REWARDED, Functions, register
from emulation.errors import InputError
from emulation.randomness import Purpose, below, draw, stream

TASK, SEED, NUMBER, ACTION = range(4)  # elements of `Episode.now`
BEGIN, ACT, WANDER = range(3)  # what is asked of Python
SYMBOL = "lava_sleep_python_environment"  # name under which compiled code finds the callback
LARGEST_SEED = 2**31 - 1


class Driver(Protocol):
    """A Python environment.

    Attributes
    ----------
    outputs : int
        Neurons of the output layer, one per act.
    """

    outputs: int

    def reset(self, task: int, seed: int) -> np.ndarray:
        """Begin an episode; returns what is sensed, 0 or 1 per input neuron."""

    def choose(self, counts: np.ndarray, seed: int, time: int) -> int:
        """The act for the output's spike counts (int64 array (outputs,)), which is the number of an output neuron."""

    def step(self, action: int) -> tuple[np.ndarray, int, bool]:
        """Act; returns what is sensed, what the act was worth (+1, -1 or 0), and whether the episode is over."""


class Script(NamedTuple):
    """What does not change.

    Attributes
    ----------
    text : uint8 array (n,)
        A line ``module:function`` that makes the driver, then the text that it gets.
    """

    text: np.ndarray


class Episode(NamedTuple):
    """State.

    Attributes
    ----------
    senses : uint8 array (inputs,)
        What is sensed now.
    acts : int64 array (longest,)
        The acts of the episode so far, -1 beyond; a longer one is cut.
    now : int64 array (4,)
        Number of the task, seed of the episode, acts so far, the last act.
    """

    senses: np.ndarray
    acts: np.ndarray
    now: np.ndarray


def make_script(maker: str, text: str) -> Script:
    """The constants of a driver that the function ``module:function`` makes of a text."""
    return Script(np.frombuffer(f"{maker}\n{text}".encode(), np.uint8).copy())


def make_episode(inputs: int, longest: int) -> Episode:
    """A state before any `begin`."""
    return Episode(np.zeros(inputs, np.uint8), np.full(longest, -1, np.int64), np.zeros(4, np.int64))


@inner
def episode_seed(seed, time):
    """Seed of the episode that begins at a time."""
    return below(draw(stream(seed, Purpose.AGENT, time), 0), LARGEST_SEED)


class Live:
    """A driver, and the place where it stands: task, seed and acts."""

    def __init__(self, script: bytes) -> None:
        maker, _, text = script.decode().partition("\n")
        module, _, function = maker.partition(":")
        make: Callable[[str], Driver] = getattr(import_module(module), function)
        self.driver, self.place = make(text), (-1, -1, b"")

    def begin(self, world: Episode, task: int, seed: int, time: int) -> None:
        """A fresh episode, whose seed is drawn."""
        own = episode_seed(seed, time)
        world.senses[:] = self.driver.reset(task, own)
        world.acts[:] = -1
        world.now[:] = task, own, 0, 0
        self.place = (task, own, b"")

    def lead(self, world: Episode) -> None:
        """Go to where a state is."""
        task, seed, number, _ = world.now.tolist()
        acts = world.acts[:number]
        if self.place == (task, seed, acts.tobytes()):
            return
        senses = self.driver.reset(task, seed)
        for action in acts.tolist():
            senses, _, _ = self.driver.step(action)
        if not np.array_equal(senses, world.senses):
            hint = "use one whose episode is a function of its seed and the acts"
            raise InputError("environment: it cannot go on from a copied state", "another course", "the same one", hint)

    def act(self, world: Episode, counts: np.ndarray, values: np.ndarray, seed: int, time: int) -> int:
        """Act in the episode of a state; the outcome."""
        self.lead(world)
        action = int(self.driver.choose(counts, seed, time))
        task, own, number, _ = world.now.tolist()
        senses, value, over = self.driver.step(action)
        values[:] = 0
        values[action] = value
        if over or number + 1 == len(world.acts):
            self.begin(world, task, seed, time)
        else:
            world.senses[:] = senses
            world.acts[number] = action
            world.now[NUMBER] = number + 1
            self.place = (task, own, world.acts[: number + 1].tobytes())
        world.now[ACTION] = action
        return (NOTHING, REWARDED, PUNISHED)[value]


LIVE: dict[tuple[int, bytes], Live] = {}  # a driver for each thread and script


def array_at(address: int, number: int, kind: Any) -> np.ndarray:
    """The array of so many elements (a ctypes type) that lies at an address."""
    return np.ctypeslib.as_array((kind * number).from_address(address))


def called(*numbers: int) -> int:
    """For compiled code; numbers as `call` has them. Returns the outcome plus 1; 0 is an error, which is shown."""
    try:
        return 1 + answer(*numbers)
    except BaseException:  # there is no Python between the callback and who called the compiled code
        sys.excepthook(*sys.exc_info())
        return 0


def answer(what: int, *numbers: int) -> int:
    """Do what is asked; the outcome."""
    text, size, senses, inputs, acts, longest, now, counts, values, outputs, seed, time, task = numbers
    script = array_at(text, size, ctypes.c_uint8).tobytes()
    key = threading.get_ident(), script
    live = LIVE.get(key) or LIVE.setdefault(key, Live(script))
    world = Episode(
        array_at(senses, inputs, ctypes.c_uint8),
        array_at(acts, longest, ctypes.c_int64),
        array_at(now, len((TASK, SEED, NUMBER, ACTION)), ctypes.c_int64),
    )
    if what == BEGIN:
        live.begin(world, task, seed, time)
        return NOTHING
    if what == WANDER:
        nothing = np.zeros(live.driver.outputs, np.int64)
        return live.act(world, nothing, nothing.copy(), seed, time)
    spikes, worth = (array_at(address, outputs, ctypes.c_int64) for address in (counts, values))
    return live.act(world, spikes, worth, seed, time)


NUMBERS = 14
CALLBACK = ctypes.CFUNCTYPE(ctypes.c_int64, *[ctypes.c_int64] * NUMBERS)(called)
binding.add_symbol(SYMBOL, ctypes.cast(CALLBACK, ctypes.c_void_p).value)


class ToPython(types.ExternalFunction):
    """The callback for compiled functions, and for the same functions in plain Python."""

    def __call__(self, *numbers: int) -> int:  # type: ignore[override]
        return called(*numbers)


to_python = ToPython(SYMBOL, types.int64(*[types.int64] * NUMBERS))


@inner
def call(what, world, script, counts, values, seed, time, task):
    """Ask Python; returns the outcome."""
    found = to_python(
        what,
        script.text.ctypes.data,
        script.text.shape[0],
        world.senses.ctypes.data,
        world.senses.shape[0],
        world.acts.ctypes.data,
        world.acts.shape[0],
        world.now.ctypes.data,
        counts.ctypes.data,
        values.ctypes.data,
        counts.shape[0],
        seed,
        time,
        task,
    )
    if found == 0:
        raise ValueError("the environment in Python failed, see the error above")
    return found - 1


@inner
def begin(world, script, setting, seed, time):
    """A fresh episode of a task."""
    call(BEGIN, world, script, world.acts, world.acts, seed, time, setting[0])


@inner
def sense(world, script, senses):
    """What was sensed after the last act."""
    for neuron in range(senses.shape[0]):
        senses[neuron] = world.senses[neuron]


@inner
def act(world, script, setting, counts, values, seed, time):
    """Choose an act by the spike counts and carry it out."""
    return call(ACT, world, script, counts, values, seed, time, setting[0])


@inner
def wander(world, script, seed, time):
    """Act at random, as a silent output layer does."""
    call(WANDER, world, script, world.acts, world.acts, seed, time, 0)


@inner
def action(world):
    """The last act."""
    return world.now[ACTION]


register(Episode, Functions(begin, sense, act, wander, action))
