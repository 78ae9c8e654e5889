"""Single synapses: task-relevant ones, the two clusters, weight now against then (paper, Figs 3C, 4C, 6)."""

from typing import Any

import numpy as np
import xarray as xr

from lava_sleep.analysis.selection import after_row, require, snapshots, trained_stage, weight_range
from lava_sleep.protocols.rows import repetitions
from lava_sleep.runs.configuration import world_of_data

SHARE = 0.1  # of all synapses that are called relevant to a task: the strongest right after it was trained (paper)
BINS = 32  # of a weight's range: 8 values of an 8-bit weight each


def weight_edges(data: xr.Dataset) -> np.ndarray:
    """Borders of the bins of a weight, float array (33,), from 0 to `weight_range`."""
    return np.linspace(0, weight_range(data), BINS + 1)


def centres(edges: np.ndarray) -> np.ndarray:
    """Middles of bins."""
    return (edges[1:] + edges[:-1]) / 2


def relevant_synapses(data: xr.Dataset, task: str) -> np.ndarray:
    """The strongest tenth of all synapses after a task, bool array (networks, outputs, hidden)."""
    weights = after_row(data, trained_stage(data, task))
    flat = weights.reshape(len(weights), -1)
    number = round(SHARE * flat.shape[1])
    chosen = np.zeros(flat.shape, bool)
    np.put_along_axis(chosen, np.argsort(-flat, axis=1, kind="stable")[:, :number], True, axis=1)
    return chosen.reshape(weights.shape)


def relevant_distributions(data: xr.Dataset, rows: list[str]) -> xr.Dataset:
    """How the synapses relevant to each task are distributed after every row.

    Returns
    -------
    xarray.Dataset
        `share` (task, row, bin) of all relevant synapses of all networks, their `median` (task, row), and the share
        `strong` (task, row) above `border` (task,): the border of the two clusters of all weights right after the
        task (see `two_clusters`).
    """
    edges, borders = weight_edges(data), []
    shares, medians, strong = [], [], []
    tasks = world_of_data(data).task_names
    for task in tasks:
        chosen = relevant_synapses(data, task)
        border, _, _ = two_clusters(after_row(data, trained_stage(data, task)).ravel())
        values = [after_row(data, row)[chosen] for row in rows]
        borders.append(border)
        shares.append([np.histogram(value, edges)[0] / len(value) for value in values])
        medians.append([np.median(value) for value in values])
        strong.append([(value > border).mean() for value in values])
    dims = ("task", "row")
    return xr.Dataset(
        {
            "share": ((*dims, "bin"), shares),
            "median": (dims, medians),
            "strong": (dims, strong),
            "border": ("task", borders),
        },
        coords={"task": list(tasks), "row": rows, "weight": ("bin", centres(edges))},
    )


def weight_histogram(data: xr.Dataset, then: str, now: str) -> xr.DataArray:
    """Number of synapses of all networks by weight after one row and after another, dims (then, now)."""
    edges = weight_edges(data)
    counts = histogram_2d(after_row(data, then).ravel(), after_row(data, now).ravel(), edges, edges)
    return xr.DataArray(counts, dims=("then", "now"), coords={"then": centres(edges), "now": centres(edges)})


def histogram_2d(first: np.ndarray, second: np.ndarray, edges: np.ndarray, other: np.ndarray) -> np.ndarray:
    """Numbers of pairs by the bins of both, float array (bins, bins)."""
    bins: Any = (edges, other)  # numpy's stubs know numbers of bins only
    return np.histogram2d(first, second, bins=bins)[0]


