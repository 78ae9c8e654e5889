"""One timestep of a population: Loihi's LIF with noise, floor and refractory time, and cells without memory.

For each neuron, with a = what arrives in this timestep (`emulation.neurons` has u, v, and what overflows):

    u <- leak(u, du) + (a << 6)
    v <- max(leak(v, dv) + u + bias + noise, -(floor << 6))      unless it rests after a spike
    spike if v > threshold << 6; then v <- 0, or v - (threshold << 6) where the reset subtracts
"""

from emulation.compiling import inner, kernel
from emulation.graph.plan import CURRENT_DECAY, FLOOR, PURPOSE, REFRACTORY, SUBTRACTS, VOLTAGE_DECAY
from emulation.neurons import next_current, next_voltage, noise_of
from emulation.randomness import draw, stream, unit


@inner
def lif_population(u, v, resting, arriving, bias, numbers, threshold, noise, key, first, time, policy, report, spikes):
    """One timestep of LIF neurons.

    Parameters
    ----------
    u, v : int64 or float64 array (n,)
        In units of 1/64 of a weight, changed in place.
    resting : int64 array (n,)
        Timesteps for which v still stays where the reset has put it, changed in place.
    arriving : int64 or float64 array (n,)
        Input in units of a weight; read and set to 0.
    bias : int64 array (n,)
    numbers : int64 array
        Row of `Plan.populations`.
    threshold, noise : int
        In units of a weight; exponent of the noise, below 0 for none.
    key : uint64
        Stream of the noise at this timestep.
    first, time, policy, report
        First neuron's number, timestep, overflow policy and report, see `emulation.neurons`.
    spikes : int64 array (n,)
        The neurons that spike, written.

    Returns
    -------
    int, bool
        Number of spikes; whether any u, v or rest is left.
    """
    du, dv, floor, refractory = numbers[CURRENT_DECAY], numbers[VOLTAGE_DECAY], numbers[FLOOR], numbers[REFRACTORY]
    number, busy = 0, False
    for neuron in range(u.shape[0]):
        current = next_current(u[neuron], arriving[neuron], first + neuron, du, time, policy, report)
        u[neuron] = current
        arriving[neuron] = 0
        if resting[neuron] > 0:
            resting[neuron] -= 1
            busy = True
            continue
        drive = bias[neuron] + noise_of(key, neuron, noise)
        voltage = max(next_voltage(v[neuron], current, first + neuron, dv, drive, time, report), -floor * 64)
        if voltage > threshold * 64:
            spikes[number] = neuron
            number += 1
            resting[neuron] = refractory
            v[neuron] = voltage - threshold * 64 if numbers[SUBTRACTS] else voltage * 0
        else:
            v[neuron] = voltage
        busy |= (current != 0) | (v[neuron] != 0) | (resting[neuron] != 0)
    return number, busy


@inner
def coincidence_population(arriving, threshold, spikes):
    """Write the neurons whose input exceeds the threshold into `spikes`, set the input to 0, return their number."""
    number = 0
    for neuron in range(arriving.shape[0]):
        spikes[number] = neuron  # without a branch: who answers cannot be foreseen
        number += arriving[neuron] > threshold
        arriving[neuron] = 0
    return number


@inner
def coincidence_of(neurons, arriving, threshold, spikes):
    """`coincidence_population` where only `neurons` (each once, in order) have received anything."""
    number = 0
    for place in range(neurons.shape[0]):
        neuron = neurons[place]
        spikes[number] = neuron
        number += arriving[neuron] > threshold
        arriving[neuron] = 0
    return number


@inner
def random_population(chances, key, spikes):
    """Write the neurons that spike with their probability per timestep into `spikes`; returns their number."""
    number = 0
    for neuron in range(chances.shape[0]):
        spikes[number] = neuron
        number += unit(draw(key, neuron)) < chances[neuron]
    return number


@kernel
def lif_step_of(u, v, resting, arriving, bias, numbers, threshold, noise, seed, time, policy, report, spikes):
    """`lif_population` for Python; the noise is that of the population's purpose."""
    key = stream(seed, numbers[PURPOSE], time)
    return lif_population(
        u, v, resting, arriving, bias, numbers, threshold, noise, key, 0, time, policy, report, spikes
    )[0]


@kernel
def random_step_of(chances, seed, purpose, time, spikes):
    """`random_population` for Python."""
    return random_population(chances, stream(seed, purpose, time), spikes)
