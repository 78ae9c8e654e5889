"""Sleep on a stock Lava network: rates are counted awake, and noise repeats them asleep."""

import numpy as np
import pytest

pytest.importorskip("lava.magma")

from lava.magma.core.run_configs import Loihi2SimCfg
from lava.proc.io.sink import RingBuffer as Recorder
from lava.proc.io.source import RingBuffer as Source
from lava.proc.lif.process import LIF

from processes import Reactivation, SleepSchedule
from processes.reactivation import SleepError
from processes.runtime import GuardedRun, LavaRunError

pytestmark = pytest.mark.lava

NEURONS, PERIOD, AWAKE, ASLEEP = 12, 8, 400, 1600
RATES = np.linspace(0, 0.6, NEURONS)  # spikes per cycle


def night(**options) -> tuple[np.ndarray, np.ndarray, np.ndarray]:
    """Spikes (n,) awake and asleep, and what was counted."""
    random = np.random.default_rng(4)
    spikes = np.zeros((NEURONS, AWAKE + ASLEEP), np.int32)
    for cycle in range(AWAKE // PERIOD):
        spikes[random.random(NEURONS) < RATES, cycle * PERIOD + 3] = 1
    source, neurons = Source(data=20 * spikes), LIF(shape=(NEURONS,), vth=10, du=4095, dv=4095)
    schedule = SleepSchedule(awake=AWAKE, asleep=ASLEEP, period=PERIOD)
    sleep = Reactivation(shape=(NEURONS,), amplitude=20, period=PERIOD, seed=2, **options)
    recorder = Recorder(shape=(NEURONS,), buffer=AWAKE + ASLEEP)
    source.s_out.connect(neurons.a_in)
    sleep.a_out.connect(neurons.a_in)
    schedule.asleep_out.connect(sleep.asleep_in)
    neurons.s_out.connect(sleep.s_in)
    neurons.s_out.connect(recorder.a_in)
    with GuardedRun(neurons, Loihi2SimCfg(select_tag="fixed_pt"), timeout=120) as guarded:
        guarded.run(AWAKE + ASLEEP)
        fired = guarded.get(recorder.data)
        counted, cycles = guarded.get(sleep.spike_counts), guarded.get(sleep.cycles)
        assert guarded.get(sleep.events)[0] == fired[:, AWAKE:].sum()
    assert cycles[0] == AWAKE // PERIOD
    assert np.array_equal(fired[:, :AWAKE], spikes[:, :AWAKE])
    return fired[:, :AWAKE].sum(axis=1), fired[:, AWAKE:].sum(axis=1), counted


def test_sleep_repeats_the_rates_of_the_day():
    awake, asleep, counted = night()
    assert np.array_equal(awake, counted)
    expected = awake * ASLEEP / AWAKE
    assert np.all(np.abs(asleep - expected) <= 4 * np.sqrt(expected))
    assert asleep[0] == 0 and asleep.sum() > 500


def test_uniform_rates_are_a_control():
    awake, asleep, _ = night(uniform=True)
    mean = awake.mean() * ASLEEP / AWAKE
    assert np.all(np.abs(asleep - mean) < 4 * np.sqrt(mean))


def test_without_gain_sleep_is_silent():
    assert night(gain=0.0)[1].sum() == 0


@pytest.mark.parametrize(
    ("make", "message"),
    [
        (lambda: SleepSchedule(awake=10, asleep=16, period=16), "not whole cycles, got 10"),
        (lambda: SleepSchedule(awake=0, asleep=0), "got 0"),
        (lambda: SleepSchedule(awake=16, asleep=16, period=0), "SleepSchedule.period"),
        (lambda: Reactivation(shape=(2,), amplitude=5, gain=-1), "Reactivation.gain"),
        (lambda: Reactivation(shape=(2,), amplitude=5, seed=-1), "Reactivation.seed"),
        (lambda: Reactivation(shape=(2,), amplitude=2**30), "Reactivation.amplitude"),
    ],
)
def test_bad_arguments_are_refused(make, message):
    with pytest.raises(SleepError, match=message):
        make()


@pytest.mark.parametrize(("tag", "amplitude"), [("fixed_pt", 30), ("floating_pt", 0.25)])
def test_a_population_of_two_dimensions_sleeps(tag, amplitude):
    shape, floating = (2, 5), tag == "floating_pt"
    spikes = np.zeros((*shape, 80))
    spikes[..., :40] = np.random.default_rng(0).random((*shape, 40)) < 0.2
    source = Source(data=amplitude * spikes)
    neurons = LIF(
        shape=shape,
        vth=amplitude / 2 if floating else amplitude // 2,
        du=1 if floating else 4095,
        dv=1 if floating else 4095,
    )
    schedule = SleepSchedule(awake=40, asleep=40, period=4)
    sleep = Reactivation(shape=shape, amplitude=amplitude, period=4)
    recorder = Recorder(shape=shape, buffer=80)
    source.s_out.connect(neurons.a_in)
    sleep.a_out.connect(neurons.a_in)
    schedule.asleep_out.connect(sleep.asleep_in)
    neurons.s_out.connect(sleep.s_in)
    neurons.s_out.connect(recorder.a_in)
    with GuardedRun(neurons, Loihi2SimCfg(select_tag=tag), timeout=120) as guarded:
        guarded.run(80)
        fired = guarded.get(recorder.data)
        np.testing.assert_array_equal(guarded.get(sleep.spike_counts), spikes.sum(axis=-1))
        assert 0 < guarded.get(sleep.events)[0] == fired[..., 40:].sum()


@pytest.mark.parametrize("shape", [(0,), (2, 0), (), (2.5,), "ab"])
def test_a_shape_without_neurons_is_refused_when_it_is_made(shape):
    with pytest.raises(SleepError, match=r"Reactivation\.shape"):
        Reactivation(shape=shape, amplitude=1)


def test_a_fraction_is_refused_in_fixed_point():
    sleep, schedule = Reactivation(shape=(2,), amplitude=0.5), SleepSchedule(awake=16, asleep=16)
    schedule.asleep_out.connect(sleep.asleep_in)
    run = GuardedRun(sleep, Loihi2SimCfg(select_tag="fixed_pt"), timeout=60)
    with pytest.raises(LavaRunError, match=r"amplitude: a fraction, got 0\.5"), run:
        run.run(1)
