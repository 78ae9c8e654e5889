"""Learning rules: Lava's parser reads the string, the kernels get a plain table of products."""

from processes.rules.table import RuleError, compile_rule, floating_rule_from_lava, limiting_rule, rule_from_lava

__all__ = ["RuleError", "compile_rule", "floating_rule_from_lava", "limiting_rule", "rule_from_lava"]
