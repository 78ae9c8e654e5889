"""Statistics over networks, against cases that can be worked out by hand."""

import math

import numpy as np
import pytest

from lava_sleep.statistics.contrasts import (
    continual_learning,
    contrast,
    equivalence,
    estimate,
    networks_for_equivalence,
)


def test_an_estimate_holds_mean_sd_and_an_interval_around_the_mean():
    values = np.array([0.80, 0.82, 0.84, 0.86, 0.88, 0.81, 0.83])
    found = estimate(values)
    assert found.mean == pytest.approx(values.mean()) and found.sd == pytest.approx(values.std(ddof=1))
    assert values.min() < found.low < found.mean < found.high < values.max()
    assert estimate(values) == found


def test_the_bootstrap_interval_covers_the_mean_as_often_as_it_says():
    generator = np.random.default_rng(3)
    covered = [
        found.low <= 0.5 <= found.high for found in (estimate(generator.normal(0.5, 0.1, 12)) for _ in range(80))
    ]
    assert 0.82 <= np.mean(covered) <= 1.0


def test_one_network_has_no_interval():
    found = estimate(np.array([0.7]))
    assert found.mean == 0.7 and math.isnan(found.low)
    assert math.isnan(contrast(np.array([0.7]), np.array([0.5])).p)


def test_a_contrast_is_exact_for_few_pairs():
    first, second = np.array([0.9, 0.8, 0.85, 0.95, 0.88]), np.array([0.5, 0.6, 0.55, 0.45, 0.52])
    found = contrast(first, second)
    assert found.p == pytest.approx(1 / 2**5)
    assert found.effect == pytest.approx((first - second).mean() / (first - second).std(ddof=1))
    assert contrast(second, first).p == 1.0
    assert contrast(first, first).p == 1.0


def test_as_many_networks_as_said_show_equal_means_to_be_equivalent():
    generator = np.random.default_rng(0)
    assert networks_for_equivalence(0.02, 0.05, 0.9) < networks_for_equivalence(0.1, 0.05, 0.9)
    number = networks_for_equivalence(0.1, 0.05, 0.9)
    for networks, least, most in ((number, 0.87, 0.96), (number // 2, 0.0, 0.7)):
        differences = generator.normal(0, 0.1, (1000, networks))
        shown = np.mean([equivalence(sample, np.zeros(networks), 0.05) < 0.05 for sample in differences])
        assert least < shown < most


def test_equivalence_needs_a_small_difference_that_is_certain():
    generator = np.random.default_rng(1)
    base = generator.normal(0.8, 0.02, 20)
    assert equivalence(base, base + generator.normal(0, 0.01, 20), 0.05) < 0.001
    assert equivalence(base, base + 0.1, 0.05) > 0.99
    assert equivalence(base[:3], base[:3] + np.array([0.2, -0.2, 0.01]), 0.05) > 0.05
    assert equivalence(base, base, 0.05) == 0.0


def test_measures_of_continual_learning():
    course = np.array([[[0.9], [0.5]], [[0.6], [0.85]], [[0.88], [0.7]]])  # T1, T1>T2, then T1 again
    found = continual_learning(course, new=0, trained={1: 1}, first_trained=0)
    assert found.average_accuracy[0] == pytest.approx(0.79)
    assert found.backward_transfer[0] == pytest.approx(0.7 - 0.85)
    assert found.forgetting[0] == pytest.approx(0.85 - 0.7)
    found = continual_learning(course[:2], new=1, trained={0: 0}, first_trained=1)
    assert found.backward_transfer[0] == pytest.approx(0.6 - 0.9)
    assert found.forward_transfer[0] == pytest.approx(0.0)
