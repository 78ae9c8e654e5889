"""What a learning rule may look like, and what its products are; no part of Lava is needed to read one.

Refused here is also what Lava's parser would misread without a word.

Grammar (lava/magma/core/learning/symbolic_equation.py):

    rule    = ["+" | "-"] product {("+" | "-") product}
    product = factor {"*" factor}, with one of x0, y0, u0 .. u9 in it
    factor  = literal | name | "(" inner ")" | "(" ["-"] literal ")" | "sgn(" inner ")"
    inner   = name | name ("+" | "-") constant | constant ("+" | "-") name
    literal = integer | integer "*" "2^" exponent | "2^" exponent

Within sgn the name comes first or is added. A constant is an integer, or 2^n, of 0 to 255.
"""

import re
from collections.abc import Iterator
from typing import NamedTuple

from emulation.errors import LavaSleepError

TOKEN = re.compile(
    r"(?P<space> +)|(?P<power>2 *\^ *[+-]? *\d+)|(?P<number>\d+(?:\.\d+)?)|(?P<name>[A-Za-z_]\w*)|(?P<sign>[-+])"
    r"|(?P<times>\*)|(?P<open>\()|(?P<close>\))|(?P<other>.)",
    re.DOTALL,
)
DEPENDENCIES = re.compile(r"x0|y0|u\d")
VARIABLES = ("x1", "x2", "y1", "y2", "y3", "w", "d", "t")
TARGETS = ("dw", "dt", "dd")
VALUE_ENDS, VALUE_STARTS = ("name", "number", "power", "close"), ("name", "number", "power", "open")
ALLOWED_NAMES = "x0 y0 u0..u9 x1 x2 y1 y2 y3 w d t sgn(w|d|t)"
ALLOWED_FACTORS = "name, number, (name + constant), (name - constant), (constant - name), (-number), sgn(name)"
LARGEST_CONSTANT = 255  # 8 bit


class RuleError(LavaSleepError):
    """A learning rule that is not of the grammar or does not fit its registers."""


Token = tuple[str, str]  # kind and text


class Factor(NamedTuple):
    """A factor of a product: variable + constant, or the sign of that."""

    variable: str
    constant: int
    is_sign: bool


class Product(NamedTuple):
    """mantissa * 2^exponent * dependency * factor * factor * ...

    Attributes
    ----------
    dependency : {"x0", "y0", "u"}
    decimation : int or None
        k of u_k, None without.
    mantissa, exponent : int
        -8 .. 7, -7 .. 8.
    factors : tuple of Factor
        In the order of the text.
    """

    dependency: str
    decimation: int | None
    mantissa: int
    exponent: int
    factors: tuple[Factor, ...]


def fail(target: str, what: str, got: str, allowed: str, hint: str) -> None:
    """Raise with the project's form of message."""
    raise RuleError(f"learning rule {target}: {what}", got, allowed, hint)


def parse_rule(target: str, text: str) -> list[Product]:
    """The products of a rule string that `check_rule` has taken, in the order of the text."""
    return [parse_product(sign, split_factors(target, tokens)) for sign, tokens in signed_products(target, text)]


def parse_product(sign: int, factors: list[list[Token]]) -> Product:
    """One product from its sign and factors; the first x0, y0 or u_k is its dependency, any other one a factor."""
    mantissa, exponent = scale_of(factors)
    dependency, found = "", []
    for factor in factors:
        name = factor[0][1]
        if len(factor) == 1 and DEPENDENCIES.fullmatch(name) and not dependency:
            dependency = name
        elif len(factor) == 1 and factor[0][0] == "name":
            found.append(Factor(name, 0, False))
        elif is_negative_literal(factor):
            sign = -sign
        elif any(kind == "name" for kind, _ in factor):
            turned, bracket = parse_bracket(factor)
            sign *= turned
            found.append(bracket)
    decimation = int(dependency[1:]) if dependency.startswith("u") else None
    return Product(dependency if decimation is None else "u", decimation, sign * mantissa, exponent, tuple(found))


def parse_bracket(factor: list[Token]) -> tuple[int, Factor]:
    """``(name + c)``, ``(c + name)``, ``(c - name)``, ``sgn(..)``: the sign taken out of it, and the factor."""
    is_sign = factor[0] == ("name", "sgn")
    inner = factor[2:-1] if is_sign else factor[1:-1]
    if len(inner) == 1:
        return 1, Factor(inner[0][1], 0, is_sign)
    (kind, first), (_, operator), (_, last) = inner
    if kind == "name":
        constant = constant_of(last)
        return 1, Factor(first, -constant if operator == "-" else constant, is_sign)
    if operator == "-":
        return -1, Factor(last, -constant_of(first), is_sign)
    return 1, Factor(last, constant_of(first), is_sign)


