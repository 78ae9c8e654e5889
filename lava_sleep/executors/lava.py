"""The Lava executors: a graph of processes, run guarded; state and record are in memory that all of them share."""

from collections.abc import Iterator, Sequence
from contextlib import contextmanager
from typing import Any

import numpy as np
from lava.magma.core.process.process import AbstractProcess
from lava.magma.core.run_configs import Loihi2SimCfg
from lava.proc.lif.process import LIF

from emulation.arithmetic import DECAY_UNITY
from emulation.engine.network import STEPS, Network
from emulation.engine.phase import Record, make_record
from emulation.engine.state import State
from lava_sleep.errors import InputError
from lava_sleep.protocol import Segment
from processes.control import control_messages
from processes.cycle_layers import Layers
from processes.environment import World
from processes.manager import Manager
from processes.runtime import GuardedRun
from processes.shared_memory import shared_copy
from processes.sleep_noise import SleepNoise
from processes.step_layers import InputSynapses, Output, OutputSynapses

LAVA_STEPS = {"lava": STEPS, "lava-cycle": 1}  # Lava steps of a movement cycle
STRETCH = {"lava": 10, "lava-cycle": 500}  # cycles of one call
TIMEOUT = 300.0  # s that one call may take; compiling the kernels in the children is part of the first


class LavaRunning:
    """See `lava_sleep.executors.Running`."""

    def __init__(self, name: str, state: State, record: Record, guarded: GuardedRun) -> None:
        self.state, self.record, self.stretch = state, record, STRETCH[name]
        self._guarded, self._lava_steps = guarded, LAVA_STEPS[name]

    def begin(self, segment: Segment) -> None:
        """Enter the next segment: its idle cycle. The manager knows the segments."""
        self._guarded.run(self._lava_steps)

    def advance(self, cycles: int) -> None:
        """Run so many cycles of the present segment."""
        self._guarded.run(cycles * self._lava_steps)


@contextmanager
def open_lava(
    name: str,
    state: State,
    network: Network,
    segments: Sequence[Segment],
    floating: bool,
    rasters: bool = False,
    done: int = 0,
) -> Iterator[LavaRunning]:
    """A Lava executor on a shared copy of `state`, see `lava_sleep.executors.open_executor`."""
    if name not in LAVA_STEPS:
        raise InputError("executor", name, "emulation, float, lava-cycle, lava", "choose one of these")
    total = sum(segment.cycles for segment in segments) - done
    state, record = shared_copy(state), shared_copy(make_record(total, state.rate_counts.shape[1], rasters))
    messages = control_messages([segment.phase for segment in segments])
    cycles = np.array([segment.cycles for segment in segments], np.int64)
    manager = Manager(messages=messages, cycles=cycles, lava_steps=LAVA_STEPS[name], done=done)
    parts = {"state": state, "network": network, "record": record}
    connect = connect_cycle_graph if name == "lava-cycle" else connect_step_graph
    connect(manager, messages.shape[1], parts, floating)
    with GuardedRun(manager, Loihi2SimCfg(select_tag="floating_pt" if floating else "fixed_pt"), TIMEOUT) as guarded:
        yield LavaRunning(name, state, record, guarded)


def connect_cycle_graph(manager: Manager, width: int, parts: dict[str, Any], floating: bool) -> None:
    """Manager, world, sleep, and all layers in one process; a Lava step is a movement cycle."""
    shared = {**parts, "width": width, "lava_steps": LAVA_STEPS["lava-cycle"]}
    world, sleep, layers = World(**shared), SleepNoise(**shared, amplitude=1), Layers(**shared)
    control(manager, world, sleep, layers)
    world.pixels_out.connect(layers.pixels_in)
    world.reward_out.connect(layers.reward_in)
    sleep.events_out.connect(layers.events_in)
    layers.counts_out.connect(world.counts_in)
    layers.spikes_out.connect(sleep.spikes_in)


def connect_step_graph(manager: Manager, width: int, parts: dict[str, Any], floating: bool) -> None:
    """A process for every population and every plastic connection; a Lava step is a network timestep."""
    shared = {**parts, "width": width, "lava_steps": LAVA_STEPS["lava"]}
    threshold, neurons = parts["network"].hidden_threshold, parts["state"].rate_counts.shape[1]
    whole = 1 if floating else DECAY_UNITY - 1  # u and v keep nothing from one timestep to the next
    world, sleep = World(**shared), SleepNoise(**shared, amplitude=2 * threshold)
    input_synapses, output_synapses = InputSynapses(**shared), OutputSynapses(**shared)
    hidden, output = LIF(shape=(neurons,), vth=threshold, du=whole, dv=whole), Output(**shared)
    control(manager, world, sleep, input_synapses, output_synapses, output)
    world.pixels_out.connect(input_synapses.s_in)
    input_synapses.a_out.connect(hidden.a_in)
    sleep.events_out.connect(hidden.a_in)
    for port in (input_synapses.s_in_bap, sleep.spikes_in, output_synapses.s_in):
        hidden.s_out.connect(port)
    output_synapses.a_out.connect(output.a_in)
    output.s_out.connect(output_synapses.s_in_bap)
    output.y_out.connect(output_synapses.y_in)
    output.counts_out.connect(world.counts_in)
    world.reward_out.connect(output.reward_in)


def control(manager: Manager, *processes: AbstractProcess) -> None:
    """Connect the manager to the processes that it controls."""
    for process in processes:
        manager.control_out.connect(process.control_in)
