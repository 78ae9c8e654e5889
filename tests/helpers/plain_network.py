"""A network of fixed weights in plain numpy and Python integers: no kernel of the project takes part."""

import numpy as np

from lava_sleep.graphs.graph import Graph
from lava_sleep.graphs.populations import Coincidence, Given, Lif


def leak(value: int, decay: int) -> int:
    """Decay towards zero, truncating."""
    kept = abs(value) * (4096 - decay) // 4096
    return kept if value >= 0 else -kept


def plain_spikes(graph: Graph) -> dict[str, np.ndarray]:
    """Spikes (timesteps, n) of each population of a graph of given spikes, LIF neurons without noise, and cells."""
    steps = graph.timesteps
    found = {name: np.zeros((steps, part.size), np.int64) for name, part in graph.populations.items()}
    arriving = {name: np.zeros((steps + 100, part.size), np.int64) for name, part in graph.populations.items()}
    memory = {name: ([0] * part.size, [0] * part.size, [0] * part.size) for name, part in graph.populations.items()}
    for time in range(steps):
        for name, part in graph.populations.items():
            if isinstance(part, Given):
                period = part.period or graph.cycle
                for step, neuron in part.spikes.tolist():
                    found[name][time, neuron] |= step == time % period
            elif isinstance(part, Coincidence):
                found[name][time] = arriving[name][time] > part.threshold
            else:
                found[name][time] = lif(part, memory[name], arriving[name][time])
        for projection in graph.projections.values():
            weights = projection.synapses.weights
            delays = np.broadcast_to(projection.delay, weights.shape)
            for delay in np.unique(delays):
                total = np.where(delays == delay, weights, 0) @ found[projection.source][time]
                # Floor, as a shift to the right.
                total = np.floor(total * 2.0**projection.exponent).astype(np.int64)
                arriving[projection.target][time + delay] += total
    return found


def lif(part: Lif, memory: tuple[list[int], list[int], list[int]], arriving: np.ndarray) -> list[int]:
    """One timestep of LIF neurons; `memory` is u, v and the timesteps of rest that are left, changed in place."""
    u, v, rest = memory
    spikes = []
    for neuron, bias in enumerate(np.broadcast_to(part.bias, (part.size,)).tolist()):
        u[neuron] = leak(u[neuron], part.current_decay) + 64 * int(arriving[neuron])
        fires = False
        if rest[neuron]:
            rest[neuron] -= 1
        else:
            v[neuron] = leak(v[neuron], part.voltage_decay) + u[neuron] + bias * 2**part.bias_exponent
            v[neuron] = max(min(v[neuron], 2**23 - 1), -(2**23) + 1, -64 * part.floor)
            fires = v[neuron] > 64 * part.threshold
            if fires:
                v[neuron] = v[neuron] - 64 * part.threshold if part.reset == "subtract" else 0
                rest[neuron] = part.refractory
        spikes.append(int(fires))
    return spikes
