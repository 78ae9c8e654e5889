"""Rules of structure: neurons, synapses, axons and memory against what a chip and its cores hold."""

from collections.abc import Callable, Iterator

import numpy as np

from lava_sleep.hardware.finding import Finding, Question, Verdict, compliance_rule, judged
from lava_sleep.hardware.placement import Core
from lava_sleep.hardware.profiles import Limit

BINDING = ("neurons_per_core", "input_axons", "output_axons", "synapse_memory")  # what a placement honours


@compliance_rule
def neurons(question: Question) -> Iterator[Finding]:
    """Neurons of the whole network on one chip."""
    used = sum(one.size for one in question.usage.populations if one.is_on_core)
    limits = question.profile.limits
    limit: Limit = limits.neurons_per_chip
    if not limit.is_known and limits.cores.is_known and limits.neurons_per_core.is_known:
        number = limits.cores.known * limits.neurons_per_core.known
        per_core = limits.neurons_per_core
        limit = per_core.model_copy(update={"value": number, "source": f"{per_core.source}, times cores"})
    yield on_several_chips("neurons", used, limit, question, "use fewer neurons")


@compliance_rule
def neurons_per_core(question: Question) -> Iterator[Finding]:
    """Neurons of the fullest core."""
    yield from fullest("neurons_per_core", question, lambda core: core.neurons)


@compliance_rule
def cores(question: Question) -> Iterator[Finding]:
    """Cores of the placement: the least possible where not all limits of a core are known."""
    used, limits = len(question.placement.cores), question.profile.limits
    finding = on_several_chips("cores", used, limits.cores, question, "make the network smaller, or its fan-in")
    missing = [name for name in BINDING if not getattr(limits, name).is_known]
    if missing and finding.verdict in (Verdict.PASS, Verdict.WARN):
        remedy = f"may need more: of a core there is no public figure for {', '.join(missing)}"
        finding = finding._replace(verdict=Verdict.UNKNOWN, remedy=remedy)
    yield finding


@compliance_rule
def inputs(question: Question) -> Iterator[Finding]:
    """Input channels."""
    used = sum(one.size for one in question.usage.populations if one.is_input)
    remedy = "give the chip fewer inputs, say pool pixels"
    yield judged("inputs", "network", used, question.profile.limits.inputs, remedy)


@compliance_rule
def fan_in(question: Question) -> Iterator[Finding]:
    """Synapses of the neuron that has most."""
    for population in question.usage.populations:
        used = np.zeros(population.size, np.int64)
        for projection in question.usage.projections:
            if projection.target == population.name:
                used += np.diff(projection.synapses.indptr)
        remedy = "connect fewer sources, or put a layer between"
        yield judged("fan_in", population.name, int(used.max()), question.profile.limits.fan_in, remedy)


@compliance_rule
def fan_out(question: Question) -> Iterator[Finding]:
    """Synapses that one spike reaches, of the neuron that has most (of sources on the chip)."""
    for population in question.usage.populations:
        if population.is_on_core:
            used = np.zeros(population.size, np.int64)
            for projection in question.usage.projections:
                if projection.source == population.name:
                    used += projection.fan_out
            limit = question.profile.limits.fan_out
            yield judged("fan_out", population.name, int(used.max()), limit, "connect fewer targets, or add relays")


@compliance_rule
def input_axons(question: Question) -> Iterator[Finding]:
    """Input axons of the fullest core."""
    yield from fullest("input_axons", question, lambda core: core.input_axons)


@compliance_rule
def output_axons(question: Question) -> Iterator[Finding]:
    """Output axons of the fullest core."""
    yield from fullest("output_axons", question, lambda core: core.output_axons)


@compliance_rule
def synapse_memory(question: Question) -> Iterator[Finding]:
    """Bits of synapses of the fullest core; where their format is unknown, the least possible."""
    for finding in fullest("synapse_memory", question, lambda core: core.synapse_bits):
        if question.placement.is_exact or finding.verdict != Verdict.PASS:
            yield finding
        else:
            remedy = "bits of the synapses alone: their format is unknown"
            yield finding._replace(verdict=Verdict.UNKNOWN, remedy=remedy)


@compliance_rule
def synapses(question: Question) -> Iterator[Finding]:
    """Synapses of the whole network on one chip."""
    used = sum(projection.synapses.nnz for projection in question.usage.projections)
    yield judged("synapses", "network", used, question.profile.limits.synapses_per_chip, "connect less")


def fullest(rule: str, question: Question, amount: Callable[[Core], int]) -> Iterator[Finding]:
    """The core that uses most of something, against the limit of the rule's name."""
    core = max(question.placement.cores, key=amount, default=Core())
    names = ", ".join(dict.fromkeys(piece.population for piece in core.pieces))
    remedy = "split the population over more cores, or connect it less"
    limit: Limit = getattr(question.profile.limits, rule)
    yield judged(rule, f"core with {names}" if names else "network", amount(core), limit, remedy)


def on_several_chips(rule: str, used: int, limit: Limit, question: Question, remedy: str) -> Finding:
    """A finding about a chip; what fits a system of several chips is a warning."""
    found = judged(rule, "network", used, limit, remedy)
    chips = question.profile.limits.chips
    if found.verdict == Verdict.FAIL and chips.is_known and used <= limit.known * chips.known:
        number = -(-used // limit.known)
        return found._replace(verdict=Verdict.WARN, remedy=f"needs {number} chips; or {remedy}")
    return found
