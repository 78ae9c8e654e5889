"""What a graph asks of hardware, for the compliance rules, the placement and the cost of `lava_sleep.hardware`."""

from dataclasses import replace
from typing import Any

import numpy as np
from scipy.sparse import csr_matrix

from lava_sleep.graphs.graph import Graph
from lava_sleep.graphs.layout import layout_of, learning_of
from lava_sleep.graphs.learning import Count, FromOutside, Label, Learning, Ramp
from lava_sleep.graphs.populations import NO_FLOOR, SOURCES, Coincidence, Readout
from lava_sleep.graphs.projections import Projection
from lava_sleep.networks import graph as asked
from processes.declaration import Place

SENDERS = {Count: "readout (spike count)", Ramp: "phase manager (ramp)", Label: "host (label)"}
SENDERS[FromOutside] = "environment"


def usage_of_graph(graph: Graph, title: str = "graph") -> asked.Usage:
    """Populations, projections and services of a graph as hardware has to hold them."""
    projections = (*(projection_usage(graph, name) for name in graph.projections), *offset_usage(graph))
    populations = tuple(population_usage(graph, name) for name in graph.populations)
    return asked.Usage(title, populations, projections, services(graph), overflow=graph.overflow)


def population_usage(graph: Graph, name: str) -> asked.Population:
    """One population; a threshold that phases change is the largest of them."""
    part = graph.populations[name]
    if isinstance(part, SOURCES):
        none: dict[str, Any] = {"current_decay": None, "voltage_decay": None}
        return asked.Population(name, part.size, Place.HOST, "spike source", is_input=True, **none)
    threshold = max([part.threshold, *(phase.thresholds.get(name, 0) for phase in graph.phases.values())])
    if isinstance(part, Coincidence):
        return asked.Population(name, part.size, voltage_decay=4095, threshold=threshold)
    needs = needed(part.floor < NO_FLOOR, part.reset == "subtract", isinstance(part, Readout))
    return asked.Population(
        name,
        part.size,
        *kind_of_lif(needs),
        current_decay=part.current_decay,
        voltage_decay=part.voltage_decay,
        threshold=threshold,
        bias_mantissa=int(part.bias.flat[np.abs(part.bias).argmax()]),
        bias_exponent=part.bias_exponent,
        noise=None if part.noise is None else asked.Noise(part.noise),
    )


def needed(has_floor: bool, subtracts: bool, counts: bool) -> list[str]:
    """What a LIF does beyond a stock one."""
    names = {"voltage floor": has_floor, "reset by subtraction": subtracts, "y1 from the spike count": counts}
    return [name for name, wanted in names.items() if wanted]


def kind_of_lif(needs: list[str]) -> tuple[Place, str, str]:
    """Place, model and needs of LIF neurons."""
    if not needs:
        return Place.CORE, "lif", ""
    return Place.MICROCODE, "lif with " + ", ".join(needs), ", ".join(needs)


def projection_usage(graph: Graph, name: str) -> asked.Projection:
    """One projection; Loihi's delay is what goes beyond the one timestep of every connection."""
    projection = graph.projections[name]
    n_pre, n_post = graph.populations[projection.source].size, graph.populations[projection.target].size
    post, pre, weights = projection.synapses.entries(n_post, n_pre)
    phases = [abs(phase.weights[name]) for phase in graph.phases.values() if name in phase.weights]
    magnitudes = np.maximum(np.abs(weights), max(phases, default=0))
    indptr = np.searchsorted(post, np.arange(n_post + 1))
    learning = projection.learning
    return asked.Projection(
        name,
        projection.source,
        projection.target,
        csr_matrix((np.ones(len(post), np.int16), pre.astype(np.int32), indptr), (n_post, n_pre)),
        learning.weight_bits if learning else max(1, int(magnitudes.max(initial=0)).bit_length()),
        projection.exponent,
        int(projection.delay.max()) - 1,
        rules_usage(graph, projection, name) if learning else (),
        None if learning else magnitudes,
    )


def offset_usage(graph: Graph) -> list[asked.Projection]:
    """What is added to the weights of a plastic projection, as fixed synapses beside it."""
    found = []
    for name, projection in graph.projections.items():
        phases = [abs(phase.offsets[name]) for phase in graph.phases.values() if name in phase.offsets]
        largest = max([abs(projection.offset), *phases])
        if largest:
            own = projection_usage(graph, name)
            found.append(
                replace(
                    own,
                    name=f"{name} (offset)",
                    weight_bits=largest.bit_length(),
                    rules=(),
                    magnitudes=np.full(own.synapses.nnz, largest),
                )
            )
    return found


def rules_usage(graph: Graph, projection: Projection, name: str) -> tuple[asked.LearningRule, ...]:
    """The rules of a plastic projection."""
    learning = learning_of(projection)
    ranges, senders = third_factors(graph, learning, name)
    found = []
    for key, rule in learning.rules.items():
        texts = {target: text for target in ("dw", "dt", "dd") if (text := getattr(rule, target))}
        bits = learning.tag_bits if rule.dt else 0, learning.trace_bits
        impulses, taus = dict(rule.impulses), dict(rule.taus)
        found.append(asked.LearningRule(key, texts, impulses, taus, learning.epoch, ranges, senders, *bits))
    return tuple(found)


def third_factors(graph: Graph, learning: Learning, name: str) -> tuple[tuple[int, int] | None, str]:
    """Least and largest value of y1, y2, y3 that are sent, None where an environment sends them; and who sends them."""
    factors = list((learning.factors or {}).values())
    for phase in graph.phases.values():
        factors += list(phase.factors.get(name, {}).values())
    if not factors:
        return None, ""
    senders = ", ".join(dict.fromkeys(SENDERS.get(type(factor), "phase manager (constant)") for factor in factors))
    if any(isinstance(factor, FromOutside) for factor in factors):
        return None, senders
    values = [0, *(value for factor in factors for value in values_of(factor))]
    return (min(values), max(values)), senders


def values_of(factor: Any) -> list[int]:
    """The extreme values of a third factor."""
    if isinstance(factor, Count):
        return [factor.scale * factor.limit]
    if isinstance(factor, Ramp):
        return [factor.start, factor.end]
    if isinstance(factor, Label):
        return [factor.value, factor.others]
    return [factor.value]


def services(graph: Graph) -> tuple[asked.Service, ...]:
    """Work beside the neuro cores."""
    layout = layout_of(graph)
    found = [asked.Service("PhaseManager", Place.EMBEDDED, "says which phase it is", len(layout.plastic))]
    for name in layout.plastic:
        size = graph.populations[graph.projections[name].target].size
        work = f"chooses the rule of {name}, sends its third factors"
        found.append(asked.Service("LearningControl", Place.EMBEDDED, work, 3 * size))
    if graph.surroundings is not None:
        around = graph.surroundings.world
        values, work = (
            around.inputs + 2 * around.outputs,
            "holds the environment, sends what is sensed and what acts are worth",
        )
        found.append(asked.Service("Surroundings", Place.HOST, work, values))
    for name in layout.sleepers:
        work = f"counts spikes of {name} awake, injects events at these rates asleep"
        found.append(asked.Service("Reactivation", Place.EMBEDDED, work, graph.populations[name].size))
    return tuple(found)
