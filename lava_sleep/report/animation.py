"""The agent foraging, as an animation: frozen tests run again from the weights that a run stored."""

from pathlib import Path
from typing import NamedTuple

import numpy as np
from PIL import Image, ImageDraw, ImageFont

from emulation.world import DIRECTIONS, PIXELS, REWARDED, VIEW, sense
from lava_sleep.analysis.selection import main_rows
from lava_sleep.errors import InputError
from lava_sleep.executors import AnyNetwork, AnyState, Running, open_executor, prepare
from lava_sleep.executors.map_based import MapRunning
from lava_sleep.figures.style import PLACES_3X3
from lava_sleep.protocol import TASKS
from lava_sleep.recording import BEFORE, excerpt_segments
from lava_sleep.report.folders import Run

CELL, GAP, MARGIN, HEAD = 5, 10, 14, 62  # pixels: a cell of the world, between pictures, around, above
SIZE = 50 * CELL
SMALL = (SIZE - 2 * GAP) // 3
FRAME_TIME = 120  # ms
# Okabe & Ito: rewarded, punished, agent, its trail, activity.
COLOURS = {"rewarded": (86, 180, 233), "punished": (187, 187, 187), "agent": (213, 94, 0), "trail": (245, 214, 190)}
ACTIVE, SILENT = np.array([0, 114, 178]), np.array([240, 240, 240])
REWARDED_KINDS = {"T1": 0, "T2": 1}
TRAIL = 25  # moves


class Scene(NamedTuple):
    """One network in one task, cycle by cycle.

    Attributes
    ----------
    kinds : int8 array (cycles, 50, 50)
        Kind of particle on each cell, -1 for none, before the move.
    agent : int array (cycles, 2)
    inputs : uint8 array (cycles, 49)
    hidden : int array (cycles, hidden)
        Spikes in the cycle.
    output : int array (cycles, 8)
    eaten : int array (cycles, 2)
        Rewarded and punished acquisitions up to and with the cycle.
    """

    kinds: np.ndarray
    agent: np.ndarray
    inputs: np.ndarray
    hidden: np.ndarray
    output: np.ndarray
    eaten: np.ndarray


def player_of(run: Run) -> str:
    """The executor that plays a run: compiled, of the arithmetic of the run's own."""
    if run.configuration.executor == "map":
        return "map"
    return "float" if run.configuration.floating else "emulation"


def stored_network(run: Run, seed: int, row: str) -> tuple[AnyState, AnyNetwork]:
    """A network as it was after a row (or before training), from the stored weights; nothing is in flight."""
    data, configuration = run.data.sel(network=seed), run.configuration
    state, network = prepare(player_of(run), configuration.network, seed, configuration.floating)
    state.hidden_synapses.weights[:] = data.hidden_weights.values
    if row != BEFORE:
        state.output_synapses.weights[:] = data.output_weights.sel(row=row).values
    return state, network


def last_spikes(running: Running, cycle: int, hidden: int) -> tuple[np.ndarray, np.ndarray]:
    """Spikes of every hidden and output neuron in `cycle`, the last one that was run."""
    if isinstance(running, MapRunning):
        sizes = (hidden, DIRECTIONS)
        first, second = (np.bincount(part[:, 1], minlength=size) for part, size in zip(running.spikes(), sizes))
        return first, second
    return running.record.hidden_raster[cycle].sum(axis=0), running.record.output_raster[cycle].sum(axis=0)


def play(run: Run, seed: int, row: str, cycles: int) -> dict[str, Scene]:
    """Both tasks on frozen weights, every cycle looked at."""
    state, network = stored_network(run, seed, row)
    name = player_of(run)
    segments = excerpt_segments(run.configuration, cycles)[: len(TASKS)]
    seen: list[tuple] = []
    rasters = name != "map"  # whose spikes are asked for cycle by cycle
    with open_executor(name, state, network, segments, run.configuration.floating, rasters) as running:
        for segment in segments:
            running.begin(segment)
            for _ in range(cycles):
                world, pixels = running.state.world, np.zeros(PIXELS, np.uint8)
                sense(world, pixels)
                kinds = np.where(world.cells > 0, world.particles[np.maximum(world.cells - 1, 0), 2], -1)
                agent = world.agent[:2].copy()
                running.advance(1)
                spikes = last_spikes(running, len(seen), run.data.sizes["hidden"])
                seen.append((kinds.astype(np.int8), agent, pixels, *spikes))
        record = running.record
    scenes = {}
    for number, task in enumerate(TASKS):
        part = slice(number * cycles, (number + 1) * cycles)
        kinds, agent, pixels, hidden, output = (np.stack(values) for values in zip(*seen[part]))
        outcomes = record.outcomes[part]
        eaten = np.stack([np.cumsum(outcomes == REWARDED), np.cumsum(outcomes > REWARDED)], axis=1)
        scenes[task] = Scene(kinds, agent, pixels, hidden, output, eaten)
    return scenes


