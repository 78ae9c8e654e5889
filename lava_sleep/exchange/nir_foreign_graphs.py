"""NIR files of other programs as networks of one's own, where each part has an exact counterpart.

Input becomes `Outside`; IF, LIF and CubaLIF become `Lif`, or `Readout` if they have an Output; Threshold `Coincidence`.
Between two populations stand at most one Linear or Affine node and one Delay; no node is a one-to-one projection of
weight 1. A connection takes one timestep, a Delay adds its own. Weights are integers, or such times 2^1 to 2^7; where
both signs occur and some are odd, the two signs become two projections. A bias goes to neurons without synaptic
current.
"""

from collections.abc import Callable
from typing import Any

import nir
import numpy as np

from emulation.arithmetic import DECAY_UNITY
from emulation.errors import InputError
from lava_sleep.graphs.graph import Graph
from lava_sleep.graphs.phases import Phase
from lava_sleep.graphs.populations import Coincidence, Lif, Outside, Readout
from lava_sleep.graphs.projections import Dense, OneToOne, Projection, Sparse

NEURONS = (nir.IF, nir.LIF, nir.CubaLIF)
POPULATIONS = (nir.Input, nir.Threshold, *NEURONS)
WEIGHTED = (nir.Linear, nir.Affine)
KNOWN = (*POPULATIONS, nir.Output, nir.Delay, *WEIGHTED)
TOLERANCE = 1e-3  # of a decay in 1/4096 and of a gain: what float32 loses; chosen here
LARGEST_BIAS = 2**12 - 1
Path = tuple[str, tuple[str, ...], str]  # source, nodes between, target
Refuse = Callable[[str, Any, str, str], InputError]


def located(error: InputError, place: str) -> InputError:
    """The same error with the file in front."""
    return InputError(f"NIR file {place}: {error.what}", error.got, error.allowed, error.hint)


def foreign_graph(nodes: dict[str, Any], edges: list[tuple[str, str]], place: str, timestep: float) -> Graph:
    """A network from nodes and edges alone.

    Raises
    ------
    InputError
        With the node that has no counterpart, and why.
    """

    def refuse(what: str, got: Any, allowed: str, hint: str) -> InputError:
        return InputError(f"NIR file {place}: {what}", got, allowed, hint)

    if not np.isfinite(timestep) or timestep <= 0:
        raise InputError("timestep", timestep, "above 0 s", "correct it")
    for name, node in nodes.items():
        check_node(name, node, refuse)
    outputs, paths = connections(nodes, edges, refuse)
    names = graph_names(nodes)
    drive = driven(nodes, paths, refuse)
    populations = {
        names[name]: population_of(name, node, name in outputs, drive.get(name, 0.0), timestep, refuse)
        for name, node in nodes.items()
        if isinstance(node, POPULATIONS)
    }
    projections: dict[str, Projection] = {}
    for path in paths:
        source, between, target = path
        weighted = [name for name in between if isinstance(nodes[name], WEIGHTED)]
        shared = not weighted or sum(weighted[0] in other[1] for other in paths) > 1
        base = "_".join(names[name] for name in (*weighted, *((source, target) if shared else ())))
        for suffix, parts in projections_of(nodes, path, timestep, refuse).items():
            name = base + suffix
            while name in projections:
                name += "_"
            projections[name] = Projection(source=names[source], target=names[target], **parts)
    try:
        return Graph(populations=populations, projections=projections, phases={"wake": Phase(cycles=1)})
    except InputError as error:
        raise located(error, place) from None


