"""Every array of a graph's `results.nc`: made, described and checked here.

Names of a population or projection come first, with a point after them, as in ``cells.spike_time``.

    stage                  a phase of the schedule: its name, and its first and last timestep
    moment                 the start, and the end of every stage: the timesteps that lie before it
    POP.spike_time         (POP.spike)            timestep of each spike, from 1
    POP.spike_neuron       (POP.spike)
    spike_count            (stage, population)
    POP.u, POP.v           (timestep, POP.neuron) if they were wanted
    PROJ.weights           (moment, PROJ.synapse) of a projection that learns
    PROJ.tags, PROJ.delays (moment, PROJ.synapse) if one of its rules has them
    PROJ.post, PROJ.pre    (PROJ.synapse)         neurons of each synapse
    outcome, act           (cycle)                of an environment: 0 nothing, 1 rewarded, 2 punished, 3 neutral
"""

from importlib.metadata import version
from typing import Any

import numpy as np
import xarray as xr

from emulation.environments.base import OUTCOMES
from emulation.errors import InputError
from lava_sleep.graphs.graph import Graph
from lava_sleep.graphs.layout import learning_of
from lava_sleep.graphs.recording import Recording, plastic_of

LAYOUT = 1  # of the file
CHANGED = {"weights": "dw", "tags": "dt", "delays": "dd"}  # by which rule a variable of a synapse changes
LETTERS = {"weights": "weight", "tags": "tag", "delays": "learnt delay"}


def dataset_of(graph: Graph, recording: Recording, how: dict[str, str]) -> xr.Dataset:
    """All arrays of a run; `how` is its title, arithmetic and backend."""
    ends = stage_ends(graph)
    coordinates = {
        "phase": described("stage", list(graph.order), "", "phase of the schedule"),
        "first_timestep": described("stage", ends[:-1] + 1, "timestep", "first timestep of a phase"),
        "last_timestep": described("stage", ends[1:], "timestep", "last timestep of a phase"),
        "moment": described("moment", ends, "timestep", "timesteps before a moment"),
        "after": described("moment", ["start", *graph.order], "", "phase that ends at a moment"),
        "population": described("population", list(graph.populations), "", "population"),
    }
    sizes = [part.size for part in graph.populations.values()]
    counts = [np.histogram(recording.spikes[name].times, edges(ends))[0] for name in graph.populations]
    arrays: dict[str, Any] = {
        "neurons": described("population", sizes, "1", "neurons of a population"),
        "spike_count": described(
            ("stage", "population"), np.array(counts, np.int64).T, "1", "spikes of all neurons of a population"
        ),
    }
    for name in graph.populations:
        arrays |= population_arrays(name, recording)
    for name in plastic_of(graph):
        arrays |= projection_arrays(graph, name, recording)
    if graph.surroundings is not None:
        outcomes = "outcome of a cycle: 0 nothing, 1 rewarded, 2 punished, 3 neutral"
        arrays["outcome"] = described("cycle", recording.deeds.outcomes, "1", outcomes)
        arrays["act"] = described("cycle", recording.deeds.acts, "1", "act of a cycle")
    if recording.voltages:
        coordinates["timestep"] = described("timestep", np.arange(1, graph.timesteps + 1), "timestep", "timestep")
    overflow = {f"overflow_{name}": number for name, number in recording.overflow.items()}
    return xr.Dataset(arrays, coordinates, {**attributes(graph, how), **overflow})


def stage_ends(graph: Graph) -> np.ndarray:
    """Timesteps before each phase of the schedule, and after the last."""
    lengths = [graph.cycle * graph.phases[name].cycles for name in graph.order]
    return np.concatenate([[0], np.cumsum(lengths)]).astype(np.int64)


def edges(ends: np.ndarray) -> np.ndarray:
    """Bins that hold the timesteps of each phase: the last bin of `numpy.histogram` is closed, so all lie between."""
    return ends + 0.5


def described(dims: Any, values: Any, units: str, long_name: str) -> tuple[Any, Any, dict[str, str]]:
    """An array as xarray takes it."""
    return dims, values, {**({"units": units} if units else {}), "long_name": long_name}


def population_arrays(name: str, recording: Recording) -> dict[str, Any]:
    """Spikes of a population, and u and v if they were kept."""
    times, neurons = recording.spikes[name]
    dim = f"{name}.spike"
    found = {
        f"{name}.spike_time": described(dim, times.astype(np.int64), "timestep", f"timestep of a spike of {name}"),
        f"{name}.spike_neuron": described(dim, neurons.astype(np.int32), "1", f"neuron of a spike of {name}"),
    }
    for letter, values in zip("uv", recording.voltages.get(name, ())):
        what = "current" if letter == "u" else "voltage"
        found[f"{name}.{letter}"] = described(("timestep", f"{name}.neuron"), values, "1", f"{what} of {name}")
    return found


