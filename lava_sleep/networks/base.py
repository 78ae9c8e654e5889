"""What every network can be asked: its phases, one network of a seed ready to run, and its graph for hardware."""

from abc import ABC, abstractmethod
from collections.abc import Iterator
from enum import Enum
from typing import TYPE_CHECKING, Any, ClassVar
from typing import Protocol as Interface

import numpy as np
from pydantic import Field

from emulation.engine.phase import Mode, Phase, Record
from emulation.errors import InputError
from emulation.reactivation import GAIN_UNIT
from lava_sleep.base.registry import load
from lava_sleep.base.settings import Part
from lava_sleep.environments.base import Environment
from lava_sleep.environments.foraging import PAPER

if TYPE_CHECKING:
    from lava_sleep.networks.graph import Usage


class Arithmetic(str, Enum):
    """How a network computes: integers as hardware holds them, or float64."""

    FIXED = "fixed"
    FLOAT = "float"


class Sleep(Part):
    """Noise-driven reactivation of the hidden layer at the rates measured awake."""

    rate_gain: float = Field(1.0, gt=0, le=20, description="factor on the measured rates")


class Synapses(Interface):
    """What all plastic synapses have: presynaptic neurons and weights, a row per post neuron."""

    @property
    def pre(self) -> np.ndarray:
        """(n_post, fan_in), or (1, n_pre) where all are connected to all."""

    @property
    def weights(self) -> np.ndarray:
        """(n_post, fan_in)."""


class State(Interface):
    """What the states of all networks have: named tuples of arrays, see `emulation.engine.state.State`."""

    _fields: ClassVar[tuple[str, ...]]

    @property
    def world(self) -> Any:
        """State of the environment, a named tuple of arrays."""

    @property
    def hidden_synapses(self) -> Synapses:
        """Input -> hidden."""

    @property
    def output_synapses(self) -> Synapses:
        """Hidden -> output."""

    @property
    def rate_counts(self) -> np.ndarray:
        """Hidden spikes while each task was trained, int64 array (tasks, hidden)."""

    @property
    def rate_cycles(self) -> np.ndarray:
        """Cycles that each task was trained, int64 array (tasks,)."""

    @property
    def overflow(self) -> np.ndarray:
        """Report of overflows, int64 array (5,), see `emulation.neurons`."""

    def __iter__(self) -> Iterator[Any]:
        """The arrays, and named tuples of arrays."""


def layer_sizes(state: State) -> tuple[int, int]:
    """Neurons of the hidden and of the output layer."""
    outputs, hidden = state.output_synapses.weights.shape
    return hidden, outputs


class Loop(ABC):
    """Compiled cycles of one network.

    Parameters
    ----------
    state : State
        Changed in place.
    record : Record
        Written from the index that is given.
    """

    def __init__(self, state: Any, record: Record) -> None:
        self.state, self.record = state, record

    @abstractmethod
    def begin(self, phase: Phase) -> None:
        """The uncounted idle cycle at the start of a phase."""

    @abstractmethod
    def advance(self, phase: Phase, position: int, index: int, cycles: int) -> None:
        """Run cycles of a phase from its cycle `position` on; they are written into the record from `index` on."""

    @abstractmethod
    def spikes(self) -> tuple[np.ndarray, np.ndarray]:
        """Cycle of the record, timestep and neuron of the hidden and of the output spikes, int32 arrays (n, 3).

        Only where the record keeps rasters.
        """


class Instance(ABC):
    """One network of a seed in one arithmetic, before any learning.

    Attributes
    ----------
    network : Network
    world : Environment
    seed : int
    arithmetic : Arithmetic
    constants : Any
        What does not change while it runs.
    start : State
        Before any learning; not to be changed.
    """

    def __init__(
        self, network: "Network", world: Environment, seed: int, arithmetic: Arithmetic, constants: Any, start: Any
    ) -> None:
        self.network, self.world, self.seed, self.arithmetic = network, world, seed, arithmetic
        self.constants, self.start = constants, start

    @abstractmethod
    def loop(self, state: Any, record: Record) -> Loop:
        """Compiled cycles from a state."""

    def check(self, state: State) -> None:  # noqa: B027
        """Raise an InputError where a state tells of what the network forbids, say an overflow."""

    @abstractmethod
    def ranges(self, arrays: dict[str, np.ndarray]) -> dict[str, tuple]:
        """Least and largest value of the arrays of a state that are used as indices, by name: kernels check none."""


