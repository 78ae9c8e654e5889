"""The cost estimate against SANA-FE with its own architecture file of Loihi, on our network and the same input.

SANA-FE is under the GPL and no dependency: ``pip install sanafe`` into the environment, then ``pytest -m peers``.
"""

import numpy as np
import pytest

from emulation.engine.network import STEPS
from emulation.engine.phase import Mode
from emulation.environments.foraging import DIRECTIONS, sense
from lava_sleep.backends.compiled import COMPILED
from lava_sleep.environments.foraging import PAPER
from lava_sleep.hardware.cost import Events, estimate
from lava_sleep.hardware.profiles import load_profile
from lava_sleep.networks.integer.description import Hidden, HiddenSynapses, IntegerNetwork
from lava_sleep.networks.integer.graph import usage_of_network
from lava_sleep.protocols.schedule import Segment, make_phase

pytestmark = [pytest.mark.peers, pytest.mark.timeout(600)]
CYCLES = 20
HIDDEN = 784
DENSE = "loihi_dense_synapse"
CORES_APART = 4  # a tile has four cores


def frozen_run(description):
    """State, views (cycles, 49) and number of hidden spikes of a frozen run in emulation."""
    instance = description.instance(6)
    segment = Segment("frozen", make_phase(description, Mode.WAKE, "T1", learns=False), CYCLES)
    views = np.zeros((CYCLES, PAPER.inputs), np.uint8)
    with COMPILED.open(instance, instance.start, [segment], rasters=True) as running:
        running.begin(segment)
        for view in views:
            sense(running.state.world, PAPER.ground(), view)
            running.advance(1)
        return instance.start, views, int(running.record.hidden_raster.sum())


def group(sanafe_network, name, size, **attributes):
    """Neurons that are updated in every timestep."""
    made = sanafe_network.create_neuron_group(name, size, soma_hw_name="loihi_lif")
    for neuron in made:
        neuron.set_attributes(
            default_synapse_hw_name=DENSE, model_attributes={"reset": 0.0, "force_update": True, **attributes}
        )
    return made


def their_results(sanafe, state, views, description):
    """What SANA-FE counts and charges; drive and plastic weights are two synapses, as in our usage."""
    architecture, network = sanafe.load_loihi(), sanafe.Network()
    spikes = np.zeros((PAPER.inputs, CYCLES * STEPS), int)
    spikes[:, ::STEPS] = views.T
    pixels = network.create_neuron_group("input", PAPER.inputs)
    for index, neuron in enumerate(pixels):
        neuron.set_attributes(
            soma_hw_name=f"loihi_inputs[{index}]", model_attributes={"spikes": spikes[index].tolist()},
            default_synapse_hw_name=DENSE,
        )  # fmt: skip
    hidden = group(network, "hidden", HIDDEN, threshold=float(description.hidden.threshold), leak_decay=0.0)
    output = group(network, "output", DIRECTIONS, threshold=200.0, leak_decay=0.8)
    synapses = state.hidden_synapses
    for neuron in range(HIDDEN):
        for pixel, weight in zip(synapses.pre[neuron], synapses.weights[neuron]):
            pixels[int(pixel)].connect_to_neuron(hidden[neuron], {"weight": float(weight)})
        for direction in range(DIRECTIONS):
            for weight in (state.output_synapses.weights[direction, neuron], description.output.drive):
                hidden[neuron].connect_to_neuron(output[direction], {"weight": float(weight)})
    cores = architecture.cores() if callable(architecture.cores) else architecture.cores
    for place, neurons in enumerate((pixels, hidden, output)):
        for neuron in neurons:
            neuron.map_to_core(cores[place * CORES_APART])
    chip = sanafe.SpikingChip(architecture)
    chip.load(network)
    return chip.sim(CYCLES * STEPS, timing_model="simple")


def test_the_same_events_cost_the_same():
    sanafe = pytest.importorskip("sanafe")
    description = IntegerNetwork(hidden=Hidden(neurons=HIDDEN), hidden_synapses=HiddenSynapses(wiring="constructed"))
    state, views, hidden = frozen_run(description)
    theirs = their_results(sanafe, state, views, description)
    usage = usage_of_network(description, state.hidden_synapses.pre)
    inputs = int(views.sum())
    output = theirs["neurons_fired"] - inputs - hidden
    fan_out = usage.projections[0].fan_out
    synaptic = int((views @ fan_out).sum()) + 2 * DIRECTIONS * hidden
    assert hidden > 20 and output > 0
    assert theirs["spikes"] == synaptic  # SANA-FE calls an event at a synapse a spike
    spikes = {"input": inputs / CYCLES, "hidden": hidden / CYCLES, "output": output / CYCLES}
    cost = estimate(usage, load_profile("loihi1"), Events("frozen", CYCLES, spikes, synaptic / CYCLES))
    ours = {term.name: term.energy * CYCLES * 1e-12 for term in cost.terms}
    assert ours["synaptic events"] == pytest.approx(theirs["energy"]["synapse"], rel=1e-9)
    soma = ours["neuron updates"] + ours["neuron accesses"] + ours["spikes"]
    assert soma == pytest.approx(theirs["energy"]["soma"], rel=1e-9)
    # SANA-FE adds the input's packets and hops between tiles; it sends one packet where we count one per projection.
    assert sum(ours.values()) == pytest.approx(theirs["energy"]["total"], rel=0.01)