def projection_arrays(graph: Graph, name: str, recording: Recording) -> dict[str, Any]:
    """Synapses of a plastic projection at every moment."""
    post, pre = synapses_of(graph, name)
    rules, dim = learning_of(graph.projections[name]).rules.values(), f"{name}.synapse"
    found = {
        f"{name}.post": described(dim, post.astype(np.int32), "1", f"target neuron of a synapse of {name}"),
        f"{name}.pre": described(dim, pre.astype(np.int32), "1", f"source neuron of a synapse of {name}"),
    }
    for what, target in CHANGED.items():
        if what == "weights" or any(getattr(rule, target) for rule in rules):
            values = np.stack([moment[name][what][post, pre] for moment in recording.moments])
            long_name = f"{LETTERS[what]} of a synapse of {name}"
            found[f"{name}.{what}"] = described(("moment", dim), values, "1", long_name)
    return found


def synapses_of(graph: Graph, name: str) -> tuple[np.ndarray, np.ndarray]:
    """Post and pre neuron of each synapse of a projection."""
    part = graph.projections[name]
    sizes = [graph.populations[one].size for one in (part.target, part.source)]
    return part.synapses.entries(*sizes)[:2]


def attributes(graph: Graph, how: dict[str, str]) -> dict[str, Any]:
    """Global attributes: those of CF, and how the graph was run."""
    program = f"lava-sleep {version('lava-sleep')}"
    return {
        "Conventions": "CF-1.11",
        "title": f"lava-sleep: {how['title']}, {how['arithmetic']}, {how['backend']}",
        "history": f"{program}: network run",
        "version": program,
        "layout": LAYOUT,
        "arithmetic": how["arithmetic"],
        "backend": how["backend"],
        "seed": graph.seed,
        "cycle_timesteps": graph.cycle,
        "rounding": graph.rounding,
    }


def packing(data: xr.Dataset) -> dict[str, dict]:
    """How arrays are stored, for `xarray.Dataset.to_netcdf`."""
    return {str(name): {"zlib": True, "complevel": 4, "shuffle": True} for name in data if "." in str(name)}


def check_dataset(data: xr.Dataset, graph: Graph, place: str) -> None:
    """Raise unless the arrays are those of the graph.

    Raises
    ------
    InputError
        With the name of the array.
    """
    ends = stage_ends(graph)
    same = {"phase": list(graph.order), "moment": ends.tolist(), "population": list(graph.populations)}
    for name, expected in same.items():
        got = data[name].values.tolist() if name in data.coords else None
        if got != expected:
            raise InputError(f"{place}: {name}", got, f"{expected}, as in the graph", "give files of one run")
    for name, part in graph.populations.items():
        check_range(data, f"{name}.spike_time", (f"{name}.spike",), (1, int(ends[-1])), place)
        check_range(data, f"{name}.spike_neuron", (f"{name}.spike",), (0, part.size - 1), place)
    check_range(data, "spike_count", ("stage", "population"), (0, 2**62), place)
    if graph.surroundings is not None:
        check_range(data, "outcome", ("cycle",), (0, len(OUTCOMES) - 1), place)
        check_range(data, "act", ("cycle",), (0, 255), place)
    for name in plastic_of(graph):
        post, pre = synapses_of(graph, name)
        for end, expected in (("post", post), ("pre", pre)):
            check_range(data, f"{name}.{end}", (f"{name}.synapse",), (0, 2**31), place)
            if not np.array_equal(data[f"{name}.{end}"].values, expected):
                raise InputError(f"{place}: {name}.{end}", "other synapses", "those of the graph", "run again")
        check_range(data, f"{name}.weights", ("moment", f"{name}.synapse"), (-256, 255), place)


def check_range(data: xr.Dataset, name: str, dims: tuple[str, ...], allowed: tuple[int, int], place: str) -> None:
    """Raise unless an array is there, of these dimensions, with numbers of this range."""
    if name not in data:
        raise InputError(f"{place}: {name}", "missing", "an array", "run again")
    values = data[name].values
    if data[name].dims != dims or values.dtype.kind not in "iuf":
        got = f"{values.dtype} {data[name].dims}"
        raise InputError(f"{place}: {name}", got, f"numbers {dims}", "run again")
    outside = ~((values >= allowed[0]) & (values <= allowed[1]))
    if outside.any():
        got = values[outside].tolist()[0]
        raise InputError(f"{place}: {name}: a value", got, f"{allowed[0]} to {allowed[1]}", "run again")
