"""What a compliance rule finds, and the few ways of judging it. Nothing here prints."""

from collections.abc import Callable, Iterator
from enum import Enum
from typing import Any, NamedTuple

from lava_sleep.hardware.placement import Placement
from lava_sleep.hardware.profiles import Limit, Profile
from lava_sleep.networks.graph import Usage


class Verdict(str, Enum):
    """In order of severity."""

    PASS = "pass"
    WARN = "warn"
    UNKNOWN = "unknown"
    FAIL = "fail"

    @property
    def severity(self) -> int:
        """0 for pass .. 3 for fail."""
        return list(Verdict).index(self)


class Question(NamedTuple):
    """What a rule is asked about."""

    usage: Usage
    profile: Profile
    placement: Placement


class Finding(NamedTuple):
    """One line of the report.

    Attributes
    ----------
    rule : str
    object : str
        Population, projection, rule or service.
    used, maximum : Any
        Numbers, texts or ranges of JSON; `maximum` is "unknown" where there is no public figure, and None where the
        network itself does not say enough.
    unit : str
    verdict : Verdict
    remedy : str
        What to do; empty for a pass.
    source : str
        Where the limit comes from.
    """

    rule: str
    object: str
    used: Any
    maximum: Any
    unit: str
    verdict: Verdict
    remedy: str
    source: str


Rule = Callable[[Question], Iterator[Finding]]
RULES: list[Rule] = []  # all of them, in the order of the report


def compliance_rule(function: Rule) -> Rule:
    """Decorator of a compliance rule: `check` asks it from now on."""
    RULES.append(function)
    return function


def judged(rule: str, object_: str, used: Any, limit: Limit, remedy: str, verdict: Verdict | None = None) -> Finding:
    """A finding about one limit.

    Without a given verdict: a number or range must not exceed the limit; what uses nothing (None, or 0 where the limit
    is unknown) passes, and what uses something where the limit is unknown is unknown.
    """
    if verdict is None:
        verdict = compare(used, limit)
    remedy_shown = "" if verdict == Verdict.PASS else remedy
    if verdict == Verdict.UNKNOWN:
        remedy_shown = f"no public figure: ask the vendor; if it is too much, {remedy}"
    return Finding(rule, object_, used, limit.value, limit.unit, verdict, remedy_shown, limit.source)


def compare(used: Any, limit: Limit) -> Verdict:
    """Pass, fail or unknown, see `judged`."""
    if used is None or (used == 0 and not limit.is_known):
        return Verdict.PASS
    if not limit.is_known:
        return Verdict.UNKNOWN
    return Verdict.PASS if is_within(used, limit.value) else Verdict.FAIL


def is_within(used: Any, maximum: Any) -> bool:
    """Whether a number or a range (least, largest) lies within a largest number or a range."""
    if isinstance(maximum, tuple):
        least, largest = used if isinstance(used, tuple) else (used, used)
        return maximum[0] <= least and largest <= maximum[1]
    return used <= maximum


def supported(rule: str, object_: str, used: str, limit: Limit, remedy: str, work: str = "") -> Finding:
    """A finding about a capability: on the core it passes, by microcode or software it is a declared substitute.

    `remedy` is for a chip that has it not, `work` what has to be written where it is a substitute.
    """
    verdicts = {
        "core": Verdict.PASS,
        "microcode": Verdict.WARN,
        "software": Verdict.WARN,
        "none": Verdict.FAIL,
        "unknown": Verdict.UNKNOWN,
    }
    verdict = verdicts[limit.value]
    if verdict == Verdict.WARN:
        remedy = f"a substitute: it has to be written as {limit.value} of the chip{work and ': ' + work}"
    return judged(rule, object_, used, limit, remedy, verdict)
