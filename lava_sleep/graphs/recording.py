"""A graph run on a backend, with everything that it does taken down."""

import time
from importlib.util import find_spec
from typing import TYPE_CHECKING, Any, NamedTuple

import numpy as np

from emulation.errors import InputError
from emulation.graph.surroundings import Deeds
from emulation.neurons import REPORT_ACCUMULATOR, REPORT_CURRENT, REPORT_VOLTAGE
from lava_sleep.graphs.check import check_outside
from lava_sleep.graphs.engine import ROOM, Engine, Spikes
from lava_sleep.graphs.graph import Graph
from lava_sleep.graphs.populations import Lif

if TYPE_CHECKING:
    from lava_sleep.graphs.lava import LavaNetwork

REGISTERS = {"accumulator": REPORT_ACCUMULATOR, "u": REPORT_CURRENT, "v": REPORT_VOLTAGE}
BACKENDS, ARITHMETICS = ("compiled", "lava"), ("fixed", "float")
Arrays = dict[str, np.ndarray]


class Recording(NamedTuple):
    """What a network did.

    Attributes
    ----------
    spikes : dict of Spikes
        By population.
    voltages : dict
        By population of LIF neurons: u and v (timesteps, n), in units of the registers; empty unless wanted.
    moments : list of dict
        At the start and at the end of every phase, by plastic projection: w, t, d and traces, see `Engine.values`.
    state : dict of array
        At the end: u and v of every population of LIF neurons, and what `moments` has.
    overflow : dict of int
        By register: how often it overflowed or saturated.
    seconds : float
        Wall-clock time of the run.
    deeds : Deeds
        Outcome and act of each cycle, uint8 arrays (cycles,); empty without an environment.
    """

    spikes: dict[str, Spikes]
    voltages: dict[str, tuple[np.ndarray, np.ndarray]]
    moments: list[dict[str, Arrays]]
    state: Arrays
    overflow: dict[str, int]
    seconds: float
    deeds: Deeds


def record(graph: Graph, arithmetic: str = "fixed", backend: str = "compiled", voltages: bool = False) -> Recording:
    """Run the whole schedule.

    Parameters
    ----------
    graph : Graph
    arithmetic : {"fixed", "float"}
    backend : {"compiled", "lava"}
    voltages : bool
        Whether u and v of every timestep are kept.

    Raises
    ------
    InputError
        For what cannot be run so.
    """
    check_runnable(graph, arithmetic, backend)
    if backend == "compiled":
        return of_engine(graph, arithmetic, voltages)
    from lava_sleep.graphs.lava import LavaNetwork

    began = time.perf_counter()
    with LavaNetwork(graph, arithmetic) as network:
        return of_lava(network, voltages, began)


def check_runnable(graph: Graph, arithmetic: str, backend: str) -> None:
    """Refuse what the schedule alone cannot run."""
    if backend not in BACKENDS:
        raise InputError("backend: unknown for a graph", backend, ", ".join(BACKENDS), "choose one of these")
    if arithmetic not in ARITHMETICS:
        raise InputError("arithmetic: unknown", arithmetic, ", ".join(ARITHMETICS), "choose one of these")
    if backend == "lava" and find_spec("lava") is None:
        versions, hint = "lava-nc 0.10.0 on Python 3.10", "choose the backend compiled, or install lava-nc"
        raise InputError("backend lava needs lava-nc", "none installed", versions, hint)
    check_outside(graph)


def of_engine(graph: Graph, arithmetic: str, voltages: bool) -> Recording:
    """The schedule in the compiled engine, in stretches whose spikes have room whatever happens."""
    sizes = {name: part.size for name, part in graph.populations.items()}
    most = graph.cycle * sum(sizes.values())  # spikes of a cycle
    engine, began = Engine(graph, arithmetic), time.perf_counter()
    engine.record(max(ROOM, most), graph.timesteps if voltages else 0)
    stretch = max(1, ROOM // most)
    moments, deeds, before = [values_of(engine)], empty_deeds(graph), 0
    for name in graph.order:
        engine.begin(name)
        cycles = graph.phases[name].cycles
        for position in range(0, cycles, stretch):
            done = slice(before + position, before + min(position + stretch, cycles))
            length = min(stretch, cycles - position)
            engine.advance(name, position, length, Deeds(deeds.outcomes[done], deeds.acts[done]))
        moments.append(values_of(engine))
        before += cycles
    ends = np.cumsum(list(sizes.values()))[:-1]
    state = {
        f"{name}.{what}": part
        for what in "uv"
        for name, part in zip(sizes, np.split(getattr(engine.state, what), ends))
        if name in neurons_of(graph)
    }
    return Recording(
        {name: engine.spikes(name) for name in sizes},
        {name: engine.voltages(name) for name in neurons_of(graph)} if voltages else {},
        moments,
        whole_state(state, moments[-1], arithmetic),
        {name: int(engine.state.overflow[place]) for name, place in REGISTERS.items()},
        time.perf_counter() - began,
        deeds,
    )


def of_lava(network: "LavaNetwork", voltages: bool, began: float) -> Recording:
    """The schedule on Lava; the network has started."""
    graph, moments = network.graph, [whole_values(network)]
    for name in graph.order:
        if graph.phases[name].cycles:
            network.advance(graph.phases[name].cycles)
        moments.append(whole_values(network))
    names = neurons_of(graph)
    state = {f"{name}.{what}": network.get(network.populations[name], what) for what in "uv" for name in names}
    reports = [network.get(network.populations[name], "overflow") for name in names]
    return Recording(
        {name: network.spikes(name) for name in graph.populations},
        {name: network.voltages(name) for name in names} if voltages else {},
        moments,
        whole_state(state, moments[-1], network.arithmetic),
        {name: sum(int(report[place]) for report in reports) for name, place in REGISTERS.items()},
        time.perf_counter() - began,
        Deeds(*(part.copy() for part in network.deeds)),
    )


def empty_deeds(graph: Graph) -> Deeds:
    """Room for the outcome and the act of each cycle in an environment."""
    cycles = graph.timesteps // graph.cycle if graph.surroundings else 0
    return Deeds(np.zeros(cycles, np.uint8), np.zeros(cycles, np.uint8))


def neurons_of(graph: Graph) -> list[str]:
    """Populations that have u and v."""
    return [name for name, part in graph.populations.items() if isinstance(part, Lif)]


def plastic_of(graph: Graph) -> list[str]:
    """Projections that learn."""
    return [name for name, one in graph.projections.items() if one.learning is not None]


def values_of(network: Any) -> dict[str, Arrays]:
    """w, t, d and traces of every plastic projection of an engine or a Lava network."""
    return {name: network.values(name) for name in plastic_of(network.graph)}


def whole_values(network: "LavaNetwork") -> dict[str, Arrays]:
    """The same of a Lava network in the type of the engine: Lava gives the values of Vars as float64."""
    dtype = np.int32 if network.arithmetic == "fixed" else np.float64
    return {
        name: {what: array.astype(dtype) for what, array in one.items()} for name, one in values_of(network).items()
    }


def whole_state(neurons: Arrays, values: dict[str, Arrays], arithmetic: str) -> Arrays:
    """All arrays by name, of 64 bit: the same from every backend."""
    parts = {f"{name}.{what}": array for name, one in values.items() for what, array in one.items()}
    wide = np.int64 if arithmetic == "fixed" else np.float64
    return {name: array.astype(wide) for name, array in {**neurons, **parts}.items()}
