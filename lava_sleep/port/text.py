"""The report as lines of text."""

from collections.abc import Iterator
from typing import Any

from lava_sleep.port.compliance import Report
from lava_sleep.port.finding import Finding, Verdict
from lava_sleep.port.placement import OUTSIDE, Placement
from lava_sleep.port.profiles import UNKNOWN

ORDER = (Verdict.FAIL, Verdict.UNKNOWN, Verdict.WARN, Verdict.PASS)
MOST_CORES = 12  # that are listed one by one


def report_lines(report: Report) -> Iterator[str]:
    """The whole report, the worst first."""
    yield f"{report.usage.title} on {report.profile.title}"
    if report.profile.remark:
        yield report.profile.remark
    for verdict in ORDER:
        found = [finding for finding in report.findings if finding.verdict == verdict]
        if found:
            yield ""
            yield f"{verdict.value.upper()} ({len(found)})"
            for finding in found:
                yield from finding_lines(finding)
    yield ""
    yield from placement_lines(report.placement)
    counts = {verdict: sum(one.verdict == verdict for one in report.findings) for verdict in ORDER}
    numbers = ", ".join(f"{number} {verdict.value}" for verdict, number in counts.items())
    yield ""
    yield f"verdict: {report.verdict.value} ({numbers})"


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
    if finding.remedy:
        yield f"  {'':<18} {finding.remedy}"


def amount(finding: Finding) -> str:
    """Used and maximum of a finding."""
    if finding.unit == "support":
        return f"{shown(finding.used)}; the chip: {shown(finding.maximum)}"
    if finding.maximum is None or finding.maximum == "sum of products":
        return f"{shown(finding.used)} {finding.unit}".strip()
    if finding.maximum == UNKNOWN:
        return f"{shown(finding.used)}, limit unknown"
    unit = "" if finding.unit == "1" else f" {finding.unit}"
    return f"{shown(finding.used)} of {shown(finding.maximum)}{unit}"


def shown(value: Any) -> str:
    """A number with separators, a range, or text."""
    if isinstance(value, tuple) and value and all(isinstance(one, int) for one in value):
        return f"{value[0]}..{value[-1]}"
    if isinstance(value, tuple):
        return ", ".join(map(str, value))
    return f"{value:,}" if isinstance(value, int | float) else str(value)


def placement_lines(placement: Placement) -> Iterator[str]:
    """What sits on which core."""
    yield f"placement on {len(placement.cores)} cores"
    kind = "bits of synapses" if placement.is_exact else "bits of synapses (least possible)"
    for index, core in enumerate(placement.cores[:MOST_CORES]):
        parts = ", ".join(f"{piece.population} {piece.first}-{piece.last - 1}" for piece in core.pieces)
        axons = f"{core.input_axons:,} input and {core.output_axons:,} output axons"
        yield f"  core {index}: {parts}; {core.neurons:,} neurons, {axons}, {core.synapse_bits:,} {kind}"
    if len(placement.cores) > MOST_CORES:
        yield f"  and {len(placement.cores) - MOST_CORES} more"
    links = [
        (start, end, data["axons"])
        for start, end, data in placement.graph.edges(data=True)
        if start != end and OUTSIDE not in (start, end)
    ]
    yield f"  {sum(axons for _, _, axons in links):,} axons between cores, over {len(links)} links"
