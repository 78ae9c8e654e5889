"""A timestep of plastic synapses, without Lava's ports: the calls that the process models make."""

from collections.abc import Sequence
from typing import NamedTuple

import numpy as np
from lava.magma.core.learning.constants import GradedSpikeCfg

from emulation.errors import LavaSleepError
from emulation.graph.plan import CLEAR_TAGS, CLEAR_TRACES, SHUFFLE_TAGS
from emulation.learning.epoch import learn_epoch
from emulation.learning.shuffle import shuffle_tags_of
from emulation.learning.spikes import activate, note_post_spikes, note_pre_spikes
from emulation.learning.synapses import clear_activity, make_scratch
from emulation.randomness import Rounding
from emulation.rules.rule import Rule, Target, Variable
from emulation.rules.table import limiting_rule
from processes.plasticity.streams import LavaStreams
from processes.plasticity.synapses import Synapses

PURPOSE = 32  # first of the eight streams of draws of these synapses, after those of emulation.randomness.Purpose
FROZEN = -1  # number of no rule: nothing is noted, nothing changes
ROUNDINGS = {rounding.name.lower(): rounding for rounding in Rounding}


class PlasticityError(LavaSleepError):
    """A plastic process that is given what it cannot take."""


class Options(NamedTuple):
    """How a plastic process computes.

    Attributes
    ----------
    rounding : Rounding
    seed : int
        Of the independent draws of `Rounding.STOCHASTIC`.
    rng_seed : int
        Of Lava's shared streams, used by `Rounding.LAVA`.
    graded : GradedSpikeCfg
        What the payload of a spike does to x1.
    clear_on_swap : bool
        Whether tags and traces are forgotten when the rule changes.
    stream : int
        First of the eight purposes of the draws.
    """

    rounding: Rounding
    seed: int
    rng_seed: int
    graded: GradedSpikeCfg = GradedSpikeCfg.USE_REGULAR_IMPULSE
    clear_on_swap: bool = False
    stream: int = PURPOSE


