"""From the description of a graph to the tables of the engine (`emulation.graph.plan.Plan`)."""

from collections.abc import Iterable, Sequence
from typing import Any

import numpy as np

from emulation.graph import plan as columns
from emulation.graph.plan import Kind
from emulation.reactivation import MAXIMAL_EVENTS
from emulation.rules.rule import Rule, Target, Variable
from lava_sleep.graphs.graph import Graph
from lava_sleep.graphs.layout import Layout, biases, label_of, learning_of, noise_stream, plastic_stream, rows_of
from lava_sleep.graphs.populations import Coincidence, Given, Lif, Outside, Random, Readout

KINDS = {Given: Kind.GIVEN, Random: Kind.RANDOM, Outside: Kind.OUTSIDE, Lif: Kind.LIF, Readout: Kind.LIF}
KINDS[Coincidence] = Kind.COINCIDENCE
DTYPES: dict[str, tuple[type, type]] = {"fixed": (np.int64, np.int32), "float": (np.float64, np.float64)}


def firsts(sizes: Sequence[int]) -> np.ndarray:
    """Where each of several parts of a pool begins, and where the last one ends."""
    return np.concatenate([[0], np.cumsum(np.array(sizes, np.int64))]).astype(np.int64)


def joined(arrays: Sequence[np.ndarray], dtype: type) -> np.ndarray:
    """Arrays of one pool behind each other."""
    return np.concatenate([np.zeros(0, dtype), *(np.asarray(one).ravel() for one in arrays)]).astype(dtype)


def population_tables(graph: Graph, layout: Layout, first: np.ndarray) -> tuple[np.ndarray, dict[str, np.ndarray]]:
    """`Plan.populations`, and the rasters of given sources."""
    table = np.zeros((len(layout.populations), columns.POPULATION_COLUMNS), np.int64)
    source_rows: list[np.ndarray] = []
    source_neurons: list[np.ndarray] = []
    starts = events = neurons = 0
    for row, (name, part) in zip(table, graph.populations.items()):
        row[[columns.KIND, columns.SIZE, columns.PURPOSE]] = KINDS[type(part)], part.size, noise_stream(graph, name)
        row[columns.FIRST] = first[layout.populations[name]]
        row[columns.SLEEPER] = layout.sleepers.get(name, -1)
        row[columns.COUNTED] = isinstance(part, Readout)
        if isinstance(part, Lif):
            row[[columns.CURRENT_DECAY, columns.VOLTAGE_DECAY]] = part.current_decay, part.voltage_decay
            row[[columns.FLOOR, columns.REFRACTORY]] = part.floor, part.refractory
            row[columns.SUBTRACTS], row[columns.HAS_BIAS] = part.reset == "subtract", biases(part).any()
        if isinstance(part, Given):
            row[[columns.SOURCE_START, columns.PERIOD]] = starts, part.period or graph.cycle
            begin, spiking = raster_rows(part, graph.cycle)
            source_rows.append(begin + neurons)
            source_neurons.append(spiking)
            starts, neurons = starts + len(begin), neurons + len(spiking)
        room = part.size * graph.cycle if isinstance(part, Outside) else MAXIMAL_EVENTS * (name in layout.sleepers)
        row[[columns.EVENT_START, columns.EVENT_ROOM]] = events, room
        events += room
    sources = {"source_rows": joined(source_rows, np.int64), "source_neurons": joined(source_neurons, np.int64)}
    return table, sources


def raster_rows(part: Given, cycle: int) -> tuple[np.ndarray, np.ndarray]:
    """Where the spikes of each timestep of the period begin, and the neurons in order of timestep and number."""
    spikes = part.spikes.reshape(-1, 2)
    spikes = spikes[np.lexsort((spikes[:, 1], spikes[:, 0]))]
    return np.searchsorted(spikes[:, 0], np.arange((part.period or cycle) + 1)), spikes[:, 1]


def fixed_tables(graph: Graph, layout: Layout, arithmetic: str) -> dict[str, Any]:
    """Projections that do not learn, their synapses sorted by the source neuron."""
    table = np.full((len(layout.fixed), columns.FIXED_COLUMNS), -1, np.int64)
    rows, posts, delays, weights = [], [], [], []
    row_start = start = 0
    for line, name in zip(table, layout.fixed):
        projection = graph.projections[name]
        source = graph.populations[projection.source]
        line[[columns.SOURCE, columns.TARGET]] = (
            layout.populations[projection.source],
            layout.populations[projection.target],
        )
        shifts = arithmetic == "fixed" and projection.exponent < 0
        line[columns.DELAY], line[columns.UNIFORM] = projection.delay.max(), layout.uniform.get(name, -1)
        line[columns.EXPONENT] = projection.exponent if shifts or name in layout.uniform else 0
        if name in layout.uniform:
            continue
        post, pre, values = projection.synapses.entries(graph.populations[projection.target].size, source.size)
        order = np.lexsort((post, pre))
        line[columns.ROW_START] = row_start
        rows.append(start + np.searchsorted(pre[order], np.arange(source.size + 1)))
        posts.append(post[order])
        delays.append(np.broadcast_to(projection.delay.ravel(), (len(post),))[order])
        weights.append(values[order] * (1 if shifts else 2.0**projection.exponent))
        row_start, start = row_start + source.size + 1, start + len(post)
    return {
        "fixed": table,
        "rows": joined(rows, np.int64),
        "posts": joined(posts, np.int64),
        "delays": joined(delays, np.int64),
        "weights": joined(weights, DTYPES[arithmetic][0]),
    }


