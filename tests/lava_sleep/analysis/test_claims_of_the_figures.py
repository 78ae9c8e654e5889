"""What the figures show of a real run: the qualitative claims of the paper's Figs 3D, 6, 7, and replay."""

import numpy as np
import pytest

from lava_sleep.analysis.activity import replay
from lava_sleep.analysis.geometry import boundary_distances, manifold_distances
from lava_sleep.analysis.synapses import neuron_weights, relevant_synapses
from lava_sleep.runs.arrays import dataset, recording_cost
from lava_sleep.runs.configuration import read_configuration
from lava_sleep.runs.run import run_networks

pytestmark = pytest.mark.long
ASLEEP, RESTED = "T1>T2>i(S,T1)", "T1>T2>i(R,T1)"
NETWORKS = 3


@pytest.fixture(scope="module", params=["emulation", "float"])
def run(request):
    """Results and arrays of three networks in the main rows of protocol paper."""
    options = {"protocol": "paper", "networks": NETWORKS, "seed": 11, "executor": request.param}
    configuration = read_configuration(None, options)
    protocol = configuration.protocol.model_copy(update={"rows": ("T1", "T1>T2", ASLEEP, RESTED)})
    configuration = configuration.model_copy(update={"protocol": protocol})
    results, _ = run_networks(configuration)
    return results, dataset(configuration, results)


def test_recording_costs_less_than_15_percent(run):
    assert recording_cost(run[0])["share"] < 0.15


def test_weights_after_sleep_lie_between_the_tasks(run):
    found = boundary_distances(run[1], ["T1", "T1>T2", ASLEEP])
    assert np.all(found.sel(row="T1") < found.sel(row=ASLEEP))
    assert np.all(found.sel(row=ASLEEP) < found.sel(row="T1>T2"))
    assert np.all(np.abs(found.sel(row=ASLEEP)) < 0.7)


def test_sequential_training_and_rest_leave_the_old_manifold_farther_than_sleep(run):
    asleep, rested = (manifold_distances(run[1], row).distance for row in (ASLEEP, RESTED))
    sequential = asleep.sel(manifold="T1").values[:, asleep.stage.values == "T1>T2"][:, -1]
    left = [made.sel(manifold="T2").values[:, -1] for made in (asleep, rested)]
    assert np.all(left[0] < 0.75 * left[1]) and np.all(left[0] < 0.75 * sequential)
    both = [made.sel(manifold="both").values[:, -1] for made in (asleep, rested)]
    assert np.all(both[0] < both[1])


def test_weights_split_into_two_clusters(run):
    for network in range(NETWORKS):
        found = neuron_weights(run[1], ASLEEP, network)
        last = found.weight.values[-1]
        assert found.attrs["separation"] > 5 and ((last > 64) & (last < 192)).mean() < 0.02
        assert 0.02 < found.strong.values.mean() < 0.3


def test_sleep_keeps_synapses_that_rest_loses(run):
    chosen = relevant_synapses(run[1], "T2")
    strong = [(run[1].output_weights.sel(row=row).values[chosen] > 128).mean() for row in (ASLEEP, RESTED)]
    assert strong[0] > 2 * strong[1]


def test_sleep_replays_both_tasks_where_rest_forgot_one(run):
    made = replay(run[1], ["T1", ASLEEP, RESTED], {"T1": "T1", "T2": "T1>T2"}).likeness.mean("network")
    assert made.sel(row="T1", task="T1") > 0.3 > made.sel(row="T1", task="T2")
    assert made.sel(row=ASLEEP, task="T2") > made.sel(row=RESTED, task="T2") + 0.1
