"""What the rows of a summary say about sleep and rest, in words."""

from collections.abc import Sequence
from typing import Any, NamedTuple

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
    found = {row["after"]: row["tasks"] for row in summary["rows"]}
    if any(mean_of(found, name, "T1") is None for name in COMPARED):
        return meaning_of_chains(summary)
    learnt, forgotten = (mean_of(found, name, "T1") for name in COMPARED[:2])
    asleep, rested = (mean_of(found, name, "T2") for name in COMPARED[2:])
    if learnt < LEARNT or asleep is None or rested is None:
        return Meaning(None, "Task 1 was not learnt in so few cycles, so nothing can be said of sleep (chance 0.5).")
    verdict = verdict_of(summary["networks"], *(found[name]["T2"]["per_network"] for name in COMPARED[2:]))
    text = (
        f"Task 1 was learnt ({learnt:.2f}) and forgotten with Task 2 ({forgotten:.2f}); when Task 1 is trained again, "
        f"Task 2 stands at {asleep:.2f} with sleep and {rested:.2f} with rest (chance 0.5). "
        f"Does sleep keep the old task (p < {LEVEL:g})? {verdict.text}"
    )
    return Meaning(verdict, f"{text}.")


def mean_of(found: dict[str, dict], row: str, task: str) -> Any:
    """Performance in a task after a row, None where it is not known."""
    return found.get(row, {}).get(task, {}).get("mean")


def meaning_of_chains(summary: dict) -> Meaning:
    """What a summary shows where tasks are learnt one after the other, with sleep in one row and rest in another."""
    found = {row["after"]: row["tasks"] for row in summary["rows"]}
    chains = {chain["row"]: chain["tasks"] for chain in summary.get("continual", [])}
    pairs = [(row, row.replace("i(S,", "i(R,")) for row in chains if "i(S," in row]
    row, twin = next((pair for pair in pairs if pair[1] in chains), ("", ""))
    if not row:
        return Meaning(None, "These rows do not lay sleep beside rest; chance is 0.5.")
    old = chains[row][:-1]
    asleep, rested = (old_tasks(found[name], old) for name in (row, twin))
    if np.isnan([*asleep, *rested]).any():
        return Meaning(None, "Too little was acquired in so few cycles, so nothing can be said of sleep (chance 0.5).")
    verdict = verdict_of(summary["networks"], asleep, rested)
    text = (
        f"After {len(old) + 1} tasks the {len(old)} old ones stand at {np.mean(asleep):.2f} with sleep and "
        f"{np.mean(rested):.2f} with rest (chance 0.5). Does sleep keep old tasks (p < {LEVEL:g})? {verdict.text}"
    )
    return Meaning(verdict, f"{text}.")


def old_tasks(tasks: dict[str, dict], old: Sequence[str]) -> list[float]:
    """Mean performance in the old tasks of each network, nan where one is not known."""
    return np.array([tasks[task]["per_network"] for task in old], float).mean(axis=0).tolist()


def verdict_of(networks: int, asleep: Sequence[float | None], rested: Sequence[float | None]) -> Verdict:
    """Whether old tasks stand higher with sleep than with rest: by more than `KEPT`, and by a paired test."""
    needed = networks_for(LEVEL)
    return too_few(needed) if networks < needed else judged(is_kept(asleep, rested))


def is_kept(asleep: Sequence[float | None], rested: Sequence[float | None]) -> bool:
    """See `verdict_of`."""
    from lava_sleep.statistics.contrasts import contrast  # scipy takes long to import, and one network has no test

    pairs = [pair for pair in zip(asleep, rested) if None not in pair]
    if len(pairs) < 2:
        return False
    compared = contrast(*np.array(pairs, float).T)
    return compared.difference.mean > KEPT and compared.p < LEVEL
