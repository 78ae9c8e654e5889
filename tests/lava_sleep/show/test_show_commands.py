"""The commands figures, report and watch, and the animation's scenes."""

import shutil
import subprocess
import sys
from pathlib import Path

import numpy as np
import pytest
from PIL import Image
from rich.console import Console

from emulation.errors import InputError
from lava_sleep.backends.base import run_segments
from lava_sleep.backends.compiled import COMPILED
from lava_sleep.base import terminal
from lava_sleep.cli import main as cli
from lava_sleep.runs.folder import read_run
from lava_sleep.runs.layout import BEFORE
from lava_sleep.runs.recording import excerpt_segments
from lava_sleep.show.animation import animate, world_pixels
from lava_sleep.show.foraging import VALUES
from lava_sleep.show.scenery import SCENERY, Scenery, scenery_of
from lava_sleep.show.scenes import play, stored_network

pytestmark = pytest.mark.slow


def test_one_figure_is_drawn_from_a_folder(tiny_run):
    command = [str(Path(sys.executable).parent / "lava-sleep"), "figures", str(tiny_run.folder), "--only", "replay"]
    done = subprocess.run(command, capture_output=True, text=True, timeout=120)
    assert done.returncode == 0, done.stderr
    assert {"replay.png", "replay.svg"} <= {path.name for path in (tiny_run.folder / "figures").iterdir()}


@pytest.mark.parametrize(
    ("arguments", "message"),
    [
        (["figures", "FOLDER", "--only", "pie"], "unknown"),
        (["figures", "FOLDER", "--only", "fixed-float"], "--against"),
        (["report", "nowhere"], "summary.json"),
        (["watch", "FOLDER", "--out", "film.avi"], ".gif or .mp4"),
        (["watch", "FOLDER", "--out", "nowhere/film.gif"], "Make the folder"),
        (["watch"], "or --live"),
        (["watch", "FOLDER", "--live"], "one of the two"),
        (["watch", "FOLDER", "--protocol", "tiny"], "with --live"),
        (["watch", "--live", "--executor", "abacus"], "executor"),
    ],
)
def test_bad_input_is_one_line_and_exit_2(tiny_run, monkeypatch, capsys, arguments, message):
    words = [str(tiny_run.folder) if word == "FOLDER" else word for word in arguments]
    monkeypatch.setattr(sys, "argv", ["lava-sleep", *words])
    monkeypatch.setattr(terminal, "errors", Console(stderr=True))  # the module's own was made before capsys
    with pytest.raises(SystemExit) as ended:
        cli.main()
    said = capsys.readouterr().err
    assert ended.value.code == 2 and message in said and said.strip().count("\n") == 0


def test_a_damaged_folder_is_named(tiny_run, tmp_path):
    shutil.copytree(tiny_run.folder, tmp_path / "damaged")
    (tmp_path / "damaged/results.nc").write_bytes(b"nothing")
    with pytest.raises(InputError, match="results.nc"):
        read_run(tmp_path / "damaged")
    (tmp_path / "damaged/summary.json").write_text("[")
    with pytest.raises(InputError, match="summary.json"):
        read_run(tmp_path / "damaged")


def test_stored_networks_are_those_of_the_run(tiny_run, tiny_results):
    result = tiny_results[1][1]
    for row, after in ((BEFORE, "U"), ("T1>T2", "T1>T2")):
        _, state = stored_network(tiny_run, result.seed, row)
        kept = result.stages[after].state
        assert np.array_equal(state.output_synapses.weights, kept.output_synapses.weights)
        assert np.array_equal(state.hidden_synapses.weights, kept.hidden_synapses.weights)
        assert np.array_equal(state.hidden_synapses.pre, kept.hidden_synapses.pre)


def test_scenes_are_a_frozen_test(tiny_run):
    instance, state = stored_network(tiny_run, 3, "T1")
    scenes = play(instance, state, 40)
    segments = excerpt_segments(instance.network, 40)[:2]
    _, outcomes = run_segments(COMPILED, instance, state, segments)
    assert scenes["T2"].eaten[-1].tolist() == [(outcomes[1] == 1).sum(), (outcomes[1] == 2).sum()]
    assert scenes["T1"].seen["kinds"].max() == 3 and set(np.unique(scenes["T2"].seen["kinds"])) == {-1, 1, 2}
    blind = scenes["T1"].inputs.sum(axis=1) < 2
    assert scenes["T1"].hidden.shape == (40, 784) and np.all(scenes["T1"].hidden[blind] == 0)


def test_scenes_of_the_papers_own_network_are_its_own(tiny_golden_run):
    instance, state = stored_network(tiny_golden_run, 4, "T1")
    scenes = play(instance, state, 40)
    segments = excerpt_segments(instance.network, 40)[:2]
    _, outcomes = run_segments(COMPILED, instance, state, segments)
    assert scenes["T2"].eaten[-1].tolist() == [(outcomes[1] == 1).sum(), (outcomes[1] == 2).sum()]
    blind = scenes["T1"].inputs.sum(axis=1) == 0
    assert blind.any() and np.all(scenes["T1"].hidden[blind] == 0) and scenes["T1"].hidden.any()


def test_the_animation_moves(tiny_run, tmp_path):
    assert animate(tiny_run, tmp_path / "film.gif", None, 6) == 12
    with Image.open(tmp_path / "film.gif") as film:
        assert film.n_frames == 12
        first = np.array(film.convert("RGB"))
        film.seek(5)
        assert np.any(first != np.array(film.convert("RGB")))
    with pytest.raises(InputError, match="no such network"):
        animate(tiny_run, tmp_path / "film.gif", 99, 6)


def test_the_animation_is_of_any_number_of_tasks(many_run, tmp_path):
    assert animate(many_run, tmp_path / "film.gif", None, 5) == 15
    scenes = play(*stored_network(many_run, 3, "T1"), 5)
    assert list(scenes) == ["T1", "Far", "T3"] and scenes["Far"].task == "Far"
    assert scenes["T1"].scenery.meaning("T1") == "Task 1: horizontal rewarded (blue), vertical punished (grey)"
    assert scenes["T3"].scenery.meaning("T3").endswith("knight punished (grey), diagonal neutral (sand)")
    picture = world_pixels(scenes["T3"], 0)
    assert picture.shape == (40, 40, 3) and scenes["T3"].inputs.shape == (5, 81)
    found = set(map(tuple, picture.reshape(-1, 3).tolist()))
    assert set(VALUES.values()) <= found


class MazeScenery(Scenery):
    """A drawing of another environment."""

    def look(self, world):
        return {"place": world.agent[:2].copy()}

    def picture(self, seen, task, moment):
        return np.full((3, 9, 3), 40 * moment, np.uint8)


def test_an_environment_brings_its_own_drawing_or_is_named(tiny_run, monkeypatch, tmp_path):
    world = tiny_run.configuration.world.model_copy(update={"environment": "maze"})
    with pytest.raises(InputError, match="brings no drawing, got 'maze'"):
        scenery_of(world)
    monkeypatch.setitem(SCENERY._registered, "maze", MazeScenery)
    assert isinstance(scenery_of(world), MazeScenery) and scenery_of(world).meaning("T2") == "Task 2"
    monkeypatch.setattr("lava_sleep.show.scenes.scenery_of", MazeScenery)
    assert animate(tiny_run, tmp_path / "film.gif", None, 5) == 10
