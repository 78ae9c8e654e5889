"""What a graph has to fulfil beyond the ranges of its numbers; each mistake is one sentence with its place."""

from collections.abc import Iterable
from typing import TYPE_CHECKING, Any

import numpy as np

from emulation.errors import InputError
from emulation.rules.grammar import RuleError
from lava_sleep.graphs.learning import FROZEN, Count, Label, Learning
from lava_sleep.graphs.phases import Phase
from lava_sleep.graphs.populations import SOURCES, Given, Lif, Outside, Random, Readout
from lava_sleep.graphs.projections import LONGEST_DELAY, Dense, OneToOne, Projection, Uniform

if TYPE_CHECKING:
    from lava_sleep.graphs.graph import Graph

RANGES = {"excitatory": (0, 255), "inhibitory": (-255, 0), "mixed": (-256, 254)}
LARGEST_INPUT = 2**30  # Lava's ports have 32 bit


def refuse(place: str, what: str, got: Any, allowed: str, hint: str) -> None:
    """Raise an error with the place in the graph."""
    raise InputError(f"graph.{place}: {what}", got, allowed, hint)


def require_name(place: str, name: str, known: Iterable[str], what: str) -> None:
    """Refuse a name that is none of those known."""
    if name not in known:
        refuse(place, f"no such {what}", name, ", ".join(known) or "none", "correct the name")


def check_graph(graph: "Graph") -> None:
    """Raise an InputError for the first thing that does not fit."""
    if not graph.populations:
        refuse("populations", "none", {}, "at least one", "describe one")
    if not graph.phases:
        refuse("phases", "none", {}, "at least one", "describe one")
    for kind in ("populations", "projections", "phases"):
        for name in getattr(graph, kind):
            if not name.replace("_", "").isalnum():
                refuse(f"{kind}.{name}", "not a name", name, "letters, digits and _", "rename it")
    for name in graph.populations:
        check_population(graph, name)
    for name, projection in graph.projections.items():
        check_projection(graph, name, projection)
    for name, phase in graph.phases.items():
        check_phase(graph, name, phase)
    for name in graph.schedule:
        require_name("schedule", name, graph.phases, "phase")
    check_surroundings(graph)


def check_population(graph: "Graph", name: str) -> None:
    """Spikes, probabilities and biases fit the population's size."""
    part, place = graph.populations[name], f"populations.{name}"
    if isinstance(part, Given):
        period = part.period or graph.cycle
        spikes = part.spikes
        if spikes.size and (spikes.ndim != 2 or spikes.shape[1] != 2):
            refuse(f"{place}.spikes", "another shape", spikes.shape, "(spikes, 2): timestep and neuron", "correct it")
        if spikes.size and (spikes.min() < 0 or spikes[:, 0].max() >= period or spikes[:, 1].max() >= part.size):
            bad = next(one for one in spikes.tolist() if min(one) < 0 or one[0] >= period or one[1] >= part.size)
            allowed = f"timesteps 0 to {period - 1}, neurons 0 to {part.size - 1}"
            refuse(f"{place}.spikes", "outside of the period or population", bad, allowed, "correct it")
        if spikes.size and len(np.unique(spikes, axis=0)) < len(spikes):
            refuse(f"{place}.spikes", "a spike twice", len(spikes), "each once", "take one out")
    if isinstance(part, Random):
        if part.probability.shape not in ((), (part.size,)):
            got, allowed = part.probability.shape, f"one, or {part.size}"
            refuse(f"{place}.probability", "another number of values", got, allowed, "correct it")
        if not ((part.probability >= 0) & (part.probability <= 1)).all():
            refuse(f"{place}.probability", "out of range", part.probability.tolist(), "0 to 1", "correct it")
    if isinstance(part, Lif):
        if part.bias.shape not in ((), (part.size,)):
            got, allowed = part.bias.shape, f"one, or {part.size}"
            refuse(f"{place}.bias", "another number of values", got, allowed, "correct it")
        if (abs(part.bias) > 2**12 - 1).any():
            refuse(f"{place}.bias", "out of range", part.bias.tolist(), "-4095 to 4095", "use bias_exponent")