class Engine:
    """Synapses that learn by one of several rules.

    Parameters
    ----------
    synapses : Synapses
    rules : sequence of Rule
        All with the same epoch and the same number of factors; the first is in force.
    options : Options
    """

    def __init__(self, synapses: Synapses, rules: Sequence[Rule], options: Options) -> None:
        self.synapses, self.rules, self.options = synapses, list(rules), options
        self.number, self.frozen, self.shuffles = 0, False, False
        self._rounding = int(options.rounding)  # numba takes 10 us longer to accept a member of an enumeration
        self.streams = LavaStreams(options.rng_seed)
        weights = synapses.connection.weights
        self._scratch = make_scratch(synapses.connection)
        self.floating = weights.dtype.kind == "f"
        self._spikes = np.zeros(len(synapses.connection.x_time), np.float64 if self.floating else np.int64)
        self._totals = np.zeros(len(weights), self._spikes.dtype)
        self.rules_changed()

    @property
    def rule(self) -> Rule:
        """The rule in force."""
        return self.rules[self.number]

    def rules_changed(self) -> None:
        """To be called after `rules` or the values of the synapses were changed from outside."""
        uses_delays = any(rule.targets[Target.DELAY] or rule.reads[:, Variable.DELAY].any() for rule in self.rules)
        self.synapses.keep_delays(uses_delays)
        self._limit_next = not self.floating

    def choose(self, number: int) -> None:
        """Put rule `number` in force, or none (`FROZEN`); to be called at the first timestep of an epoch."""
        self.frozen = number == FROZEN
        if self.frozen or number == self.number:
            return
        if not 0 <= number < len(self.rules):
            allowed = f"0 to {len(self.rules) - 1}"
            raise PlasticityError("rule_in: no such rule", number, allowed, "give more `learning_rules`")
        self.number = number
        if self.options.clear_on_swap:
            clear_activity(self.synapses.connection)

    def clear(self, flags: int) -> None:
        """Forget traces and the spikes of the epoch, or tags, or shuffle tags later; bits of `emulation.graph.plan`."""
        connection = self.synapses.connection
        if flags & CLEAR_TRACES:
            for array in (connection.x_traces, connection.y_traces, connection.x_time, connection.y_time):
                array[:] = 0
        if flags & CLEAR_TAGS:
            connection.tags[:] = 0
        self.shuffles = bool(flags & SHUFFLE_TAGS)

    def step_of_epoch(self, time: int) -> int:
        """Timestep 1 .. t_epoch within the epoch."""
        return (time - 1) % self.rule.epoch + 1

    def receive(self, spikes: np.ndarray, is_graded: bool, time: int, offset: int = 0) -> np.ndarray:
        """Take the presynaptic spikes of timestep `time`.

        Parameters
        ----------
        spikes : array (n_pre,)
            Spikes, or payloads where `is_graded`.
        offset : int
            Added to each weight.

        Returns
        -------
        int64 or float64 array (n_post,)
            What they add up to at each post neuron, with the weights of before the epoch's learning.
        """
        synapses, number = self.synapses, self.synapses.n_pre
        if not is_graded:
            spikes = spikes.astype(bool)
        self._spikes[:number] = spikes
        connection = synapses.connection
        activate(connection.pre, connection.weights, offset, self._spikes, self._totals)
        step = self.step_of_epoch(time)
        if self.frozen:
            pass
        elif self.options.graded == GradedSpikeCfg.USE_REGULAR_IMPULSE:
            note_pre_spikes(connection, self.rule, self._spikes, step)
        else:
            self._receive_payloads(spikes, step)
        self.streams.advance_step()
        return self._totals

    def _receive_payloads(self, spikes: np.ndarray, step: int) -> None:
        """Payloads change x1 (lava/magma/core/model/py/connection.py, `_process_pre_spikes`)."""
        connection, graded = self.synapses.connection, self.options.graded
        x1 = self.synapses.read("x1")
        payload = spikes / 2 if self.floating else np.round(spikes / 2).astype(np.uint8)
        sums = x1 + payload if self.floating else (x1 + payload).astype(np.uint8)
        noted = spikes.astype(bool)
        if graded == GradedSpikeCfg.ADD_WITHOUT_SATURATION and not self.floating:
            noted = noted & (sums > 127)
        note_pre_spikes(connection, self.rule, noted, step)
        if graded == GradedSpikeCfg.OVERWRITE:
            x1[noted] = payload[noted]
        elif self.floating:
            x1[:] = sums
        elif graded == GradedSpikeCfg.ADD_WITH_SATURATION:
            x1[:] = np.clip(sums, 0, 127)
        else:
            x1[:] = np.where(sums > 127, sums - 127, sums)

    def receive_post(self, spikes: np.ndarray, time: int) -> None:
        """Take the post neurons' spikes (bool array (n_post,)) of timestep `time`."""
        options, streams = self.options, self.streams
        if self.frozen:
            return
        note_post_spikes(
            self.synapses.connection,
            self.rule,
            spikes,
            self.step_of_epoch(time),
            self._rounding,
            options.seed,
            options.stream,
            time,
            streams.post_impulse,
        )

    def receive_third_factors(self, *values: np.ndarray) -> None:
        """Take y1, y2, y3 (each (n_post,)) as the post neurons sent them."""
        for row, received in enumerate(values if not self.frozen else ()):
            self.synapses.connection.y_traces[row] = received

    def learn(self, time: int) -> None:
        """End the epoch at timestep `time`: change weights, tags, delays and traces."""
        options, rule = self.options, self.rule
        self.streams.advance_epoch()
        if self.frozen:
            return
        if self._limit_next:
            self._limit_next = False
            rule = limiting_rule(rule)
        connection, shared = self.synapses.connection, self.streams.shared
        if self.shuffles:
            shuffle_tags_of(connection.tags, options.seed, time, self._scratch.work)
        learn_epoch(connection, self._scratch, rule, self._rounding, options.seed, options.stream, time, shared)
        self.synapses.clear_padding()
