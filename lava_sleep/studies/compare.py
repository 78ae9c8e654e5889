"""Fixed point against float on the same seeds: rows, weights, and where the two depart."""

from itertools import cycle
from typing import Any, ClassVar, NamedTuple

import matplotlib.pyplot as plt
import numpy as np
from matplotlib.figure import Figure
from matplotlib.ticker import MaxNLocator

from lava_sleep.analysis.agreement import agreement_json, row_agreement, weight_agreement
from lava_sleep.backends.compiled import COMPILED
from lava_sleep.environments.base import Environment
from lava_sleep.environments.foraging import PAPER
from lava_sleep.figures.style import BLUE, GREEN, GREY, ORANGE, PURPLE
from lava_sleep.networks.base import Arithmetic, Network
from lava_sleep.protocols.rows import task_title
from lava_sleep.runs.configuration import Configuration
from lava_sleep.studies.side_by_side import Side, side_by_side
from lava_sleep.studies.study import Made, Study, StudySettings
from lava_sleep.tables.table import Column, Rows, Table, code, columns

CYCLES_APART = 2000  # movement cycles of the course on which the two are seen to depart
FIXED, FLOAT = "emulation", "float"  # folders of the two runs
COLOURS = (BLUE, ORANGE, GREEN, GREY, PURPLE)
VARIABLES = {
    "output weights": "output_synapses.weights",
    "tags": "output_synapses.tags",
    "x1": "output_synapses.x_traces",
    "u": "u",
    "v": "v",
}


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


class Compare(Study):
    """See `Study`."""

    name: ClassVar[str] = "compare"
    settings: ClassVar[StudySettings] = StudySettings(command="compare")

    def runs(self, settings: StudySettings) -> dict[str, Configuration]:
        """The same networks in both arithmetics."""
        return {name: settings.configuration(executor=name) for name in (FIXED, FLOAT)}

    def numbers(self, settings: StudySettings, made: Made) -> dict[str, Any]:
        """Rows, weights, and where one network departs."""
        rows = row_agreement(made.summaries[FIXED], made.summaries[FLOAT])
        weights = weight_agreement(made.data(FIXED), made.data(FLOAT))
        configuration = settings.configuration()
        network = configuration.network
        apart = departure(network, settings.seed, CYCLES_APART, configuration.world)
        found = {"networks": settings.networks, **agreement_json(rows, weights)}
        return {**found, "departure": departure_json(apart, network.cycle_steps)}

    def tables(self, numbers: dict[str, Any]) -> list[Table]:
        """What both reach in every task, and how far they are apart; weights."""
        return [rows_table(numbers), weights_table(numbers)]

    def document_tables(self, numbers: dict[str, Any]) -> list[Table]:
        """The rows."""
        return [rows_table(numbers)]

    def remarks(self, numbers: dict[str, Any]) -> list[str]:
        """Departure, what a confirmatory comparison needs, and the verdict."""
        apart = numbers["departure"]
        first = ", ".join(f"{name} {cycle}" for name, cycle in apart["first_cycle"].items())
        lines = [
            f"first cycle that differs: {first}",
            f"correlation of output spike counts: {apart['spike_counts']:.3f}",
        ]
        if numbers["networks_needed"]:
            power = f"each entry is then shown to be equivalent with a probability of {numbers['power']:g}, if it is so"
            lines.append(f"a confirmatory run needs {numbers['networks_needed']} new seeds ({power})")
        largest = f"largest difference of a mean {numbers['largest_difference']:.3f}"
        return [*lines, f"{largest}; all rows equivalent at margin {numbers['margin']:g}: {verdict_of(numbers)}"]

    def figure(self, numbers: dict[str, Any]) -> Figure:
        """Differences of the rows with their intervals, and how the variables drift apart."""
        figure, (left, right) = plt.subplots(1, 2, figsize=(9.5, 4.2), constrained_layout=True)
        draw_differences(numbers["rows"], numbers["margin"], left)
        apart = numbers["departure"]
        for (name, growth), colour in zip(apart["growth"].items(), COLOURS):
            values = np.array(growth)
            right.loglog(apart["cycles"], np.where(values > 0, values, np.nan), label=name, color=colour, lw=1.4)
        right.set(xlabel="movement cycles", ylabel="mean absolute difference (float − fixed point)")
        right.legend(fontsize=7, loc="lower center", bbox_to_anchor=(0.5, 1.0), ncol=5, frameon=False)
        return figure


