"""Rules of neurons: model, decays, threshold, bias and noise."""

from collections.abc import Iterator

from lava_sleep.hardware.finding import Finding, Question, Verdict, compliance_rule, judged, supported
from lava_sleep.hardware.placement import Core
from lava_sleep.networks.graph import Population
from processes.declaration import Place


@compliance_rule
def neuron_model(question: Question) -> Iterator[Finding]:
    """Whether the chip has the neuron; one that needs microcode or software is a declared substitute."""
    limits = question.profile.limits
    for population in question.usage.populations:
        if population.place == Place.UNKNOWN:
            remedy = "give its process a `hardware` declaration (processes.hardware), or use a stock process"
            yield Finding("neuron_model", population.name, population.model, None, "", Verdict.UNKNOWN, remedy, "")
        elif not population.is_on_core:
            continue
        elif limits.neuron_models.is_known and population.model in limits.neuron_models.value:
            yield judged("neuron_model", population.name, population.model, limits.neuron_models, "", Verdict.PASS)
        elif limits.microcode.is_known and limits.microcode.value != "none":
            work = population.needs or population.model
            yield supported("neuron_model", population.name, population.model, limits.microcode, "", work)
        else:
            models, known = limits.neuron_models, limits.neuron_models.is_known and limits.microcode.is_known
            extra = f"without {population.needs}" if population.needs else "or another chip"
            verdict = Verdict.FAIL if known else Verdict.UNKNOWN
            remedy = f"use a neuron of the chip, {extra}"
            yield judged("neuron_model", population.name, population.model, models, remedy, verdict)


@compliance_rule
def current_decay(question: Question) -> Iterator[Finding]:
    """Decay of u as it acts, in 1/4096."""
    for population in on_core(question):
        limit, remedy = question.profile.limits.current_decay, "choose a time constant that the register holds"
        yield judged("current_decay", population.name, population.current_decay, limit, remedy)


@compliance_rule
def voltage_decay(question: Question) -> Iterator[Finding]:
    """Decay of v as it acts, in 1/4096."""
    for population in on_core(question):
        limit, remedy = question.profile.limits.voltage_decay, "choose a time constant that the register holds"
        yield judged("voltage_decay", population.name, population.voltage_decay, limit, remedy)


@compliance_rule
def threshold(question: Question) -> Iterator[Finding]:
    """Firing threshold, in units of a weight."""
    for population in on_core(question):
        limit = question.profile.limits.threshold
        yield judged("threshold", population.name, population.threshold, limit, "scale weights and threshold down")


@compliance_rule
def bias(question: Question) -> Iterator[Finding]:
    """Mantissa and exponent of the bias."""
    limits = question.profile.limits
    for population in on_core(question):
        remedy = "scale weights, threshold and bias down"
        mantissa = judged("bias", population.name, abs(population.bias_mantissa), limits.bias_mantissa, remedy)
        exponent = judged("bias", population.name, population.bias_exponent, limits.bias_exponent, remedy)
        yield max(mantissa, exponent, key=lambda finding: finding.verdict.severity)


@compliance_rule
def noise_placement(question: Question) -> Iterator[Finding]:
    """Different settings of noise on one core: generators belong to cores, not to neurons."""
    core = max(question.placement.cores, key=lambda one: len(one.noises), default=Core())
    names = ", ".join(dict.fromkeys(piece.population for piece in core.pieces if piece.noise))
    remedy = "give these populations the same exponent and target, or cores of their own"
    limit = question.profile.limits.noise_generators
    yield judged("noise_placement", f"core with {names}" if names else "network", len(core.noises), limit, remedy)


def on_core(question: Question) -> list[Population]:
    """Populations that take compartments."""
    return [population for population in question.usage.populations if population.is_on_core]
