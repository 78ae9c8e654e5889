"""Any network of spiking populations as plain tables: what the one compiled engine reads and changes.

Nothing here depends on the number of populations or projections: neurons, synapses and traces of all of them lie in
pools, arrays of one dimension, and tables of integers say where each part begins. So one compiled kernel per arithmetic
runs every network.
"""

from enum import IntEnum
from typing import NamedTuple

import numpy as np


class Kind(IntEnum):
    """What a population is."""

    GIVEN = 0  # spikes of a raster that repeats
    RANDOM = 1  # independent spikes, each neuron with its probability in every timestep
    OUTSIDE = 2  # spikes that an environment writes before each cycle
    LIF = 3
    COINCIDENCE = 4  # spikes where the input of this timestep exceeds the threshold; keeps nothing


class Factor(IntEnum):
    """Where y1, y2 or y3 of a three-factor rule comes from at the end of a learning epoch."""

    CONSTANT = 0  # A
    COUNT = 1  # A * min(spikes of the post neuron in the cycle so far, B)
    RAMP = 2  # A + (B - A) * cycle // cycles of the phase
    LABEL = 3  # A for the post neuron that the label of the cycle names, B for the others
    OUTSIDE = 4  # what an environment has written; of A = 1 its positive, of A = -1 its negative part (as above 0)


class Rates(IntEnum):
    """At which rates a sleeping population is reactivated."""

    RECORDED = 0
    UNIFORM = 1
    PERMUTED = 2
    GIVEN = 3


# Columns of `Plan.numbers`.
SEED, STEPS, SLOTS, POLICY, ROUNDING, PLAN_NUMBERS = range(6)
# Columns of `Plan.populations`.
(
    KIND,
    FIRST,
    SIZE,
    CURRENT_DECAY,
    VOLTAGE_DECAY,
    FLOOR,
    REFRACTORY,
    SUBTRACTS,
    PURPOSE,
    COUNTED,
    HAS_BIAS,
    SOURCE_START,
    PERIOD,
    EVENT_START,
    EVENT_ROOM,
    SLEEPER,
    POPULATION_COLUMNS,
) = range(17)
# Columns of `Plan.fixed`: projections whose weights do not learn.
SOURCE, TARGET, DELAY, EXPONENT, UNIFORM, ROW_START, FIXED_COLUMNS = range(7)
# Columns of `Plan.plastic`, after the first four of the ones above.
(
    N_PRE,
    N_POST,
    FAN_IN,
    WEIGHT_START,
    PRE_START,
    PRE_ROWS,
    X_START,
    Y_START,
    WIRE_START,
    PAD_START,
    PAD_COUNT,
    STREAM,
    EPOCH,
    THREE_FACTOR,
    USES_DELAYS,
    LABEL_START,
    LABEL_COUNT,
    PLASTIC_COLUMNS,
) = range(4, 22)
# Columns of `Plan.rules` and of `Plan.sleepers`.
PRODUCT_START, PRODUCT_COUNT, TRACE_HIGH, AT_SPIKES, DECIMATION, NEEDS_POST, RULE_COLUMNS = range(7)
SLEEPING, RATE_START, SLEEP_SEED, SLEEPER_COLUMNS = range(4)
# Columns of `Setting.factors` and of `Setting.sleep`.
FACTOR_KIND, FACTOR_A, FACTOR_B, FACTOR_COLUMNS = range(4)
ASLEEP, GAIN, AMPLITUDE, RATES, SLEEP_COLUMNS = range(5)
# Bits of what a phase clears at its start.
CLEAR_U, CLEAR_V, CLEAR_TRACES, CLEAR_TAGS, CLEAR_INPUT = 1, 2, 4, 8, 16
SHUFFLE_TAGS = 32  # beside them, for a process: not cleared, but shuffled before each update


class Behaviour(IntEnum):
    """What goes on between a network and its environment in a phase."""

    NOTHING = 0
    WANDER = 1  # it senses, the environment goes on without it
    ACT = 2  # it senses and acts


# Columns of `Setting.exposure` and of `Surroundings.numbers`.
BEHAVIOUR, FRESH, REWARD, PUNISHMENT, EXPOSURE_COLUMNS = range(5)
SENSES, SENSE_STEP, ACTS, TEACHES, SURROUNDINGS_COLUMNS = range(5)


