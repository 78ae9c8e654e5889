"""Learning rules that are refused, each with its message; most of them stock Lava takes, and reads otherwise."""

import numpy as np
import pytest

from emulation.errors import LavaSleepError
from emulation.rules.grammar import TARGETS, RuleError
from emulation.rules.rule import EXPONENT, MANTISSA, Rule
from emulation.rules.table import Bits, TraceNumbers, compile_rule

NAMES = "(allowed: x0 y0 u0..u9 x1 x2 y1 y2 y3 w d t sgn(w|d|t)). Correct the name."
CHARACTERS = "(allowed: names, integers, 2^n, + - * ( )). Take it out."
FORMS = (
    "(allowed: name, number, (name + constant), (name - constant), (constant - name), (-number), sgn(name)). "
    "Split it into products, each with its sign in front."
)
BRACKET = "(allowed: x1 x2 y1 y2 y3 w d t, or x0 y0 with a constant). Write it without the bracket."
POWERS = "(allowed: 2^-7 to 2^8). Choose another scale."
SCALE = "(allowed: -8 to 7 times 2^-7 to 2^8). Choose another scale."
STARS = "(allowed: factors joined by single *). Take the * out."
JOINED = "(allowed: factors joined by *). Put one in."
CONSTANT = "(allowed: an integer of 0 to 255). Choose another."
DEPENDENCY = "(allowed: x0, y0 or u0..u9 in each product). Add one, e.g. u0."
SIGNS = "(allowed: one sign before each product). Move it to the front."
ONCE = "(allowed: each dependency once). Take one out."
BALANCED = "(allowed: balanced brackets)."

BAD_TEXTS = {
    # What Lava takes and reads as something else: u1 times nothing, w, x1 + 2, x1 + 2 without the 3, x1, ...
    "u10*x1": f"unknown name, got 'u10' {NAMES}",
    "u01*w": f"unknown name, got 'u01' {NAMES}",
    "u0*w1": f"unknown name, got 'w1' {NAMES}",
    "u0*(x1*2)": f"a factor of another form, got '(x1*2)' {FORMS}",
    "u0*(x1+2+3)": f"a factor of another form, got '(x1+2+3)' {FORMS}",
    "u0*(-x1)": f"a factor of another form, got '(-x1)' {FORMS}",
    "u0*((x1))": f"a factor of another form, got '((x1))' {FORMS}",
    "u0*sgn(-w)": f"a factor of another form, got 'sgn(-w)' {FORMS}",
    "u0*(u0)": f"a dependency within a bracket, got 'u0' {BRACKET}",
    "u0*w*(x0)": f"a dependency within a bracket, got 'x0' {BRACKET}",
    "u0*(x1+2^-1)": f"an added constant beyond 8 bit, got '2^-1' {CONSTANT}",
    "1 2*u0": f"no * between two factors, got '1 2' {JOINED}",
    "u0 x1": f"no * between two factors, got 'u0 x1' {JOINED}",
    "u0*(x1)(y1)": f"no * between two factors, got ') (' {JOINED}",
    "u0**x1": f"a factor is missing beside *, got 'u0**x1' {STARS}",
    "*u0": f"a factor is missing beside *, got '*u0' {STARS}",
    "u0*x1*": f"a factor is missing beside *, got 'u0*x1*' {STARS}",
    "u0*u0": f"a dependency twice in a product, got 'u0*u0' {ONCE}",
    "x0*y0*x0": f"a dependency twice in a product, got 'x0*y0*x0' {ONCE}",
    "0*u0*x1": "a product scaled by zero, got '0*u0*x1' (allowed: a mantissa of -8 to -1 and 1 to 7). Take the "
    "product out.",
    # What does not fit the registers.
    "u0*(x1+300)": f"an added constant beyond 8 bit, got '300' {CONSTANT}",
    "u0*(256-w)": f"an added constant beyond 8 bit, got '256' {CONSTANT}",
    "9*u0": f"the mantissa does not fit 4 bit, got '9*u0' {SCALE}",
    "2048*u0": f"the mantissa does not fit 4 bit, got '2048*u0' {SCALE}",
    "2^9*u0": f"the exponent does not fit, got '2^9*u0' {POWERS}",
    "2^-4*2^-4*u0": f"the exponent does not fit, got '2^-4*2^-4*u0' {POWERS}",
    # What is no rule.
    "": "no rule, got '' (allowed: a sum of products). Write e.g. '2^-2*x0*y1', or leave the rule out.",
    "+": "ends in a sign, got '+' (allowed: a product after each sign). Complete it.",
    "u0*x1 -": "ends in a sign, got 'u0*x1 -' (allowed: a product after each sign). Complete it.",
    "u0*x1 - - u0": f"a sign inside a product, got 'u0*x1 - - u0' {SIGNS}",
    "u0*-1": f"a sign inside a product, got 'u0*-1' {SIGNS}",
    "x1*y1": f"a product without dependency, got 'x1*y1' {DEPENDENCY}",
    "u0*x1 + sgn(w)": f"a product without dependency, got 'sgn(w)' {DEPENDENCY}",
    "(u0)*x1": f"a product without dependency, got '(u0)*x1' {DEPENDENCY}",
    "u0*(x1": f"a bracket is not closed, got 'u0*(x1' {BALANCED} Close it.",
    "u0*x1)": f"a closing bracket too many, got 'u0*x1)' {BALANCED} Take it out.",
    "u0*()": f"a factor of another form, got '()' {FORMS}",
    "u0*(x1+y1)": f"a factor of another form, got '(x1+y1)' {FORMS}",
    "u0*sgn": f"a factor of another form, got 'sgn' {FORMS}",
    "u0*sgn(x1)": "sgn of another variable, got 'x1' (allowed: w, d, t). Take the sgn away.",
    "u0*sgn(3-w)": "a negative variable in sgn, got 'u0*sgn(3-w)' (allowed: sgn(name - constant)). Turn it round and "
    "change the sign.",
    "0.5*u0": "a number with a point, got '0.5' (allowed: integers and 2^n). Write 0.5 as 2^-1.",
    "u0*z": f"unknown name, got 'z' {NAMES}",
    "U0*x1": f"unknown name, got 'U0' {NAMES}",
    "1e3*u0": f"unknown name, got 'e3' {NAMES}",
    "dw = u0": f"unknown name, got 'dw' {NAMES}",
    "u0/2": f"unknown character, got '/' {CHARACTERS}",
    "u0*x1^2": f"unknown character, got '^' {CHARACTERS}",
    "u0\n*x1": f"unknown character, got '\\n' {CHARACTERS}",
    "u0*x1 + u1": "more than one u_k, got 'u0, u1' (allowed: one k in all products). Choose one k.",
}

