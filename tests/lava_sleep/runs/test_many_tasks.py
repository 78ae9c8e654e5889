"""More than two tasks: every backend runs them with the same bits, and summaries have all of them."""

import numpy as np
import pytest

from lava_sleep.protocols.protocol import load_protocol
from lava_sleep.runs.configuration import Configuration, configuration_of
from lava_sleep.runs.run import NetworkResult, run_networks
from lava_sleep.runs.summary import state_digest, summary

TINY = {"unsupervised": 600, "task": 500, "T1": 500, "sleep": 300, "interleaved": 800, "episode": 100, "test": 150}
SHORT = {"unsupervised": 60, "task": 40, "T1": 40, "sleep": 40, "interleaved": 80, "episode": 20, "test": 15}
ON_LAVA = {"unsupervised": 12, "task": 12, "T1": 12, "sleep": 12, "interleaved": 24, "episode": 6, "test": 4}
ROWS = ["T1>i(S,T2)>i(Sx,T3)", "i(T1,T2,T3,T4)", "T4"]
lava = pytest.mark.lava


def configuration(protocol: str, executor: str, cycles: dict, rows: list[str] | None = None) -> Configuration:
    """A protocol with other lengths and, where they are given, other rows."""
    data = load_protocol(protocol)
    chosen = {"rows": rows} if rows else {}
    return configuration_of(
        {
            "seed": 5,
            "protocol": {"name": protocol, "rows": data["rows"], "cycles": cycles, **chosen},
            "world": data["world"],
            "tasks": data["tasks"],
        },
        {"executor": executor, "arithmetic": "float" if executor == "float" else None},
    )


def run(made: Configuration) -> list[NetworkResult]:
    """The networks of a configuration."""
    results, interrupted = run_networks(made)
    assert not interrupted
    return results


def floating(made: Configuration) -> Configuration:
    """The same in floating point."""
    return made.model_copy(update={"arithmetic": configuration_of({}, {"arithmetic": "float"}).arithmetic})


@pytest.mark.parametrize("executor", ["emulation", "map"])
def test_a_summary_has_every_task_and_every_chain(executor):
    made = configuration("many", executor, SHORT, ["T1", "T1>i(S,T2)", "T1>i(S,T2)>i(S,T3)", "T3"])
    found = summary(made, run(made), 1.0)
    assert found["schema"] == 2
    assert all(list(row["tasks"]) == ["T1", "T2", "T3", "T4"] for row in found["rows"])
    (chain,) = found["continual"]
    assert chain["row"] == "T1>i(S,T2)>i(S,T3)" and chain["tasks"] == ["T1", "T2", "T3"]
    assert [len(line) for line in chain["matrix"]] == [3, 3, 3]


def test_sleep_without_plasticity_is_rest():
    made = configuration("many", "emulation", SHORT, ["T1>i(S0,T2)>i(S0,T3)", "T1>i(R,T2)>i(R,T3)"])
    (result,) = run(made)
    asleep, rested = (result.stages[row] for row in made.protocol.rows)
    assert np.array_equal(asleep.performance, rested.performance, equal_nan=True)
    assert (asleep.state.output_synapses.weights == rested.state.output_synapses.weights).all()


@lava
@pytest.mark.parametrize(
    ("executor", "is_float"),
    [
        pytest.param("lava", False, id="fixed-lava"),
        pytest.param("lava-cycle", True, id="float-lava-cycle"),
        pytest.param("lava-cycle", False, id="fixed-lava-cycle", marks=pytest.mark.long),
        pytest.param("lava", True, id="float-lava", marks=pytest.mark.long),
    ],
)
def test_lava_has_the_bits_of_the_compiled_cycles(executor, is_float):
    one, other = (configuration("many", name, ON_LAVA, ROWS[:2]) for name in ("emulation", executor))
    if is_float:
        one, other = floating(one), floating(other)
    assert state_digest(run(one)) == state_digest(run(other))


@lava
@pytest.mark.long
@pytest.mark.timeout(3600)
@pytest.mark.parametrize("executor", ["lava-cycle", "lava"])
@pytest.mark.parametrize("protocol", ["many", "six"])
def test_whole_protocols_have_the_same_bits_on_lava(protocol, executor):
    one, other = (configuration(protocol, name, TINY) for name in ("emulation", executor))
    assert state_digest(run(one)) == state_digest(run(other))
