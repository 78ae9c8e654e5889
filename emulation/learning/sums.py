"""Evaluation of a rule's products over a block of synapses: which passes over the block make up dw, dt or dd.

A block is one long row, where whatever the post neuron determines is one number, or several short rows, where it
differs between columns like everything else.
"""

from emulation.arithmetic import number_like
from emulation.compiling import inlined, inner
from emulation.learning.products import (
    ACCUMULATOR_LOW,
    NO_FLOOR,
    UNCLIPPED,
    add_product,
    add_scalar,
    finish,
    multiply,
    multiply_scalar,
)
from emulation.learning.synapses import (
    COPY_ROW,
    MASK_ROW,
    PRODUCT_ROW,
    RESULT_ROW,
    TOTAL_ROW,
    X_AT_END,
    X_AT_POST,
    X_AT_PRE,
    Y_AT_END,
    Y_AT_POST,
    Y_AT_PRE,
)
from emulation.rules.rule import (
    CONSTANT,
    DEPENDENCY,
    EXPONENT,
    FACTOR_COUNT,
    FRACTION_BITS,
    MANTISSA,
    RIGHT_SHIFT,
    SIGN,
    TARGET,
    VARIABLE,
    WIDTH,
    Dependency,
    Target,
    Variable,
)


@inner
def is_shared(variable, dependency, single_row):
    """Whether a factor is the same for all synapses of a block."""
    if variable == Variable.CONSTANT:
        return True
    if not single_row:
        return False
    return variable == Variable.Y0 or (Variable.Y1 <= variable <= Variable.Y3 and dependency != Dependency.X0)


@inner
def shared_part(products, factors, index, post, active, single_row):
    """What all synapses of a block share of a product: mantissa, dependency and the factors of a single post neuron."""
    dependency = products[index, DEPENDENCY]
    coefficient = number_like(post, products[index, MANTISSA])
    if dependency == Dependency.U and not active:
        return number_like(post, 0)
    if single_row and dependency == Dependency.Y0 and post[0, Variable.Y0] == 0:
        return number_like(post, 0)
    for position in range(products[index, FACTOR_COUNT]):
        variable = factors[index, position, VARIABLE]
        if is_shared(variable, dependency, single_row):
            constant, sign = factors[index, position, CONSTANT], factors[index, position, SIGN]
            width = factors[index, position, WIDTH]
            coefficient = multiply_scalar(coefficient, post[dependency, variable], constant, sign, width)
    return coefficient


@inner
def factor_row(variable, dependency):
    """Row of the scratch that holds a factor which differs between synapses."""
    if variable == Variable.X0:
        return MASK_ROW
    if variable == Variable.Y0:
        return Y_AT_END
    if variable >= Variable.WEIGHT:
        return COPY_ROW + variable - Variable.WEIGHT
    if variable >= Variable.Y1:
        if dependency == Dependency.X0:
            return Y_AT_PRE + variable - Variable.Y1
        return (Y_AT_END if dependency == Dependency.U else Y_AT_POST) + 1 + variable - Variable.Y1
    if dependency == Dependency.U:
        return X_AT_END + variable - Variable.X1
    return (X_AT_POST if dependency == Dependency.Y0 else X_AT_PRE) + variable - Variable.X1


@inlined
def values_of(source, weights, tags, delays, work):
    """Values of a factor or a sum in all synapses of a block: row `source` of the scratch, or w, t, d themselves."""
    if source == COPY_ROW:
        values = weights
    elif source == COPY_ROW + 1:
        values = tags
    elif source == COPY_ROW + 2:
        values = delays
    else:
        values = work[source, : weights.shape[0]]
    return values


@inner
def reduce_product(products, factors, index, coefficient, single_row, weights, tags, delays, work):
    """Multiply all but the last of a product's factors that differ between synapses.

    Returns
    -------
    coefficient, source, constant, sign, width
        What is left: `coefficient` times one factor, whose values are in row `source` of the scratch; -1: no factor.
    """
    dependency = products[index, DEPENDENCY]
    source, constant, sign, width = -1, 0, 0, 1
    if dependency == Dependency.X0:
        source = MASK_ROW
    elif dependency == Dependency.Y0 and not single_row:
        source = Y_AT_POST
    turn = 0
    for position in range(products[index, FACTOR_COUNT]):
        variable = factors[index, position, VARIABLE]
        if is_shared(variable, dependency, single_row):
            continue
        second, constant_2 = factor_row(variable, dependency), factors[index, position, CONSTANT]
        sign_2, width_2 = factors[index, position, SIGN], factors[index, position, WIDTH]
        if source < 0:
            source, constant, sign, width = second, constant_2, sign_2, width_2
            continue
        multiply(
            work[PRODUCT_ROW + turn, : weights.shape[0]],
            coefficient,
            values_of(source, weights, tags, delays, work),
            constant,
            sign,
            width,
            values_of(second, weights, tags, delays, work),
            constant_2,
            sign_2,
            width_2,
        )
        coefficient, source, constant, sign, width = number_like(work, 1), PRODUCT_ROW + turn, 0, 0, UNCLIPPED
        turn = 1 - turn
    return coefficient, source, constant, sign, width


@inlined
def change_variable(
    target, products, factors, bounds, active, post, single_row, weights, tags, delays, work, counters, first, round_up
):
    """Evaluate all products of one of w, t, d over a block of synapses.

    A product with factors that differ between synapses waits for the next one: the last is added in the same pass
    that rounds the sum.

    Returns
    -------
    bool
        Whether the variable may have changed; its new values are then in the result row of `work`.
    """
    # A tag at -257 meets the accumulator's bounds even where zero is added: tags are always evaluated.
    is_tag, columns = target == Target.TAG, weights.shape[0]
    start, lift, floor = COPY_ROW + target, FRACTION_BITS, NO_FLOOR
    changed, next_total = False, TOTAL_ROW
    factor, source, constant, sign, width, exponent, right_shift = number_like(post, 0), -1, 0, 0, 1, 0, 0
    for index in range(products.shape[0]):
        if products[index, TARGET] != target:
            continue
        coefficient = shared_part(products, factors, index, post, active, single_row)
        if coefficient == 0:
            if is_tag and not changed:
                changed, floor = True, ACCUMULATOR_LOW
            continue
        changed = True
        if source >= 0:
            add_product(
                work[next_total, :columns],
                values_of(start, weights, tags, delays, work),
                lift,
                floor,
                factor,
                values_of(source, weights, tags, delays, work),
                constant,
                sign,
                width,
                exponent,
                right_shift,
            )
            start, lift, next_total = next_total, 0, 2 * TOTAL_ROW + 1 - next_total
        factor, source, constant, sign, width = reduce_product(
            products, factors, index, coefficient, single_row, weights, tags, delays, work
        )
        exponent, right_shift = products[index, EXPONENT], products[index, RIGHT_SHIFT]
        if source < 0:
            values = values_of(start, weights, tags, delays, work)
            add_scalar(work[next_total, :columns], values, lift, floor, factor, exponent, right_shift)
            start, lift, next_total = next_total, 0, 2 * TOTAL_ROW + 1 - next_total
    if changed:
        if source < 0:
            factor, source = number_like(post, 0), start
        finish(
            work[RESULT_ROW + target, :columns],
            values_of(start, weights, tags, delays, work),
            lift,
            floor,
            factor,
            values_of(source, weights, tags, delays, work),
            constant,
            sign,
            width,
            exponent,
            right_shift,
            counters,
            first,
            round_up,
            bounds[target],
        )
    return changed
