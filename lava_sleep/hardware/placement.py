"""Placement: which neurons sit on which core, within the limits of the chip.

A population is cut into pieces of consecutive neurons, each as large as the limits of a core allow. As in nengo-loihi,
pieces of different populations get cores of their own; where the chip has too few cores they share, a piece with the
core that it exchanges most synapses with. Populations of one group take one core as a whole, whether they fit or not.
"""

from dataclasses import dataclass, field

import networkx as nx
import numpy as np

from lava_sleep.hardware.memory import axon_bits, bits_per_synapse
from lava_sleep.hardware.profiles import Limits, Profile
from lava_sleep.networks.graph import Noise, Population, Projection, Usage

OUTSIDE = -1  # node of the graph that stands for host and embedded processors
ROUNDS = 8  # of making pieces smaller whose spikes need too many output axons


@dataclass(frozen=True)
class Piece:
    """Neurons `first` .. `last - 1` of a population, and what they take on a core."""

    population: str
    first: int
    last: int
    input_axons: int
    synapse_bits: int
    noise: Noise | None = None

    @property
    def neurons(self) -> int:
        """Compartments."""
        return self.last - self.first


@dataclass
class Core:
    """One core with its pieces."""

    pieces: list[Piece] = field(default_factory=list)
    output_axons: int = 0

    @property
    def neurons(self) -> int:
        """Compartments."""
        return sum(piece.neurons for piece in self.pieces)

    @property
    def input_axons(self) -> int:
        """Axons whose spikes it takes, counted per projection."""
        return sum(piece.input_axons for piece in self.pieces)

    @property
    def synapse_bits(self) -> int:
        """Bits of its synapses."""
        return sum(piece.synapse_bits for piece in self.pieces)

    @property
    def noises(self) -> set[Noise]:
        """Different settings of noise."""
        return {piece.noise for piece in self.pieces if piece.noise}


@dataclass
class Placement:
    """Cores in use, and the graph of what they send to one another.

    Attributes
    ----------
    cores : list of Core
    graph : networkx.DiGraph
        Nodes: index of a core, -1 for what is outside of the cores. Edges: `axons`, and `spikes` per cycle if rates
        are known.
    is_exact : bool
        Whether the chip's format of synapses is known; otherwise their bits are the least possible.
    """

    cores: list[Core]
    graph: nx.DiGraph
    is_exact: bool


def place(usage: Usage, profile: Profile, rates: dict[str, float] | None = None) -> Placement:
    """Place a network on a chip.

    Parameters
    ----------
    usage : Usage
    profile : Profile
        Limits that are unknown do not bind.
    rates : dict, optional
        Spikes per neuron and cycle, by population.
    """
    limits = profile.limits
    most = {one.name: one.size for one in usage.populations}
    for _ in range(ROUNDS):
        cores = grouped_cores(usage, limits)
        pieces = [
            piece
            for population in usage.populations
            if population.is_on_core and not population.group
            for piece in cut(usage, population, limits, most[population.name])
        ]
        cores += [Core([piece]) for piece in pieces]
        count_output_axons(cores, usage)
        smaller = with_fewer_output_axons(cores, limits)
        if not smaller:
            break
        most |= smaller
    if limits.cores.is_known and len(cores) > limits.cores.known:
        cores = share(cores, limits, usage)
        count_output_axons(cores, usage)
    return Placement(cores, traffic(cores, usage, rates or {}), limits.synapse_word.is_known)


def with_fewer_output_axons(cores: list[Core], limits: Limits) -> dict[str, int]:
    """Most neurons of a piece, by population, where a core has too many output axons; empty if none has."""
    smaller: dict[str, int] = {}
    for core in cores:
        if exceeds(core.output_axons, limits.output_axons.value):
            share_of_axons = limits.output_axons.known / core.output_axons
            for piece in core.pieces:
                if piece.neurons > 1:
                    number = max(1, int(piece.neurons * share_of_axons))
                    smaller[piece.population] = min(smaller.get(piece.population, number), number)
    return smaller


def exceeds(number: int, limit: int | str) -> bool:
    """Whether a number is above a limit that is known."""
    return not isinstance(limit, str) and number > limit


def grouped_cores(usage: Usage, limits: Limits) -> list[Core]:
    """A core for every group of populations, in order of first mention."""
    groups: dict[str, Core] = {}
    for population in usage.populations:
        if population.is_on_core and population.group:
            core = groups.setdefault(population.group, Core())
            core.pieces.append(piece_of(usage, population, limits, 0, population.size))
    return list(groups.values())


def piece_of(usage: Usage, population: Population, limits: Limits, first: int, last: int) -> Piece:
    """Neurons of a population with the axons and synapses that reach them."""
    axons = bits = 0
    for projection in usage.projections:
        if projection.target == population.name:
            counts, silent = axon_counts(projection, first, last)
            axons += len(counts) + silent
            per_synapse = bits_per_synapse(projection, limits, last - first, indices=True)
            bits += axon_bits(counts, per_synapse, limits)
    return Piece(population.name, first, last, axons, bits, population.noise)


def axon_counts(projection: Projection, first: int, last: int) -> tuple[np.ndarray, int]:
    """Synapses of each axon onto neurons `first` .. `last - 1`, and the number of axons without any synapse at all.

    The latter are declared nevertheless, as in nengo-loihi: the input's centre is an axon of our network.
    """
    synapses = projection.synapses
    some = synapses.indices[synapses.indptr[first] : synapses.indptr[last]]
    counts = np.bincount(some, minlength=synapses.shape[1])
    return counts[counts > 0], projection.silent_axons


