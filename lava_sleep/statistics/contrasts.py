"""Statistics over networks; a network is one seed, so its hidden layer, world and noise all differ.

Everything is computed by scipy with a fixed seed of its own, so the same results give the same numbers.
"""

from collections.abc import Mapping
from typing import NamedTuple

import numpy as np
from scipy import stats

RESAMPLES = 9999
RANDOM_STATE = 0  # of the bootstrap and of permutation tests of more than 13 pairs
NO_SPREAD = 1e-12  # values that differ by less are one value
CHANCE = 0.5  # performance without knowledge: half of all particles in a task's world are rewarded


class Estimate(NamedTuple):
    """Mean over networks, SD (n - 1), and the bootstrap 95 % interval of the mean (nan for one network)."""

    mean: float
    sd: float
    low: float
    high: float


class Contrast(NamedTuple):
    """A paired comparison, first minus second, network by network.

    Attributes
    ----------
    difference : Estimate
        Of the paired differences.
    p : float
        One-sided paired permutation test of a mean difference above zero (nan below two networks).
    effect : float
        Cohen's d_z: mean difference over its SD.
    """

    difference: Estimate
    p: float
    effect: float


def estimate(values: np.ndarray) -> Estimate:
    """Mean, SD and bootstrap interval (bias-corrected and accelerated) of values (float array (networks,))."""
    values = np.asarray(values, float)
    if len(values) < 2 or np.ptp(values) < NO_SPREAD:
        mean = float(values.mean())
        bound = mean if len(values) > 1 else float("nan")
        return Estimate(mean, 0.0, bound, bound)
    generator = np.random.default_rng(RANDOM_STATE)
    interval = stats.bootstrap((values,), np.mean, n_resamples=RESAMPLES, random_state=generator).confidence_interval
    return Estimate(float(values.mean()), float(values.std(ddof=1)), float(interval.low), float(interval.high))


def mean_difference(first: np.ndarray, second: np.ndarray, axis: int = -1) -> np.ndarray:
    """Statistic of the permutation test."""
    return np.mean(first - second, axis=axis)


def contrast(first: np.ndarray, second: np.ndarray) -> Contrast:
    """Compare two rows of the same networks (float arrays (networks,)), see `Contrast`."""
    first, second = np.asarray(first, float), np.asarray(second, float)
    difference = estimate(first - second)
    if len(first) < 2:
        return Contrast(difference, float("nan"), float("nan"))
    if np.array_equal(first, second):
        return Contrast(difference, 1.0, 0.0)
    test = stats.permutation_test(
        (first, second),
        mean_difference,
        permutation_type="samples",
        alternative="greater",
        vectorized=True,
        n_resamples=RESAMPLES,
        random_state=np.random.default_rng(RANDOM_STATE),
    )
    effect = difference.mean / difference.sd if difference.sd else float("inf")
    return Contrast(difference, float(test.pvalue), effect)


def equivalence(first: np.ndarray, second: np.ndarray, margin: float) -> float:
    """p of two one-sided paired t-tests: small where the means differ by less than `margin` (Schuirmann 1987)."""
    differences = np.asarray(first, float) - np.asarray(second, float)
    if len(differences) < 2:
        return float("nan")
    if np.ptp(differences) < NO_SPREAD:
        return 0.0 if abs(differences[0]) < margin else 1.0
    above = stats.ttest_1samp(differences, -margin, alternative="greater").pvalue
    below = stats.ttest_1samp(differences, margin, alternative="less").pvalue
    return float(max(above, below))


def networks_for_equivalence(sd: float, margin: float, power: float) -> int:
    """How many networks a comparison needs, so that it is to be planned before it is judged.

    Parameters
    ----------
    sd : float
        Of the paired differences of performance (a share, 0 to 1), from networks that are not judged.
    margin : float
        Of `equivalence`, a share as well.
    power : float
        Probability, within (0, 1), that a true difference of zero is then shown to lie within the margin (p < .05).

    Returns
    -------
    int
        The least number, from 2 on; the power of the two tests is nearly 2 F(sqrt(n) margin / sd - t(.95)) - 1 (Julious
        2004, Stat. Med. 23: 1921), F the central distribution of t with n - 1 degrees of freedom.
    """
    number, found = 1, 0.0
    while found < power:
        number += 1
        distance = np.sqrt(number) * margin / max(sd, NO_SPREAD) - stats.t.ppf(0.95, number - 1)
        found = 2 * stats.t.cdf(distance, number - 1) - 1
    return number


class ContinualLearning(NamedTuple):
    """Measures of continual learning (Lopez-Paz & Ranzato 2017; Chaudhry et al. 2018), float arrays (networks,).

    Attributes
    ----------
    average_accuracy : performance after the last step, mean over all tasks that were trained.
    backward_transfer : old tasks after the last step minus right after each was last trained, mean over them.
    forgetting : best performance on an old task at any step before, minus that after the last one, mean over them.
    forward_transfer : new task before it was first trained, minus chance.
    """

    average_accuracy: np.ndarray
    backward_transfer: np.ndarray
    forgetting: np.ndarray
    forward_transfer: np.ndarray


def continual_learning(
    course: np.ndarray, new: int, trained: Mapping[int, int], first_trained: int
) -> ContinualLearning:
    """Measures of one row.

    Parameters
    ----------
    course : float array (steps, tasks, networks)
        Performance on every task after every step of the row.
    new : int
        The task that the last step trains.
    trained : dict of int to int
        Of each old task (one that was trained before, and is another) the step that trained it last.
    first_trained : int
        Step that first trained the new task; 0 where the row begins with it.
    """
    last, before, old = course[-1], course[:-1], sorted(trained)
    untrained = course[first_trained - 1, new] if first_trained > 0 else np.full(course.shape[2], CHANCE)
    return ContinualLearning(
        average_accuracy=last[sorted({new, *old})].mean(axis=0),
        backward_transfer=np.mean([last[task] - course[trained[task], task] for task in old], axis=0),
        forgetting=np.mean([before[:, task].max(axis=0) - last[task] for task in old], axis=0),
        forward_transfer=untrained - CHANCE,
    )
