"""A network watched while it is trained: the training is unchanged, and a terminal shows all of it."""

import io
import os
import pty
import select
import signal
import subprocess
import sys
import time
from pathlib import Path

import numpy as np
import pytest
from PIL import Image
from rich.console import Console

from emulation.states import named_arrays
from lava_sleep.show.animation import check_film, write_film
from lava_sleep.show.live import LOOK_CYCLES, LineByLine, Moment, Spectator, cycles_ahead, train_and_watch
from lava_sleep.show.terminal_view import TerminalView, around, half_blocks

pytestmark = pytest.mark.slow

COMMAND = str(Path(sys.executable).parent / "lava-sleep")


class Listener(Spectator):
    """Notes what it is shown."""

    def __init__(self) -> None:
        self.seen: list[tuple[Moment, int]] = []

    def wants_scenes(self) -> bool:
        return True

    def show_scene(self, moment, scene):
        self.seen.append((moment, len(scene.inputs)))
        if moment.text.startswith("sleeps"):
            assert not scene.inputs.any() and scene.hidden.any()
            assert np.all(scene.seen["agent"] == scene.seen["agent"][0])


@pytest.fixture(scope="module")
def watched(tiny_results):
    """A listener's notes, the states after the stages, and the tests."""
    listener, states = Listener(), {}
    played = train_and_watch(tiny_results[0], 12, listener, states.__setitem__)
    return listener.seen, states, played


def test_being_watched_changes_nothing(tiny_results, watched):
    stages = tiny_results[1][0].stages
    alone, _, _ = train_states(tiny_results[0])
    assert set(watched[1]) == {"U", "T1", "T1>T2", "T1>T2>i(S,T1)"}
    for after, state in watched[1].items():
        one, other = named_arrays(state), named_arrays(alone[after])
        assert all(np.array_equal(one[name], other[name]) for name in one), after
        # The run tests its rows as well, which moves the clock but no weight of the rows before.
        if after in ("U", "T1"):
            kept = stages[after].state.output_synapses.weights
            assert np.array_equal(state.output_synapses.weights, kept)


def train_states(configuration):
    """The same network without anyone who looks."""
    states, progress = {}, []
    played = train_and_watch(configuration, 5, LineByLine(progress.append), states.__setitem__)
    assert sum(progress) == cycles_ahead(configuration)
    return states, progress, played


def test_every_stage_and_both_parts_of_interleaving_are_seen(watched):
    seen, _, played = watched
    texts = {(moment.stage, moment.text.split(":")[0]) for moment, _ in seen}
    assert ("U", "the hidden layer learns, unsupervised") in texts
    assert {("T1", "learns Task 1"), ("T1>T2", "learns Task 2")} <= texts
    assert {("T1>T2>i(S,T1)", "sleeps"), ("T1>T2>i(S,T1)", "learns Task 1")} <= texts
    assert {("before", "is tested on Task 1"), ("T1>T2>i(S,T1)", "is tested on Task 2")} <= texts
    assert {cycles for moment, cycles in seen if moment.cycles} == {LOOK_CYCLES}
    assert list(played) == ["before", "T1", "T1>T2", "T1>T2>i(S,T1)"]


@pytest.mark.parametrize(("width", "height"), [(120, 45), (80, 24)])
def test_a_terminal_shows_the_world_and_the_layers(watched, width, height):
    file = io.StringIO()
    console = Console(file=file, force_terminal=True, width=width, height=height, color_system="truecolor")
    scene = watched[2]["T1"]["T2"]
    with TerminalView(console, "network 3", pace=0.0) as view:
        view.show_scene(Moment("T1", "is tested on Task 2", 0, 0, 0.5), scene)
        drawn = list(console.render_lines(view._draw(scene, 5), pad=False))
    shown = file.getvalue()
    assert "after T1" in shown and "performance 0.50" in shown and "hidden" in shown
    assert shown.count("\x1b[?25l") == shown.count("\x1b[?25h") == 1  # the cursor is back
    assert len(drawn) <= height - 4
    assert half_blocks(np.zeros((50, 50, 3), np.uint8)).plain.count("▀") == 50 * 50 // 2


def test_what_does_not_fit_a_terminal_is_shown_around_the_agent():
    picture = np.arange(60)[:, np.newaxis, np.newaxis] + np.zeros((60, 60, 3), int)
    assert around(picture, (2, 30), 20, 100)[:, 0, 0].tolist() == [*range(52, 60), *range(12)]
    assert around(picture, None, 20, 30).shape == (20, 30, 3) and around(picture, (2, 2), 60, 60) is picture


def test_a_film_is_whole_or_not_there(watched, tmp_path, monkeypatch):
    assert write_film(watched[2], tmp_path / "film.gif") == 24
    with Image.open(tmp_path / "film.gif") as film:
        assert film.n_frames == 24
    monkeypatch.setattr("lava_sleep.show.animation.frame", lambda *_: 1 / 0)
    with pytest.raises(ZeroDivisionError):
        write_film(watched[2], tmp_path / "other.gif")
    assert [path.name for path in tmp_path.iterdir()] == ["film.gif"]


def test_mp4_needs_ffmpeg(monkeypatch, tmp_path):
    monkeypatch.setattr("lava_sleep.show.animation.FFMpegWriter.isAvailable", lambda: False)
    with pytest.raises(Exception, match="ffmpeg"):
        check_film(tmp_path / "film.mp4")
    monkeypatch.setattr("lava_sleep.show.animation.FFMpegWriter.isAvailable", lambda: True)
    check_film(tmp_path / "film.mp4")


def test_live_without_a_terminal_writes_the_film(tmp_path):
    words = [COMMAND, "watch", "--live", "--protocol", "tiny", "--executor", "float", "--seed", "4", "--cycles", "5"]
    done = subprocess.run(words, cwd=tmp_path, capture_output=True, text=True, timeout=240)
    assert done.returncode == 0, done.stderr
    assert [path.name for path in tmp_path.iterdir()] == ["foraging.gif"]
    assert "animation: foraging.gif (10 frames" in done.stdout and "2,400 cycles to run" in done.stderr


def test_ctrl_c_gives_the_terminal_back(tmp_path):
    ours, theirs = pty.openpty()
    process = subprocess.Popen(
        [COMMAND, "watch", "--live", "--out", "film.gif"], cwd=tmp_path, stdin=theirs, stdout=theirs, stderr=theirs,
        start_new_session=True, env={**os.environ, "TERM": "xterm-256color", "COLUMNS": "100", "LINES": "40"},
    )  # fmt: skip
    os.close(theirs)
    shown = read_until(ours, "unsupervised phase", 120)
    process.send_signal(signal.SIGINT)
    shown += read_until(ours, "nothing written", 60)
    assert process.wait(timeout=20) == 130
    os.close(ours)
    assert "nothing written" in shown and "Traceback" not in shown
    assert shown.rfind("\x1b[?25h") > shown.rfind("\x1b[?25l")
    assert list(tmp_path.iterdir()) == []


def read_until(terminal: int, text: str, seconds: float) -> str:
    """What a terminal shows up to some text, or until it is closed."""
    shown, end = b"", time.monotonic() + seconds
    while text.encode() not in shown and time.monotonic() < end:
        if select.select([terminal], [], [], 0.2)[0]:
            try:
                shown += os.read(terminal, 65536)
            except OSError:
                break
    return shown.decode(errors="replace")
