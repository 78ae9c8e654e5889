"""Rates measured awake, and the reactivations drawn from them asleep."""

import numpy as np

from emulation.sleep import MAXIMAL_EVENTS, cumulative_rates, sleep_events


class Replay:
    """Draws a cycle's reactivations of a population at the rates that were counted.

    Parameters
    ----------
    counts : int64 array (tasks, n)
        Spikes of each neuron while each task was trained; kept by the caller.
    cycles : int64 array (tasks,)
        Cycles that each task was trained; kept by the caller.
    steps : int
        Timesteps of a cycle.
    seed : int
        Of the counter-based draws (`emulation.sleep.sleep_events`).
    """

    def __init__(self, counts: np.ndarray, cycles: np.ndarray, steps: int, seed: int) -> None:
        self._counts, self._cycles, self._steps, self._seed = counts, cycles, steps, seed
        size = counts.shape[1] + MAXIMAL_EVENTS
        self._rates = np.zeros(counts.shape[1], np.int64)
        self._neurons, self._event_steps = np.zeros(size, np.int64), np.zeros(size, np.int64)

    def fall_asleep(self, uniform: bool = False) -> None:
        """Fix the rates for this sleep: the mean over the tasks counted so far, or the same for all (`uniform`)."""
        cumulative_rates(self._counts, self._cycles, uniform, self._rates)

    def draw(self, gain: int, clock: int, events: np.ndarray, amplitude: int) -> None:
        """Write a cycle of reactivations.

        Parameters
        ----------
        gain : int
            Factor on all rates, in 1/1024.
        clock : int
            Timesteps done at the start of the cycle.
        events : int array (steps, n)
            `amplitude` where a neuron is reactivated, else 0.
        amplitude : int
        """
        events[:] = 0
        number = sleep_events(self._rates, gain, self._steps, self._seed, clock, self._neurons, self._event_steps)
        events[self._event_steps[:number], self._neurons[:number]] = amplitude

    def count(self, task: int, spikes: np.ndarray) -> None:
        """Add the spikes (int array (n,)) of a cycle awake to the counters of a task."""
        self._counts[task] += spikes
        self._cycles[task] += 1
