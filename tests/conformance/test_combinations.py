"""Every network in every arithmetic on every backend: however a run is cut into calls, it is the same run."""

from collections.abc import Collection
from functools import cache

import numpy as np
import pytest

from emulation.engine.phase import Mode
from emulation.errors import InputError
from emulation.states import copy_state, named_arrays
from lava_sleep.backends import BACKENDS
from lava_sleep.backends.base import position
from lava_sleep.backends.lava import LavaBackend
from lava_sleep.networks import NETWORKS
from lava_sleep.networks.base import Arithmetic, Instance, Network
from lava_sleep.protocols.schedule import Segment, make_phase
from lava_sleep.testing import check_backend, check_network

SMALL = {"hidden": {"neurons": 100}}
SEED, CYCLES = 4, 7
STOPS = [3, CYCLES + 1, 2 * CYCLES + 2, 5 * CYCLES - 1]  # in four of the phases
# By default a Lava graph is cut everywhere in one arithmetic, and stopped in one phase, another for each.
CUT_LONG = [("float", "lava"), ("fixed", "lava-cycle")]
STOPPED = dict(zip([("fixed", "lava"), ("float", "lava"), ("fixed", "lava-cycle"), ("float", "lava-cycle")], STOPS))


def combinations(fit: bool, long: Collection[tuple[str, str]] = ()) -> list:
    """(network, arithmetic, backend) by name of all that are registered: those that go together, or the others.

    `long` are the arithmetics and backends that the default suite leaves out.
    """
    found = []
    for network, kind in NETWORKS.items():
        for arithmetic in Arithmetic:
            for name, backend in BACKENDS.items():
                needs_lava = isinstance(backend, LavaBackend)
                fits = arithmetic in kind.arithmetics and (kind.has_graph or name == "compiled")
                if fits == fit:
                    marks = [pytest.mark.lava] if needs_lava else []
                    marks += [pytest.mark.long] if (arithmetic.value, name) in long else []
                    label = f"{network}-{arithmetic.value}-{name}"
                    found.append(pytest.param(network, arithmetic, name, id=label, marks=marks))
    return found


def stops() -> list:
    """All that go together with all stops."""
    return [
        pytest.param(*made.values, stop, id=f"{made.id}-{stop}", marks=made.marks)
        for stop in STOPS
        for made in combinations(True, [who for who, where in STOPPED.items() if where != stop])
    ]


def small_network(name: str) -> Network:
    """A network of few neurons, with an unsupervised phase."""
    return NETWORKS.get(name).model_validate(SMALL)


@cache
def instance_of(network: str, arithmetic: Arithmetic) -> Instance:
    """A small network of the seed."""
    return small_network(network).instance(SEED, arithmetic)


def row_of(network: Network) -> list[Segment]:
    """A row with every kind of phase."""
    phases = [
        make_phase(network, Mode.UNSUPERVISED, ramp_cycles=CYCLES),
        make_phase(network, Mode.WAKE, "T1"),
        make_phase(network, Mode.SLEEP, rate_gain=4096),
        make_phase(network, Mode.REST, learns=False),
        make_phase(network, Mode.WAKE, "T2", fresh_world=False),
    ]
    return [Segment(f"phase {index}", phase, CYCLES) for index, phase in enumerate(phases)]


def run(network: str, arithmetic: Arithmetic, backend: str, stretch: int, rasters: bool = True):
    """State, record and spikes of a whole row, so many cycles a call."""
    instance = instance_of(network, arithmetic)
    segments = row_of(instance.network)
    with BACKENDS.get(backend).open(instance, instance.start, segments, rasters=rasters) as running:
        for segment in segments:
            running.begin(segment)
            for done in range(0, segment.cycles, stretch):
                running.advance(min(stretch, segment.cycles - done))
        spikes = running.spikes() if rasters else ()
        return copy_state(running.state), copy_state(running.record), spikes


@cache
def in_one_go(network: str, arithmetic: Arithmetic, backend: str):
    """State, record and spikes of a whole row, a call for each of its phases."""
    return run(network, arithmetic, backend, CYCLES)


def assert_same(one, other) -> None:
    """All arrays of two states or records."""
    first, second = named_arrays(one), named_arrays(other)
    assert first.keys() == second.keys()
    for name in first:
        assert np.array_equal(first[name], second[name]), name


@pytest.mark.parametrize(("network", "arithmetic", "backend"), combinations(True, CUT_LONG))
def test_in_one_go_or_a_cycle_at_a_time(network, arithmetic, backend):
    instance = instance_of(network, arithmetic)
    before = copy_state(instance.start)
    state, record, spikes = in_one_go(network, arithmetic, backend)
    stepwise_state, stepwise_record, stepwise_spikes = run(network, arithmetic, backend, 1)
    assert_same(stepwise_state, state)
    assert_same(stepwise_record, record)
    for one, other in zip(stepwise_spikes, spikes):
        assert np.array_equal(one, other) and len(one) > 0
    bare_state, bare_record, _ = run(network, arithmetic, backend, CYCLES, rasters=False)
    assert_same(bare_state, state)
    assert np.array_equal(bare_record.outcomes, record.outcomes)
    assert_same(instance.start, before)


@pytest.mark.parametrize(("network", "arithmetic", "backend", "stop"), stops())
def test_stopped_and_gone_on_with(network, arithmetic, backend, stop):
    instance, engine = instance_of(network, arithmetic), BACKENDS.get(backend)
    segments = row_of(instance.network)
    state, record, _ = in_one_go(network, arithmetic, backend)
    index, done = position(segments, stop)
    with engine.open(instance, instance.start, segments[: index + 1]) as running:
        for segment in segments[:index]:
            running.begin(segment)
            running.advance(segment.cycles)
        running.begin(segments[index])
        running.advance(done)
        left, first = copy_state(running.state), running.record.outcomes[:stop].copy()
    kept = copy_state(left)
    with engine.open(instance, left, segments[index:], done=done) as running:
        running.advance(segments[index].cycles - done)
        for segment in segments[index + 1 :]:
            running.begin(segment)
            running.advance(segment.cycles)
        assert_same(running.state, state)
        assert np.array_equal(np.concatenate([first, running.record.outcomes]), record.outcomes)
    assert_same(left, kept)


@pytest.mark.parametrize(("network", "arithmetic", "backend"), combinations(True))
def test_what_every_backend_has_to_hold(network, arithmetic, backend):
    check_backend(backend, small_network(network), arithmetic, cycles=3)


@pytest.mark.parametrize("network", NETWORKS.names())
def test_what_every_network_has_to_hold(network):
    check_network(small_network(network), cycles=20)


@pytest.mark.parametrize(("network", "arithmetic", "backend"), combinations(False))
def test_what_does_not_go_together_is_refused(network, arithmetic, backend):
    with pytest.raises(InputError, match=f"got '{arithmetic.value}'|got '{network}'"):
        BACKENDS.get(backend).check(small_network(network), arithmetic)
