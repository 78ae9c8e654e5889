"""What an environment is to the compiled loops: functions of the named tuple that holds its state.

begin(world, constants, setting, seed, time)
    Makes a fresh world. `setting` (int64 array) is what a task sets, see the environment.
sense(world, constants, senses)
    Writes what is sensed into `senses` (uint8 array (inputs,)): which input neurons spike.
act(world, constants, setting, counts, values, seed, time) -> outcome
    Acts by the output's spike counts (int64 array (outputs,)); writes into `values` (int64 array (outputs,)) what the
    act was worth, +1, -1 or 0, to each output neuron that it is attributed to; returns one of the outcomes below.
wander(world, constants, seed, time)
    The world goes on without the network (the unsupervised phase).
action(world) -> int
    The last act, 0 .. 255, for the record.

Compiled loops call these by the names of this module; the function is chosen by the type of the state, while numba
compiles, so an environment is one file that ends with `register`. Outside of kernels, `functions_of` gives them.
"""

import hashlib
import inspect
from collections.abc import Callable
from functools import cache
from pathlib import Path
from typing import Any, NamedTuple

from numba import njit, types
from numba.extending import overload

from emulation.cache import keep_on_disk
from emulation.compiling import TWIN, inlined

# Outcomes of an act.
NOTHING, REWARDED, PUNISHED, NEUTRAL = range(4)
OUTCOMES = ("nothing", "rewarded", "punished", "neutral")


class Functions(NamedTuple):
    """The functions of one environment, see the module."""

    begin: Callable
    sense: Callable
    act: Callable
    wander: Callable
    action: Callable


NAMED = (types.NamedTuple, types.NamedUniTuple)  # numba's types of named tuples
REGISTERED: dict[type, Functions] = {}
OWN = Path(__file__).parents[1]  # sources whose digest names the folder of kernels, see `emulation.cache`


def register(state: type, functions: Functions) -> None:
    """Say what the functions of an environment are, by the class of its state (a named tuple of arrays)."""
    REGISTERED[state] = functions


def functions_of(world: Any) -> Functions:
    """The functions of a world, for whoever calls them from Python."""
    return REGISTERED[type(world)]


def begin(world, constants, setting, seed, time):
    """See the module; inside of kernels only."""
    raise NotImplementedError


def sense(world, constants, senses):
    """See the module; inside of kernels only."""
    raise NotImplementedError


def act(world, constants, setting, counts, values, seed, time):
    """See the module; inside of kernels only."""
    raise NotImplementedError


def wander(world, constants, seed, time):
    """See the module; inside of kernels only."""
    raise NotImplementedError


def action(world):
    """See the module; inside of kernels only."""
    raise NotImplementedError


def _by_type(stub: Callable) -> None:
    """Let kernels call `stub`: numba takes the function that belongs to the type of its first argument."""

    def choose(*arguments: Any) -> Callable | None:
        world = arguments[0]
        functions = REGISTERED.get(world.instance_class) if isinstance(world, NAMED) else None
        return getattr(functions, stub.__name__).py_func if functions else None

    overload(stub, jit_options=TWIN, strict=False)(choose)


for _stub in (begin, sense, act, wander, action):
    _by_type(_stub)


def compiled_for(kernel: Any, world: Any) -> Any:
    """The kernel for loops over a world, cached on disk so that an edited environment is compiled anew.

    numba keeps machine code by the file of the kernel, which does not change with an environment in another package.
    """
    source = Path(inspect.getfile(type(world))).resolve()
    if OWN in source.parents:
        return kernel
    return _compiled_for(kernel, hashlib.sha256(source.read_bytes()).hexdigest()[:16])


@cache
def _compiled_for(kernel: Any, digest: str) -> Any:
    options = {name: value for name, value in kernel.targetoptions.items() if name != "nopython"}  # njit sets it
    return keep_on_disk(njit(kernel.py_func, **options), digest)


@inlined
def earned(values, third_factor, punishment, reward):
    """Third factor of each output neuron for what an act was worth to it, kept until the next cycle."""
    for post in range(values.shape[0]):
        value = values[post]
        reward[post] = value * (third_factor if value > 0 else punishment)
