"""The profiles, the default network's verdicts and the places of our processes, as tables in Markdown.

`lava-sleep chips --into docs/hardware.md` puts them between the markers of the document.
"""

from collections.abc import Iterator

from lava_sleep.hardware.compliance import Report
from lava_sleep.hardware.finding import Verdict
from lava_sleep.hardware.profiles import Energy, Limit, Limits, Profile, load_profile, profile_names
from lava_sleep.hardware.text import shown
from lava_sleep.networks.integer.description import IntegerNetwork
from processes.declaration import OWN, STOCK


def tables() -> dict[str, str]:
    """All tables, by the name of their markers."""
    profiles = [load_profile(name) for name in profile_names()]
    return {
        "limits": "\n".join(limit_lines(profiles)),
        "sources": "\n".join(source_lines(profiles)),
        "default network": "\n".join(verdict_lines()),
        "places": "\n".join(place_lines()),
    }


def limit_lines(profiles: list[Profile]) -> Iterator[str]:
    """Every limit of every chip with its confidence; what has no public figure is `unknown`."""
    yield f"| | unit | {' | '.join(profile.title for profile in profiles)} |"
    yield "|---|---|" + "---|" * len(profiles)
    for part, model in (("limits", Limits), ("energy", Energy)):
        for key, about in model.model_fields.items():
            found = [getattr(getattr(profile, part), key) for profile in profiles]
            units = dict.fromkeys(limit.unit for limit in found if limit.is_known) or [found[0].unit]
            meaning = f"`{key}`" + (f": {about.description}" if about.description else "")
            yield f"| {meaning} | {' or '.join(units)} | {' | '.join(map(with_confidence, found))} |"


def with_confidence(limit: Limit) -> str:
    """A value with its confidence."""
    if not limit.is_known:
        return "unknown"
    value = limit.known
    text = "none of its own" if value == () else shown(value)
    return f"{text} {limit.confidence}"


def source_lines(profiles: list[Profile]) -> Iterator[str]:
    """Where the values of each chip come from."""
    yield "| chip | known of all | sources |"
    yield "|---|---:|---|"
    for profile in profiles:
        limits = [getattr(part, key) for part in (profile.limits, profile.energy) for key in type(part).model_fields]
        sources = dict.fromkeys(limit.source for limit in limits if limit.is_known)
        known = sum(limit.is_known for limit in limits)
        yield f"| {profile.title} | {known} of {len(limits)} | {'; '.join(sources)} |"


def verdict_lines() -> Iterator[str]:
    """What the default network meets on each chip."""
    from lava_sleep.hardware.api import check

    yield "| `--target` | verdict | fails | cannot be judged | by a declared substitute, or needs an eye | passes |"
    yield "|---|---|---|---:|---:|---:|"
    for name in profile_names():
        report = check(IntegerNetwork(), name)
        fails = ", ".join(f"`{rule}`" for rule in rules_of(report, Verdict.FAIL))
        counts = [str(len(rules_of(report, verdict))) for verdict in (Verdict.UNKNOWN, Verdict.WARN, Verdict.PASS)]
        yield f"| {name} | {report.verdict.value} | {fails} | {' | '.join(counts)} |"


def rules_of(report: Report, verdict: Verdict) -> list[str]:
    """The rules whose worst finding has a verdict."""
    worst: dict[str, Verdict] = {}
    for finding in report.findings:
        worst[finding.rule] = max(worst.get(finding.rule, Verdict.PASS), finding.verdict, key=lambda one: one.severity)
    return [rule for rule, one in worst.items() if one == verdict]


def place_lines() -> Iterator[str]:
    """Where each process runs on a chip, and what it needs there: Lava's stock processes and ours."""
    yield "| process | of | where | what it does there that a stock process does not |"
    yield "|---|---|---|---|"
    rows = [(path.rsplit(".", 1)[1], "Lava", declared) for path, declared in STOCK.items()]
    rows += [(name, "this project", declared) for name, declared in OWN.items()]
    for name, owner, declared in rows:
        yield f"| `{name}` | {owner} | {declared.place.value} | {declared.needs} |"
