"""What a network does and which of its neurons fire, cycle by cycle; run on a copy of its state."""

from collections.abc import Sequence
from typing import NamedTuple

import numpy as np

from emulation.engine.phase import Mode
from emulation.environments.base import PUNISHED, REWARDED, functions_of
from emulation.states import copy_state
from lava_sleep.backends.compiled import COMPILED
from lava_sleep.networks.base import Instance, State
from lava_sleep.protocols.schedule import Segment
from lava_sleep.runs.folder import Run
from lava_sleep.runs.layout import BEFORE
from lava_sleep.runs.recording import excerpt_segments
from lava_sleep.show.scenery import Scenery, scenery_of


class Scene(NamedTuple):
    """One network in one segment, cycle by cycle.

    Attributes
    ----------
    scenery : Scenery
        Draws the environment.
    task : str
        What the network is awake for, else empty.
    seen : dict of array (cycles, ...)
        What the scenery keeps of the environment, before each act.
    inputs : uint8 array (cycles, inputs)
        Zeros asleep and at rest.
    hidden : int array (cycles, hidden)
        Spikes in the cycle.
    output : int array (cycles, outputs)
    eaten : int array (cycles, 2)
        Rewarded and punished acts up to and with the cycle.
    """

    scenery: Scenery
    task: str
    seen: dict[str, np.ndarray]
    inputs: np.ndarray
    hidden: np.ndarray
    output: np.ndarray
    eaten: np.ndarray


Played = dict[str, dict[str, Scene]]  # all tasks, by state of the network: "before" or a row


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
    scenery, scenes, index = scenery_of(instance.world), [], 0
    with COMPILED.open(instance, state, segments, rasters=True, done=done) as running:
        for segment in segments:
            if done == 0:
                running.begin(segment)
            left = segment.cycles - done
            seen, inputs = [], []
            for _ in range(min(cycles, left)):
                seen.append(scenery.look(running.state.world))
                inputs.append(senses(instance, running.state, segment))
                running.advance(1)
            if left > len(seen):
                running.advance(left - len(seen))
            part = slice(index, index + len(seen))
            outcomes = running.record.outcomes[part]
            eaten = np.stack([np.cumsum(outcomes == REWARDED), np.cumsum(outcomes == PUNISHED)], axis=1)
            hidden, output = (
                raster[part].sum(axis=1) for raster in (running.record.hidden_raster, running.record.output_raster)
            )
            moments = {name: np.stack([one[name] for one in seen]) for name in seen[0]}
            scenes.append(Scene(scenery, task_of(segment), moments, np.stack(inputs), hidden, output, eaten))
            index += left
            done = 0
    return scenes


def task_of(segment: Segment) -> str:
    """The task that a segment is awake for, else empty."""
    return segment.name.removeprefix("test ") if segment.phase.mode == Mode.WAKE else ""


def senses(instance: Instance, state: State, segment: Segment) -> np.ndarray:
    """What is seen before a cycle, uint8 array (inputs,)."""
    seen = np.zeros(instance.world.inputs, np.uint8)
    if segment.phase.mode in (Mode.UNSUPERVISED, Mode.WAKE):
        functions_of(state.world).sense(state.world, instance.world.ground(), seen)
    return seen


def play(instance: Instance, state: State, cycles: int) -> dict[str, Scene]:
    """All tasks in fresh worlds, on frozen weights."""
    tasks = instance.world.task_names
    segments = excerpt_segments(instance.network, cycles, instance.world)[: len(tasks)]
    return dict(zip(tasks, watch_segments(instance, state, segments, cycles)))


def stored_network(run: Run, seed: int, row: str) -> tuple[Instance, State]:
    """A network as it was after a row (or before training), from the stored weights; nothing is in flight."""
    data, configuration = run.data.sel(network=seed), run.configuration
    instance = configuration.network.instance(seed, configuration.arithmetic, configuration.world)
    state = copy_state(instance.start)
    state.hidden_synapses.weights[:] = data.hidden_weights.values
    if row != BEFORE:
        state.output_synapses.weights[:] = data.output_weights.sel(row=row).values
    return instance, state
