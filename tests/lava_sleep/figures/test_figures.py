"""Every figure is drawn from a tiny run, holds data, and names what it lacks."""

import matplotlib.pyplot as plt
import numpy as np
import pytest

from emulation.errors import InputError
from lava_sleep.analysis.behaviour import lasting_course, trajectory
from lava_sleep.figures.behaviour import draw_world
from lava_sleep.figures.forgetting import chains_of_run, names_of
from lava_sleep.figures.registry import FIGURES, draw, write_figures
from lava_sleep.figures.style import BLUE, ORANGE, folded, phase_colour, task_colours
from lava_sleep.runs.configuration import world_of_data

PANELS = {"performance": 2, "lasting": 1, "forgetting": 2, "bars": 1, "trajectories": 8,
          "hidden-fields": 16, "output-fields": 32,
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


@pytest.mark.parametrize("name", [name for name in FIGURES.names() if name not in ("boundary", "lasting")])
def test_figures_are_of_any_number_of_tasks_and_kinds(many_run, name):
    figure = draw(name, *[many_run.data] * (1 + FIGURES.get(name).compares))
    least = {"hidden-fields": 24, "trajectories": 12, "relevant-synapses": 12, "forgetting": 3}.get(name, 1)
    assert sum(axes.has_data() for axes in figure.axes) >= least
    figure.canvas.draw()
    plt.close(figure)


def texts_of(figure) -> str:
    """All that is written in a figure."""
    return " ".join(text.get_text() for text in figure.findobj(match=plt.Text))


def test_what_is_of_two_tasks_or_of_another_environment_says_so(many_run, tiny_run):
    with pytest.raises(InputError, match=r"boundary: number of tasks, got 3 \(allowed: 2\)"):
        draw("boundary", many_run.data)
    elsewhere = FIGURES.get("trajectories")._replace(environment="maze")
    assert "no such drawing, got 'foraging' (allowed: maze)" in str(elsewhere.misfit(tiny_run.data))
    assert not elsewhere.fits(tiny_run.data) and FIGURES.get("trajectories").fits(tiny_run.data)


def test_forgetting_shows_the_numbers_of_the_summary(many_run, tiny_run):
    figure = draw("forgetting", many_run.data)
    text = texts_of(figure)
    for one in many_run.summary["continual"]:
        assert f"ACC {one['accuracy']['mean']:.3f} ± {one['accuracy']['sd']:.3f}" in text
        assert all(f"{value:.2f}".lstrip("0") in text for line in one["matrix"] for value in line if value is not None)
    assert names_of(chains_of_run(many_run.data)) == ["sleep", "rest"] and "T1>i(S,Far)" in text
    plt.close(figure)
    alone = tiny_run.data.sel(row=["T1", "T1>T2>i(S,T1)"])
    assert FIGURES.get("forgetting").fits(tiny_run.data) and not FIGURES.get("forgetting").fits(alone)
    with pytest.raises(InputError, match="one task after the other"):
        draw("forgetting", alone)


def test_chains_that_are_called_alike_are_told_apart(tiny_run):
    rows = ["T1", "T1>i(S,T2)", "T1>i(S,T2)/2000", "T1>i(R,T2)"]
    chains = chains_of_run(tiny_run.data.assign_coords(row=rows))
    assert names_of(chains) == ["sleep", "sleep, episodes of 2,000", "rest"]


@pytest.mark.parametrize(("name", "task"), [("many_run", "Far"), ("many_run", "T3"), ("tiny_run", "T1")])
def test_particles_within_the_border_are_drawn_whole(name, task, request):
    data = request.getfixturevalue(name).data
    world, made = world_of_data(data), trajectory(data, "before", task)
    figure, panel = plt.subplots()
    draw_world(made, world, task, panel)
    last = world.size - 1
    reach = world.ground().offsets[made.kind.values]
    ends = made.pixels.values[:, :1] + reach
    crossing = int(((ends < 0) | (ends > last)).any(axis=(1, 2)).sum())
    single = [line for line in panel.lines if line.get_linestyle() == "None"]
    assert sum(len(line.get_xdata()) for line in single) == crossing * made.pixels.shape[1]
    whole = [line for line in panel.lines if line.get_linestyle() != "None"]
    assert sum(np.isnan(line.get_xdata()).sum() for line in whole) == len(made.kind) - crossing
    assert {"rewarded particle", "punished particle"} <= set(panel.get_legend_handles_labels()[1])
    assert ("neutral particle" in panel.get_legend_handles_labels()[1]) == (task == "T3")
    plt.close(figure)


def test_colours_of_two_tasks_stay_and_further_ones_differ():
    assert list(task_colours(["T1", "T2"]).values()) == [BLUE, ORANGE]
    assert len(set(task_colours([f"T{place}" for place in range(8)]).values())) == 8
    tasks = ["Swim", "Rest"]
    kinds = [phase_colour(stage, tasks) for stage in ("Swim", "Swim>i(S,Rest)", "Swim>i(R,Rest)", "i(Swim,Rest)")]
    assert kinds[0] == BLUE and len(set(kinds)) == 4
    assert phase_colour("Swim>i(S,Rest)^12", tasks) == kinds[1]
    assert folded("T1>i(S,T2)>i(S,T3)", 12) == "T1>i(S,T2)\n>i(S,T3)"
