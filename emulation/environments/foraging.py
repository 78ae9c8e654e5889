"""The foraging world: a torus with particles of a few pixels, and the agent that senses it and moves in it.

Golden et al. 2022, Methods ("Foraging task"), restated: four kinds of particle by orientation, no two particles
adjacent, constant density; an acquired particle is replaced by a new one of its kind at a random place. Size, view,
kinds and spacing are data here; the defaults of `lava_sleep.environments.foraging` are the paper's.

A task's `setting` is an int64 array (2 * kinds,): the number of particles of each kind, then the value of each.
"""

from typing import NamedTuple

import numpy as np

from emulation.compiling import inner
from emulation.environments.base import NEUTRAL, NOTHING, PUNISHED, REWARDED, Functions, register
from emulation.randomness import Purpose, below, draw, stream

DIRECTIONS = 8

# The moves in reading order of the 3 x 3 output without its centre.
MOVES = np.array([[-1, -1], [-1, 0], [-1, 1], [0, -1], [0, 1], [1, -1], [1, 0], [1, 1]], dtype=np.int64)

# Columns of `World.agent`.
ROW, COLUMN, DIRECTION, SINCE = range(4)
TRIES_PER_PARTICLE = 4096  # draws set aside for the placing of one particle; chosen here, about 5 are needed


class Ground(NamedTuple):
    """What does not change in a foraging world.

    Attributes
    ----------
    offsets : int64 array (kinds, pixels - 1, 2)
        Rows and columns of the further pixels of a particle from its first one; kinds with fewer repeat their last.
    spacing : int
        Free cells between the pixels of two particles, in each of the eight directions.
    sight : int
        Side of the square that the agent senses, odd.
    explore, explore_rise : int
        Percent of random moves, and how much more of them for each cycle since the last acquisition.
    """

    offsets: np.ndarray
    spacing: int
    sight: int
    explore: int
    explore_rise: int


class World(NamedTuple):
    """State of the world.

    Attributes
    ----------
    cells : int16 array (size, size)
        0 for an empty cell, else index of the particle on it plus 1.
    particles : int64 array (n, 3)
        Row and column of the first pixel, kind; -1 where there is none.
    agent : int64 array (4,)
        Row, column, last direction 0..7, cycles since the last acquisition.
    """

    cells: np.ndarray
    particles: np.ndarray
    agent: np.ndarray


def make_world(size: int, particles: int) -> World:
    """An empty world with the agent in its corner, and room for so many particles."""
    return World(np.zeros((size, size), np.int16), np.full((particles, 3), -1, np.int64), np.zeros(4, np.int64))


@inner
def wrapped(position, size):
    """A row or column on the torus, for one that lies less than `size` beyond its edge."""
    if position < 0:
        return position + size
    return position - size if position >= size else position


@inner
def is_free(world, ground, row, column):
    """Whether a cell is not the agent's and no particle lies within `spacing` of it."""
    if row == world.agent[ROW] and column == world.agent[COLUMN]:
        return False
    size = world.cells.shape[0]
    for down in range(-ground.spacing, ground.spacing + 1):
        for right in range(-ground.spacing, ground.spacing + 1):
            if world.cells[wrapped(row + down, size), wrapped(column + right, size)] != 0:
                return False
    return True


@inner
def pixel_of(world, ground, row, column, kind, pixel):
    """Row and column of a further pixel of a particle whose first one is given."""
    size, offset = world.cells.shape[0], ground.offsets[kind, pixel]
    return wrapped(row + offset[0], size), wrapped(column + offset[1], size)


@inner
def place(world, ground, index, kind, seed, time):
    """Put particle `index` at a random free place (uniform over those that keep its neighbourhood free)."""
    key, size = stream(seed, Purpose.PLACE, time), world.cells.shape[0]
    for attempt in range(TRIES_PER_PARTICLE):
        cell = below(draw(key, index * TRIES_PER_PARTICLE + attempt), size * size)
        row, column = cell // size, cell % size
        fits = is_free(world, ground, row, column)
        for pixel in range(ground.offsets.shape[1]):
            if fits:
                next_row, next_column = pixel_of(world, ground, row, column, kind, pixel)
                fits = is_free(world, ground, next_row, next_column)
        if fits:
            fill(world, ground, row, column, kind, index + 1)
            world.particles[index, 0], world.particles[index, 1], world.particles[index, 2] = row, column, kind
            return
    raise ValueError("World: no free place for a particle")


