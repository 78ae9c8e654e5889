"""The two-pixel particles that fit wholly into the agent's view, and what the hidden layer makes of them."""

import numpy as np

from emulation.environments.foraging import CENTRE, PIXELS, SECOND_PIXEL, VIEW


def whole_particles(view: int) -> list[tuple[int, tuple[int, int]]]:
    """(kind, (pixel, pixel)) of every particle inside a `view` x `view` square that does not touch its centre."""
    found = []
    for kind, (down, right) in enumerate(SECOND_PIXEL):
        for row in range(view):
            for column in range(view):
                second = (row + down, column + right)
                if not (0 <= second[0] < view and 0 <= second[1] < view):
                    continue
                pixels = (row * view + column, int(second[0] * view + second[1]))
                if CENTRE not in pixels:
                    found.append((kind, pixels))
    return found


def answers_of(
    pre: np.ndarray, weights: np.ndarray, threshold: float, view: int = VIEW
) -> tuple[np.ndarray, np.ndarray, np.ndarray]:
    """Dense weights (n_hidden, 49), answers (n_hidden, particles) to whole particles shown alone, and their kinds."""
    dense = np.zeros((len(pre), PIXELS))
    np.put_along_axis(dense, pre.astype(np.int64), weights, axis=1)
    particles = whole_particles(view)
    answers = np.stack([dense[:, first] + dense[:, second] > threshold for _, (first, second) in particles], axis=1)
    return dense, answers, np.array([kind for kind, _ in particles])


def preferred_kinds(pre: np.ndarray, weights: np.ndarray, threshold: float) -> np.ndarray:
    """Kind 0..3 of the one particle that each hidden neuron answers to, -1 where it answers to none or to several."""
    _, answers, kinds = answers_of(pre, weights, threshold)
    return np.where(answers.sum(axis=1) == 1, kinds[answers.argmax(axis=1)], -1)


def selectivity(pre: np.ndarray, weights: np.ndarray, threshold: float, view: int = VIEW) -> dict[str, float | int]:
    """What the hidden neurons answer to, each stimulus shown alone.

    Parameters
    ----------
    pre, weights : (n_hidden, fan_in)
        Input -> hidden synapses.
    threshold : float
        In units of a weight.

    Returns
    -------
    dict
        Shares of neurons that fire for exactly one whole particle (`one`), for several (`several`), for a single
        pixel (`single_pixel`), for a pair of pixels that is no particle only (`pair`), for nothing (`silent`), and
        the number of different particles that have a neuron of their own (`covered`).
    """
    dense, answers, _ = answers_of(pre, weights, threshold, view)
    largest = np.sort(dense, axis=1)
    single = largest[:, -1] > threshold
    pair = largest[:, -1] + largest[:, -2] > threshold
    number = answers.sum(axis=1)
    one = (number == 1) & ~single
    return {
        "one": float(one.mean()),
        "several": float(((number > 1) & ~single).mean()),
        "single_pixel": float(single.mean()),
        "pair": float(((number == 0) & pair & ~single).mean()),
        "silent": float((~pair).mean()),
        "covered": int(answers[one].any(axis=0).sum()),
    }
