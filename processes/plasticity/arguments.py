"""Checks of what a plastic process is given, before any model is built."""

from collections.abc import Sequence
from typing import Any

from lava.magma.core.learning.constants import GradedSpikeCfg
from lava.magma.core.learning.learning_rule import LoihiLearningRule
from lava.utils.weightutils import SignMode

from emulation.rules.table import TRACES
from processes.lava_rules import rule_from_lava
from processes.plasticity.engine import PURPOSE, ROUNDINGS, Options, PlasticityError


def learning_parameters(
    *,
    learning_rule: LoihiLearningRule | None = None,
    learning_rules: Sequence[LoihiLearningRule] | None = None,
    graded_spike_cfg: GradedSpikeCfg = GradedSpikeCfg.USE_REGULAR_IMPULSE,
    rounding: str = "stochastic",
    seed: int | None = None,
    clear_on_swap: bool = False,
    stream: int = PURPOSE,
    **rest: Any,
) -> dict[str, Any]:
    """What the base class of a plastic process is given, from the arguments of `processes.PlasticDense`.

    Raises
    ------
    RuleError, PlasticityError
        See `checked_rules` and `options_of`.
    """
    rules = checked_rules(learning_rule, learning_rules, graded_spike_cfg, rest.get("sign_mode", SignMode.MIXED))
    options = options_of(rounding, seed, rules[0].rng_seed, graded_spike_cfg, clear_on_swap)
    return {
        **rest,
        "learning_rule": rules[0],
        "learning_rules": rules,
        "graded_spike_cfg": graded_spike_cfg,
        "options": options._replace(stream=stream),
    }


def checked_rules(
    rule: LoihiLearningRule | None,
    rules: Sequence[LoihiLearningRule] | None,
    graded: GradedSpikeCfg,
    sign_mode: SignMode,
) -> list[LoihiLearningRule]:
    """The rules that a process can choose from.

    Raises
    ------
    PlasticityError
        If there is none, or if they do not fit each other.
    RuleError
        If one of them is not of the grammar or out of range.
    """
    if (rule is None) == (rules is None) or (rules is not None and not len(rules)):
        raise PlasticityError(
            "learning_rule: beside learning_rules, or neither",
            "neither" if rule is None else "both",
            "one of the two",
            "give learning_rule, or a list learning_rules for rule_in to choose from",
        )
    chosen = [rule] if rule is not None else list(rules or ())
    for candidate in chosen:
        rule_from_lava(candidate, sign_mode=sign_mode)
        if graded != GradedSpikeCfg.USE_REGULAR_IMPULSE:
            candidate.x1_impulse = 0  # the payload takes its place, as in LearningDense
    first = chosen[0]
    for candidate in chosen[1:]:
        if candidate.t_epoch != first.t_epoch or type(candidate) is not type(first):
            raise PlasticityError(
                "learning_rules: they differ",
                ", ".join(f"{type(one).__name__} with t_epoch {one.t_epoch}" for one in (first, candidate)),
                "one class and one t_epoch",
                "align them",
            )
    return chosen


def options_of(rounding: str, seed: int | None, rng_seed: int, graded: GradedSpikeCfg, clear_on_swap: bool) -> Options:
    """Options of the engine from a process's arguments."""
    if rounding not in ROUNDINGS:
        raise PlasticityError("rounding: unknown name", rounding, ", ".join(ROUNDINGS), "choose one of these")
    if seed is not None and not 0 <= seed < 2**63:
        raise PlasticityError("seed: out of range", seed, "0 to 2^63 - 1", "choose another seed")
    return Options(
        rounding=ROUNDINGS[rounding],
        seed=int(rng_seed if seed is None else seed),
        rng_seed=int(rng_seed),
        graded=graded,
        clear_on_swap=clear_on_swap,
    )


def update_from_vars(rule: LoihiLearningRule, model: Any) -> None:
    """Take over the rule's strings, impulses and taus from a model's Vars.

    As in Lava, the Vars of a fixed-point model hold integers, so that fractions are cut from here on
    (lava/magma/core/model/py/connection.py, `on_var_update`).
    """
    for trace in TRACES:
        for kind in ("tau", "impulse"):
            setattr(rule, f"{trace}_{kind}", getattr(model, f"{trace}_{kind}")[0])
    for target in ("dw", "dd", "dt"):
        setattr(rule, f"{target}_str", getattr(model, target))
