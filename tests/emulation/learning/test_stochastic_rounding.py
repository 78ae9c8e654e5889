"""Stochastic rounding is right on average, and independent from synapse to synapse; Lava's shared stream is not."""

import math

import numpy as np
import pytest

from emulation.learning.epoch import learn_epoch
from emulation.learning.synapses import make_connection, make_scratch
from emulation.randomness import Purpose, Rounding
from emulation.rules.table import TraceNumbers, compile_rule

SYNAPSES, EPOCHS, SEED = 400, 60, 5
UNSHARED = np.zeros(5)
# Rule, initial weight, initial tag, what it changes, exact result of one epoch.
CASES = {
    "tag decays": ({"dt": "-2^-2*u0*t"}, 100, 3, "tags", 2.25),
    "negative tag decays": ({"dt": "-2^-3*u0*t"}, 100, -5, "tags", -4.375),
    "tag grows by a trace": ({"dt": "2^-5*u0*x1"}, 100, 0, "tags", None),
    "weight grows by its tag": ({"dw": "3*2^-4*u0*t"}, 100, 7, "weights", 101.3125),
    "weight decays": ({"dw": "-2^-6*u0*w"}, 77, 0, "weights", 77 - 77 / 64),
}


def rounded(name: str, rounding: Rounding) -> tuple[np.ndarray, float]:
    """Results (epochs, synapses) of a case from the same start, and the exact one."""
    texts, weight, tag, changed, exact = CASES[name]
    rule = compile_rule(texts, TraceNumbers({"x1": 127}, {"x1": 16}), t_epoch=16)
    pre = np.arange(SYNAPSES)[np.newaxis]
    generator = np.random.default_rng(SEED)
    found = np.zeros((EPOCHS, SYNAPSES))
    for epoch in range(EPOCHS):
        connection = make_connection(pre, np.full((1, SYNAPSES), weight, np.int32), SYNAPSES)
        connection.tags[:] = tag
        connection.x_traces[0] = 64
        shared = generator.random(5)
        scratch, time = make_scratch(connection), 16 * (epoch + 1)
        learn_epoch(connection, scratch, rule, rounding, SEED, Purpose.OUTPUT_WEIGHTS, time, shared)
        found[epoch] = getattr(connection, changed)[0]
        if exact is None:  # of the traces as they were rounded, which another test judges
            found[epoch] -= connection.x_traces[0] / 32
    return found, 0.0 if exact is None else exact


def standard_error(found: np.ndarray) -> float:
    return found.std() / math.sqrt(found.size)


@pytest.mark.slow
@pytest.mark.parametrize("name", CASES)
def test_the_mean_is_the_exact_value(name):
    found, exact = rounded(name, Rounding.STOCHASTIC)
    assert found.std() > 0.1
    assert abs(found.mean() - exact) < 3 * standard_error(found)


@pytest.mark.parametrize("tau", [5.0, 16.0, 80.0])
def test_the_mean_of_a_trace_is_the_exact_value(tau):
    rule = compile_rule({"dt": "u0*x1"}, TraceNumbers({"x1": 127}, {"x1": tau}), t_epoch=16)
    connection = make_connection(np.arange(20_000)[np.newaxis], np.zeros((1, 20_000), np.int32), 20_000)
    connection.x_traces[0] = 100
    scratch = make_scratch(connection)
    learn_epoch(connection, scratch, rule, Rounding.STOCHASTIC, SEED, Purpose.OUTPUT_WEIGHTS, 16, UNSHARED)
    found = connection.x_traces[0]
    assert abs(found.mean() - 100 * math.exp(-16 / tau)) < 3 * standard_error(found)


def variance_ratio(found: np.ndarray) -> float:
    """Variance over epochs of the mean over synapses, over that of independent synapses: 1 if they are."""
    return found.mean(axis=1).var(ddof=1) / (found.var() / found.shape[1])


@pytest.mark.parametrize("name", CASES)
def test_synapses_are_rounded_independently(name):
    found, _ = rounded(name, Rounding.STOCHASTIC)
    spread = math.sqrt(2 / (EPOCHS - 1))
    assert abs(variance_ratio(found) - 1) < 3.5 * spread


@pytest.mark.parametrize("name", ["tag decays", "weight grows by its tag", "weight decays"])
def test_lavas_shared_stream_is_not_independent(name):
    found, _ = rounded(name, Rounding.LAVA)
    assert variance_ratio(found) > SYNAPSES / 2


@pytest.mark.parametrize("name", CASES)
def test_neighbouring_synapses_and_epochs_are_uncorrelated(name):
    found, _ = rounded(name, Rounding.STOCHASTIC)
    up = found - found.mean()
    pairs = up.size
    for one, other in ((up[:, :-1], up[:, 1:]), (up[:-1], up[1:])):
        assert abs((one * other).mean() / up.var()) < 4 / math.sqrt(pairs)