def two_clusters(weights: np.ndarray) -> tuple[float, np.ndarray, float]:
    """Split weights into a weak and a strong cluster (one-dimensional 2-means).

    Parameters
    ----------
    weights : float array (n,)

    Returns
    -------
    float
        The border, midway between the two means.
    bool array (n,)
        Which weights are strong.
    float
        Distance of the means over the mean SD of the clusters: above 2 the two do not overlap much (Ashman's D is
        sqrt(2) times a like measure); inf for two sharp clusters, 0 where all weights are one.
    """
    low, high = float(weights.min()), float(weights.max())
    if low == high:
        return low, np.zeros(len(weights), bool), 0.0
    border = (low + high) / 2
    for _ in range(100):
        strong = weights > border
        moved = (weights[strong].mean() + weights[~strong].mean()) / 2
        if moved == border:
            break
        border = float(moved)
    strong = weights > border
    spread = (weights[strong].std() + weights[~strong].std()) / 2
    apart = weights[strong].mean() - weights[~strong].mean()
    return border, strong, float(apart / spread) if spread else float("inf")


def neuron_weights(data: xr.Dataset, stage: str, network: int = 0) -> xr.Dataset:
    """Incoming weights of one output neuron along a stage and its repetitions, if `stage` is the last of several.

    The neuron is the one that has most strong synapses at the end.

    Returns
    -------
    xarray.Dataset
        `weight` (snapshot, hidden), coordinate `cycle` (snapshot,); `strong` (hidden,) by the clusters at the end;
        attributes `output`, `border` and `separation` (see `two_clusters`).
    """
    require(data, "snapshot_weights")
    cycles, whole, start = [], [], 0
    for part in repetitions(stage):
        whole.append(snapshots(data, part)[network])
        steps = data.snapshot_cycle.values[data.snapshot_stage.values == part]
        cycles.append(start + steps)
        start += int(steps[-1])
    weights = np.concatenate(whole).reshape(-1, *data.snapshot_weights.shape[2:])
    border, strong, _ = two_clusters(weights[-1].ravel())
    output = int(strong.reshape(weights.shape[1:]).sum(axis=1).argmax())
    border, strong, separation = two_clusters(weights[-1, output])
    return xr.Dataset(
        {"weight": (("snapshot", "hidden"), weights[:, output]), "strong": ("hidden", strong)},
        coords={"cycle": ("snapshot", np.concatenate(cycles))},
        attrs={"output": output, "border": border, "separation": separation},
    )


def weight_shares(data: xr.Dataset, row: str) -> np.ndarray:
    """Distribution of all weights after a row over the bins of `weight_edges`, float array (32,)."""
    values = after_row(data, row).ravel()
    return np.histogram(values, weight_edges(data))[0] / len(values)


def shared_networks(data: xr.Dataset, other: xr.Dataset) -> list[int]:
    """Seeds of the networks that two runs have in common."""
    return [int(seed) for seed in data.network.values if seed in other.network.values]


def why_not_paired(data: xr.Dataset, other: xr.Dataset) -> str | None:
    """Why the synapses of two runs cannot be laid against each other; None where they can."""
    seeds = shared_networks(data, other)
    if not seeds:
        return "they have no network in common"
    wirings = [one.sel(network=seeds).hidden_inputs.values for one in (data, other)]
    if np.array_equal(*wirings):
        return None
    scale = "" if weight_range(data) == weight_range(other) else ", and its weights are on another scale"
    return f"its networks are wired otherwise{scale}"


def paired_weights(data: xr.Dataset, other: xr.Dataset, row: str) -> xr.Dataset:
    """Weights of the same synapses of the same networks (seeds) in two runs after a row.

    Returns
    -------
    xarray.Dataset
        `count` (first, second): synapses by both weights; attributes `correlation` over all synapses and `networks`,
        how many the runs have in common.
    """
    seeds = shared_networks(data, other)
    first = after_row(data.sel(network=seeds), row).ravel()
    second = after_row(other.sel(network=seeds), row).ravel()
    edges = weight_edges(data), weight_edges(other)
    counts = histogram_2d(first, second, *edges)
    correlation = float(np.corrcoef(first, second)[0, 1]) if len(first) else float("nan")
    return xr.Dataset(
        {"count": (("first", "second"), counts)},
        coords={"first": centres(edges[0]), "second": centres(edges[1])},
        attrs={"correlation": correlation, "networks": len(seeds)},
    )
