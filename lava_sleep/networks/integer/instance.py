"""One integer network of a seed, and its compiled cycles."""

import numpy as np

from emulation.engine.cycle import idle_cycle, run_cycles
from emulation.engine.network import STEPS
from emulation.engine.phase import Phase, Record
from emulation.errors import InputError
from emulation.neurons import REPORT_NEURON, REPORT_TIME, Overflow
from lava_sleep.environments.base import Environment
from lava_sleep.networks.base import Arithmetic, Instance, Loop
from lava_sleep.networks.integer.build import build_network, initial_state
from lava_sleep.networks.integer.description import IntegerNetwork


class IntegerInstance(Instance):
    """See `Instance`; `start` is a `State`, `constants` are `Constants`."""

    def __init__(self, network: IntegerNetwork, world: Environment, seed: int, arithmetic: Arithmetic) -> None:
        start = initial_state(network, seed, arithmetic, world)
        constants = build_network(network, seed, start.hidden_synapses.pre, world)
        super().__init__(network, world, seed, arithmetic, constants, start)

    def loop(self, state, record: Record) -> "IntegerLoop":
        """Compiled cycles from a state, in fixed point or in float64 after its dtype."""
        return IntegerLoop(self, state, record)

    def check(self, state) -> None:
        """With the strict policy an overflow is an error that names its place."""
        if self.constants.overflow_policy == Overflow.STRICT and state.overflow[REPORT_NEURON] > 0:
            neuron, timestep = state.overflow[REPORT_NEURON] - 1, state.overflow[REPORT_TIME]
            raise InputError(
                "network.arithmetic.overflow: a register overflowed",
                f"population output, neuron {neuron}, timestep {timestep}",
                "none with 'strict'",
                "choose another policy, or lower weights or drive",
            )

    def ranges(self, arrays: dict[str, np.ndarray]) -> dict[str, tuple]:
        """Spike counts, and times of spikes within the epoch."""
        times = [f"{part}_synapses.{side}_time" for part in ("hidden", "output") for side in ("x", "y")]
        return dict.fromkeys(("counts", *times), (0, STEPS))


class IntegerLoop(Loop):
    """See `Loop`."""

    def __init__(self, instance: IntegerInstance, state, record: Record) -> None:
        super().__init__(state, record)
        self._constants = instance.constants

    def begin(self, phase: Phase) -> None:
        """The uncounted idle cycle at the start of a phase."""
        idle_cycle(self.state, self._constants, phase)

    def advance(self, phase: Phase, position: int, index: int, cycles: int) -> None:
        """Run cycles of a phase."""
        part = Record(*(array[index : index + cycles] for array in self.record))
        run_cycles(self.state, self._constants, phase, position, cycles, part)

    def spikes(self) -> tuple[np.ndarray, np.ndarray]:
        """Cycle, timestep and neuron of the hidden and of the output spikes."""
        return raster_spikes(self.record.hidden_raster), raster_spikes(self.record.output_raster)


def raster_spikes(raster: np.ndarray) -> np.ndarray:
    """Cycle, timestep and neuron of each spike of a raster (uint8 array (cycles, timesteps, n)), int32 array (n, 3)."""
    flat = np.flatnonzero(raster.reshape(-1).view(np.bool_))
    return np.stack(np.unravel_index(flat, raster.shape), axis=1).astype(np.int32)