def departure(network: Network, seed: int, cycles: int, world: Environment = PAPER) -> Departure:
    """Run fixed point and float side by side through wake, sleep and task switches.

    The hidden layer is the constructed one, the same for both: with a learnt one they part in its first spikes, and
    what follows would compare two networks rather than two arithmetics.
    """
    network = network.with_constructed_hidden_layer()
    wanted = {int(mark) for mark in np.geomspace(1, cycles, 16)}
    marks: list[int] = []
    first: dict[str, int | None] = dict.fromkeys([*VARIABLES, "spike or move"])
    growth: dict[str, list[float]] = {name: [] for name in VARIABLES}
    counts: tuple[list[np.ndarray], list[np.ndarray]] = ([], [])
    sides = [Side(COMPILED, one) for one in Arithmetic]
    for index, (fixed, floating) in side_by_side(sides, network, seed, cycles, world):
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


def departure_json(apart: Departure, timesteps: int) -> dict[str, Any]:
    """A departure as plain data; `timesteps` are those of a cycle."""
    return {
        "first_cycle": apart.first,
        "first_timestep": {name: None if cycle is None else cycle * timesteps for name, cycle in apart.first.items()},
        "cycles": apart.cycles.tolist(),
        "growth": {name: part.tolist() for name, part in apart.growth.items()},
        "spike_counts": apart.spike_counts,
    }


def verdict_of(numbers: dict[str, Any]) -> str:
    """The verdict; comparisons of before have it as yes or no alone."""
    return numbers.get("verdict", "yes" if numbers["equivalent"] else "no")


def rows_table(numbers: dict[str, Any]) -> Table:
    """A line per row of the protocol."""
    largest = f"largest difference of a mean {numbers['largest_difference']:.3f}"
    question = f"all rows equivalent at margin {numbers['margin']:g}: {verdict_of(numbers)}"
    found = by_row(numbers["rows"])
    tasks = [task_title(task_of(one)) for one in next(iter(found.values()))]
    head = ["after", *(name for task in tasks for name in (f"{task}: fixed, float", "difference [95 %]", "p"))]
    rows: Rows = [
        [code(after), *(cell for one in entries for cell in cells_of(one))] for after, entries in found.items()
    ]
    return Table([Column(name) for name in head], rows, f"{numbers['networks']} networks: {largest}; {question}.")


def by_row(entries: list[dict[str, Any]]) -> dict[str, list[dict[str, Any]]]:
    """Entries of all tasks, by their row."""
    found: dict[str, list[dict[str, Any]]] = {}
    for one in entries:
        found.setdefault(one["after"], []).append(one)
    return found


def task_of(entry: dict[str, Any]) -> str:
    """The name of an entry's task; comparisons of before have a number."""
    task = entry["task"]
    return f"T{task}" if isinstance(task, int) else task


def cells_of(row: dict[str, Any]) -> tuple[str, str, str]:
    """Both means, their difference, and the p of its lying beyond the margin."""
    found = row["difference"]
    interval = f"{found['mean']:+.3f} [{found['low']:+.3f}, {found['high']:+.3f}]"
    p = row["p_equivalence"]
    return f"{row['fixed']:.3f}, {row['float']:.3f}", interval, f"{p:.4f}" if not p < 1e-4 else "< .0001"


def weights_table(numbers: dict[str, Any]) -> Table:
    """How alike the output weights are."""
    rows: Rows = [
        [code(one["after"]), f"{one['correlation']:.3f}", f"{one['distance']:.2f}"] for one in numbers["weights"]
    ]
    return Table(columns("output weights after", "correlation", "distance of distributions", align="right"), rows)


def draw_differences(rows: list[dict[str, Any]], margin: float, panel: plt.Axes) -> None:
    """Difference of each row with its interval, and the margin."""
    names, tasks = list(by_row(rows)), list(dict.fromkeys(map(task_of, rows)))
    for place, (task, colour) in enumerate(zip(tasks, cycle(COLOURS))):
        offset = 0.3 * (place + 0.5 - len(tasks) / 2) * min(1, 2 / len(tasks))
        found = [row["difference"] for row in rows if task_of(row) == task]
        means = np.array([one["mean"] for one in found])
        low, high = means - [one["low"] for one in found], [one["high"] for one in found] - means
        errors, places = np.nan_to_num(np.stack([low, high])), np.arange(len(found)) + offset
        panel.errorbar(means, places, xerr=errors, fmt="o", color=colour, label=task_title(task))
    panel.axvspan(-margin, margin, color=GREY, alpha=0.15, lw=0, label="margin of equivalence")
    panel.axvline(0, color=GREY, lw=0.8)
    panel.set(yticks=range(len(names)), xlabel="performance, fixed point minus float")
    panel.set_yticklabels(names, fontsize=8)
    panel.invert_yaxis()
    panel.xaxis.set_major_locator(MaxNLocator(5))
    panel.legend(fontsize=7, loc="lower center", bbox_to_anchor=(0.4, 1.0), ncol=3, frameon=False)


COMPARE = Compare()
