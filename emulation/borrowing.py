"""Arrays without reference counts.

numba counts references with atomic instructions for every array that a kernel takes out of a tuple or slices; in
kernels that do so per neuron this costs more than the arithmetic. A borrowed array is the same memory without a
count: valid as long as the caller holds the original, which every entry point of this package does.
"""

from numba import types
from numba.core import cgutils
from numba.extending import intrinsic
from numba.np.arrayobj import make_array, populate_array


@intrinsic
def borrow(typing_context, value):
    """The same array, or (nested) tuple of arrays and numbers, without reference counts (compiled code only)."""

    def generate(context, builder, signature, arguments):
        return without_counts(context, builder, value, arguments[0])

    return value(value), generate


def without_counts(context, builder, value_type, value):
    """LLVM value of `value` with the owner of each array left out."""
    if isinstance(value_type, types.Array):
        array = make_array(value_type)(context, builder, value)
        borrowed = make_array(value_type)(context, builder)
        populate_array(borrowed, array.data, array.shape, array.strides, array.itemsize, meminfo=None)
        return borrowed._getvalue()
    if isinstance(value_type, types.BaseTuple):
        parts = cgutils.unpack_tuple(builder, value)
        stripped = [without_counts(context, builder, kind, part) for kind, part in zip(value_type, parts)]
        return context.make_tuple(builder, value_type, stripped)
    return value
