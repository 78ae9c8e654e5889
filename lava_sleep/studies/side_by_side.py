"""Networks of one description run side by side, a cycle at a time, in several arithmetics or on several backends."""

from collections.abc import Iterator, Sequence
from contextlib import ExitStack
from typing import NamedTuple

import numpy as np

from emulation.states import named_arrays
from lava_sleep.backends.base import Backend, Running
from lava_sleep.environments.base import Environment
from lava_sleep.environments.foraging import PAPER
from lava_sleep.networks.base import Arithmetic, Network
from lava_sleep.protocols.protocol import Cycles, Protocol
from lava_sleep.protocols.schedule import Segment, stages


class Side(NamedTuple):
    """One of those that run side by side."""

    backend: Backend
    arithmetic: Arithmetic


def schedule(network: Network, cycles: int, world: Environment) -> list[Segment]:
    """A part each: unsupervised, every task; two parts of sleep and the first task in turn."""
    tasks = world.task_names
    part = max(1, cycles // (len(tasks) + 3))
    rest = max(2, cycles - (len(tasks) + 1) * part)
    lengths = Cycles(unsupervised=part, task=part, interleaved=rest, episode=max(1, rest // 4), test=1)
    protocol = Protocol(name="verify", rows=(f"{'>'.join(tasks)}>i(S,{tasks[0]})",), cycles=lengths)
    return [segment for stage in stages(network, protocol, world) for segment in stage.segments]


def side_by_side(
    sides: Sequence[Side], network: Network, seed: int, cycles: int, world: Environment = PAPER
) -> Iterator[tuple[int, list[dict[str, np.ndarray]]]]:
    """Yields, after each cycle, its number and what each side holds and did, by name.

    Parameters
    ----------
    sides : sequence of Side
    network, seed, cycles
        Network and length.
    world : Environment
        All of whose tasks are learnt.
    """
    segments = schedule(network, cycles, world)
    with ExitStack() as stack:
        running = []
        for side in sides:
            instance = network.instance(seed, side.arithmetic, world)
            opened = side.backend.open(instance, instance.start, segments, rasters=True)
            running.append(stack.enter_context(opened))
        index = 0
        for segment in segments:
            for one in running:
                one.begin(segment)
            for _ in range(segment.cycles):
                for one in running:
                    one.advance(1)
                yield index, [content(one, index) for one in running]
                index += 1


def content(running: Running, index: int) -> dict[str, np.ndarray]:
    """What a backend holds after a cycle and what it did in it, by name."""
    return {**named_arrays(running.state), **{name: part[index] for name, part in running.record._asdict().items()}}
