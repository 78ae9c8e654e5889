"""PlasticDense against stock Lava's LearningDense, value by value, in running networks and driven by hand."""

import numpy as np
import pytest

pytest.importorskip("lava.magma")

from helpers.formulation import RULES, SHAPE, SLEEP, WAKE, learning_rule, setting
from helpers.lava_processes.streams_process import Pen, Sink, Streams
from helpers.models_by_hand import Driven, compile_kernels
from helpers.random_rules import random_case
from lava.magma.core.learning.learning_rule import Loihi2FLearningRule
from lava.magma.core.run_configs import Loihi2SimCfg
from lava.proc.dense.process import LearningDense
from lava.utils.weightutils import SignMode

from processes import PlasticDense
from processes.runtime import GuardedRun

pytestmark = pytest.mark.lava

SYNAPTIC = ("weights", "tag_1", "tag_2")
TRACES = ("x1", "x2", "y1", "y2", "y3")
TIMESTEPS = 200
FIXED = Loihi2SimCfg(select_tag="fixed_pt")


@pytest.fixture(scope="module", autouse=True)
def compiled() -> None:
    """The kernels, before anything has a time limit."""
    compile_kernels()


def pair(name: str, timesteps: int, **ours):
    """Streams that feed a stock and a plastic connection with a rule of the project, and the sinks of both."""
    made = setting(name, timesteps)
    arguments = {"weights": made.weights, "sign_mode": SignMode.EXCITATORY}
    stock = LearningDense(learning_rule=learning_rule(RULES[name]), **arguments)
    plastic = PlasticDense(**(ours or {"learning_rule": learning_rule(RULES[name])}), rounding="lava", **arguments)
    streams = Streams(made.streams)
    sinks = Sink((SHAPE[0],)), Sink((SHAPE[0],))
    for connection, sink in zip((stock, plastic), sinks):
        streams.feed(connection)
        connection.a_out.connect(sink.a_in)
    return streams, stock, plastic, sinks


def assert_equal(run: GuardedRun, stock: LearningDense, plastic: PlasticDense, sinks: tuple[Sink, Sink]) -> None:
    """All Vars of both connections, and what they have sent."""
    for name in (*SYNAPTIC, *TRACES, "tx", "ty", "y0"):
        np.testing.assert_array_equal(run.get(getattr(plastic, name)), run.get(getattr(stock, name)), name)
    np.testing.assert_array_equal(run.get(sinks[1].total), run.get(sinks[0].total))


@pytest.mark.parametrize("name", RULES)
def test_rules_of_the_project_equal_stock_lava_in_a_running_network(name):
    streams, stock, plastic, sinks = pair(name, 1000)
    before = plastic.weights.init.copy()
    tags = []
    with GuardedRun(streams, FIXED, timeout=60) as run:
        for _ in range(4):
            run.run(250)
            assert_equal(run, stock, plastic, sinks)
            tags.append(run.get(plastic.tag_1))
        weights = run.get(plastic.weights)
        assert run.get(sinks[0].total).min() > 0
    assert np.count_nonzero(weights != before) > 0.5 * weights.size and weights.std() > 1
    if "dt" in RULES[name]:
        assert all(np.count_nonzero(one != other) > 0.2 * one.size for one, other in zip(tags, tags[1:]))


def test_setting_vars_of_a_running_network_equals_stock_lava():
    streams, stock, plastic, sinks = pair("wake", 320)
    random = np.random.default_rng(3)
    with GuardedRun(streams, FIXED, timeout=60) as run:
        for name, low, high in (("weights", 0, 256), ("tag_1", -256, 256), ("x1", 0, 128), ("weights", -400, 400)):
            run.run(37)  # in the middle of an epoch
            value = random.integers(low, high, getattr(stock, name).shape)
            for connection in (stock, plastic):
                run.set(getattr(connection, name), value)
            np.testing.assert_array_equal(run.get(getattr(plastic, name)), value)
            run.run(24)
            assert_equal(run, stock, plastic, sinks)


@pytest.mark.parametrize("name", ["weights", "x1"])
def test_reading_and_writing_through_a_ref_port_equals_stock_lava(name):
    streams, stock, plastic, sinks = pair("wake", 320)
    shape = getattr(stock, name).shape
    pens = Pen(shape), Pen(shape)
    for connection, pen in zip((stock, plastic), pens):
        pen.ref.connect_var(getattr(connection, name))
    with GuardedRun(streams, FIXED, timeout=60) as run:
        for _ in range(3):
            run.run(30)
            assert_equal(run, stock, plastic, sinks)
            np.testing.assert_array_equal(run.get(pens[1].last), run.get(pens[0].last))
        assert run.get(pens[1].last).any()


