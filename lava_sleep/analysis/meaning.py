"""What the rows of a summary say about sleep and rest, in words."""

from typing import NamedTuple

from lava_sleep.analysis.verdict import Verdict, judged, networks_for

COMPARED = ("T1", "T1>T2", "T1>T2>i(S,T1)", "T1>T2>i(R,T1)")  # the rows that lay sleep beside rest
LEARNT, KEPT = 0.6, 0.05  # performance and its difference from which these words are used; chosen here
LEVEL = 0.01  # p of a test, to which the number of networks is held


class Meaning(NamedTuple):
    """Whether sleep kept the old task in the networks of a run; `verdict` is None where the rows do not say."""

    verdict: Verdict | None
    text: str


def meaning(summary: dict) -> Meaning:
    """What a summary shows, from its own numbers."""
    found = {row["after"]: row for row in summary["rows"]}
    if any(name not in found or found[name]["task1"]["mean"] is None for name in COMPARED):
        return Meaning(None, "These rows do not lay sleep beside rest; chance is 0.5.")
    learnt, forgotten = (found[name]["task1"]["mean"] for name in COMPARED[:2])
    asleep, rested = (found[name]["task2"]["mean"] for name in COMPARED[2:])
    if learnt < LEARNT or asleep is None or rested is None:
        return Meaning(None, "Task 1 was not learnt in so few cycles, so nothing can be said of sleep (chance 0.5).")
    verdict, networks = judged(asleep - rested > KEPT), summary["networks"]
    text = (
        f"Task 1 was learnt ({learnt:.2f}) and forgotten with Task 2 ({forgotten:.2f}); when Task 1 is trained again, "
        f"Task 2 stands at {asleep:.2f} with sleep and {rested:.2f} with rest (chance 0.5). "
        f"Sleep kept the old task: {verdict.text}"
    )
    needed = networks_for(LEVEL)
    if networks < needed:
        seen = "this network" if networks == 1 else f"these {networks} networks"
        return Meaning(verdict, f"{text}, in {seen}; a test (p < {LEVEL:g}) needs {needed}.")
    return Meaning(verdict, f"{text}, on average of {networks} networks.")
