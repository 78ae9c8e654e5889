"""Verdicts: yes, no, or too few networks with the number that is needed."""

import math

import pytest

from lava_sleep.statistics.verdict import NO, YES, judged, networks_for, overall, too_few


@pytest.mark.parametrize(("p", "networks"), [(0.05, 5), (0.01, 7), (1 / 32, 6), (0.001, 10)])
def test_so_many_pairs_can_fall_below_a_level(p, networks):
    """A paired permutation test of n pairs gives 2^-n at the least."""
    assert networks_for(p) == networks and 2.0**-networks < p <= 2.0 ** -(networks - 1)


def test_texts_and_kinds():
    assert (YES.text, NO.text, too_few(7).text) == ("yes", "no", "too few networks (7 needed)")
    assert (YES.kind, NO.kind, too_few(7).kind) == ("yes", "no", "open")
    assert judged(True) == YES and judged(math.nan < 0) == NO


def test_a_verdict_on_all():
    assert overall([YES, YES]) == overall([]) == YES
    assert overall([YES, too_few(7), too_few(2)]) == too_few(7)
    assert overall([too_few(7), NO, YES]) == NO