@inner
def fill(world, ground, row, column, kind, value):
    """Write into the cells of a particle."""
    world.cells[row, column] = value
    for pixel in range(ground.offsets.shape[1]):
        next_row, next_column = pixel_of(world, ground, row, column, kind, pixel)
        world.cells[next_row, next_column] = value


@inner
def begin(world, ground, setting, seed, time):
    """A fresh world: the agent anywhere, `setting[k]` particles of kind k."""
    key, size = stream(seed, Purpose.AGENT, time), world.cells.shape[0]
    world.cells[:] = 0
    world.particles[:] = -1
    world.agent[ROW] = below(draw(key, 0), size)
    world.agent[COLUMN] = below(draw(key, 1), size)
    world.agent[DIRECTION] = below(draw(key, 2), DIRECTIONS)
    world.agent[SINCE] = 0
    index = 0
    for kind in range(ground.offsets.shape[0]):
        for _ in range(setting[kind]):
            place(world, ground, index, kind, seed, time)
            index += 1


@inner
def sense(world, ground, senses):
    """Write the square around the agent into `senses` in reading order; the centre is the agent, always 0."""
    view, size = ground.sight, world.cells.shape[0]
    half = view // 2
    for down in range(view):
        row = wrapped(world.agent[ROW] + down - half, size)
        for right in range(view):
            column = wrapped(world.agent[COLUMN] + right - half, size)
            senses[down * view + right] = world.cells[row, column] != 0
    senses[half * view + half] = 0


@inner
def choose_direction(world, ground, counts, seed, time):
    """Direction of the most active output neuron (ties at random, silence: the last one), or a random one."""
    chance = ground.explore + ground.explore_rise * world.agent[SINCE]
    if below(draw(stream(seed, Purpose.EXPLORE, time), 0), 100) < chance:
        return below(draw(stream(seed, Purpose.DIRECTION, time), 0), DIRECTIONS)
    most, tied = 0, 0
    for count in counts:
        tied = 1 if count > most else tied + (count == most)
        most = max(most, count)
    if most == 0:
        return world.agent[DIRECTION]
    chosen = below(draw(stream(seed, Purpose.TIE, time), 0), tied)
    for direction in range(DIRECTIONS):
        if counts[direction] == most:
            if chosen == 0:
                return direction
            chosen -= 1
    return world.agent[DIRECTION]


@inner
def acquire(world, ground, seed, time):
    """Take the particle under the agent, replace it by a new one of its kind; returns its kind, -1 for none."""
    index = world.cells[world.agent[ROW], world.agent[COLUMN]] - 1
    if index < 0:
        return -1
    row, column, kind = world.particles[index]
    fill(world, ground, row, column, kind, 0)
    place(world, ground, index, kind, seed, time)
    return kind


@inner
def move(world, ground, setting, direction, seed, time):
    """Move in a direction; returns the outcome: the sign of the value of what lies there."""
    size = world.cells.shape[0]
    world.agent[DIRECTION] = direction
    world.agent[ROW] = wrapped(world.agent[ROW] + MOVES[direction, 0], size)
    world.agent[COLUMN] = wrapped(world.agent[COLUMN] + MOVES[direction, 1], size)
    kind = acquire(world, ground, seed, time)
    if kind < 0:
        world.agent[SINCE] += 1
        return NOTHING
    world.agent[SINCE] = 0
    value = setting[ground.offsets.shape[0] + kind]
    if value == 0:
        return NEUTRAL
    return REWARDED if value > 0 else PUNISHED


@inner
def act(world, ground, setting, counts, values, seed, time):
    """Move by the output's spike counts (int64 array (8,)); the value goes to the executed direction."""
    direction = choose_direction(world, ground, counts, seed, time)
    outcome = move(world, ground, setting, direction, seed, time)
    values[:] = 0
    values[direction] = (outcome == REWARDED) - (outcome == PUNISHED)
    return outcome


@inner
def wander(world, ground, seed, time):
    """Replace the particle under the agent, then put the agent anywhere."""
    acquire(world, ground, seed, time)
    key, size = stream(seed, Purpose.AGENT, time), world.cells.shape[0]
    world.agent[ROW] = below(draw(key, 0), size)
    world.agent[COLUMN] = below(draw(key, 1), size)


@inner
def action(world):
    """The last direction, 0 .. 7."""
    return world.agent[DIRECTION]


register(World, Functions(begin, sense, act, wander, action))
