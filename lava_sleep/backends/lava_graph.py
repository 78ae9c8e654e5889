"""The integer network as graphs of Lava processes."""

from collections.abc import Sequence
from typing import Any

import numpy as np
from lava.magma.core.process.process import AbstractProcess
from lava.proc.lif.process import LIF

from emulation.arithmetic import DECAY_UNITY
from lava_sleep.protocols.schedule import Segment
from processes.control import control_messages
from processes.cycle_layers import Layers
from processes.environment import World
from processes.manager import Manager
from processes.sleep_noise import SleepNoise
from processes.step_layers import InputSynapses, Output, OutputSynapses


def make_manager(segments: Sequence[Segment], lava_steps: int, done: int) -> Manager:
    """The manager of a sequence of segments, of whose first one `done` cycles lie before."""
    messages = control_messages([segment.phase for segment in segments])
    cycles = np.array([segment.cycles for segment in segments], np.int64)
    return Manager(messages=messages, cycles=cycles, lava_steps=lava_steps, done=done)


def connect_cycle_graph(manager: Manager, parts: dict[str, Any]) -> None:
    """Manager, world, sleep, and all layers in one process; a Lava step is a movement cycle.

    Parameters
    ----------
    manager : Manager
    parts : dict
        `state`, `network`, `record` and `lava_steps` of `processes.control.ControlledModel`.
    """
    shared = {**parts, "width": manager.control_out.shape[0]}
    world, sleep, layers = World(**shared), SleepNoise(**shared, amplitude=1), Layers(**shared)
    control(manager, world, sleep, layers)
    world.pixels_out.connect(layers.pixels_in)
    world.reward_out.connect(layers.reward_in)
    sleep.events_out.connect(layers.events_in)
    layers.counts_out.connect(world.counts_in)
    layers.spikes_out.connect(sleep.spikes_in)


def connect_step_graph(manager: Manager, parts: dict[str, Any]) -> None:
    """A process for every population and every plastic connection; a Lava step is a network timestep."""
    shared = {**parts, "width": manager.control_out.shape[0]}
    state, threshold = parts["state"], parts["network"].hidden_threshold
    is_float = state.u.dtype.kind == "f"
    whole = 1 if is_float else DECAY_UNITY - 1  # u and v keep nothing from one timestep to the next
    world, sleep = World(**shared), SleepNoise(**shared, amplitude=2 * threshold)
    input_synapses, output_synapses = InputSynapses(**shared), OutputSynapses(**shared)
    hidden, output = LIF(shape=(state.rate_counts.shape[1],), vth=threshold, du=whole, dv=whole), Output(**shared)
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