def fits(neurons: int, axons: int, bits: int, limits: Limits) -> bool:
    """Whether a core can hold it."""
    return not (
        exceeds(neurons, limits.neurons_per_core.value)
        or exceeds(axons, limits.input_axons.value)
        or exceeds(bits, limits.synapse_memory.value)
    )


def cut(usage: Usage, population: Population, limits: Limits, most: int) -> list[Piece]:
    """Cut a population into pieces that fit; a single neuron that does not fit is a piece nevertheless."""
    pieces: list[Piece] = []
    first = 0
    if limits.neurons_per_core.is_known:
        most = min(most, limits.neurons_per_core.known)
    while first < population.size:
        least, largest = 1, min(most, population.size - first)
        while least < largest:  # the largest piece that fits, by bisection: what a piece takes grows with it
            middle = (least + largest + 1) // 2
            piece = piece_of(usage, population, limits, first, first + middle)
            if fits(piece.neurons, piece.input_axons, piece.synapse_bits, limits):
                least = middle
            else:
                largest = middle - 1
        pieces.append(piece_of(usage, population, limits, first, first + least))
        first += least
    return pieces


def share(cores: list[Core], limits: Limits, usage: Usage) -> list[Core]:
    """Put pieces together, the largest first, each with the core that fits and that it has most synapses with."""
    shared: list[Core] = []
    synapses = synapse_numbers(usage)
    for core in sorted(cores, key=lambda one: -one.neurons):
        candidates = [
            other
            for other in shared
            if fits(
                other.neurons + core.neurons,
                other.input_axons + core.input_axons,
                other.synapse_bits + core.synapse_bits,
                limits,
            )
            and not exceeds(other.output_axons + core.output_axons, limits.output_axons.value)
            and not exceeds(len(other.noises | core.noises), limits.noise_generators.value)
        ]
        if candidates:
            best = max(candidates, key=lambda other: affinity(other, core, synapses))
            best.pieces.extend(core.pieces)
            best.output_axons += core.output_axons  # at most; counted again when all pieces have a core
        else:
            shared.append(Core(list(core.pieces), core.output_axons))
    return shared


def synapse_numbers(usage: Usage) -> dict[tuple[str, str], int]:
    """Synapses between two populations, in either direction, by the sorted pair of their names."""
    numbers: dict[tuple[str, str], int] = {}
    for projection in usage.projections:
        names = sorted((projection.source, projection.target))
        numbers[names[0], names[1]] = numbers.get((names[0], names[1]), 0) + projection.synapses.nnz
    return numbers


def affinity(one: Core, other: Core, synapses: dict[tuple[str, str], int]) -> int:
    """Synapses between the populations of two cores, see `synapse_numbers`."""
    here, there = ({piece.population for piece in core.pieces} for core in (one, other))
    pairs = {(min(a, b), max(a, b)) for a in here for b in there}
    return sum(synapses.get(pair, 0) for pair in pairs)


def owners(cores: list[Core], population: Population) -> np.ndarray:
    """Core of each neuron of a population, int array (size,); -1 outside."""
    found = np.full(population.size, OUTSIDE)
    for index, core in enumerate(cores):
        for piece in core.pieces:
            if piece.population == population.name:
                found[piece.first : piece.last] = index
    return found


def routes(cores: list[Core], usage: Usage, projection: Projection) -> np.ndarray:
    """Different (source neuron, target core) pairs of a projection, int array (n, 2)."""
    synapses = projection.synapses
    target = owners(cores, usage.population(projection.target))
    rows = np.repeat(target, np.diff(synapses.indptr))
    pairs = np.unique(synapses.indices.astype(np.int64) * (len(cores) + 1) + rows + 1)
    source, core = np.divmod(pairs, len(cores) + 1)
    return np.stack([source, core - 1], axis=1)


def count_output_axons(cores: list[Core], usage: Usage) -> None:
    """Output axons of each core: one for every core that a neuron's spikes go to, per projection."""
    for core in cores:
        core.output_axons = 0
    for projection in usage.projections:
        source = owners(cores, usage.population(projection.source))
        if (source != OUTSIDE).any():
            pairs = routes(cores, usage, projection)
            numbers = np.bincount(source[pairs[pairs[:, 1] != OUTSIDE, 0]] + 1, minlength=len(cores) + 1)
            for core, number in zip(cores, numbers[1:]):
                core.output_axons += int(number)


def traffic(cores: list[Core], usage: Usage, rates: dict[str, float]) -> nx.DiGraph:
    """The graph of a placement, see `Placement`."""
    graph = nx.DiGraph()
    graph.add_nodes_from(range(len(cores)))
    graph.add_node(OUTSIDE)
    for projection in usage.projections:
        source = owners(cores, usage.population(projection.source))
        pairs = routes(cores, usage, projection)
        links, numbers = np.unique(np.stack([source[pairs[:, 0]], pairs[:, 1]]), axis=1, return_counts=True)
        for (start, end), number in zip(links.T.tolist(), numbers.tolist()):
            known = graph.get_edge_data(start, end, {"axons": 0, "spikes": 0.0})
            spikes = known["spikes"] + rates.get(projection.source, 0.0) * number
            graph.add_edge(start, end, axons=known["axons"] + number, spikes=spikes)
    return graph
