"""Rule objects of Lava become tables; what Lava itself does not check is refused."""

import pytest

pytest.importorskip("lava.magma")

from lava.magma.core.learning.learning_rule import Loihi2FLearningRule, LoihiLearningRule
from lava.magma.core.learning.utils import float_to_literal
from lava.proc.learning_rules.r_stdp_learning_rule import RewardModulatedSTDP
from lava.proc.learning_rules.stdp_learning_rule import STDPLoihi
from lava.utils.weightutils import SignMode

from emulation.rules.grammar import RuleError
from emulation.rules.rule import EXPONENT, MANTISSA
from processes.lava_rules import rule_from_lava

pytestmark = pytest.mark.lava


def test_rules_that_lava_has_read_are_checked_too():
    with pytest.raises(RuleError, match="unknown name, got 'u10'"):
        rule_from_lava(Loihi2FLearningRule(dw="u10*x1"))
    with pytest.raises(RuleError, match="y1_impulse: out of range, got 200"):
        rule_from_lava(Loihi2FLearningRule(dw="u0*y1", y1_impulse=200))
    with pytest.raises(RuleError, match=r"its class, got 'LoihiLearningRule' \(allowed: Loihi2FLearningRule, Loihi3F"):
        rule_from_lava(LoihiLearningRule(dw="u0*x1"))


def test_a_sign_mode_without_weights_is_refused():
    with pytest.raises(RuleError) as refusal:
        rule_from_lava(Loihi2FLearningRule(dw="u0*x1"), sign_mode=SignMode.NULL)
    expected = "got 'SignMode.NULL' (allowed: MIXED, EXCITATORY, INHIBITORY). Choose one."
    assert str(refusal.value) == f"learning rule sign_mode: out of range, {expected}"


def test_a_scale_in_the_words_of_lava_is_accepted():
    rule = rule_from_lava(Loihi2FLearningRule(dw=f"{float_to_literal(-0.125)} * u0 * sgn(w + 255)"))
    assert rule.products[:, [MANTISSA, EXPONENT]].tolist() == [[-1, -3]]


def test_rules_that_lava_ships_are_accepted():
    shape = {"learning_rate": 0.5, "A_plus": 2, "A_minus": -2, "t_epoch": 2}
    traces = {"pre_trace_decay_tau": 10, "post_trace_decay_tau": 10}
    magnitudes = {"pre_trace_kernel_magnitude": 16, "post_trace_kernel_magnitude": 16}
    rules = [
        RewardModulatedSTDP(**shape, **traces, **magnitudes, eligibility_trace_decay_tau=0.5),
        STDPLoihi(**shape, tau_plus=10, tau_minus=10),
    ]
    assert [len(rule_from_lava(rule).products) for rule in rules] == [4, 2]
