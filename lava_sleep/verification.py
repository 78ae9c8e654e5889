"""Run executors side by side through wake, sleep and a task switch, and compare everything that they do."""

from collections.abc import Iterator, Sequence
from contextlib import ExitStack
from dataclasses import dataclass, field

import numpy as np

from emulation.states import named_arrays
from lava_sleep.build import build_network, initial_state
from lava_sleep.description import NetworkDescription
from lava_sleep.executors import Running, open_executor
from lava_sleep.protocol import Cycles, Protocol, Segment, stages

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
    """What one executor did against its reference.

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
        """Executor and reference, over two lines."""
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


def schedule(description: NetworkDescription, cycles: int) -> list[Segment]:
    """A fifth each: unsupervised, Task 1, Task 2; two fifths of sleep and Task 1 in turn."""
    fifth = max(1, cycles // 5)
    rest = max(2, cycles - 3 * fifth)
    lengths = Cycles(unsupervised=fifth, T1=fifth, T2=fifth, interleaved=rest, episode=max(1, rest // 4), test=1)
    protocol = Protocol(name="verify", rows=("T1>T2>i(S,T1)",), cycles=lengths)
    return [segment for stage in stages(description, protocol) for segment in stage.segments]


def side_by_side(
    names: Sequence[str], floating: Sequence[bool], description: NetworkDescription, seed: int, cycles: int
) -> Iterator[tuple[int, list[dict[str, np.ndarray]]]]:
    """Run executors a cycle at a time; yields, after each cycle, its number and what each executor holds and did.

    Parameters
    ----------
    names, floating
        Executors, and the arithmetic of each.
    description, seed, cycles
        Network and length.
    """
    segments = schedule(description, cycles)
    with ExitStack() as stack:
        running = []
        for name, is_float in zip(names, floating):
            start = initial_state(description, seed, is_float)
            network = build_network(description, seed, start.hidden_synapses.pre)
            opened = open_executor(name, start, network, segments, is_float, rasters=True)
            running.append(stack.enter_context(opened))
        index = 0
        for segment in segments:
            for executor in running:
                executor.begin(segment)
            for _ in range(segment.cycles):
                for executor in running:
                    executor.advance(1)
                yield index, [content(executor, index) for executor in running]
                index += 1


def content(executor: Running, index: int) -> dict[str, np.ndarray]:
    """What an executor holds after a cycle and what it did in it, by name."""
    return {**named_arrays(executor.state), **{name: part[index] for name, part in executor.record._asdict().items()}}


def compare(
    names: Sequence[str], floating: bool, description: NetworkDescription, seed: int, cycles: int
) -> list[Comparison]:
    """Compare executors with the first one, array by array after every cycle."""
    comparisons = [Comparison(name, names[0]) for name in names[1:]]
    for index, contents in side_by_side(names, [floating] * len(names), description, seed, cycles):
        for comparison, found in zip(comparisons, contents[1:]):
            for name, expected in contents[0].items():
                comparison.add(name, expected, found[name], index)
    return comparisons


def float_departure(description: NetworkDescription, seed: int, cycles: int) -> str:
    """Where the float executor first departs from the fixed-point one, and by how much at the end."""
    first, distance = None, np.zeros(1)
    names = ("emulation", "float")
    for index, (fixed, floating) in side_by_side(names, (False, True), description, seed, cycles):
        if first is None and any((fixed[name] != floating[name]).any() for name in MOVES_AND_SPIKES):
            first = index
        distance = np.abs(fixed["output_synapses.weights"] - floating["output_synapses.weights"])
    place = "never departs in a spike or a move" if first is None else f"departs in a spike or a move in cycle {first}"
    return f"float {place}; its weights end {distance.mean():.2f} off on average, {distance.max():.0f} at most"


def verify_executors(cycles: int, seed: int, description: NetworkDescription | None = None) -> Verification:
    """Compare executors over about `cycles` movement cycles.

    Parameters
    ----------
    cycles : int
        Movement cycles in all.
    seed : int
    description : NetworkDescription, optional
        The default network otherwise.

    Returns
    -------
    Verification
        lava-cycle and lava in fixed_pt against emulation, in floating_pt against float; float itself is reported.
    """
    description = description or NetworkDescription()
    comparisons = compare(("emulation", "lava-cycle", "lava"), False, description, seed, cycles)
    comparisons += compare(("float", "lava-cycle", "lava"), True, description, seed, cycles)
    return Verification(comparisons, float_departure(description, seed, cycles))
