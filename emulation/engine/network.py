"""The integer network: what does not change while it runs."""

from typing import Any, NamedTuple

from emulation.rules.rule import Rule
from emulation.wiring import Wiring

STEPS = 16  # timesteps of a movement cycle, which is one learning epoch
INPUT_STEP = 0  # timestep within the cycle at which the input neurons spike
HIDDEN_STEP = 1  # timestep at which the hidden layer answers: a connection delays by one


class Constants(NamedTuple):
    """What does not change while a network runs.

    Attributes
    ----------
    seed : int
    ground : named tuple
        What does not change in the environment, see `emulation.environments.base`.
    wiring : Wiring
    hidden_rule, wake_rule, sleep_rule : Rule
    rounding, overflow_policy : int
        A `Rounding`, an `Overflow`.
    hidden_threshold : int
        In units of a weight.
    du, dv : int
        Decays of the output layer as they act, 0 .. 4096.
    floor : int
        The output layer's v never falls below -(floor << 6).
    post_scale, post_limit : int
        The output neuron sends y1 = post_scale * min(its spikes in the cycle, post_limit).
    """

    seed: int
    ground: Any
    wiring: Wiring
    hidden_rule: Rule
    wake_rule: Rule
    sleep_rule: Rule
    rounding: int
    overflow_policy: int
    hidden_threshold: int
    du: int
    dv: int
    floor: int
    post_scale: int
    post_limit: int
