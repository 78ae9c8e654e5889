"""Synapses, support vector machine, components and manifolds, on made weights whose answers are known."""

import numpy as np
import pytest
import xarray as xr

from emulation.errors import InputError
from lava_sleep.analysis.geometry import (
    aligned_weights,
    boundary_distances,
    kernel_components,
    manifold_distances,
    nearest,
    principal_course,
)
from lava_sleep.analysis.selection import of_task, snapshots
from lava_sleep.analysis.synapses import (
    neuron_weights,
    paired_weights,
    relevant_distributions,
    relevant_synapses,
    two_clusters,
    weight_histogram,
)
from lava_sleep.environments.foraging import PAPER

ROWS = ["T1", "T1>T2", "T1>T2>i(S,T1)", "T1>T2>i(R,T1)"]
STEPS = np.arange(1, 11)


@pytest.fixture
def made(generator) -> xr.Dataset:
    """Two networks whose weights go straight to: the T1 neurons strong, the T2 ones strong, both, the T1 ones again.

    Hidden neurons prefer the 148 particles in another order in each network.
    """
    particles = PAPER.stimuli()
    order = np.stack([generator.permutation(len(particles)) for _ in range(2)])
    pixels = np.array([pixels for _, pixels in particles])
    data = xr.Dataset(
        {
            "hidden_inputs": (("network", "hidden", "synapse"), pixels[order]),
            "hidden_weights": (("network", "hidden", "synapse"), np.full((2, 148, 2), 255)),
        },
        coords={"network": [1, 2], "row": ROWS, "stage": ("window", ROWS)},
        attrs={"largest_weight": 256.0},
    )
    ones, twos = of_task(data, "T1"), of_task(data, "T2")
    ends = [200 * ones, 200 * twos, 200 * (ones | twos), 200 * ones]
    courses, start = [], [np.zeros((2, 148)), ends[0], ends[1], ends[1]]
    for before, after in zip(start, ends):
        share = np.minimum(1, STEPS / 8)[:, np.newaxis, np.newaxis]
        courses.append(np.moveaxis(before + share * (after - before), 0, 1))
    weights = np.repeat(np.concatenate(courses, axis=1)[:, :, np.newaxis], 8, axis=2)
    weights = weights + generator.uniform(0, 4, weights.shape)
    weights[:, :, 3] += 5 * (weights[:, :, 3] > 100)
    last = weights[:, 9::10]
    return data.assign(
        {
            "snapshot_weights": (("network", "snapshot", "output", "hidden"), weights),
            "output_weights": (("network", "row", "output", "hidden"), last),
        }
    ).assign_coords(
        snapshot_stage=("snapshot", np.repeat(ROWS, 10)), snapshot_cycle=("snapshot", np.tile(100 * STEPS, 4))
    )


def test_the_last_fifth_of_a_stage(made):
    assert snapshots(made, "T1", 0.2).shape == (2, 2, 8 * 148) and snapshots(made, "T1").shape[1] == 10


def test_relevant_synapses_are_the_strongest_tenth_and_are_lost_and_kept(made):
    chosen = relevant_synapses(made, "T1")
    assert chosen.sum(axis=(1, 2)).tolist() == [118, 118]
    assert chosen.any(axis=1)[~of_task(made, "T1")].sum() == 0  # all of them are of Task 1's neurons
    found = relevant_distributions(made, ROWS)
    assert found.share.sum("bin").values == pytest.approx(1)
    assert (found["median"].sel(task="T1").values > 128).tolist() == [True, False, True, True]
    assert (found["median"].sel(task="T2").values > 128).tolist() == [False, True, True, False]


def test_histogram_of_two_rows_counts_what_was_forgotten(made):
    counts = weight_histogram(made, "T1", "T1>T2")
    assert counts.sum() == 2 * 8 * 148
    forgotten = counts.where((counts.then > 128) & (counts.now < 128)).sum()
    assert forgotten == 8 * of_task(made, "T1").sum()