def check_node(name: str, node: Any, refuse: Refuse) -> None:
    """Refuse unknown kinds, and parameters that are not finite numbers of one shape."""
    if not isinstance(node, KNOWN):
        allowed = ", ".join(kind.__name__ for kind in KNOWN)
        raise refuse(f"node {name}", type(node).__name__, allowed, "replace the node")
    if isinstance(node, nir.Input | nir.Output):
        shape = np.asarray((node.input_type or {}).get("input"))
        if shape.shape != (1,) or shape.dtype.kind not in "iu" or shape[0] < 1:
            raise refuse(f"node {name}, shape", shape.tolist(), "one axis of neurons", "flatten it")
        return
    fields = {key: np.asarray(value) for key, value in node.to_dict().items() if key not in ("type", "metadata")}
    for field, value in fields.items():
        axes = 2 if field == "weight" else 1
        if value.dtype.kind not in "iuf" or value.ndim != axes or not value.size or not np.isfinite(value).all():
            got, allowed = f"{value.dtype} of shape {value.shape}", f"finite numbers on {axes} axes"
            raise refuse(f"node {name}, {field}", got, allowed.replace("1 axes", "1 axis"), "correct the node")
    lengths = {len(value) for value in fields.values()}
    if len(lengths) > 1:
        raise refuse(f"node {name}", sorted(lengths), "parameters of one length", "correct the node")


def width_of(node: Any) -> int:
    """Neurons that leave a node."""
    return int(np.atleast_1d(node.output_type["output"])[0])


def connections(nodes: dict[str, Any], edges: list[tuple[str, str]], refuse: Refuse) -> tuple[set[str], list[Path]]:
    """Populations with an output, and all ways from population to population; every node has to be on one."""
    following: dict[str, list[str]] = {name: [] for name in nodes}
    for edge in edges:
        for name in edge:
            if name not in nodes:
                raise refuse(f"edge {edge[0]} -> {edge[1]}", name, "names of nodes", "correct the edge")
        if edge[1] in following[edge[0]]:
            raise refuse(f"edge {edge[0]} -> {edge[1]}", "the edge twice", "each once", "take one out")
        if isinstance(nodes[edge[0]], nir.Output) or isinstance(nodes[edge[1]], nir.Input):
            raise refuse(f"edge {edge[0]} -> {edge[1]}", "an edge", "none from an Output or to an Input", "take it out")
        following[edge[0]].append(edge[1])
    outputs: set[str] = set()
    paths: list[Path] = []
    seen: set[str] = set()

    def walk(source: str, between: tuple[str, ...]) -> None:
        last = between[-1] if between else source
        for name in following[last]:
            node = nodes[name]
            wide = nodes[name].weight.shape[1] if isinstance(node, WEIGHTED) else width_of(node)
            if wide != width_of(nodes[last]):
                allowed = f"{width_of(nodes[last])}, those of {last}"
                raise refuse(f"node {name}: inputs", wide, allowed, "correct the shapes")
            seen.add(name)
            if isinstance(node, nir.Output):
                if between:
                    raise refuse(f"node {name}: an Output of no spikes", last, "populations", "put neurons before it")
                outputs.add(source)
            elif isinstance(node, POPULATIONS):
                paths.append((source, between, name))
            else:
                kinds = WEIGHTED if isinstance(node, WEIGHTED) else nir.Delay
                if any(isinstance(nodes[other], kinds) for other in between):
                    allowed = "one weight and one delay between populations"
                    raise refuse(f"node {name}", f"{type(node).__name__} behind {last}", allowed, "join the nodes")
                walk(source, (*between, name))

    for name, node in nodes.items():
        if isinstance(node, POPULATIONS):
            walk(name, ())
    on_the_way = {name for _, between, _ in paths for name in between}
    for name, node in nodes.items():
        if not isinstance(node, POPULATIONS) and name not in (seen if isinstance(node, nir.Output) else on_the_way):
            allowed = "nodes between two populations" if not isinstance(node, nir.Output) else "Outputs of populations"
            raise refuse(f"node {name}", "one that leads from or to nothing", allowed, "connect it or take it out")
    return outputs, paths


def graph_names(nodes: dict[str, Any]) -> dict[str, str]:
    """A name of letters, digits and _ for each node."""
    found: dict[str, str] = {}
    for name in nodes:
        short = "".join(letter if letter.isalnum() else "_" for letter in name)
        short = short if short.strip("_") else f"node{len(found)}"
        while short in found.values():
            short += "_"
        found[name] = short
    return found


