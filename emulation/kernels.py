"""How kernels are compiled: `kernel` for those that Python calls, `inner` for those that only kernels call.

Both are numba's `njit`, cached on disk. Compilation is most of a first run, and much of it is work on what surrounds
a function rather than on the function, which `inner` leaves out: the wrappers that make it callable from Python and
from C, the counting of references to arrays (an entry point's caller holds them all), and the check of every divisor.
An inner kernel therefore cannot make arrays: the caller hands it its scratch.
"""

from functools import partial

from numba import njit
from numba.extending import overload

UNCOUNTED = {"_nrt": False, "error_model": "numpy", "no_cfunc_wrapper": True, "no_cpython_wrapper": True}

kernel = partial(njit, cache=True, nogil=True)()
inner = partial(njit, cache=True, nogil=True)(**UNCOUNTED)
twin = partial(overload, jit_options=UNCOUNTED)
