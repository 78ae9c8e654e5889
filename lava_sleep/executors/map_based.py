"""The executor of the paper's own network: map-based neurons in compiled float64 loops."""

from collections.abc import Iterator, Sequence
from contextlib import contextmanager

import numpy as np

from emulation.engine.network import STEPS as PARTS
from emulation.engine.phase import Mode, Phase, Record, make_record
from emulation.environments.foraging import DIRECTION
from emulation.golden2022.cycle import begin_phase, make_scratch, run_map_cycles
from emulation.golden2022.parameters import STEPS, MapNetwork
from emulation.golden2022.state import MapState
from emulation.states import copy_state
from lava_sleep.errors import InputError
from lava_sleep.protocol import Segment


class MapRunning:
    """See `lava_sleep.executors.Running`."""

    stretch = 2000

    def __init__(self, state: MapState, network: MapNetwork, record: Record, first: Segment, done: int) -> None:
        self.state, self.network, self.record = state, network, record
        self._scratch = make_scratch(state.output_synapses.weights.shape[1])
        self._phase, self._position, self._index = self._phase_of(first), done, 0

    def _phase_of(self, segment: Segment) -> Phase:
        """The phase of a segment, with this network's density of particles in the unsupervised one."""
        phase = segment.phase
        if phase.mode == Mode.UNSUPERVISED:
            phase = phase._replace(kind_counts=np.full(4, self.network.unsupervised_particles))
        return phase

    def begin(self, segment: Segment) -> None:
        """Enter the next segment: its idle cycle."""
        self._phase, self._position = self._phase_of(segment), 0
        begin_phase(self.state, self.network, self._phase)

    def advance(self, cycles: int) -> None:
        """Run so many cycles of the present segment."""
        if not len(self.record.directions):
            self._run(cycles)
            return
        for _ in range(cycles):  # the spikes of a cycle stand until the next one
            self._run(1)
            self._write_rasters(self._index - 1)

    def _run(self, cycles: int) -> None:
        outcomes = self.record.outcomes[self._index : self._index + cycles]
        try:
            run_map_cycles(self.state, self.network, self._phase, self._position, outcomes, self._scratch)
        except ValueError as error:
            text, do = str(error), "lower network.map.input_synapses.strength"
            raise InputError("executor map: the run stopped", text, "a network in its bounds", do) from error
        self._position += cycles
        self._index += cycles

    def _write_rasters(self, index: int) -> None:
        """The move and the spikes of the cycle just run, which is number `index` of the record."""
        self.record.directions[index] = self.state.world.agent[DIRECTION]
        if self._phase.mode == Mode.REST:
            return
        for raster, spikes in zip((self.record.hidden_raster, self.record.output_raster), self.spikes()):
            np.add.at(raster[index], (spikes[:, 0] * PARTS // STEPS, spikes[:, 1]), 1)

    def spikes(self) -> tuple[np.ndarray, np.ndarray]:
        """Step (0 .. 599) and neuron of the hidden and of the output spikes of the last cycle, int64 arrays (n, 2)."""
        scratch = self._scratch
        hidden, output = scratch.numbers
        steps = scratch.spikes[1, :output] - 1
        return (
            np.stack([scratch.event_steps[:hidden], scratch.neurons[:hidden]], axis=1),
            np.stack([steps, scratch.spikes[0, :output]], axis=1),
        )


@contextmanager
def open_map(
    state: MapState, network: MapNetwork, segments: Sequence[Segment], rasters: bool = False, done: int = 0
) -> Iterator[MapRunning]:
    """The executor on a copy of `state`, see `lava_sleep.executors.open_executor`.

    A row of a raster stands for a sixteenth of the cycle's 600 steps, and counts a neuron's spikes in it.
    """
    record = make_record(sum(segment.cycles for segment in segments) - done, state.rate_counts.shape[1], rasters)
    yield MapRunning(copy_state(state), network, record, segments[0], done)
