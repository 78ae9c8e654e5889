"""How kernels are compiled; all of them are numba's `njit`, cached on disk.

kernel
    May make arrays: entry points that Python calls.
inner
    Makes no array: everything that the loop over cycles calls.
inlined
    Makes no array, and is compiled as a part of each caller: what has one caller, many arguments or few instructions.
twin
    `overload` of a pair of a fixed-point and a float function, compiled like `inner`.

Compilation is most of a first run. What is compiled is optimised again within each of its callers, so calls are not
nested deeply; and much of the work is not on the function but on what surrounds it: the counting of references to
arrays (which an entry point's caller holds anyway, and which costs time in every call), wrappers, and the check of
every divisor. `inner` leaves these out.
"""

from functools import partial
from typing import Any

from numba import njit
from numba.extending import overload

UNCOUNTED: dict[str, Any] = {"_nrt": False, "error_model": "numpy", "no_cfunc_wrapper": True}

kernel = njit(cache=True, nogil=True)
inner = njit(cache=True, nogil=True, **UNCOUNTED)
inlined = njit(cache=True, nogil=True, inline="always", **UNCOUNTED)
_TWIN: Any = dict(UNCOUNTED, no_cpython_wrapper=True)
twin = partial(overload, jit_options=_TWIN)
