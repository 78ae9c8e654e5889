"""Rules of what does not run on neuro cores: embedded processors, the host, and substitutes for a published model."""

from collections.abc import Iterator

from lava_sleep.hardware.finding import Finding, Question, Verdict, compliance_rule, judged
from lava_sleep.hardware.profiles import Limit
from processes.declaration import Place

SUBSTITUTES = {"core": Verdict.WARN, "microcode": Verdict.WARN, "software": Verdict.WARN, "none": Verdict.FAIL}


@compliance_rule
def embedded_work(question: Question) -> Iterator[Finding]:
    """Work of the embedded processors: a declared substitute, if the chip has any."""
    limits = question.profile.limits
    limit: Limit = limits.embedded_processors
    if not limit.is_known and limits.microcode.value == "software":
        limit = limits.microcode  # every core is a processor
    for service in question.usage.services:
        if service.place == Place.EMBEDDED:
            verdict = embedded_verdict(question)
            remedy = f"write it for the embedded processor: {service.work}"
            if verdict == Verdict.FAIL:
                remedy = f"move it to the host: {service.work}"
            yield judged("embedded_work", service.name, 1, limit, remedy, verdict)


@compliance_rule
def host_work(question: Question) -> Iterator[Finding]:
    """Work of the host, with which the chip has to exchange values while the network runs: a declared substitute."""
    limit = question.profile.limits.host
    for service in question.usage.services:
        work = f"{service.work} ({service.values} values per epoch)"
        if service.place == Place.HOST:
            verdict = host_verdict(question)
            remedy = f"write it for the host, beside the chip: {service.work}"
            if verdict == Verdict.FAIL:
                remedy = f"do without it while the network runs, or choose another chip: {service.work}"
            yield judged("host_work", service.name, work, limit, remedy, verdict)
        if service.place == Place.UNKNOWN:
            remedy = "give its process a `hardware` declaration (processes.hardware)"
            yield Finding("host_work", service.name, work, None, "", Verdict.UNKNOWN, remedy, "")


@compliance_rule
def paper_model(question: Question) -> Iterator[Finding]:
    """Each deviation of a published model, with what stands in for it: never a pass."""
    verdicts = {
        Place.MICROCODE: SUBSTITUTES.get(question.profile.limits.microcode.value, Verdict.UNKNOWN),
        Place.EMBEDDED: embedded_verdict(question),
        Place.HOST: host_verdict(question),
    }
    for one in question.usage.substitutes:
        verdict = verdicts.get(one.place, Verdict.WARN)
        yield Finding("paper_model", one.original, one.substitute, one.place.value, "", verdict, remedy_of(verdict), "")


def remedy_of(verdict: Verdict) -> str:
    """What to do about a substitute."""
    if verdict == Verdict.FAIL:
        return "the chip has no such part: do without, or choose another chip"
    if verdict == Verdict.UNKNOWN:
        return "no public figure says whether the chip has such a part: ask the vendor"
    return "a declared substitute: what is known of the original does not carry over by itself"


def host_verdict(question: Question) -> Verdict:
    """Warn if the chip exchanges values with a host while it runs, else fail or unknown."""
    return SUBSTITUTES.get(question.profile.limits.host.value, Verdict.UNKNOWN)


def embedded_verdict(question: Question) -> Verdict:
    """Warn if the chip has embedded processors (or is made of processors), else fail or unknown."""
    limits = question.profile.limits
    if limits.microcode.value == "software":
        return Verdict.WARN
    if not limits.embedded_processors.is_known:
        return Verdict.UNKNOWN
    return Verdict.WARN if limits.embedded_processors.value else Verdict.FAIL