def check_projection(graph: "Graph", name: str, projection: Projection) -> None:
    """Names, shapes, weights, delays and rules of a projection."""
    place = f"projections.{name}"
    for end in ("source", "target"):
        require_name(f"{place}.{end}", getattr(projection, end), graph.populations, "population")
    source, target = graph.populations[projection.source], graph.populations[projection.target]
    if isinstance(target, SOURCES):
        allowed = "lif, readout, coincidence"
        refuse(f"{place}.target", "a source receives nothing", projection.target, allowed, "choose another target")
    try:
        _, _, weights = projection.synapses.entries(target.size, source.size)
    except ValueError as error:
        what, _, allowed = str(error).partition("|")
        field = "weight" if isinstance(projection.synapses, OneToOne) else "synapses"
        refuse(f"{place}.{field}", "does not fit", what, allowed, "correct it")
    learning = projection.learning
    if projection.offset and learning is None:
        allowed = "0 where nothing is learnt"
        refuse(f"{place}.offset", "of fixed weights", projection.offset, allowed, "add it to the weights")
    if projection.offset and projection.exponent:
        refuse(f"{place}.offset", "beside an exponent", projection.offset, "exponent 0", "scale the weights")
    check_weights(place, weights, sign_of(weights) if learning is None else learning.sign)
    largest = int(np.abs(weights).sum()) * 2 ** max(projection.exponent, 0)
    if largest > LARGEST_INPUT:
        refuse(f"{place}.exponent", "input beyond 30 bit", largest, f"at most {LARGEST_INPUT}", "lower it")
    check_delay(place, projection, weights)
    if learning is not None:
        check_learning(graph, place, projection, learning)


def sign_of(weights: np.ndarray) -> str:
    """Which range fixed weights need."""
    if (weights >= 0).all():
        return "excitatory"
    return "inhibitory" if (weights <= 0).all() else "mixed"


def check_weights(place: str, weights: np.ndarray, sign: str) -> None:
    """Weights of 8 bit, of both signs in steps of 2 (lava/utils/weightutils.py, `truncate_weights`)."""
    low, high = RANGES[sign]
    outside = (weights < low) | (weights > high)
    if outside.any():
        got = int(weights[outside][0])
        hint = "scale them by the exponent" if not (sign == "excitatory" and got < 0) else "choose another sign"
        refuse(f"{place}.weights", f"out of range ({sign})", got, f"{low} to {high}", hint)
    if sign == "mixed" and (weights % 2).any():
        allowed, hint = "even weights where both signs occur: 8 bit and sign", "make them even"
        refuse(f"{place}.weights", "odd", int(weights[weights % 2 == 1][0]), allowed, hint)


def check_delay(place: str, projection: Projection, weights: np.ndarray) -> None:
    """Every connection delays, by one timestep at least; a plastic or uniform one by the same for all its synapses."""
    delay = projection.delay
    if delay.size and delay.min() < 1:
        hint = "give 1: without a delay populations would wait for each other in a circle"
        refuse(f"{place}.delay", "an immediate connection", int(delay.min()), f"1 to {LONGEST_DELAY}", hint)
    if delay.size and delay.max() > LONGEST_DELAY:
        refuse(f"{place}.delay", "too long", int(delay.max()), f"1 to {LONGEST_DELAY}", "shorten it")
    if delay.ndim:
        shape = projection.synapses.weights.shape if isinstance(projection.synapses, Dense) else (len(weights),)
        if delay.shape != shape:
            refuse(f"{place}.delay", "another shape", delay.shape, f"one, or {shape}", "correct it")
        if isinstance(projection.synapses, Uniform):
            refuse(f"{place}.delay", "one per synapse", delay.shape, "one for a uniform projection", "give one")
        if projection.learning is not None:
            refuse(f"{place}.delay", "one per synapse", delay.shape, "1 where a projection learns", "give 1")
    elif projection.learning is not None and int(delay) != 1:
        refuse(f"{place}.delay", "of a projection that learns", int(delay), "1", "put a population in between")


