"""The agent foraging, as an animation: one network before training and after the main rows, in both tasks."""

import io
from collections.abc import Iterator
from pathlib import Path

import matplotlib.pyplot as plt
import numpy as np
from matplotlib.animation import FFMpegWriter
from PIL import Image, ImageDraw, ImageFont

from emulation.environments.foraging import DIRECTIONS, KINDS, VIEW
from emulation.errors import InputError
from lava_sleep.analysis.selection import TASK_KINDS, main_rows
from lava_sleep.base.files import write_whole
from lava_sleep.figures.style import PLACES_3X3
from lava_sleep.protocols.tasks import TASKS
from lava_sleep.runs.folder import Run
from lava_sleep.runs.layout import BEFORE
from lava_sleep.show.scenes import Played, Scene, play, stored_network

CELL, GAP, MARGIN, HEAD = 5, 10, 14, 62  # pixels: a cell of the world, between pictures, around, above
SIZE = 50 * CELL
SMALL = (SIZE - 2 * GAP) // 3
FRAME_TIME = 120  # ms
# Okabe & Ito: rewarded, punished, agent, its trail, activity.
COLOURS = {"rewarded": (86, 180, 233), "punished": (187, 187, 187), "agent": (213, 94, 0), "trail": (245, 214, 190)}
ACTIVE, SILENT = np.array([0, 114, 178]), np.array([240, 240, 240])
TRAIL = 25  # moves


def world_pixels(scene: Scene, cycle: int) -> np.ndarray:
    """Particles, the agent's last moves and the agent: uint8 array (50, 50, 3)."""
    picture = np.full((*scene.kinds.shape[1:], 3), 255, np.uint8)
    for row, column in scene.agent[max(0, cycle - TRAIL) : cycle]:
        picture[row, column] = COLOURS["trail"]
    kinds = scene.kinds[cycle]
    picture[kinds >= 0] = COLOURS["punished"]
    if scene.rewarded_kind >= 0:
        picture[kinds == scene.rewarded_kind] = COLOURS["rewarded"]
    picture[tuple(scene.agent[cycle])] = COLOURS["agent"]
    return picture


def activity_pixels(values: np.ndarray, most: float) -> np.ndarray:
    """Non-negative activity (h, w), from silent to `most`, as a uint8 array (h, w, 3)."""
    share = np.clip(values / most, 0, 1)[..., np.newaxis]
    return (SILENT + share * (ACTIVE - SILENT)).astype(np.uint8)


def layer_pixels(scene: Scene, cycle: int) -> dict[str, np.ndarray]:
    """Activity of the three layers in a cycle, as pictures by name."""
    return {
        "input": activity_pixels(scene.inputs[cycle].reshape(VIEW, VIEW), 1.0),
        "hidden": activity_pixels(hidden_grid(scene.hidden[cycle]), 1.0),
        "output": activity_pixels(output_grid(scene.output[cycle]), max(1.0, float(scene.output.max()))),
    }


def enlarged(pixels: np.ndarray, size: int) -> Image.Image:
    """A square picture, so many pixels wide."""
    return Image.fromarray(pixels).resize((size, size), Image.Resampling.NEAREST)


def meaning_of(task: str) -> str:
    """What is rewarded and what is punished in a task."""
    good = TASKS[task].rewarded_kind
    bad = next(kind for kind in TASK_KINDS[task] if kind != good)
    return f"Task {task[1]}: {KINDS[good]} rewarded (blue), {KINDS[bad]} punished (grey)"


def output_grid(counts: np.ndarray) -> np.ndarray:
    """Spikes of the eight output neurons in their 3 x 3 layer; the centre has none."""
    grid = np.zeros(DIRECTIONS + 1)
    grid[list(PLACES_3X3)] = counts
    return grid.reshape(3, 3)


def hidden_grid(counts: np.ndarray) -> np.ndarray:
    """Spikes of the hidden neurons in a square (28 x 28 in the paper), the last places empty if need be."""
    side = int(np.ceil(np.sqrt(len(counts))))
    grid = np.zeros(side * side)
    grid[: len(counts)] = counts
    return grid.reshape(side, side)


