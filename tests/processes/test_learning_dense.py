"""PlasticDense and PlasticSparse against stock Lava's LearningDense, value by value."""

import sys
from pathlib import Path

import numpy as np
import pytest

pytest.importorskip("lava.magma")
sys.path[:0] = [str(Path(__file__).resolve().parent / "learning")]

from lava.proc.dense.process import LearningDense  # noqa: E402
from models_by_hand import Driven  # noqa: E402
from random_rules import random_case  # noqa: E402

from processes import PlasticDense  # noqa: E402

SYNAPTIC = ("weights", "tag_1", "tag_2")
TRACES = ("x1", "x2", "y1", "y2", "y3")
TIMESTEPS = 200


def differences(seed: int) -> tuple[int, int]:
    """(values that differ, values that changed) over a random case, compared after every timestep."""
    case = random_case(seed, TIMESTEPS)
    stock = Driven(LearningDense(learning_rule=case.learning_rule(), **case.arguments))
    ours = Driven(PlasticDense(learning_rule=case.learning_rule(), rounding="lava", **case.arguments))
    wrong, changed, before = 0, 0, None
    for step in range(TIMESTEPS):
        sent, expected = ours.step(case.inputs(step)), stock.step(case.inputs(step))
        wrong += int(np.count_nonzero(sent != expected))
        values, wanted = ours.values(SYNAPTIC + TRACES), stock.values(SYNAPTIC + TRACES)
        wrong += sum(int(np.count_nonzero(values[name] != wanted[name])) for name in values)
        if before is not None:
            changed += sum(int(np.count_nonzero(wanted[name] != before[name])) for name in SYNAPTIC)
        before = wanted
    return wrong, changed


@pytest.mark.parametrize("seed", range(10))
def test_random_rules_equal_stock_lava(seed):
    wrong, changed = differences(seed)
    assert wrong == 0 and changed > 0


@pytest.mark.long
def test_hundreds_of_random_rules_equal_stock_lava():
    results = {seed: differences(seed) for seed in range(10, 310)}
    assert {seed: wrong for seed, (wrong, _) in results.items() if wrong} == {}
    assert sum(changed > 0 for _, changed in results.values()) > 250
