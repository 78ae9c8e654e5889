"""Cycles of a network in an environment: what is sensed becomes spikes, what an act is worth a third factor."""

from typing import Any, NamedTuple

import numpy as np

from emulation.compiling import inlined, inner
from emulation.environments.base import act, action, compiled_for, earned, sense, wander
from emulation.graph.cycle import begin_sleep, run_cycle
from emulation.graph.plan import (
    ACTS,
    BEHAVIOUR,
    EVENT_START,
    FIRST,
    N_POST,
    PUNISHMENT,
    REWARD,
    SEED,
    SENSE_STEP,
    SENSES,
    SIZE,
    TEACHES,
    Y_START,
    Behaviour,
)


class Surroundings(NamedTuple):
    """The environment around a network, and room for what passes between them.

    Attributes
    ----------
    world, ground : named tuples
        State of the environment, and what does not change in it, see `emulation.environments.base`.
    numbers : int64 array (4,)
        Source population that spikes by what is sensed, in which timestep of the cycle; population by whose counts
        is acted; plastic projection whose third factors from outside are what an act was worth, -1 for none.
    sensed : uint8 array (inputs,)
    values : int64 array (outputs,)
    """

    world: Any
    ground: Any
    numbers: np.ndarray
    sensed: np.ndarray
    values: np.ndarray


class Deeds(NamedTuple):
    """What is written down of each cycle, uint8 arrays (cycles,) or (0,): outcome, act."""

    outcomes: np.ndarray
    acts: np.ndarray


def run_in_surroundings(around, *arguments) -> None:
    """`run_exposed` compiled for the environment; the same arguments."""
    compiled_for(run_exposed, around.world)(around, *arguments)


@inner
def run_exposed(around, plan, state, setting, scratch, record, deeds, position, cycles):
    """Run cycles `position` .. `position + cycles - 1` of a phase in an environment.

    Parameters
    ----------
    around : Surroundings
    plan, state, setting, scratch, record, position, cycles
        See `emulation.graph.cycle.run_graph`.
    deeds : Deeds
        Written from the index 0.
    """
    scratch.quiet[:] = 0
    begin_sleep(plan, state, setting, scratch)
    for cycle in range(cycles):
        be_shown(around, plan, setting, scratch)
        run_cycle(plan, state, setting, scratch, record, position + cycle)
        outcome = do(around, plan, state, setting)
        if deeds.outcomes.shape[0] > 0:
            deeds.outcomes[cycle] = outcome
        if deeds.acts.shape[0] > 0:
            deeds.acts[cycle] = action(around.world)


@inlined
def be_shown(around, plan, setting, scratch):
    """Spikes of the source population by what is sensed."""
    source, number = around.numbers[SENSES], 0
    if setting.exposure[BEHAVIOUR] != Behaviour.NOTHING:
        sense(around.world, around.ground, around.sensed)
        start = plan.populations[source, EVENT_START]
        for neuron in range(around.sensed.shape[0]):
            if around.sensed[neuron]:
                scratch.event_neurons[start + number] = neuron
                scratch.event_steps[start + number] = around.numbers[SENSE_STEP]
                number += 1
    scratch.event_counts[source] = number


@inlined
def do(around, plan, state, setting):
    """Act by the cycle's spikes; returns the outcome. What it was worth is sent in the next cycle."""
    behaviour, seed, time = setting.exposure[BEHAVIOUR], plan.numbers[SEED], state.clock[0]
    outcome = 0
    if behaviour == Behaviour.ACT:
        population = plan.populations[around.numbers[ACTS]]
        counts = state.counts[population[FIRST] : population[FIRST] + population[SIZE]]
        outcome = act(around.world, around.ground, setting.task, counts, around.values, seed, time)
        if around.numbers[TEACHES] >= 0:
            numbers = plan.plastic[around.numbers[TEACHES]]
            outside = state.outside[numbers[Y_START] : numbers[Y_START] + numbers[N_POST]]
            earned(around.values, setting.exposure[REWARD], setting.exposure[PUNISHMENT], outside)
    elif behaviour == Behaviour.WANDER:
        wander(around.world, around.ground, seed, time)
    return outcome
