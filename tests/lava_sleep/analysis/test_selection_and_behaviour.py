"""Selection of rows, performance over time, paths and fields, on made data whose answers are known."""

import numpy as np
import pytest
import xarray as xr

from emulation.environments.foraging import MOVES
from emulation.errors import InputError
from lava_sleep.analysis.behaviour import performance_after, performance_course, trajectory
from lava_sleep.analysis.fields import hidden_fields, output_fields
from lava_sleep.analysis.selection import main_chains, main_rows, preferred_particles, require, require_rows
from lava_sleep.environments.foraging import PAPER
from lava_sleep.protocols.rows import chain


@pytest.fixture
def rows() -> xr.Dataset:
    """Two networks, three rows of two windows each."""
    names = ["T1", "T1>T2", "T1>T2>i(S,T1)"]
    return xr.Dataset(
        {
            "performance": (("network", "row", "task"), [[[0.9, 0.5], [0.5, 0.9], [0.8, 0.8]]] * 2),
            "performance_over_time": (("network", "window"), [[0.5, 0.7, 0.5, 0.6, 0.7, np.nan],
                                                              [0.7, 0.9, 0.5, 0.8, 0.7, np.nan]]),
        },
        coords={"network": [1, 2], "row": names, "stage": ("window", np.repeat(names, 2)),
                "cycle": ("window", 1000 * np.arange(6))},
    )  # fmt: skip


def test_chains_and_main_rows(rows):
    assert chain("T1>T2>i(S,T1)^2") == ["T1", "T1>T2", "T1>T2>i(S,T1)", "T1>T2>i(S,T1)^2"]
    assert main_rows(rows, 2) == ["T1", "T1>T2"] and main_chains(rows) == ["T1>T2>i(S,T1)"]


def test_what_is_missing_is_named(rows):
    with pytest.raises(InputError, match="snapshot_weights"):
        require(rows, "performance", "snapshot_weights")
    with pytest.raises(InputError, match=r"T1>i\(S,T2\)"):
        require_rows(rows, "T1", "T1>i(S,T2)")


def test_course_is_mean_and_sd_along_the_stages(rows):
    made = performance_course(rows, "T1>T2>i(S,T1)")
    assert made["mean"].values[:5] == pytest.approx([0.6, 0.8, 0.5, 0.7, 0.7]) and np.isnan(made["mean"].values[5])
    assert made.sd.values[:3] == pytest.approx([0.1, 0.1, 0])
    assert made.cycle.values.tolist() == [0, 1000, 2000, 3000, 4000, 5000]
    assert made.end.values.tolist() == [2000, 4000, 6000]
    assert made.tested.values[1, :, 0].tolist() == [0.5, 0.9]
    assert performance_after(rows)["mean"].sel(row="T1").values.tolist() == [0.9, 0.5]


def test_a_path_goes_on_over_the_border():
    right = next(number for number, move in enumerate(MOVES) if tuple(move) == (0, 1))
    up_left = 0
    data = xr.Dataset(
        {
            "agent": (("network", "place", "excerpt", "coordinate"), [[[[0, 48]]]]),
            "directions": (("network", "place", "excerpt", "excerpt_cycle"), [[[[right, right, up_left]]]]),
            "outcomes": (("network", "place", "excerpt", "excerpt_cycle"), [[[[0, 1, 2]]]]),
            "particles": (("network", "place", "excerpt", "particle", "entry"), [[[[[0, 49, 2], [-1, -1, -1]]]]]),
        },
        coords={"network": [1], "place": ["T1"], "excerpt": ["T1"]},
    )
    made = trajectory(data, "T1", "T1")
    assert made.path.values.tolist() == [[0, 48], [0, 49], [0, 0], [49, 49]]
    assert made.pixels.values.tolist() == [[[0, 49], [49, 0]]] and made.kind.values.tolist() == [2]
    assert made.outcome.values.tolist() == [0, 1, 2]


@pytest.fixture
def wired() -> xr.Dataset:
    """A hidden neuron for every particle, whose two pixels weigh 255; output 0 hears the first neuron only."""
    particles, third = PAPER.stimuli(), PAPER.silent_inputs[0] + 1
    pre = np.array([[*pixels, third if third not in pixels else third + 1] for _, pixels in particles])
    weights = np.tile([255, 255, 10], (len(particles), 1))
    output = np.ones((1, 1, 8, len(particles)))
    output[0, 0, 0] = 0
    output[0, 0, 0, 0] = 200
    return xr.Dataset(
        {
            "hidden_inputs": (("network", "hidden", "synapse"), pre[np.newaxis]),
            "hidden_weights": (("network", "hidden", "synapse"), weights[np.newaxis]),
            "output_weights": (("network", "row", "output", "hidden"), output),
        },
        coords={"network": [1], "row": ["T1"]},
    )


def test_every_neuron_prefers_its_particle(wired):
    preferred, kinds = preferred_particles(wired)
    assert preferred[0].tolist() == list(range(148)) and np.bincount(kinds).tolist() == [40, 40, 34, 34]


def test_fields_are_the_particles(wired):
    made = hidden_fields(wired)
    assert made.kind.values.tolist() == [kind for kind in range(4) for _ in range(4)]
    assert all((field == 255).sum() == 2 for field in made.field.values)
    field = output_fields(wired, "T1").values
    _, (first, second) = PAPER.stimuli()[0]
    strongest = set(np.argsort(field[0].ravel())[-2:])
    assert strongest == {first, second} and field[0].sum() == pytest.approx(48) and field[1].max() < field[0].max()
