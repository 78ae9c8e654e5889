"""The plan, the first state and the room to work in of a graph's engine."""

import numpy as np

from emulation.graph import plan as columns
from emulation.graph.plan import GraphScratch, GraphState, Plan
from emulation.graph.surroundings import Surroundings
from emulation.learning.synapses import BLOCK, WORK_ROWS
from emulation.neurons import Overflow
from emulation.randomness import Rounding
from lava_sleep.graphs.graph import Graph
from lava_sleep.graphs.layout import biases, given_rates, layout_of, learning_of, permutation_of, rows_of, sleep_seed
from lava_sleep.graphs.populations import Lif, Random
from lava_sleep.graphs.tables import (
    DTYPES,
    firsts,
    fixed_tables,
    joined,
    plastic_tables,
    population_tables,
    rule_tables,
)


def make_plan(graph: Graph, arithmetic: str) -> Plan:
    """All tables of a graph; `arithmetic` is "fixed" or "float"."""
    layout = layout_of(graph)
    parts = list(graph.populations.values())
    first = firsts([part.size for part in parts])
    longest = max((int(one.delay.max()) for one in graph.projections.values() if one.delay.size), default=1)
    numbers = [graph.seed, graph.cycle, longest + 1, int(Overflow[graph.overflow.upper().replace("-", "_")])]
    numbers.append(int(Rounding[graph.rounding.upper()]))
    populations, sources = population_tables(graph, layout, first)
    sizes = [graph.populations[name].size for name in layout.sleepers]
    rate_first = firsts(sizes)
    sleepers = [
        [layout.populations[name], rate_first[row], sleep_seed(graph, name)] for name, row in layout.sleepers.items()
    ]
    chances = [
        np.broadcast_to(part.probability, (part.size,)) if isinstance(part, Random) else np.zeros(part.size)
        for part in parts
    ]
    return Plan(
        numbers=np.array(numbers, np.int64),
        populations=populations,
        bias=joined([biases(one) if isinstance(one, Lif) else np.zeros(one.size) for one in parts], np.int64),
        **sources,
        chances=joined(chances, np.float64),
        **fixed_tables(graph, layout, arithmetic),
        **plastic_tables(graph, layout),
        **rule_tables([learning_of(graph.projections[name]).compiled(rule) for name, rule in layout.rules]),
        sleepers=np.array(sleepers, np.int64).reshape(-1, columns.SLEEPER_COLUMNS),
        given_rates=joined([given_rates(graph, name) for name in layout.sleepers], np.int64),
        permutation=joined([permutation_of(graph, name) for name in layout.sleepers], np.int64),
    )


def make_surroundings(graph: Graph) -> Surroundings | None:
    """The environment of a graph before its first cycle, None where it has none."""
    given, layout = graph.surroundings, layout_of(graph)
    if given is None:
        return None
    teaches = -1 if given.teaches is None else layout.plastic[given.teaches]
    numbers = [layout.populations[given.senses], given.at, layout.populations[given.acts], teaches]
    return Surroundings(
        world=given.world.start(),
        ground=given.world.ground(),
        numbers=np.array(numbers, np.int64),
        sensed=np.zeros(given.world.inputs, np.uint8),
        values=np.zeros(given.world.outputs, np.int64),
    )


def initial_state(graph: Graph, arithmetic: str) -> GraphState:
    """A network before its first timestep."""
    layout, (dtype, weight_dtype) = layout_of(graph), DTYPES[arithmetic]
    neurons = sum(part.size for part in graph.populations.values())
    rows = [rows_of(graph, graph.projections[name]) for name in layout.plastic]
    slots = make_slots(graph)
    weights = joined([one.weights for one in rows], weight_dtype)
    n_pre, n_post = sum(one.n_pre for one in rows), sum(len(one.weights) for one in rows)
    sleeping = sum(graph.populations[name].size for name in layout.sleepers)
    return GraphState(
        clock=np.zeros(1, np.int64),
        u=np.zeros(neurons, dtype),
        v=np.zeros(neurons, dtype),
        resting=np.zeros(neurons, np.int64),
        counts=np.zeros(neurons, np.int64),
        arriving=np.zeros((slots, neurons), dtype),
        touched=np.zeros((slots, len(graph.populations)), np.int64),
        weights=weights,
        tags=np.zeros_like(weights),
        delays=np.zeros_like(weights),
        x_traces=np.zeros(2 * n_pre, weight_dtype),
        y_traces=np.zeros(3 * n_post, weight_dtype),
        x_time=np.zeros(n_pre, np.int64),
        y_time=np.zeros(n_post, np.int64),
        outside=np.zeros(n_post, np.int64),
        rate_counts=np.zeros(len(layout.rate_rows) * sleeping, np.int64),
        rate_cycles=np.zeros(len(layout.rate_rows), np.int64),
        overflow=np.zeros(5, np.int64),
    )


def make_slots(graph: Graph) -> int:
    """Slots of the ring of arriving input: one more than the longest delay."""
    return 1 + max((int(one.delay.max()) for one in graph.projections.values() if one.delay.size), default=1)


def make_scratch(plan: Plan, state: GraphState) -> GraphScratch:
    """Room for the engine to work in."""
    populations, plastic = plan.populations, plan.plastic
    fan_in = plastic[:, columns.FAN_IN]
    width = int(np.max(np.maximum(1, BLOCK // np.maximum(1, fan_in)) * fan_in, initial=1))
    n_pre = int(plastic[:, columns.N_PRE].max(initial=1))
    events = int(populations[:, columns.EVENT_ROOM].sum())
    dtype, slots = state.weights.dtype, len(state.arriving)
    return GraphScratch(
        spikes=np.zeros(len(state.u), np.int64),
        numbers=np.zeros(len(populations), np.int64),
        quiet=np.zeros(len(populations), np.int64),
        event_neurons=np.zeros(events, np.int64),
        event_steps=np.zeros(events, np.int64),
        event_counts=np.zeros(len(populations), np.int64),
        event_places=np.zeros(len(populations), np.int64),
        sums=np.zeros((slots, int(populations[:, columns.SIZE].max())), state.u.dtype),
        rates=np.zeros(len(plan.given_rates), np.int64),
        own_rates=np.zeros(len(plan.given_rates), np.int64),
        x_end=np.zeros(2 * n_pre, dtype),
        post=np.zeros((3, 11), dtype),
        work=np.zeros(WORK_ROWS * width, dtype),
        counters=np.zeros(width, np.uint32),
        block=np.zeros(BLOCK, np.int64),
        moving=np.zeros(n_pre, np.int64),
    )