def constant_of(token: str) -> int:
    """An integer, or 2^n."""
    return 2 ** int(token[2:]) if token.startswith("2^") else int(token)


def is_negative_literal(factor: list[Token]) -> bool:
    """``(-3)``."""
    return [kind for kind, _ in factor[:2]] == ["open", "sign"] and factor[1][1] == "-" and len(factor) == 4


def check_rules(texts: dict[str, str | None]) -> None:
    """Check the rule strings of a connection (by target, None for none) together; see `check_rule`."""
    given = {target: text for target, text in texts.items() if text is not None}
    if not given:
        fail("dw, dt, dd", "no rule", "None", "at least one of them", "give one, e.g. dw='2^-2*x0*y1'")
    decimations = {target: check_rule(target, text) for target, text in given.items()}
    if len(set().union(*decimations.values())) > 1:
        got = ", ".join(f"{target}: {names.pop()}" for target, names in decimations.items() if names)
        fail("dw, dt, dd", "more than one u_k", got, "one k in all rules", "choose one k")


def check_rule(target: str, text: str, scale: bool = True) -> set[str]:
    """Check one rule string; returns the u_k in it (at most one).

    Parameters
    ----------
    target : {"dw", "dt", "dd"}
        What the rule changes.
    text : str
        Right-hand side, e.g. ``"2^-2*x0*y1 - 2^-2*y0*x1"``.
    scale : bool
        Whether the scale of each product is checked too.

    Raises
    ------
    RuleError
        With the place and what to write instead.
    """
    if target not in TARGETS:
        fail(target, "unknown target", target, ", ".join(TARGETS), "name the synaptic variable to change")
    if not isinstance(text, str) or not text.strip():
        fail(target, "no rule", str(text), "a sum of products", "write e.g. '2^-2*x0*y1', or leave the rule out")
    decimations: set[str] = set()
    for product in products_of(target, text):
        decimations |= check_product(target, product, scale)
    if len(decimations) > 1:
        fail(target, "more than one u_k", ", ".join(sorted(decimations)), "one k in all products", "choose one k")
    return decimations


def tokens_of(target: str, text: str) -> list[Token]:
    """(kind, text) of each token; refuses characters and numbers outside the grammar."""
    tokens: list[Token] = []
    for match in TOKEN.finditer(text):
        kind, token = str(match.lastgroup), match.group().replace(" ", "")
        if kind == "number" and "." in token:
            fail(target, "a number with a point", token, "integers and 2^n", "write 0.5 as 2^-1")
        if kind == "other":
            fail(target, "unknown character", token, "names, integers, 2^n, + - * ( )", "take it out")
        if kind == "name" and not (DEPENDENCIES.fullmatch(token) or token in VARIABLES or token == "sgn"):
            fail(target, "unknown name", token, ALLOWED_NAMES, "correct the name")
        if kind == "space":
            continue
        if tokens and kind in VALUE_STARTS and tokens[-1][0] in VALUE_ENDS and tokens[-1][1] != "sgn":
            fail(target, "no * between two factors", f"{tokens[-1][1]} {token}", "factors joined by *", "put one in")
        tokens.append((kind, token))
    return tokens


def products_of(target: str, text: str) -> list[list[Token]]:
    """The tokens of each product, without its sign."""
    return [tokens for _, tokens in signed_products(target, text)]


def signed_products(target: str, text: str) -> Iterator[tuple[int, list[Token]]]:
    """Split the tokens at each sign outside of brackets: +1 or -1 and the tokens of each product."""
    signs = [1]
    products: list[list[Token]] = [[]]
    depth = 0
    previous = "sign"
    for kind, token in tokens_of(target, text):
        depth += (kind == "open") - (kind == "close")
        if depth < 0:
            fail(target, "a closing bracket too many", text, "balanced brackets", "take it out")
        if kind == "sign" and depth == 0:
            if previous in ("times", "sign") and products != [[]]:
                fail(target, "a sign inside a product", text, "one sign before each product", "move it to the front")
            if products[-1]:
                products.append([])
                signs.append(1)
            signs[-1] = -1 if token == "-" else 1
        else:
            products[-1].append((kind, token))
        previous = kind
    if depth:
        fail(target, "a bracket is not closed", text, "balanced brackets", "close it")
    if not products[-1]:
        fail(target, "ends in a sign", text, "a product after each sign", "complete it")
    return zip(signs, products)


def check_product(target: str, tokens: list[Token], scale: bool = True) -> set[str]:
    """Check one product; returns the u_k in it."""
    text = "".join(token for _, token in tokens)
    factors = split_factors(target, tokens)
    names = [factor[0][1] for factor in factors if len(factor) == 1 and factor[0][0] == "name"]
    dependencies = [name for name in names if DEPENDENCIES.fullmatch(name)]
    if not dependencies:
        fail(target, "a product without dependency", text, "x0, y0 or u0..u9 in each product", "add one, e.g. u0")
    if len(set(dependencies)) < len(dependencies):
        fail(target, "a dependency twice in a product", text, "each dependency once", "take one out")
    for factor in factors:
        check_factor(target, factor, text)
    if scale:
        check_scale(target, factors, text)
    return {name for name in dependencies if name.startswith("u")}


