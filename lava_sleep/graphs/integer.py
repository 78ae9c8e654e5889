"""The integer network in its environment as a graph, and its state as the arrays of the engine.

Nothing here knows how the network runs: it is one description among others.
"""

from collections.abc import Sequence
from typing import Any

import numpy as np

from emulation.engine.network import INPUT_STEP, STEPS
from emulation.engine.phase import Mode, phase_message
from emulation.engine.phase import Phase as PhaseNumbers
from emulation.engine.state import State
from emulation.learning.synapses import Connection
from emulation.neurons import REPORT_NEURON
from emulation.randomness import Purpose
from emulation.reactivation import GAIN_UNIT, MAXIMAL_EVENTS
from emulation.states import copy_state
from lava_sleep.graphs.engine import Engine
from lava_sleep.graphs.graph import Graph
from lava_sleep.graphs.learning import Constant, Count, FromOutside, Learning, LearningRule, Ramp
from lava_sleep.graphs.phases import ALL, Phase, Sleep
from lava_sleep.graphs.populations import Coincidence, Outside, Readout
from lava_sleep.graphs.projections import Dense, Projection, Sparse
from lava_sleep.graphs.surroundings import Exposure, Surroundings
from lava_sleep.networks.base import Instance
from lava_sleep.networks.integer.description import IntegerNetwork
from lava_sleep.protocols.schedule import Segment

BEHAVIOURS: dict[int, Any] = {Mode.WAKE: "act", Mode.UNSUPERVISED: "wander"}
MODES: dict[int, Any] = {Mode.WAKE: "wake", Mode.UNSUPERVISED: "wake", Mode.SLEEP: "sleep", Mode.REST: "rest"}


def graph_of(instance: Instance, segments: Sequence[Segment]) -> Graph:
    """The network of an instance, with a phase for each kind of segment.

    The idle cycle at the start of a segment is a phase of its own, which clears everything.

    Parameters
    ----------
    instance : Instance
        Of an `IntegerNetwork`.
    segments : sequence of Segment
    """
    # A sleep that is not in the schedule: rates are counted for one to come.
    phases = {"asleep": phase_of(instance, instance.network.phase(Mode.SLEEP, "", instance.world), 0)}
    schedule = []
    for segment, (idle, name) in zip(segments, phase_names(segments)):
        phases.setdefault(idle, idle_phase(segment.phase))
        made = phase_of(instance, segment.phase, segment.cycles)
        phases.setdefault(name, made)
        schedule += [idle, name]
    network = instance.network
    assert isinstance(network, IntegerNetwork)
    return Graph(
        cycle=STEPS,
        seed=instance.seed,
        rounding=network.arithmetic.rounding,
        overflow=network.arithmetic.overflow,
        populations=populations(network, instance),
        projections=projections(network, instance),
        phases=phases,
        schedule=tuple(schedule),
        rates=instance.world.task_names,
        surroundings=Surroundings(
            world=instance.world, senses="pixels", at=INPUT_STEP, acts="output", teaches="to_output"
        ),
    )


def phase_names(segments: Sequence[Segment]) -> list[tuple[str, str]]:
    """Names of the idle phase and of the phase of each segment; equal ones have the same."""
    idle: dict[bytes, str] = {}
    others: dict[bytes, str] = {}
    found = []
    for segment in segments:
        fresh, setting = segment.phase.fresh_world, segment.phase.setting.tobytes()
        first = idle.setdefault(setting if fresh else b"", f"idle_{len(idle)}")
        key = phase_message(segment.phase).tobytes() + str(segment.cycles).encode()
        kind = Mode(segment.phase.mode).name.lower()
        found.append((first, others.setdefault(key, f"{kind}_{len(others)}")))
    return found


def most_spikes(graph: Graph) -> int:
    """Spikes that a cycle can have: the output in every timestep, all others once, or the events of sleep."""
    sizes = {name: part.size for name, part in graph.populations.items()}
    return graph.cycle * sizes["output"] + sizes["pixels"] + max(sizes["hidden"], MAXIMAL_EVENTS)


