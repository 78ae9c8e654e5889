"""Networks of one's own as NIR files: the network in NIR's parts, all that NIR cannot hold in the metadata.

A population is a node of its name, a projection one or more nodes between two populations:

    sources      Input
    coincidence  Threshold
    lif, readout IF   (du = 4096, dv = 0, no bias)   r = 1/dt
                 LIF  (du = 4096, dv > 0)            tau = dt 4096/dv, r = 4096/dv, v_leak = bias r
                 CubaLIF                             also tau_syn = dt 4096/du, w_in = 4096/du
    projection   [Delay ->] Linear, a pair for each delay; a matrix (post, pre) of weights times 2^exponent plus offset
    Output       behind readouts and populations that send to none; where there is neither, behind all neurons

The unit is that of a weight, the timestep dt that of `exchange.nir`, the method Euler's. A connection takes one
timestep, as in the integer network, and a Delay holds those beyond it. A decay of 0 is written as a time constant of
2^40 timesteps. NIR has no floor, refractory time, noise, reset by subtraction, learning, phases or sleep: a reader that
does not know our metadata gets the network without them, with the weights from which learning starts.
"""

import json
from io import BytesIO
from pathlib import Path
from typing import Any

import nir
import numpy as np

from emulation.arithmetic import DECAY_UNITY
from emulation.errors import InputError
from lava_sleep.base.files import try_apart, write_whole
from lava_sleep.exchange.nir import KEY, TIMESTEP, check_agreement, metadata_of
from lava_sleep.exchange.nir_foreign_graphs import foreign_graph, located
from lava_sleep.graphs.check import without_sources
from lava_sleep.graphs.files import plain, with_arrays
from lava_sleep.graphs.graph import Graph
from lava_sleep.graphs.layout import biases
from lava_sleep.graphs.populations import SOURCES, Coincidence, Lif, Readout
from lava_sleep.graphs.projections import Projection

NO_LEAK = 2.0**40  # timesteps of the time constant that stands for none; chosen here
LARGEST_MATRIX = 2**27  # entries of a Linear node, which NIR holds in full: 512 MB; chosen here
Nodes = dict[str, Any]
Edges = list[tuple[str, str]]


def write_nir_graph(graph: Graph, path: Path | str) -> Path:
    """Write a network of one's own as NIR.

    Raises
    ------
    InputError
        If a projection is too large for a matrix.
    OSError
        If there is no place or no permission.
    """
    path, content = Path(path), BytesIO()
    nir.write(content, nir_of(graph))
    write_whole(path, content.getvalue())
    return path


def nir_of(graph: Graph) -> nir.NIRGraph:
    """The NIR graph of a network of one's own, with the graph's table and large arrays as metadata."""
    nodes, edges = parts_of(graph)
    arrays: dict[str, np.ndarray] = {}
    table = plain(graph, "", arrays)
    record = {"format": 1, "timestep": TIMESTEP, "graph": table, "arrays": list(arrays)}
    beside = {f"array{number}": array for number, array in enumerate(arrays.values())}
    return nir.NIRGraph(nodes, edges, metadata={KEY: json.dumps(record), **beside}, type_check=False)


def parts_of(graph: Graph) -> tuple[Nodes, Edges]:
    """Nodes and edges."""
    nodes: Nodes = {name: population_node(part) for name, part in graph.populations.items()}
    edges: Edges = []
    for name, projection in graph.projections.items():
        add_projection(graph, name, projection, nodes, edges)
    sending = {projection.source for projection in graph.projections.values()}
    last = [name for name, part in graph.populations.items() if isinstance(part, Readout) or name not in sending]
    for name, part in graph.populations.items():
        if name in (last or without_sources(graph)):
            out = free_name(f"{name}_out", nodes)
            nodes[out] = nir.Output({"output": np.array([part.size])})
            edges.append((name, out))
    return nodes, edges


def free_name(name: str, nodes: Nodes) -> str:
    """The name, lengthened where a node has it already."""
    while name in nodes:
        name += "_"
    return name


def population_node(part: Any) -> Any:
    """The node of a population."""
    if isinstance(part, SOURCES):
        return nir.Input({"input": np.array([part.size])})
    one = np.ones(part.size, np.float32)
    if isinstance(part, Coincidence):
        return nir.Threshold(one * part.threshold)
    return lif_node(part, one)


def lif_node(part: Lif, one: np.ndarray) -> Any:
    """LIF neurons, as the simplest node that has their equations."""
    current, voltage = (
        np.float32(DECAY_UNITY / decay if decay else NO_LEAK) for decay in (part.current_decay, part.voltage_decay)
    )
    step, bias = np.float32(TIMESTEP), np.float32(1 / 64) * biases(part).astype(np.float32)
    spiking = {"v_threshold": one * part.threshold, "v_reset": one * 0}
    if part.current_decay == DECAY_UNITY and not part.voltage_decay and not bias.any():
        return nir.IF(r=one / step, **spiking)
    leaky = {"r": one * voltage, "v_leak": bias * voltage, **spiking}
    if part.current_decay == DECAY_UNITY and part.voltage_decay:
        return nir.LIF(tau=one * voltage * step, **leaky)
    return nir.CubaLIF(tau_mem=one * voltage * step, tau_syn=one * current * step, w_in=one * current, **leaky)