def check_learning(graph: "Graph", place: str, projection: Projection, learning: Learning) -> None:
    """Epoch, rules and third factors of a projection that learns."""
    if isinstance(projection.synapses, Uniform):
        refuse(f"{place}.learning", "one weight for all does not learn", "uniform", "dense", "use dense synapses")
    if graph.cycle % learning.epoch:
        allowed = f"divisors of the cycle, {graph.cycle}, up to 63"
        refuse(f"{place}.learning.epoch", "does not divide the cycle", learning.epoch, allowed, "choose another")
    if not learning.rules:
        refuse(f"{place}.learning.rules", "none", {}, "at least one", "give one")
    for name, rule in learning.rules.items():
        where = f"{place}.learning.rules.{name}"
        if name == FROZEN:
            refuse(where, "a reserved name", name, "another name", "rename the rule")
        sent = [trace for trace in (*rule.impulses, *rule.taus) if trace.startswith("y")]
        if learning.factors is not None and sent:
            allowed = "x1, x2: with third factors y1, y2, y3 are sent"
            refuse(where, "a trace that is sent", sent[0], allowed, "take it out")
        try:
            learning.compiled(name)
        except RuleError as error:
            what = error.what.removeprefix("learning rule ").removeprefix("learning rule: ")
            refuse(where, what, error.got, error.allowed, error.hint or "correct it")
    for trace, factor in (learning.factors or {}).items():
        check_factor(graph, f"{place}.learning.factors.{trace}", projection, factor)


def check_factor(graph: "Graph", place: str, projection: Projection, factor: Any) -> None:
    """A third factor that its target can send."""
    target = graph.populations[projection.target]
    if isinstance(factor, Count) and not isinstance(target, Readout):
        allowed = "projections to a readout"
        refuse(place, "a count of a population that does not count", projection.target, allowed, "make it a readout")
    if isinstance(factor, Count) and abs(factor.scale) * factor.limit > 127:
        got = abs(factor.scale) * factor.limit
        refuse(place, "beyond 7 bit", got, "scale times limit up to 127", "lower one")
    if isinstance(factor, Label):
        labels = factor.labels
        if labels.ndim != 1 or not labels.size or labels.min() < 0 or labels.max() >= target.size:
            refuse(f"{place}.labels", "out of range", labels.tolist(), f"0 to {target.size - 1}", "correct them")


def check_phase(graph: "Graph", name: str, phase: Phase) -> None:
    """All that a phase names exists, and fits."""
    place = f"phases.{name}"
    plastic = [key for key, projection in graph.projections.items() if projection.learning is not None]
    for key, rule in phase.rules.items():
        require_name(f"{place}.rules", key, plastic, "plastic projection")
        learning = graph.projections[key].learning
        assert learning is not None
        require_name(f"{place}.rules.{key}", rule, [*learning.rules, FROZEN], "rule")
    for field in ("silent", "noise"):
        for key in getattr(phase, field) or ():
            require_name(f"{place}.{field}", key, graph.populations, "population")
            part = graph.populations[key]
            if field == "noise" and not (isinstance(part, Lif) and part.noise is not None):
                refuse(f"{place}.noise", "has no noise", key, "LIF populations with a noise", "give it one")
    for key in phase.thresholds:
        require_name(f"{place}.thresholds", key, without_sources(graph), "population with a threshold")
    uniform = [key for key, one in graph.projections.items() if isinstance(one.synapses, Uniform)]
    for key in phase.weights:
        require_name(f"{place}.weights", key, uniform, "uniform projection")
    for key in phase.offsets:
        unscaled = [one for one in plastic if not graph.projections[one].exponent]
        require_name(f"{place}.offsets", key, unscaled, "plastic projection with the exponent 0")
    for key in phase.shuffled:
        require_name(f"{place}.shuffled", key, plastic, "plastic projection")
    for key, factors in phase.factors.items():
        learning = graph.projections[key].learning if key in graph.projections else None
        three = [one for one in plastic if getattr(graph.projections[one].learning, "factors", None) is not None]
        require_name(f"{place}.factors", key, three, "projection with third factors")
        for trace, factor in factors.items():
            check_factor(graph, f"{place}.factors.{key}.{trace}", graph.projections[key], factor)
    check_sleep(graph, place, phase)


