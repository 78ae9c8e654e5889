"""From a learning rule object of Lava to the table of products that the kernels of `emulation` evaluate."""

from typing import Any

from lava.magma.core.learning.learning_rule import Loihi2FLearningRule, Loihi3FLearningRule, LoihiLearningRule
from lava.utils.weightutils import SignMode

from emulation.rules.grammar import RuleError
from emulation.rules.rule import Rule
from emulation.rules.table import TARGETS, TRACES, Sign, TraceNumbers, as_floating, compile_rule


def rule_from_lava(rule: LoihiLearningRule, *, sign_mode: SignMode = SignMode.MIXED) -> Rule:
    """Table of a Lava rule (two- or three-factor) in fixed point.

    Parameters
    ----------
    rule : Loihi2FLearningRule or Loihi3FLearningRule
    sign_mode : SignMode
        Bounds of the weights, see `emulation.rules.table.Sign`.

    Raises
    ------
    RuleError
        If a string is not of the grammar, a number is out of range (Lava checks none of it), or the class is another.
    """
    if not isinstance(rule, Loihi2FLearningRule | Loihi3FLearningRule):
        allowed = "Loihi2FLearningRule, Loihi3FLearningRule"
        raise RuleError("learning rule: its class", type(rule).__name__, allowed, "use one of them")
    return compile_rule(
        {name: getattr(rule, f"{name}_str") for name in TARGETS},
        TraceNumbers(numbers_of(rule, "impulse"), numbers_of(rule, "tau")),
        t_epoch=rule.t_epoch,
        three_factor=isinstance(rule, Loihi3FLearningRule),
        sign=sign_of(sign_mode),
    )


def floating_rule_from_lava(rule: LoihiLearningRule, *, sign_mode: SignMode = SignMode.MIXED) -> Rule:
    """Table of a Lava rule in floating point, see `emulation.rules.table.as_floating`."""
    return as_floating(rule_from_lava(rule, sign_mode=sign_mode), numbers_of(rule, "impulse").values())


def numbers_of(rule: LoihiLearningRule, kind: str) -> dict[str, Any]:
    """Impulse or tau of each trace."""
    return {trace: getattr(rule, f"{trace}_{kind}") for trace in TRACES}


def sign_of(sign_mode: SignMode) -> Sign:
    """Our name of Lava's sign mode."""
    names = {SignMode.MIXED: Sign.MIXED, SignMode.EXCITATORY: Sign.EXCITATORY, SignMode.INHIBITORY: Sign.INHIBITORY}
    if sign_mode not in names:
        raise RuleError(
            "learning rule sign_mode: out of range", str(sign_mode), "MIXED, EXCITATORY, INHIBITORY", "choose one"
        )
    return names[sign_mode]
