"""Kernels made ready before Lava forks: otherwise each of its processes would load them for itself."""

from functools import cache

import numpy as np

from emulation.graph.plan import POPULATION_COLUMNS
from emulation.graph.populations import lif_step_of, random_step_of
from emulation.randomness import Rounding
from emulation.rules.table import compile_rule
from processes.plasticity.engine import Engine, Options
from processes.plasticity.synapses import Synapses
from processes.reactivation import Replay


@cache
def load_kernels(arithmetic: str = "fixed") -> None:
    """Compile, or load from disk, what the processes of a graph call; `arithmetic` is "fixed" or "float"."""
    numbers, room = np.zeros(POPULATION_COLUMNS, np.int64), np.zeros(1, np.int64)
    report, floats = np.zeros(5, np.int64), arithmetic == "float"
    value = np.zeros(1, np.float64 if floats else np.int64)
    u, v, arriving = value.copy(), value.copy(), value.copy()
    lif_step_of(u, v, room.copy(), arriving, room.copy(), numbers, 1, -1, 0, 1, 0, report, room)
    random_step_of(np.zeros(1), 0, 0, 1, room)
    replay = Replay(np.zeros((1, 1), np.int64), np.ones(1, np.int64), 1, 0)
    replay.fix(0, room, room)
    replay.draw(1, 0, np.zeros((1, 1), np.int32), 1)
    values = {name: np.zeros((1, 1), np.float64 if floats else np.int32) for name in ("weights", "tag_1", "tag_2")}
    engine = Engine(Synapses(values), [compile_rule({"dw": "u0*x1"})], Options(Rounding.STOCHASTIC, 0, 0))
    engine.receive(np.ones(1, bool), False, 1)
    engine.receive_post(np.ones(1, bool), 1)
    engine.learn(1)
