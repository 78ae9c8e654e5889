"""Foraging with kinds, spacing, size and view of one's own, against plain Python that shares no code with it."""

import numpy as np
import pytest

from emulation.environments.base import NEUTRAL, NOTHING, PUNISHED, REWARDED, functions_of
from emulation.environments.foraging import COLUMN, MOVES, ROW
from lava_sleep.environments.foraging import Foraging, Particles

SEED, CYCLES = 77, 3000
THREE = {"corner": ((0, 1), (1, 0)), "bar": ((0, 2),), "knight": ((2, 1),)}
TASK = {
    "corner": Particles(count=20, value=1),
    "bar": Particles(count=15, value=-1),
    "knight": Particles(count=10, value=0),
}
WORLDS = {
    "paper": Foraging(),
    "three kinds": Foraging(
        size=37,
        view=9,
        spacing=2,
        kinds=THREE,
        unsupervised={"corner": 12},
        tasks={"A": TASK, "B": {"bar": TASK["corner"]}},
    ),
}


def cells_of(world: Foraging, particle) -> list[tuple[int, int]]:
    """All cells of a particle."""
    row, column, kind = (int(number) for number in particle)
    offsets = [(0, 0), *list(world.kinds.values())[kind]]
    return [((row + down) % world.size, (column + right) % world.size) for down, right in offsets]


def picture(world: Foraging, state) -> np.ndarray:
    """Index of the particle on each cell plus 1, drawn anew from the list of particles."""
    cells = np.zeros((world.size, world.size), int)
    for index, particle in enumerate(state.particles):
        if particle[0] >= 0:
            for cell in cells_of(world, particle):
                assert cells[cell] == 0
                cells[cell] = index + 1
    return cells


def nearest(world: Foraging, state) -> int:
    """Smallest Chebyshev distance on the torus between cells of two particles."""
    found = [(index, cell) for index, one in enumerate(state.particles) if one[0] >= 0 for cell in cells_of(world, one)]
    owners = np.array([index for index, _ in found])
    cells = np.array([cell for _, cell in found])
    apart = np.abs(cells[:, None] - cells[None])
    distance = np.minimum(apart, world.size - apart).max(axis=2)
    return int(distance[owners[:, None] != owners[None]].min())


@pytest.mark.parametrize("name", WORLDS)
def test_a_world_is_what_its_description_says(name):
    world = WORLDS[name]
    state, ground = world.start(), world.ground()
    functions, task = functions_of(state), world.task_names[0]
    setting = world.setting(task)
    functions.begin(state, ground, setting, SEED, 0)
    kinds, counts = np.unique(state.particles[state.particles[:, 0] >= 0, 2], return_counts=True)
    assert dict(zip(kinds.tolist(), counts.tolist())) == {k: n for k, n in enumerate(setting[: len(world.kinds)]) if n}
    assert np.array_equal(picture(world, state), state.cells)
    assert nearest(world, state) == world.spacing + 1

    senses, half = np.zeros(world.inputs, np.uint8), world.view // 2
    functions.sense(state, ground, senses)
    around = np.roll(state.cells > 0, (half - state.agent[ROW], half - state.agent[COLUMN]), (0, 1))
    expected = around[: world.view, : world.view].astype(np.uint8)
    expected[half, half] = 0
    assert np.array_equal(senses.reshape(world.view, world.view), expected)
    assert senses[list(world.silent_inputs)].sum() == 0


@pytest.mark.parametrize("name", WORLDS)
def test_what_is_acquired_is_worth_what_the_task_says(name):
    world = WORLDS[name]
    state, ground = world.start(), world.ground()
    functions, setting = functions_of(state), world.setting(world.task_names[0])
    worth = setting[len(world.kinds) :]
    functions.begin(state, ground, setting, SEED, 0)
    generator, values, seen = np.random.default_rng(5), np.zeros(8, np.int64), set()
    for cycle in range(1, CYCLES):
        before, cells, place = state.particles.copy(), state.cells.copy(), state.agent[[ROW, COLUMN]].copy()
        outcome = functions.act(state, ground, setting, generator.integers(0, 3, 8), values, SEED, cycle * 16)
        direction = functions.action(state)
        place = (place + MOVES[direction]) % world.size
        assert np.array_equal(state.agent[[ROW, COLUMN]], place)
        index = cells[tuple(place)] - 1
        value = 0 if index < 0 else int(worth[before[index, 2]])
        names = {1: REWARDED, -1: PUNISHED, 0: NEUTRAL}
        assert outcome == (NOTHING if index < 0 else names[value])
        assert values[direction] == value and np.count_nonzero(values) == (value != 0)
        changed = np.flatnonzero((state.particles != before).any(axis=1))
        assert set(changed) <= {index} and np.array_equal(state.particles[:, 2], before[:, 2])
        seen.add(int(outcome))
        assert state.cells[tuple(place)] == 0
    assert np.array_equal(picture(world, state), state.cells) and nearest(world, state) == world.spacing + 1
    assert seen == ({NOTHING, REWARDED, PUNISHED} | ({NEUTRAL} if 0 in worth[setting[: len(worth)] > 0] else set()))


def test_wandering_goes_anywhere_and_replaces_what_lies_there():
    world = WORLDS["three kinds"]
    state, ground = world.start(), world.ground()
    functions = functions_of(state)
    functions.begin(state, ground, world.setting(""), SEED, 0)
    places = set()
    for cycle in range(1, CYCLES):
        functions.wander(state, ground, SEED, cycle * 16)
        places.add((int(state.agent[ROW]), int(state.agent[COLUMN])))
    assert len(places) > 0.8 * (1 - np.exp(-CYCLES / world.size**2)) * world.size**2
    assert np.array_equal(picture(world, state), state.cells)
