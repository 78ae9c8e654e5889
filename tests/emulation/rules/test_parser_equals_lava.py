"""Our parser of learning rules reads what Lava's reads: the same products, numbers and factors in the same order."""

import pytest
from helpers.random_rules import random_case

from emulation.rules.grammar import TARGETS, check_rule, parse_rule

pytestmark = pytest.mark.lava

LAVAS_SHIFT = 7  # Lava adds it to the exponent of a product
TEXTS = [
    "16*x0*y1", "-8*x0*y1", "-8*2^-3*x0*y1", "12*x0*y1", "2^2*3*u2*x1", "(-3)*x0*y1", "-x0*(-2)*y1*2^1",
    "x0*(2^3+w)*2*y1", "x0*(y0+3)", "u0*(3-x1)*(2-w)", "2*2*2*x0*y1", "x0*y1*(3)", "x0*(w)", "6*4*x0*w",
]  # fmt: skip


def products_of_lava(rule, target: str) -> list[tuple]:
    """Dependency, decimation, mantissa, exponent and factors of each product that a rule object of Lava holds."""
    return [
        (
            product.dependency,
            product.decimate_exponent,
            product.s_mantissa,
            product.s_exp - LAVAS_SHIFT,
            [(factor.state_var, factor.const or 0, bool(factor.is_sgn)) for factor in product.factors],
        )
        for product in rule.active_product_series[target].products
    ]


def products_of_ours(target: str, text: str) -> list[tuple]:
    """The same of our parser."""
    return [(*product[:4], [tuple(factor) for factor in product.factors]) for product in parse_rule(target, text)]


def test_thousands_of_random_rules():
    number = 0
    for seed in range(3000):
        case = random_case(seed, 1)
        rule = case.learning_rule()
        for target in TARGETS:
            if target in case.rule:
                check_rule(target, case.rule[target])
                assert products_of_ours(target, case.rule[target]) == products_of_lava(rule, target), case.rule[target]
                number += 1
    assert number == 5698


@pytest.mark.parametrize("text", TEXTS)
def test_scales_signs_and_brackets(text):
    from lava.magma.core.learning.learning_rule import Loihi3FLearningRule

    check_rule("dw", text)
    assert products_of_ours("dw", text) == products_of_lava(Loihi3FLearningRule(dw=text), "dw")
