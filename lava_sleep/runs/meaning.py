"""What the rows of a summary say about sleep and rest, in words."""

from typing import NamedTuple

import numpy as np

from lava_sleep.statistics.verdict import Verdict, judged, networks_for, too_few

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
    if any(name not in found or "T1" not in found[name]["tasks"] or found[name]["tasks"]["T1"]["mean"] is None for name in COMPARED):
        return Meaning(None, "These rows do not lay sleep beside rest; chance is 0.5.")
    learnt, forgotten = (found[name]["tasks"]["T1"]["mean"] for name in COMPARED[:2])
    asleep, rested = (found[name]["tasks"]["T2"]["mean"] for name in COMPARED[2:])
    if learnt < LEARNT or asleep is None or rested is None:
        return Meaning(None, "Task 1 was not learnt in so few cycles, so nothing can be said of sleep (chance 0.5).")
    needed, networks = networks_for(LEVEL), summary["networks"]
    verdict = too_few(needed) if networks < needed else judged(is_kept(found))
    text = (
        f"Task 1 was learnt ({learnt:.2f}) and forgotten with Task 2 ({forgotten:.2f}); when Task 1 is trained again, "
        f"Task 2 stands at {asleep:.2f} with sleep and {rested:.2f} with rest (chance 0.5). "
        f"Does sleep keep the old task (p < {LEVEL:g})? {verdict.text}"
    )
    return Meaning(verdict, f"{text}.")


def is_kept(found: dict[str, dict]) -> bool:
    """Whether Task 2 stands higher with sleep than with rest: by more than `KEPT`, and by a paired test."""
    from lava_sleep.statistics.contrasts import contrast  # scipy takes long to import, and one network has no test

    asleep, rested = (found[name]["tasks"]["T2"]["per_network"] for name in COMPARED[2:])
    pairs = [pair for pair in zip(asleep, rested) if None not in pair]
    if len(pairs) < 2:
        return False
    compared = contrast(*np.array(pairs, float).T)
    return compared.difference.mean > KEPT and compared.p < LEVEL