def test_setting_the_rule_of_a_running_network_equals_stock_lava():
    streams, stock, plastic, sinks = pair("wake", 320)
    with GuardedRun(streams, FIXED, timeout=60) as run:
        run.run(100)
        before = run.get(plastic.weights)
        for connection in (stock, plastic):
            run.set(connection.dw, "2^1*u0*x0*sgn(w) - 2^-1*y0*w")
            run.set(connection.x1_impulse, np.array([60]))
        run.run(100)
        assert_equal(run, stock, plastic, sinks)
        assert np.count_nonzero(run.get(plastic.weights) != before) > before.size // 2


def test_the_rule_port_changes_the_rule_while_the_network_runs():
    rules = {"learning_rules": [learning_rule(WAKE), learning_rule(SLEEP)]}
    streams, stock, plastic, sinks = pair("wake", 320, **rules)
    number = (np.arange(320) >= 100).astype(np.int64)[:, np.newaxis]  # takes effect with the epoch that starts at 112
    streams.proc_params["streams"]["rule_in"] = number
    streams.rule_in_out.connect(plastic.rule_in)
    with GuardedRun(streams, FIXED, timeout=60) as run:
        run.run(112)
        assert_equal(run, stock, plastic, sinks)
        for target in SLEEP:  # stock Lava must be stopped to set it
            run.set(getattr(stock, target), SLEEP[target])
        run.run(208)
        assert_equal(run, stock, plastic, sinks)


@pytest.mark.parametrize("seed", [4, 6, 15, 33, 45])
def test_random_rules_equal_stock_lava_in_a_running_network(seed):
    case = random_case(seed, TIMESTEPS)
    inputs = [case.inputs(step) for step in range(TIMESTEPS)]
    streams = Streams({name: np.stack([row[name] for row in inputs]).astype(np.int64) for name in inputs[0]})
    stock = LearningDense(learning_rule=case.learning_rule(), **case.arguments)
    plastic = PlasticDense(learning_rule=case.learning_rule(), rounding="lava", **case.arguments)
    sinks = Sink(stock.a_out.shape), Sink(stock.a_out.shape)
    for connection, sink in zip((stock, plastic), sinks):
        streams.feed(connection)
        connection.a_out.connect(sink.a_in)
    with GuardedRun(streams, FIXED, timeout=60) as run:
        run.run(TIMESTEPS)
        assert_equal(run, stock, plastic, sinks)
        assert any((run.get(getattr(stock, name)) != getattr(stock, name).init).any() for name in SYNAPTIC)


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


@pytest.mark.parametrize("seed", [*range(8), 22, 78])  # the last two begin beyond the bits of the weights
def test_random_rules_equal_stock_lava(seed):
    wrong, changed = differences(seed)
    assert wrong == 0 and changed > 0


@pytest.mark.long
def test_hundreds_of_random_rules_equal_stock_lava():
    results = {seed: differences(seed) for seed in range(310)}
    assert {seed: wrong for seed, (wrong, _) in results.items() if wrong} == {}
    # In the others every product is cut to zero by its shift, or the variable stays at its bound.
    assert sum(changed > 0 for _, changed in results.values()) > 270


def test_the_least_tag_is_reached_as_in_stock_lava():
    rule = {"dt": "-7*2^8*u0", "dw": "u0*t", "rng_seed": 1}  # the tag's bound of -257 is met in one epoch of 128
    made = [Loihi2FLearningRule(**rule) for _ in range(2)]
    stock = Driven(LearningDense(weights=np.zeros((1, 2)), learning_rule=made[0]))
    ours = Driven(PlasticDense(weights=np.zeros((1, 2)), learning_rule=made[1], rounding="lava"))
    tags = []
    for _ in range(1000):
        stock.step({})
        ours.step({})
        tags.append((ours.model.tag_1.tolist(), stock.model.tag_1.tolist()))
    assert all(tag == wanted for tag, wanted in tags)
    assert {tag[0][0] for tag, _ in tags} == {-256, -257}


@pytest.mark.parametrize("seed", [14, 15, 33, 45, 49, 50])  # bounded in floating point, and stock Lava can read them
def test_random_rules_equal_stock_lava_in_floating_point(seed):
    case = random_case(seed, 100)
    # A trace with tau 0 is NaN in stock Lava's floating point.
    case.rule |= {name: 7 for name, value in case.rule.items() if name.endswith("tau") and not value}
    stock = Driven(LearningDense(learning_rule=case.learning_rule(), **case.arguments), floating=True)
    ours = Driven(PlasticDense(learning_rule=case.learning_rule(), rounding="lava", **case.arguments), floating=True)
    before = stock.values(SYNAPTIC)
    for step in range(100):
        np.testing.assert_allclose(ours.step(case.inputs(step)), stock.step(case.inputs(step)), rtol=1e-9, atol=1e-6)
        values, wanted = ours.values(SYNAPTIC + TRACES), stock.values(SYNAPTIC + TRACES)
        for name in values:
            np.testing.assert_allclose(values[name], wanted[name], rtol=1e-9, atol=1e-6, err_msg=name)
    assert any((wanted[name] != before[name]).any() for name in SYNAPTIC)
