"""One network of the paper's own kind, and its compiled cycles."""

import numpy as np

from emulation.engine.network import STEPS as PARTS
from emulation.engine.phase import Mode, Phase, Record
from emulation.environments.base import functions_of
from emulation.errors import InputError
from emulation.golden2022.cycle import begin_phase, make_scratch, run_golden_cycles
from emulation.golden2022.parameters import STEPS
from lava_sleep.environments.base import Environment
from lava_sleep.networks.base import Arithmetic, Instance, Loop, layer_sizes
from lava_sleep.networks.golden2022.build import golden_constants, golden_state
from lava_sleep.networks.golden2022.description import GoldenNetwork


class GoldenInstance(Instance):
    """See `Instance`; `start` is a `GoldenState`, `constants` are `GoldenConstants`."""

    def __init__(self, network: GoldenNetwork, world: Environment, seed: int, arithmetic: Arithmetic) -> None:
        start = golden_state(network, seed, world)
        constants = golden_constants(network, seed, start.hidden_synapses.pre, world)
        super().__init__(network, world, seed, arithmetic, constants, start)

    def loop(self, state, record: Record) -> "GoldenLoop":
        """Compiled cycles from a state."""
        return GoldenLoop(self, state, record)

    def ranges(self, arrays: dict[str, np.ndarray]) -> dict[str, tuple]:
        """Neurons of the traces, and how many entries there are."""
        entries, hidden = arrays["traces.hidden"].size, arrays["rate_counts"].shape[1]
        return {
            "traces.neurons": (0, hidden - 1),
            "traces.hidden": (0, hidden - 1),
            "traces.output": (0, self.world.outputs - 1),
            "traces.numbers": (0, entries),
            "traces.recent": (0, np.array([entries, arrays["traces.output"].size])),
        }


class GoldenLoop(Loop):
    """See `Loop`; with rasters, a row stands for a sixteenth of the cycle's 600 steps and counts a neuron's spikes."""

    def __init__(self, instance: GoldenInstance, state, record: Record) -> None:
        super().__init__(state, record)
        self._constants = instance.constants
        self._scratch = make_scratch(instance.world.inputs, *layer_sizes(state))
        self._spikes: tuple[list[np.ndarray], list[np.ndarray]] = ([], [])

    def begin(self, phase: Phase) -> None:
        """The uncounted idle cycle at the start of a phase."""
        begin_phase(self.state, self._constants, phase)

    def advance(self, phase: Phase, position: int, index: int, cycles: int) -> None:
        """Run cycles of a phase."""
        if not len(self.record.directions):
            self._run(phase, position, index, cycles)
            return
        for cycle in range(cycles):  # the spikes of a cycle stand until the next one
            self._run(phase, position + cycle, index + cycle, 1)
            self._write_down(phase, index + cycle)

    def spikes(self) -> tuple[np.ndarray, np.ndarray]:
        """Cycle, step (0 .. 599) and neuron of the hidden and of the output spikes."""
        hidden, output = (np.concatenate([np.zeros((0, 3), np.int32), *layer]) for layer in self._spikes)
        return hidden, output

    def _run(self, phase: Phase, position: int, index: int, cycles: int) -> None:
        outcomes = self.record.outcomes[index : index + cycles]
        try:
            run_golden_cycles(self.state, self._constants, phase, position, outcomes, self._scratch)
        except ValueError as error:
            hint = "lower network.input_synapses.strength"
            raise InputError(
                "network golden2022: the run stopped", str(error), "a network in its bounds", hint
            ) from error

    def _write_down(self, phase: Phase, index: int) -> None:
        """The move and the spikes of the cycle just run, which is number `index` of the record."""
        self.record.directions[index] = functions_of(self.state.world).action(self.state.world)
        if phase.mode == Mode.REST:
            return
        rasters = (self.record.hidden_raster, self.record.output_raster)
        for raster, found, layer in zip(rasters, self.spikes_of_cycle(), self._spikes):
            np.add.at(raster[index], (found[:, 0] * PARTS // STEPS, found[:, 1]), 1)
            layer.append(np.insert(found, 0, index, axis=1).astype(np.int32))

    def spikes_of_cycle(self) -> tuple[np.ndarray, np.ndarray]:
        """Step (0 .. 599) and neuron of the hidden and of the output spikes of the last cycle, int64 arrays (n, 2)."""
        scratch = self._scratch
        hidden, output = scratch.numbers
        steps = scratch.spikes[1, :output] - 1
        return (
            np.stack([scratch.event_steps[:hidden], scratch.neurons[:hidden]], axis=1),
            np.stack([steps, scratch.spikes[0, :output]], axis=1),
        )
