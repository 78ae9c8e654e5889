"""Run executors side by side through wake, sleep and a task switch, and compare everything that they do."""

from typing import NamedTuple

import numpy as np

from emulation.cycle import idle_cycle, run_cycles
from emulation.phase import make_record
from emulation.state import State, copy_state, named_arrays
from lava_sleep.build import build_network, initial_state
from lava_sleep.description import NetworkDescription
from lava_sleep.executors.lava import run_cycle_graph
from lava_sleep.protocol import Cycles, Protocol, Segment, stages


class Line(NamedTuple):
    """One compared quantity."""

    executor: str
    quantity: str
    values: int
    differences: int


class Comparison(NamedTuple):
    """What `verify_executors` found; the float executor is a remark, not a difference."""

    lines: list[Line]
    remarks: list[str]

    @property
    def values(self) -> int:
        """How much was compared."""
        return sum(line.values for line in self.lines)

    @property
    def differences(self) -> int:
        """How much of it differs."""
        return sum(line.differences for line in self.lines)


def schedule(description: NetworkDescription, cycles: int) -> list[Segment]:
    """A fifth each: unsupervised, Task 1, Task 2; two fifths of sleep and Task 1 in turn."""
    fifth = max(1, cycles // 5)
    rest = max(2, cycles - 3 * fifth)
    lengths = Cycles(unsupervised=fifth, T1=fifth, T2=fifth, interleaved=rest, episode=max(1, rest // 4), test=1)
    protocol = Protocol(name="verify", rows=("T1>T2>i(S,T1)",), cycles=lengths)
    return [segment for stage in stages(description, protocol) for segment in stage.segments]


def run_recorded(description: NetworkDescription, seed: int, segments: list[Segment], floating: bool):
    """The compiled executor with rasters; returns the record and the state after each segment."""
    state = initial_state(description, seed, floating)
    network = build_network(description, seed, state.hidden_synapses.pre)
    records, states = [], []
    for segment in segments:
        record = make_record(segment.cycles, state.rate_counts.shape[1], rasters=True)
        idle_cycle(state, network, segment.phase)
        run_cycles(state, network, segment.phase, 0, segment.cycles, record)
        records.append(record)
        states.append(copy_state(state))
    return records, states


def compare_states(executor: str, expected: State, found: State) -> list[Line]:
    """Every array of two states, value by value."""
    ours, theirs = named_arrays(expected), named_arrays(found)
    return [Line(executor, f"state {name}", ours[name].size, int(np.sum(ours[name] != theirs[name]))) for name in ours]


def compare_graph(name: str, description: NetworkDescription, seed: int, segments: list[Segment], floating: bool):
    """Run the cycle graph segment after segment beside the compiled executor."""
    records, states = run_recorded(description, seed, segments, floating)
    state = initial_state(description, seed, floating)
    network = build_network(description, seed, state.hidden_synapses.pre)
    found: dict[str, Line] = {}
    for segment, expected, end in zip(segments, records, states):
        empty = make_record(segment.cycles, state.rate_counts.shape[1], rasters=True)
        state, record = run_cycle_graph(state, network, [segment], empty, floating, lambda cycles: None)
        lines = [
            Line(
                name,
                field,
                getattr(record, field).size,
                int(np.sum(getattr(record, field) != getattr(expected, field))),
            )
            for field in record._fields
        ]
        for line in [*lines, *compare_states(name, end, state)]:
            before = found.get(line.quantity, Line(name, line.quantity, 0, 0))
            found[line.quantity] = Line(
                name, line.quantity, before.values + line.values, before.differences + line.differences
            )
    return list(found.values())


def float_departure(description: NetworkDescription, seed: int, segments: list[Segment]) -> str:
    """Where the float executor first departs from the fixed-point one, and by how much at the end."""
    fixed, fixed_states = run_recorded(description, seed, segments, False)
    floating, floating_states = run_recorded(description, seed, segments, True)
    first = "never departs in a spike or a move"
    cycle = 0
    for one, other in zip(fixed, floating):
        unlike = (one.hidden_raster != other.hidden_raster).any(axis=(1, 2))
        unlike |= (one.output_raster != other.output_raster).any(axis=(1, 2)) | (one.directions != other.directions)
        if unlike.any():
            first = f"first departs in a spike or a move in cycle {cycle + int(unlike.argmax())}"
            break
        cycle += len(unlike)
    distance = np.abs(fixed_states[-1].output_synapses.weights - floating_states[-1].output_synapses.weights)
    mean, largest = distance.mean(), distance.max()
    return f"float {first}; its weights end {mean:.2f} from the fixed-point ones on average, {largest:.0f} at most"


def verify_executors(cycles: int, seed: int) -> Comparison:
    """Compare executors over about `cycles` movement cycles.

    Parameters
    ----------
    cycles : int
        Movement cycles in all.
    seed : int

    Returns
    -------
    Comparison
        lava-cycle against emulation in fixed point, and in floating point against float; float is reported.
    """
    description = NetworkDescription()
    segments = schedule(description, cycles)
    lines = compare_graph("lava-cycle", description, seed, segments, False)
    lines += compare_graph("lava-cycle floating_pt (with float)", description, seed, segments, True)
    return Comparison(lines, [float_departure(description, seed, segments)])
