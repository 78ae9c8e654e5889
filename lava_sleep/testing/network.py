"""What every network has to hold."""

import contextlib

import numpy as np

from emulation.engine.phase import Mode
from emulation.states import copy_state, named_arrays
from lava_sleep.backends.base import run_segments
from lava_sleep.backends.compiled import COMPILED
from lava_sleep.base.settings import validated
from lava_sleep.environments.base import Environment
from lava_sleep.environments.foraging import PAPER
from lava_sleep.networks.base import Arithmetic, Instance, Network
from lava_sleep.protocols.schedule import Segment, make_phase
from lava_sleep.runs.checkpoint import Checkpoint, Owner, decode, encode
from lava_sleep.testing.backend import Pause, PauseAfter
from lava_sleep.testing.equality import outcomes_of, require, require_same, row_of

SEED, OTHER_SEED = 1, 2


def check_network(network: Network, *, cycles: int = 50, world: Environment = PAPER) -> None:
    """Build and run a network in each of its arithmetics.

    1. Its description comes back from plain data as it was.
    2. A seed gives the same network again, and another seed another one; running changes neither.
    3. Frozen weights stay as they are, awake and asleep.
    4. A run that is ended in the middle of a phase goes on from a checkpoint as if it had not been ended.
    5. After every kind of phase all that is used as an index lies within `Instance.ranges`.

    Parameters
    ----------
    network : Network
    cycles, world
        As of `lava_sleep.testing.check_backend`; an AssertionError too says what does not hold.
    """
    again = validated(type(network), network.model_dump(mode="json"), strict=False)
    require(again == network, f"network {network.model}: its description does not come back from plain data")
    network.check()
    for arithmetic in network.arithmetics:
        check_instance(network, arithmetic, cycles, world)


def check_instance(network: Network, arithmetic: Arithmetic, cycles: int, world: Environment) -> None:
    """The part of `check_network` for one arithmetic."""
    who = f"network {network.model}, {arithmetic.value}"
    instance = network.instance(SEED, arithmetic, world)
    start, segments = copy_state(instance.start), row_of(network, cycles, world)
    again = network.instance(SEED, arithmetic, world).start
    require_same(again, start, f"{who}: a seed does not give the same network again")
    other = named_arrays(network.instance(OTHER_SEED, arithmetic, world).start)
    differs = any(not np.array_equal(other[name], array) for name, array in named_arrays(start).items())
    require(differs, f"{who}: another seed gives the same network")

    state, outcomes = run_segments(COMPILED, instance, instance.start, segments)
    require_same(instance.start, start, f"{who}: running changes the state that it starts from")
    pause = PauseAfter(cycles + cycles // 2)
    with contextlib.suppress(Pause):
        run_segments(COMPILED, instance, instance.start, segments, pause)
    left = through_checkpoint(instance, Checkpoint("", pause.state, pause.outcomes, [], 0.0, 0))
    resumed, after = run_segments(COMPILED, instance, left.state, segments, before=left.outcomes)
    require_same(resumed, state, f"{who}: it goes on otherwise from a checkpoint")
    require(
        np.array_equal(outcomes_of(after), outcomes_of(outcomes)),
        f"{who}: its outcomes are others after a checkpoint",
    )
    through_checkpoint(instance, Checkpoint("", state, outcomes_of(outcomes), [], 0.0, 0))
    require_frozen(instance, state, cycles, who)


def through_checkpoint(instance: Instance, checkpoint: Checkpoint) -> Checkpoint:
    """Write and read a checkpoint, whose numbers are checked against the ranges of the network."""
    owner = Owner("", SEED)
    try:
        return decode(encode(checkpoint, owner), owner, instance)
    except ValueError as error:
        raise AssertionError(f"network {instance.network.model}: its checkpoint {error}") from error


def require_frozen(instance: Instance, state, cycles: int, who: str) -> None:
    """Raise an AssertionError if frozen phases change weights."""
    network, world = instance.network, instance.world
    phases = [make_phase(network, Mode.WAKE, world.task_names[0], world, learns=False)]
    phases.append(make_phase(network, Mode.SLEEP, "", world, learns=False))
    frozen, _ = run_segments(COMPILED, instance, state, [Segment("frozen", phase, cycles) for phase in phases])
    for part in ("hidden_synapses", "output_synapses"):
        before, after = getattr(state, part).weights, getattr(frozen, part).weights
        require(np.array_equal(before, after), f"{who}: frozen weights of {part} change")
