"""Speed of the compiled executors, in movement cycles per second of one network on one core.

Run with ``pytest tests/benchmarks --benchmark-enable --benchmark-json=benchmark.json``; `speed_table.py` puts the
result into the README.
"""

import pytest
from helpers.phases import CYCLES, PHASES

from emulation.engine.cycle import idle_cycle, run_cycles
from emulation.engine.phase import Mode, make_record
from emulation.states import copy_state
from lava_sleep.networks.base import layer_sizes
from lava_sleep.protocols.schedule import make_phase

pytestmark = pytest.mark.slow


@pytest.fixture
def trained(started, description):
    """A network that has learnt Task 1: its spikes, tags and weights are those of a run."""
    state, network = started
    phase = make_phase(description, Mode.WAKE, "T1")
    idle_cycle(state, network, phase)
    run_cycles(state, network, phase, 0, 4000, make_record(4000, *layer_sizes(state)))
    return state, network


@pytest.mark.parametrize("name", PHASES)
def test_cycles_per_second(benchmark, trained, description, name):
    state, network = trained
    mode, task, learns = PHASES[name]
    phase = make_phase(description, mode, task, learns=learns)

    def start():
        own = copy_state(state)
        idle_cycle(own, network, phase)
        return (own, network, phase, 0, CYCLES, make_record(CYCLES, *layer_sizes(own))), {}

    benchmark.pedantic(run_cycles, setup=start, rounds=20, warmup_rounds=1)
    if benchmark.enabled:
        # The best round: what else the machine does can only slow a round down.
        benchmark.extra_info["cycles_per_second"] = round(CYCLES / benchmark.stats.stats.min)
