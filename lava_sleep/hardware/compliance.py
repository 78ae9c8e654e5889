"""The compliance report: every rule, asked about one network and one chip."""

import json
from typing import Any, NamedTuple

from lava_sleep.hardware.finding import Finding, Question, Verdict
from lava_sleep.hardware.placement import Placement, place
from lava_sleep.hardware.profiles import Profile
from lava_sleep.hardware.rules import RULES
from lava_sleep.networks.graph import Usage

NOTHING_TO_DO = "not used"


class Report(NamedTuple):
    """What `report_of` found."""

    profile: Profile
    usage: Usage
    placement: Placement
    findings: tuple[Finding, ...]

    @property
    def verdict(self) -> Verdict:
        """The most severe one."""
        return max((finding.verdict for finding in self.findings), key=lambda verdict: verdict.severity)

    def as_json(self) -> dict[str, Any]:
        """``{"target", "verdict", "rules"}``, plain data."""
        rules = [{**finding._asdict(), "verdict": finding.verdict.value} for finding in self.findings]
        made = {"target": self.profile.name, "verdict": self.verdict.value, "rules": rules}
        return json.loads(json.dumps(made))


def report_of(usage: Usage, profile: Profile, rates: dict[str, float] | None = None) -> Report:
    """Ask all rules about a network on a chip.

    Of each rule the report keeps every failure and warning, and of what is unknown the object that uses most; where all
    passes, the object that is nearest to the limit; and where the network has nothing that the rule is about, a line
    that says so.

    Parameters
    ----------
    usage : Usage
        Of a description (`network_usage`) or of a Lava graph (`lava_usage`).
    profile : Profile
    rates : dict, optional
        Spikes per neuron and cycle, by population, for the traffic.
    """
    placement = place(usage, profile, rates)
    question = Question(usage, profile, placement)
    kept = [finding for rule in RULES for finding in worth_telling(rule.__name__, list(rule(question)))]
    return Report(profile, usage, placement, tuple(kept))


def worth_telling(rule: str, found: list[Finding]) -> list[Finding]:
    """What the report keeps of the findings of a rule, see `report_of`."""
    if not found:
        return [Finding(rule, "network", None, None, "", Verdict.PASS, "", NOTHING_TO_DO)]
    kept = [finding for finding in found if finding.verdict in (Verdict.FAIL, Verdict.WARN)]
    unknown = [finding for finding in found if finding.verdict == Verdict.UNKNOWN]
    if unknown and unknown[0].rule == "paper_model":
        kept += unknown
    elif unknown:
        kept.append(max(unknown, key=nearness))
    return kept or [max(found, key=nearness)]


def nearness(finding: Finding) -> float:
    """How much of a limit is used; 0 where it cannot be said."""
    used, maximum = finding.used, finding.maximum
    maximum = maximum[-1] if isinstance(maximum, tuple) and maximum else maximum
    used = used[-1] if isinstance(used, tuple) and used else used
    if isinstance(used, int | float) and isinstance(maximum, int | float) and maximum:
        return used / maximum
    return float(used) if isinstance(used, int | float) else 0.0
