"""How many bits and which rounding sleep needs: the rows of a short protocol for every combination."""

from typing import Any, ClassVar

import matplotlib.pyplot as plt
import numpy as np
from matplotlib.figure import Figure

from lava_sleep.analysis.reproduction import values_of
from lava_sleep.figures.style import BLUE, CHANCE, GREEN, GREY, ORANGE
from lava_sleep.runs.configuration import Configuration
from lava_sleep.studies.study import Made, Study, StudySettings
from lava_sleep.tables.table import Table, columns

BITS = (8, 7, 6, 5, 4, 3, 2, 1)
ROUNDINGS = ("stochastic", "nearest", "floor")
COMBINATIONS = {f"{rounding}-{bits}": (bits, rounding) for rounding in ROUNDINGS for bits in BITS}
ROWS = ("T1", "T1>T2>i(S,T1)", "T1>T2>i(R,T1)")
COLUMNS = ((ROWS[0], "T1"), (ROWS[1], "T1"), (ROWS[1], "T2"), (ROWS[2], "T2"))  # row and task of the numbers
SHOWN = (0, 2, 3)  # columns of the document's table and of the figure: Task 1, then the old task
MARKERS = {"stochastic": (BLUE, "o"), "nearest": (ORANGE, "s"), "floor": (GREEN, "^")}


class Precision(Study):
    """See `Study`."""

    name: ClassVar[str] = "precision"
    settings: ClassVar[StudySettings] = StudySettings(command="precision")

    def runs(self, settings: StudySettings) -> dict[str, Configuration]:
        """A run for every rounding and number of bits."""
        base = settings.configuration()
        base.protocol.model_copy(update={"rows": ROWS}).check_tasks(base.world)
        return {name: with_precision(base, bits, rounding) for name, (bits, rounding) in COMBINATIONS.items()}

    def numbers(self, settings: StudySettings, made: Made) -> dict[str, Any]:
        """Means and SDs over the networks, for the rows and tasks `COLUMNS`."""
        rows = []
        for name, (bits, rounding) in COMBINATIONS.items():
            found = values_of(made.summaries[name])
            values = [found[column] for column in COLUMNS]
            rows.append(
                {
                    "bits": bits,
                    "rounding": rounding,
                    "means": [float(value.mean()) for value in values],
                    "sds": [float(np.nanstd(value)) for value in values],
                }
            )
        return {"networks": settings.networks, "columns": [list(column) for column in COLUMNS], "rows": rows}

    def tables(self, numbers: dict[str, Any]) -> list[Table]:
        """A line per number of bits and a column per rounding."""
        entries = {(row["bits"], row["rounding"]): row["means"] for row in numbers["rows"]}
        title = (
            f"Task 1 after `{ROWS[0]}` / Task 2 (old) after `{ROWS[1]}` / Task 2 after `{ROWS[2]}`; "
            f"mean of {numbers['networks']} networks."
        )
        rows = [
            [str(bits), *(" / ".join(f"{entries[bits, one][place]:.3f}" for place in SHOWN) for one in ROUNDINGS)]
            for bits in BITS
        ]
        return [Table(columns("bits", *ROUNDINGS), [*rows], title)]

    def figure(self, numbers: dict[str, Any]) -> Figure:
        """Performance on Task 1, then on the old task after sleep and after rest, against the bits of a weight."""
        figure, panels = plt.subplots(1, 3, figsize=(10, 3.6), sharey=True, constrained_layout=True)
        titles = ("after T1: Task 1", f"after {ROWS[1]}: Task 2 (old)", f"after {ROWS[2]}: Task 2 (old)")
        for panel, title, place in zip(panels, titles, SHOWN):
            for rounding in ROUNDINGS:
                colour, marker = MARKERS[rounding]
                found = [row for row in numbers["rows"] if row["rounding"] == rounding]
                means, sds = ([row[name][place] for row in found] for name in ("means", "sds"))
                panel.errorbar(BITS, means, sds, color=colour, marker=marker, ms=4, label=rounding, capsize=2, lw=1.2)
            panel.axhline(CHANCE, color=GREY, ls=":", lw=1)
            panel.set(title=title, xlabel="bits of a weight", ylim=(0.3, 1), xticks=BITS)
            panel.title.set_fontsize(9)
            panel.invert_xaxis()
        panels[0].set_ylabel("performance")
        panels[0].legend(title="rounding", fontsize=8, title_fontsize=8, loc="lower left")
        return figure


def with_precision(configuration: Configuration, bits: int, rounding: str) -> Configuration:
    """The same run with other weights: bits 1..8 beside the sign, and a rounding mode."""
    network: Any = configuration.network
    arithmetic = network.arithmetic.model_copy(update={"weight_bits": bits, "rounding": rounding})
    protocol = configuration.protocol.model_copy(update={"rows": ROWS})
    changed = {"network": network.model_copy(update={"arithmetic": arithmetic}), "protocol": protocol}
    return configuration.model_copy(update=changed)


PRECISION = Precision()
