"""From the text of a learning rule to the table of products that the kernels evaluate.

Widths, shifts and bounds are those of Lava's fixed point (lava/magma/core/learning/constants.py and
lava/magma/core/model/py/connection.py).
"""

from collections.abc import Iterable, Mapping
from enum import Enum
from typing import NamedTuple

import numpy as np

from emulation.rules.grammar import Product, RuleError, check_rules, parse_rule
from emulation.rules.rule import (
    ACCUMULATOR_MAX,
    ACCUMULATOR_MIN,
    FRACTION_BITS,
    HIGH,
    LOW,
    RIGHT_SHIFT,
    TARGET,
    Dependency,
    Rule,
    Target,
    Variable,
)

DEPENDENCIES = {"x0": Dependency.X0, "y0": Dependency.Y0, "u": Dependency.U}
VARIABLES = {
    "x0": Variable.X0,
    "y0": Variable.Y0,
    "x1": Variable.X1,
    "x2": Variable.X2,
    "y1": Variable.Y1,
    "y2": Variable.Y2,
    "y3": Variable.Y3,
    "w": Variable.WEIGHT,
    "t": Variable.TAG,
    "d": Variable.DELAY,
}
WIDTHS = {"x0": 1, "y0": 1, "x1": 7, "x2": 7, "y1": 7, "y2": 7, "y3": 7, "w": 9, "d": 9, "t": 9}  # bits of a factor
MANTISSA_BITS, ACCUMULATOR_BITS = 4, 15
TARGETS = {"dw": Target.WEIGHT, "dt": Target.TAG, "dd": Target.DELAY}
TRACES = ("x1", "x2", "y1", "y2", "y3")
FULL_BITS = 8
LONGEST_EPOCH = 63  # 6 bit
IMPULSE_UNITS = 256
NUMBER_LIMITS: dict[str, tuple[int, int, bool, str]] = {
    "t_epoch": (1, LONGEST_EPOCH, True, "choose a shorter epoch and more of them"),
    "weight_bits": (1, FULL_BITS, True, "choose a number of bits"),
    "tag_bits": (1, FULL_BITS, True, "choose a number of bits"),
    "trace_bits": (1, 7, True, "choose a number of bits"),
    **{f"{trace}_impulse": (0, 127, False, "scale the impulse and the rule") for trace in TRACES},
    **{f"{trace}_tau": (0, 65535, False, "choose another time constant") for trace in TRACES},
}
NO_BOUND = 2**30
NO_FLOAT_BOUND = 2**62


class Sign(Enum):
    """Which weights a connection has: -256..255, 0..255 or -255..0 (lava/utils/weightutils.py)."""

    MIXED = "mixed"
    EXCITATORY = "excitatory"
    INHIBITORY = "inhibitory"


class Bits(NamedTuple):
    """Bits of weights, tags and traces.

    1..8 beside the sign for weights and tags (fewer than eight keep the range on a coarser grid); 1..7 for traces
    (fewer than seven lower the largest value).
    """

    weight: int = FULL_BITS
    tag: int = FULL_BITS
    trace: int = 7


class TraceNumbers(NamedTuple):
    """Impulses 0..127 and time constants in timesteps, by trace; 0 where a trace is not named."""

    impulses: Mapping[str, float] = {}
    taus: Mapping[str, float] = {}


NO_TRACES, FULL = TraceNumbers(), Bits()


