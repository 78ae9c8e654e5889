"""Single synapses: task-relevant ones, the two clusters, weight now against then (paper, Figs 3C, 4C, 6)."""

from typing import Any

import numpy as np
import xarray as xr

from lava_sleep.analysis.selection import after_row, is_map, require, snapshots, trained_stage, weight_edges
from lava_sleep.errors import InputError

SHARE = 0.1  # of all synapses that are called relevant to a task: the strongest right after it was trained (paper)


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
        `share` (task, row, bin) of all relevant synapses of all networks, and their `median` (task, row).
    """
    shares, medians = [], []
    edges = weight_edges(data)
    for task in ("T1", "T2"):
        chosen = relevant_synapses(data, task)
        values = [after_row(data, row)[chosen] for row in rows]
        shares.append([np.histogram(value, edges)[0] / len(value) for value in values])
        medians.append([np.median(value) for value in values])
    return xr.Dataset(
        {"share": (("task", "row", "bin"), shares), "median": (("task", "row"), medians)},
        coords={"task": ["T1", "T2"], "row": rows, "weight": ("bin", (edges[1:] + edges[:-1]) / 2)},
    )


def weight_histogram(data: xr.Dataset, then: str, now: str) -> xr.DataArray:
    """Number of synapses of all networks by weight after one row and after another, dims (then, now)."""
    edges: Any = weight_edges(data)  # numpy's stubs know numbers of bins only
    counts, _, _ = np.histogram2d(after_row(data, then).ravel(), after_row(data, now).ravel(), bins=(edges, edges))
    centres = (edges[1:] + edges[:-1]) / 2
    return xr.DataArray(counts, dims=("then", "now"), coords={"then": centres, "now": centres})


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
    """Incoming weights of one output neuron along a stage: the neuron that has most strong synapses at its end.

    Returns
    -------
    xarray.Dataset
        `weight` (snapshot, hidden), coordinate `cycle` (snapshot,); `strong` (hidden,) by the clusters at the end;
        attributes `output`, `border` and `separation` (see `two_clusters`).
    """
    require(data, "snapshot_weights")
    weights = snapshots(data, stage)[network].reshape(-1, *data.snapshot_weights.shape[2:])
    border, strong, _ = two_clusters(weights[-1].ravel())
    output = int(strong.reshape(weights.shape[1:]).sum(axis=1).argmax())
    border, strong, separation = two_clusters(weights[-1, output])
    return xr.Dataset(
        {"weight": (("snapshot", "hidden"), weights[:, output]), "strong": ("hidden", strong)},
        coords={"cycle": ("snapshot", data.snapshot_cycle.values[data.snapshot_stage.values == stage])},
        attrs={"output": output, "border": border, "separation": separation},
    )


def paired_weights(data: xr.Dataset, other: xr.Dataset, row: str) -> xr.Dataset:
    """Weights of the same synapses of the same networks (seeds) in two runs after a row.

    Returns
    -------
    xarray.Dataset
        `count` (first, second): synapses by both weights; `share` (run, bin): distribution in each run;
        attribute `correlation` over all synapses.

    Raises
    ------
    InputError
        If only one of the runs is of the paper's own network, whose weights have another unit.
    """
    if is_map(data) != is_map(other):
        raise InputError("results: weights of two networks", "map and another", "two of a kind", "compare others")
    seeds = [seed for seed in data.network.values if seed in other.network.values]
    first = after_row(data.sel(network=seeds), row).ravel()
    second = after_row(other.sel(network=seeds), row).ravel()
    edges: Any = weight_edges(data)
    counts, _, _ = np.histogram2d(first, second, bins=(edges, edges))
    shares = [np.histogram(values, edges)[0] / max(1, len(values)) for values in (first, second)]
    centres = (edges[1:] + edges[:-1]) / 2
    correlation = float(np.corrcoef(first, second)[0, 1]) if len(first) else float("nan")
    return xr.Dataset(
        {"count": (("first", "second"), counts), "share": (("run", "bin"), shares)},
        coords={"first": centres, "second": centres, "weight": ("bin", centres)},
        attrs={"correlation": correlation, "networks": len(seeds)},
    )
