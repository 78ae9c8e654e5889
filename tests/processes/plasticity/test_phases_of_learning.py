"""Plastic connections in phases: frozen, cleared, and with streams of draws of their own."""

import numpy as np
import pytest

pytest.importorskip("lava.magma")

from helpers.models_by_hand import Driven
from lava.magma.core.learning.learning_rule import Loihi2FLearningRule

from emulation.graph.plan import CLEAR_INPUT, CLEAR_TAGS, CLEAR_TRACES
from processes import PlasticDense

pytestmark = pytest.mark.lava

NAMES = ("weights", "tag_1", "x1", "y1")


def driven(**arguments) -> Driven:
    """A connection whose weights, tags and traces all move."""
    rule = Loihi2FLearningRule(
        dw="2^-2*x1*y0", dt="2^-3*x1*y0", x1_impulse=50, x1_tau=7, y1_impulse=40, y1_tau=9, t_epoch=2, rng_seed=3
    )
    return Driven(PlasticDense(weights=np.full((2, 3), 50), learning_rule=rule, **arguments))


def steps(connection: Driven, number: int, **values) -> dict[str, np.ndarray]:
    """Let all neurons spike for some timesteps; what the Vars hold then."""
    for _ in range(number):
        connection.step({"s_in": np.ones(3), "s_in_bap": np.ones(2), **values})
    return connection.values(NAMES)


def test_frozen_nothing_is_noted_and_nothing_changes():
    connection = driven()
    before = steps(connection, 4)
    after = steps(connection, 6, rule_in=np.array([-1]))
    for name in NAMES:
        np.testing.assert_array_equal(after[name], before[name], name)
    assert (connection.step({}) == 3 * before["weights"][:, 0]).all()
    assert (steps(connection, 4, rule_in=np.array([0]))["weights"] > before["weights"]).all()


def test_what_is_to_be_forgotten_is_forgotten_before_the_timestep():
    for flags, gone in ((CLEAR_TRACES, ("x1", "y1")), (CLEAR_TAGS, ("tag_1",))):
        connection = driven()
        before = steps(connection, 4)
        assert all(before[name].any() for name in NAMES)
        connection.step({"clear_in": np.array([flags]), "s_in": np.zeros(3), "s_in_bap": np.zeros(2)})
        after = connection.values(NAMES)
        assert not any(after[name].any() for name in gone)
        kept = set(NAMES) - set(gone)
        assert all(np.array_equal(after[name], before[name]) for name in kept)
    connection = driven()
    steps(connection, 3)
    assert connection.step({}).any()
    assert not connection.step({"clear_in": np.array([CLEAR_INPUT])}).any()


def test_connections_with_other_streams_draw_independently():
    same, again, other = (steps(driven(stream=stream), 20)["tag_1"] for stream in (32, 32, 40))
    np.testing.assert_array_equal(same, again)
    np.testing.assert_array_equal(same, steps(driven(), 20)["tag_1"])
    assert (same != other).any()
