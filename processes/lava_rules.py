"""From a Lava learning rule to the table of products that the kernels of `emulation` evaluate."""

from collections.abc import Iterable

import numpy as np
from lava.magma.core.learning.constants import FACTOR_TO_WIDTH_DICT, W_ACCUMULATOR_U, W_S_MANT
from lava.magma.core.learning.learning_rule import Loihi2FLearningRule, Loihi3FLearningRule, LoihiLearningRule
from lava.magma.core.learning.product_series import Product
from lava.utils.weightutils import SignMode

from emulation.rules.grammar import RuleError, check_rules
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
    "x0": Variable.X0, "y0": Variable.Y0, "x1": Variable.X1, "x2": Variable.X2, "y1": Variable.Y1, "y2": Variable.Y2,
    "y3": Variable.Y3, "w": Variable.WEIGHT, "t": Variable.TAG, "d": Variable.DELAY, "C": Variable.CONSTANT,
}  # fmt: skip
TARGETS = {"dw": Target.WEIGHT, "dt": Target.TAG, "dd": Target.DELAY}
TRACES = ("x1", "x2", "y1", "y2", "y3")
FULL_BITS = 8
MAXIMAL_EPOCH = 63  # 6 bit
IMPULSE_UNITS = 256
NUMBER_LIMITS: dict[str, tuple[int, int, bool, str]] = {
    "t_epoch": (1, MAXIMAL_EPOCH, True, "choose a shorter epoch and more of them"),
    "weight_bits": (1, FULL_BITS, True, "choose a number of bits"),
    "tag_bits": (1, FULL_BITS, True, "choose a number of bits"),
    "trace_bits": (1, 7, True, "choose a number of bits"),
    **{f"{trace}_impulse": (0, 127, False, "scale the impulse and the rule") for trace in TRACES},
    **{f"{trace}_tau": (0, 65535, False, "choose another time constant") for trace in TRACES},
}
NO_BOUND = 2**30
NO_FLOAT_BOUND = 2**62


def compile_rule(
    dw: str | None = None,
    dt: str | None = None,
    dd: str | None = None,
    *,
    x1_impulse: float = 0,
    x1_tau: float = 0,
    x2_impulse: float = 0,
    x2_tau: float = 0,
    t_epoch: int = 1,
    sign_mode: SignMode = SignMode.EXCITATORY,
    weight_bits: int = 8,
    tag_bits: int = 8,
    trace_bits: int = 7,
) -> Rule:
    """Compile a three-factor rule given as strings.

    Parameters
    ----------
    dw, dt, dd : str, optional
        Sums of products in Lava's grammar; at least one.
    x1_impulse, x1_tau, x2_impulse, x2_tau : float
        Impulses 0..127 and time constants in timesteps of the presynaptic traces.
    t_epoch : int
        Timesteps of a learning epoch, 1..63.
    sign_mode, weight_bits, tag_bits, trace_bits
        See `rule_from_lava`.

    Raises
    ------
    RuleError
        Where a string is not of the grammar, or a number is out of its range.
    """
    texts = {"dw": dw, "dt": dt, "dd": dd}
    check_rules(texts)
    numbers = {"x1_impulse": x1_impulse, "x1_tau": x1_tau, "x2_impulse": x2_impulse, "x2_tau": x2_tau}
    numbers["t_epoch"] = t_epoch
    for name, number in numbers.items():
        check_number(name, number)
    try:
        parsed = Loihi3FLearningRule(**texts, **numbers)
    except (ValueError, AttributeError) as error:
        raise RuleError(f"learning rule: Lava cannot read it, got {texts}, allowed see its message: {error}") from error
    return rule_from_lava(
        parsed, sign_mode=sign_mode, weight_bits=weight_bits, tag_bits=tag_bits, trace_bits=trace_bits
    )


