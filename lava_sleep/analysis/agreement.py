"""Fixed point against float on the same seeds: rows and weights."""

from typing import Any, NamedTuple

import numpy as np
import xarray as xr
from scipy import stats

from lava_sleep.analysis.reproduction import values_of
from lava_sleep.statistics.contrasts import Contrast, contrast, equivalence, networks_for_equivalence
from lava_sleep.statistics.verdict import NO, YES, Verdict, too_few

MARGIN = 0.05  # of the equivalence test
POWER = 0.99  # chosen: of each entry in a comparison that is planned from this one
SIGNIFICANT = 0.05


class RowAgreement(NamedTuple):
    """One row and task: both means, their paired contrast, and the p of equivalence at margin .05."""

    after: str
    task: str
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


def networks_needed(rows: list[RowAgreement]) -> int | None:
    """Networks that a comparison planned from this one needs for every entry; None: one network shows no spread."""
    if any(np.isnan(row.contrast.p) for row in rows):
        return None
    return max(networks_for_equivalence(row.contrast.difference.sd, MARGIN, POWER) for row in rows)


def verdict(rows: list[RowAgreement]) -> Verdict:
    """Whether all rows are equivalent: the networks show it, show the opposite, or are too few to say."""
    if all(row.equivalence < SIGNIFICANT for row in rows):
        return YES
    if any(beyond(row) for row in rows):
        return NO
    return too_few(networks_needed(rows) or 2)


def beyond(row: RowAgreement) -> bool:
    """Whether a difference of means lies beyond the margin, with all of its interval."""
    found = row.contrast.difference
    return found.low > MARGIN or found.high < -MARGIN


def agreement_json(rows: list[RowAgreement], weights: list[WeightAgreement]) -> dict[str, Any]:
    """Rows and weights as plain data."""
    return {
        "margin": MARGIN,
        "verdict": verdict(rows).text,
        "equivalent": verdict(rows) == YES,
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
    }