def driven(nodes: dict[str, Any], paths: list[Path], refuse: Refuse) -> dict[str, Any]:
    """What affine nodes add to the input of each population in every timestep; each node once."""
    found: dict[str, Any] = {}
    pairs: set[tuple[str, str]] = set()
    for _, between, target in paths:
        for name in between:
            if not isinstance(nodes[name], nir.Affine) or not np.any(nodes[name].bias):
                continue
            if not isinstance(nodes[target], nir.IF | nir.LIF) or between[-1] != name:
                got = f"a bias into {between[-1] if between[-1] != name else target}"
                allowed = "no bias, or one into IF or LIF directly"
                raise refuse(f"node {name}, bias", got, allowed, "make it a v_leak of the neurons")
            if (name, target) not in pairs:
                pairs.add((name, target))
                found[target] = found.get(target, 0.0) + np.asarray(nodes[name].bias, float)
    return found


def population_of(name: str, node: Any, is_output: bool, drive: Any, timestep: float, refuse: Refuse) -> Any:
    """The population of a node."""
    if isinstance(node, nir.Input):
        return Outside(size=width_of(node))

    def integer(field: str, value: Any, high: int, what: str = "") -> int:
        array = np.unique(np.asarray(value, float))
        if len(array) != 1 or array[0] != np.rint(array[0]) or not 0 <= array[0] <= high:
            got = array.tolist()[:3] if len(array) > 1 else float(array[0])
            allowed = what or f"one integer for all neurons, 0 to {high}"
            raise refuse(f"node {name}, {field}", got, allowed, "scale weights and thresholds to integers")
        return int(array[0])

    if isinstance(node, nir.Threshold):
        return Coincidence(size=width_of(node), threshold=integer("threshold", node.threshold, 2**17 - 1))
    threshold = integer("v_threshold", node.v_threshold, 2**17 - 1)
    integer("v_reset", node.v_reset, 0, "0")

    def decay(field: str, gain: str) -> int:
        """The decay of a time constant, whose gain has to be 1."""
        tau, factor = np.asarray(getattr(node, field), float), np.asarray(getattr(node, gain), float)
        with np.errstate(all="ignore"):
            values, gains = DECAY_UNITY * timestep / tau, factor * timestep / tau
            close = abs(values - np.rint(values[0])) < TOLERANCE
        if not close.all() or not 0 <= np.rint(values[0]) <= DECAY_UNITY or not (values > 0).all():
            allowed = f"one for all neurons, dt 4096/n with n = 0 to 4096 and dt = {timestep} s"
            raise refuse(f"node {name}, {field}", float(tau[0]), allowed, "give the timestep, or choose such a value")
        if not (abs(gains - 1) < TOLERANCE).all():
            raise refuse(f"node {name}, {gain}", float(factor[0]), f"{field}/dt: a gain of 1", "scale the weights")
        return int(np.rint(values[0]))

    parts: dict[str, Any] = {}
    if isinstance(node, nir.IF):
        gain = np.asarray(node.r, float) * timestep
        if not (abs(gain - 1) < TOLERANCE).all():
            raise refuse(
                f"node {name}, r", float(node.r[0]), f"1/dt = {1 / timestep}: a gain of 1", "scale the weights"
            )
        leak: Any = 0.0
    else:
        tau = "tau_mem" if isinstance(node, nir.CubaLIF) else "tau"
        parts["voltage_decay"] = decay(tau, "r")
        leak = np.asarray(node.v_leak, float) * timestep / np.asarray(getattr(node, tau), float)
    if isinstance(node, nir.CubaLIF):
        parts["current_decay"] = decay("tau_syn", "w_in")
    mantissa, exponent = bias_of(name, 64 * (leak + drive), refuse)
    kind = Readout if is_output else Lif
    return kind(size=width_of(node), threshold=threshold, bias=mantissa, bias_exponent=exponent, **parts)