def compile_rule(
    texts: Mapping[str, str | None],
    traces: TraceNumbers = NO_TRACES,
    *,
    t_epoch: int = 1,
    three_factor: bool = True,
    sign: Sign = Sign.EXCITATORY,
    bits: Bits = FULL,
) -> Rule:
    """Compile a rule given as strings.

    Parameters
    ----------
    texts : mapping of str to str or None
        Sums of products in the grammar of `emulation.rules.grammar`, by target: "dw", "dt", "dd"; at least one.
    traces : TraceNumbers
    t_epoch : int
        Timesteps of a learning epoch, 1..63.
    three_factor : bool
        Whether the post neuron sends y1, y2, y3; otherwise they are traces of its spikes.
    sign : Sign
    bits : Bits

    Raises
    ------
    RuleError
        Where a string is not of the grammar, or a number is out of its range.
    """
    check_rules(dict(texts))
    for name in (*traces.impulses, *traces.taus):
        if name not in TRACES:
            raise RuleError("learning rule: a trace of an unknown name", name, ", ".join(TRACES), "choose one of these")
    numbers = {"t_epoch": t_epoch, **{f"{part}_bits": number for part, number in bits._asdict().items()}}
    numbers |= {f"{trace}_impulse": traces.impulses.get(trace, 0) for trace in TRACES}
    numbers |= {f"{trace}_tau": traces.taus.get(trace, 0) for trace in TRACES}
    for name, number in numbers.items():
        check_number(name, number)
    parsed = [
        (TARGETS[name], one) for name in TARGETS if texts.get(name) for one in parse_rule(name, texts[name] or "")
    ]
    products = [product for _, product in parsed]
    reads = read_table(products)
    targets = np.array([any(target == wanted for target, _ in parsed) for wanted in Target])
    return Rule(
        products=np.array([product_row(target, product) for target, product in parsed], np.int64),
        factors=factor_table(products),
        targets=targets,
        reads=reads,
        bounds=bounds_table(sign, bits),
        decay=np.stack([decay_factors(numbers[f"{trace}_tau"]) for trace in TRACES]),
        impulse=np.array([split_impulse(numbers[f"{trace}_impulse"]) for trace in TRACES], dtype=np.int64),
        trace_high=(1 << bits.trace) - 1,
        reads_at_spikes=reads_at_spikes(reads),
        decimation=1 << max((product.decimation or 0 for product in products), default=0),
        epoch=int(t_epoch),
        three_factor=three_factor,
        needs_post_spike=not targets[Target.TAG] and all(map(needs_post_spike, products)),
    )


def as_floating(rule: Rule, impulses: Iterable[float]) -> Rule:
    """The same rule for floating point, where Lava scales, bounds and quantises less.

    A product is not divided by the widths of its factors, impulses keep their fraction, and only the sign of the
    weights and of the delays is kept (lava/magma/core/model/py/connection.py, LearningConnectionModelFloat).

    Parameters
    ----------
    rule : Rule
    impulses : iterable of float
        Of x1, x2, y1, y2, y3.
    """
    products, bounds = rule.products.copy(), rule.bounds.copy()
    products[:, RIGHT_SHIFT] = 0
    for column, unrounded in ((LOW, ACCUMULATOR_MIN), (HIGH, ACCUMULATOR_MAX)):
        bounds[:, column] = np.sign(bounds[:, unrounded]) * NO_FLOAT_BOUND
    return rule._replace(
        products=products,
        bounds=bounds,
        impulse=np.array([(impulse, 0.0) for impulse in impulses]),
        trace_high=NO_FLOAT_BOUND,
    )


def limiting_rule(rule: Rule) -> Rule:
    """The same rule (fixed point) for one epoch after values came from outside, perhaps beyond their bits.

    Lava bounds every accumulator after the first product, also where that is zero; the kernels skip what is zero. So a
    product that is zero but is not skipped follows the first one of each target: x0 >> 31.
    """
    zero = np.array([0, Dependency.X0, 1, 0, 31, 0])
    products, factors, seen = [], [], set()
    for product, its_factors in zip(rule.products, rule.factors):
        products.append(product)
        factors.append(its_factors)
        if product[TARGET] not in seen:
            seen.add(product[TARGET])
            products.append(np.where(np.arange(len(zero)) == TARGET, product, zero))
            factors.append(np.zeros_like(its_factors))
    reads = rule.reads.copy()
    reads[Dependency.X0, Variable.X0] = True
    return rule._replace(products=np.array(products), factors=np.array(factors), reads=reads, needs_post_spike=False)


