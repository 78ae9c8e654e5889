"""Compiled functions as plain Python, with all that they call: indices are checked, and the results are comparable."""

from collections.abc import Callable
from types import FunctionType
from typing import Any

import numpy as np


def plain(function: Any) -> Callable:
    """A compiled function in plain Python.

    Numbers stay numpy's, as uint64 would not pass from one compiled function to another through Python.
    """
    known: dict[int, Callable] = {}
    made = _plain(function, known)

    def run(*arguments: Any) -> Any:
        with np.errstate(over="ignore"):
            return made(*arguments)

    return run


def _plain(function: Any, known: dict[int, Callable]) -> Callable:
    """The same with names of compiled functions bound to plain ones; `known` holds those that are made."""
    if id(function) in known:
        return known[id(function)]
    source = function.py_func
    names: dict[str, Any] = {}
    made = FunctionType(source.__code__, names, source.__name__, source.__defaults__, source.__closure__)
    known[id(function)] = made
    names.update(source.__globals__)
    for name in source.__code__.co_names:
        if hasattr(names.get(name), "py_func"):
            names[name] = _plain(names[name], known)
    return made
