"""All figures by name: how each is drawn, what it needs and what there is to see in it."""

from collections.abc import Callable, Iterator
from pathlib import Path
from typing import NamedTuple

import matplotlib.pyplot as plt
import xarray as xr
from matplotlib.figure import Figure

from emulation.errors import InputError
from lava_sleep.analysis import behaviour as behaviour_data
from lava_sleep.analysis.selection import require
from lava_sleep.figures import activity, behaviour, comparison, geometry, performance, style, synapses

FORMATS = ("png", "svg")


class Drawing(NamedTuple):
    """A figure.

    Attributes
    ----------
    title : str
    draw : callable
        From the results of one run (of two and more, if `compares`) to a figure.
    needs : tuple of str
        Variables of the results.
    caption : str
        One line that says what to see.
    compares : bool
        Whether it lays the other runs against the first.
    applies : callable
        From results to whether they are of the kind that it is for; where not, it is not missed.
    """

    title: str
    draw: Callable[..., Figure]
    needs: tuple[str, ...]
    caption: str
    compares: bool = False
    applies: Callable[[xr.Dataset], bool] = lambda data: True


SNAPSHOTS = ("snapshot_weights",)
EXCERPTS = ("hidden_event_neuron", "output_event_neuron", "agent")
FIELDS = ("hidden_inputs", "hidden_weights", "output_weights")
FIGURES = {
    "performance": Drawing(
        "Performance over time",
        performance.performance_course_figure, ("performance_over_time", "performance"),
        "Performance while training (line) and in frozen tests (points). Look at the points of the task that was not "
        "trained last: sequential training brings it to chance, interleaved sleep keeps it up.",
    ),
    "bars": Drawing(
        "Performance after every stage",
        performance.performance_bars, ("performance",),
        "Both tasks on frozen weights after every row. Look whether both bars stand above chance: with sleep they "
        "should, with rest only the one trained last.",
    ),
    "lasting": Drawing(
        "Whether it lasts",
        performance.lasting_figure, ("performance_over_time", "performance"),
        "Both tasks in frozen tests along interleaving that goes on. Look whether the old task (full lines) stays up "
        "with sleep (green), while rest (grey) loses it. Bands reach from the lowest to the highest network.",
        applies=behaviour_data.is_repeated,
    ),
    "trajectories": Drawing(
        "Paths of the agent",
        behaviour.trajectory_figure, ("agent", "particles", "directions", "outcomes"),
        "300 moves of the agent in a fresh world, frozen weights: untrained it dithers, trained it goes from one "
        "rewarded particle to the next and leaves the others. Particles are drawn where they lay at the start.",
    ),
    "hidden-fields": Drawing(
        "Fields of hidden neurons",
        behaviour.hidden_field_figure, FIELDS[:2],
        "What hidden neurons see after the unsupervised phase: each has two strong pixels, one particle of one kind.",
    ),
    "output-fields": Drawing(
        "Fields of output neurons",
        behaviour.output_field_figure, FIELDS,
        "What moves the agent: the field of each output neuron (hidden fields weighted by its synapses) should lean to "
        "the side that the neuron (arrow) moves the agent to.",
    ),
    "relevant-synapses": Drawing(
        "Synapses that a task needs",
        synapses.relevant_figure, ("output_weights",),
        "The tenth of all synapses that was strongest right after a task. Look at the share that is still strong "
        "(right of the dotted border between the clusters): training the other task takes it away, after interleaved "
        "sleep some of both tasks' is there.",
    ),
    "boundary": Drawing(
        "Between the tasks",
        geometry.boundary_figure, SNAPSHOTS,
        "A support vector machine tells Task 1 weights from Task 2 weights. Look how near the border the weights are "
        "after interleaved sleep, and after rest.",
    ),
    "components": Drawing(
        "The way of the weights",
        geometry.principal_figure, SNAPSHOTS,
        "The way of the weights in their first two principal components, one network: diamonds are ends of stages.",
    ),
    "kernel-components": Drawing(
        "The weights of all networks",
        geometry.kernel_figure, (*SNAPSHOTS, *FIELDS[:2]),
        "Kernel PCA over all networks (weights averaged by the particle that the hidden neuron looks for). Look which "
        "stages lie together in all networks, and which apart.",
    ),
    "one-neuron": Drawing(
        "One neuron in sleep",
        synapses.neuron_figure, SNAPSHOTS,
        "Weights into one output neuron during interleaved sleep. Look how they split into a strong and a weak "
        "cluster, with few between.",
    ),
    "weight-histograms": Drawing(
        "Weights before and after",
        synapses.histogram_figure, ("output_weights",),
        "Every synapse before (across) and after (up) a stage: on the lower right lies what was forgotten, on the "
        "upper left what was learnt, on the upper right what was kept.",
    ),
    "manifolds": Drawing(
        "Distance to what solves a task",
        geometry.manifold_figure, (*SNAPSHOTS, *FIELDS[:2]),
        "Distance (in synapses that a task uses) to the states that solve Task 1, Task 2, and both. Look how far "
        "the last stage leaves the manifold of the old task: with sleep it should stay nearer. (A task learnt again "
        "picks other synapses, so its own distance need not fall.)",
    ),
    "raster": Drawing(
        "Spikes awake and asleep",
        activity.raster_figure, EXCERPTS,
        "Spikes awake and asleep, one cycle shaded: awake the hidden layer answers at once to what is seen, asleep it "
        "fires by noise throughout the cycle, each neuron at about its rate awake.",
    ),
    "replay": Drawing(
        "Replay",
        activity.replay_figure, EXCERPTS,
        "Sleep's joint hidden and output activity against that of each task awake. Look whether it goes beyond "
        "shuffled neurons (ticks): after one task for that one, after interleaved sleep for both.",
    ),
    "fixed-float": Drawing(
        "Run against run",
        comparison.fixed_float_figure, ("output_weights", "hidden_inputs"),
        "The weights of all runs: their distributions, which should lie over each other in fixed point and float, and "
        "below, synapse against synapse of the first run: the arithmetics share the range, not the very synapses.",
        compares=True,
    ),
}  # fmt: skip


def draw(name: str, *runs: xr.Dataset) -> Figure:
    """Draw one figure.

    Raises
    ------
    InputError
        If there is no such figure, or the results lack what it needs; the text names it.
    """
    if name not in FIGURES:
        raise InputError("figure: unknown name", name, ", ".join(FIGURES), "choose one of these")
    drawing = FIGURES[name]
    if drawing.compares and len(runs) < 2:
        raise InputError(f"figure {name}: runs to compare", len(runs), "two or more", "give another folder")
    for data in runs:
        require(data, *drawing.needs)
    with plt.rc_context(style.STYLE):
        return drawing.draw(*runs)


def write_figures(
    runs: list[xr.Dataset], folder: Path, names: list[str], formats: tuple[str, ...] = FORMATS
) -> Iterator[tuple[str, InputError | None]]:
    """Draw figures into a folder one after the other; yields each name, with the reason where it cannot be drawn."""
    for name in names:
        chosen = runs if name in FIGURES and FIGURES[name].compares else runs[:1]
        try:
            figure = draw(name, *chosen)
        except InputError as error:
            yield name, error
            continue
        with plt.rc_context(style.STYLE):
            for suffix in formats:
                date = None if suffix == "png" else {"Date": None}  # the same results give the same file
                figure.savefig(folder / f"{name}.{suffix}", dpi=160, metadata=date)
        plt.close(figure)
        yield name, None
