"""Analyses of runs with other tasks, kinds and views than the paper's."""

import numpy as np
import pytest
import xarray as xr
from helpers.worlds import SMALL, SMALL_TASKS

from emulation.errors import InputError
from lava_sleep.analysis.activity import replay
from lava_sleep.analysis.behaviour import lasting_course, performance_course, trajectory
from lava_sleep.analysis.fields import hidden_fields, output_fields
from lava_sleep.analysis.geometry import aligned_weights, boundary_distances, kernel_components, manifold_distances
from lava_sleep.analysis.selection import main_names, of_task, preferred_particles, snapshots, trained_stage
from lava_sleep.analysis.synapses import relevant_distributions
from lava_sleep.runs.arrays import dataset
from lava_sleep.runs.configuration import as_toml, configuration_of
from lava_sleep.runs.run import run_networks

ROWS = ["first", "first>second", "first>second>third", "first>i(S,second)^2", "first>second>third>i(S,first)^2"]
CYCLES = {"unsupervised": 200, "task": 300, "interleaved": 200, "episode": 20, "test": 60}


@pytest.fixture(scope="module")
def data() -> xr.Dataset:
    """Two networks with a constructed hidden layer of particles of one size, in a small world with three tasks."""
    kinds = {name: found for name, found in SMALL_TASKS["world"]["kinds"].items() if len(found) == 1}
    tasks = {
        "first": {"dash": {"count": 8, "value": 1}, "bar": {"count": 8, "value": -1}},
        "second": {"slope": {"count": 8, "value": 1}},
        "third": {"rise": {"count": 8, "value": 1}},
    }
    world = {**SMALL_TASKS["world"], "kinds": kinds, "unsupervised": dict.fromkeys(kinds, 4)}
    network = {"hidden": {"neurons": 150}, "hidden_synapses": {"wiring": "constructed", "fan_in": 6}}
    protocol = {"rows": ROWS, "cycles": CYCLES}
    options = {"networks": 2, "seed": 5, "protocol": protocol, "network": network, "world": world, "tasks": tasks}
    configuration = configuration_of(options)
    return dataset(configuration, run_networks(configuration)[0])


def made_of(tables: dict, **arrays) -> xr.Dataset:
    """Arrays that say of themselves in which world they were made."""
    made = configuration_of({"protocol": {"rows": ["first"]}, **tables})
    return xr.Dataset(arrays, attrs={"configuration": as_toml(made)})


def test_every_neuron_prefers_its_particle_whatever_its_size():
    stimuli = SMALL.stimuli()
    weights = np.zeros((1, len(stimuli), SMALL.inputs))
    for neuron, (_, pixels) in enumerate(stimuli):
        weights[0, neuron, list(pixels)] = 255
    inputs = np.broadcast_to(np.arange(SMALL.inputs), weights.shape)
    synapse = ("network", "hidden", "synapse")
    found = made_of(SMALL_TASKS, hidden_inputs=(synapse, inputs), hidden_weights=(synapse, weights + 5))
    preferred, kinds = preferred_particles(found)
    assert preferred[0].tolist() == list(range(len(stimuli))) and {len(one) for _, one in stimuli} == {2, 3}
    for task in SMALL.tasks:
        assert set(kinds[of_task(found, task)[0]]) == set(SMALL.kinds_of(task))
    fields = hidden_fields(found, per_kind=2)
    assert fields.field.shape == (12, 5, 5) and fields.kind.values.tolist() == [k for k in range(6) for _ in range(2)]
    assert [(field == 260).sum() for field in fields.field.values] == [2] * 6 + [3, 3, 2, 2, 3, 3]


def test_fields_have_the_size_of_the_view(data):
    assert hidden_fields(data).field.shape[1:] == (5, 5)
    found = output_fields(data, "first")
    assert found.shape == (8, 5, 5) and found.values.sum(axis=(1, 2)) == pytest.approx(24)


