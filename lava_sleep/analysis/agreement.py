"""Fixed point against float on the same seeds: rows, weights, rates, and where the two depart."""

from typing import Any, NamedTuple

import numpy as np
import xarray as xr
from scipy import stats

from emulation.engine.network import STEPS
from lava_sleep.analysis.reproduction import values_of
from lava_sleep.analysis.statistics import Contrast, contrast, equivalence, networks_for_equivalence
from lava_sleep.description import NetworkDescription
from lava_sleep.verification import side_by_side

MARGIN = 0.05  # of the equivalence test
POWER = 0.99  # chosen: of each entry in a comparison that is planned from this one
VARIABLES = {
    "output weights": "output_synapses.weights",
    "tags": "output_synapses.tags",
    "x1": "output_synapses.x_traces",
    "u": "u",
    "v": "v",
}


class RowAgreement(NamedTuple):
    """One row and task: both means, their paired contrast, and the p of equivalence at margin .05."""

    after: str
    task: int
    fixed: float
    floating: float
    contrast: Contrast
    equivalence: float


class WeightAgreement(NamedTuple):
    """Output weights after one row, mean over networks.

    Attributes
    ----------
    correlation : Pearson's, synapse by synapse.
    distance : earth mover's distance between the two distributions, in weights.
    """

    after: str
    correlation: float
    distance: float


class Departure(NamedTuple):
    """How two executors drift apart in one network.

    Attributes
    ----------
    first : dict of str to int or None
        First cycle (counted over all phases) in which a variable, or a spike or a move, differs.
    cycles : int array (n,)
        Cycles at which the difference was taken.
    growth : dict of str to float array (n,)
        Mean absolute difference of each variable.
    spike_counts : float
        Correlation of the output spike counts, per cycle and neuron, over the whole course.
    """

    first: dict[str, int | None]
    cycles: np.ndarray
    growth: dict[str, np.ndarray]
    spike_counts: float


def row_agreement(fixed: dict, floating: dict) -> list[RowAgreement]:
    """Rows of two summaries of the same seeds."""
    one, other = values_of(fixed), values_of(floating)
    return [
        RowAgreement(
            after,
            task,
            float(values.mean()),
            float(other[after, task].mean()),
            contrast(values, other[after, task]),
            equivalence(values, other[after, task], MARGIN),
        )
        for (after, task), values in one.items()
    ]


def weight_agreement(fixed: xr.Dataset, floating: xr.Dataset) -> list[WeightAgreement]:
    """Output weights of two `results.nc` of the same seeds."""
    found = []
    for after in fixed.row.values:
        pairs = [
            (
                fixed.output_weights.sel(row=after)[k].values.ravel(),
                floating.output_weights.sel(row=after)[k].values.ravel(),
            )
            for k in range(fixed.sizes["network"])
        ]
        correlation = np.mean([np.corrcoef(one, other)[0, 1] for one, other in pairs])
        distance = np.mean([stats.wasserstein_distance(one, other) for one, other in pairs])
        found.append(WeightAgreement(str(after), float(correlation), float(distance)))
    return found


def departure(description: NetworkDescription, seed: int, cycles: int) -> Departure:
    """Run emulation and float side by side through wake, sleep and a task switch.

    The hidden layer is the constructed one, the same for both: with a learnt one they part in its first spikes, and
    what follows would compare two networks rather than two arithmetics.
    """
    wiring = description.hidden_synapses.model_copy(update={"wiring": "constructed"})
    description = description.model_copy(update={"hidden_synapses": wiring})
    wanted = {int(mark) for mark in np.geomspace(1, cycles, 16)}
    marks: list[int] = []
    first: dict[str, int | None] = dict.fromkeys([*VARIABLES, "spike or move"])
    growth: dict[str, list[float]] = {name: [] for name in VARIABLES}
    counts: tuple[list[np.ndarray], list[np.ndarray]] = ([], [])
    for index, (fixed, floating) in side_by_side(("emulation", "float"), (False, True), description, seed, cycles):
        for name, array in VARIABLES.items():
            if first[name] is None and (fixed[array] != floating[array]).any():
                first[name] = index
            if index + 1 in wanted:
                growth[name].append(float(np.abs(fixed[array] - floating[array]).mean()))
        if index + 1 in wanted:
            marks.append(index + 1)
        moved = any((fixed[name] != floating[name]).any() for name in ("output_raster", "hidden_raster", "directions"))
        if moved and first["spike or move"] is None:
            first["spike or move"] = index
        counts[0].append(fixed["counts"].copy())
        counts[1].append(floating["counts"].copy())
    agreement = np.corrcoef(np.ravel(counts[0]), np.ravel(counts[1]))[0, 1]
    return Departure(first, np.array(marks), {name: np.array(part) for name, part in growth.items()}, float(agreement))


def networks_needed(rows: list[RowAgreement]) -> int | None:
    """Networks that a comparison planned from this one needs for every entry; None: one network shows no spread."""
    if any(np.isnan(row.contrast.p) for row in rows):
        return None
    return max(networks_for_equivalence(row.contrast.difference.sd, MARGIN, POWER) for row in rows)


def agreement_json(rows: list[RowAgreement], weights: list[WeightAgreement], apart: Departure) -> dict[str, Any]:
    """`compare.json`."""
    return {
        "margin": MARGIN,
        "equivalent": bool(all(row.equivalence < 0.05 for row in rows)),
        "largest_difference": max(abs(row.fixed - row.floating) for row in rows),
        "power": POWER,
        "networks_needed": networks_needed(rows),
        "rows": [
            {
                "after": row.after,
                "task": row.task,
                "fixed": row.fixed,
                "float": row.floating,
                "difference": row.contrast.difference._asdict(),
                "p_equivalence": row.equivalence,
            }
            for row in rows
        ],
        "weights": [one._asdict() for one in weights],
        "departure": {
            "first_cycle": apart.first,
            "first_timestep": {name: None if cycle is None else cycle * STEPS for name, cycle in apart.first.items()},
            "cycles": apart.cycles.tolist(),
            "growth": {name: part.tolist() for name, part in apart.growth.items()},
            "spike_counts": apart.spike_counts,
        },
    }


def as_markdown(report: dict[str, Any]) -> str:
    """A line per row of ``compare.json``: what both executors reach in either task, and how far they are apart."""
    verdict = "equivalent" if report["equivalent"] else "not shown to be equivalent"
    largest = f"largest difference of a mean {report['largest_difference']:.3f}"
    lines = [
        f"{report['networks']} networks: {largest}; all rows {verdict} at margin {report['margin']:g}.",
        "",
        "| after | Task 1: fixed, float | difference [95 %] | p | Task 2: fixed, float | difference [95 %] | p |",
        "|---|---|---|---|---|---|---|",
    ]
    for one, two in zip(report["rows"][::2], report["rows"][1::2]):
        lines.append(f"| `{one['after']}` | {agreement_cells(one)} | {agreement_cells(two)} |")
    return "\n".join(lines)


def agreement_cells(row: dict[str, Any]) -> str:
    """Three entries of a table: both means, their difference, and the p of its lying beyond the margin."""
    found = row["difference"]
    interval = f"{found['mean']:+.3f} [{found['low']:+.3f}, {found['high']:+.3f}]"
    p = row["p_equivalence"]
    return f"{row['fixed']:.3f}, {row['float']:.3f} | {interval} | {f'{p:.4f}' if p >= 1e-4 else '< .0001'}"
