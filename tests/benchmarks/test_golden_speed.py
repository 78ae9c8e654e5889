"""Speed of the paper's own network, in movement cycles per second on one core; see `test_speed`."""

import numpy as np
import pytest
from helpers.phases import CYCLES, PHASES

from emulation.engine.phase import Mode
from emulation.golden2022.cycle import begin_phase, make_scratch, run_golden_cycles
from emulation.states import copy_state
from lava_sleep.environments.foraging import PAPER
from lava_sleep.networks.golden2022.description import GoldenNetwork
from lava_sleep.protocols.schedule import make_phase

pytestmark = pytest.mark.slow

SIZES = (PAPER.inputs, 784, PAPER.outputs)
HIDDEN_CYCLES, TASK_CYCLES = 30_000, 10_000
REQUIRED = {"training": 25_000, "sleep": 13_000}  # cycles per second


@pytest.fixture(scope="module")
def trained(request):
    """A network with a learnt hidden layer that has learnt Task 1 (with few cycles where nothing is measured)."""
    short = 1 if not request.config.getoption("benchmark_enable") else 0
    description = GoldenNetwork()
    instance = description.instance(5)
    state, network = copy_state(instance.start), instance.constants
    for mode, task, cycles in ((Mode.UNSUPERVISED, "", HIDDEN_CYCLES), (Mode.WAKE, "T1", TASK_CYCLES)):
        cycles //= 1 + 99 * short
        phase = make_phase(description, mode, task, ramp_cycles=cycles)
        begin_phase(state, network, phase)
        run_golden_cycles(state, network, phase, 0, np.zeros(cycles, np.uint8), make_scratch(*SIZES))
    return description, state, network


@pytest.mark.parametrize("name", PHASES, ids=[f"map-{name}" for name in PHASES])
def test_cycles_per_second(benchmark, trained, name):
    description, state, network = trained
    mode, task, learns = PHASES[name]
    phase = make_phase(description, mode, task, learns=learns, ramp_cycles=CYCLES)

    def start():
        own = copy_state(state)
        begin_phase(own, network, phase)
        return (own, network, phase, 0, np.zeros(CYCLES, np.uint8), make_scratch(*SIZES)), {}

    benchmark.pedantic(run_golden_cycles, setup=start, rounds=20, warmup_rounds=1)
    if benchmark.enabled:
        # The best round: what else the machine does can only slow a round down.
        speed = round(CYCLES / benchmark.stats.stats.min)
        benchmark.extra_info["cycles_per_second"] = speed
        assert speed >= REQUIRED.get(name, 0)
