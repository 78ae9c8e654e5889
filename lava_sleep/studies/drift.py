"""Why sleep keeps the old task: what 100 cycles of wake and of sleep do to a weight, as a function of the weight."""

import warnings
from collections.abc import Callable
from typing import Any, ClassVar, NamedTuple

import matplotlib.pyplot as plt
import numpy as np
from matplotlib.figure import Figure

from emulation.engine.phase import Mode
from lava_sleep.backends.base import Observer, Outcomes, run_segments
from lava_sleep.backends.compiled import COMPILED
from lava_sleep.environments.base import Environment
from lava_sleep.environments.foraging import PAPER
from lava_sleep.figures.style import BLUE, GREY, ORANGE
from lava_sleep.networks.base import Arithmetic, Network, State
from lava_sleep.networks.particles import preferred_kinds
from lava_sleep.protocols.protocol import Cycles, Protocol
from lava_sleep.protocols.schedule import Segment, make_phase, stages
from lava_sleep.studies.study import Made, Measurements, Study, StudySettings
from lava_sleep.tables.table import Table, columns

ROW = "T1>i(S,T2)"  # where the network stands when its drift is measured
CYCLES = Cycles(interleaved=40_000)  # otherwise the protocol's own lengths
EPISODE = 100  # cycles of wake, then of sleep
EPISODES = 60  # of each, in turn
EDGES = np.array([0, 1, 16, 32, 64, 96, 128, 160, 192, 224, 256])  # bins of the weight; chosen here, zero alone
TASK_OF = {"old (T1)": "T1", "new (T2)": "T2"}  # the network has learnt both, the new one last
PHASES = ("wake", "sleep")
SHAPE = (len(PHASES), len(TASK_OF), len(EDGES) - 1)


class Progressing(Observer):
    """Passes the cycles on."""

    def __init__(self, progress: Callable[[int], None]) -> None:
        self._progress = progress

    def report(self, cycles: int, state: State, outcomes: Outcomes) -> None:
        """So many more cycles were run."""
        self._progress(cycles)


class Drift(NamedTuple):
    """Mean change of a weight in 100 cycles.

    Attributes
    ----------
    change : float array (2, 2, bins)
        Wake and sleep; synapses of hidden neurons for particles of the old and the new task; by weight.
    number : int array (2, 2, bins)
        How many weights were seen.
    """

    change: np.ndarray
    number: np.ndarray


def settling(network: Network, cycles: Cycles, world: Environment) -> list[Segment]:
    """What lies before the measurement: `ROW`."""
    protocol = Protocol(name="drift", rows=(ROW,), cycles=cycles)
    protocol.check_tasks(world)
    return [segment for stage in stages(network, protocol, world) for segment in stage.segments]


def cycles_of_drift(network: Network, cycles: Cycles = CYCLES, world: Environment = PAPER) -> int:
    """Cycles that one measurement runs."""
    return sum(segment.cycles for segment in settling(network, cycles, world)) + 2 * EPISODES * EPISODE


def measure_drift(
    network: Network,
    arithmetic: Arithmetic,
    seed: int,
    cycles: Cycles = CYCLES,
    progress: Callable[[int], None] = lambda cycles: None,
    world: Environment = PAPER,
) -> Drift:
    """Let a network that has learnt both tasks wake (on Task 2) and sleep in turn, and watch its weights.

    Parameters
    ----------
    network, arithmetic, seed
        The network.
    cycles : Cycles
        Lengths of what comes before.
    progress : callable
        Called with the number of cycles done since the last call.
    world : Environment
        With tasks T1 and T2.

    Raises
    ------
    InputError
        If it has no such tasks.
    """
    before = settling(network, cycles, world)
    instance = network.instance(seed, arithmetic, world)
    state, _ = run_segments(COMPILED, instance, instance.start, before, Progressing(progress))
    hidden = state.hidden_synapses
    kinds = preferred_kinds(hidden.pre, hidden.weights, network.hidden_threshold(), world)
    groups = [np.isin(kinds, world.kinds_of(task)) for task in TASK_OF.values()]
    phases = (
        make_phase(network, Mode.WAKE, "T2", world, fresh_world=False),
        make_phase(network, Mode.SLEEP, "", world),
    )
    segments = [Segment(PHASES[k % 2], phases[k % 2], EPISODE) for k in range(2 * EPISODES)]
    total, number = np.zeros(SHAPE), np.zeros(SHAPE, np.int64)
    with COMPILED.open(instance, state, segments) as running:
        for turn, segment in enumerate(segments):
            before = running.state.output_synapses.weights.copy()
            running.begin(segment)
            running.advance(segment.cycles)
            progress(segment.cycles)
            change = running.state.output_synapses.weights - before
            for group, members in enumerate(groups):
                place = np.digitize(before[:, members].ravel(), EDGES) - 1
                total[turn % 2, group] += np.bincount(place, change[:, members].ravel(), len(EDGES) - 1)
                number[turn % 2, group] += np.bincount(place, minlength=len(EDGES) - 1)
    with np.errstate(invalid="ignore"):
        return Drift(total / number, number)