class Plan(NamedTuple):
    """What never changes while a network runs; integers but for `weights` and `chances`.

    Attributes
    ----------
    numbers : int64 array (5,)
        Seed, timesteps of a cycle, slots of the ring of arriving input, overflow policy, rounding.
    populations : int64 array (populations, 16)
    bias : int64 array (neurons,)
        Added to v in every timestep.
    source_rows : int64 array
        Of each given source: where the spikes of timestep s of its period begin in `source_neurons` (period + 1).
    source_neurons : int64 array
    chances : float64 array (neurons,)
        Probability of a spike per timestep, of random sources.
    fixed : int64 array (projections, 6)
    rows : int64 array
        Of each fixed projection: where the synapses of a source neuron begin (size + 1), as absolute positions.
    posts, delays : int64 array (synapses,)
        Target neuron within its population, and timesteps >= 1.
    weights : int64 or float64 array (synapses,)
        Scaled by their exponent; not so in integers with an exponent below 0, where the sum is shifted.
    plastic : int64 array (projections, 21)
    pre : int32 array
        `Connection.pre` of each plastic projection.
    wires : int64 array
        Of each sparse plastic projection: where the synapses of a source neuron begin (n_pre + 1), absolute.
    wire_posts, wire_slots : int64 array
        Target neuron of each such synapse and its place in the target's row.
    padding : int64 array
        Places of the weights that are no synapses.
    labels : int64 array
        Of each plastic projection with a label: the post neuron named in each cycle, repeated.
    rules : int64 array (rules, 6)
    products, factors, targets, reads, bounds, decay, impulse
        As in `emulation.rules.rule.Rule`, of all rules.
    sleepers : int64 array (sleepers, 3)
    given_rates, permutation : int64 array
        Of each sleeper: running sum of the given rates; whose rates each neuron takes where they are permuted.
    """

    numbers: np.ndarray
    populations: np.ndarray
    bias: np.ndarray
    source_rows: np.ndarray
    source_neurons: np.ndarray
    chances: np.ndarray
    fixed: np.ndarray
    rows: np.ndarray
    posts: np.ndarray
    delays: np.ndarray
    weights: np.ndarray
    plastic: np.ndarray
    pre: np.ndarray
    wires: np.ndarray
    wire_posts: np.ndarray
    wire_slots: np.ndarray
    padding: np.ndarray
    labels: np.ndarray
    rules: np.ndarray
    products: np.ndarray
    factors: np.ndarray
    targets: np.ndarray
    reads: np.ndarray
    bounds: np.ndarray
    decay: np.ndarray
    impulse: np.ndarray
    sleepers: np.ndarray
    given_rates: np.ndarray
    permutation: np.ndarray


class GraphState(NamedTuple):
    """What changes while a network runs; float64 where marked * in floating point.

    Attributes
    ----------
    clock : int64 array (1,)
        Timesteps done.
    u, v : int64 array (neurons,) *
        In units of 1/64 of a weight.
    resting : int64 array (neurons,)
        Timesteps for which v still stays at its reset.
    counts : int64 array (neurons,)
        Spikes in the cycle, of populations that are counted.
    arriving : int64 array (slots, neurons) *
        Input on its way, in units of a weight; slot t % slots arrives at timestep t.
    touched : int64 array (slots, populations)
        Whether a slot holds input for a population.
    weights, tags, delays : int32 array (plastic synapses,) *
        w, t, d of all plastic projections, row after row.
    x_traces, y_traces : int32 array *
        x1 x2 and y1 y2 y3 of each plastic projection.
    x_time, y_time : int64 array
        Timestep of the last spike in the present learning epoch, 0 for none.
    outside : int64 array
        What an environment sends to the post neurons of each plastic projection as a third factor.
    rate_counts : int64 array
        Of each sleeper: spikes of its neurons while each row was counted (rows, size).
    rate_cycles : int64 array (rows,)
    overflow : int64 array (5,)
        See `emulation.neurons`.
    """

    clock: np.ndarray
    u: np.ndarray
    v: np.ndarray
    resting: np.ndarray
    counts: np.ndarray
    arriving: np.ndarray
    touched: np.ndarray
    weights: np.ndarray
    tags: np.ndarray
    delays: np.ndarray
    x_traces: np.ndarray
    y_traces: np.ndarray
    x_time: np.ndarray
    y_time: np.ndarray
    outside: np.ndarray
    rate_counts: np.ndarray
    rate_cycles: np.ndarray
    overflow: np.ndarray


