"""What each phase of a graph sets in the engine (`emulation.graph.plan.Setting`)."""

from typing import Any

import numpy as np

from emulation.graph import plan as columns
from emulation.graph.plan import Behaviour, Factor, Rates, Setting
from emulation.reactivation import GAIN_UNIT
from lava_sleep.graphs.graph import Graph
from lava_sleep.graphs.layout import counted_as, layout_of, learning_of
from lava_sleep.graphs.learning import FROZEN, Constant, Count, FromOutside, Label, Ramp
from lava_sleep.graphs.phases import Phase
from lava_sleep.graphs.populations import SOURCES

CLEARED = {"u": columns.CLEAR_U, "v": columns.CLEAR_V, "traces": columns.CLEAR_TRACES}
CLEARED |= {"tags": columns.CLEAR_TAGS, "input": columns.CLEAR_INPUT}


def cleared_by(phase: Phase) -> int:
    """Bits of what a phase clears; what is on its way is lost at rest."""
    flags = sum(CLEARED[name] for name in set(phase.clear))
    return flags | columns.CLEAR_INPUT if phase.mode == "rest" else flags


def rule_name(graph: Graph, phase_name: str, projection: str) -> str:
    """The rule by which a projection learns in a phase, or "frozen"."""
    phase, learning = graph.phases[phase_name], learning_of(graph.projections[projection])
    if phase.mode == "rest":
        return FROZEN
    names = [name for name in (phase_name, phase.mode) if name in learning.rules]
    return phase.rules.get(projection, names[0] if names else FROZEN)


def is_active(graph: Graph, phase: Phase, name: str) -> bool:
    """Whether a population runs in a phase."""
    if phase.mode == "rest":
        return False
    if phase.silent is not None:
        return name not in phase.silent
    return not (phase.mode == "sleep" and isinstance(graph.populations[name], SOURCES))


def noise_in(graph: Graph, phase: Phase, name: str) -> int:
    """Exponent of the noise of a population in a phase, -1 for none."""
    exponent = getattr(graph.populations[name], "noise", None)
    return -1 if exponent is None or (phase.noise is not None and name not in phase.noise) else exponent


def factor_row(factor: Any) -> list[int]:
    """A row of `Setting.factors`."""
    if isinstance(factor, Count):
        return [Factor.COUNT, factor.scale, factor.limit]
    if isinstance(factor, Ramp):
        return [Factor.RAMP, factor.start, factor.end]
    if isinstance(factor, Label):
        return [Factor.LABEL, factor.value, factor.others]
    if isinstance(factor, FromOutside):
        return [Factor.OUTSIDE, {"all": 0, "positive": 1, "negative": -1}[factor.part], 0]
    return [Factor.CONSTANT, factor.value, 0]


def factors_in(graph: Graph, phase: Phase, name: str) -> list[list[int]]:
    """Third factors of a projection in a phase, a row for each of y1, y2, y3."""
    factors = {**(learning_of(graph.projections[name]).factors or {}), **phase.factors.get(name, {})}
    return [factor_row(factors.get(trace, Constant())) for trace in ("y1", "y2", "y3")]  # type: ignore[call-overload]


def ramp_cycles(graph: Graph, phase: Phase) -> int:
    """Cycles over which ramps of a phase rise."""
    factors = [one for named in phase.factors.values() for one in named.values()]
    for projection in graph.projections.values():
        factors += list((projection.learning and projection.learning.factors or {}).values())
    return next((one.cycles for one in factors if isinstance(one, Ramp) and one.cycles), max(1, phase.cycles))


def sleep_row(phase: Phase, name: str) -> list[int]:
    """A row of `Setting.sleep`."""
    if name not in phase.sleep:
        return [0, 0, 0, 0]
    sleep = phase.sleep[name]
    return [1, round(sleep.gain * GAIN_UNIT), sleep.amplitude, Rates[sleep.rates.upper()]]


def exposure_row(phase: Phase) -> list[int]:
    """`Setting.exposure`."""
    given = phase.exposure
    if given is None:
        return [Behaviour.NOTHING, 0, 0, 0]
    return [Behaviour[given.behaviour.upper()], given.fresh, given.reward, given.punishment]


def setting_of(graph: Graph, name: str) -> Setting:
    """What a phase sets."""
    layout, phase = layout_of(graph), graph.phases[name]
    thresholds = [phase.thresholds.get(key, getattr(part, "threshold", 0)) for key, part in graph.populations.items()]
    uniform = []
    for key in layout.uniform:
        projection = graph.projections[key]
        uniform.append(phase.weights.get(key, projection.synapses.weight))  # type: ignore[union-attr]
    rules = []
    for key in layout.plastic:
        chosen = rule_name(graph, name, key)
        rules.append(-1 if chosen == FROZEN else layout.rules[key, chosen])
    return Setting(
        active=np.array([is_active(graph, phase, key) for key in graph.populations], np.int64),
        thresholds=np.array(thresholds, np.int64),
        noise=np.array([noise_in(graph, phase, key) for key in graph.populations], np.int64),
        uniform=np.array(uniform, np.int64),
        rules=np.array(rules, np.int64),
        offsets=np.array([phase.offsets.get(key, graph.projections[key].offset) for key in layout.plastic], np.int64),
        shuffled=np.array([key in phase.shuffled for key in layout.plastic], np.int64),
        factors=np.array([factors_in(graph, phase, key) for key in layout.plastic], np.int64).reshape(-1, 3, 3),
        sleep=np.array([sleep_row(phase, key) for key in layout.sleepers], np.int64).reshape(-1, columns.SLEEP_COLUMNS),
        ramp_cycles=ramp_cycles(graph, phase),
        rate_row=layout.rate_rows.get(counted_as(phase), -1) if counted_as(phase) else -1,
        exposure=np.array(exposure_row(phase), np.int64),
        task=np.zeros(0, np.int64) if phase.exposure is None else phase.exposure.task.copy(),
    )
