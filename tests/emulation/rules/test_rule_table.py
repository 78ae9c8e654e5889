"""The table of a learning rule means what its text says: an independent reading of both, in exact arithmetic."""

import re
from fractions import Fraction
from math import prod

import numpy as np
import pytest
from helpers.random_rules import random_product

from emulation.rules.rule import DEPENDENCY, EXPONENT, FACTOR_COUNT, MANTISSA, Rule, Variable
from emulation.rules.table import compile_rule

NAMES = ("x0", "y0", "x1", "x2", "y1", "y2", "y3", "w", "t", "d")  # in the order of `Variable`


def value_of_table(rule: Rule, values: dict[str, int]) -> Fraction:
    """What the products of a table add up to, without widths and shifts."""
    total = Fraction(0)
    for product, factors in zip(rule.products, rule.factors):
        terms = [values[("x0", "y0", "u")[product[DEPENDENCY]]]]
        for variable, constant, is_sign, _ in factors[: product[FACTOR_COUNT]].tolist():
            value = constant if variable == Variable.CONSTANT else values[NAMES[variable]] + constant
            terms.append(int(np.sign(value)) if is_sign else value)
        total += int(product[MANTISSA]) * Fraction(2) ** int(product[EXPONENT]) * prod(terms)
    return total


def value_of_text(text: str, values: dict[str, int]) -> Fraction:
    """The same from the text, read by Python."""
    exact = re.sub(r"\b2\^(-?\d+)", r"Fraction(2) ** (\1)", re.sub(r"\bu\d", "u", text))
    return Fraction(eval(exact, {"Fraction": Fraction, "sgn": lambda value: int(np.sign(value)), **values}))


@pytest.mark.parametrize("seed", range(200))
def test_the_table_means_what_the_text_says(seed):
    random = np.random.default_rng([7, seed])
    text = "".join(random_product(random, seed % 10) for _ in range(random.integers(1, 6))).removeprefix(" + ")
    rule = compile_rule({"dw": text})
    results = []
    for _ in range(5):
        values = {name: int(random.integers(-99, 100)) for name in ("u", *NAMES)}
        results.append(value_of_table(rule, values))
        assert results[-1] == value_of_text(text, values), text
    assert any(results)
