"""Unsupervised STDP of input -> hidden (paper, Methods, "Synaptic plasticity"), and what keeps it in bounds.

All active inputs spike at one step and a hidden neuron at most once after it, so every pair of a cycle is one of
pre before post with the neuron's latency as its lag.
"""

import math

from emulation.compiling import inner


@inner
def learn_hidden(synapses, network, pixels, neurons, event_steps, number, is_late):
    """One cycle of learning.

    Parameters
    ----------
    synapses : Synapses
        Input -> hidden, changed in place.
    network : GoldenConstants
    pixels : uint8 array (inputs,)
        Which input neurons spike.
    neurons, event_steps, number : int64 array, int64 array, int
        Hidden spikes.
    is_late : bool
        Whether weights are limited in absolute terms too.
    """
    part = network.input_synapses
    for event in range(number):
        lag = event_steps[event] - network.input_latency
        potentiate(synapses, part, neurons[event], pixels, 1.0 + part.potentiation * math.exp(-lag / part.trace_steps))
    keep_rates(synapses, part, neurons, number)
    if is_late:
        limit(synapses, part)


@inner
def potentiate(synapses, part, neuron, pixels, factor):
    """Strengthen the active synapses of a neuron at the cost of the others, its total and its limits kept."""
    pre, weights, total = synapses.pre[neuron], synapses.weights[neuron], synapses.totals[neuron]
    summed = 0.0
    for slot in range(weights.shape[0]):
        if pixels[pre[slot]]:
            weights[slot] *= factor
        summed += weights[slot]
    for slot in range(weights.shape[0]):
        weights[slot] = min(weights[slot] * (total / summed), part.largest_share * total)


@inner
def keep_rates(synapses, part, neurons, number):
    """Homeostasis: every total grows or shrinks by a small fraction towards the target rate, its weights with it."""
    rates, totals, weights = synapses.rates, synapses.totals, synapses.weights
    keep = 1.0 - 1.0 / part.rate_cycles
    for post in range(rates.shape[0]):
        rates[post] *= keep
    for event in range(number):
        rates[neurons[event]] += 1.0 / part.rate_cycles
    for post in range(rates.shape[0]):
        factor = 1.0 + part.homeostasis if rates[post] < part.target_rate else 1.0 - part.homeostasis
        totals[post] *= factor
        for slot in range(weights.shape[1]):
            weights[post, slot] *= factor


@inner
def limit(synapses, part):
    """Limits of a total and of a weight, in absolute terms: no single input makes a neuron spike."""
    totals, weights = synapses.totals, synapses.weights
    for post in range(totals.shape[0]):
        if totals[post] > part.largest_total:
            for slot in range(weights.shape[1]):
                weights[post, slot] *= part.largest_total / totals[post]
            totals[post] = part.largest_total
        for slot in range(weights.shape[1]):
            weights[post, slot] = min(weights[post, slot], part.largest_weight)
