"""How kernels are compiled; all of them are numba's `njit`, cached on disk (`emulation.cache`).

kernel
    May make arrays: entry points that Python calls.
inner
    Makes no array: everything that the loop over cycles calls.
inlined
    Makes no array, and is compiled as a part of each caller: what has one caller, many arguments or few instructions.
twin
    One function of a fixed-point and a float version, compiled like `inner`.

Compilation is most of a first run. What is compiled is optimised again within each of its callers, so calls are not
nested deeply; and much of the work is not on the function but on what surrounds it: the counting of references to
arrays (which an entry point's caller holds anyway, and which costs time in every call), wrappers, and the check of
every divisor. `inner` leaves these out.
"""

from collections.abc import Callable
from functools import partial, wraps
from typing import Any

from numba import njit, types
from numba.extending import overload

from emulation.cache import keep_on_disk

UNCOUNTED: dict[str, Any] = {"_nrt": False, "error_model": "numpy", "no_cfunc_wrapper": True}
TWIN: Any = dict(UNCOUNTED, no_cpython_wrapper=True)


def compiled(function: Callable, **options: Any) -> Any:
    """numba's dispatcher of a function, with the options that all kernels share."""
    return keep_on_disk(njit(nogil=True, **options)(function))


kernel = compiled
inner: Any = partial(compiled, **UNCOUNTED)
inlined: Any = partial(compiled, inline="always", **UNCOUNTED)


def is_integer(numba_type: Any) -> bool:
    """Whether a numba type (scalar or array) is of integers: the fixed-point side."""
    return isinstance(getattr(numba_type, "dtype", numba_type), types.Integer)


def twin(fixed: Callable, floating: Callable) -> Callable:
    """One function for compiled kernels: `fixed` where its first argument is of integers, `floating` elsewhere.

    Parameters
    ----------
    fixed, floating : callable
        With the same arguments; the fixed-point one is named ``<name>_fixed``.
    """

    @wraps(fixed)
    def both(*arguments: Any) -> Any:
        raise NotImplementedError("only inside compiled kernels")

    both.__name__ = both.__qualname__ = fixed.__name__.removesuffix("_fixed")

    @overload(both, jit_options=TWIN)
    @wraps(fixed)
    def choose(*arguments: Any) -> Callable:
        return fixed if is_integer(arguments[0]) else floating

    return both