def check_surroundings(graph: "Graph") -> None:
    """The populations that meet the environment exist and have its sizes; phases fit it."""
    around, place = graph.surroundings, "surroundings"
    exposures = {name: phase.exposure for name, phase in graph.phases.items() if phase.exposure is not None}
    if around is None:
        for name in exposures:
            allowed = "none without graph.surroundings"
            refuse(f"phases.{name}.exposure", "no environment", "an exposure", allowed, "describe one")
        return
    for field, kind, size in (("senses", Outside, around.world.inputs), ("acts", Readout, around.world.outputs)):
        name, what = getattr(around, field), "readout" if kind is Readout else "source from outside"
        require_name(
            f"{place}.{field}", name, [key for key, p in graph.populations.items() if isinstance(p, kind)], what
        )
        got = graph.populations[name].size
        if got != size:
            refuse(f"{place}.{field}", "another size than the environment's", got, str(size), "align them")
    if around.at >= graph.cycle:
        refuse(f"{place}.at", "beyond the cycle", around.at, f"0 to {graph.cycle - 1}", "correct it")
    if around.teaches is not None:
        learning = [
            name for name, one in graph.projections.items() if one.learning and one.learning.factors is not None
        ]
        known = [name for name in learning if graph.projections[name].target == around.acts]
        require_name(f"{place}.teaches", around.teaches, known, "projection with third factors to what acts")
    shape = around.world.setting("").shape
    for name, exposure in exposures.items():
        if exposure.task.shape != shape and (exposure.fresh or exposure.behaviour == "act"):
            hint = "take it from the environment's setting(task)"
            refuse(f"phases.{name}.exposure.task", "another shape", exposure.task.shape, str(shape), hint)


def check_outside(graph: "Graph") -> None:
    """Raise an InputError where a source from outside has no environment."""
    senses = graph.surroundings.senses if graph.surroundings else ""
    for name, part in graph.populations.items():
        if isinstance(part, Outside) and name != senses:
            what, allowed = f"graph.populations.{name}: driven from outside", "sources with spikes of their own"
            raise InputError(what, part.kind, allowed, "give the spikes or an environment, or use Engine.run_cycle")


def without_sources(graph: "Graph") -> list[str]:
    """Populations of neurons."""
    return [name for name, part in graph.populations.items() if not isinstance(part, SOURCES)]


def check_sleep(graph: "Graph", place: str, phase: Phase) -> None:
    """Who is reactivated, and at which rates."""
    for key, sleep in phase.sleep.items():
        where = f"{place}.sleep.{key}"
        require_name(f"{place}.sleep", key, without_sources(graph), "population of neurons")
        if phase.mode != "sleep":
            refuse(f"{place}.sleep", "in another mode", phase.mode, "sleep", "set mode = 'sleep'")
        if key in (phase.silent or ()):
            refuse(where, "reactivated, and silent", key, "one of the two", "take it out of `silent`")
        if (sleep.rates == "given") != (sleep.given is not None):
            refuse(where, "rates and given do not fit", sleep.rates, "rates = 'given' with `given`", "give both")
        size = graph.populations[key].size
        if sleep.given is not None and (sleep.given.shape != (size,) or (sleep.given < 0).any()):
            refuse(f"{where}.given", "another number of rates, or below 0", sleep.given.shape, f"{size}", "correct it")
        others = [one.sleep[key].given for one in graph.phases.values() if key in one.sleep]
        given = [one for one in others if one is not None]
        if any(not np.array_equal(given[0], one) for one in given):
            refuse(f"{where}.given", "differs between phases", key, "the same in all phases", "align them")
    if phase.mode != "wake" and phase.counts:
        refuse(f"{place}.counts", "rates are counted awake", phase.counts, "waking phases", "take it out")
