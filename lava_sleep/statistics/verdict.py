"""What is said of a question: yes, no, or that there are too few networks, with the number that is needed."""

import math
from typing import NamedTuple


class Verdict(NamedTuple):
    """An answer.

    Attributes
    ----------
    answer : {"yes", "no", "too few networks"}
    needed : int
        Networks that are needed, where there are too few.
    """

    answer: str
    needed: int = 0

    @property
    def text(self) -> str:
        """The answer, with the number that is needed."""
        return f"{self.answer} ({self.needed} needed)" if self.needed else self.answer

    @property
    def kind(self) -> str:
        """Of a table's cell, see `lava_sleep.tables.table.Cell`."""
        return "open" if self.needed else self.answer


YES, NO = Verdict("yes"), Verdict("no")


def too_few(needed: int) -> Verdict:
    """Too few networks to say."""
    return Verdict("too few networks", needed)


def judged(holds: object) -> Verdict:
    """Yes or no."""
    return YES if holds else NO


def networks_for(p: float) -> int:
    """Networks with which a paired permutation test can fall below `p`: n of them give 2^-n at the least."""
    return math.floor(math.log2(1 / p)) + 1


def overall(verdicts: list[Verdict]) -> Verdict:
    """No if one is no; else too few if one needs more networks (the largest number); else yes."""
    if NO in verdicts:
        return NO
    needed = max((one.needed for one in verdicts), default=0)
    return too_few(needed) if needed else YES
