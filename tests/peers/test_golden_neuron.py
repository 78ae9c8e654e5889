"""The map-based neuron against the same equations in Brian2, spike for spike.

Run with ``uv run --group peers pytest -m peers``. The peers are an optional dependency group.
"""

import numpy as np
import pytest

from emulation.golden2022.neuron import Neuron, rest, run_alone

pytestmark = [pytest.mark.peers, pytest.mark.timeout(600)]

NEURONS, STEPS = 100, 4000
PARAMETERS = Neuron(alpha=3.65, sigma=0.06, mu=0.0005, beta_e=0.133, sigma_e=1.0, beta_syn=0.133, sigma_syn=1.0)
# `v` and `previous` are V[n] and V[n-1]; everything on the right-hand side is of step n.
UPDATE = """
total = slow + beta_e * external(t, i) + beta_syn * synaptic(t, i)
peak = alpha + total
crossed = int(v > 0) * int(previous <= 0)
rising = alpha / (1 - clip(v, -100, 0)) + total
slow = slow - mu * (v + 1) + mu * sigma + mu * (sigma_e * external(t, i) + sigma_syn * synaptic(t, i))
following = int(v <= 0) * rising + int(v > 0) * (crossed * int(v < peak) * (peak + 1) - 1)
previous = v
v = following
spiked = crossed
"""


@pytest.fixture(scope="module")
def inputs():
    """Random external pulses and random, partly negative synaptic input, (steps, neurons)."""
    random = np.random.default_rng(5)
    external = (random.random((STEPS, NEURONS)) < 0.005) * random.uniform(0, 2, (STEPS, NEURONS))
    synaptic = (random.random((STEPS, NEURONS)) < 0.03) * random.normal(0.2, 0.4, (STEPS, NEURONS))
    return external, synaptic


def test_brian2_spikes_alike(inputs):
    brian2 = pytest.importorskip("brian2")
    brian2.prefs.codegen.target = "numpy"
    external, synaptic = inputs
    step = 0.5 * brian2.ms
    brian2.defaultclock.dt = step
    model = "\n".join(f"{name} : 1" for name in ("v", "previous", "slow", "spiked"))
    neurons = brian2.NeuronGroup(
        NEURONS, model, threshold="spiked > 0.5",
        namespace={
            **PARAMETERS._asdict(),
            "external": brian2.TimedArray(external, dt=step), "synaptic": brian2.TimedArray(synaptic, dt=step),
        },
    )  # fmt: skip
    neurons.v, neurons.slow = rest(PARAMETERS)
    neurons.previous = neurons.v
    neurons.run_regularly(UPDATE, dt=step, when="groups")
    monitor = brian2.SpikeMonitor(neurons)
    brian2.Network(neurons, monitor).run(STEPS * step)
    theirs = np.zeros((STEPS, NEURONS), bool)
    theirs[np.rint(monitor.t / step).astype(int), np.asarray(monitor.i)] = True
    ours = run_alone(PARAMETERS, external, synaptic)
    assert ours.sum() > 1000
    assert np.array_equal(ours, theirs)
