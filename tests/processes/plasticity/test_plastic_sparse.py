"""PlasticSparse, and what PlasticDense can beyond LearningDense: rounding modes, its arguments, its rule port."""

import subprocess
import sys
from pathlib import Path

import numpy as np
import pytest
from scipy.sparse import csr_matrix

pytest.importorskip("lava.magma")

from helpers.formulation import SLEEP, WAKE, learning_rule, setting
from helpers.lava_processes.streams_process import Sink, Streams
from helpers.models_by_hand import Driven, compile_kernels
from helpers.random_rules import random_case
from lava.magma.core.learning.learning_rule import Loihi2FLearningRule, Loihi3FLearningRule
from lava.magma.core.run_configs import Loihi2SimCfg
from lava.proc.dense.process import LearningDense
from lava.utils.weightutils import SignMode

from emulation.rules.grammar import RuleError
from processes import PlasticDense, PlasticSparse
from processes.plasticity.engine import PlasticityError
from processes.runtime import GuardedRun, LavaRunError

pytestmark = pytest.mark.lava

SYNAPTIC = ("weights", "tag_1", "tag_2")
TRACES = ("x1", "x2", "y1", "y2", "y3")


@pytest.fixture(scope="module", autouse=True)
def compiled() -> None:
    """The kernels, before anything has a time limit."""
    compile_kernels()


@pytest.mark.parametrize("full_rows", [False, True], ids=["unequal", "equal"])
@pytest.mark.parametrize("floating", [False, True], ids=["fixed", "float"])
@pytest.mark.parametrize("seed", [14, 15, 33, 49, 50])  # bounded in floating point; 50 has 600 synapses per row
def test_existing_synapses_equal_those_of_stock_lava(seed, floating, full_rows):
    case = random_case(seed, 100)
    case.rule |= {name: 7 for name, value in case.rule.items() if name.endswith("tau") and not value}
    dense = dict(case.arguments)
    exists = np.random.default_rng(seed).random(dense["weights"].shape) < 0.6
    exists[0] = full_rows
    if full_rows:
        exists[:] = exists[-1:] | (np.arange(exists.shape[1]) == 0)
    positions = np.nonzero(exists)
    sparse = dense | {
        "weights": csr_matrix((dense["weights"][positions], positions), exists.shape),
        **{name: csr_matrix((dense[name][positions], positions), exists.shape) for name in ("tag_1", "tag_2")},
    }
    stock = Driven(LearningDense(learning_rule=case.learning_rule(), **dense), floating)
    ours = Driven(PlasticSparse(learning_rule=case.learning_rule(), rounding="lava", **sparse), floating)
    expected = None
    for step in range(100):
        weights, spikes = stock.model.weights * exists, case.inputs(step)["s_in"]
        sent = ours.step(case.inputs(step))
        stock.step(case.inputs(step))
        if step > 1 and not floating and not dense["weight_exp"]:  # stock Lava cuts the weights in the first step
            np.testing.assert_array_equal(sent, expected)
        expected = weights @ (spikes if "num_message_bits" in dense else spikes.astype(bool))
        values, wanted = ours.values(SYNAPTIC + TRACES), stock.values(SYNAPTIC + TRACES)
        for name in SYNAPTIC:
            np.testing.assert_allclose(values[name], wanted[name][positions], rtol=1e-9 * floating, err_msg=name)
        for name in TRACES:
            np.testing.assert_allclose(values[name], wanted[name], rtol=1e-9 * floating, err_msg=name)
    connection = ours.model.engine.synapses.connection
    padding = connection.pre == exists.shape[1]
    assert padding.any() != full_rows
    assert not connection.weights[padding].any() and not connection.tags[padding].any()


