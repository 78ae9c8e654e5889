"""Rewarded STDP of hidden -> output (paper, Methods, "Synaptic plasticity"), and what keeps its weights in bounds.

A reward of size S_rp at epoch t changes a weight by

    W_ij <- W_ij (1 + S_rp (W_i0 / W_i) sum_k tr_k / (t - t_k + c))

and heterosynaptic rescaling keeps the sum of the weights onto an output neuron: sum_i W_ij = W_j0.
"""

from emulation.compiling import inner


@inner
def change_weights(state, part, reward, eligibility, touched, number):
    """Apply a reward to all synapses that have traces.

    Parameters
    ----------
    state : GoldenState
        Its `output_synapses` are changed in place.
    part : OutputSynapses
    reward : float
        S_rp.
    eligibility : float64 array (n, 8)
        Weighted sums of traces.
    touched, number : int64 array, int
        The hidden neurons that have traces.
    """
    weights, totals = state.output_synapses.weights, state.output_synapses.totals
    outputs, hidden = weights.shape
    for index in range(number):
        neuron = touched[index]
        summed = 0.0
        for post in range(outputs):
            summed += weights[post, neuron]
        balance = state.initial_sums[neuron] / summed if part.balancing else 1.0
        for post in range(outputs):
            if eligibility[neuron, post] == 0.0:
                continue
            factor = max(part.smallest_factor, 1.0 + reward * balance * eligibility[neuron, post])
            least, most = part.floor * totals[post] / hidden, part.cap * totals[post]
            weights[post, neuron] = min(max(weights[post, neuron] * factor, least), most)


@inner
def keep_output_rates(synapses, part, spike_numbers):
    """Homeostasis: every W_j0 grows or shrinks by a small fraction towards the target rate.

    Parameters
    ----------
    synapses : Synapses
        Hidden -> output; totals and rates are changed in place.
    part : OutputSynapses
    spike_numbers : float64 array (outputs,)
        Spikes of each output neuron in the cycle.
    """
    for post in range(spike_numbers.shape[0]):
        synapses.rates[post] += (spike_numbers[post] - synapses.rates[post]) / part.rate_cycles
        grows = synapses.rates[post] < part.target_rate
        synapses.totals[post] *= 1.0 + part.homeostasis if grows else 1.0 - part.homeostasis


@inner
def rescale(synapses):
    """Scale the weights onto every output neuron to their total."""
    weights = synapses.weights
    quarter = weights.shape[1] // 4
    for post in range(weights.shape[0]):
        row = weights[post]
        # Four sums at a time: each waits for its own last addition only.
        first = second = third = fourth = 0.0
        for index in range(quarter):
            first += row[4 * index]
            second += row[4 * index + 1]
            third += row[4 * index + 2]
            fourth += row[4 * index + 3]
        for index in range(4 * quarter, row.shape[0]):
            first += row[index]
        scale = synapses.totals[post] / ((first + second) + (third + fourth))
        for index in range(row.shape[0]):
            row[index] *= scale