def populations(network: IntegerNetwork, instance: Instance) -> dict[str, Any]:
    """Pixels, hidden cells and the output that acts."""
    output, world = network.output, instance.world
    return {
        "pixels": Outside(size=world.inputs),
        "hidden": Coincidence(size=network.hidden.neurons, threshold=network.hidden.threshold),
        "output": Readout(
            size=world.outputs,
            threshold=output.threshold,
            current_decay=output.current_decay,
            voltage_decay=output.voltage_decay,
            floor=output.floor,
            noise=output.noise_exponent if output.noise_exponent >= 0 else None,
            stream=int(Purpose.NOISE),
        ),
    }


def projections(network: IntegerNetwork, instance: Instance) -> dict[str, Projection]:
    """Input -> hidden and hidden -> output, as they are before any learning."""
    hidden, output = instance.start.hidden_synapses, instance.start.output_synapses
    rows = np.repeat(np.arange(len(hidden.pre)), hidden.pre.shape[1])
    plasticity, registers = network.output_synapses.plasticity, network.arithmetic
    bits = {name: getattr(registers, name) for name in ("weight_bits", "tag_bits", "trace_bits")}
    traces: dict[str, Any] = {
        "impulses": {"x1": float(plasticity.x1_impulse)},
        "taus": {"x1": float(plasticity.x1_tau)},
    }
    to_hidden = Learning(
        rules={"unsupervised": LearningRule(dw=network.hidden_synapses.dw)},
        epoch=STEPS,
        factors={"y3": Ramp(start=network.hidden_synapses.ramp_start, end=network.hidden_synapses.ramp_end)},
        stream=int(Purpose.HIDDEN_WEIGHTS),
        **bits,
    )
    to_output = Learning(
        rules={
            "wake": LearningRule(dw=plasticity.wake_dw, dt=plasticity.wake_dt, **traces),
            "sleep": LearningRule(dw=plasticity.sleep_dw, dt=plasticity.sleep_dt, **traces),
        },
        epoch=STEPS,
        factors={
            "y1": Count(scale=plasticity.post_scale, limit=plasticity.post_limit),
            "y2": FromOutside(part="positive"),
            "y3": FromOutside(part="negative"),
        },
        stream=int(Purpose.OUTPUT_WEIGHTS),
        **bits,
    )
    wired = Sparse(post=rows, pre=hidden.pre.ravel().astype(np.int64), weights=hidden.weights.ravel().astype(np.int64))
    return {
        "to_hidden": Projection(source="pixels", target="hidden", synapses=wired, learning=to_hidden),
        "to_output": Projection(
            source="hidden",
            target="output",
            synapses=Dense(weights=output.weights.astype(np.int64)),
            offset=network.output.drive,
            learning=to_output,
        ),
    }


def idle_phase(phase: PhaseNumbers) -> Phase:
    """The uncounted cycle at the start of a segment: everything is cleared, a fresh world is made where asked for."""
    exposure = Exposure(behaviour="nothing", fresh=bool(phase.fresh_world), task=phase.setting)
    return Phase(mode="rest", cycles=1, clear=ALL, exposure=exposure)


def phase_of(instance: Instance, phase: PhaseNumbers, cycles: int) -> Phase:
    """A phase of the integer network as a phase of the graph."""
    mode, threshold = Mode(phase.mode), instance.network.hidden_threshold()
    asleep, silent = mode == Mode.SLEEP, None
    rules = {"to_hidden": "frozen", "to_output": "frozen"}
    factors: dict[str, Any] = {}
    if mode == Mode.UNSUPERVISED:
        silent = ("output",)
        if phase.learns:
            rules["to_hidden"] = "unsupervised"
        factors["to_hidden"] = {"y3": Ramp(start=phase.ramp_start, end=phase.ramp_end, cycles=phase.ramp_cycles)}
    elif phase.learns and mode != Mode.REST:
        rules["to_output"] = "sleep" if asleep else "wake"
    if asleep:
        factors["to_output"] = {"y2": Constant(value=phase.third_factor), "y3": Constant()}
    rates: Any = "uniform" if phase.uniform_rates else "recorded"
    sleeper = Sleep(amplitude=2 * int(threshold), gain=phase.rate_gain / GAIN_UNIT, rates=rates)
    return Phase(
        mode=MODES[mode],
        cycles=cycles,
        rules=rules,
        silent=silent,
        noise=() if phase.noise_exponent < 0 else ("output",),
        thresholds={"output": phase.threshold},
        offsets={"to_output": phase.drive},
        factors=factors,
        sleep={"hidden": sleeper} if asleep else {},
        shuffled=("to_output",) if phase.shuffled_tags else (),
        exposure=exposure_of(phase),
        counts=(instance.world.task_names[phase.task] if phase.task >= 0 else "") if MODES[mode] == "wake" else None,
        clear=(),
    )


