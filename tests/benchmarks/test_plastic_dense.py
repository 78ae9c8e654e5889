"""PlasticDense against LearningDense on 784 x 8 synapses that learn in every timestep.

    pytest tests/benchmarks --benchmark-enable

The first benchmark times `run_spk` + `run_lrn` of both models in one process, in alternating blocks; the second times
whole networks (source, connection, sink in processes of their own), beside the same network with an empty connection.
"""

import time
from collections.abc import Callable

import numpy as np
import pytest

pytest.importorskip("lava.magma")

from helpers.lava_processes.streams_process import Sink, Streams
from helpers.models_by_hand import Driven
from lava.magma.core.learning.learning_rule import Loihi3FLearningRule
from lava.magma.core.run_configs import Loihi2SimCfg
from lava.proc.dense.process import Dense, LearningDense
from lava.utils.weightutils import SignMode

from processes import PlasticDense
from processes.runtime import GuardedRun

pytestmark = pytest.mark.lava

SHAPE = (8, 784)
RULE = {"dw": "2^-3*u0*t*y2", "dt": "2^0*u0*x1*y1 - 3*2^-2*u0*y1 - 2^-2*u0*t"}
PERIOD = 200  # timesteps of different input
LEAST_RATIO = 10


def connection(kind: type, **arguments):
    """A connection with the rule of the project's output layer, learning in every timestep."""
    rule = Loihi3FLearningRule(**RULE, x1_impulse=127, x1_tau=16, t_epoch=1, rng_seed=1)
    weights = np.random.default_rng(1).integers(0, 128, SHAPE) * 2
    return kind(weights=weights, learning_rule=rule, sign_mode=SignMode.EXCITATORY, **arguments)


def input_streams() -> dict[str, np.ndarray]:
    """About six pre spikes and half a post spike per timestep, as in the project's network."""
    random = np.random.default_rng(2)
    streams = {"s_in": random.random((PERIOD, SHAPE[1])) < 0.008, "s_in_bap": random.random((PERIOD, SHAPE[0])) < 0.06}
    for name, largest in (("s_in_y1", 120), ("s_in_y2", 32), ("s_in_y3", 0)):
        streams[name] = random.integers(0, largest + 1, (PERIOD, SHAPE[0]))
    return {name: np.asarray(values, np.int32) for name, values in streams.items()}


def microseconds_per_step(driven: Driven, inputs: list[dict[str, np.ndarray]]) -> float:
    """Time inside `run_spk` and `run_lrn`."""
    spent = 0.0
    for values in inputs:
        for name, value in values.items():
            getattr(driven.model, name).value = value
        driven.model.time_step += 1
        before = time.perf_counter()
        driven.model.run_spk()
        driven.model.run_lrn()
        spent += time.perf_counter() - before
    return 1e6 * spent / len(inputs)


@pytest.mark.parametrize("rounding", ["lava", "stochastic"])
def test_time_within_the_model(benchmark, rounding):
    streams = input_streams()
    inputs = [{name: rows[step] for name, rows in streams.items()} for step in range(PERIOD)]
    stock, ours = Driven(connection(LearningDense)), Driven(connection(PlasticDense, rounding=rounding))
    measured = []

    def both() -> None:
        measured.append((microseconds_per_step(stock, inputs), microseconds_per_step(ours, inputs)))

    both()  # compiles
    measured.clear()
    benchmark.pedantic(both, rounds=5, iterations=1)
    stock_time, our_time = np.median(measured, axis=0)
    ratio = float(np.median([theirs / own for theirs, own in measured]))
    benchmark.extra_info |= {"stock_us": stock_time, "plastic_us": our_time, "ratio": ratio}
    if rounding == "lava":
        np.testing.assert_array_equal(ours.values(("weights",))["weights"], stock.model.weights)
    if benchmark.enabled:
        assert ratio >= LEAST_RATIO


def steps_per_second(make: Callable[[], object], timesteps: int) -> float:
    """Of a network of three processes."""
    made = make()
    streams, sink = Streams(input_streams()), Sink(SHAPE[:1])
    streams.feed(made)
    made.a_out.connect(sink.a_in)
    with GuardedRun(streams, Loihi2SimCfg(select_tag="fixed_pt"), timeout=60) as run:
        run.run(50)
        before = time.perf_counter()
        run.run(timesteps)
        return timesteps / (time.perf_counter() - before)


def test_time_of_the_whole_network(benchmark):
    networks = {
        "stock": lambda: connection(LearningDense),
        "plastic": lambda: connection(PlasticDense, rounding="lava"),
        "empty": lambda: Dense(weights=np.zeros(SHAPE)),
    }
    timesteps = 1000 if benchmark.enabled else 50
    measured: dict[str, float] = {}

    def all_three() -> None:
        measured.update({name: steps_per_second(make, timesteps) for name, make in networks.items()})

    benchmark.pedantic(all_three, rounds=1, iterations=1)
    benchmark.extra_info |= {f"{name}_steps_per_s": value for name, value in measured.items()}
    benchmark.extra_info["ratio"] = measured["plastic"] / measured["stock"]
    benchmark.extra_info["ratio_of_empty"] = measured["empty"] / measured["stock"]
    if benchmark.enabled:
        assert measured["plastic"] > measured["stock"]