def rule_from_lava(
    rule: LoihiLearningRule,
    *,
    sign_mode: SignMode = SignMode.MIXED,
    weight_bits: int = 8,
    tag_bits: int = 8,
    trace_bits: int = 7,
) -> Rule:
    """Table of a parsed Lava rule (two- or three-factor).

    Parameters
    ----------
    rule : Loihi2FLearningRule or Loihi3FLearningRule
    sign_mode : SignMode
        Bounds of the weights: mixed -256..255, excitatory 0..255, inhibitory -255..0 (lava/utils/weightutils.py).
    weight_bits, tag_bits : int
        1..8 bit beside the sign; fewer than eight keep the range on a coarser grid.
    trace_bits : int
        1..7 bit; fewer lower the largest trace value.
    """
    check_numbers(rule, weight_bits, tag_bits, trace_bits)
    check_rules({name: getattr(rule, f"{name}_str") for name in TARGETS})
    products = [(TARGETS[name], p) for name, series in rule.active_product_series.items() for p in series.products]
    width = max(1, max(len(product.factors) for _, product in products))
    table = np.zeros((len(products), 6), np.int64)
    factors = np.zeros((len(products), width, 4), np.int64)
    for row, (target, product) in enumerate(products):
        table[row] = product_row(target, product)
        for column, factor in enumerate(product.factors):
            factors[row, column] = (
                VARIABLES[factor.state_var], factor.const or 0, factor.is_sgn, FACTOR_TO_WIDTH_DICT[factor.state_var]
            )  # fmt: skip
    reads = read_table(product for _, product in products)
    targets = np.array([any(target == wanted for target, _ in products) for wanted in Target])
    return Rule(
        products=table,
        factors=factors,
        targets=targets,
        reads=reads,
        bounds=bounds_table(sign_mode, weight_bits, tag_bits),
        decay=np.stack([decay_factors(getattr(rule, f"{trace}_tau")) for trace in TRACES]),
        impulse=np.array([split_impulse(getattr(rule, f"{trace}_impulse")) for trace in TRACES], dtype=np.int64),
        trace_high=(1 << trace_bits) - 1,
        reads_at_spikes=reads_at_spikes(reads),
        decimation=1 << (rule.decimate_exponent or 0),
        epoch=int(rule.t_epoch),
        three_factor=isinstance(rule, Loihi3FLearningRule),
        needs_post_spike=not targets[Target.TAG] and all(needs_post_spike(product) for _, product in products),
    )


