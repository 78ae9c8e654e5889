"""Memory that a Lava run shares with the process that started it.

`get` and `set` of a Var take 30-60 us per element, so states and records are handed over in anonymous shared memory:
Lava forks its processes, and a fork inherits such a mapping. It has no name, so nothing can be left behind.
"""

import mmap

import numpy as np


def shared_copy(value):
    """A copy of an array, or of every array of a (nested) named tuple, in anonymous shared memory."""
    if isinstance(value, np.ndarray):
        if value.size == 0:
            return value.copy()
        copy = np.frombuffer(mmap.mmap(-1, value.nbytes), value.dtype, value.size).reshape(value.shape)
        copy[:] = value
        return copy
    if isinstance(value, tuple):
        return type(value)(*(shared_copy(part) for part in value))
    return value
