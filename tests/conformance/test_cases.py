"""Neuron, trace, tag, weight, epoch, reward, sleep: what each has to do, worked out here in plain Python."""

import math

import numpy as np

from emulation.engine.phase import Mode
from emulation.environments.base import REWARDED

W, T = "output_synapses.weights", "output_synapses.tags"
X, X_TIME = "output_synapses.x_traces", "output_synapses.x_time"
TAG_RULE = {"sleep_dt": "2^0*u0*x1*y1 - 2^-2*u0*t", "sleep_dw": "2^-3*u0*t*y2"}
HIDDEN_RATE = 0.08  # 8 spikes in 100 cycles, see conftest
TAG_MIN, TAG_MAX, WEIGHT_MAX, LIMIT = -257, 255, 255, 2**15


def clip(value, low=-LIMIT - 1, high=LIMIT - 1):
    return min(max(value, low), high)


def leaked(value, decay, floating):
    """Decay towards zero with 12 bits, as lava/proc/lif/models.py has it."""
    if floating:
        return value * (4096 - decay) / 4096
    return int(math.copysign(abs(value) * (4096 - decay) >> 12, value))


def test_neuron(start):
    """u, v and the spikes of the output layer follow from the hidden spikes, with one timestep of delay."""
    case, run = start()
    course = run((case.phase(Mode.SLEEP, learns=False, rate_gain=4096), 6))
    output, weights = case.description.output, course.start[W]
    u, v, arriving = ([0] * 8 for _ in range(3))
    fired = 0
    for cycle in course.cycles:
        for step in range(16):
            for neuron in range(8):
                u[neuron] = leaked(u[neuron], output.current_decay, course.deviates("floors")) + 64 * arriving[neuron]
                v[neuron] = leaked(v[neuron], output.voltage_decay, course.deviates("floors")) + u[neuron]
                v[neuron] = max(v[neuron], -64 * output.floor)
                spikes = v[neuron] > 64 * output.threshold_asleep
                assert cycle["output_raster"][step, neuron] == spikes
                fired += spikes
                v[neuron] = 0 if spikes else v[neuron]
            heard = np.flatnonzero(cycle["hidden_raster"][step])
            arriving = [sum(weights[neuron, heard] + output.drive_asleep) for neuron in range(8)]
        assert np.allclose(cycle["u"], u, rtol=1e-12) and np.allclose(cycle["v"], v, rtol=1e-12)
        assert np.array_equal(cycle["counts"], cycle["output_raster"].sum(axis=0))
    assert fired > 5


def test_trace(start):
    """x1 decays by exp(-1/16) per timestep and jumps by 127, clipped at 127; spikes within an epoch are all noted."""
    case, run = start()
    course = run((case.phase(Mode.SLEEP, rate_gain=8192), 8))
    exact, spiked = np.zeros(case.network.wiring.post.max() + 1), 0
    for cycle in course.cycles:
        before = exact.copy()
        for neuron in range(len(exact)):
            steps = np.flatnonzero(cycle["hidden_raster"][:, neuron])
            if len(steps):
                exact[neuron] = 127 * math.exp(-(15 - steps[-1]) / 16)
                spiked += 1
            else:
                exact[neuron] = before[neuron] * math.exp(-1)
        found = cycle[X][0]
        if course.deviates("rounding"):
            assert np.allclose(found, exact, rtol=1e-12)
        else:  # each rounding is to one of the two neighbours
            assert np.all(np.abs(found - exact) < 1.6)
            exact = found.astype(float)
        assert not cycle[X_TIME].any()
    assert spiked > 50


def test_tag_and_weight(start):
    """dt = x1 y1 - t/4 and dw = t y2 / 8, both of w and t from before the epoch, in Lava's integer order."""
    case, run = start("nearest", **TAG_RULE)
    plasticity = case.description.output_synapses.plasticity
    course = run((case.phase(Mode.SLEEP, rate_gain=8192), 10))
    weights, tags = course.start[W].copy(), np.zeros_like(course.start[T])
    for cycle in course.cycles:
        post = plasticity.post_scale * np.minimum(cycle["counts"], plasticity.post_limit)
        third = plasticity.sleep_third_factor
        for neuron in range(8):
            for synapse in range(weights.shape[1]):
                x, t, w = cycle[X][0, synapse], tags[neuron, synapse], weights[neuron, synapse]
                if course.deviates("floors"):
                    new_t = clip(t + x * post[neuron] / 2**3 - t / 4, TAG_MIN, TAG_MAX)
                    new_w = clip(w + t * third / 2**5 / 8, 0, WEIGHT_MAX)
                else:
                    total = clip((int(t) << 7) + clip((int(x) * int(post[neuron]) >> 3) << 7))
                    total = clip(total - (int(t) << 5))
                    new_t = clip((total + 64) >> 7, TAG_MIN, TAG_MAX)
                    total = clip((int(w) << 7) + clip((int(t) * third >> 5) << 4))
                    new_w = clip((total + 64) >> 7, 0, WEIGHT_MAX)
                assert math.isclose(cycle[T][neuron, synapse], new_t, rel_tol=1e-12, abs_tol=1e-12)
                assert math.isclose(cycle[W][neuron, synapse], new_w, rel_tol=1e-12, abs_tol=1e-12)
        weights, tags = cycle[W].copy(), cycle[T].copy()
    assert np.abs(tags).max() > 50 and not np.array_equal(weights, course.start[W])


