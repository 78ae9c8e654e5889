"""The Lava executors: build a graph of processes for some segments, run it guarded, take the state back."""

from collections.abc import Sequence

import numpy as np
from lava.magma.core.run_configs import Loihi2SimCfg

from emulation.phase import Record, make_record, phase_message
from emulation.state import Network, State
from lava_sleep.errors import InputError
from lava_sleep.executors import Executor, Progress
from lava_sleep.protocol import Segment
from processes.cycle_network import PHASE, Layers, Manager, SleepNoise, World
from processes.memory import shared_copy
from processes.runtime import GuardedRun

CHUNK = 500  # Lava steps between two calls of the progress
TIMEOUT = 300.0  # s that one chunk may take; compiling the kernels in the children is part of the first


def lava_executor(name: str, floating: bool) -> Executor:
    """The executor of a name."""
    if name != "lava-cycle":
        raise InputError("executor", name, "emulation, float, lava-cycle", "choose one of these")

    def run(
        state: State, network: Network, segments: Sequence[Segment], progress: Progress
    ) -> tuple[State, list[np.ndarray]]:
        record = make_record(sum(segment.cycles for segment in segments), state.rate_counts.shape[1])
        state, record = run_cycle_graph(state, network, segments, record, floating, progress)
        ends = np.cumsum([segment.cycles for segment in segments])[:-1]
        return state, np.split(np.array(record.outcomes), ends)

    return run


def run_cycle_graph(
    state: State,
    network: Network,
    segments: Sequence[Segment],
    record: Record,
    floating: bool,
    progress: Progress,
) -> tuple[State, Record]:
    """Run segments on the graph whose Lava step is a movement cycle; returns the state and the record."""
    state, record = shared_copy(state), shared_copy(record)
    messages = np.stack([np.concatenate([np.zeros(PHASE, np.int64), phase_message(s.phase)]) for s in segments])
    cycles = np.array([segment.cycles for segment in segments], np.int64)
    width = messages.shape[1]
    manager = Manager(messages=messages, cycles=cycles)
    world = World(state=state, network=network, record=record, width=width)
    sleep = SleepNoise(state=state, network=network, width=width)
    layers = Layers(state=state, network=network, record=record, width=width)
    for process in (world, sleep, layers):
        manager.control_out.connect(process.control_in)
    world.pixels_out.connect(layers.pixels_in)
    sleep.events_out.connect(layers.events_in)
    layers.counts_out.connect(world.counts_in)
    layers.spikes_out.connect(sleep.spikes_in)
    world.reward_out.connect(layers.reward_in)
    steps = int(cycles.sum()) + len(cycles)
    configuration = Loihi2SimCfg(select_tag="floating_pt" if floating else "fixed_pt")
    with GuardedRun(manager, configuration, timeout=TIMEOUT) as guarded:
        for first in range(0, steps, CHUNK):
            number = min(CHUNK, steps - first)
            guarded.run(number)
            progress(number)
    return state, record