def test_vars_of_a_sparse_connection_in_a_running_network():
    rule = Loihi2FLearningRule(dw="2^-1*u0*w - 2^0*u0", dt="2^0*u0", t_epoch=1, rng_seed=3)
    pattern = np.array([[0, 1, 0, 1], [1, 1, 1, 0], [0, 0, 0, 0]])
    connection = PlasticSparse(weights=csr_matrix(6 * pattern), learning_rule=rule, rounding="floor")
    streams = Streams({"s_in": np.ones((1, 4), np.int64), "s_in_bap": np.zeros((1, 3), np.int64)})
    sink = Sink((3,))
    streams.feed(connection)
    connection.a_out.connect(sink.a_in)
    with GuardedRun(streams, Loihi2SimCfg(select_tag="fixed_pt"), timeout=30) as run:
        run.run(2)
        np.testing.assert_array_equal(run.get(connection.weights).toarray(), 11 * pattern)  # 6, 8, 11
        np.testing.assert_array_equal(run.get(connection.tag_1).toarray(), 2 * pattern)
        assert run.get(sink.total).tolist() == [2 * 12, 2 * 18, 0]
        given = csr_matrix(pattern.astype(float))
        given.data[:] = [0, 100, 200, 2, 2]
        run.set(connection.weights, given)
        read = run.get(connection.weights)
        assert read.nnz == 5 and (read != given).nnz == 0
        run.run(1)
        assert run.get(connection.weights).data.tolist() == [-1, 149, 254, 2, 2]  # 300 is clipped before 1 is taken off
        with pytest.raises(PlasticityError, match="where no synapse exists"):
            run.set(connection.weights, np.ones((3, 4)))


def test_floating_point_networks_equal_stock_lava():
    made = setting("wake", 160)
    arguments = {"weights": made.weights / 3, "sign_mode": SignMode.EXCITATORY}
    # Beside w and t of some tens, Lava's floating point does not divide products by the widths of their factors.
    texts = {"dw": "2^-7*u0*t*y2", "dt": "2^-7*u0*x1*y1 - 2^-2*u0*t"}
    stock = LearningDense(learning_rule=learning_rule(texts), **arguments)
    dense = PlasticDense(learning_rule=learning_rule(texts), rounding="lava", **arguments)
    sparse = PlasticSparse(learning_rule=learning_rule(texts), rounding="lava", **arguments)
    streams = Streams(made.streams)
    for connection in (stock, dense, sparse):
        streams.feed(connection)
    with GuardedRun(streams, Loihi2SimCfg(select_tag="floating_pt"), timeout=30) as run:
        run.run(158)
        for name in (*SYNAPTIC, "x1", "y1", "y2", "a_buff", "tx", "ty"):  # x2 has tau 0, so is NaN in stock Lava
            wanted = run.get(getattr(stock, name))
            np.testing.assert_allclose(run.get(getattr(dense, name)), wanted, rtol=1e-9, err_msg=name)
            read = run.get(getattr(sparse, name))
            if name in SYNAPTIC:
                read, wanted = read.toarray(), wanted * (made.weights != 0)
            if name != "tag_2":
                assert wanted.any(), name
            if name != "a_buff":
                np.testing.assert_allclose(read, wanted, rtol=1e-9, err_msg=name)
        assert np.count_nonzero(run.get(dense.weights) != arguments["weights"]) > made.weights.size // 2


def one_step(rounding: str, dw: str, weights: np.ndarray, **arguments) -> np.ndarray:
    """Weights after one epoch of one timestep."""
    rule = Loihi3FLearningRule(dw=dw, t_epoch=1, rng_seed=arguments.pop("rng_seed", 5))
    driven = Driven(PlasticDense(weights=weights, learning_rule=rule, rounding=rounding, **arguments))
    driven.step({})
    return driven.values(("weights",))["weights"]


def test_rounding_modes():
    weights = np.full((20, 500), 100)
    for dw, nearest, floor in (("2^-1*u0", 101, 100), ("3*2^-3*u0", 100, 100), ("-3*2^-3*u0", 100, 99)):
        assert (one_step("nearest", dw, weights) == nearest).all()
        assert (one_step("floor", dw, weights) == floor).all()
    shared = one_step("lava", "3*2^-3*u0", weights)
    assert (shared == shared[0, 0]).all()
    independent = one_step("stochastic", "3*2^-3*u0", weights) - 100
    # 10,000 draws of probability 3/8: standard error .0048; correlations between neighbours have .01.
    assert abs(independent.mean() - 0.375) < 4 * 0.0048
    for axis in (0, 1):
        assert abs(np.corrcoef(independent.ravel(), np.roll(independent, 1, axis).ravel())[0, 1]) < 4 * 0.01