def floating_rule_from_lava(rule: LoihiLearningRule, *, sign_mode: SignMode = SignMode.MIXED) -> Rule:
    """Table of a Lava rule for floating point, where Lava scales, bounds and quantises less.

    A product is not divided by the widths of its factors, impulses keep their fraction, and only the sign of the
    weights and of the delays is kept (lava/magma/core/model/py/connection.py, LearningConnectionModelFloat).

    Parameters
    ----------
    rule, sign_mode
        See `rule_from_lava`.
    """
    table = rule_from_lava(rule, sign_mode=sign_mode)
    products, bounds = table.products.copy(), table.bounds.copy()
    products[:, RIGHT_SHIFT] = 0
    for column, unrounded in ((LOW, ACCUMULATOR_MIN), (HIGH, ACCUMULATOR_MAX)):
        bounds[:, column] = np.sign(bounds[:, unrounded]) * NO_FLOAT_BOUND
    impulses = [getattr(rule, f"{trace}_impulse") for trace in TRACES]
    return table._replace(
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


def check_numbers(rule: LoihiLearningRule, weight_bits: int, tag_bits: int, trace_bits: int) -> None:
    """Refuse what a learning epoch, a trace or a register of the hardware cannot hold (Lava checks none of it)."""
    if not isinstance(rule, Loihi2FLearningRule | Loihi3FLearningRule):
        allowed = "Loihi2FLearningRule, Loihi3FLearningRule"
        raise RuleError(f"learning rule: its class, got {type(rule).__name__}, allowed {allowed}, do use one of them")
    bits = {"weight_bits": weight_bits, "tag_bits": tag_bits, "trace_bits": trace_bits}
    for name, number in bits.items():
        check_number(name, number)
    for name in NUMBER_LIMITS.keys() - bits.keys():
        check_number(name, getattr(rule, name))


def check_number(name: str, number: float) -> None:
    """Refuse a number beyond `NUMBER_LIMITS`, or a fraction of a bit or timestep."""
    least, largest, is_whole, do = NUMBER_LIMITS[name]
    if isinstance(number, int | float | np.number) and least <= number <= largest:
        if not is_whole or number == int(number):
            return
        raise RuleError(f"learning rule {name}: not whole, got {number!r}, allowed {least} to {largest}, do round it")
    raise RuleError(f"learning rule {name}: out of range, got {number!r}, allowed {least} to {largest}, do {do}")


def product_row(target: Target, product: Product) -> tuple[int, ...]:
    """One row of `Rule.products`; Lava stores the exponent with 7 added."""
    widths = sum(FACTOR_TO_WIDTH_DICT[factor.state_var] for factor in product.factors) + W_S_MANT
    right_shift = min(max(0, widths - W_ACCUMULATOR_U), 31)
    dependency = DEPENDENCIES[product.dependency]
    return target, dependency, product.s_mantissa, product.s_exp - 7, right_shift, len(product.factors)


def needs_post_spike(product: Product) -> bool:
    """Whether a product is zero in an epoch without a postsynaptic spike."""
    bare = (factor for factor in product.factors if factor.state_var == "y0" and not factor.const)
    return product.dependency == "y0" or any(bare)


def read_table(products: Iterable[Product]) -> np.ndarray:
    """Which variables the products read under which dependency: bool array (3, 11)."""
    reads = np.zeros((len(Dependency), len(Variable)), bool)
    for product in products:
        for factor in product.factors:
            reads[DEPENDENCIES[product.dependency], VARIABLES[factor.state_var]] = True
        if product.dependency == "x0":
            reads[Dependency.X0, Variable.X0] = True
    return reads


def reads_at_spikes(reads: np.ndarray) -> bool:
    """Whether a trace is read at the pre neuron's last spike, or a pre trace at the post neuron's."""
    at_pre = reads[Dependency.X0, Variable.X1 : Variable.Y3 + 1]
    at_post = reads[Dependency.Y0, Variable.X1 : Variable.X2 + 1]
    return bool(at_pre.any() or at_post.any())


def bounds_table(sign_mode: SignMode, weight_bits: int, tag_bits: int) -> np.ndarray:
    """`Rule.bounds`: values, accumulators and fraction bits of w, t, d."""
    weight_grid, tag_grid = 1 << (FULL_BITS - weight_bits), 1 << (FULL_BITS - tag_bits)
    weight_accumulator = (
        0 if sign_mode == SignMode.EXCITATORY else -NO_BOUND, 0 if sign_mode == SignMode.INHIBITORY else NO_BOUND
    )  # fmt: skip
    fraction = FRACTION_BITS + FULL_BITS
    return np.array(
        [
            (*weight_bounds(sign_mode, weight_grid), *weight_accumulator, fraction - weight_bits),
            # Lava clips the tag at -257, which is off any coarser grid.
            (-257 if tag_grid == 1 else -256, 256 - tag_grid, -NO_BOUND, NO_BOUND, fraction - tag_bits),
            (0, 255, 0, NO_BOUND, FRACTION_BITS),
        ],
        np.int64,
    )


def weight_bounds(sign_mode: SignMode, grid: int) -> tuple[int, int]:
    """Least and largest weight of a sign mode on a grid of 1, 2, 4, ... 128."""
    if sign_mode == SignMode.EXCITATORY:
        return 0, 256 - grid
    if sign_mode == SignMode.INHIBITORY:
        return grid - 256, 0
    if sign_mode == SignMode.MIXED:
        return -256, 256 - grid
    allowed = "MIXED, EXCITATORY, INHIBITORY"
    raise RuleError(f"learning rule sign_mode: out of range, got {sign_mode}, allowed {allowed}, do choose one of them")


def decay_factors(tau: float) -> np.ndarray:
    """exp(-k/tau) for k = 0 .. 63; a trace with tau = 0 is zeroed (lava/magma/core/model/py/connection.py)."""
    steps = np.arange(MAXIMAL_EPOCH + 1)
    return np.exp(-steps / tau) if tau else (steps == 0).astype(np.float64)


def split_impulse(impulse: float) -> tuple[int, int]:
    """Integer part of an impulse and its fraction in 1/256 (`_decompose_impulses` of the same file)."""
    whole = int(np.floor(impulse))
    return whole, int(np.round((impulse - whole) * IMPULSE_UNITS))