def split_factors(target: str, tokens: list[Token]) -> list[list[Token]]:
    """Split a product at each * outside of brackets."""
    factors: list[list[Token]] = [[]]
    depth = 0
    for kind, token in tokens:
        depth += (kind == "open") - (kind == "close")
        if kind == "times" and depth == 0:
            factors.append([])
        else:
            factors[-1].append((kind, token))
    if any(not factor for factor in factors):
        text = "".join(token for _, token in tokens)
        fail(target, "a factor is missing beside *", text, "factors joined by single *", "take the * out")
    return factors


def check_factor(target: str, factor: list[Token], text: str) -> None:
    """Check the shape of one factor."""
    kinds = [kind for kind, _ in factor]
    if kinds in (["number"], ["power"]):
        return
    if kinds == ["name"] and factor[0][1] != "sgn":
        return
    is_sign = factor[0] == ("name", "sgn")
    inner = factor[2:-1] if is_sign else factor[1:-1]
    shape = ["constant" if kind in ("number", "power") else kind for kind, _ in inner]
    bracketed = kinds[is_sign : is_sign + 1] == ["open"] and kinds[-1] == "close"
    sums = [["name"], ["name", "sign", "constant"], ["constant", "sign", "name"]]
    if not is_sign:
        sums += [["constant"], ["sign", "constant"]]
    if not bracketed or shape not in sums:
        hint = "split it into products, each with its sign in front"
        fail(target, "a factor of another form", "".join(token for _, token in factor), ALLOWED_FACTORS, hint)
    if is_sign and shape[0] == "constant" and ("sign", "-") in inner:
        fail(target, "a negative variable in sgn", text, "sgn(name - constant)", "turn it round and change the sign")
    for kind, token in inner:
        if kind == "name":
            check_inner_name(target, token, is_sign, alone=len(inner) == 1)
        elif len(inner) == 3 and kind != "sign":
            check_constant(target, kind, token)


def check_inner_name(target: str, name: str, is_sign: bool, alone: bool) -> None:
    """Check a name within a bracket: Lava drops a bare dependency there, and takes signs of w, d, t only."""
    if is_sign and name not in ("w", "d", "t"):
        fail(target, "sgn of another variable", name, "w, d, t", "take the sgn away")
    if name not in VARIABLES and (alone or name not in ("x0", "y0")):
        allowed = "x1 x2 y1 y2 y3 w d t, or x0 y0 with a constant"
        fail(target, "a dependency within a bracket", name, allowed, "write it without the bracket")


def check_constant(target: str, kind: str, token: str) -> None:
    """Check a constant that is added: an integer of 8 bit (Lava would cut 2^-1 down to zero)."""
    exponent = int(token[2:]) if kind == "power" else 0
    if exponent < 0 or exponent > 7 or (kind == "number" and int(token) > LARGEST_CONSTANT):
        allowed = f"an integer of 0 to {LARGEST_CONSTANT}"
        fail(target, "an added constant beyond 8 bit", token, allowed, "choose another")


def check_scale(target: str, factors: list[list[Token]], text: str) -> None:
    """Check that the product of all literals fits mantissa (-8..7) and exponent (-7..8)."""
    mantissa, exponent = scale_of(factors)
    if mantissa == 0:
        fail(target, "a product scaled by zero", text, "a mantissa of -8 to -1 and 1 to 7", "take the product out")
    if mantissa > 7:
        fail(target, "the mantissa does not fit 4 bit", text, "-8 to 7 times 2^-7 to 2^8", "choose another scale")
    if not -7 <= exponent <= 8:
        fail(target, "the exponent does not fit", text, "2^-7 to 2^8", "choose another scale")


def scale_of(factors: list[list[Token]]) -> tuple[int, int]:
    """Mantissa and exponent of a product's literals without sign; a large even mantissa goes into the exponent."""
    mantissa, exponent = 1, 0
    for factor in factors:
        for kind, token in factor if len(factor) != 5 and len(factor) != 6 else []:
            if kind == "number":
                mantissa *= int(token)
            elif kind == "power":
                exponent += int(token[2:])
    while mantissa > 7 and mantissa % 2 == 0 and exponent < 8:
        mantissa, exponent = mantissa // 2, exponent + 1
    return mantissa, exponent


def product_scales(target: str, text: str) -> list[tuple[int, int]]:
    """Mantissa and exponent of each product of a rule string (`scale_of`)."""
    return [scale_of(split_factors(target, tokens)) for tokens in products_of(target, text)]
