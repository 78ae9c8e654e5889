"""What a network does and which of its neurons fire, cycle by cycle; run on a copy of its state."""

from collections.abc import Sequence
from typing import NamedTuple

import numpy as np

from emulation.engine.phase import Mode
from emulation.environments.foraging import PIXELS, REWARDED, sense
from emulation.states import copy_state
from lava_sleep.backends.compiled import COMPILED
from lava_sleep.networks.base import Instance, State
from lava_sleep.protocols.schedule import Segment
from lava_sleep.protocols.tasks import TASKS
from lava_sleep.runs.folder import Run
from lava_sleep.runs.layout import BEFORE
from lava_sleep.runs.recording import excerpt_segments


class Scene(NamedTuple):
    """One network in one segment, cycle by cycle.

    Attributes
    ----------
    rewarded_kind : int
        Kind of particle that is rewarded, -1 for none.
    kinds : int8 array (cycles, 50, 50)
        Kind of particle on each cell, -1 for none, before the move.
    agent : int array (cycles, 2)
    inputs : uint8 array (cycles, 49)
        Zeros asleep and at rest.
    hidden : int array (cycles, hidden)
        Spikes in the cycle.
    output : int array (cycles, 8)
    eaten : int array (cycles, 2)
        Rewarded and punished acquisitions up to and with the cycle.
    """

    rewarded_kind: int
    kinds: np.ndarray
    agent: np.ndarray
    inputs: np.ndarray
    hidden: np.ndarray
    output: np.ndarray
    eaten: np.ndarray


Played = dict[str, dict[str, Scene]]  # both tasks, by state of the network: "before" or a row


def watch_segments(
    instance: Instance,
    state: State,
    segments: Sequence[Segment],
    cycles: int,
    done: int = 0,
) -> list[Scene]:
    """The first cycles of every segment, from a copy of `state`; what is left of a segment is run before the next one.

    Parameters
    ----------
    instance, state
    segments : sequence of Segment
    cycles : int
        Cycles to look at, fewer where a segment ends before.
    done : int
        Cycles of the first segment that lie before `state`.
    """
    last = segments[-1]
    before = done if len(segments) == 1 else 0
    segments = [*segments[:-1], last._replace(cycles=min(last.cycles, before + cycles))]
    scenes, index = [], 0
    with COMPILED.open(instance, state, segments, rasters=True, done=done) as running:
        for segment in segments:
            if done == 0:
                running.begin(segment)
            left = segment.cycles - done
            seen = []
            for _ in range(min(cycles, left)):
                seen.append(look(running.state, segment))
                running.advance(1)
            if left > len(seen):
                running.advance(left - len(seen))
            kinds, agent, pixels = (np.stack(values) for values in zip(*seen))
            part = slice(index, index + len(seen))
            outcomes = running.record.outcomes[part]
            eaten = np.stack([np.cumsum(outcomes == REWARDED), np.cumsum(outcomes > REWARDED)], axis=1)
            hidden, output = (
                raster[part].sum(axis=1) for raster in (running.record.hidden_raster, running.record.output_raster)
            )
            scenes.append(Scene(segment.phase.rewarded_kind, kinds, agent, pixels, hidden, output, eaten))
            index += left
            done = 0
    return scenes


def look(state: State, segment: Segment) -> tuple[np.ndarray, np.ndarray, np.ndarray]:
    """Kinds on the cells of the world, place of the agent, and what it sees before a cycle."""
    world, pixels = state.world, np.zeros(PIXELS, np.uint8)
    if segment.phase.mode in (Mode.UNSUPERVISED, Mode.WAKE):
        sense(world, pixels)
    kinds = np.where(world.cells > 0, world.particles[np.maximum(world.cells - 1, 0), 2], -1)
    return kinds.astype(np.int8), world.agent[:2].copy(), pixels


def play(instance: Instance, state: State, cycles: int) -> dict[str, Scene]:
    """Both tasks in fresh worlds, on frozen weights."""
    segments = excerpt_segments(instance.network, cycles)[: len(TASKS)]
    return dict(zip(TASKS, watch_segments(instance, state, segments, cycles)))


def stored_network(run: Run, seed: int, row: str) -> tuple[Instance, State]:
    """A network as it was after a row (or before training), from the stored weights; nothing is in flight."""
    data, configuration = run.data.sel(network=seed), run.configuration
    instance = configuration.network.instance(seed, configuration.arithmetic)
    state = copy_state(instance.start)
    state.hidden_synapses.weights[:] = data.hidden_weights.values
    if row != BEFORE:
        state.output_synapses.weights[:] = data.output_weights.sel(row=row).values
    return instance, state
