"""What is recorded for the figures, and that recording changes nothing."""

import numpy as np

from emulation.states import named_arrays
from lava_sleep.backends.base import run_segments
from lava_sleep.backends.compiled import COMPILED
from lava_sleep.networks.integer.instance import raster_spikes
from lava_sleep.protocols.schedule import stages
from lava_sleep.runs.arrays import dataset
from lava_sleep.runs.recording import SHARES, StageRecorder, by_excerpt


def test_snapshots_are_the_weights_at_their_cycles(tiny_results):
    configuration, results = tiny_results
    stage = stages(configuration.network, configuration.protocol)[1]
    made, parent = results[0].stages["T1"], results[0].stages["U"].state
    instance = configuration.network.instance(results[0].seed)
    assert made.recorded.weights.shape == (len(SHARES), 8, 784) and made.recorded.weights.dtype == np.uint8
    for index in (0, 7, len(SHARES) - 1):
        cycles = int(made.recorded.cycles[index])
        shorter = [stage.segments[0]._replace(cycles=cycles)]
        state, _ = run_segments(COMPILED, instance, parent, shorter)
        assert np.array_equal(state.output_synapses.weights, made.recorded.weights[index])


def test_an_observed_run_ends_where_an_unobserved_one_does(tiny_results):
    configuration, results = tiny_results
    instance, parent = configuration.network.instance(results[0].seed), results[0].stages["U"].state
    stage = stages(configuration.network, configuration.protocol)[1]
    recorder = StageRecorder(instance, stage, parent)
    ends = [run_segments(COMPILED, instance, parent, stage.segments, *observers)[0] for observers in ((), (recorder,))]
    recorder.finish(ends[1])
    plain, observed = (named_arrays(state) for state in ends)
    assert all(np.array_equal(plain[name], observed[name]) for name in plain)


def test_dataset_holds_every_network_place_and_excerpt(tiny_results):
    configuration, results = tiny_results
    data = dataset(configuration, results)
    assert dict(data.sizes)["place"] == 5 and list(data.place.values)[0] == "before"
    assert data.snapshot_weights.shape == (2, 4 * len(SHARES), 8, 784)
    last = results[1].stages["T1>T2"].state.output_synapses.weights
    stored = data.snapshot_weights[1].values[data.snapshot_stage.values == "T1>T2"]
    assert np.array_equal(stored[-1], last)
    network, place, excerpt, timestep = (
        data[f"hidden_event_{name}"].values for name in ("network", "place", "excerpt", "timestep")
    )
    assert network.max() == 1 and place.max() == 4 and set(excerpt) == {0, 1, 2}
    asleep = excerpt == 2
    assert not np.any(place[asleep] == 0)  # before any training no rates are known, so sleep is silent
    assert len(set(timestep[asleep])) == 16 and set(timestep[~asleep]) == {1}


def test_spikes_of_a_raster():
    raster = np.zeros((6, 16, 5), np.uint8)
    raster[1, 3, 4] = raster[5, 15, 0] = 1
    assert raster_spikes(raster).tolist() == [[1, 3, 4], [5, 15, 0]]
    assert by_excerpt(raster_spikes(raster), 3).tolist() == [[0, 1, 3, 4], [1, 2, 15, 0]]


def test_recording_costs_little(tiny_results):
    _, results = tiny_results
    every = [stage for result in results for stage in result.stages.values()]
    assert all(stage.recorded.seconds > 0 for stage in every if stage.stage.is_row)
    assert sum(stage.recorded.seconds for stage in every) < sum(stage.seconds for stage in every)