BAD_ARGUMENTS = [
    ({}, "dw, dt, dd: no rule, got 'None' (allowed: at least one of them). Give one, e.g. dw='2^-2*x0*y1'."),
    ({"dw": 5}, "dw: no rule, got '5' (allowed: a sum of products). Write e.g. '2^-2*x0*y1', or leave the rule out."),
    (
        {"dw": "u0*x1", "dt": "u1*x1"},
        "dw, dt, dd: more than one u_k, got 'dw: u0, dt: u1' (allowed: one k in all rules). Choose one k.",
    ),
    ({"t_epoch": 0}, "t_epoch: out of range, got 0 (allowed: 1 to 63). Choose a shorter epoch and more of them."),
    ({"t_epoch": 64}, "t_epoch: out of range, got 64 (allowed: 1 to 63). Choose a shorter epoch and more of them."),
    ({"t_epoch": 2.5}, "t_epoch: not whole, got 2.5 (allowed: 1 to 63). Round it."),
    ({"x1_impulse": 128}, "x1_impulse: out of range, got 128 (allowed: 0 to 127). Scale the impulse and the rule."),
    ({"x2_impulse": -1}, "x2_impulse: out of range, got -1 (allowed: 0 to 127). Scale the impulse and the rule."),
    ({"x1_tau": -1.0}, "x1_tau: out of range, got -1.0 (allowed: 0 to 65535). Choose another time constant."),
    ({"x2_tau": np.nan}, "x2_tau: out of range, got nan (allowed: 0 to 65535). Choose another time constant."),
    ({"x1_tau": "20"}, "x1_tau: out of range, got '20' (allowed: 0 to 65535). Choose another time constant."),
    ({"weight_bits": 9}, "weight_bits: out of range, got 9 (allowed: 1 to 8). Choose a number of bits."),
    ({"tag_bits": 0}, "tag_bits: out of range, got 0 (allowed: 1 to 8). Choose a number of bits."),
    ({"trace_bits": 8}, "trace_bits: out of range, got 8 (allowed: 1 to 7). Choose a number of bits."),
]


def compiled(**arguments) -> Rule:
    """The table of rules and numbers that are given by one name each: dw, x1_tau, weight_bits, t_epoch, ..."""
    texts = {name: arguments.pop(name) for name in TARGETS if name in arguments}
    parts: dict[str, dict] = {"impulse": {}, "tau": {}, "bits": {}}
    for name in [name for name in arguments if name.rpartition("_")[2] in parts]:
        of, _, part = name.rpartition("_")
        parts[part][of] = arguments.pop(name)
    return compile_rule(texts, TraceNumbers(parts["impulse"], parts["tau"]), bits=Bits(**parts["bits"]), **arguments)


@pytest.mark.parametrize("text", BAD_TEXTS)
def test_bad_texts_are_refused(text):
    for target in TARGETS:
        with pytest.raises(RuleError) as refusal:
            compile_rule({target: text})
        assert str(refusal.value) == f"learning rule {target}: {BAD_TEXTS[text]}"


@pytest.mark.parametrize("arguments, message", BAD_ARGUMENTS)
def test_bad_arguments_are_refused(arguments, message):
    rule = {} if not arguments or "dw" in arguments else {"dw": "u0*x1"}
    with pytest.raises(LavaSleepError) as refusal:
        compiled(**rule, **arguments)
    assert str(refusal.value) == f"learning rule {message}"


@pytest.mark.parametrize(
    "text, mantissa, exponent",
    [
        ("-u0*x1", -1, 0),
        ("-8*u0", -4, 1),
        ("(-2)*(-3)*u0", 6, 0),
        ("2^-20*2^15*u0*(x1 + 2^7)", 1, -5),
        ("2 ^ -3 * u0 * (x0 - 1)", 1, -3),
        ("(-1) * 2 ^ -3 * u0 * sgn(w + 255)", -1, -3),
        ("3*u9*x1*x2*y1*y2*y3*w*d*t*(255 - t)", -3, 0),
    ],
)
def test_the_limits_of_the_grammar_are_accepted(text, mantissa, exponent):
    products = compile_rule({"dw": text}).products
    assert products[:, [MANTISSA, EXPONENT]].tolist() == [[mantissa, exponent]]


@pytest.mark.parametrize("traces", [TraceNumbers({"z1": 16}), TraceNumbers({}, {"z1": 4})])
def test_a_trace_of_an_unknown_name_is_refused(traces):
    with pytest.raises(RuleError, match="a trace of an unknown name, got 'z1'"):
        compile_rule({"dw": "x0"}, traces)