def world_picture(scene: Scene, cycle: int, task: str) -> Image.Image:
    """Particles, the agent's last moves and the agent."""
    picture = np.full((*scene.kinds.shape[1:], 3), 255, np.uint8)
    for row, column in scene.agent[max(0, cycle - TRAIL) : cycle]:
        picture[row, column] = COLOURS["trail"]
    kinds = scene.kinds[cycle]
    picture[kinds >= 0] = COLOURS["punished"]
    picture[kinds == REWARDED_KINDS[task]] = COLOURS["rewarded"]
    picture[tuple(scene.agent[cycle])] = COLOURS["agent"]
    return Image.fromarray(picture).resize((SIZE, SIZE), Image.Resampling.NEAREST)


def activity_picture(values: np.ndarray, most: float) -> Image.Image:
    """A square picture of non-negative activity, from silent to `most`."""
    share = np.clip(values / most, 0, 1)[..., np.newaxis]
    picture = (SILENT + share * (ACTIVE - SILENT)).astype(np.uint8)
    return Image.fromarray(picture).resize((SMALL, SMALL), Image.Resampling.NEAREST)


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
    kinds = ("horizontal", "negative diagonal") if task == "T1" else ("vertical", "positive diagonal")
    heading = f"Task {task[1]}: {kinds[0]} rewarded (blue), {kinds[1]} punished (grey); cycle {cycle + 1}"
    pen.text((MARGIN, 10), heading, "black", large)
    for index, (scene, name) in enumerate(zip(scenes, names)):
        left, top = MARGIN + index * (SIZE + 2 * GAP), HEAD
        pen.text((left, top - 20), name, "black", ImageFont.load_default(14))
        picture.paste(world_picture(scene, cycle, task), (left, top))
        pen.rectangle((left - 1, top - 1, left + SIZE, top + SIZE), outline="#888888")
        rewarded, punished = scene.eaten[cycle]
        pen.text((left, top + SIZE + 4), f"{rewarded} rewarded, {punished} punished", "black", small)
        below = top + SIZE + 24
        parts = (
            ("input", scene.inputs[cycle].reshape(VIEW, VIEW), 1.0),
            ("hidden", hidden_grid(scene.hidden[cycle]), 1.0),
            ("output", output_grid(scene.output[cycle]), max(1.0, float(scene.output.max()))),
        )
        for place, (label, values, most) in enumerate(parts):
            x = left + place * (SMALL + GAP)
            picture.paste(activity_picture(values, most), (x, below))
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


def animate(run: Run, path: Path, seed: int | None, cycles: int) -> int:
    """Write the animation as a GIF; returns its number of frames.

    Raises
    ------
    InputError
        If the run has no network of this seed.
    """
    seeds = [int(one) for one in run.data.network.values]
    if seed is not None and seed not in seeds:
        raise InputError("--seed: no such network", seed, ", ".join(map(str, seeds)), "choose one of these")
    places = [BEFORE, *main_rows(run.data, 3)]
    names = ["before training", *(f"after {row}" for row in places[1:])]
    played = [play(run, seeds[0] if seed is None else seed, place, cycles) for place in places]
    frames = [
        frame([scenes[task] for scenes in played], names, task, cycle) for task in TASKS for cycle in range(cycles)
    ]
    palette = fixed_palette()
    pictures = [one.quantize(palette=palette, dither=Image.Dither.NONE) for one in frames]
    pictures[0].save(path, save_all=True, append_images=pictures[1:], duration=FRAME_TIME, loop=0, optimize=False)
    return len(pictures)
