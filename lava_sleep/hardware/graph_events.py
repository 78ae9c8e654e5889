"""What the cost of a network of one's own is reckoned from: the spikes of a run, phase by phase."""

import numpy as np

from lava_sleep.graphs.results import GraphResults
from lava_sleep.hardware.cost import Events
from lava_sleep.networks.graph import Usage


def events_of_graph(results: GraphResults, usage: Usage) -> list[Events]:
    """Spikes per cycle of every phase in which something runs, by its first place in the schedule.

    Parameters
    ----------
    results : GraphResults
    usage : Usage
        Of the same graph (`usage_of_graph`).
    """
    graph, found = results.graph, []
    starts, ends = results.data.first_timestep.values, results.data.last_timestep.values
    for name, phase in graph.phases.items():
        if phase.mode == "rest" or not phase.cycles or name not in graph.order:
            continue
        stages = [place for place, one in enumerate(graph.order) if one == name]
        cycles = phase.cycles * len(stages)
        counts = {}
        for population, part in graph.populations.items():
            times, neurons = results.spikes(population)
            within = np.zeros(len(times), bool)
            for stage in stages:
                within |= (times >= starts[stage]) & (times <= ends[stage])
            counts[population] = np.bincount(neurons[within], minlength=part.size)
        spikes = {population: int(count.sum()) / cycles for population, count in counts.items()}
        synaptic = sum(int(counts[one.source] @ one.fan_out) for one in usage.projections) / cycles
        found.append(Events(name, cycles, spikes, synaptic, graph.cycle))
    return found