def add_projection(graph: Graph, name: str, projection: Projection, nodes: Nodes, edges: Edges) -> None:
    """Add the nodes of a projection: a matrix for each of its delays."""
    n_post, n_pre = graph.populations[projection.target].size, graph.populations[projection.source].size
    delays = np.unique(projection.delay)
    if n_post * n_pre * len(delays) > LARGEST_MATRIX:
        got, allowed = n_post * n_pre * len(delays), f"at most {LARGEST_MATRIX} numbers"
        raise InputError(f"graph.projections.{name}: too large for NIR", got, allowed, "write it with write_graph")
    post, pre, weights = projection.synapses.entries(n_post, n_pre)
    each = np.broadcast_to(projection.delay.ravel(), post.shape)
    for delay in delays.tolist():
        suffix = f"_{delay}" if len(delays) > 1 else ""
        matrix, chosen = np.zeros((n_post, n_pre), np.float32), each == delay
        matrix[post[chosen], pre[chosen]] = weights[chosen] * np.float32(2.0**projection.exponent) + projection.offset
        names = [projection.source, free_name(f"{name}_weights{suffix}", nodes), projection.target]
        nodes[names[1]] = nir.Linear(matrix)
        if delay > 1:
            names.insert(1, free_name(f"{name}_delay{suffix}", nodes))
            nodes[names[1]] = nir.Delay(np.full(n_pre, (delay - 1) * TIMESTEP, np.float32))
        edges += zip(names[:-1], names[1:])


def read_nir_graph(path: Path | str, timestep: float = TIMESTEP) -> Graph:
    """Read a network of one's own from NIR.

    A file that `write_nir_graph` wrote gives the graph that was written. One of another program is converted if all of
    it has an exact counterpart, see `exchange.nir_foreign_graphs`; metadata of others are not read.

    Parameters
    ----------
    path : Path or str
    timestep : float
        s, of files of other programs, whose time constants it turns into decays.

    Raises
    ------
    InputError
        If it cannot be read, contradicts its own metadata, or has a part without a counterpart, which is named.
    """
    path = Path(path)
    try_apart(lambda: nir.read(path, type_check=False), path, "NIR file")
    try:
        found = nir.read(path, type_check=False)
        edges = [(str(start), str(end)) for start, end in found.edges]
    except Exception as error:  # h5py and nir raise what they like on foreign files
        raise InputError("NIR file", str(path), "a graph written by NIR", f"check it ({error})") from error
    record = metadata_of(found, str(path))
    if record is None:
        return foreign_graph(found.nodes, edges, str(path), timestep)
    if "graph" not in record:
        allowed = "a network of one's own"
        raise InputError(f"NIR file {path}: its metadata", sorted(record), allowed, "read it with `read_nir`")
    graph = recorded_graph(record, found.metadata, str(path))
    check_same(found.nodes, edges, graph, str(path))
    return graph


def recorded_graph(record: dict[str, Any], metadata: dict[str, Any], place: str) -> Graph:
    """The graph that the metadata describe."""
    try:
        arrays = {str(name): np.asarray(metadata[f"array{number}"]) for number, name in enumerate(record["arrays"])}
        return Graph(**with_arrays(record["graph"], arrays, "graph"))
    except InputError as error:
        raise located(error, place) from None
    except (KeyError, TypeError, ValueError, RecursionError) as error:
        do = f"write it again ({error})"
        raise InputError(f"NIR file {place}: its metadata", type(error).__name__, "those that we write", do) from error


def check_same(nodes: Nodes, edges: Edges, graph: Graph, place: str) -> None:
    """Refuse a file whose nodes or edges are not those of the graph in its metadata."""
    expected = nir_of(graph)
    do = "take out the metadata or write it again"
    for name in sorted({*nodes, *expected.nodes}):
        kinds = [type(some[name]).__name__ if name in some else "nothing" for some in (nodes, expected.nodes)]
        if kinds[0] != kinds[1]:
            raise InputError(f"NIR file {place}: node {name}", kinds[0], f"{kinds[1]}, as its metadata say", do)
    different = set(edges) ^ set(expected.edges)
    if different or len(edges) != len(expected.edges):
        got = sorted(different)[0] if different else "an edge twice"
        raise InputError(f"NIR file {place}: edges", got, "those that its metadata say", do)
    check_agreement(nodes, expected, place)