def frame(scenes: list[Scene], names: list[str], task: str, cycle: int) -> Image.Image:
    """One picture of the animation: a column for every state of the network."""
    width = 2 * MARGIN + len(scenes) * SIZE + (len(scenes) - 1) * 2 * GAP
    picture = Image.new("RGB", (width, HEAD + SIZE + SMALL + 68), "white")
    pen = ImageDraw.Draw(picture)
    large, small = ImageFont.load_default(16), ImageFont.load_default(12)
    pen.text((MARGIN, 10), f"{meaning_of(task)}; cycle {cycle + 1}", "black", large)
    for index, (scene, name) in enumerate(zip(scenes, names)):
        left, top = MARGIN + index * (SIZE + 2 * GAP), HEAD
        pen.text((left, top - 20), name, "black", ImageFont.load_default(14))
        picture.paste(enlarged(world_pixels(scene, cycle), SIZE), (left, top))
        pen.rectangle((left - 1, top - 1, left + SIZE, top + SIZE), outline="#888888")
        rewarded, punished = scene.eaten[cycle]
        pen.text((left, top + SIZE + 4), f"{rewarded} rewarded, {punished} punished", "black", small)
        below = top + SIZE + 24
        for place, (label, pixels) in enumerate(layer_pixels(scene, cycle).items()):
            x = left + place * (SMALL + GAP)
            picture.paste(enlarged(pixels, SMALL), (x, below))
            pen.text((x, below + SMALL + 3), label, "black", small)
    return picture


def fixed_palette() -> Image.Image:
    """The colours of all frames: greys of the letters, those of the world, and the shades of activity."""
    greys = [(level, level, level) for level in range(0, 256, 17)]
    shades = [tuple((SILENT + step / 15 * (ACTIVE - SILENT)).astype(int)) for step in range(16)]
    colours = [*greys, *COLOURS.values(), *shades]
    picture = Image.new("P", (1, 1))
    picture.putpalette([int(value) for colour in colours for value in colour])
    return picture


def check_film(path: Path) -> None:
    """Fail before anything is run where no animation can be written under this name.

    Raises
    ------
    InputError
    """
    kind = path.suffix.lower()
    if kind not in (".gif", ".mp4"):
        raise InputError("--out: kind of file", str(path), "a name that ends with .gif or .mp4", "rename it")
    if kind == ".mp4" and not FFMpegWriter.isAvailable():
        raise InputError("--out: MP4 needs the program ffmpeg", "none", "ffmpeg on the path", "install it, or use .gif")
    if path.is_dir() or not path.absolute().parent.is_dir():
        raise InputError("--out: cannot be written", str(path), "a file in a folder that is there", "make the folder")


def write_film(played: Played, path: Path) -> int:
    """Write the animation as GIF or MP4; returns its number of frames.

    Parameters
    ----------
    played : Played
        At least one state of a network.
    path : Path
        See `check_film`. Nothing half written is left there.
    """
    names = ["before training" if place == BEFORE else f"after {place}" for place in played]
    frames = list(film_frames(list(played.values()), names))
    if path.suffix.lower() == ".gif":
        write_whole(path, gif_of(frames), durable=False)
    else:
        write_mp4(frames, path)
    return len(frames)


def film_frames(played: list[dict[str, Scene]], names: list[str]) -> Iterator[Image.Image]:
    """All pictures, one task after the other."""
    for task in TASKS:
        scenes = [one[task] for one in played]
        for cycle in range(len(scenes[0].agent)):
            yield frame(scenes, names, task, cycle)


def gif_of(frames: list[Image.Image]) -> bytes:
    """The frames as a GIF that starts over and over."""
    palette, file = fixed_palette(), io.BytesIO()
    first, *others = (one.quantize(palette=palette, dither=Image.Dither.NONE) for one in frames)
    first.save(file, "GIF", save_all=True, append_images=others, duration=FRAME_TIME, loop=0, optimize=False)
    return file.getvalue()


def write_mp4(frames: list[Image.Image], path: Path) -> None:
    """The frames as a film, by ffmpeg."""
    width, height = frames[0].size
    figure = plt.figure(figsize=(width / 100, height / 100), dpi=100)
    image = figure.figimage(np.asarray(frames[0]))
    writer, part = FFMpegWriter(fps=round(1000 / FRAME_TIME)), path.with_name(f".part-{path.name}")
    try:
        with writer.saving(figure, part, 100):
            for one in frames:
                image.set_data(np.asarray(one))
                writer.grab_frame()
        part.replace(path)
    finally:
        part.unlink(missing_ok=True)
        plt.close(figure)


def animate(run: Run, path: Path, seed: int | None, cycles: int) -> int:
    """Write the animation of a stored run; returns its number of frames.

    Raises
    ------
    InputError
        If the run has no network of this seed.
    """
    seeds = [int(one) for one in run.data.network.values]
    if seed is not None and seed not in seeds:
        raise InputError("--seed: no such network", seed, ", ".join(map(str, seeds)), "choose one of these")
    chosen = seeds[0] if seed is None else seed
    places = [BEFORE, *main_rows(run.data, 3)]
    played = {place: play(*stored_network(run, chosen, place), cycles) for place in places}
    return write_film(played, path)
