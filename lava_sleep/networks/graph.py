"""What a network asks of hardware: the one form that descriptions and Lava graphs are brought into.

Numbers are those of the chip's registers, in the units of the profile (`lava_sleep.hardware.profiles.Limits`).
"""

from dataclasses import dataclass, field
from functools import cached_property
from typing import NamedTuple

import numpy as np
from scipy.sparse import csr_matrix

from processes.declaration import Place

THRESHOLD_SHIFT = 6  # v is in units of 1/64 of a weight (Lava: vth << 6)
REFUSED = "refused"


class Overflow(NamedTuple):
    """What a run does with a summed input and a u that outgrow their registers: "wrap", "clip", or nothing of these."""

    accumulator: str
    state: str


# By the names of `network.arithmetic.overflow` (emulation.neurons.Overflow); a Lava graph runs by "lava".
OVERFLOWS = {
    "lava": Overflow("unlimited", "wrap"),
    "loihi-accumulator": Overflow("wrap", "wrap"),
    "saturate": Overflow("clip", "clip"),
    "strict": Overflow(REFUSED, REFUSED),
}


class Noise(NamedTuple):
    """Setting of a noise generator: uniform -127..127 << exponent into `target` ("u" or "v")."""

    exponent: int
    target: str = "v"


class Population(NamedTuple):
    """Neurons of one kind.

    Attributes
    ----------
    name : str
    size : int
    place : Place
    model : str
        "lif", "if", or another name for what a stock neuron does not do.
    needs : str
        What it does beyond a stock neuron.
    is_input : bool
        Its spikes come from outside of the neuro cores.
    current_decay, voltage_decay : int or None
        Of u and v as they act, 0..4096; None where there is no such state.
    threshold : int
        In units of a weight.
    bias_mantissa, bias_exponent : int
        Bias = mantissa * 2^exponent in units of v.
    noise : Noise or None
    group : str
        Populations with the same group (not empty) have to share one core as a whole.
    """

    name: str
    size: int
    place: Place = Place.CORE
    model: str = "lif"
    needs: str = ""
    is_input: bool = False
    current_decay: int | None = 4096
    voltage_decay: int | None = 0
    threshold: int = 1
    bias_mantissa: int = 0
    bias_exponent: int = 0
    noise: Noise | None = None
    group: str = ""

    @property
    def is_on_core(self) -> bool:
        """Whether its neurons take compartments of neuro cores."""
        return self.place in (Place.CORE, Place.MICROCODE)


@dataclass(frozen=True)
class LearningRule:
    """A rule of a plastic projection.

    Attributes
    ----------
    name : str
    texts : dict
        Right-hand sides by target: "dw", "dt", "dd".
    impulses, taus : dict
        By trace (x1, x2, y1, y2, y3); taus in timesteps.
    epoch : int
        Timesteps of a learning epoch.
    third_factor : tuple of int or None
        Least and largest value of the traces that something other than the synapse sets, None where that is unknown or
        none is set.
    third_factor_by : str
        Who sets them; empty where nothing does.
    tag_bits, trace_bits : int
        Magnitudes; tag_bits is 0 where the rule has no tag.
    """

    name: str
    texts: dict[str, str]
    impulses: dict[str, float] = field(default_factory=dict)
    taus: dict[str, float] = field(default_factory=dict)
    epoch: int = 1
    third_factor: tuple[int, int] | None = None
    third_factor_by: str = ""
    tag_bits: int = 0
    trace_bits: int = 7


@dataclass(frozen=True)
class Projection:
    """Synapses from one population to another.

    Attributes
    ----------
    name, source, target : str
    synapses : csr_matrix (n_post, n_pre)
        An entry per synapse, explicit zeros too.
    weight_bits, weight_exponent : int
        Bits of the magnitude; real weight = mantissa * 2^(6 + exponent) in units of v.
    delay : int
        Longest, in timesteps.
    rules : tuple of LearningRule
        Those that take turns; empty for fixed weights.
    magnitudes : array (number of synapses,) or None
        Of fixed weights, in the order of `synapses.data`; None where each may become as large as its bits allow.
    """

    name: str
    source: str
    target: str
    synapses: csr_matrix
    weight_bits: int = 8
    weight_exponent: int = 0
    delay: int = 0
    rules: tuple[LearningRule, ...] = ()
    magnitudes: np.ndarray | None = None

    @property
    def stores_indices(self) -> bool:
        """Whether a synapse has to store its target: not where every source reaches every neuron."""
        rows, columns = self.synapses.shape
        return self.synapses.nnz < rows * columns

    @property
    def tag_bits(self) -> int:
        """Bits of tag that a synapse stores, its sign included."""
        largest = max((rule.tag_bits for rule in self.rules), default=0)
        return largest + 1 if largest else 0

    @cached_property
    def fan_out(self) -> np.ndarray:
        """Synapses of each source neuron, int array (n_pre,)."""
        return np.bincount(self.synapses.indices, minlength=self.synapses.shape[1])

    @cached_property
    def largest_input(self) -> np.ndarray:
        """Of each target neuron in units of v: all synapses at once, with their largest weights (n_post,)."""
        synapses = self.synapses
        weights = np.full(synapses.nnz, (1 << self.weight_bits) - 1) if self.magnitudes is None else self.magnitudes
        sums = csr_matrix((weights.astype(float), synapses.indices, synapses.indptr), synapses.shape).sum(axis=1)
        return np.asarray(sums).ravel() * 2.0 ** (THRESHOLD_SHIFT + self.weight_exponent)

    @cached_property
    def silent_axons(self) -> int:
        """Source neurons without any synapse."""
        return int(np.count_nonzero(self.fan_out == 0))


class Service(NamedTuple):
    """Work beside the neuro cores.

    Attributes
    ----------
    name : str
    place : Place
    work : str
        What it does.
    values : int
        Numbers that it reads and writes per learning epoch, where that is known.
    """

    name: str
    place: Place
    work: str
    values: int = 0


@dataclass(frozen=True)
class Substitute:
    """What stands in for a part of a published model that hardware does not have."""

    original: str
    substitute: str
    place: Place


@dataclass(frozen=True)
class Usage:
    """All that a network asks of hardware; `overflow` is one of `OVERFLOWS`."""

    title: str
    populations: tuple[Population, ...]
    projections: tuple[Projection, ...]
    services: tuple[Service, ...] = ()
    substitutes: tuple[Substitute, ...] = ()
    overflow: str = "lava"

    def population(self, name: str) -> Population:
        """A population by its name."""
        return next(one for one in self.populations if one.name == name)

    def rules(self) -> list[tuple[Projection, LearningRule]]:
        """Every learning rule with its projection."""
        return [(projection, rule) for projection in self.projections for rule in projection.rules]
