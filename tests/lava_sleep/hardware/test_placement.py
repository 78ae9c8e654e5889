"""Placement: every neuron once, limits honoured, memory by the published format."""

import time
from collections import Counter

import numpy as np
import pytest
from helpers.chip import NETWORK, Population, Projection, full, small_chip, with_more
from hypothesis import given
from hypothesis import strategies as st

from lava_sleep.hardware.compliance import report_of
from lava_sleep.hardware.finding import Verdict
from lava_sleep.hardware.memory import axon_bits, bits_per_synapse
from lava_sleep.hardware.placement import OUTSIDE, place
from lava_sleep.hardware.profiles import load_profile
from lava_sleep.networks.graph import Noise
from lava_sleep.networks.integer.description import Hidden, IntegerNetwork
from lava_sleep.networks.integer.graph import usage_of_network

LOIHI = load_profile("loihi1")


def assert_each_neuron_once(usage, placement):
    found = Counter(
        (piece.population, neuron)
        for core in placement.cores
        for piece in core.pieces
        for neuron in range(piece.first, piece.last)
    )
    wanted = {(one.name, neuron) for one in usage.populations if one.is_on_core for neuron in range(one.size)}
    assert set(found) == wanted and set(found.values()) == {1}


def assert_within(placement, limits):
    for core in placement.cores:
        assert core.neurons <= limits.neurons_per_core.value
        assert core.input_axons <= limits.input_axons.value
        assert core.output_axons <= limits.output_axons.value
        assert core.synapse_bits <= limits.synapse_memory.value
        assert len(core.noises) <= limits.noise_generators.value


@given(
    hidden=st.integers(1, 40), output=st.integers(1, 12), neurons=st.integers(1, 9), axons=st.integers(12, 60),
    words=st.integers(12, 60), cores=st.integers(1, 60),
)  # fmt: skip
def test_limits_are_honoured(hidden, output, neurons, axons, words, cores):
    usage = with_more(
        Population("h", hidden, noise=Noise(2)), Population("o", output, noise=Noise(3)),
        Projection("ih", "input", "h", full(hidden, 4)), Projection("ho", "b", "o", full(output, 4)),
    )  # fmt: skip
    profile = small_chip(
        neurons_per_core=neurons, input_axons=axons, output_axons=1000, synapse_memory=64 * words, cores=cores
    )
    placement = place(usage, profile)
    assert_each_neuron_once(usage, placement)
    assert_within(placement, profile.limits)


def test_output_axons_make_pieces_smaller():
    usage = with_more(*(Population(f"t{k}", 1) for k in range(3)),
                      *(Projection(f"at{k}", "a", f"t{k}", full(1, 6)) for k in range(3)))  # fmt: skip
    profile = small_chip(output_axons=12, cores=100)
    placement = place(usage, profile)
    assert_within(placement, profile.limits)
    assert sum(piece.population == "a" for core in placement.cores for piece in core.pieces) == 2
    assert sum(core.output_axons for core in placement.cores) == 6 * 4


def test_populations_share_cores_only_where_there_are_too_few():
    assert len(place(NETWORK, small_chip(cores=2)).cores) == 2
    shared = place(NETWORK, small_chip(cores=1, neurons_per_core=10, synapse_memory=2000))
    assert len(shared.cores) == 1 and {piece.population for piece in shared.cores[0].pieces} == {"a", "b"}


def test_traffic_counts_axons_and_spikes():
    graph = place(NETWORK, small_chip(), {"input": 0.5, "a": 2.0}).graph
    assert graph[0][1] == {"axons": 6, "spikes": 12.0}
    assert graph[OUTSIDE][0] == {"axons": 4, "spikes": 2.0}


def test_memory_of_axons_by_hand():
    # 100 synapses of 8 bit: 64 * 8 + 10 = 522 -> 576, and 36 * 8 + 10 = 298 -> 320; none: nothing
    assert axon_bits(np.array([100, 0]), 8, LOIHI.limits) == 576 + 320
    assert axon_bits(np.array([100, 3]), 8, load_profile("loihi2").limits) == 103 * 8  # format unknown: the least


def test_utilisation_of_the_default_network_on_loihi1():
    usage = usage_of_network(IntegerNetwork())
    hidden, output = place(usage, LOIHI).cores
    assert (hidden.neurons, hidden.input_axons) == (784, 49)
    assert output.neurons == 8 and output.input_axons == 2 * 784
    projection = next(one for one in usage.projections if one.name == "hidden -> output")
    without_tags = bits_per_synapse(projection, LOIHI.limits, 8, indices=False, tags=False)
    assert axon_bits(projection.fan_out, without_tags, LOIHI.limits) == 100_352
    assert bits_per_synapse(projection, LOIHI.limits, 8, indices=True) == 8 + 9  # the tag and its sign


def test_a_hundred_thousand_hidden_neurons_in_under_a_minute():
    began = time.perf_counter()
    usage = usage_of_network(IntegerNetwork(hidden=Hidden(neurons=100_000)))
    on_loihi2 = place(usage, load_profile("loihi2"))
    assert len(on_loihi2.cores) == 14 and sum(core.neurons for core in on_loihi2.cores) == 100_008
    report = report_of(usage, LOIHI)
    assert time.perf_counter() - began < 60
    failed = {one.rule: one for one in report.findings if one.verdict == Verdict.FAIL}
    assert failed["input_axons"].used == 200_000  # one output neuron listens to all
    assert sum(core.neurons for core in report.placement.cores) == 100_008


@pytest.mark.parametrize("neurons", [784, 3000])
def test_larger_networks_take_more_cores_of_loihi1(neurons):
    usage = usage_of_network(IntegerNetwork(hidden=Hidden(neurons=neurons)))
    placement = place(usage, LOIHI)
    assert_each_neuron_once(usage, placement)
    numbers = [core.output_axons <= 4096 and core.neurons <= 1024 for core in placement.cores]
    assert all(numbers)
