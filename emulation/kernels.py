"""How kernels are compiled; all of them are numba's `njit`, cached on disk.

==========  ==================  ===========  ========================================================================
decorator   called from         makes arrays  for
==========  ==================  ===========  ========================================================================
kernel      Python and kernels  yes          entry points
uncounted   Python and kernels  no           entry points that are called from the loop over cycles as well
inner       kernels             no           everything else
inlined     kernels             no           what has many arguments or few instructions: part of its caller
==========  ==================  ===========  ========================================================================

Compilation is most of a first run, and much of it is work on what surrounds a function rather than on the function:
the wrappers that make it callable from Python and from C, the counting of references to arrays (which an entry
point's caller holds anyway, and which costs time in every call, too), and the check of every divisor.
"""

from functools import partial

from numba import njit
from numba.extending import overload

UNCOUNTED = {"_nrt": False, "error_model": "numpy", "no_cfunc_wrapper": True}
INNER = {**UNCOUNTED, "no_cpython_wrapper": True}

kernel = njit(cache=True, nogil=True)
uncounted = njit(cache=True, nogil=True, **UNCOUNTED)
inner = njit(cache=True, nogil=True, **INNER)
inlined = njit(cache=True, nogil=True, inline="always", **INNER)
twin = partial(overload, jit_options=INNER)
