"""Rules of synapses: bits, exponent and delay."""

from collections.abc import Iterator

from lava_sleep.hardware.finding import Finding, Question, compliance_rule, judged


@compliance_rule
def weight_bits(question: Question) -> Iterator[Finding]:
    """Bits of the magnitude of a weight."""
    for projection in question.usage.projections:
        limit, remedy = question.profile.limits.weight_bits, "quantise the weights to fewer bits"
        yield judged("weight_bits", projection.name, projection.weight_bits, limit, remedy)


@compliance_rule
def weight_exponent(question: Question) -> Iterator[Finding]:
    """Common exponent of the weights of a projection."""
    for projection in question.usage.projections:
        limit = question.profile.limits.weight_exponent
        remedy = "scale weights and thresholds by a power of two"
        yield judged("weight_exponent", projection.name, projection.weight_exponent, limit, remedy)


@compliance_rule
def delay(question: Question) -> Iterator[Finding]:
    """Longest delay of a projection."""
    for projection in question.usage.projections:
        limit = question.profile.limits.delay
        yield judged("delay", projection.name, projection.delay, limit, "shorten it, or relay the spikes")
