"""Spikes of the excerpts: rasters, rates, and how sleep replays what was done awake."""

import numpy as np
import xarray as xr

from lava_sleep.analysis.selection import cycle_steps, require
from lava_sleep.runs.layout import EVENT_COLUMNS

SHUFFLES = 20  # of the control of `replay`; seeded, so the same in every call


def spikes(data: xr.Dataset, layer: str, place: str, excerpt: str, network: int = 0) -> np.ndarray:
    """Spikes of an excerpt as int array (spikes, 3): cycle, timestep, neuron; `layer` is hidden or output."""
    names = [f"{layer}_event_{column}" for column in EVENT_COLUMNS]
    require(data, *names, "place", "excerpt")
    at_network, at_place, at_excerpt, *columns = (data[name].values for name in names)
    where = list(data.place.values).index(place), list(data.excerpt.values).index(excerpt)
    chosen = (at_network == network) & (at_place == where[0]) & (at_excerpt == where[1])
    return np.stack([column[chosen] for column in columns], axis=1)


def raster(data: xr.Dataset, place: str, excerpt: str, cycles: int, network: int = 0) -> xr.Dataset:
    """The first cycles of an excerpt that have hidden and output spikes, as one raster.

    Returns
    -------
    xarray.Dataset
        `hidden`, `output` (spike, 2): timestep (`cycle_steps` per cycle) and neuron; `hidden_count`, `output_count`
        (timestep,); attribute `first`, the cycle at which it begins.
    """
    hidden, output = (spikes(data, layer, place, excerpt, network) for layer in ("hidden", "output"))
    first = int(output[0, 0]) if len(output) else 0
    steps = cycle_steps(data)
    made: dict[str, tuple] = {}
    for name, events in (("hidden", hidden), ("output", output)):
        part = events[(events[:, 0] >= first) & (events[:, 0] < first + cycles)]
        times = (part[:, 0] - first) * steps + part[:, 1]
        made[name] = ((f"{name}_spike", "entry"), np.stack([times, part[:, 2]], axis=1))
        made[f"{name}_count"] = ("timestep", np.bincount(times, minlength=cycles * steps))
    return xr.Dataset(made, attrs={"first": first})


def rates(data: xr.Dataset, place: str, excerpt: str, network: int = 0) -> xr.Dataset:
    """Spikes per cycle of every neuron in an excerpt: `hidden` (neuron,), `output` (direction,)."""
    cycles = data.sizes["excerpt_cycle"]
    found = {}
    for layer, size in (("hidden", data.sizes["hidden"]), ("output", data.sizes["output"])):
        events = spikes(data, layer, place, excerpt, network)
        found[layer] = np.bincount(events[:, 2], minlength=size) / cycles
    return xr.Dataset({"hidden": ("neuron", found["hidden"]), "output": ("direction", found["output"])})


def cycle_counts(events: np.ndarray, cycles: int, neurons: int) -> np.ndarray:
    """Spikes per cycle and neuron, float array (cycles, neurons)."""
    flat = np.bincount(events[:, 0] * neurons + events[:, 2], minlength=cycles * neurons)
    return flat.reshape(cycles, neurons).astype(float)


def joint_activity(data: xr.Dataset, place: str, excerpt: str, network: int) -> np.ndarray:
    """How often each hidden and each output neuron fired in one cycle: the mean product, float array (output, hidden).

    Counts are taken less their means over the cycles, so that it is not rates that make two of them alike.
    """
    cycles = data.sizes["excerpt_cycle"]
    hidden = cycle_counts(spikes(data, "hidden", place, excerpt, network), cycles, data.sizes["hidden"])
    output = cycle_counts(spikes(data, "output", place, excerpt, network), cycles, data.sizes["output"])
    return (output - output.mean(axis=0)).T @ (hidden - hidden.mean(axis=0)) / cycles


def likeness(first: np.ndarray, second: np.ndarray) -> float:
    """Cosine of the angle between two arrays, nan where one is zero."""
    size = float(np.linalg.norm(first) * np.linalg.norm(second))
    return float((first * second).sum() / size) if size else float("nan")


def replay(data: xr.Dataset, rows: list[str], templates: dict[str, str]) -> xr.Dataset:
    """How alike the hidden -> output activity of sleep after a row is to that of each task.

    Parameters
    ----------
    rows : list of str
    templates : dict of str to str
        Place whose test gives the activity of each task, e.g. ``{"T1": "T1", "T2": "T1>T2"}``.

    Returns
    -------
    xarray.Dataset
        `likeness` (network, row, task): cosine of joint activities, asleep and awake; `shuffled` the same with the
        hidden neurons of sleep interchanged (mean over shuffles): what chance gives.
    """
    generator = np.random.default_rng(0)
    networks = data.sizes["network"]
    found, chance = (np.full((networks, len(rows), len(templates)), np.nan) for _ in range(2))
    for network in range(networks):
        awake = [joint_activity(data, place, task, network) for task, place in templates.items()]
        for index, row in enumerate(rows):
            asleep = joint_activity(data, row, "S", network)
            shuffled = [generator.permutation(asleep, axis=1) for _ in range(SHUFFLES)]
            for task, template in enumerate(awake):
                found[network, index, task] = likeness(asleep, template)
                chance[network, index, task] = np.mean([likeness(one, template) for one in shuffled])
    dims = ("network", "row", "task")
    return xr.Dataset(
        {"likeness": (dims, found), "shuffled": (dims, chance)},
        coords={"network": data.network.values, "row": rows, "task": list(templates)},
    )
