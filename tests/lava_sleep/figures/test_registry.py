"""Every figure is drawn from a tiny run, holds data, and names what it lacks."""

import matplotlib.pyplot as plt
import numpy as np
import pytest

from lava_sleep.errors import InputError
from lava_sleep.figures.registry import FIGURES, draw, write_figures

PANELS = {"course": 2, "performance": 1, "trajectories": 8, "hidden-fields": 16, "output-fields": 32,
          "relevant-synapses": 8, "weight-histograms": 3, "manifolds": 2, "raster": 8, "fixed-float": 8}  # fmt: skip


@pytest.mark.parametrize("kind", ["tiny_run", "tiny_map_run"])
@pytest.mark.parametrize("name", FIGURES)
def test_every_figure_holds_data(kind, name, request):
    data = request.getfixturevalue(kind).data
    figure = draw(name, *[data] * (1 + FIGURES[name].pairs))
    assert sum(axes.has_data() for axes in figure.axes) >= PANELS.get(name, 1)
    figure.canvas.draw()
    pixels = np.asarray(figure.canvas.buffer_rgba())[..., :3]
    plt.close(figure)
    assert (pixels < 250).any(axis=2).mean() > 0.01
    assert len(FIGURES[name].caption) > 60 and "\n" not in FIGURES[name].caption


def test_figures_are_written_and_what_is_missing_is_named(tiny_run, tmp_path):
    data = tiny_run.data.drop_vars("snapshot_weights")
    found = dict(write_figures([data], tmp_path, ["performance", "boundary"]))
    assert found["performance"] is None and "snapshot_weights" in str(found["boundary"])
    assert sorted(path.name for path in tmp_path.iterdir()) == ["performance.png", "performance.svg"]
    first = (tmp_path / "performance.svg").read_bytes()
    dict(write_figures([data], tmp_path, ["performance"]))
    assert (tmp_path / "performance.svg").read_bytes() == first


def test_an_unknown_figure_is_an_error(tiny_run):
    with pytest.raises(InputError, match="manifolds"):
        draw("pie", tiny_run.data)


def test_weights_of_another_unit_are_not_compared(tiny_run, tiny_map_run):
    with pytest.raises(InputError, match="two of a kind"):
        draw("fixed-float", tiny_map_run.data, tiny_run.data)
    plt.close("all")


def test_axes_of_weights_end_where_weights_do(tiny_run, tiny_map_run):
    ends = []
    for run in (tiny_run, tiny_map_run):
        figure = draw("relevant-synapses", run.data)
        ends.append(figure.axes[0].get_xlim()[1])
        plt.close(figure)
    assert ends[0] == 256 and 0 <= ends[1] - tiny_map_run.data.output_weights.max() < 1


def test_runs_without_a_common_network_are_not_compared(tiny_run):
    other = tiny_run.data.assign_coords(network=[30, 31])
    with pytest.raises(InputError, match="no network in common"):
        draw("fixed-float", tiny_run.data, other)
    plt.close("all")
