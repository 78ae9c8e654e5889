"""How many bits and which rounding sleep needs: the rows of a short protocol for every combination."""

from typing import Any, NamedTuple

import numpy as np

from lava_sleep.analysis.reproduction import values_of
from lava_sleep.configuration import Configuration

BITS = (8, 7, 6, 5, 4, 3, 2, 1)
ROUNDINGS = ("stochastic", "nearest", "floor")
COMBINATIONS = {f"{rounding}-{bits}": (bits, rounding) for rounding in ROUNDINGS for bits in BITS}
ROWS = ("T1", "T1>T2>i(S,T1)", "T1>T2>i(R,T1)")
COLUMNS = ((ROWS[0], 1), (ROWS[1], 1), (ROWS[1], 2), (ROWS[2], 2))  # row and task of the table


class Precision(NamedTuple):
    """One combination: performance (networks, rows, 2)."""

    bits: int
    rounding: str
    performance: np.ndarray


def with_precision(configuration: Configuration, bits: int, rounding: str) -> Configuration:
    """The same run with other weights: bits 1..8 beside the sign, and a rounding mode."""
    network = configuration.network
    arithmetic = network.arithmetic.model_copy(update={"weight_bits": bits, "rounding": rounding})
    protocol = configuration.protocol.model_copy(update={"rows": ROWS})
    return configuration.model_copy(
        update={"network": network.model_copy(update={"arithmetic": arithmetic}), "protocol": protocol}
    )


def combinations(configuration: Configuration) -> dict[str, Configuration]:
    """A run for every rounding and number of bits, by name."""
    return {name: with_precision(configuration, bits, rounding) for name, (bits, rounding) in COMBINATIONS.items()}


def performances(summaries: dict[str, dict]) -> list[Precision]:
    """What the runs of `combinations` have found, from their summaries."""
    found = []
    for name, (bits, rounding) in COMBINATIONS.items():
        values = values_of(summaries[name])
        performance = np.array([[values[row, task] for task in (1, 2)] for row in ROWS])
        found.append(Precision(bits, rounding, np.moveaxis(performance, -1, 0)))
    return found


def precision_json(found: list[Precision]) -> dict[str, Any]:
    """`precision.json`: means over the networks, for the rows and tasks `COLUMNS`."""
    rows = []
    for made in found:
        means = [float(made.performance[:, ROWS.index(row), task - 1].mean()) for row, task in COLUMNS]
        rows.append({"bits": made.bits, "rounding": made.rounding, "means": means})
    return {"networks": len(found[0].performance), "columns": COLUMNS, "rows": rows}


def as_markdown(report: dict[str, Any]) -> str:
    """``precision.json`` with a line per number of bits and a column per rounding."""
    entries = {(row["bits"], row["rounding"]): row["means"] for row in report["rows"]}
    places = [COLUMNS.index(column) for column in ((ROWS[0], 1), (ROWS[1], 2), (ROWS[2], 2))]
    lines = [
        f"Task 1 after `{ROWS[0]}` / Task 2 (old) after `{ROWS[1]}` / Task 2 after `{ROWS[2]}`; "
        f"mean of {report['networks']} networks.",
        "",
        f"| bits | {' | '.join(ROUNDINGS)} |",
        "|---|" + "---|" * len(ROUNDINGS),
    ]
    for bits in BITS:
        cells = [" / ".join(f"{entries[bits, one][place]:.3f}" for place in places) for one in ROUNDINGS]
        lines.append(f"| {bits} | {' | '.join(cells)} |")
    return "\n".join(lines)
