"""Rules of learning: support, third factor, tag, traces, epoch, grammar and scale of the rule strings."""

from collections.abc import Callable, Iterator

from emulation.rules.grammar import RuleError, check_rule, product_scales
from lava_sleep.hardware.finding import Finding, Question, Rule, Verdict, compliance_rule, judged, supported
from lava_sleep.networks.graph import LearningRule, Projection

SUM_OF_PRODUCTS = "sum of products"  # the form that the grammar of `processes.rules` knows


@compliance_rule
def learning(question: Question) -> Iterator[Finding]:
    """Whether the chip has plastic synapses at all."""
    for projection in question.usage.projections:
        if projection.rules:
            remedy = "train beforehand and hand the network over with fixed weights (lava-sleep export)"
            names = ", ".join(rule.name for rule in projection.rules)
            yield supported("learning", projection.name, names, question.profile.limits.learning, remedy)


@compliance_rule
def third_factor(question: Question) -> Iterator[Finding]:
    """Traces that something else than spikes sets."""
    for projection, rule in question.usage.rules():
        if rule.third_factor_by:
            remedy = "use a rule of two factors"
            limit = question.profile.limits.third_factor
            yield supported("third_factor", name_of(projection, rule), rule.third_factor_by, limit, remedy)


@compliance_rule
def third_factor_range(question: Question) -> Iterator[Finding]:
    """Least and largest value of the third factor."""
    for projection, rule in question.usage.rules():
        limit = question.profile.limits.third_factor_range
        remedy = "scale the third factor and the rule, or offset it as in (y2 - 64)"
        finding = judged("third_factor_range", name_of(projection, rule), rule.third_factor, limit, remedy)
        if rule.third_factor_by and rule.third_factor is None:
            remedy = "the range is not known from the graph: see to it that what is sent stays within the maximum"
            finding = finding._replace(used="unknown", verdict=Verdict.UNKNOWN, remedy=remedy)
        yield finding


def number_of_a_rule(name: str, used: Callable[[LearningRule], int | float], remedy: str) -> Rule:
    """A compliance rule about a number that each learning rule uses, against the limit of that name."""

    def asked(question: Question) -> Iterator[Finding]:
        limit = getattr(question.profile.limits, name)
        for projection, rule in question.usage.rules():
            yield judged(name, name_of(projection, rule), used(rule), limit, remedy)

    asked.__name__ = name  # by which the report calls it
    return compliance_rule(asked)


def largest_impulse(rule: LearningRule) -> float:
    """The most that a spike adds to a trace."""
    return max((abs(value) for value in rule.impulses.values()), default=0)


def number_of_products(rule: LearningRule) -> int:
    """Products of all its strings."""
    return sum(len(scales_of(target, text)) for target, text in rule.texts.items())


tag_bits = number_of_a_rule("tag_bits", lambda rule: rule.tag_bits, "use fewer bits: arithmetic.tag_bits")
trace_bits = number_of_a_rule("trace_bits", lambda rule: rule.trace_bits, "use fewer bits: arithmetic.trace_bits")
impulse = number_of_a_rule("impulse", largest_impulse, "scale the impulse and the rule")
epoch = number_of_a_rule("epoch", lambda rule: rule.epoch, "choose shorter epochs and more of them")
products = number_of_a_rule("products", number_of_products, "write the rule with fewer products")


@compliance_rule
def rule_grammar(question: Question) -> Iterator[Finding]:
    """Whether each rule string is a sum of products as the hardware's rules are."""
    for projection, rule in question.usage.rules():
        limit = question.profile.limits.rule_forms
        for target, text in rule.texts.items():
            place = f"{name_of(projection, rule)}, {target}"
            remedy, verdict = "write it as a sum of products", Verdict.UNKNOWN
            if limit.is_known and SUM_OF_PRODUCTS in limit.value:
                try:
                    check_rule(target, text, scale=False)
                    verdict = Verdict.PASS
                except RuleError as error:
                    remedy, verdict = str(error), Verdict.FAIL
            yield judged("rule_grammar", place, text, limit, remedy, verdict)


@compliance_rule
def rule_scale(question: Question) -> Iterator[Finding]:
    """Scale of each product: mantissa * 2^exponent."""
    limits = question.profile.limits
    for projection, rule in question.usage.rules():
        for target, text in rule.texts.items():
            for mantissa, exponent in scales_of(target, text):
                place, remedy = f"{name_of(projection, rule)}, {target}", "choose another scale"
                first = judged("rule_scale", place, mantissa, limits.rule_mantissa, remedy)
                second = judged("rule_scale", place, exponent, limits.rule_exponent, remedy)
                yield max(first, second, key=lambda finding: finding.verdict.severity)


def scales_of(target: str, text: str) -> list[tuple[int, int]]:
    """Mantissa and exponent of each product; none where the string cannot be split, which `rule_grammar` says."""
    try:
        return product_scales(target, text)
    except RuleError:
        return []


def name_of(projection: Projection, rule: LearningRule) -> str:
    """A rule with its projection."""
    return f"{projection.name} ({rule.name})"
