"""LIF dynamics against two other emulators of Loihi, spike for spike, where nothing overflows.

Run with ``uv run --group peers pytest -m peers``. The peers are an optional dependency group.
"""

import numpy as np
import pytest

from emulation.neurons import Overflow, lif_step

pytestmark = [pytest.mark.peers, pytest.mark.timeout(600)]

INPUTS, NEURONS, TIMESTEPS = 40, 60, 500
DECAYS = [(910, 410), (4096, 4096), (100, 50), (20, 4000), (2048, 1), (1500, 0)]  # as they act: of u, of v
THRESHOLD = 400


@pytest.fixture(scope="module")
def drive() -> tuple[np.ndarray, np.ndarray]:
    """Input spikes (timesteps, inputs) and even weights (neurons, inputs), -60 .. 198."""
    random = np.random.default_rng(8)
    spikes = random.random((TIMESTEPS, INPUTS)) < 0.06
    return spikes, 2 * random.integers(-30, 100, (NEURONS, INPUTS))


def ours(spikes: np.ndarray, weights: np.ndarray, du: int, dv: int) -> np.ndarray:
    """Spikes (timesteps, neurons) of the kernel."""
    u, v, report = np.zeros(NEURONS, np.int64), np.zeros(NEURONS, np.int64), np.zeros(5, np.int64)
    fired, now = np.zeros((TIMESTEPS, NEURONS), np.uint8), np.zeros(NEURONS, np.uint8)
    for time, arriving in enumerate(spikes @ weights.T):
        lif_step(u, v, now, arriving, du, dv, 0, THRESHOLD, time, int(Overflow.LAVA), report)
        fired[time] = now
    assert not report.any()
    return fired


@pytest.mark.parametrize(("du", "dv"), DECAYS)
def test_brian2_loihi_spikes_alike(drive, du, dv):
    peer = pytest.importorskip("brian2_loihi")
    import brian2

    brian2.prefs.codegen.target = "numpy"
    spikes, weights = drive
    times, indices = np.nonzero(spikes)
    source = peer.LoihiSpikeGeneratorGroup(INPUTS, indices, times)
    neurons = peer.LoihiNeuronGroup(NEURONS, refractory=1, threshold_v_mant=THRESHOLD, decay_v=dv, decay_I=du)
    synapses = peer.LoihiSynapses(source, neurons, sign_mode=peer.synapse_sign_mode.MIXED)
    synapses.connect()
    synapses.w = weights.T.ravel()
    monitor = peer.LoihiSpikeMonitor(neurons)
    network = peer.LoihiNetwork(source, neurons, synapses, monitor)
    network.run(TIMESTEPS)
    theirs = np.zeros((TIMESTEPS, NEURONS), np.uint8)
    theirs[np.asarray(monitor.t, int), np.asarray(monitor.i)] = 1
    found = ours(spikes, weights, du, dv)
    assert found.sum() > 100
    assert np.array_equal(found, theirs)


@pytest.mark.parametrize(("du", "dv"), DECAYS)
def test_nengo_loihi_spikes_alike(drive, du, dv):
    pytest.importorskip("nengo_loihi")
    from nengo_loihi.block import LoihiBlock
    from nengo_loihi.builder.discretize import discretize_compartment
    from nengo_loihi.emulator.interface import BlockInfo, CompartmentState

    spikes, weights = drive
    block = LoihiBlock(NEURONS)
    block.compartment.configure_lif()
    discretize_compartment(block.compartment, 1.0)
    compartments = CompartmentState(BlockInfo([block]))
    compartments.decay_u[:], compartments.decay_v[:] = du - 1, dv
    compartments.ref[:] = 1  # none: a spike clears v in its own timestep only
    compartments.vth[:], compartments.bias[:] = THRESHOLD << 6, 0
    compartments.vmin[:], compartments.vmax[:] = -(2**23) + 1, 2**23 - 1
    theirs = np.zeros((TIMESTEPS, NEURONS), np.uint8)
    for time, arriving in enumerate(spikes @ weights.T):
        compartments.advance_input()
        compartments.input[0] = arriving << 6
        compartments.update(np.random.RandomState(0))
        theirs[time] = compartments.spiked
    found = ours(spikes, weights, du, dv)
    assert found.sum() > 100
    assert np.array_equal(found, theirs)