def test_paths_stay_in_the_world(data):
    for task in data.task.values:
        found = trajectory(data, "first", str(task))
        assert found.path.values.min() >= 0 and 25 < found.path.values.max() < 30
        assert found.pixels.shape[1:] == (2, 2) and found.pixels.values.max() < 30


def test_every_task_is_shown(data):
    rows = ["first", "first>second>third"]
    templates = {task: trained_stage(data, task) for task in ("first", "second", "third")}
    assert list(templates.values()) == ROWS[:3]
    assert replay(data, rows, templates).likeness.shape == (2, 2, 3)
    assert relevant_distributions(data, rows).task.values.tolist() == list(templates)
    assert performance_course(data, ROWS[2]).tested.sizes["task"] == 3


def test_a_task_is_trained_alone_or_with_rest(data):
    for rows, stage in ((["second"], "second"), (["first>i(S,second)", "first>i(R,second)"], "first>i(R,second)")):
        assert trained_stage(data.isel(row=[0] * len(rows)).assign_coords(row=rows), "second") == stage
    with pytest.raises(InputError, match=r"training is missing.*'third'.*third and first>second>third"):
        trained_stage(data.isel(row=[0]), "third")


def test_the_ends_of_chains_are_shown_first():
    rows = ["A", "A>i(S,B)", "A>i(S,B)>i(S,C)", "A>i(R,B)", "A>i(R,B)>i(R,C)", "C"]
    assert main_names(rows, 4) == ["A", "A>i(S,B)>i(S,C)", "A>i(R,B)>i(R,C)", "C"]
    assert main_names(rows, 9) == ["A", "A>i(S,B)>i(S,C)", "A>i(R,B)>i(R,C)", "C", "A>i(S,B)", "A>i(R,B)"]


def test_lasting_is_of_the_tasks_that_were_trained(data):
    one, other = lasting_course(data)
    assert one.attrs["start"] == "first" and one.attrs["new"] == "second" and one.attrs["beside"] == "sleep"
    tested = data.performance.sel(row=ROWS[3].removesuffix("^2"))
    assert one.old.values[:, 1] == pytest.approx(tested.sel(task="first").values, nan_ok=True)
    assert one.new.values[:, 1] == pytest.approx(tested.sel(task="second").values, nan_ok=True)
    tested = data.performance.sel(row=ROWS[4])
    mean = tested.sel(task=["second", "third"]).mean("task", skipna=False)
    assert other.old.values[:, 2] == pytest.approx(mean.values, nan_ok=True)


def test_weights_are_laid_beside_the_manifold_of_every_task(data):
    found = manifold_distances(data, ROWS[2]).distance
    assert found.manifold.values.tolist() == ["first", "second", "third", "both"]
    apart = found.sel(manifold=["first", "second", "third"]).values
    assert found.sel(manifold="both").values == pytest.approx(np.sqrt((apart**2).sum(axis=0)))
    assert aligned_weights(data, snapshots(data, "first")).shape[-1] == 8 * len(preferred_particles(data)[1])
    assert kernel_components(data).component.sizes["network"] == 2


def test_what_is_of_two_tasks_says_so(data):
    with pytest.raises(InputError, match=r"got .first, second, third. \(allowed: two tasks"):
        boundary_distances(data, ["first"])


def test_tasks_that_share_a_kind_have_no_manifolds_of_their_own():
    tasks = {"first": SMALL_TASKS["tasks"]["first"], "again": SMALL_TASKS["tasks"]["first"]}
    with pytest.raises(InputError, match="first and again share dash"):
        manifold_distances(made_of({**SMALL_TASKS, "tasks": tasks}), "first")


def test_an_old_data_set_is_of_the_papers_world():
    assert preferred_particles(
        xr.Dataset(
            {
                "hidden_inputs": (("network", "hidden", "synapse"), np.arange(49)[np.newaxis, np.newaxis]),
                "hidden_weights": (("network", "hidden", "synapse"), np.ones((1, 1, 49))),
            }
        )
    )[1].shape == (148,)
