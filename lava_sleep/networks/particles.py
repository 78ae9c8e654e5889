"""The stimuli of an environment, each as a whole, and what the hidden layer makes of them."""

import numpy as np

from emulation.errors import InputError
from lava_sleep.environments.base import Environment
from lava_sleep.environments.foraging import PAPER


def sensed_inputs(world: Environment) -> np.ndarray:
    """Inputs that can spike at all."""
    return np.delete(np.arange(world.inputs), list(world.silent_inputs))


def stimulus_size(world: Environment) -> int:
    """Inputs of the first stimulus, 0 where there is none."""
    return len(world.stimuli()[0][1]) if world.stimuli() else 0


def constructed_wiring(
    pre: np.ndarray, sensed: np.ndarray, generator: np.random.Generator, world: Environment
) -> np.ndarray:
    """Wiring (n, fan_in) in which the first inputs of each neuron are those of a stimulus, drawn at random.

    Raises
    ------
    InputError
        If the environment has no stimuli of equal size, or if they have more inputs than a neuron has.
    """
    stimuli = [inputs for _, inputs in world.stimuli()]
    size = stimulus_size(world)
    if not stimuli or any(len(inputs) != size for inputs in stimuli) or size > pre.shape[1]:
        what = f"wiring by construction in the environment {world.environment}"
        raise InputError(what, "no stimuli of one size", "pairs of inputs", "let the hidden layer learn")
    made, drawn = pre.copy(), np.array(stimuli)[generator.integers(len(stimuli), size=len(pre))]
    made[:, :size] = drawn
    for row in made:
        row[size:] = generator.permutation(np.setdiff1d(sensed, row[:size]))[: pre.shape[1] - size]
    return made


def answers_of(
    pre: np.ndarray, weights: np.ndarray, threshold: float, world: Environment = PAPER
) -> tuple[np.ndarray, np.ndarray, np.ndarray]:
    """Dense weights (n_hidden, inputs), answers (n_hidden, stimuli) to whole stimuli shown alone, and their kinds."""
    dense = np.zeros((len(pre), world.inputs))
    np.put_along_axis(dense, pre.astype(np.int64), weights, axis=1)
    stimuli = world.stimuli()
    answers = np.array([sum(dense[:, one] for one in inputs) > threshold for _, inputs in stimuli], bool)
    return dense, answers.reshape(len(stimuli), len(pre)).T, np.array([kind for kind, _ in stimuli], np.int64)


def preferred_kinds(pre: np.ndarray, weights: np.ndarray, threshold: float, world: Environment = PAPER) -> np.ndarray:
    """Kind of the one stimulus that each hidden neuron answers to, -1 where it answers to none or to several."""
    _, answers, kinds = answers_of(pre, weights, threshold, world)
    if not len(kinds):
        return np.full(len(pre), -1)
    return np.where(answers.sum(axis=1) == 1, kinds[answers.argmax(axis=1)], -1)


def selectivity(
    pre: np.ndarray, weights: np.ndarray, threshold: float, world: Environment = PAPER
) -> dict[str, float | int]:
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
        Shares of neurons that fire for exactly one whole stimulus (`one`), for several (`several`), for a single
        input (`single_pixel`), for a pair of inputs that is no stimulus only (`pair`), for nothing (`silent`), and
        the number of different stimuli that have a neuron of their own (`covered`).
    """
    dense, answers, _ = answers_of(pre, weights, threshold, world)
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
