"""The engine: cycles of any network of spiking populations, as its plan describes it.

In every timestep all populations spike first; then their spikes are delivered and noted, and plastic projections whose
learning epoch ends learn. A connection delays by one timestep or more, so the order of the populations does not matter.
"""

from emulation.compiling import inlined, inner
from emulation.graph.delivery import deliver_fixed, deliver_plastic
from emulation.graph.learning import end_epoch, note_spikes
from emulation.graph.plan import (
    AMPLITUDE,
    ASLEEP,
    COUNTED,
    EPOCH,
    EVENT_ROOM,
    EVENT_START,
    FIRST,
    GAIN,
    HAS_BIAS,
    KIND,
    PERIOD,
    POLICY,
    PURPOSE,
    RATE_START,
    RATES,
    SEED,
    SIZE,
    SLEEP_SEED,
    SLEEPER,
    SLEEPING,
    SLOTS,
    SOURCE,
    SOURCE_START,
    STEPS,
    Kind,
)
from emulation.graph.populations import coincidence_of, coincidence_population, lif_population, random_population
from emulation.graph.sleep import fix_rates
from emulation.randomness import stream
from emulation.reactivation import sleep_events

EVENTS_ALONE = 2  # in `GraphState.touched`: nothing has arrived but events of this timestep


@inner
def run_graph(plan, state, setting, scratch, record, position, cycles):
    """Run cycles `position` .. `position + cycles - 1` of a phase.

    Parameters
    ----------
    plan : Plan
    state : GraphState
        Changed in place.
    setting : Setting
        Of the phase.
    scratch : GraphScratch
    record : GraphRecord
    position, cycles : int
    """
    scratch.quiet[:] = 0
    begin_sleep(plan, state, setting, scratch)
    for cycle in range(cycles):
        run_cycle(plan, state, setting, scratch, record, position + cycle)


@inlined
def begin_sleep(plan, state, setting, scratch):
    """Fix the rates at which the populations that sleep are reactivated; they are not counted meanwhile."""
    rows = state.rate_cycles.shape[0]
    for sleeper in range(setting.sleep.shape[0]):
        if setting.sleep[sleeper, ASLEEP]:
            start = plan.sleepers[sleeper, RATE_START]
            size = plan.populations[plan.sleepers[sleeper, SLEEPING], SIZE]
            counts = state.rate_counts[rows * start : rows * (start + size)].reshape((rows, size))
            fix_rates(
                setting.sleep[sleeper, RATES],
                counts,
                state.rate_cycles,
                plan.given_rates[start : start + size],
                plan.permutation[start : start + size],
                scratch.rates[start : start + size],
                scratch.own_rates[start : start + size],
            )


@inner
def run_cycle(plan, state, setting, scratch, record, position):
    """Cycle `position` of a phase; compiled once for all environments."""
    steps = plan.numbers[STEPS]
    begin_cycle(plan, state, setting, scratch)
    for step in range(steps):
        run_timestep(plan, state, setting, scratch, record, position, step)
    state.clock[0] += steps
    if setting.rate_row >= 0:
        state.rate_cycles[setting.rate_row] += 1


@inlined
def begin_cycle(plan, state, setting, scratch):
    """Forget the counts of the cycle before; draw the reactivations of this one."""
    for population in range(plan.populations.shape[0]):
        numbers = plan.populations[population]
        scratch.event_places[population] = 0
        if numbers[COUNTED]:
            state.counts[numbers[FIRST] : numbers[FIRST] + numbers[SIZE]] = 0
        sleeper = numbers[SLEEPER]
        if sleeper < 0:
            continue
        scratch.event_counts[population] = 0
        if setting.sleep[sleeper, ASLEEP]:
            start, first = plan.sleepers[sleeper, RATE_START], numbers[EVENT_START]
            scratch.event_counts[population] = sleep_events(
                scratch.rates[start : start + numbers[SIZE]],
                setting.sleep[sleeper, GAIN],
                plan.numbers[STEPS],
                plan.sleepers[sleeper, SLEEP_SEED],
                state.clock[0],
                scratch.event_neurons[first : first + numbers[EVENT_ROOM]],
                scratch.event_steps[first : first + numbers[EVENT_ROOM]],
            )


@inlined
def run_timestep(plan, state, setting, scratch, record, position, step):
    """Timestep `step` (0 ..) of a cycle."""
    time, slots = state.clock[0] + step + 1, plan.numbers[SLOTS]
    slot = time % slots  # a division, so once
    for population in range(plan.populations.shape[0]):
        scratch.numbers[population] = 0
        if setting.active[population]:
            advance(plan, state, setting, scratch, population, step, time, slot)
            if scratch.numbers[population] > 0:
                keep_counts(plan, state, setting, scratch, population)
        elif state.touched[slot, population]:
            numbers = plan.populations[population]
            state.arriving[slot, numbers[FIRST] : numbers[FIRST] + numbers[SIZE]] = 0
        state.touched[slot, population] = 0
    for row in range(plan.fixed.shape[0]):
        if scratch.numbers[plan.fixed[row, SOURCE]] > 0:
            deliver_fixed(plan, state, setting, scratch, row, time, slots)
    for row in range(plan.plastic.shape[0]):
        if scratch.numbers[plan.plastic[row, SOURCE]] > 0:
            deliver_plastic(plan, state, setting, scratch, row, time, slots)
        if setting.rules[row] >= 0:
            note_spikes(plan, state, scratch, row, setting.rules[row], time)
            if time % plan.plastic[row, EPOCH] == 0:
                end_epoch(plan, state, setting, scratch, row, position, time)
    write_record(plan, state, scratch, record, time)