class Network(Part, ABC):
    """The description of a network: what a person writes in TOML under ``[network]``."""

    model: str
    sleep: Sleep = Sleep()

    maker: ClassVar[str]  # module:function that makes an instance, from network, world, seed and arithmetic
    arithmetics: ClassVar[tuple[Arithmetic, ...]]  # in which it computes, its own first
    cycle_steps: ClassVar[int]  # timesteps of a movement cycle
    weight_unit: ClassVar[str]  # of hidden -> output, as a comment in results.nc
    largest_weight: ClassVar[float]  # upper end of the axis of hidden -> output weights, 0 where there is no bound
    grapher: ClassVar[str] = ""  # module:function that gives its graph, empty where it has none
    fits_registers: ClassVar[bool] = False  # whether its weights can be handed over to hardware
    has_graph: ClassVar[bool] = False  # whether it is described as a graph, see `lava_sleep.graphs.integer`

    @property
    @abstractmethod
    def hidden_neurons(self) -> int:
        """Size of the hidden layer."""

    @property
    @abstractmethod
    def hidden_fan_in(self) -> int:
        """Inputs of a hidden neuron."""

    @property
    @abstractmethod
    def learns_hidden(self) -> bool:
        """Whether an unsupervised phase comes first."""

    @property
    def punishes(self) -> bool:
        """Whether what is worth -1 changes weights, beyond the lack of a reward."""
        return False

    @abstractmethod
    def hidden_threshold(self) -> float:
        """Summed weight of active inputs that just makes a hidden neuron spike."""

    @abstractmethod
    def with_constructed_hidden_layer(self) -> "Network":
        """The same network with a hidden layer in which each neuron answers to one particle, without learning."""

    def phase(
        self, mode: Mode, task: str = "", world: Environment = PAPER, *, learns: bool = True, **changes: Any
    ) -> Phase:
        """The numbers of a phase.

        Parameters
        ----------
        mode : Mode
        task : str
            Of a waking phase, by its name.
        world : Environment
        learns : bool
            False: weights are frozen.
        changes
            Fields of `Phase` to set otherwise.
        """
        numbers = {
            "mode": int(mode),
            "learns": learns,
            "task": world.number_of(task) if task and learns else -1,
            "fresh_world": mode in (Mode.WAKE, Mode.UNSUPERVISED),
            "setting": world.setting(task) if learns else world.held_out(task),
            "punishment": 0,
            "ramp_cycles": 1,
            "rate_gain": round(self.sleep.rate_gain * GAIN_UNIT),
            "uniform_rates": False,
            "shuffled_tags": False,
            **self.phase_numbers(mode, world),
        }
        return Phase(**{**numbers, **changes})

    @abstractmethod
    def phase_numbers(self, mode: Mode, world: Environment) -> dict[str, Any]:
        """The fields of `Phase` that are this network's own."""

    def instance(self, seed: int, arithmetic: Arithmetic | None = None, world: Environment = PAPER) -> Instance:
        """One network of a seed; in its own arithmetic and the paper's world, unless others are given."""
        chosen = self.arithmetics[0] if arithmetic is None else arithmetic
        self.check_arithmetic(chosen)
        self.check_world(world)
        return load(self.maker)(self, world, seed, chosen)

    def check(self) -> None:
        """Raise an error of ours where the description cannot be built, say a learning rule out of the grammar."""

    def check_world(self, world: Environment) -> None:
        """Raise an InputError where a hidden neuron has more inputs than the environment gives."""
        sensed = world.inputs - len(world.silent_inputs)
        if self.hidden_fan_in > sensed:
            allowed = f"at most {sensed}, the inputs of the environment {world.environment}"
            raise InputError("network: fan-in of a hidden neuron", self.hidden_fan_in, allowed, "lower its fan_in")

    def check_arithmetic(self, arithmetic: Arithmetic) -> None:
        """Raise an InputError where the network does not compute in an arithmetic."""
        if arithmetic not in self.arithmetics:
            allowed = ", ".join(one.value for one in self.arithmetics)
            what = f"arithmetic of the network {self.model}"
            raise InputError(what, arithmetic.value, allowed, "leave it out, or choose another network")

    def graph(self, seed: int = 1, world: Environment = PAPER) -> "Usage":
        """Populations, projections and services as hardware has to hold them, with the sizes of a world.

        Raises
        ------
        InputError
            If the network has none.
        """
        if not self.grapher:
            allowed = "networks of integer neurons"
            raise InputError("network: has no graph of integer registers", self.model, allowed, "choose another")
        return load(self.grapher)(self, seed=seed, world=world)
