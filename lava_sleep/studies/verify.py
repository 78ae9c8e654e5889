"""Backends run side by side through wake, sleep and task switches, everything that they do compared bit for bit."""

from collections.abc import Sequence
from dataclasses import dataclass, field

import numpy as np

from lava_sleep.backends import BACKENDS
from lava_sleep.environments.base import Environment
from lava_sleep.environments.foraging import PAPER
from lava_sleep.networks.base import Arithmetic, Network
from lava_sleep.networks.integer.description import IntegerNetwork
from lava_sleep.runs.configuration import Configuration
from lava_sleep.statistics.verdict import Verdict, judged
from lava_sleep.studies.side_by_side import Side, side_by_side
from lava_sleep.tables.table import Table, columns

REFERENCE, COMPARED = "compiled", ("lava-cycle", "lava")
QUANTITIES = {
    "spikes": ("hidden_raster", "output_raster"),
    "moves": ("directions", "world.agent"),
    "rewards": ("outcomes", "reward"),
    "weights": ("hidden_synapses.weights", "output_synapses.weights"),
    "tags": ("hidden_synapses.tags", "output_synapses.tags"),
    "traces": tuple(
        f"{part}_synapses.{name}"
        for part in ("hidden", "output")
        for name in ("x_traces", "y_traces", "x_time", "y_time")
    ),
}
OTHER = "other state"
MOVES_AND_SPIKES = ("hidden_raster", "output_raster", "directions")


@dataclass
class Comparison:
    """What one backend did against its reference.

    Attributes
    ----------
    name, reference : str
    values, differences : dict of str to int
        Per quantity (`QUANTITIES` and the other state): how much was compared, and how much of it differs.
    first : str
        Where the first difference is, empty for none.
    """

    name: str
    reference: str
    values: dict[str, int] = field(default_factory=dict)
    differences: dict[str, int] = field(default_factory=dict)
    first: str = ""

    @property
    def label(self) -> str:
        """What is compared with what, over two lines."""
        return f"{self.name}\nvs {self.reference}"

    def add(self, name: str, expected: np.ndarray, found: np.ndarray, cycle: int) -> None:
        """Compare one array of one cycle."""
        quantity = next((key for key, names in QUANTITIES.items() if name in names), OTHER)
        number = int(np.sum(expected != found))
        self.values[quantity] = self.values.get(quantity, 0) + expected.size
        self.differences[quantity] = self.differences.get(quantity, 0) + number
        if number and not self.first:
            self.first = f"{name} in cycle {cycle}"


@dataclass
class Verification:
    """All comparisons; the remark is on float, whose difference is no fault."""

    comparisons: list[Comparison]
    remark: str

    @property
    def values(self) -> int:
        """How much was compared."""
        return sum(sum(comparison.values.values()) for comparison in self.comparisons)

    @property
    def differences(self) -> int:
        """How much of it differs."""
        return sum(sum(comparison.differences.values()) for comparison in self.comparisons)

    @property
    def verdict(self) -> Verdict:
        """Whether nothing differs."""
        return judged(self.differences == 0)

    def table(self, title: str) -> Table:
        """Differing values by quantity and comparison."""
        head = columns("quantity", "compared", *(one.label for one in self.comparisons), align="right")
        rows = [
            [
                name,
                f"{self.comparisons[0].values[name]:,}",
                *(str(one.differences[name]) for one in self.comparisons),
            ]
            for name in (*QUANTITIES, OTHER)
        ]
        return Table(head, [*rows], title)

    def remarks(self) -> list[str]:
        """Where each first difference is, how much was compared, the remark on float, and the verdict."""
        first = [
            f"{one.name} (against {one.reference}): first difference in {one.first}"
            for one in self.comparisons
            if one.first
        ]
        counted = f"{self.values:,} values compared, {self.differences:,} differ"
        return [*first, counted, self.remark, f"all backends agree bit for bit: {self.verdict.text}"]


def compare(
    sides: Sequence[Side], network: Network, seed: int, cycles: int, world: Environment = PAPER
) -> list[Comparison]:
    """Compare sides with the first one, array by array after every cycle."""
    names = [label_of(network, side) for side in sides]
    comparisons = [Comparison(name, names[0]) for name in names[1:]]
    for index, contents in side_by_side(sides, network, seed, cycles, world):
        for comparison, found in zip(comparisons, contents[1:]):
            for name, expected in contents[0].items():
                comparison.add(name, expected, found[name], index)
    return comparisons


def label_of(network: Network, side: Side) -> str:
    """How a side is called in tables."""
    name = Configuration(network=network, arithmetic=side.arithmetic, backend=side.backend.name).label
    return name.partition(" (")[0]


def float_departure(network: Network, seed: int, cycles: int, world: Environment = PAPER) -> str:
    """Where float first departs from fixed point, and by how much at the end."""
    first, distance = None, np.zeros(1)
    sides = [Side(BACKENDS.get(REFERENCE), arithmetic) for arithmetic in Arithmetic]
    for index, (fixed, floating) in side_by_side(sides, network, seed, cycles, world):
        if first is None and any((fixed[name] != floating[name]).any() for name in MOVES_AND_SPIKES):
            first = index
        distance = np.abs(fixed["output_synapses.weights"] - floating["output_synapses.weights"])
    place = "never departs in a spike or a move" if first is None else f"departs in a spike or a move in cycle {first}"
    return f"float {place}; its weights end {distance.mean():.2f} off on average, {distance.max():.0f} at most"


def verify(cycles: int, seed: int, network: Network | None = None, world: Environment = PAPER) -> Verification:
    """Compare backends over about `cycles` movement cycles.

    Parameters
    ----------
    cycles : int
        Movement cycles in all.
    seed : int
    network : Network, optional
        The default network otherwise.
    world : Environment
        The paper's, unless another one is given.

    Returns
    -------
    Verification
        The backends `COMPARED` against `REFERENCE`, in both arithmetics; float itself is reported.
    """
    network = network or IntegerNetwork()
    comparisons = []
    for arithmetic in Arithmetic:
        sides = [Side(BACKENDS.get(name), arithmetic) for name in (REFERENCE, *COMPARED)]
        for side in sides:
            side.backend.check(network, arithmetic)
        comparisons += compare(sides, network, seed, cycles, world)
    return Verification(comparisons, float_departure(network, seed, cycles, world))
