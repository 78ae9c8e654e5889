"""A stream of labelled patterns: one is shown per cycle, and the answer is the most active output neuron.

Input neuron k spikes where element k of the pattern does. The outcome is rewarded where the answer is the neuron of the
pattern's class, else punished, so that performance is accuracy; a silent output layer answers at random. What the
answer was worth goes

- without a teacher to the neuron that answered: +1 where it was right, -1 where it was wrong;
- with a teacher to the neuron of the class: +1, whatever the answer was.

A task's `setting` is an int64 array (1 + classes,): 0 for training patterns or 1 for held-out ones, then the output
neuron of each class, -1 where the class is not in the task.
"""

from typing import NamedTuple

import numpy as np

from emulation.compiling import inner
from emulation.environments.base import PUNISHED, REWARDED, Functions, register
from emulation.environments.choice import explored
from emulation.randomness import Purpose, below, draw, stream

PATTERN, ANSWER = range(2)  # elements of `Shown.now`
TRAINING, HELD_OUT = range(2)  # rows of `Patterns.first`


class Patterns(NamedTuple):
    """What does not change.

    Attributes
    ----------
    inputs : uint8 array (patterns, inputs)
        1 where an input neuron spikes; patterns of the same part and class stand together.
    labels : int64 array (patterns,)
        Class of each pattern.
    first : int64 array (2, classes + 1)
        Those of class c are `first[part, c]` .. `first[part, c + 1] - 1`; part 0 is for training, 1 is held out.
    teacher : int
        1 where the neuron of the class is rewarded whatever the answer was.
    explore : int
        Percent of random answers in training.
    """

    inputs: np.ndarray
    labels: np.ndarray
    first: np.ndarray
    teacher: int
    explore: int


class Shown(NamedTuple):
    """State of the stream.

    Attributes
    ----------
    now : int64 array (2,)
        Pattern that is shown, the last answer.
    """

    now: np.ndarray


def make_shown() -> Shown:
    """The first pattern, before any answer."""
    return Shown(np.zeros(2, np.int64))


@inner
def show_next(world, patterns, setting, seed, time):
    """Show a pattern, uniform over those of the part and the classes of a setting."""
    first = patterns.first[setting[0]]
    number = 0
    for one in range(first.shape[0] - 1):
        if setting[1 + one] >= 0:
            number += first[one + 1] - first[one]
    left = below(draw(stream(seed, Purpose.PLACE, time), 0), number)
    for one in range(first.shape[0] - 1):
        if setting[1 + one] >= 0:
            if left < first[one + 1] - first[one]:
                world.now[PATTERN] = first[one] + left
                return
            left -= first[one + 1] - first[one]


@inner
def begin(world, patterns, setting, seed, time):
    """A pattern of the task."""
    world.now[ANSWER] = 0
    show_next(world, patterns, setting, seed, time)


@inner
def sense(world, patterns, senses):
    """The pattern that is shown."""
    for neuron in range(senses.shape[0]):
        senses[neuron] = patterns.inputs[world.now[PATTERN], neuron]


@inner
def act(world, patterns, setting, counts, values, seed, time):
    """Answer, and show the next pattern; see the module for what the answer is worth."""
    explore = patterns.explore if setting[0] == TRAINING else 0
    answer, right = explored(counts, explore, seed, time), setting[1 + patterns.labels[world.now[PATTERN]]]
    values[:] = 0
    if patterns.teacher:
        values[right] = 1
    else:
        values[answer] = 1 if answer == right else -1
    world.now[ANSWER] = answer
    show_next(world, patterns, setting, seed, time)
    return REWARDED if answer == right else PUNISHED


@inner
def wander(world, patterns, seed, time):
    """Show any training pattern."""
    number = patterns.first[TRAINING, patterns.first.shape[1] - 1]
    world.now[PATTERN] = below(draw(stream(seed, Purpose.PLACE, time), 0), number)


@inner
def action(world):
    """The last answer."""
    return world.now[ANSWER]


register(Shown, Functions(begin, sense, act, wander, action))
