"""The agent at its tasks, as an animation: one network before training and after the main rows, in every task."""

import io
from collections.abc import Iterable, Iterator
from pathlib import Path

import matplotlib.pyplot as plt
import numpy as np
from matplotlib.animation import FFMpegWriter
from PIL import Image, ImageDraw, ImageFont

from emulation.errors import InputError
from lava_sleep.analysis.selection import main_rows
from lava_sleep.base.files import write_whole
from lava_sleep.runs.folder import Run
from lava_sleep.runs.layout import BEFORE
from lava_sleep.show.scenery import scenery_of, squared
from lava_sleep.show.scenes import Played, Scene, play, stored_network

SIZE = 250  # pixels: about as wide is the picture of an environment
GAP, MARGIN, HEAD = 10, 14, 62  # pixels: between pictures, around, above
SMALL = (SIZE - 2 * GAP) // 3
FRAME_TIME = 120  # ms
# Okabe & Ito.
ACTIVE, SILENT = np.array([0, 114, 178]), np.array([240, 240, 240])
DISTINCT = 200  # colours of the environment in a GIF, beside those of letters and activity


def world_pixels(scene: Scene, cycle: int) -> np.ndarray:
    """The environment before the act of a cycle: uint8 array (h, w, 3)."""
    return scene.scenery.picture(scene.seen, scene.task, cycle)


def activity_pixels(values: np.ndarray, most: float) -> np.ndarray:
    """Non-negative activity (h, w), from silent to `most`, as a uint8 array (h, w, 3)."""
    share = np.clip(values / most, 0, 1)[..., np.newaxis]
    return (SILENT + share * (ACTIVE - SILENT)).astype(np.uint8)


def layer_pixels(scene: Scene, cycle: int) -> dict[str, np.ndarray]:
    """Activity of the three layers in a cycle, as pictures by name."""
    inputs, outputs = scene.scenery.inputs(scene.inputs[cycle]), scene.scenery.outputs(scene.output[cycle])
    return {
        "input": activity_pixels(inputs, max(1.0, float(scene.inputs.max()))),
        "hidden": activity_pixels(squared(scene.hidden[cycle]), 1.0),
        "output": activity_pixels(outputs, max(1.0, float(scene.output.max()))),
    }


def enlarged(pixels: np.ndarray, size: int) -> Image.Image:
    """A picture whose longer side takes so many pixels."""
    scale = size / max(pixels.shape[:2])
    height, width = (max(1, round(scale * side)) for side in pixels.shape[:2])
    return Image.fromarray(pixels).resize((width, height), Image.Resampling.NEAREST)


def fitted(text: str, width: float, font: ImageFont.FreeTypeFont | ImageFont.ImageFont) -> str:
    """A text cut to so many pixels."""
    if font.getlength(text) <= width:
        return text
    while text and font.getlength(f"{text}…") > width:
        text = text[:-1]
    return f"{text}…"


def frame(scenes: list[Scene], names: list[str], cycle: int) -> Image.Image:
    """One picture of the animation: a column for every state of the network."""
    width = 2 * MARGIN + len(scenes) * SIZE + (len(scenes) - 1) * 2 * GAP
    picture = Image.new("RGB", (width, HEAD + SIZE + SMALL + 68), "white")
    pen = ImageDraw.Draw(picture)
    large, middle, small = (ImageFont.load_default(size) for size in (16, 14, 12))
    ending = f"; cycle {cycle + 1}"
    room = width - 2 * MARGIN - large.getlength(ending)
    pen.text((MARGIN, 10), fitted(scenes[0].scenery.meaning(scenes[0].task), room, large) + ending, "black", large)
    for index, (scene, name) in enumerate(zip(scenes, names)):
        left, top = MARGIN + index * (SIZE + 2 * GAP), HEAD
        pen.text((left, top - 20), fitted(name, SIZE, middle), "black", middle)
        shown = enlarged(world_pixels(scene, cycle), SIZE)
        picture.paste(shown, (left, top))
        pen.rectangle((left - 1, top - 1, left + shown.width, top + shown.height), outline="#888888")
        rewarded, punished = scene.eaten[cycle]
        pen.text((left, top + SIZE + 4), f"{rewarded} rewarded, {punished} punished", "black", small)
        below = top + SIZE + 24
        for place, (label, pixels) in enumerate(layer_pixels(scene, cycle).items()):
            x = left + place * (SMALL + GAP)
            picture.paste(enlarged(pixels, SMALL), (x, below))
            pen.text((x, below + SMALL + 3), label, "black", small)
    return picture


def fixed_palette(played: Iterable[dict[str, Scene]]) -> Image.Image:
    """The colours of all frames: greys of the letters, those of the environment, and the shades of activity."""
    greys = [(level, level, level) for level in range(0, 256, 17)]
    shades = [tuple((SILENT + step / 15 * (ACTIVE - SILENT)).astype(int)) for step in range(16)]
    ends = [(scene, cycle) for one in played for scene in one.values() for cycle in (0, len(scene.inputs) - 1)]
    seen = np.concatenate([world_pixels(*end).reshape(-1, 3) for end in ends])
    found, counts = np.unique(seen, axis=0, return_counts=True)
    colours = [*greys, *found[np.argsort(-counts, kind="stable")][:DISTINCT], *shades]
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
        write_whole(path, gif_of(frames, fixed_palette(played.values())), durable=False)
    else:
        write_mp4(frames, path)
    return len(frames)


def film_frames(played: list[dict[str, Scene]], names: list[str]) -> Iterator[Image.Image]:
    """All pictures, one task after the other."""
    for task in played[0]:
        scenes = [one[task] for one in played]
        for cycle in range(len(scenes[0].inputs)):
            yield frame(scenes, names, cycle)


def gif_of(frames: list[Image.Image], palette: Image.Image) -> bytes:
    """The frames as a GIF that starts over and over."""
    file = io.BytesIO()
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
        If the run has no network of this seed, or its environment brings no drawing.
    """
    scenery_of(run.configuration.world)
    seeds = [int(one) for one in run.data.network.values]
    if seed is not None and seed not in seeds:
        raise InputError("--seed: no such network", seed, ", ".join(map(str, seeds)), "choose one of these")
    chosen = seeds[0] if seed is None else seed
    places = [BEFORE, *main_rows(run.data, 3)]
    played = {place: play(*stored_network(run, chosen, place), cycles) for place in places}
    return write_film(played, path)
