"""The report as lines of text."""

from collections.abc import Iterator
from typing import Any

from lava_sleep.hardware.compliance import Report
from lava_sleep.hardware.finding import Finding, Verdict
from lava_sleep.hardware.placement import OUTSIDE, Placement
from lava_sleep.hardware.profiles import UNKNOWN

ORDER = (Verdict.FAIL, Verdict.UNKNOWN, Verdict.WARN, Verdict.PASS)
MEANINGS = {
    Verdict.FAIL: "the network does not run on this chip as it is",
    Verdict.UNKNOWN: "cannot be judged; `no figure`: the chip's limit has no public figure, ask the vendor",
    Verdict.WARN: "runs by a declared substitute, or needs your eye",
    Verdict.PASS: "within what is published",
}
MOST_CORES = 12  # that are listed one by one


def report_lines(report: Report) -> Iterator[str]:
    """The whole report, the worst first, and the verdict in one line at the end."""
    yield f"{report.usage.title} on {report.profile.title}"
    if report.profile.remark:
        yield report.profile.remark
    for verdict in ORDER:
        found = [finding for finding in report.findings if finding.verdict == verdict]
        if found:
            yield ""
            yield f"{verdict.value.upper()} ({len(found)}): {MEANINGS[verdict]}"
            for finding in found:
                yield from finding_lines(finding)
    yield ""
    yield from placement_lines(report.placement)
    yield ""
    yield verdict_line(report)


def verdict_line(report: Report) -> str:
    """The verdict with its reasons: what fails, and what has no public figure, by the names of the rules."""
    unknown = [finding for finding in report.findings if finding.verdict == Verdict.UNKNOWN]
    groups = (
        ("{} fail", [finding for finding in report.findings if finding.verdict == Verdict.FAIL]),
        ("{} without public figure", [finding for finding in unknown if finding.maximum == UNKNOWN]),
        ("{} not to be judged from what is known", [finding for finding in unknown if finding.maximum != UNKNOWN]),
    )
    parts = [] if report.verdict == Verdict.FAIL else ["nothing fails"]
    for text, found in groups:
        names = f" ({', '.join(dict.fromkeys(finding.rule for finding in found))})"
        if found:  # what fails is what matters: beside it the rest is a number
            is_told = report.verdict != Verdict.FAIL or found[0].verdict == Verdict.FAIL
            parts.append(text.format(len(found)) + (names if is_told else ""))
    for verdict in (Verdict.WARN, Verdict.PASS):
        parts.append(f"{sum(finding.verdict == verdict for finding in report.findings)} {verdict.value}")
    return f"verdict: {report.verdict.value}: {'; '.join(parts)}"


def finding_lines(finding: Finding) -> Iterator[str]:
    """One finding: what, how much of how much, and what to do."""
    if finding.used is None and finding.maximum is None:
        yield f"  {finding.rule:<18} {finding.source}"
        return
    if finding.rule == "paper_model":
        yield f"  {finding.rule:<18} {finding.object}"
        yield f"  {'':<18} -> {finding.used} [{finding.maximum}]"
        if finding.verdict != Verdict.WARN:
            yield f"  {'':<18} {finding.remedy}"
        return
    yield f"  {finding.rule:<18} {finding.object}: {amount(finding)}"
    if finding.remedy and not (finding.verdict == Verdict.UNKNOWN and finding.maximum == UNKNOWN):
        yield f"  {'':<18} {finding.remedy}"


def amount(finding: Finding) -> str:
    """Used and maximum of a finding."""
    used, maximum = shown(finding.used), finding.maximum
    unit = "" if finding.unit == "1" else f" {finding.unit}"
    if maximum is None:
        return used
    if isinstance(finding.used, str):
        chip = "no figure" if maximum == UNKNOWN else f"the chip: {shown(maximum)}"
        return f"{used}; {chip}"
    if maximum == UNKNOWN:
        return "none used" if finding.verdict == Verdict.PASS else f"{used}{unit}, no figure"
    if is_range(maximum):
        return f"{used} within {shown(maximum)}{f' ({finding.unit})' if unit else ''}"
    return f"{used} of {shown(maximum)}{unit}"


def is_range(value: Any) -> bool:
    """Whether a value is least and largest."""
    return isinstance(value, tuple) and len(value) == 2 and all(isinstance(one, int) for one in value)


def shown(value: Any) -> str:
    """A number with separators, a range, or text."""
    if is_range(value):
        return f"{value[0]}..{value[-1]}"
    if isinstance(value, tuple):
        return ", ".join(map(str, value))
    return f"{value:,}" if isinstance(value, int | float) else str(value)


def counted(number: int, name: str) -> str:
    """A number with its noun."""
    return f"{number:,} {name}{'' if number == 1 else 's'}"


def placement_lines(placement: Placement) -> Iterator[str]:
    """What sits on which core."""
    yield f"placement on {counted(len(placement.cores), 'core')}"
    kind = "bits of synapses" if placement.is_exact else "bits of synapses (least possible)"
    for index, core in enumerate(placement.cores[:MOST_CORES]):
        parts = ", ".join(f"{piece.population} {piece.first}-{piece.last - 1}" for piece in core.pieces)
        axons = f"{core.input_axons:,} input and {core.output_axons:,} output axons"
        yield f"  core {index}: {parts}; {counted(core.neurons, 'neuron')}, {axons}, {core.synapse_bits:,} {kind}"
    if len(placement.cores) > MOST_CORES:
        yield f"  and {len(placement.cores) - MOST_CORES} more"
    links = [
        (start, end, data["axons"])
        for start, end, data in placement.graph.edges(data=True)
        if start != end and OUTSIDE not in (start, end)
    ]
    yield f"  {counted(sum(axons for _, _, axons in links), 'axon')} between cores, over {counted(len(links), 'link')}"
