"""The agent in a terminal: its world and the three layers, drawn in half blocks."""

import math
import time
from itertools import groupby
from types import TracebackType

import numpy as np
from rich.console import Console, Group
from rich.live import Live
from rich.style import Style
from rich.table import Table
from rich.text import Text

from lava_sleep.runs.layout import BEFORE
from lava_sleep.show.animation import layer_pixels, world_pixels
from lava_sleep.show.live import Moment, Spectator
from lava_sleep.show.scenes import Scene

PACE = 0.06  # s that a movement cycle is shown
SELDOM = 0.1  # s between two looks at the count of cycles
HEAD = 4  # lines over the world, and one for the cursor
STAGES = {"U": "unsupervised phase", BEFORE: "before training"}
LOW = 30  # lines of a terminal below which the small layers are drawn smaller


class TerminalView(Spectator):
    """Shows scenes on a terminal; a context manager that leaves the terminal as it was.

    Parameters
    ----------
    console : rich.console.Console
    name : str
        How the network is called.
    pace : float
        Seconds that a movement cycle is shown.
    """

    def __init__(self, console: Console, name: str, pace: float = PACE) -> None:
        self.console, self.name, self.pace = console, name, pace
        self._live = Live(console=console, auto_refresh=False, transient=True)
        self._picture: Table | Text = Text()
        self._shown = 0.0

    def __enter__(self) -> "TerminalView":
        self._live.start()
        self._live.update(Text("the first start compiles the kernels, about half a minute"), refresh=True)
        return self

    def __exit__(self, kind: type | None, error: BaseException | None, trace: TracebackType | None) -> None:
        self._live.stop()

    def wants_scenes(self) -> bool:
        """Scenes are always played."""
        return True

    def show_scene(self, moment: Moment, scene: Scene) -> None:
        """Play a scene."""
        for cycle in range(len(scene.inputs)):
            self._picture = self._draw(scene, cycle)
            rewarded, punished = scene.eaten[cycle]
            eaten = f"{rewarded} rewarded, {punished} punished" if scene.task else ""
            self._show(moment, f"slow: cycle {cycle + 1} of {len(scene.inputs)}   {eaten}")
            time.sleep(self.pace)

    def show_progress(self, moment: Moment) -> None:
        """Count the cycles under the last picture."""
        now = time.monotonic()
        if now - self._shown > SELDOM:
            self._shown = now
            self._show(moment, "fast")

    def _show(self, moment: Moment, remark: str) -> None:
        stage = STAGES.get(moment.stage, f"{'stage' if moment.cycles else 'after'} {moment.stage}")
        counted = f"{moment.done:,} of {moment.cycles:,} cycles   " if moment.cycles else ""
        known = "" if math.isnan(moment.performance) else f"performance {moment.performance:.2f}   "
        lines = (f"{self.name}, {stage}", moment.text, f"{counted}{known}{remark}")
        head = [Text(line, no_wrap=True, overflow="ellipsis") for line in lines]
        self._live.update(Group(*head, self._picture), refresh=True)

    def _draw(self, scene: Scene, cycle: int) -> Table:
        world, layers = world_pixels(scene, cycle), layer_pixels(scene, cycle)
        scale = 2 if self.console.height >= LOW else 1
        widths = {name: pixels.shape[1] for name, pixels in layers.items()}
        beside = max(widths["hidden"], scale * (widths["input"] + 2 * widths["output"]) + 2) + 1
        focus = scene.scenery.focus(scene.seen, cycle)
        world = around(world, focus, 2 * (self.console.height - HEAD), self.console.width - beside)
        small = Table.grid(padding=(0, 2, 0, 0))
        small.add_row("input", "output")
        small.add_row(half_blocks(layers["input"], scale), half_blocks(layers["output"], 2 * scale))
        grid = Table.grid(padding=(0, 1, 0, 0))
        grid.add_row(half_blocks(world), Group(small, "hidden", half_blocks(layers["hidden"])))
        return grid


def around(picture: np.ndarray, focus: tuple[int, int] | None, rows: int, columns: int) -> np.ndarray:
    """So much of a picture as there is room for: what lies around `focus`, or its beginning."""
    for axis, room in enumerate((rows, max(1, columns))):
        if picture.shape[axis] > room:
            if focus is not None:
                picture = np.roll(picture, room // 2 - focus[axis], axis=axis)
            picture = picture[:room] if axis == 0 else picture[:, :room]
    return picture


def half_blocks(pixels: np.ndarray, scale: int = 1) -> Text:
    """A picture (uint8 array (h, w, 3)) in characters, two pixels in each; `scale` enlarges it."""
    pixels = pixels.repeat(scale, axis=0).repeat(scale, axis=1)
    if len(pixels) % 2:
        pixels = np.concatenate([pixels, pixels[-1:]])
    text = Text(no_wrap=True)
    for number, (upper, lower) in enumerate(zip(pixels[::2], pixels[1::2])):
        if number:
            text.append("\n")
        pairs = zip(map(tuple, upper.tolist()), map(tuple, lower.tolist()))
        for (above, below), run in groupby(pairs):
            text.append("▀" * len(list(run)), colours(above, below))
    return text


def colours(above: tuple[int, ...], below: tuple[int, ...]) -> Style:
    """Foreground for the upper pixel of a character, background for the lower one."""
    return Style(color=rgb(above), bgcolor=rgb(below))


def rgb(colour: tuple[int, ...]) -> str:
    """A colour as rich names it."""
    return f"rgb({colour[0]},{colour[1]},{colour[2]})"
