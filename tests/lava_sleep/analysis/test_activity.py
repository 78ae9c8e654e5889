"""Rasters, rates and replay, on made spikes whose answers are known."""

import numpy as np
import pytest
import xarray as xr

from lava_sleep.analysis.activity import likeness, raster, rates, replay, spikes
from lava_sleep.runs.layout import EVENT_COLUMNS

CYCLES, HIDDEN, OUTPUTS = 40, 20, 8


def columns(layer: str, events) -> dict[str, tuple]:
    """Events of (place, excerpt, cycle, timestep, neuron) of network 0, an array per column."""
    table = np.array([[0, *event] for event in events], np.int32).T
    return {f"{layer}_event_{name}": (f"{layer}_event", column) for name, column in zip(EVENT_COLUMNS, table)}


@pytest.fixture
def data() -> xr.Dataset:
    """Awake, hidden neuron k drives output k % 4 in Task 1 and k % 4 + 4 in Task 2; sleep in place T1 is as Task 1."""
    hidden, output = [], []
    for place in range(2):
        for excerpt, offset in ((0, 0), (1, 4), (2, 0 if place == 0 else 4)):
            for cycle in range(CYCLES):
                neuron = cycle % HIDDEN
                hidden.append((place, excerpt, cycle, 1, neuron))
                output.append((place, excerpt, cycle, 3, neuron % 4 + offset))
    return xr.Dataset(
        {**columns("hidden", hidden), **columns("output", output), "agent": ("network", [0])},
        coords={
            "network": [7], "place": ["T1", "T1>T2"], "excerpt": ["T1", "T2", "S"],
            "excerpt_cycle": np.arange(CYCLES), "hidden": np.arange(HIDDEN), "output": np.arange(OUTPUTS),
        },
        attrs={"cycle_timesteps": 16},
    )  # fmt: skip


def test_spikes_of_an_excerpt(data):
    assert spikes(data, "output", "T1", "T2")[:2].tolist() == [[0, 3, 4], [1, 3, 5]]


def test_raster_and_rates(data):
    made = raster(data, "T1", "T1", 2)
    assert made.hidden.values.tolist() == [[1, 0], [17, 1]] and made.output.values.tolist() == [[3, 0], [19, 1]]
    assert made.hidden_count.values.sum() == 2 and made.hidden_count.values[17] == 1
    found = rates(data, "T1", "T1")
    assert found.hidden.values == pytest.approx(1 / HIDDEN) and found.output.values[:4] == pytest.approx(0.25)
    assert found.output.values[4:].sum() == 0


def test_sleep_replays_the_task_that_it_repeats(data):
    made = replay(data, ["T1", "T1>T2"], {"T1": "T1", "T2": "T1>T2"})
    alike = made.likeness.values[0]
    assert alike[0, 0] == pytest.approx(1) and alike[1, 1] == pytest.approx(1)
    assert abs(alike[0, 1]) < 1e-9 and abs(alike[1, 0]) < 1e-9
    assert abs(made.shuffled.values[0, 0, 0]) < 0.3


def test_silence_is_like_nothing():
    assert np.isnan(likeness(np.zeros(3), np.ones(3)))
