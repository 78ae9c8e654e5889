"""The random numbers that stock Lava shares among all synapses, in its order."""

import numpy as np

TRACE_GENERATORS = 4  # x decay, x impulse, y decay, y impulse: seeded rng_seed, + 1, + 2, + 3
SYNAPSE_SEED = 2  # whatever rng_seed is (lava/magma/core/learning/random.py, ConnVarRandom)
IMPULSE_NUMBERS = 128  # 7 bit, although an impulse has a fraction of 8 bit (ibidem, TraceRandom)
BLOCK = 1024  # timesteps drawn at once; chosen here for speed


class LavaStreams:
    """Lava's trace generators, advanced twice per timestep, and its synapse generator, advanced once per epoch.

    Every generator has drawn once before the first timestep (lava/magma/core/learning/random.py). Between the two
    advances of a timestep come the post spikes (lava/magma/core/model/py/connection.py, `recv_traces`).

    Parameters
    ----------
    rng_seed : int
        `rng_seed` of the learning rule.

    Attributes
    ----------
    shared : float64 array (5,)
        x decay (0..1), x impulse (0..127), y decay, y impulse, synapse (0..1): what `learn_epoch` takes.
    post_impulse : float
        0..127, rounds the impulse of a post neuron that spikes again within the epoch.
    """

    def __init__(self, rng_seed: int) -> None:
        self._generators = [np.random.default_rng(rng_seed + k) for k in range(TRACE_GENERATORS)]
        self._synapse = np.random.default_rng(SYNAPSE_SEED)
        self._synapse.random()
        for k in range(TRACE_GENERATORS):
            self._draw(k, 1)
        self._block = np.zeros((0, 2, TRACE_GENERATORS))
        self._position = 0
        self.shared = np.zeros(TRACE_GENERATORS + 1)
        self.post_impulse = 0.0

    def _draw(self, k: int, number: int) -> np.ndarray:
        generator = self._generators[k]
        return generator.integers(0, IMPULSE_NUMBERS, size=number) if k % 2 else generator.random(number)

    def advance_step(self) -> None:
        """The two advances of a timestep."""
        if self._position == len(self._block):
            drawn = [self._draw(k, 2 * BLOCK).reshape(BLOCK, 2) for k in range(TRACE_GENERATORS)]
            self._block, self._position = np.stack(drawn, axis=-1), 0
        first, second = self._block[self._position]
        self._position += 1
        self.post_impulse = float(first[-1])
        self.shared[:TRACE_GENERATORS] = second

    def advance_epoch(self) -> None:
        """The advance of the synapse generator at the end of an epoch."""
        self.shared[-1] = self._synapse.random()
