"""A trained network: what is handed over to hardware or to another library."""

from pathlib import Path
from typing import Any, NamedTuple

import numpy as np

from emulation.engine.state import State
from emulation.errors import InputError
from emulation.learning.synapses import make_connection
from lava_sleep.base.settings import validated
from lava_sleep.environments.base import Environment
from lava_sleep.environments.foraging import PAPER
from lava_sleep.networks.base import Arithmetic
from lava_sleep.networks.integer.build import FULL_WEIGHT, initial_state
from lava_sleep.networks.integer.description import IntegerNetwork
from lava_sleep.networks.older import current_network
from lava_sleep.runs.configuration import world_of
from lava_sleep.runs.folder import ARRAYS, Run, read_run

VARIABLES = ("hidden_inputs", "hidden_weights", "output_weights")
FRACTION = 2.0**-14  # of weights of a floating-point run: float32 then holds weight and weight + drive exactly


class Trained(NamedTuple):
    """A network with its weights.

    Attributes
    ----------
    description : IntegerNetwork
    seed : int
    row : str
        After which row of the protocol.
    hidden_inputs : int32 array (n_hidden, fan_in)
        Input of each synapse input -> hidden.
    hidden_weights : int32 array (n_hidden, fan_in), output_weights : int32 array (outputs, n_hidden)
        0..255; float64, in multiples of 2^-14, where the network was trained in floating point.
    world : Environment
        In which it was trained.
    """

    description: IntegerNetwork
    seed: int
    row: str
    hidden_inputs: np.ndarray
    hidden_weights: np.ndarray
    output_weights: np.ndarray
    world: Environment = PAPER

    @property
    def is_floating(self) -> bool:
        """Whether its weights are fractions, which no register holds."""
        return self.output_weights.dtype.kind == "f"


def are_equal(one: Trained, other: Trained) -> bool:
    """Whether two networks are the same, weight for weight."""
    same = all(np.array_equal(getattr(one, name), getattr(other, name)) for name in VARIABLES)
    return same and one[:3] == other[:3] and one.world == other.world


def read_trained(folder: Path, row: str | None = None, seed: int | None = None) -> Trained:
    """A network of a results folder, see `trained_of`."""
    return trained_of(read_run(folder), row, seed)


def trained_of(run: Run, row: str | None = None, seed: int | None = None) -> Trained:
    """A network of a run.

    Parameters
    ----------
    run : Run
    row : str, optional
        After which row; by default the last one.
    seed : int, optional
        Which network; by default the first one.

    Raises
    ------
    InputError
        If the run has no such network, or one whose neurons are in no register.
    """
    description: Any = run.configuration.network
    place = str(run.folder / ARRAYS) if run.folder else "the run"
    if not description.fits_registers:
        hint = "train another network: these neurons are neither in a register nor in NIR"
        raise InputError(f"{place}: its network", description.model, "networks of integer neurons", hint)
    rows = [str(one) for one in run.data.row.values]
    seeds = [int(one) for one in run.data.network.values]
    chosen_row, chosen = pick("--row", row, rows, rows[-1]), pick("--network", seed, seeds, seeds[0])
    after = run.data.sel(network=chosen, row=chosen_row)
    for name in VARIABLES:
        if name not in after:
            raise InputError(f"{place}: a variable is missing", name, "arrays of `lava-sleep run`", "run it again")
    arrays, world = [after[name].values for name in VARIABLES], run.configuration.world
    checked = checked_arrays(description, arrays, place, world=world)
    return Trained(description, chosen, chosen_row, *checked, world)


def described_network(data: Any) -> IntegerNetwork:
    """The integer network of a file's own description, also of one in an earlier layout."""
    network = validated(IntegerNetwork, current_network(data, "integer"), "network")
    network.check()
    return network


def described_world(data: Any) -> Environment:
    """The environment of a file's own description; the paper's where it has none, as in files of before."""
    return PAPER if data is None else world_of(data, None)


def pick(option: str, wanted, present: list, default):
    """What was asked for, if it is there."""
    if wanted is None:
        return default
    if wanted not in present:
        raise InputError(option, wanted, ", ".join(map(str, present)), "choose one of these")
    return wanted


def checked_seed(seed: Any) -> int:
    """The seed of a network; ValueError where it is none."""
    if type(seed) is not int or not 0 <= seed < 2**31:
        raise ValueError(f"seed {seed!r}, allowed 0 to {2**31 - 1}")
    return seed


def checked_arrays(
    description: IntegerNetwork,
    arrays: list[np.ndarray],
    place: str,
    fractions: bool = True,
    world: Environment = PAPER,
) -> tuple[np.ndarray, np.ndarray, np.ndarray]:
    """Inputs, weights input -> hidden and hidden -> output; refused where they do not fit the description in a world.

    int32, or both weights float64 where one has fractions, if `fractions` are allowed.
    """
    neurons, fan_in = description.hidden.neurons, description.hidden_synapses.fan_in
    shapes = ((neurons, fan_in), (neurons, fan_in), (world.outputs, neurons))
    bounds = (world.inputs - 1, FULL_WEIGHT, FULL_WEIGHT)
    for name, array, shape, largest in zip(VARIABLES, arrays, shapes, bounds):
        if array.shape != shape:
            do = "take the configuration of its run"
            raise InputError(f"{place}, {name}: its shape", array.shape, f"{shape}", do)
        if array.dtype.kind not in "iuf":
            raise InputError(f"{place}, {name}: its type", str(array.dtype), "numbers", "write it again")
        check_values(array, f"{place}, {name}", largest, fractions and name != VARIABLES[0])
    inputs, hidden, output = arrays
    if (np.diff(np.sort(inputs, axis=1), axis=1) == 0).any():
        raise InputError(f"{place}, hidden_inputs", "a pixel twice", "each pixel once per neuron", "correct the wiring")
    if all((np.rint(array) == array).all() for array in (hidden, output)):
        return inputs.astype(np.int32), hidden.astype(np.int32), output.astype(np.int32)
    return inputs.astype(np.int32), in_fractions(hidden), in_fractions(output)


def in_fractions(weights: np.ndarray) -> np.ndarray:
    """Weights as multiples of `FRACTION`."""
    return np.rint(weights / FRACTION) * FRACTION


def check_values(array: np.ndarray, place: str, largest: int, fractions: bool) -> None:
    """Refuse what is beyond 0 .. `largest`, and fractions where they are not allowed."""
    allowed = f"{'numbers' if fractions else 'integers'} of 0 to {largest}"
    if not np.isfinite(array).all() or array.min() < 0 or array.max() > largest:
        raise InputError(place, "values beyond", allowed, "check the file")
    if not fractions and (np.rint(array) != array).any():
        raise InputError(place, "fractions", allowed, "train in fixed point")


def state_of(trained: Trained, arithmetic: Arithmetic = Arithmetic.FIXED) -> State:
    """A state to run the network from; one of fractions runs in floating point only."""
    if trained.is_floating and arithmetic is Arithmetic.FIXED:
        raise InputError("weights", "fractions", "integers", "run it in floating point")
    state, inputs = initial_state(trained.description, trained.seed, arithmetic, trained.world), trained.world.inputs
    dtype = state.output_synapses.weights.dtype
    everyone = np.arange(trained.description.hidden.neurons)[np.newaxis]
    return state._replace(
        hidden_synapses=make_connection(trained.hidden_inputs, trained.hidden_weights.astype(dtype), inputs),
        output_synapses=make_connection(
            everyone, trained.output_weights.astype(dtype), trained.description.hidden.neurons
        ),
    )
