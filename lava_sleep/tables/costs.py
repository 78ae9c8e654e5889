"""Time, saturations of the output layer's registers and cost of recording, of several runs side by side."""

import math
from collections.abc import Sequence

from lava_sleep.tables.table import DASH, Column, Rows, Table, code

REGISTERS = {"accumulator": "accumulator", "u": "current u", "v": "voltage v"}


def costs_table(labels: Sequence[str], summaries: Sequence[dict]) -> Table:
    """What the runs took, a column for each."""
    recorded = [one.get("recording", {}) for one in summaries]
    rows = [
        ["whole run", *(f"{one['timings']['total']:,.0f} s" for one in summaries)],
        ["recording for the figures", *map(of_recording, recorded)],
        ["arrays stored, megabytes", *(f"{one['megabytes']:g}" if one else DASH for one in recorded)],
    ]
    rows += [
        [f"overflows or saturations: {name}", *(f"{one['overflow'][register]:,}" for one in summaries)]
        for register, name in REGISTERS.items()
    ]
    return Table([Column(""), *map(Column, labels)], [*rows])


def timings_table(labels: Sequence[str], summaries: Sequence[dict]) -> Table:
    """Seconds of every stage, all networks together."""
    stages = dict.fromkeys(name for one in summaries for name in one["timings"] if name != "total")
    rows: Rows = [
        [code(stage), *(seconds(one["timings"].get(stage, math.nan)) for one in summaries)] for stage in stages
    ]
    return Table([Column("stage"), *map(Column, labels)], rows)


def seconds(time: float) -> str:
    """A time; a dash where it is not known."""
    return DASH if math.isnan(time) else f"{time:,.1f}"


def of_recording(cost: dict) -> str:
    """Seconds, and the share of the run."""
    return f"{cost['seconds']:,.1f} s ({cost['share']:.1%})" if cost else DASH