LABELS = {"emulation": Arithmetic.FIXED, "float": Arithmetic.FLOAT}  # as the numbers and the figure name them
LINES = (("wake", ORANGE), ("sleep", BLUE), ("both", "black"))


class DriftStudy(Study):
    """Each network in both arithmetics; see `Study`."""

    name: ClassVar[str] = "drift"
    settings: ClassVar[StudySettings] = StudySettings(command="drift", networks=4)

    def measurements(self, settings: StudySettings) -> Measurements:
        """A measurement per network and arithmetic."""
        configuration = settings.configuration()
        network, world = configuration.network, configuration.world
        parts = {f"{label}-{seed}": (LABELS[label], seed) for label in LABELS for seed in settings.seeds}

        def measure(name: str, progress: Callable[[int], None]) -> np.ndarray:
            return measure_drift(network, *parts[name], progress=progress, world=world).change

        return Measurements(tuple(parts), measure, SHAPE, cycles_of_drift(network, world=world))

    def numbers(self, settings: StudySettings, made: Made) -> dict[str, Any]:
        """Change by arithmetic, network, phase, group of synapses and bin of the weight."""
        change = {label: [made.measured[f"{label}-{seed}"].tolist() for seed in settings.seeds] for label in LABELS}
        return {"edges": EDGES.tolist(), "change": change}

    def tables(self, numbers: dict[str, Any]) -> list[Table]:
        """Wake and sleep together, by weight: what a weight gains or loses in 100 cycles of each."""
        bins = [f"{low}..{high - 1}" for low, high in zip(numbers["edges"], numbers["edges"][1:])]
        head = columns("weight", *(f"{name}, {label}" for name in TASK_OF for label in LABELS), align="right")
        sums = [mean_change(numbers, label)[:, group].sum(axis=0) for group in range(len(TASK_OF)) for label in LABELS]
        rows = [[name, *(f"{one[index]:+.2f}" for one in sums)] for index, name in enumerate(bins)]
        return [Table(head, [*rows], "change of a weight in 100 cycles of wake and 100 of sleep, mean over networks")]

    def figure(self, numbers: dict[str, Any]) -> Figure:
        """Change in wake, in sleep, and in both, against the weight; mean over networks, by arithmetic."""
        figure, panels = plt.subplots(1, len(TASK_OF), figsize=(9, 3.8), sharey=True, constrained_layout=True)
        edges = np.array(numbers["edges"])
        centres = (edges[:-1] + edges[1:] - 1) / 2
        for panel, (group, name) in zip(panels, enumerate(TASK_OF)):
            for label, style in zip(LABELS, ("-", "--")):
                change = mean_change(numbers, label)[:, group]
                for values, (phase, colour) in zip((*change, change.sum(axis=0)), LINES):
                    panel.plot(centres, values, style, color=colour, label=f"{phase}, {label}", lw=1.5)
            panel.axhline(0, color=GREY, lw=0.8)
            panel.set(title=f"synapses of the {name} task", xlabel="weight")
        panels[0].set_ylabel("change of the weight in 100 cycles")
        panels[1].legend(fontsize=7)
        return figure


def mean_change(numbers: dict[str, Any], label: str) -> np.ndarray:
    """Mean over networks, float array (phases, groups, bins); nan where no network has such a weight."""
    with warnings.catch_warnings():
        warnings.simplefilter("ignore", RuntimeWarning)
        return np.nanmean(np.array(numbers["change"][label], float), axis=0)


DRIFT = DriftStudy()