def bias_of(name: str, bias: Any, refuse: Refuse) -> tuple[Any, int]:
    """Mantissas and exponent of what is added to v, in 1/64 of a weight."""
    whole = np.rint(np.clip(bias, -LARGEST_BIAS * 2**7, LARGEST_BIAS * 2**7)).astype(np.int64)  # then far from `bias`
    if (abs(whole - bias) < TOLERANCE * np.maximum(1, abs(whole) / 64)).all():
        for exponent in range(8):
            if not (whole % 2**exponent).any() and (abs(whole >> exponent) <= LARGEST_BIAS).all():
                return whole >> exponent, exponent
    got, allowed = (np.atleast_1d(bias) / 64).tolist()[:3], "multiples of 1/64 up to 63, of 2^k/64 up to 63 2^k"
    raise refuse(f"node {name}: its bias or v_leak per timestep", got, allowed, "round it")


def projections_of(nodes: dict[str, Any], path: Path, timestep: float, refuse: Refuse) -> dict[str, dict[str, Any]]:
    """Synapses, exponent and delay of one way, by the suffix of their name."""
    source, between, target = path
    name = next((one for one in between if isinstance(nodes[one], WEIGHTED)), "")
    late = next((one for one in between if isinstance(nodes[one], nir.Delay)), "")
    steps = np.zeros(width_of(nodes[source]))
    if late:
        steps = np.asarray(nodes[late].delay, float) / timestep
        if (abs(steps - np.rint(steps)) > TOLERANCE).any() or steps.min() < -TOLERANCE or steps.max() > 61.5:
            got, allowed = (steps * timestep).tolist()[:3], f"whole timesteps of {timestep} s, 0 to 61"
            raise refuse(f"node {late}, delay", got, allowed, "give the timestep, or round it")
    whole = 1 + np.rint(steps).astype(np.int64)
    if not name:
        return {"": {"synapses": OneToOne(weight=np.array(1)), "delay": short(whole)}}
    weights = np.asarray(nodes[name].weight, float)
    delays = np.broadcast_to(whole[:, None] if late and between[-1] == late else whole, weights.shape)
    if (weights != np.rint(weights)).any() or abs(weights).max() > 256 * 2**7:
        bad = weights[(weights != np.rint(weights)) | (abs(weights) > 256 * 2**7)][0]
        allowed = "integers, up to 255 times 2^7"
        raise refuse(f"node {name}, weight", float(bad), allowed, "scale weights and thresholds to integers")
    for exponent in range(8):
        values = weights.astype(np.int64) >> exponent
        if ((values << exponent) != weights).any() or abs(values).max() > 256:
            continue
        if one_sign(values) or (not (values % 2).any() and values.min() < 0 < values.max() <= 254):
            return {"": {"synapses": Dense(weights=values), "exponent": exponent, "delay": short(delays)}}
        if abs(values).max() <= 255 and values.min() < 0 < values.max():
            halves = {"_excitatory": values > 0, "_inhibitory": values < 0}
            return {
                suffix: {
                    "synapses": Sparse(post=np.nonzero(half)[0], pre=np.nonzero(half)[1], weights=values[half]),
                    "exponent": exponent,
                    "delay": short(delays[half]),
                }
                for suffix, half in halves.items()
            }
    got, allowed = float(abs(weights).max()), "weights of 8 bit times one power of 2 up to 2^7"
    raise refuse(f"node {name}, weight", got, allowed, "scale weights and thresholds")


def one_sign(values: np.ndarray) -> bool:
    """Whether weights fit 0..255 or -255..0."""
    return bool(abs(values).max() <= 255 and ((values >= 0).all() or (values <= 0).all()))


def short(delays: np.ndarray) -> np.ndarray:
    """One delay where all are equal."""
    return delays.ravel()[0].reshape(()) if (delays == delays.ravel()[0]).all() else delays