def check_number(name: str, number: float) -> None:
    """Refuse a number beyond `NUMBER_LIMITS`, or a fraction of a bit or timestep."""
    least, largest, is_whole, hint = NUMBER_LIMITS[name]
    allowed = f"{least} to {largest}"
    if not isinstance(number, int | float | np.number) or not least <= number <= largest:
        raise RuleError(f"learning rule {name}: out of range", number, allowed, hint)
    if is_whole and number != int(number):
        raise RuleError(f"learning rule {name}: not whole", number, allowed, "round it")


def product_row(target: Target, product: Product) -> tuple[int, ...]:
    """One row of `Rule.products`."""
    widths = sum(WIDTHS[factor.variable] for factor in product.factors) + MANTISSA_BITS
    right_shift = min(max(0, widths - ACCUMULATOR_BITS), 31)
    dependency = DEPENDENCIES[product.dependency]
    return target, dependency, product.mantissa, product.exponent, right_shift, len(product.factors)


def factor_table(products: list[Product]) -> np.ndarray:
    """`Rule.factors`."""
    width = max(1, max(len(product.factors) for product in products))
    table = np.zeros((len(products), width, 4), np.int64)
    for row, product in enumerate(products):
        for column, factor in enumerate(product.factors):
            variable, bits = VARIABLES[factor.variable], WIDTHS[factor.variable]
            table[row, column] = variable, factor.constant, factor.is_sign, bits
    return table


def needs_post_spike(product: Product) -> bool:
    """Whether a product is zero in an epoch without a postsynaptic spike."""
    bare = (factor for factor in product.factors if factor.variable == "y0" and not factor.constant)
    return product.dependency == "y0" or any(bare)


def read_table(products: Iterable[Product]) -> np.ndarray:
    """Which variables the products read under which dependency: bool array (3, 11)."""
    reads = np.zeros((len(Dependency), len(Variable)), bool)
    for product in products:
        for factor in product.factors:
            reads[DEPENDENCIES[product.dependency], VARIABLES[factor.variable]] = True
        if product.dependency == "x0":
            reads[Dependency.X0, Variable.X0] = True
    return reads


def reads_at_spikes(reads: np.ndarray) -> bool:
    """Whether a trace is read at the pre neuron's last spike, or a pre trace at the post neuron's."""
    at_pre = reads[Dependency.X0, Variable.X1 : Variable.Y3 + 1]
    at_post = reads[Dependency.Y0, Variable.X1 : Variable.X2 + 1]
    return bool(at_pre.any() or at_post.any())


def bounds_table(sign: Sign, bits: Bits) -> np.ndarray:
    """`Rule.bounds`: values, accumulators and fraction bits of w, t, d."""
    weight_grid, tag_grid = 1 << (FULL_BITS - bits.weight), 1 << (FULL_BITS - bits.tag)
    weight_bounds = {
        Sign.MIXED: (-256, 256 - weight_grid, -NO_BOUND, NO_BOUND),
        Sign.EXCITATORY: (0, 256 - weight_grid, 0, NO_BOUND),
        Sign.INHIBITORY: (weight_grid - 256, 0, -NO_BOUND, 0),
    }[sign]
    fraction = FRACTION_BITS + FULL_BITS
    return np.array(
        [
            (*weight_bounds, fraction - bits.weight),
            # Lava clips the tag at -257, which is off any coarser grid.
            (-257 if tag_grid == 1 else -256, 256 - tag_grid, -NO_BOUND, NO_BOUND, fraction - bits.tag),
            (0, 255, 0, NO_BOUND, FRACTION_BITS),
        ],
        np.int64,
    )


def decay_factors(tau: float) -> np.ndarray:
    """exp(-k/tau) for k = 0 .. 63; a trace with tau = 0 is zeroed (lava/magma/core/model/py/connection.py)."""
    steps = np.arange(LONGEST_EPOCH + 1)
    return np.exp(-steps / tau) if tau else (steps == 0).astype(np.float64)


def split_impulse(impulse: float) -> tuple[int, int]:
    """Integer part of an impulse and its fraction in 1/256 (`_decompose_impulses` of the same file)."""
    whole = int(np.floor(impulse))
    return whole, int(np.round((impulse - whole) * IMPULSE_UNITS))
