"""States are named tuples of arrays, nested: how to copy one and how to name its arrays."""

import numpy as np


def copy_state(state):
    """A deep copy of a State (or of any named tuple of arrays)."""
    if isinstance(state, np.ndarray):
        return state.copy()
    return type(state)(*(copy_state(part) for part in state))


def named_arrays(state, prefix: str = "") -> dict[str, np.ndarray]:
    """The arrays of a State by dotted name."""
    arrays = {}
    for name, part in zip(state._fields, state):
        if isinstance(part, np.ndarray):
            arrays[prefix + name] = part
        else:
            arrays.update(named_arrays(part, f"{prefix}{name}."))
    return arrays
