"""LIF neurons against stock Lava bit for bit, overflows included, and the policies for what overflows."""

import numpy as np
import pytest

from emulation.errors import InputError
from emulation.neurons import (
    REPORT_ACCUMULATOR,
    REPORT_CURRENT,
    REPORT_NEURON,
    REPORT_TIME,
    REPORT_VOLTAGE,
    Overflow,
    lif_step,
)
from emulation.states import copy_state

NEURONS, TIMESTEPS = 50, 300


def step(u: int, activation: int, policy: Overflow, du: int = 0, dv: int = 4096, v: int = 0):
    """One timestep of one neuron: u, v and the report."""
    currents, voltages = np.array([u], np.int64), np.array([v], np.int64)
    report, spikes = np.zeros(5, np.int64), np.zeros(1, np.uint8)
    lif_step(currents, voltages, spikes, np.array([activation]), du, dv, 0, 2**17 - 1, 7, int(policy), report)
    return int(currents[0]), int(voltages[0]), report


@pytest.mark.lava
@pytest.mark.parametrize(("du", "dv"), [(909, 410), (4095, 4095), (0, 0), (20, 3000), (2000, 1)])
@pytest.mark.parametrize("largest", [300, 20_000, 200_000])
def test_stock_lava_does_the_same(du, dv, largest):
    """Inputs up to 200,000 (12.8 million in units of u) make u wrap; `lava` wraps it alike."""
    from lava.proc.lif.models import PyLifModelBitAcc

    stock = PyLifModelBitAcc({})
    stock.u, stock.v = np.zeros(NEURONS, np.int32), np.zeros(NEURONS, np.int32)
    stock.du, stock.dv, stock.vth, stock.bias_mant, stock.bias_exp = du, dv, 400, np.zeros(NEURONS, np.int16), 0
    stock.scale_threshold()
    u, v, report = np.zeros(NEURONS, np.int64), np.zeros(NEURONS, np.int64), np.zeros(5, np.int64)
    spikes = np.zeros(NEURONS, np.uint8)
    generator = np.random.default_rng(du + dv + largest)
    for time in range(TIMESTEPS):
        activation = generator.integers(-largest // 2, largest, NEURONS)
        activation[generator.random(NEURONS) < 0.05] = 2**17  # exactly 2^23 in units of u
        stock.subthr_dynamics(activation.astype(np.int32))
        fired = stock.spiking_activation()
        stock.reset_voltage(fired)
        lif_step(u, v, spikes, activation, du + 1, dv, 0, 400, time, int(Overflow.LAVA), report)
        assert np.array_equal(u, stock.u) and np.array_equal(v, stock.v) and np.array_equal(spikes, fired)
    assert largest == 300 or report[REPORT_CURRENT] > 0 or du > 3000


def test_lava_wraps_the_current_alone():
    u, _, report = step(2**23 - 64, 2, Overflow.LAVA)
    assert u == -(2**23) + 64 and report[REPORT_CURRENT] == 1 and report[REPORT_ACCUMULATOR] == 0
    assert step(0, 2**17, Overflow.LAVA)[0] == 2**23


def test_loihi_accumulator_wraps_the_input_at_21_bits_and_sign():
    u, _, report = step(0, 2**15 + 1, Overflow.LOIHI_ACCUMULATOR)
    assert u == -(2**21) + 64 and report[REPORT_ACCUMULATOR] == 1
    u, _, report = step(2**23 - 64, 2, Overflow.LOIHI_ACCUMULATOR)
    assert u == -(2**23) + 64 and report[REPORT_CURRENT] == 1


@pytest.mark.parametrize("policy", [Overflow.SATURATE, Overflow.STRICT])
def test_saturation_clips_input_and_current(policy):
    u, _, report = step(0, 2**20, policy)
    assert u == 2**21 - 1 and report[REPORT_ACCUMULATOR] == 1
    u, _, report = step(2**23 - 64, 100, policy)
    assert u == 2**23 - 1 and report[REPORT_CURRENT] == 1
    u, _, report = step(-(2**23) + 64, -100, policy)
    assert u == -(2**23)


def test_the_voltage_is_clipped_and_the_first_offender_noted():
    _, v, report = step(-(2**23) + 64, 0, Overflow.LAVA, dv=0, v=-(2**22) - 2**21)
    assert v == -(2**23) + 1 and report[REPORT_VOLTAGE] == 1
    assert report[REPORT_NEURON] == 1 and report[REPORT_TIME] == 7


def test_strict_names_population_neuron_and_timestep(description):
    strict = description.model_copy(
        update={"arithmetic": description.arithmetic.model_copy(update={"overflow": "strict"})}
    )
    instance = strict.instance(3)
    state = copy_state(instance.start)
    instance.check(state)
    state.overflow[:] = [0, 2, 0, 5, 1234]
    with pytest.raises(InputError, match="population output, neuron 4, timestep 1234"):
        instance.check(state)
