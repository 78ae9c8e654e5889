"""The event-driven cycle against all 842 neurons at every step: the same spikes, moves and weights."""

import numpy as np
import pytest
from helpers.stepwise import Stepwise

from emulation.engine.phase import Mode
from emulation.golden2022.cycle import begin_phase, make_scratch, run_golden_cycles
from emulation.states import copy_state, named_arrays
from lava_sleep.environments.foraging import PAPER
from lava_sleep.networks.golden2022.description import GoldenInputSynapses, GoldenNetwork
from lava_sleep.protocols.schedule import make_phase

HIDDEN = 784
SIZES = (PAPER.inputs, HIDDEN, PAPER.outputs)


def make_untrained(wiring):
    """Description, state and network before learning, with random or with constructed input -> hidden weights."""
    description = GoldenNetwork(input_synapses=GoldenInputSynapses(wiring=wiring))
    instance = description.instance(21)
    return description, copy_state(instance.start), instance.constants


@pytest.fixture(scope="module")
def trained():
    """A network after 6,000 cycles of Task 1: few synapses onto the output layer are strong."""
    description, state, network = make_untrained("constructed")
    phase = make_phase(description, Mode.WAKE, "T1")
    begin_phase(state, network, phase)
    run_golden_cycles(state, network, phase, 0, np.zeros(6000, np.uint8), make_scratch(*SIZES))
    return description, state, network


def spikes_of(scratch):
    """Hidden and output spikes of the last cycle as lists of (neuron, step)."""
    hidden, output = scratch.numbers
    return (
        list(zip(scratch.neurons[:hidden].tolist(), scratch.event_steps[:hidden].tolist())),
        list(zip(*scratch.spikes[:, :output].tolist())),
    )


def run_both(start, network, phase, cycles, is_late=False):
    """Run both from a state, cycle by cycle, and compare all that they do; returns the numbers of spikes."""
    fast, slow = copy_state(start), copy_state(start)
    begin_phase(fast, network, phase)
    begin_phase(slow, network, phase)
    oracle, scratch = Stepwise(slow, network), make_scratch(*SIZES)
    numbers = np.zeros(2, np.int64)
    for cycle in range(cycles):
        outcome = np.zeros(1, np.uint8)
        run_golden_cycles(fast, network, phase, cycle, outcome, scratch)
        hidden, output, expected = oracle.cycle(phase, is_late)
        found_hidden, found_output = spikes_of(scratch)
        assert sorted(found_hidden) == sorted(hidden), cycle
        if phase.mode != Mode.UNSUPERVISED:  # the output layer is not computed while it does nothing
            assert sorted(found_output) == sorted(output), cycle
        assert outcome[0] == expected
        numbers += len(hidden), len(output)
    one, other = named_arrays(fast), named_arrays(slow)
    for name in one:
        if not name.startswith(("traces", "output.", "counts")) and name != "output":
            assert np.allclose(one[name], other[name], rtol=1e-9, atol=0), name
    return numbers, fast


def test_awake(trained):
    description, state, network = trained
    numbers, end = run_both(state, network, make_phase(description, Mode.WAKE, "T1"), 40)
    assert numbers.min() > 20
    assert not np.array_equal(end.output_synapses.weights, state.output_synapses.weights)


def test_awake_without_learning(trained):
    description, state, network = trained
    _, end = run_both(state, network, make_phase(description, Mode.WAKE, "T2", learns=False), 10)
    assert np.array_equal(end.output_synapses.weights, state.output_synapses.weights)


def test_asleep_and_across_the_borders_of_cycles(trained):
    description, state, network = trained
    numbers, end = run_both(state, network, make_phase(description, Mode.SLEEP), 40)
    assert numbers.min() > 20
    changed = end.output_synapses.weights != state.output_synapses.weights
    assert changed.any()
    assert np.array_equal(end.output_synapses.totals, state.output_synapses.totals)


def test_awake_with_many_hidden_spikes():
    description, state, network = make_untrained("learnt")
    numbers, _ = run_both(state, network, make_phase(description, Mode.WAKE, "T1"), 4)
    assert numbers[0] > 200


@pytest.mark.parametrize(("wiring", "late"), [("learnt", False), ("constructed", True)])
def test_unsupervised(wiring, late):
    description, state, network = make_untrained(wiring)
    phase = make_phase(description, Mode.UNSUPERVISED, ramp_cycles=30 if late else 10**6)
    if late:
        network = network._replace(input_synapses=network.input_synapses._replace(late_share=1.0))
    numbers, end = run_both(state, network, phase, 30, late)
    assert numbers[0] > 30
    assert not np.array_equal(end.hidden_synapses.weights, state.hidden_synapses.weights)
