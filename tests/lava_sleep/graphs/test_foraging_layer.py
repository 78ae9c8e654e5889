"""The output layer and the sleep of the foraging network, described as a graph, have the bits of its own loop."""

import numpy as np
import pytest

from emulation.engine.cycle import idle_cycle, run_cycles
from emulation.engine.phase import Mode, make_record
from emulation.randomness import Purpose
from emulation.states import copy_state
from lava_sleep.graphs.engine import Engine
from lava_sleep.graphs.graph import Graph
from lava_sleep.graphs.learning import Constant, Count, FromOutside, Learning, LearningRule
from lava_sleep.graphs.phases import Phase, Sleep
from lava_sleep.graphs.populations import Coincidence, Outside, Readout
from lava_sleep.graphs.projections import Dense, OneToOne, Projection, Uniform
from lava_sleep.networks.base import Arithmetic
from lava_sleep.protocols.schedule import make_phase

CYCLES, SEED, STEPS = 400, 5, 16


def graph_of(description, weights: np.ndarray) -> Graph:
    """Hidden cells that are told whom to answer, the output layer with its drive, and the two rules."""
    output, plasticity = description.output, description.output_synapses.plasticity
    traces = {"impulses": {"x1": float(plasticity.x1_impulse)}, "taus": {"x1": float(plasticity.x1_tau)}}
    learning = Learning(
        rules={
            "wake": LearningRule(dw=plasticity.wake_dw, dt=plasticity.wake_dt, **traces),
            "sleep": LearningRule(dw=plasticity.sleep_dw, dt=plasticity.sleep_dt, **traces),
        },
        epoch=STEPS,
        factors={"y1": Count(scale=plasticity.post_scale, limit=plasticity.post_limit), "y2": FromOutside()},
        stream=int(Purpose.OUTPUT_WEIGHTS),
    )
    hidden = weights.shape[1]
    return Graph(
        cycle=STEPS,
        seed=SEED,
        populations={
            "told": Outside(size=hidden),
            "hidden": Coincidence(size=hidden, threshold=description.hidden.threshold),
            "output": Readout(
                size=len(weights),
                threshold=output.threshold,
                current_decay=output.current_decay,
                voltage_decay=output.voltage_decay,
                floor=output.floor,
                noise=output.noise_exponent,
                stream=int(Purpose.NOISE),
            ),
        },
        projections={
            "tell": Projection(source="told", target="hidden", synapses=OneToOne(weight=255), exponent=7),
            "act": Projection(source="hidden", target="output", synapses=Dense(weights=weights), learning=learning),
            "drive": Projection(source="hidden", target="output", synapses=Uniform(weight=output.drive)),
        },
        phases={
            "day": Phase(cycles=CYCLES),
            "night": Phase(
                mode="sleep",
                cycles=CYCLES,
                noise=(),
                thresholds={"output": output.threshold_asleep},
                weights={"drive": output.drive_asleep},
                factors={"act": {"y2": Constant(value=plasticity.sleep_third_factor)}},
                sleep={"hidden": Sleep(amplitude=2 * description.hidden.threshold, gain=description.sleep.rate_gain)},
            ),
        },
    )


def begin(engine: Engine, phase: str) -> None:
    """The foraging network starts each phase with a cycle that is not counted."""
    engine.begin(phase)
    engine.state.clock[0] += STEPS


def assert_same(engine: Engine, state) -> None:
    """Output weights, tags, x traces, u, v, counted rates and time."""
    found, synapses = engine.values("act"), state.output_synapses
    np.testing.assert_array_equal(found["weights"], synapses.weights)
    np.testing.assert_array_equal(found["tags"], synapses.tags)
    np.testing.assert_array_equal(found["x_traces"], synapses.x_traces)
    outputs = len(state.u)
    np.testing.assert_array_equal(engine.state.u[-outputs:], state.u)
    np.testing.assert_array_equal(engine.state.v[-outputs:], state.v)
    np.testing.assert_array_equal(engine.state.rate_counts, state.rate_counts[0])
    assert engine.state.clock[0] == state.clock[0]


@pytest.mark.parametrize("arithmetic", ["fixed"])
def test_day_and_night_are_the_same_in_every_bit(description, arithmetic):
    instance = description.instance(SEED, Arithmetic(arithmetic))
    state, network = copy_state(instance.start), instance.constants
    engine = Engine(graph_of(description, state.output_synapses.weights.astype(np.int64)), arithmetic)

    phase = make_phase(description, Mode.WAKE, "T1")
    idle_cycle(state, network, phase)
    record = make_record(CYCLES, state.rate_counts.shape[1], len(state.u), True)
    run_cycles(state, network, phase, 0, CYCLES, record)
    begin(engine, "day")
    reward = np.zeros(len(state.u), np.int64)
    for cycle in range(CYCLES):
        steps, neurons = np.nonzero(record.hidden_raster[cycle])
        engine.run_cycle("day", cycle, {"told": np.stack([steps - 1, neurons], axis=1)}, {"act": reward})
        reward = np.zeros(len(state.u), np.int64)
        reward[record.directions[cycle]] = phase.third_factor * (record.outcomes[cycle] == 1)
    assert (record.outcomes == 1).sum() > 5
    assert_same(engine, state)

    phase = make_phase(description, Mode.SLEEP)
    idle_cycle(state, network, phase)
    before = state.output_synapses.weights.copy()
    run_cycles(state, network, phase, 0, CYCLES, make_record(CYCLES, state.rate_counts.shape[1], len(state.u)))
    begin(engine, "night")
    engine.advance("night", 0, CYCLES)
    assert (state.output_synapses.weights != before).sum() > 100
    assert_same(engine, state)