def uses_delays(rules: Iterable[Rule]) -> bool:
    """Whether any of the rules reads or changes d."""
    return any(rule.targets[Target.DELAY] or rule.reads[:, Variable.DELAY].any() for rule in rules)


def plastic_tables(graph: Graph, layout: Layout) -> dict[str, Any]:
    """Projections that learn."""
    table = np.zeros((len(layout.plastic), columns.PLASTIC_COLUMNS), np.int64)
    pres, wires, wire_posts, wire_slots, padding, labels = [], [], [], [], [], []  # type: ignore[var-annotated]
    at = dict.fromkeys(("weight", "pre", "x", "y", "wire", "synapse", "pad", "label"), 0)
    for line, name in zip(table, layout.plastic):
        projection = graph.projections[name]
        learning, rows = learning_of(projection), rows_of(graph, projection)
        n_post, fan_in = rows.weights.shape
        line[[columns.SOURCE, columns.TARGET]] = (
            layout.populations[projection.source],
            layout.populations[projection.target],
        )
        line[columns.DELAY], line[columns.EXPONENT] = int(projection.delay.max()), projection.exponent
        line[[columns.N_PRE, columns.N_POST, columns.FAN_IN]] = rows.n_pre, n_post, fan_in
        line[[columns.WEIGHT_START, columns.PRE_START, columns.PRE_ROWS]] = at["weight"], at["pre"], len(rows.pre)
        line[[columns.X_START, columns.Y_START, columns.WIRE_START]] = at["x"], at["y"], -1
        line[[columns.STREAM, columns.EPOCH]] = plastic_stream(graph, name), learning.epoch
        line[columns.THREE_FACTOR] = learning.factors is not None
        line[columns.USES_DELAYS] = uses_delays(learning.compiled(rule) for rule in learning.rules)
        named = label_of(graph, name)
        line[[columns.LABEL_START, columns.LABEL_COUNT]] = at["label"], max(1, len(named))
        labels.append(named if len(named) else np.zeros(1, np.int64))
        pads = at["weight"] + np.flatnonzero(~rows.exists)
        line[[columns.PAD_START, columns.PAD_COUNT]] = at["pad"], len(pads)
        pres.append(rows.pre)
        padding.append(pads)
        if len(rows.pre) > 1 or not rows.exists.all():
            post, slot = np.nonzero(rows.exists)
            source = rows.pre[rows.exists]
            order = np.lexsort((post, source))
            line[columns.WIRE_START] = at["wire"]
            wires.append(at["synapse"] + np.searchsorted(source[order], np.arange(rows.n_pre + 1)))
            wire_posts.append(post[order])
            wire_slots.append(slot[order])
            at["wire"], at["synapse"] = at["wire"] + rows.n_pre + 1, at["synapse"] + len(post)
        at["weight"], at["pre"] = at["weight"] + n_post * fan_in, at["pre"] + rows.pre.size
        at["x"], at["y"], at["pad"] = at["x"] + rows.n_pre, at["y"] + n_post, at["pad"] + len(pads)
        at["label"] += len(labels[-1])
    pools = {"wires": wires, "wire_posts": wire_posts, "wire_slots": wire_slots, "padding": padding, "labels": labels}
    return {"plastic": table, "pre": joined(pres, np.int32)} | {
        key: joined(one, np.int64) for key, one in pools.items()
    }


def rule_tables(rules: list[Rule]) -> dict[str, np.ndarray]:
    """The tables of all rules in one."""
    width = max((rule.factors.shape[1] for rule in rules), default=1)
    start = firsts([len(rule.products) for rule in rules])
    rows = [
        [first, len(rule.products), rule.trace_high, rule.reads_at_spikes, rule.decimation, rule.needs_post_spike]
        for first, rule in zip(start, rules)
    ]
    padded = [np.pad(rule.factors, ((0, 0), (0, width - rule.factors.shape[1]), (0, 0))) for rule in rules]
    tables: dict[str, np.ndarray] = {
        "rules": np.array(rows, np.int64).reshape(-1, columns.RULE_COLUMNS),
        "products": np.concatenate([np.zeros((0, 6), np.int64), *(rule.products for rule in rules)]),
        "factors": np.concatenate([np.zeros((0, width, 4), np.int64), *padded]),
    }
    shapes: dict[str, tuple[tuple[int, ...], Any]] = {
        "targets": ((3,), bool),
        "reads": ((3, 11), bool),
        "bounds": ((3, 5), np.int64),
    }
    shapes |= {"decay": ((5, 64), np.float64), "impulse": ((5, 2), np.int64)}
    for name, (shape, dtype) in shapes.items():
        values = [getattr(rule, name) for rule in rules]
        tables[name] = np.array(values, dtype).reshape(-1, *shape)
    return tables
