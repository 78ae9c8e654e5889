"""The closed loop of the compiled executors, in both arithmetics."""

import numpy as np

from emulation.engine.cycle import clear, idle_cycle, run_cycles
from emulation.engine.phase import Mode, make_record
from emulation.environments.foraging import sense
from emulation.states import copy_state, named_arrays
from lava_sleep.environments.foraging import PAPER
from lava_sleep.networks.base import layer_sizes
from lava_sleep.protocols.schedule import make_phase


def run(state, network, phase, cycles, rasters=False):
    record = make_record(cycles, *layer_sizes(state), rasters)
    idle_cycle(state, network, phase)
    run_cycles(state, network, phase, 0, cycles, record)
    return record


def equal(first, second):
    one, other = named_arrays(first), named_arrays(second)
    return all(np.array_equal(one[name], other[name]) for name in one)


def test_task_1_is_learnt_within_4000_cycles(started, description):
    state, network = started
    run(state, network, make_phase(description, Mode.WAKE, "T1"), 4000)
    outcomes = run(state, network, make_phase(description, Mode.WAKE, "T1", learns=False), 3000).outcomes
    assert np.sum(outcomes == 1) > 3 * np.sum(outcomes == 2)


def test_weights_are_frozen_in_tests_and_rest(started, description):
    state, network = started
    before = state.output_synapses.weights.copy()
    run(state, network, make_phase(description, Mode.WAKE, "T1", learns=False), 200)
    run(state, network, make_phase(description, Mode.REST, learns=False), 200)
    assert np.array_equal(state.output_synapses.weights, before)


def test_a_run_is_a_function_of_its_start(started, description):
    state, network = started
    phase = make_phase(description, Mode.WAKE, "T1")
    one, other = copy_state(state), copy_state(state)
    run(one, network, phase, 300)
    record = make_record(300, 784, 8)
    idle_cycle(other, network, phase)
    for cycle in range(300):
        part = make_record(1, 784, 8)
        run_cycles(other, network, phase, cycle, 1, part)
        record.outcomes[cycle] = part.outcomes[0]
    assert equal(one, other)


def test_sleep_replays_the_rates_measured_awake(started, description):
    state, network = started
    run(state, network, make_phase(description, Mode.WAKE, "T1"), 2000)
    awake = state.rate_counts[0].sum() / state.rate_cycles[0]
    record = run(state, network, make_phase(description, Mode.SLEEP), 2000, rasters=True)
    asleep = record.hidden_raster.sum() / 2000
    # Poisson with mean `awake` over 2000 cycles: four standard errors, and about 1 % lost to coincidences.
    assert abs(asleep - awake) < 4 * np.sqrt(awake / 2000) + 0.01 * awake
    silent = state.rate_counts[0] == 0
    assert record.hidden_raster[:, :, silent].sum() == 0


def test_sleep_without_plasticity_changes_no_weight(started, description):
    state, network = started
    run(state, network, make_phase(description, Mode.WAKE, "T1"), 500)
    before = state.output_synapses.weights.copy()
    run(state, network, make_phase(description, Mode.SLEEP, learns=False), 200)
    assert np.array_equal(state.output_synapses.weights, before)
    run(state, network, make_phase(description, Mode.SLEEP), 200)
    assert not np.array_equal(state.output_synapses.weights, before)


def test_a_phase_switch_clears_activity(started, description):
    state, network = started
    run(state, network, make_phase(description, Mode.WAKE, "T1"), 50)
    clear(state)
    for name in ("tags", "x_traces", "y_traces", "x_time", "y_time"):
        assert not getattr(state.output_synapses, name).any()
    assert not state.u.any() and not state.v.any() and not state.arriving.any() and not state.reward.any()


def test_the_world_keeps_its_particles_apart(started, description):
    state, network = started
    run(state, network, make_phase(description, Mode.WAKE, "T1"), 500)
    cells = state.world.cells
    assert np.count_nonzero(cells) == 248
    side = PAPER.size
    for row in range(side):
        for column in range(side):
            own = cells[row, column]
            if own:
                around = cells[np.ix_(np.arange(row - 1, row + 2) % side, np.arange(column - 1, column + 2) % side)]
                assert set(np.unique(around)) <= {0, own}


def test_the_centre_is_never_an_input(started, description):
    state, network = started
    idle_cycle(state, network, make_phase(description, Mode.WAKE, "T1"))
    pixels = np.ones(PAPER.inputs, np.uint8)
    sense(state.world, PAPER.ground(), pixels)
    assert pixels[list(PAPER.silent_inputs)] == 0
