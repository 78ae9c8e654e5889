"""Energy and time of a cycle: events counted in a run, times published figures of the chip.

Each term is number of events * energy per event, and names the source of the figure. What has no public figure
(learning, embedded processors, idle power) is listed and not guessed, so the sum is of the spiking part only.
"""

from typing import NamedTuple

import numpy as np

from emulation.engine.network import STEPS
from emulation.engine.phase import Mode
from emulation.environments.base import functions_of
from lava_sleep.backends.compiled import COMPILED
from lava_sleep.environments.base import Environment
from lava_sleep.environments.foraging import PAPER
from lava_sleep.hardware.placement import OUTSIDE, Placement, place
from lava_sleep.hardware.profiles import Limit, Profile
from lava_sleep.networks.base import Network
from lava_sleep.networks.graph import Usage
from lava_sleep.protocols.schedule import Segment, make_phase

CYCLES = 300  # that are counted, awake and asleep; chosen here
NOT_COUNTED = ("learning epochs", "embedded processors and host", "idle power", "injection of input and sleep's events")


class Events(NamedTuple):
    """Spikes per cycle, counted.

    Attributes
    ----------
    phase : str
    cycles : int
        That were counted.
    spikes : dict
        Spikes of all neurons of a population per cycle.
    synaptic : float
        Spikes at synapses per cycle.
    timesteps : int
        Of a cycle.
    """

    phase: str
    cycles: int
    spikes: dict[str, float]
    synaptic: float
    timesteps: int = STEPS

    def rates(self, usage: Usage) -> dict[str, float]:
        """Spikes per neuron and cycle, by population."""
        return {name: number / usage.population(name).size for name, number in self.spikes.items()}


class Term(NamedTuple):
    """One line of the estimate.

    Attributes
    ----------
    name : str
    events : float
        Per cycle.
    factor : float or None
        pJ per event, None without public figure.
    source : str
    energy : float or None
        pJ per cycle.
    """

    name: str
    events: float
    factor: float | None
    source: str
    energy: float | None


class Cost(NamedTuple):
    """An estimate for one phase: terms, their sum in pJ (None if one is unknown), and the time of a cycle in us."""

    events: Events
    terms: tuple[Term, ...]
    energy: float | None
    time: tuple[float, float] | None

    def as_json(self) -> dict:
        """Plain data."""
        return {
            **self.events._asdict(),
            "terms": [term._asdict() for term in self.terms],
            "energy_pJ": self.energy,
            "time_us": self.time,
            "not_counted": NOT_COUNTED,
        }


def count_events(
    network: Network, usage: Usage, seed: int = 1, cycles: int = CYCLES, world: Environment = PAPER
) -> list[Events]:
    """Run the first task of a world awake and then sleep in fixed point, and count spikes.

    The hidden layer is constructed (each neuron answers to one particle), as it is after unsupervised learning; so no
    long training comes before the count.
    """
    description = network.with_constructed_hidden_layer()
    instance = description.instance(seed, world=world)
    segments = [
        Segment("awake", make_phase(description, Mode.WAKE, world.task_names[0], world), cycles),
        Segment("asleep", make_phase(description, Mode.SLEEP, "", world), cycles),
    ]
    sense, ground = functions_of(instance.start.world).sense, world.ground()
    hidden_fan_out = next(one for one in usage.projections if one.source == "input")
    after_hidden = sum(one.synapses.shape[0] for one in usage.projections if one.source == "hidden")
    fan_out = np.bincount(instance.start.hidden_synapses.pre.ravel(), minlength=hidden_fan_out.synapses.shape[1])
    found = []
    with COMPILED.open(instance, instance.start, segments, rasters=True) as running:
        for index, segment in enumerate(segments):
            running.begin(segment)
            pixels, counts = np.zeros(world.inputs, np.uint8), np.zeros(world.inputs, np.int64)
            for _ in range(cycles):
                if segment.phase.mode == Mode.WAKE:
                    sense(running.state.world, ground, pixels)
                    counts += pixels
                running.advance(1)
            part_of_record = slice(index * cycles, (index + 1) * cycles)
            hidden = int(running.record.hidden_raster[part_of_record].sum())
            output = int(running.record.output_raster[part_of_record].sum())
            spikes = {"input": counts.sum() / cycles, "hidden": hidden / cycles, "output": output / cycles}
            synaptic = (int(counts @ fan_out) + hidden * after_hidden) / cycles
            found.append(Events(segment.name, cycles, spikes, synaptic))
    return found


def estimate(usage: Usage, profile: Profile, events: Events) -> Cost:
    """Energy and time of a cycle.

    Every neuron on a core is accessed and updated in every timestep, and each spike takes an axon to every core that it
    goes to: an upper bound where a chip skips idle neurons.
    """
    placement = place(usage, profile, events.rates(usage))
    neurons = sum(one.size for one in usage.populations if one.is_on_core)
    spikes = sum(events.spikes.get(one.name, 0.0) for one in usage.populations if one.is_on_core)
    energy = profile.energy
    terms = (
        term("synaptic events", events.synaptic, energy.synaptic_event),
        term("neuron updates", neurons * events.timesteps, energy.neuron_update),
        term("neuron accesses", neurons * events.timesteps, energy.neuron_access),
        term("spikes", spikes, energy.spike),
        term("axons out", spikes_between(placement), energy.axon_out),
    )
    known = [one.energy for one in terms if one.energy is not None]
    barrier = (energy.barrier_least, energy.barrier_largest)
    time = None
    if all(limit.is_known for limit in barrier):
        least, largest = (round(events.timesteps * float(limit.value), 6) for limit in barrier)
        time = (least, largest)
    return Cost(events, terms, sum(known) if len(known) == len(terms) else None, time)


def term(name: str, events: float, factor: Limit) -> Term:
    """Events times a figure, if there is one."""
    if not factor.is_known:
        return Term(name, events, None, "no public figure", None)
    return Term(name, events, factor.known, factor.source, events * factor.known)


def spikes_between(placement: Placement) -> float:
    """Spikes per cycle that leave a core for a core."""
    return float(
        sum(data["spikes"] for start, end, data in placement.graph.edges(data=True) if OUTSIDE not in (start, end))
    )


def cost_lines(costs: list[Cost]) -> list[str]:
    """The estimate as text."""
    lines = []
    for cost in costs:
        spikes = ", ".join(f"{name} {number:.1f}" for name, number in cost.events.spikes.items())
        cycle = f"cycle of {cost.events.timesteps} timesteps"
        lines.append(f"{cost.events.phase}: spikes per {cycle} {spikes} (mean of {cost.events.cycles})")
        for one in cost.terms:
            energy = "no public figure"
            if one.energy is not None:
                energy = f"x {one.factor:g} pJ = {one.energy:,.0f} pJ ({one.source})"
            lines.append(f"  {one.name:<16} {one.events:>10,.1f} {energy}")
        total = "unknown" if cost.energy is None else f"{cost.energy / 1000:,.1f} nJ"
        time = "unknown" if cost.time is None else f"{cost.time[0]:g} to {cost.time[1]:g} us"
        lines.append(f"  energy per cycle: {total}; time by the barrier alone: {time}")
    lines.append(f"not counted, for want of figures: {', '.join(NOT_COUNTED)}")
    return lines
