"""NIR files: the trained network as a frozen policy, its plasticity in the metadata of the nodes.

    input -> input_hidden (Linear) -> hidden (LIF) -> hidden_output (Linear) -> output (CubaLIF) -> out

With the timestep dt of the metadata and Euler's method, NIR's equations are those of the integer network in float, in
units of a weight (v there is in 1/64 of it):

    hidden: tau = dt, r = 1                  v = I, spike if v > threshold
    output: tau_syn = dt 4096/du, w_in = 4096/du      u <- u (1 - du/4096) + S
            tau_mem = dt 4096/dv, r = 4096/dv         v <- v (1 - dv/4096) + u, spike if v > threshold, then v = 0

NIR has neither the voltage floor nor noise; excitatory weights without noise never reach the floor. The common drive is
added to the weights hidden -> output. A file is data (HDF5): reading it executes nothing.
"""

import json
from pathlib import Path
from typing import Any

import nir
import numpy as np
from pydantic import ValidationError

from emulation.arithmetic import DECAY_UNITY
from emulation.errors import InputError
from lava_sleep.base.files import try_apart
from lava_sleep.base.settings import finding_of
from lava_sleep.environments.base import Environment
from lava_sleep.environments.foraging import PAPER
from lava_sleep.exchange.plasticity import hidden_plasticity, output_plasticity, sleep_parameters
from lava_sleep.exchange.trained import Trained, checked_arrays, checked_seed, described_network, described_world
from lava_sleep.networks.integer.description import Hidden, HiddenSynapses, IntegerNetwork, Output

TIMESTEP = 1e-4  # s of a network timestep: what snnTorch takes; it sets the unit of the time constants only
KEY = "lava_sleep"
CHAIN = (
    ("input", nir.Input),
    ("input_hidden", nir.Linear),
    ("hidden", nir.LIF),
    ("hidden_output", nir.Linear),
    ("output", nir.CubaLIF),
    ("out", nir.Output),
)


def graph_of(trained: Trained) -> nir.NIRGraph:
    """The NIR graph of a trained network."""
    description = trained.description
    output, neurons, world = description.output, description.hidden.neurons, trained.world
    for name in ("current_decay", "voltage_decay"):
        if not getattr(output, name):
            raise InputError(f"network.output.{name}", 0, "1 to 4096 (NIR has no neuron without leak here)", "raise it")
    weights = np.zeros((neurons, world.inputs), np.float32)
    mantissas = trained.hidden_weights.astype(np.float32)
    np.put_along_axis(weights, trained.hidden_inputs.astype(np.int64), mantissas, axis=1)
    hidden_metadata = {"plasticity": json.dumps(hidden_plasticity(description)), "inputs": trained.hidden_inputs}
    output_metadata = {"plasticity": json.dumps(output_plasticity(description)), "drive": np.int64(output.drive)}
    total = trained.output_weights.astype(np.float32) + output.drive
    nodes = {
        "input": nir.Input({"input": np.array([world.inputs])}),
        "input_hidden": nir.Linear(weights, metadata=hidden_metadata),
        "hidden": hidden_node(description),
        "hidden_output": nir.Linear(total, metadata=output_metadata),
        "output": output_node(description, world.outputs),
        "out": nir.Output({"output": np.array([world.outputs])}),
    }
    names = list(nodes)
    record = {
        "format": 1,
        "seed": trained.seed,
        "row": trained.row,
        "timestep": TIMESTEP,
        "arithmetic": "floating_pt" if trained.is_floating else "fixed_pt",
        "sleep": sleep_parameters(description),
        "description": description.model_dump(mode="json"),
        "world": world.model_dump(mode="json"),
    }
    return nir.NIRGraph(nodes, list(zip(names[:-1], names[1:])), metadata={KEY: json.dumps(record)})


