"""Parts of the map-based network: neuron, table of latencies, traces, rescaling, selectivity."""

import numpy as np
import pytest

from emulation.engine.phase import Mode
from emulation.environments.foraging import begin
from emulation.golden2022.cycle import make_scratch, run_golden_cycles
from emulation.golden2022.layers import STRONGEST, find_latency, latency_table
from emulation.golden2022.neuron import Neuron, first_spike, rest, run_alone
from emulation.golden2022.parameters import STEPS
from emulation.golden2022.rewarded import rescale
from emulation.golden2022.state import make_synapses, make_traces
from emulation.golden2022.traces import pair_spikes
from emulation.states import copy_state
from lava_sleep.environments.foraging import PAPER
from lava_sleep.networks.golden2022.build import output_synapses, threshold_weight
from lava_sleep.networks.golden2022.description import GoldenNetwork
from lava_sleep.networks.particles import selectivity
from lava_sleep.protocols.schedule import make_phase

NEURON = Neuron(**GoldenNetwork().neuron.model_dump())
SIZES = (PAPER.inputs, 784, PAPER.outputs)
GAMMA = GoldenNetwork().input_synapses.gamma


def test_a_neuron_at_rest_stays_there():
    assert not run_alone(NEURON, np.zeros((20_000, 1)), np.zeros((20_000, 1))).any()
    v, slow = rest(NEURON)
    assert NEURON.alpha / (1 - v) + slow == pytest.approx(v, abs=1e-15)


def test_a_pulse_makes_one_spike():
    assert first_spike(NEURON, 1.0, 0.0, 0.0, STEPS) == (19, 1)  # measured with an independent prototype
    assert first_spike(NEURON, 0.3, 0.0, 0.0, STEPS) == (-1, 0)


def test_the_table_of_latencies_is_the_neuron():
    drives, first = latency_table(NEURON, GAMMA)
    assert np.all(np.diff(drives) <= 0) and len(np.unique(drives)) > 150
    random = np.random.default_rng(3)
    for drive in [*random.uniform(0.2, 0.3, 300), *random.uniform(0, STRONGEST, 300), *drives]:
        latency, spikes = first_spike(NEURON, 0.0, drive, GAMMA, STEPS)
        assert find_latency(drives, first, drive) == latency
        assert spikes == (drive >= drives[-1])


def test_pairs_of_the_last_window_and_of_the_previous_cycle():
    part, traces = output_synapses(GoldenNetwork()), make_traces(6, 784, 8)
    pair_spikes(traces, part, 0, np.array([7, 9]), np.array([100, 590]), 2, np.array([[2, 3, 2], [90, 130, 300]]), 3)
    expected = np.zeros(8)
    expected[2], expected[3] = -0.04 * np.exp(-10 / 80), 0.04 * np.exp(-30 / 80)
    assert traces.numbers[0] == 1 and traces.neurons[0, 0] == 7
    assert np.allclose(traces.values[0, 0], expected)
    pair_spikes(traces, part, 1, np.array([5]), np.array([400]), 1, np.array([[6, 6], [105, 112]]), 2)
    assert traces.numbers[1] == 1 and traces.neurons[1, 0] == 9  # 10 steps before this cycle: one pair of 115 steps
    assert np.allclose(traces.values[1, 0], 0.04 * np.exp(-115 / 80) * (np.arange(8) == 6))


def test_rescaling_keeps_the_total():
    weights = np.random.default_rng(1).uniform(0, 2, (8, 783))
    synapses = make_synapses(np.arange(783)[np.newaxis], weights, 0.1)
    synapses.totals[:] = np.arange(100, 900, 100)
    rescale(synapses)
    assert np.allclose(synapses.weights.sum(axis=1), synapses.totals)
    assert np.allclose(synapses.weights / weights, (synapses.weights / weights)[:, :1])


def test_most_hidden_neurons_become_selective_for_one_particle():
    description = GoldenNetwork()
    instance = description.instance(6)
    state, network = copy_state(instance.start), instance.constants
    phase = make_phase(description, Mode.UNSUPERVISED, ramp_cycles=120_000)
    begin(state.world, PAPER.ground(), phase.setting, 6, 0)
    run_golden_cycles(state, network, phase, 0, np.zeros(120_000, np.uint8), make_scratch(*SIZES))
    synapses = state.hidden_synapses
    found = selectivity(synapses.pre, synapses.weights, threshold_weight(description))
    assert found["one"] > 0.85 and found["single_pixel"] == 0


def test_an_input_that_makes_two_spikes_is_refused():
    description = GoldenNetwork().with_constructed_hidden_layer()
    instance = description.instance(6)
    state, network = copy_state(instance.start), instance.constants
    state.hidden_synapses.weights[:] = 2.0
    phase = make_phase(description, Mode.WAKE, "T1")
    begin(state.world, PAPER.ground(), phase.setting, 6, 0)
    with pytest.raises(ValueError, match="spikes twice"):
        run_golden_cycles(state, network, phase, 0, np.zeros(20, np.uint8), make_scratch(*SIZES))
