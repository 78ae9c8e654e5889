"""The world: a 50 x 50 torus with two-pixel particles, and the agent that senses it and moves in it.

Golden et al. 2022, Methods ("Foraging task"), restated: four kinds of particle by orientation, no two particles
adjacent, constant density; an acquired particle is replaced by a new one of its kind at a random place.
"""

from typing import NamedTuple

import numpy as np

from emulation.compiling import inner
from emulation.randomness import Purpose, below, draw, stream

SIDE = 50
VIEW = 7
PIXELS = VIEW * VIEW
CENTRE = PIXELS // 2
DIRECTIONS = 8
PARTICLES = 124  # two pixels each: 10 % of 2500 cells
KINDS = ("horizontal", "vertical", "positive diagonal", "negative diagonal")

# Second pixel of each kind relative to the first; the moves in reading order of the 3 x 3 output without its centre.
SECOND_PIXEL = np.array([[0, 1], [1, 0], [-1, 1], [1, 1]], dtype=np.int64)
MOVES = np.array([[-1, -1], [-1, 0], [-1, 1], [0, -1], [0, 1], [1, -1], [1, 0], [1, 1]], dtype=np.int64)

# Columns of `World.agent`.
ROW, COLUMN, DIRECTION, SINCE = range(4)
# Outcomes of a move.
NOTHING, REWARDED, PUNISHED = range(3)
TRIES_PER_PARTICLE = 4096  # draws set aside for the placing of one particle; chosen here, about 5 are needed


class Task(NamedTuple):
    """What lies in the world of a task, and what is rewarded there.

    Attributes
    ----------
    number : int
        Row of the rate counters, -1 for none.
    kind_counts : tuple of int (4,)
        Particles of each kind.
    rewarded_kind : int
        -1 for none.
    """

    number: int
    kind_counts: tuple[int, ...]
    rewarded_kind: int


MIXTURE = Task(-1, (31, 31, 31, 31), -1)  # the unsupervised phase: 4 x 31 particles are 10 % of the cells (paper)


class World(NamedTuple):
    """State of the world.

    Attributes
    ----------
    cells : int16 array (50, 50)
        0 for an empty cell, else index of the particle on it plus 1.
    particles : int64 array (124, 3)
        Row and column of the first pixel, kind 0..3.
    agent : int64 array (4,)
        Row, column, last direction 0..7, cycles since the last acquisition.
    """

    cells: np.ndarray
    particles: np.ndarray
    agent: np.ndarray


def make_world() -> World:
    """An empty world with the agent in its corner."""
    return World(np.zeros((SIDE, SIDE), np.int16), np.full((PARTICLES, 3), -1, np.int64), np.zeros(4, np.int64))


@inner
def is_free(world, row, column):
    """Whether a cell is not the agent's and neither it nor its eight neighbours hold a particle."""
    if row == world.agent[ROW] and column == world.agent[COLUMN]:
        return False
    for down in range(-1, 2):
        for right in range(-1, 2):
            if world.cells[(row + down) % SIDE, (column + right) % SIDE] != 0:
                return False
    return True


@inner
def place(world, index, kind, seed, time):
    """Put particle `index` at a random free place (uniform over those that keep its neighbourhood free)."""
    key = stream(seed, Purpose.PLACE, time)
    for attempt in range(TRIES_PER_PARTICLE):
        cell = below(draw(key, index * TRIES_PER_PARTICLE + attempt), SIDE * SIDE)
        row, column = cell // SIDE, cell % SIDE
        second_row = (row + SECOND_PIXEL[kind, 0]) % SIDE
        second_column = (column + SECOND_PIXEL[kind, 1]) % SIDE
        if is_free(world, row, column) and is_free(world, second_row, second_column):
            world.cells[row, column] = index + 1
            world.cells[second_row, second_column] = index + 1
            world.particles[index, 0], world.particles[index, 1], world.particles[index, 2] = row, column, kind
            return
    raise ValueError("World: no free place for a particle")


@inner
def remove(world, index):
    """Take particle `index` off its two cells."""
    row, column, kind = world.particles[index]
    world.cells[row, column] = 0
    world.cells[(row + SECOND_PIXEL[kind, 0]) % SIDE, (column + SECOND_PIXEL[kind, 1]) % SIDE] = 0


@inner
def fill_world(world, kind_counts, seed, time):
    """A fresh world: the agent anywhere, `kind_counts[k]` particles of kind k (int64 array (4,), sum <= 124)."""
    key = stream(seed, Purpose.AGENT, time)
    world.cells[:] = 0
    world.particles[:] = -1
    world.agent[ROW] = below(draw(key, 0), SIDE)
    world.agent[COLUMN] = below(draw(key, 1), SIDE)
    world.agent[DIRECTION] = below(draw(key, 2), DIRECTIONS)
    world.agent[SINCE] = 0
    index = 0
    for kind in range(4):
        for _ in range(kind_counts[kind]):
            place(world, index, kind, seed, time)
            index += 1


@inner
def sense(world, pixels):
    """Write the 7 x 7 view around the agent into `pixels` (uint8 array (49,)); the centre is the agent, always 0."""
    half = VIEW // 2
    for down in range(VIEW):
        row = (world.agent[ROW] + down - half) % SIDE
        for right in range(VIEW):
            column = (world.agent[COLUMN] + right - half) % SIDE
            pixels[down * VIEW + right] = world.cells[row, column] != 0
    pixels[CENTRE] = 0


@inner
def choose_direction(world, counts, seed, time):
    """Direction of the most active output neuron (ties at random, silence: the last one), or a random one.

    The move is random with probability 1 % on every cycle and 1 % more for each cycle since the last acquisition.
    """
    if below(draw(stream(seed, Purpose.EXPLORE, time), 0), 100) < 1 + world.agent[SINCE]:
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
def acquire(world, seed, time):
    """Take the particle under the agent, replace it by a new one of its kind; returns its kind, -1 for none."""
    index = world.cells[world.agent[ROW], world.agent[COLUMN]] - 1
    if index < 0:
        return -1
    kind = world.particles[index, 2]
    remove(world, index)
    place(world, index, kind, seed, time)
    return kind


@inner
def move(world, counts, rewarded_kind, seed, time):
    """Move by the output's spike counts (int64 array (8,)); returns NOTHING, REWARDED or PUNISHED."""
    direction = choose_direction(world, counts, seed, time)
    world.agent[DIRECTION] = direction
    world.agent[ROW] = (world.agent[ROW] + MOVES[direction, 0]) % SIDE
    world.agent[COLUMN] = (world.agent[COLUMN] + MOVES[direction, 1]) % SIDE
    kind = acquire(world, seed, time)
    if kind < 0:
        world.agent[SINCE] += 1
        return NOTHING
    world.agent[SINCE] = 0
    return REWARDED if kind == rewarded_kind else PUNISHED


@inner
def wander(world, seed, time):
    """Replace the particle under the agent, then put the agent anywhere (the unsupervised phase)."""
    acquire(world, seed, time)
    key = stream(seed, Purpose.AGENT, time)
    world.agent[ROW] = below(draw(key, 0), SIDE)
    world.agent[COLUMN] = below(draw(key, 1), SIDE)
