"""All figures by name: how each is drawn, what it needs and what there is to see in it."""

from collections.abc import Callable, Iterator
from pathlib import Path
from typing import NamedTuple

import matplotlib.pyplot as plt
import xarray as xr
from matplotlib.figure import Figure

from lava_sleep.analysis.selection import require
from lava_sleep.errors import InputError
from lava_sleep.figures import activity, behaviour, geometry, performance, style, synapses

FORMATS = ("png", "svg")


class Drawing(NamedTuple):
    """A figure.

    Attributes
    ----------
    draw : callable
        From the results of one run (of two, if `pairs`) to a figure.
    needs : tuple of str
        Variables of the results.
    caption : str
        One line that says what to see.
    pairs : bool
        Whether it compares two runs.
    """

    draw: Callable[..., Figure]
    needs: tuple[str, ...]
    caption: str
    pairs: bool = False


SNAPSHOTS = ("snapshot_weights",)
EXCERPTS = ("hidden_events", "output_events", "agent")
FIELDS = ("hidden_inputs", "hidden_weights", "output_weights")
FIGURES = {
    "course": Drawing(
        performance.performance_course_figure, ("performance_over_time", "performance"),
        "Performance while training (line) and in frozen tests (points): the old task falls to chance in sequential "
        "training, and stays up where sleep is interleaved.",
    ),
    "performance": Drawing(
        performance.performance_bars, ("performance",),
        "Both tasks on frozen weights after every row: with sleep, and not with rest, both bars stand above chance.",
    ),
    "trajectories": Drawing(
        behaviour.trajectory_figure, ("agent", "particles", "directions", "outcomes"),
        "The agent's first 300 moves in a fresh world: a trained agent seeks rewarded particles and leaves punished "
        "ones; particles are drawn where they lay at the start.",
    ),
    "hidden-fields": Drawing(
        behaviour.hidden_field_figure, FIELDS[:2],
        "What hidden neurons see after the unsupervised phase: each has two strong pixels, one particle of one kind.",
    ),
    "output-fields": Drawing(
        behaviour.output_field_figure, FIELDS,
        "What moves the agent: the field of each output neuron (hidden fields weighted by its synapses) leans to the "
        "side that the neuron (arrow) moves the agent to.",
    ),
    "relevant-synapses": Drawing(
        synapses.relevant_figure, ("output_weights",),
        "The tenth of all synapses that was strongest after a task: other training takes their strength away; after "
        "interleaved sleep some of both tasks' are strong.",
    ),
    "boundary": Drawing(
        geometry.boundary_figure, SNAPSHOTS,
        "A support vector machine that tells Task 1 weights from Task 2 weights: after interleaved sleep they lie "
        "between the two.",
    ),
    "components": Drawing(
        geometry.principal_figure, SNAPSHOTS,
        "The way of the weights in their first two principal components, one network: diamonds are ends of stages.",
    ),
    "kernel-components": Drawing(
        geometry.kernel_figure, (*SNAPSHOTS, *FIELDS[:2]),
        "Kernel PCA over all networks (weights averaged by the particle that the hidden neuron looks for): stages lie "
        "together, whatever the network.",
    ),
    "one-neuron": Drawing(
        synapses.neuron_figure, SNAPSHOTS,
        "Weights into one output neuron during interleaved sleep: they split into a strong and a weak cluster, and few "
        "lie between.",
    ),
    "weight-histograms": Drawing(
        synapses.histogram_figure, ("output_weights",),
        "Every synapse before (across) and after (up) a stage: on the lower right lies what was forgotten, on the "
        "upper left what was learnt, on the upper right what was kept.",
    ),
    "manifolds": Drawing(
        geometry.manifold_figure, (*SNAPSHOTS, *FIELDS[:2]),
        "Distance (in synapses that a task uses) to the states that solve Task 1, Task 2, and both: training Task 1 "
        "again leaves the Task 2 manifold, and far less so with sleep.",
    ),
    "raster": Drawing(
        activity.raster_figure, EXCERPTS,
        "Spikes awake and asleep, one cycle shaded: awake the hidden layer answers at once to what is seen, asleep it "
        "fires by noise throughout the cycle, each neuron at the rate that training gave it.",
    ),
    "replay": Drawing(
        activity.replay_figure, EXCERPTS,
        "Sleep's joint hidden and output activity against that of each task awake: after one task it replays that one, "
        "after interleaved sleep both.",
    ),
    "fixed-float": Drawing(
        synapses.fixed_float_figure, ("output_weights",),
        "The same synapses of the same networks in two runs: distributions above, synapse against synapse below.",
        pairs=True,
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
    for data in runs:
        require(data, *drawing.needs)
    with plt.rc_context(style.STYLE):
        return drawing.draw(*runs)


def write_figures(
    runs: list[xr.Dataset], folder: Path, names: list[str], formats: tuple[str, ...] = FORMATS
) -> Iterator[tuple[str, InputError | None]]:
    """Draw figures into a folder one after the other; yields each name, with the reason where it cannot be drawn."""
    for name in names:
        chosen = runs[:2] if name in FIGURES and FIGURES[name].pairs else runs[:1]
        try:
            figure = draw(name, *chosen)
        except InputError as error:
            yield name, error
            continue
        with plt.rc_context(style.STYLE):
            for suffix in formats:
                figure.savefig(folder / f"{name}.{suffix}", dpi=160, metadata=None if suffix == "png" else {"Date": None})
        plt.close(figure)
        yield name, None