def hidden_node(description: IntegerNetwork) -> nir.LIF:
    """The coincidence cells: nothing is kept from one timestep to the next."""
    one = np.ones(description.hidden.neurons, np.float32)
    threshold = one * description.hidden.threshold
    return nir.LIF(tau=one * np.float32(TIMESTEP), r=one, v_leak=one * 0, v_threshold=threshold, v_reset=one * 0)


def output_node(description: IntegerNetwork, neurons: int) -> nir.CubaLIF:
    """The output layer."""
    one, output = np.ones(neurons, np.float32), description.output
    current, voltage = (np.float32(DECAY_UNITY / decay) for decay in (output.current_decay, output.voltage_decay))
    return nir.CubaLIF(
        tau_syn=one * current * np.float32(TIMESTEP),
        tau_mem=one * voltage * np.float32(TIMESTEP),
        r=one * voltage,
        v_leak=one * 0,
        v_threshold=one * output.threshold,
        v_reset=one * 0,
        w_in=one * current,
    )


def write_nir(trained: Trained, path: Path) -> None:
    """Write a trained network as NIR."""
    nir.write(path, graph_of(trained))


def read_nir(path: Path) -> Trained:
    """Read a NIR file: one of ours, or another one of the same structure.

    Weights may have fractions (of a floating-point run) where the file does not say that they are of fixed point.
    A file without our metadata gets the description's defaults for what NIR does not say (plasticity, sleep, the
    environment), no noise and no drive.

    Raises
    ------
    InputError
        If it cannot be read, is of another structure, or contradicts its own metadata.
    """
    try_apart(lambda: nir.read(path), path, "NIR file")
    try:
        graph = nir.read(path)
    except Exception as error:  # h5py and nir raise what they like on foreign files
        raise InputError("NIR file", str(path), "a graph written by NIR", f"check it ({error})") from error
    nodes = chain_of(graph, str(path))
    record = metadata_of(graph, str(path))
    world = PAPER if record is None else described_world(record.get("world"))
    check_numbers(nodes, str(path), world)
    if record is None:
        return foreign_network(nodes, str(path))
    try:
        description = described_network(record["description"])
        seed, row = checked_seed(record["seed"]), str(record["row"])
        inputs = np.asarray(nodes["input_hidden"].metadata["inputs"], np.int64)
        weights = np.take_along_axis(np.asarray(nodes["input_hidden"].weight), inputs, axis=1)
    except (KeyError, TypeError, ValueError, IndexError) as error:
        do = f"export again ({error})"
        raise InputError("NIR file: its metadata", str(path), "those that we write", do) from error
    total = np.asarray(nodes["hidden_output"].weight, float) - description.output.drive
    fractions = record.get("arithmetic") == "floating_pt"
    arrays = checked_arrays(description, [inputs, weights, total], str(path), fractions, world)
    trained = Trained(description, seed, row, *arrays, world)
    check_agreement(nodes, graph_of(trained), str(path))
    return trained


def chain_of(graph: nir.NIRGraph, place: str) -> dict[str, Any]:
    """The nodes of a graph by our names, found along its edges."""
    allowed = " -> ".join(kind.__name__ for _, kind in CHAIN)
    try:
        following = {str(start): str(end) for start, end in graph.edges}
    except (TypeError, ValueError) as error:
        raise InputError(
            f"NIR file {place}: edges", graph.edges, "pairs of names", f"export again ({error})"
        ) from error
    starts = [name for name, node in graph.nodes.items() if isinstance(node, nir.Input)]
    name = starts[0] if len(starts) == 1 else ""
    nodes: dict[str, Any] = {}
    for ours, kind in CHAIN:
        if name not in graph.nodes or not isinstance(graph.nodes[name], kind):
            found = type(graph.nodes[name]).__name__ if name in graph.nodes else "nothing"
            raise InputError(f"NIR file {place}: in place of {ours}", found, allowed, "give a graph of this structure")
        nodes[ours] = graph.nodes[name]
        name = following.get(name, "")
    if len(graph.nodes) != len(CHAIN):
        raise InputError(f"NIR file {place}: nodes", len(graph.nodes), allowed, "take the others out")
    return nodes