@inlined
def advance(plan, state, setting, scratch, population, step, time, slot):
    """One timestep of a population: its spikes are left in the scratch."""
    numbers = plan.populations[population]
    first, size, kind = numbers[FIRST], numbers[SIZE], numbers[KIND]
    spikes = scratch.spikes[first : first + size]
    begin = scratch.event_places[population]
    if numbers[EVENT_ROOM] > 0:
        take_events(plan, state, setting, scratch, population, step, slot)
    if kind == Kind.GIVEN:
        row = numbers[SOURCE_START] + (time - 1) % numbers[PERIOD]
        number = plan.source_rows[row + 1] - plan.source_rows[row]
        for event in range(number):
            spikes[event] = plan.source_neurons[plan.source_rows[row] + event]
        scratch.numbers[population] = number
    elif kind == Kind.RANDOM:
        key = stream(plan.numbers[SEED], numbers[PURPOSE], time)
        scratch.numbers[population] = random_population(plan.chances[first : first + size], key, spikes)
    elif kind == Kind.COINCIDENCE:
        arriving = state.arriving[slot, first : first + size]
        if state.touched[slot, population] == EVENTS_ALONE:
            events, end = numbers[EVENT_START] + begin, numbers[EVENT_START] + scratch.event_places[population]
            neurons = scratch.event_neurons[events:end]
            scratch.numbers[population] = coincidence_of(neurons, arriving, setting.thresholds[population], spikes)
        elif state.touched[slot, population]:
            scratch.numbers[population] = coincidence_population(arriving, setting.thresholds[population], spikes)
    elif kind == Kind.LIF and (state.touched[slot, population] or not scratch.quiet[population]):
        number, busy = lif_population(
            state.u[first : first + size],
            state.v[first : first + size],
            state.resting[first : first + size],
            state.arriving[slot, first : first + size],
            plan.bias[first : first + size],
            numbers,
            setting.thresholds[population],
            setting.noise[population],
            stream(plan.numbers[SEED], numbers[PURPOSE], time),
            first,
            time,
            plan.numbers[POLICY],
            state.overflow,
            spikes,
        )
        scratch.numbers[population] = number
        scratch.quiet[population] = not (busy or numbers[HAS_BIAS] or setting.noise[population] >= 0)


@inlined
def take_events(plan, state, setting, scratch, population, step, slot):
    """Events of this timestep: spikes of a source from outside, or input that reactivates a sleeping population."""
    numbers = plan.populations[population]
    first, events, place = numbers[FIRST], numbers[EVENT_START], scratch.event_places[population]
    begin = place
    while place < scratch.event_counts[population] and scratch.event_steps[events + place] == step:
        neuron = scratch.event_neurons[events + place]
        if numbers[KIND] == Kind.OUTSIDE:
            scratch.spikes[first + place - begin] = neuron
        else:
            state.arriving[slot, first + neuron] += setting.sleep[numbers[SLEEPER], AMPLITUDE]
            if not state.touched[slot, population]:
                state.touched[slot, population] = EVENTS_ALONE
        place += 1
    if numbers[KIND] == Kind.OUTSIDE:
        scratch.numbers[population] = place - begin
    scratch.event_places[population] = place


@inlined
def keep_counts(plan, state, setting, scratch, population):
    """Count the spikes of populations that are counted in the cycle, and of those that will sleep."""
    numbers = plan.populations[population]
    first, number = numbers[FIRST], scratch.numbers[population]
    if numbers[COUNTED]:
        for event in range(number):
            state.counts[first + scratch.spikes[first + event]] += 1
    if numbers[SLEEPER] >= 0 and setting.rate_row >= 0:
        rows, start = state.rate_cycles.shape[0], plan.sleepers[numbers[SLEEPER], RATE_START]
        place = rows * start + setting.rate_row * numbers[SIZE]
        for event in range(number):
            state.rate_counts[place + scratch.spikes[first + event]] += 1


@inlined
def write_record(plan, state, scratch, record, time):
    """Write down spikes, and u and v of all neurons, where there is room."""
    if record.times.shape[0] > 0:
        for population in range(plan.populations.shape[0]):
            first = plan.populations[population, FIRST]
            for event in range(scratch.numbers[population]):
                place = record.number[0]
                if place < record.times.shape[0]:
                    record.times[place] = time
                    record.neurons[place] = first + scratch.spikes[first + event]
                    record.number[0] += 1
                else:
                    record.number[1] += 1
    if record.row[0] < record.u.shape[0]:
        for neuron in range(state.u.shape[0]):
            record.u[record.row[0], neuron] = state.u[neuron]
            record.v[record.row[0], neuron] = state.v[neuron]
        record.row[0] += 1
