"""The cost estimate: events counted in a run, times published energies."""

import numpy as np
import pytest
from helpers.chip import NETWORK, small_chip
from helpers.worlds import KINDS, PAIRS, world_from, world_tables

from lava_sleep.hardware.api import check
from lava_sleep.hardware.cost import Events, cost_lines, count_events, estimate
from lava_sleep.hardware.profiles import load_profile
from lava_sleep.networks.integer.description import Hidden, HiddenSynapses, IntegerNetwork
from lava_sleep.networks.integer.graph import usage_of_network

FOUR_OF_VIEW_5 = world_from(world_tables(KINDS, PAIRS, 12, spacing=2, view=5))


def test_the_sum_by_hand():
    events = Events("awake", 10, {"input": 2.0, "a": 3.0, "b": 1.0}, 50.0)
    cost = estimate(NETWORK, small_chip(), events)
    # 50 synaptic events, 10 neurons x 16 timesteps, 4 spikes, 3 of them sent to one core each; the small chip's figures
    assert cost.energy == pytest.approx(50 * 10 + 160 * (2 + 3) + 4 * 5 + 3 * 7)
    assert cost.time == (8.0, 24.0)
    assert all(term.source == "this test" for term in cost.terms)


def test_events_are_those_of_the_run():
    description = IntegerNetwork(hidden_synapses=HiddenSynapses(wiring="constructed"))
    usage = usage_of_network(description)
    awake, asleep = count_events(description, usage, seed=3, cycles=60)
    # 10 % of 48 cells are 4.8 pixels, fewer here: no two particles are adjacent and the agent eats what it steps on
    assert 1 < awake.spikes["input"] < 8 and awake.spikes["hidden"] > 1 and awake.spikes["output"] > 0
    assert asleep.spikes["input"] == 0 and asleep.spikes["hidden"] > 1
    assert asleep.synaptic == pytest.approx(asleep.spikes["hidden"] * 16)  # eight plastic synapses, eight of the drive
    mean_fan_out = usage.projections[0].fan_out.sum() / 48
    least, most = 0.7 * mean_fan_out, 1.3 * mean_fan_out
    assert least < (awake.synaptic - awake.spikes["hidden"] * 16) / awake.spikes["input"] < most


def test_a_network_is_laid_out_with_the_sizes_of_its_world():
    description = IntegerNetwork(hidden=Hidden(neurons=50), hidden_synapses=HiddenSynapses(fan_in=6))
    report = check(description, "loihi2", world=FOUR_OF_VIEW_5)
    sizes = {one.name: one.size for one in report.usage.populations}
    assert sizes == {"input": 25, "hidden": 50, "output": 8}
    awake, asleep = count_events(description, report.usage, seed=3, cycles=300, world=FOUR_OF_VIEW_5)
    assert awake.spikes["input"] > 0.1 and asleep.spikes["input"] == 0 and awake.spikes["hidden"] > 0


def test_what_has_no_figure_is_not_guessed():
    usage = usage_of_network(IntegerNetwork())
    events = Events("awake", 10, {"input": 2.0, "hidden": 4.0, "output": 10.0}, 400.0)
    on_loihi1, on_loihi2 = (estimate(usage, load_profile(name), events) for name in ("loihi1", "loihi2"))
    assert on_loihi2.energy is None and on_loihi2.time is None
    assert on_loihi1.energy == pytest.approx(400 * 35.5 + 792 * 16 * (21.6 + 51.2) + 14 * 69.3 + 8 * 111)
    assert "unknown" in "\n".join(cost_lines([on_loihi2])) and "Davies" in "\n".join(cost_lines([on_loihi1]))
    assert np.allclose(on_loihi1.time, (16 * 0.6, 16 * 1.8))