def metadata_of(graph: nir.NIRGraph, place: str) -> dict[str, Any] | None:
    """What we have written about a graph; None if it is not ours."""
    text = graph.metadata.get(KEY) if isinstance(graph.metadata, dict) else None
    if text is None:
        return None
    try:
        record = json.loads(text) if isinstance(text, str | bytes) else text
    except (ValueError, RecursionError) as error:
        raise InputError("NIR file: its metadata", place, "JSON", f"export again ({error})") from error
    if not isinstance(record, dict):
        raise InputError("NIR file: its metadata", place, "a table", "export again")
    return record


def check_numbers(nodes: dict[str, Any], place: str, world: Environment) -> None:
    """Refuse nodes that are not of finite real numbers, or not of one number of neurons."""
    neurons = np.shape(nodes["input_hidden"].weight)[:1]
    shapes = {
        "input_hidden": (*neurons, world.inputs),
        "hidden": neurons,
        "hidden_output": (world.outputs, *neurons),
        "output": (world.outputs,),
    }
    for name, shape in shapes.items():
        for field, value in nodes[name].to_dict().items():
            if field in ("type", "metadata", "input_type", "output_type"):
                continue
            array = np.asarray(value)
            if array.shape != shape or array.dtype.kind not in "iuf" or not np.isfinite(array).all():
                got, allowed = f"{array.dtype} of shape {array.shape}", f"finite numbers of shape {shape}"
                raise InputError(f"NIR file {place}: node {name}, {field}", got, allowed, "correct the node")


def check_agreement(nodes: dict[str, Any], expected: nir.NIRGraph, place: str) -> None:
    """Refuse a file whose nodes are not those that its own metadata describe."""
    for name, node in nodes.items():
        for field, value in expected.nodes[name].to_dict().items():
            if field not in ("type", "metadata") and not np.array_equal(value, node.to_dict()[field]):
                got, allowed = f"another {field}", "what its metadata say"
                do = "take out the metadata or export again"
                raise InputError(f"NIR file {place}: node {name}", got, allowed, do)


def foreign_network(nodes: dict[str, Any], place: str) -> Trained:
    """A network from nodes alone."""
    weights, total = np.asarray(nodes["input_hidden"].weight), np.asarray(nodes["hidden_output"].weight)
    fan_in = max(2, int(np.count_nonzero(weights, axis=1).max()))
    hidden, output = nodes["hidden"], nodes["output"]
    try:
        description = IntegerNetwork(
            hidden=Hidden(neurons=len(weights), threshold=whole(single(hidden.v_threshold, "hidden.v_threshold"))),
            hidden_synapses=HiddenSynapses(fan_in=fan_in),
            output=Output(
                current_decay=round(DECAY_UNITY / single(output.w_in, "output.w_in")),
                voltage_decay=round(DECAY_UNITY / single(output.r, "output.r")),
                threshold=whole(single(output.v_threshold, "output.v_threshold")),
                drive=0,
                drive_asleep=0,
                noise_exponent=-1,
            ),
        )
    except ValidationError as error:
        raise finding_of(error, "network") from error
    inputs = np.sort(np.argsort(weights == 0, axis=1, kind="stable")[:, :fan_in], axis=1)
    arrays = [inputs, np.take_along_axis(weights, inputs, axis=1), total]
    trained = Trained(description, 0, "", *checked_arrays(description, arrays, place))
    check_agreement(nodes, graph_of(trained), place)
    return trained


def single(values: Any, place: str) -> float:
    """The one value that all neurons of a population share."""
    array = np.unique(np.asarray(values, float))
    if len(array) != 1 or array[0] <= 0:
        got = "several values, or none above 0"
        raise InputError(f"NIR node {place}", got, "one for all neurons", "split the node")
    return float(array[0])


def whole(value: float) -> int:
    """An integer; a fraction is kept for pydantic to refuse."""
    return int(value) if value == int(value) else value  # type: ignore[return-value]
