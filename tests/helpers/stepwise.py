"""All 842 neurons of the map-based network at every step, in plain numpy: the oracle of the event-driven kernels.

Written from the equations, one step and one synapse after the other; nothing is tabulated, skipped or kept at rest.
With the kernels it shares the world, the drawn noise and the list of spikes that noise makes asleep.
"""

import numpy as np

from emulation.engine.phase import Mode
from emulation.environments.foraging import DIRECTION, DIRECTIONS, act, sense, wander
from emulation.randomness import Purpose, draw, half_units, stream, unit
from emulation.reactivation import cumulative_rates, sleep_events

STEPS, PIXELS = 600, 49
INPUT, HIDDEN = slice(0, PIXELS), slice(PIXELS, PIXELS + 784)
# The output layer is 3 x 3; its centre has no synapses.
OUTPUT = np.array([833, 834, 835, 836, 838, 839, 840, 841])
NEURONS = 842


def bits(key, element):
    """64 random bits of one element; numba needs to be told that they are unsigned."""
    return np.uint64(draw(np.uint64(key), element))


class Stepwise:
    """A network that starts from a `GoldenState` (which is changed where it is the world's, clock's or synapses')."""

    def __init__(self, state, network):
        self.state, self.network = state, network
        self.v = np.full(NEURONS, network.neuron.sigma - 1)
        self.to_rest(slice(None))
        self.epochs, self.past = [], ([], [])  # traces of the last epochs; (neuron, absolute step) of recent spikes

    def initialise(self):
        """What begin_phase does to the network: rest, and nothing to remember."""
        self.to_rest(slice(None))
        self.epochs, self.past = [], ([], [])

    def to_rest(self, which):
        """V, V before, I, Isyn of a neuron at rest."""
        v = self.network.neuron.sigma - 1
        slow = v - self.network.neuron.alpha / (1 - v)
        if isinstance(which, slice) and which == slice(None):
            self.v, self.before = np.full(NEURONS, v), np.full(NEURONS, v)
            self.slow, self.synaptic = np.full(NEURONS, slow), np.zeros(NEURONS)
        else:
            self.v[which], self.before[which], self.slow[which], self.synaptic[which] = v, v, slow, 0.0

    def step(self, external, arriving):
        """One step of all neurons; returns which of them spike at its end."""
        neuron, part = self.network.neuron, self.network
        j = self.slow + neuron.beta_e * external + neuron.beta_syn * self.synaptic
        v = np.full(NEURONS, -1.0)
        low = self.v <= 0
        v[low] = neuron.alpha / (1 - self.v[low]) + j[low]
        crossed = ~low & (self.before <= 0)
        peak = crossed & (self.v < neuron.alpha + j)
        v[peak] = neuron.alpha + j[peak]
        sigma = neuron.sigma_e * external + neuron.sigma_syn * self.synaptic
        self.slow = self.slow - neuron.mu * (self.v + 1) + neuron.mu * neuron.sigma + neuron.mu * sigma
        self.synaptic[HIDDEN] *= part.input_synapses.gamma
        self.synaptic[OUTPUT] *= part.output_synapses.gamma
        self.synaptic += arriving
        self.before, self.v = self.v, v
        return np.flatnonzero(crossed)

    def arriving(self, fired, pixels_spiked, start, step):
        """What the spikes at `step` add to Isyn, each event with its own noise."""
        network, state, total = self.network, self.state, np.zeros(NEURONS)
        part, synapses = network.input_synapses, state.hidden_synapses
        if np.any(fired < PIXELS):
            key = stream(network.seed, Purpose.INPUT_EVENTS, start)
            for post, slot in zip(*np.nonzero(np.isin(synapses.pre, fired[fired < PIXELS]))):
                x = unit(bits(key, post * synapses.pre.shape[1] + slot))
                g = (1 - part.noise + 2 * x * part.noise) * part.strength * synapses.weights[post, slot]
                total[PIXELS + post] -= g * (self.v[PIXELS + post] - part.reversal)
        part, weights = network.output_synapses, state.output_synapses.weights
        key = stream(network.seed, Purpose.OUTPUT_EVENTS, start + step)
        for pre in fired[(fired >= PIXELS) & (fired < 833)] - PIXELS:
            for post in range(DIRECTIONS):
                x, x_inhibition = half_units(bits(key, pre * DIRECTIONS + post))
                v = self.v[OUTPUT[post]]
                g = (1 - part.noise + 2 * x * part.noise) * part.excitation * weights[post, pre]
                total[OUTPUT[post]] -= g * (v - part.excitatory_reversal)
                g = (1 - part.noise + 2 * x_inhibition * part.noise) * part.inhibition
                total[OUTPUT[post]] -= g * (v - part.inhibitory_reversal)
        return total

    def cycle(self, phase, is_late=False):
        """One cycle; returns lists of (neuron, step) of the hidden and the output spikes, and the outcome."""
        state, network, start = self.state, self.network, int(self.state.clock[0])
        pixels, external = np.zeros(PIXELS, np.uint8), np.zeros(NEURONS)
        noise = {}
        if phase.mode == Mode.SLEEP:
            noise = self.noise_spikes(phase, start)
        else:
            self.to_rest(slice(None))
            sense(state.world, network.ground, pixels)
            external[INPUT] = pixels
        hidden, output, fired = [], [], np.zeros(0, np.int64)
        for step in range(STEPS):
            fired = np.concatenate([fired, PIXELS + np.array(noise.get(step, []), np.int64)])
            hidden += [(int(neuron) - PIXELS, step) for neuron in fired if PIXELS <= neuron < 833]
            fired = self.step(external, self.arriving(fired, pixels, start, step))
            external[:] = 0
            output += [(int(np.flatnonzero(neuron == OUTPUT)[0]), step + 1) for neuron in fired if neuron >= 833]
        counts = np.bincount([post for post, step in output if step <= STEPS // 2], minlength=DIRECTIONS)
        outcome = 0
        if phase.mode == Mode.UNSUPERVISED:
            self.learn_hidden(pixels, hidden, is_late)
            wander(state.world, network.ground, network.seed, start + STEPS)
        elif phase.mode == Mode.WAKE:
            values, setting = np.zeros(DIRECTIONS, np.int64), phase.setting
            outcome = act(state.world, network.ground, setting, counts, values, network.seed, start + STEPS)
        if phase.mode != Mode.UNSUPERVISED and phase.learns:
            self.learn_output(phase, hidden, output, outcome, start)
        if phase.task >= 0:
            state.rate_cycles[phase.task] += 1
            for neuron, _ in hidden:
                state.rate_counts[phase.task, neuron] += 1
        state.clock[0] += STEPS
        return hidden, output, outcome

    def noise_spikes(self, phase, start):
        """The spikes that noise makes: step -> hidden neurons."""
        rates, neurons, steps = np.zeros(784, np.int64), np.zeros(1040, np.int64), np.zeros(1040, np.int64)
        cumulative_rates(self.state.rate_counts, self.state.rate_cycles, phase.uniform_rates, rates)
        number = sleep_events(rates, phase.rate_gain, STEPS, self.network.seed, start, neurons, steps)
        return {int(step): list(neurons[:number][steps[:number] == step]) for step in steps[:number]}

    def learn_hidden(self, pixels, hidden, is_late):
        """STDP of input -> hidden with rescaling and homeostasis."""
        part, synapses = self.network.input_synapses, self.state.hidden_synapses
        spiked = np.zeros(784)
        for neuron, step in hidden:
            active = pixels[synapses.pre[neuron]] > 0
            w = synapses.weights[neuron].copy()
            w[active] *= 1 + part.potentiation * np.exp(-(step - self.network.input_latency) / part.trace_steps)
            w *= synapses.totals[neuron] / w.sum()
            synapses.weights[neuron] = np.minimum(w, part.largest_share * synapses.totals[neuron])
            spiked[neuron] += 1
        synapses.rates[:] += (spiked - synapses.rates) / part.rate_cycles
        factor = 1 + part.homeostasis * np.where(synapses.rates < part.target_rate, 1, -1)
        if is_late:
            factor = np.minimum(factor, part.largest_total / synapses.totals)
        synapses.totals[:] *= factor
        synapses.weights[:] *= factor[:, np.newaxis]
        if is_late:
            np.minimum(synapses.weights, part.largest_weight, out=synapses.weights)

    def traces_of(self, hidden, output, start):
        """STDP traces (8, 784) of the pairs that this cycle completes."""
        part = self.network.output_synapses
        hidden = [(neuron, start + step, True) for neuron, step in hidden] + [(*one, False) for one in self.past[0]]
        output = [(neuron, start + step, True) for neuron, step in output] + [(*one, False) for one in self.past[1]]
        traces = np.zeros((DIRECTIONS, 784))
        for pre, t_pre, pre_is_new in hidden:
            for post, t_post, post_is_new in output:
                lag = t_post - t_pre
                if (pre_is_new or post_is_new) and abs(lag) <= part.window:
                    traces[post, pre] += np.sign(lag) * part.amplitude * np.exp(-abs(lag) / part.trace_steps)
        end = start + STEPS
        self.past = tuple([(n, t) for n, t, _ in spikes if t >= end - part.window] for spikes in (hidden, output))
        return traces

    def learn_output(self, phase, hidden, output, outcome, start):
        """Rewarded STDP, or STDP with a constant reward asleep; rescaling; homeostasis awake."""
        part, synapses = self.network.output_synapses, self.state.output_synapses
        traces, asleep = self.traces_of(hidden, output, start), phase.mode == Mode.SLEEP
        if not asleep:
            traces[np.arange(DIRECTIONS) != self.state.world.agent[DIRECTION]] = 0
        self.epochs = [traces, *self.epochs[: part.memory - 1]]
        reward = part.sleep_reward if asleep else part.rewards[outcome]
        total = sum(epoch / (age + part.delay) for age, epoch in enumerate(self.epochs))
        w, w_j0 = synapses.weights, synapses.totals[:, np.newaxis]
        change = np.maximum(part.smallest_factor, 1 + reward * self.state.initial_sums / w.sum(axis=0) * total)
        limited = np.clip(w * change, part.floor * w_j0 / 784, part.cap * w_j0)
        w = np.where(total != 0, limited, w)
        if not asleep:
            spikes = np.bincount([post for post, _ in output], minlength=DIRECTIONS)
            synapses.rates[:] += (spikes - synapses.rates) / part.rate_cycles
            synapses.totals[:] *= 1 + part.homeostasis * np.where(synapses.rates < part.target_rate, 1, -1)
        synapses.weights[:] = w * (synapses.totals / w.sum(axis=1))[:, np.newaxis]
