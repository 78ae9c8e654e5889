"""The utilisation of our network on Loihi 1 against nengo-loihi's own count on the same wiring.

Run with ``uv run --group peers pytest -m peers``.
"""

import pytest

from lava_sleep.hardware.memory import axon_bits, bits_per_synapse
from lava_sleep.hardware.placement import place
from lava_sleep.hardware.profiles import load_profile
from lava_sleep.networks.integer.description import IntegerNetwork
from lava_sleep.networks.integer.graph import usage_of_network

pytestmark = [pytest.mark.peers, pytest.mark.timeout(600)]
LOIHI = load_profile("loihi1")


@pytest.fixture(scope="module")
def usage():
    return usage_of_network(IntegerNetwork(), seed=11)


def blocks_of(usage, *names):
    """nengo-loihi's block of the target population with these projections, its axons are the source neurons."""
    block_module = pytest.importorskip("nengo_loihi.block")
    projections = [one for one in usage.projections if one.name in names]
    block = block_module.LoihiBlock(projections[0].synapses.shape[0])
    for projection in projections:
        synapse = block_module.Synapse(projection.synapses.shape[1])
        synapse.set_weights(projection.synapses.T.tocsr().astype("float32"))
        block.add_synapse(synapse)
    return block


def ours(usage, name, indices):
    projection = next(one for one in usage.projections if one.name == name)
    each = bits_per_synapse(projection, LOIHI.limits, projection.synapses.shape[0], indices, tags=False)
    return axon_bits(projection.fan_out, each, LOIHI.limits)


def test_hidden_layer(usage):
    theirs = blocks_of(usage, "input -> hidden").utilization()
    assert theirs["compartments"] == (784, 1024) and theirs["in-axons"] == (49, 4096)
    core = place(usage, LOIHI).cores[0]
    assert (core.neurons, core.input_axons) == (784, 49)
    limits = LOIHI.limits
    assert (limits.neurons_per_core.value, limits.input_axons.value) == (1024, 4096)
    assert theirs["synapses"] == (ours(usage, "input -> hidden", indices=False), limits.synapse_memory.value)


def test_hidden_layer_with_stored_targets(usage):
    """nengo-loihi's format without compression stores a target with each synapse, as our placement counts it."""
    block = blocks_of(usage, "input -> hidden")
    block.synapses[0].format(compression=0)
    assert block.synapses[0].bits() == ours(usage, "input -> hidden", indices=True)
    assert block.synapses[0].bits() == place(usage, LOIHI).cores[0].synapse_bits


def test_output_layer(usage):
    block = blocks_of(usage, "hidden -> output")
    theirs = block.utilization()
    assert theirs["in-axons"][0] == 784
    assert theirs["synapses"][0] == ours(usage, "hidden -> output", indices=False) == 100_352
    block.synapses[0].format(tag_bits=9)  # 8 and a sign
    projection = next(one for one in usage.projections if one.name == "hidden -> output")
    each = bits_per_synapse(projection, LOIHI.limits, 8, indices=False)
    assert block.synapses[0].bits() == axon_bits(projection.fan_out, each, LOIHI.limits)