def test_reward_timing(start):
    """A reward changes the weights of the executed direction alone, one learning epoch after the move."""
    case, run = start()
    course = run((case.phase(Mode.WAKE, "T1"), 160))
    rewards = 0
    for move, (before, after) in zip(course.cycles, zip(course.cycles, course.cycles[1:])):
        changed = np.flatnonzero((before[W] != after[W]).any(axis=1))
        if move["outcomes"] == REWARDED:
            rewards += 1
            assert set(changed) <= {int(move["directions"])}
            assert move["reward"][move["directions"]] == case.description.output_synapses.plasticity.reward
        else:
            assert len(changed) == 0 and not move["reward"].any()
    assert rewards >= 3
    assert any((one[W] != other[W]).any() for one, other in zip(course.cycles, course.cycles[1:]))


def test_a_phase_switch_forgets_activity(start):
    """After a switch the first cycle starts with no tag, trace, u, v or reward: it is that of a fresh start."""
    case, run = start()
    course = run((case.phase(Mode.WAKE, "T1"), 30), (case.phase(Mode.REST, learns=False), 1))
    busy, rested = course.cycles[29], course.cycles[30]
    assert busy[T].any() and busy[X].any() and busy["v"].any()
    for name in (T, X, "u", "v", "arriving", "reward", "counts"):
        assert not rested[name].any()
    assert np.array_equal(busy[W], rested[W])


def test_sleep_has_no_world(start):
    """Asleep the agent stays, hidden neurons fire by noise, and all output neurons learn."""
    case, run = start()
    course = run((case.phase(Mode.WAKE, "T1"), 2), (case.phase(Mode.SLEEP, rate_gain=8192), 40))
    awake, last = course.cycles[1], course.cycles[-1]
    for name in ("world.agent", "world.cells", "world.particles"):
        assert np.array_equal(awake[name], last[name])
    spikes = sum(int(cycle["hidden_raster"].sum()) for cycle in course.cycles[2:])
    expected = 40 * 8 * HIDDEN_RATE * awake["rate_counts"].shape[1]
    assert abs(spikes - expected) < 6 * math.sqrt(expected) + 0.1 * expected
    assert (last[W] != awake[W]).any(axis=1).all()
    assert not any(cycle["outcomes"] for cycle in course.cycles[2:])


def test_frozen_weights(start):
    """Without plasticity nothing plastic changes, awake or asleep, and spikes go on."""
    case, run = start()
    asleep = case.phase(Mode.SLEEP, learns=False, rate_gain=4096)
    course = run((case.phase(Mode.WAKE, "T1", learns=False), 20), (asleep, 10))
    for name in (W, "hidden_synapses.weights"):
        assert all(np.array_equal(course.start[name], cycle[name]) for cycle in course.cycles)
    assert not any(cycle[T].any() for cycle in course.cycles)
    assert sum(int(cycle["output_raster"].sum()) for cycle in course.cycles) > 0


def test_the_unsupervised_rule(start):
    """A hidden spike depresses by y3/16 per synapse and potentiates by 2 where the input was active."""
    case, run = start("nearest", "learnt")
    course = run((case.phase(Mode.UNSUPERVISED, ramp_start=16, ramp_end=16, ramp_cycles=10), 10))
    name = "hidden_synapses.weights"
    before, changed = course.start[name], 0
    for cycle in course.cycles:
        fired = cycle["hidden_raster"][1].astype(bool)
        assert np.array_equal(before[~fired], cycle[name][~fired])
        step = cycle[name].astype(float) - before
        active = (before[fired] > 0) & (before[fired] < WEIGHT_MAX)
        assert np.all(step[fired][before[fired] == 0] == 0)
        assert set(np.unique(step[fired][active])) <= {-1.0, 1.0}
        saturated = step[fired][before[fired] == WEIGHT_MAX]
        assert set(np.unique(saturated)) <= {-1.0, 0.0}
        changed += int((step != 0).sum())
        before = cycle[name].copy()
    assert changed > 5
