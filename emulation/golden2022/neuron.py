"""The map-based neuron (Rulkov, Timofeev & Bazhenov 2004; Golden et al. 2022, Methods, "Network model").

    V[n+1] = f(V[n], J[n]),   J[n] = I[n] + beta[n]
    I[n+1] = I[n] - mu (V[n] + 1) + mu sigma + mu sigma[n]
    f(V, J) = alpha / (1 - V) + J   if V <= 0
            = alpha + J             if 0 < V < alpha + J and V[n-1] <= 0   (the spike)
            = -1                    if V >= alpha + J or V[n-1] > 0
    beta[n] = beta_e Iext[n] + beta_syn Isyn[n],   sigma[n] = sigma_e Iext[n] + sigma_syn Isyn[n]

A neuron spikes at the step after V has crossed zero upwards, V[n-1] <= 0 < V[n]. V is at its peak alpha + J then. Only
where V has crossed zero from so close below that it stands at the peak at once, it is reset in that step; the text does
not say whether that is a spike. Chosen here: it is, or else a stronger input could make a neuron miss its spike.
"""

from typing import NamedTuple

import numpy as np

from emulation.compiling import inlined, inner, kernel

RESET = -1.0


class Neuron(NamedTuple):
    """Parameters of the neuron; dimensionless, a step is 0.5 ms.

    Attributes
    ----------
    alpha, sigma, mu : float
        Shape of the map, input at rest, rate of the slow variable.
    beta_e, sigma_e : float
        Weight of the external input in beta and sigma.
    beta_syn, sigma_syn : float
        Weight of the synaptic input in beta and sigma.
    """

    alpha: float
    sigma: float
    mu: float
    beta_e: float
    sigma_e: float
    beta_syn: float
    sigma_syn: float


@inlined
def map_step(neuron, v, before, slow, external, synaptic):
    """One step of one neuron.

    Parameters
    ----------
    neuron : Neuron
    v, before, slow : float
        V[n], V[n-1], I[n].
    external, synaptic : float
        Iext[n], Isyn[n].

    Returns
    -------
    v, slow : float
        V[n+1], I[n+1].
    spikes : bool
        Whether step n + 1 is that of a spike.
    """
    total = slow + (neuron.beta_e * external + neuron.beta_syn * synaptic)
    peak = neuron.alpha + total
    # All branches are computed and one is selected, so that the neurons of a layer are computed together.
    spikes = (v > 0.0) & (before <= 0.0)
    rising = neuron.alpha / (1.0 - v) + total
    following = rising if v <= 0.0 else (peak if spikes & (v < peak) else RESET)
    drift = neuron.sigma - (v + 1.0) + (neuron.sigma_e * external + neuron.sigma_syn * synaptic)
    return following, slow + neuron.mu * drift, spikes


@inner
def rest(neuron):
    """V and I of a neuron at rest: the fixed point of the map without input."""
    v = neuron.sigma - 1.0
    return v, v - neuron.alpha / (1.0 - v)


@kernel
def first_spike(neuron, external, synaptic, gamma, steps):
    """Steps from rest to the first spike, and the number of spikes.

    Parameters
    ----------
    neuron : Neuron
    external : float
        Iext of the first step only.
    synaptic : float
        Isyn at the first step; it decays by the factor `gamma` per step.
    gamma : float
    steps : int
        How long to wait.

    Returns
    -------
    latency, spikes : int
        -1 for no spike.
    """
    v, slow = rest(neuron)
    before, latency, number = v, -1, 0
    for step in range(steps):
        following, slow, spikes = map_step(neuron, v, before, slow, external, synaptic)
        before, v = v, following
        external, synaptic = 0.0, gamma * synaptic
        if spikes:
            number += 1
            if latency < 0:
                latency = step + 1
    return latency, number


@kernel
def run_alone(neuron, external, synaptic):
    """Run unconnected neurons from rest.

    Parameters
    ----------
    neuron : Neuron
    external, synaptic : float64 array (steps, neurons)
        Iext[n] and Isyn[n] of each neuron.

    Returns
    -------
    bool array (steps, neurons)
        Entry n: whether step n + 1 is that of a spike.
    """
    spiked = np.zeros(external.shape, np.bool_)
    for index in range(external.shape[1]):
        v, slow = rest(neuron)
        before = v
        for step in range(external.shape[0]):
            following, slow, spikes = map_step(neuron, v, before, slow, external[step, index], synaptic[step, index])
            before, v = v, following
            spiked[step, index] = spikes
    return spiked
