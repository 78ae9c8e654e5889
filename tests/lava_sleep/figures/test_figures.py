"""Every figure is drawn from a tiny run, holds data, and names what it lacks."""

import matplotlib.pyplot as plt
import numpy as np
import pytest

from emulation.errors import InputError
from lava_sleep.analysis.behaviour import lasting_course
from lava_sleep.figures.registry import FIGURES, draw, write_figures

PANELS = {"performance": 2, "lasting": 1, "bars": 1, "trajectories": 8, "hidden-fields": 16, "output-fields": 32,
          "relevant-synapses": 8, "weight-histograms": 3, "manifolds": 2, "raster": 8, "fixed-float": 8}  # fmt: skip


def repeated(data):
    """Results in which the last stage, after interleaved sleep of 800 cycles, repeats it."""
    names = {"T1>T2>i(R,T1)": "T1>T2>i(S,T1)^2"}
    renamed = {
        name: (data[name].dims, [names.get(str(stage), str(stage)) for stage in data[name].values])
        for name in ("row", "stage", "snapshot_stage")
    }
    later = np.where(data.stage == "T1>T2>i(R,T1)", data.cycle + 800, data.cycle)
    return data.assign_coords(renamed).assign_coords(cycle=("window", later))


@pytest.mark.parametrize("kind", ["tiny_run", "tiny_golden_run"])
@pytest.mark.parametrize("name", FIGURES.names())
def test_every_figure_holds_data(kind, name, request):
    data = request.getfixturevalue(kind).data
    data = repeated(data) if name == "lasting" else data
    figure = draw(name, *[data] * (1 + FIGURES.get(name).compares))
    assert sum(axes.has_data() for axes in figure.axes) >= PANELS.get(name, 1)
    figure.canvas.draw()
    pixels = np.asarray(figure.canvas.buffer_rgba())[..., :3]
    plt.close(figure)
    assert (pixels < 250).any(axis=2).mean() > 0.01
    assert len(FIGURES.get(name).caption) > 60 and "\n" not in FIGURES.get(name).caption


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


def test_lasting_needs_a_repeated_stage(tiny_run):
    with pytest.raises(InputError, match="no repeated stage"):
        draw("lasting", tiny_run.data)
    made = lasting_course(repeated(tiny_run.data))
    assert [one.attrs["row"] for one in made] == ["T1>T2>i(S,T1)^2"] and made[0].attrs["beside"] == "sleep"
    assert made[0].cycle.values.tolist() == [0, 800, 1800]  # a last stage is as long as its windows of 1000 cycles
    tested = tiny_run.data.performance.sel(row=["T1>T2", "T1>T2>i(S,T1)", "T1>T2>i(R,T1)"])
    assert np.array_equal(made[0].old.values, tested.sel(task="T2").values, equal_nan=True)
    assert np.array_equal(made[0].new.values, tested.sel(task="T1").values, equal_nan=True)


def test_axes_of_weights_end_where_weights_do(tiny_run, tiny_golden_run):
    ends = []
    for run in (tiny_run, tiny_golden_run):
        figure = draw("relevant-synapses", run.data)
        ends.append(figure.axes[0].get_xlim()[1])
        plt.close(figure)
    assert ends[0] == 256 and 0 <= ends[1] - tiny_golden_run.data.output_weights.max() < 1


def test_a_run_of_another_wiring_is_shown_but_not_paired(tiny_run, tiny_golden_run):
    figure = draw("fixed-float", tiny_run.data, tiny_run.data, tiny_golden_run.data)
    texts = " ".join(text.get_text() for text in figure.findobj(match=plt.Text))
    assert "map is not paired with emulation, run 1: its networks are wired otherwise" in texts
    assert sum(axes.has_data() for axes in figure.axes) == 4 + 4 + 1 and "another scale" in texts
    with pytest.raises(InputError, match="two or more"):
        draw("fixed-float", tiny_run.data)
    plt.close("all")


def test_runs_without_a_common_network_are_not_compared(tiny_run):
    other = tiny_run.data.assign_coords(network=[30, 31])
    with pytest.raises(InputError, match="no network in common"):
        draw("fixed-float", tiny_run.data, other)
    plt.close("all")