class Setting(NamedTuple):
    """What a phase sets.

    Attributes
    ----------
    active : int64 array (populations,)
        Whether a population runs; one that does not is silent, and what arrives at it is lost.
    thresholds, noise : int64 array (populations,)
        In units of a weight; exponent of the noise into v, below 0 for none.
    uniform : int64 array (uniform projections,)
        Their weights.
    rules, offsets, shuffled : int64 array (plastic projections,)
        Row of `Plan.rules`, -1: frozen; what is added to each weight that a spike delivers; whether the tags of each
        row are shuffled before each update.
    factors : int64 array (plastic projections, 3, 3)
        Of y1, y2, y3: a `Factor` with its numbers A and B.
    sleep : int64 array (sleepers, 4)
        Whether it is reactivated, gain in 1/1024, amplitude in units of a weight, a `Rates`.
    ramp_cycles, rate_row : int
        Cycles of a ramp; row of the rate counters that the phase adds to, -1 for none.
    exposure : int64 array (4,)
        A `Behaviour`, whether a fresh world is made, third factor of an act worth +1, and of one worth -1.
    task : int64 array
        What the environment is set to, see there.
    """

    active: np.ndarray
    thresholds: np.ndarray
    noise: np.ndarray
    uniform: np.ndarray
    rules: np.ndarray
    offsets: np.ndarray
    shuffled: np.ndarray
    factors: np.ndarray
    sleep: np.ndarray
    ramp_cycles: int
    rate_row: int
    exposure: np.ndarray
    task: np.ndarray


class GraphScratch(NamedTuple):
    """Room for a stretch of cycles; holds nothing between calls but `event_*` of sources from outside.

    Attributes
    ----------
    spikes : int64 array (neurons,)
        Neurons (within their population) that spike in this timestep, from each population's first place on.
    numbers, quiet : int64 array (populations,)
        How many they are; whether nothing can happen in a population before input arrives.
    event_neurons, event_steps : int64 array
        Events of the cycle of each population that has any, in order of their timestep (0 .. steps - 1).
    event_counts, event_places : int64 array (populations,)
        How many events there are, and which is next.
    sums : int64 or float64 array (slots, largest population)
        Input that is shifted before it is sent.
    rates, own_rates : int64 array
        Running sum of the rates of each sleeper; room to permute them.
    x_end, post, work, counters, block, moving
        As in `emulation.learning.synapses.Scratch`, for the largest projection.
    """

    spikes: np.ndarray
    numbers: np.ndarray
    quiet: np.ndarray
    event_neurons: np.ndarray
    event_steps: np.ndarray
    event_counts: np.ndarray
    event_places: np.ndarray
    sums: np.ndarray
    rates: np.ndarray
    own_rates: np.ndarray
    x_end: np.ndarray
    post: np.ndarray
    work: np.ndarray
    counters: np.ndarray
    block: np.ndarray
    moving: np.ndarray


class GraphRecord(NamedTuple):
    """What is written down; arrays of length 0 are not written.

    Attributes
    ----------
    number : int64 array (2,)
        Spikes written; spikes that found no room.
    times, neurons : int64 array (room,)
        Timestep (from 1) and pooled neuron of each spike.
    u, v : int64 or float64 array (timesteps, neurons)
        From the record's first timestep on.
    row : int64 array (1,)
        Next timestep to write in u and v.
    """

    number: np.ndarray
    times: np.ndarray
    neurons: np.ndarray
    u: np.ndarray
    v: np.ndarray
    row: np.ndarray


def make_record(room: int, neurons: int, timesteps: int, dtype: type) -> GraphRecord:
    """An empty record for `room` spikes, and for u and v of `timesteps` timesteps (0: none)."""
    return GraphRecord(
        np.zeros(2, np.int64),
        np.zeros(room, np.int64),
        np.zeros(room, np.int64),
        np.zeros((timesteps, neurons), dtype),
        np.zeros((timesteps, neurons), dtype),
        np.zeros(1, np.int64),
    )