def test_seed_of_the_draws():
    weights = np.full((2, 500), 100)
    draws = [one_step("stochastic", "2^-1*u0", weights, seed=seed) for seed in (1, 1, 2)]
    assert (draws[0] == draws[1]).all() and (draws[0] != draws[2]).sum() > 300
    by_rule = [one_step("stochastic", "2^-1*u0", weights, rng_seed=seed) for seed in (1, 2)]
    assert (by_rule[0] == draws[0]).all() and (by_rule[1] == draws[2]).all()


def test_a_change_of_rule_can_clear_tags_and_traces():
    rules = [learning_rule(WAKE), learning_rule(SLEEP)]
    for clears in (False, True):
        driven = Driven(
            PlasticDense(weights=np.full((1, 2), 100), learning_rules=rules, clear_on_swap=clears, rounding="lava")
        )
        for step in range(17):
            driven.step({"s_in": np.array([step == 15, 0]), "s_in_y1": np.full(1, 120), "rule_in": [step // 16]})
        left = driven.values(("tag_1", "x1"))
        assert (left["tag_1"].any(), left["x1"].any()) == (not clears, not clears)
        assert driven.model.engine.number == 1


def test_a_number_beyond_the_rules_ends_the_run():
    connection = PlasticDense(weights=np.ones((1, 1)), learning_rule=learning_rule(WAKE))
    streams = Streams({"s_in": np.zeros((1, 1), int), "s_in_bap": np.zeros((1, 1), int), "rule_in": np.ones((1, 1))})
    streams.feed(connection)
    run = GuardedRun(streams, Loihi2SimCfg(select_tag="fixed_pt"), timeout=30)
    with pytest.raises(LavaRunError, match=r"rule_in: no such rule, got 1 \(allowed: 0 to 0\)"), run:
        run.run(1)


@pytest.mark.parametrize("process", [PlasticDense, PlasticSparse])
@pytest.mark.parametrize(
    "arguments, message",
    [
        ({}, "learning_rule: beside learning_rules, or neither, got 'neither'"),
        ({"learning_rules": []}, "learning_rule: beside learning_rules, or neither, got 'neither'"),
        ({"learning_rule": learning_rule(WAKE), "learning_rules": [learning_rule(WAKE)]}, "got 'both'"),
        (
            {"learning_rule": learning_rule(WAKE), "rounding": "down"},
            r"rounding: unknown name, got 'down' \(allowed: stochastic",
        ),
        ({"learning_rule": learning_rule(WAKE), "seed": -1}, r"seed: out of range, got -1 \(allowed: 0 to"),
        (
            {"learning_rules": [learning_rule(WAKE), Loihi2FLearningRule(dw="u0")]},
            r"got .*Loihi2FLearningRule.*one class and one t_epoch",
        ),
        (
            {"learning_rules": [learning_rule(WAKE), Loihi3FLearningRule(dw="u0", t_epoch=3)]},
            r"with t_epoch 3.*one class and one",
        ),
    ],
)
def test_arguments_that_are_refused(process, arguments, message):
    with pytest.raises(PlasticityError, match=message):
        process(weights=np.ones((2, 2)), **arguments)


def test_a_rule_is_refused_before_anything_runs():
    for arguments in ({"learning_rule": Loihi2FLearningRule(dw="u10*x1")}, {"sign_mode": SignMode.NULL}):
        with pytest.raises(RuleError):
            PlasticDense(weights=np.ones((2, 2)), **({"learning_rule": learning_rule(WAKE)} | arguments))


def test_importing_processes_does_not_import_lava():
    code = "import sys, processes as p; assert 'lava' not in sys.modules; p.PlasticDense; assert 'lava' in sys.modules"
    subprocess.run([sys.executable, "-c", code], check=True, timeout=60, cwd=Path(__file__).parents[2])