def exposure_of(phase: PhaseNumbers) -> Exposure:
    """What goes on between the network and the world; a fresh one is made in the idle cycle."""
    return Exposure(
        behaviour=BEHAVIOURS.get(phase.mode, "nothing"),
        fresh=False,
        task=phase.setting,
        reward=phase.third_factor if phase.mode == Mode.WAKE else 0,
        punishment=phase.punishment,
    )


PROJECTIONS = {"to_hidden": "hidden_synapses", "to_output": "output_synapses"}  # the latter in a `State`


def write_state(engine: Engine, state: State) -> None:
    """Let the engine of such a graph go on from a state."""
    held, arrays = engine.state, shared_arrays(engine)
    for name, part in arrays.items():
        part[...] = getattr(state, name)
    for name, field in PROJECTIONS.items():
        copy_connection(getattr(state, field), engine.connection(name))
    for kept, given in zip(engine.around.world, state.world):  # type: ignore[union-attr]
        kept[...] = given
    slot, first = int(held.clock[0] + 1) % len(held.arriving), engine.first("output")
    held.arriving[:], held.touched[:] = 0, 0
    held.arriving[slot, first : first + len(state.u)] = state.arriving
    held.touched[slot, engine.layout.populations["output"]] = state.arriving.any()
    held.overflow[REPORT_NEURON] += first * (state.overflow[REPORT_NEURON] > 0)


def read_state(engine: Engine, like: State) -> State:
    """A copy of the engine's state, with the shapes of `like`."""
    made = copy_state(like)
    for name, part in shared_arrays(engine).items():
        getattr(made, name)[...] = part
    for name, field in PROJECTIONS.items():
        copy_connection(engine.connection(name), getattr(made, field))
    for kept, given in zip(made.world, engine.around.world):  # type: ignore[union-attr]
        kept[...] = given
    held, first = engine.state, engine.first("output")
    made.arriving[:] = held.arriving[(held.clock[0] + 1) % len(held.arriving), first : first + len(like.u)]
    made.overflow[REPORT_NEURON] -= first * (held.overflow[REPORT_NEURON] > 0)
    return made


def shared_arrays(engine: Engine) -> dict[str, np.ndarray]:
    """Views of the engine's arrays that a `State` has as well, by its names."""
    held, first = engine.state, engine.first("output")
    size, hidden = (engine.graph.populations[name].size for name in ("output", "hidden"))
    own = slice(first, first + size)
    return {
        "clock": held.clock,
        "u": held.u[own],
        "v": held.v[own],
        "counts": held.counts[own],
        "reward": engine.outside("to_output"),
        "rate_counts": held.rate_counts.reshape(-1, hidden) if held.rate_counts.size else held.rate_counts,
        "rate_cycles": held.rate_cycles,
        "overflow": held.overflow,
    }


def copy_connection(one: Connection, other: Connection) -> None:
    """Copy weights, tags, traces and spike times; the engine has a neuron more, to which padding would belong."""
    size = min(one.x_traces.shape[1], other.x_traces.shape[1])
    for name in ("weights", "tags", "y_traces", "y_time"):
        getattr(other, name)[...] = getattr(one, name)
    other.x_traces[:, :size], other.x_time[:size] = one.x_traces[:, :size], one.x_time[:size]
