"""Rules of what registers hold: the summed input of a timestep, u and v.

An overflow of the largest input that there could be is no failure by itself, for it seldom happens. What matters is
whether a run of the network does then what the chip does: if so it is a warning, if not a failure, and where nobody
tells what the chip does it is unknown.
"""

from collections.abc import Iterator

import numpy as np

from emulation.arithmetic import DECAY_UNITY
from lava_sleep.hardware.finding import Finding, Question, Verdict, compliance_rule, judged
from lava_sleep.hardware.profiles import Limit
from lava_sleep.hardware.rules.neurons import on_core
from lava_sleep.networks.graph import OVERFLOWS, REFUSED, THRESHOLD_SHIFT, Population

LESS = "lower weights, fan-in or the weights' exponent"


@compliance_rule
def accumulator(question: Question) -> Iterator[Finding]:
    """Bits of the input of one timestep if every synapse delivered its largest weight at once."""
    limits = question.profile.limits
    done = OVERFLOWS[question.usage.overflow].accumulator
    for population in on_core(question):
        bits = input_bits(question, population)
        finding = judged("accumulator", population.name, bits, limits.accumulator_bits, LESS)
        yield overflowing(finding, question, done, limits.accumulator_overflow)


@compliance_rule
def state_bits(question: Question) -> Iterator[Finding]:
    """Bits of u if that largest input came in every timestep, and of v at the threshold, which it has to exceed."""
    limits = question.profile.limits
    done = OVERFLOWS[question.usage.overflow].state
    for population in on_core(question):
        if population.current_decay is not None:
            bits = input_bits(question, population, DECAY_UNITY / max(1, population.current_decay))
            finding = judged("state_bits", f"{population.name}, u", bits, limits.state_bits, LESS)
            yield overflowing(finding, question, done, limits.state_overflow)
        threshold = population.threshold  # one that its own register does not hold is the rule `threshold`'s business
        if limits.threshold.is_known:
            threshold = min(threshold, limits.threshold.known)
        bits = bits_of((threshold << THRESHOLD_SHIFT) + 1)
        remedy = "scale weights and threshold down: v never reaches the threshold"
        yield judged("state_bits", f"{population.name}, v at the threshold", bits, limits.state_bits, remedy)


def input_bits(question: Question, population: Population, gain: float = 1.0) -> int:
    """Bits, sign included, of the largest input of a timestep to any neuron of a population, times `gain`."""
    total = np.zeros(population.size)
    for projection in question.usage.projections:
        if projection.target == population.name:
            total += projection.largest_input
    return bits_of(int(total.max() * gain))


def bits_of(value: int) -> int:
    """Bits of a signed register that holds plus and minus `value`; none for 0."""
    return value.bit_length() + 1 if value else 0


def overflowing(finding: Finding, question: Question, done: str, chip: Limit) -> Finding:
    """What an overflow of the worst case means, see the module.

    Parameters
    ----------
    done : str
        What a run of the network does with what outgrows the register.
    chip : Limit
        What the chip does.
    """
    if finding.verdict != Verdict.FAIL:
        return finding
    if done == REFUSED or done == chip.value:
        remedy = "the worst case, in which a run does what the chip does: see how often it happens (summary.json)"
        return finding._replace(verdict=Verdict.WARN, remedy=remedy)
    if not chip.is_known:
        remedy = f"the worst case; what the chip does then has no public figure. To be on the safe side: {LESS}"
        return finding._replace(verdict=Verdict.UNKNOWN, remedy=remedy)
    field = finding.rule.removesuffix("_bits")
    same = " or ".join(f"'{name}'" for name, one in OVERFLOWS.items() if getattr(one, field) in (chip.value, REFUSED))
    remedy = (
        f"the chip would {chip.value} where a run by '{question.usage.overflow}' does not: {LESS}; or run it by {same} "
        "(network.arithmetic.overflow; for a Lava graph whose sums were seen to fit, `overflow` of lava_sleep.check)"
    )
    return finding._replace(remedy=remedy)