def test_two_clusters_of_two_normal_distributions(generator):
    weights = np.concatenate([generator.normal(20, 5, 300), generator.normal(230, 5, 40)])
    border, strong, separation = two_clusters(weights)
    assert border == pytest.approx(125, abs=2) and strong.sum() == 40 and separation == pytest.approx(42, rel=0.1)
    assert two_clusters(np.full(5, 7.0))[2] == 0
    assert two_clusters(generator.uniform(0, 255, 1000))[2] < 4  # no clusters: twice the SD of a half is 3.5


def test_one_neuron_splits_where_its_weights_do(made):
    found = neuron_weights(made, "T1>T2>i(R,T1)")
    assert np.array_equal(found.strong.values, of_task(made, "T1")[0]) and found.attrs["separation"] > 10
    assert found.cycle.values.tolist() == (100 * STEPS).tolist() and 50 < found.attrs["border"] < 160


def test_weights_against_themselves(made):
    found = paired_weights(made, made.isel(network=[1]), "T1")
    assert found.attrs["networks"] == 1 and found.attrs["correlation"] == pytest.approx(1)
    assert np.all(found["count"].values == np.diag(np.diag(found["count"].values)))


def test_joint_weights_lie_between_those_of_the_tasks(made):
    found = boundary_distances(made, ROWS)
    assert found.sel(row="T1").values == pytest.approx(-1, abs=0.05)
    assert found.sel(row="T1>T2").values == pytest.approx(1, abs=0.05)
    assert np.all(np.abs(found.sel(row="T1>T2>i(S,T1)").values) < 0.3)
    assert found.sel(row="T1>T2>i(R,T1)").values == pytest.approx(-1, abs=0.05)


def test_a_straight_course_has_one_component(made):
    straight = made.isel(snapshot=slice(0, 10), row=[0], window=[0])
    found = principal_course(straight)
    assert found.attrs["explained"][0] > 0.95 and list(dict.fromkeys(found.stage.values)) == ["T1"]
    assert np.all(np.diff(np.abs(found.component.values[:, 0] - found.component.values[0, 0]))[:7] > 0)


def test_weights_that_do_not_change_have_no_components(made):
    with pytest.raises(InputError, match="did not change"):
        principal_course(made.assign(snapshot_weights=0 * made.snapshot_weights))


def test_alignment_undoes_the_order_of_the_neurons(made):
    aligned = aligned_weights(made, snapshots(made, "T1"))
    assert aligned.shape == (2, 10, 8 * 148)
    assert aligned[0] == pytest.approx(aligned[1], abs=4.01)
    assert np.abs(snapshots(made, "T1")[0] - snapshots(made, "T1")[1]).max() > 100


def test_kernel_components_join_networks_and_part_stages(made):
    found = kernel_components(made).component.mean("snapshot")
    among = np.linalg.norm(found.sel(network=1) - found.sel(network=2), axis=-1).max()
    apart = np.linalg.norm(found.sel(stage="T1") - found.sel(stage="T1>T2"), axis=-1).min()
    assert apart > 10 * among


def test_nearest_state():
    assert nearest(np.array([[0.0, 0], [3, 4]]), np.array([[0.0, 0], [10, 0]])).tolist() == [0, 5]


def test_sequential_training_leaves_the_old_manifold_and_joint_weights_are_on_both(made):
    asleep, rested = (manifold_distances(made, row).distance.mean("network") for row in ROWS[2:])
    gone = 200 * np.sqrt(8 * of_task(made, "T1")[0].sum())
    assert asleep.sel(manifold="T1").values[9] == 0 and asleep.sel(manifold="T2").values[19] == 0
    assert asleep.sel(manifold="T1").values[19] == pytest.approx(gone, rel=0.05)
    assert np.all(asleep.values[:, -1] < 0.05 * gone)
    assert rested.sel(manifold="T2").values[-1] == pytest.approx(gone, rel=0.05)
    one = manifold_distances(made, ROWS[2]).distance
    assert one.sel(manifold="both").values == pytest.approx(np.hypot(one.sel(manifold="T1"), one.sel(manifold="T2")))
