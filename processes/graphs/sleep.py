"""Reactivation of a population of a graph: by phase, at rates of several kinds."""

from collections.abc import Mapping, Sequence
from typing import Any

import numpy as np
from lava.magma.core.model.py.ports import PyOutPort
from lava.magma.core.model.py.type import LavaPyType

from processes.declaration import OWN
from processes.graphs.phases import Phased, PhasedModel
from processes.models import cpu_model
from processes.reactivation import AbstractReactivationModel, Reactivation


class PhasedReactivation(Phased, Reactivation):
    """A `Reactivation` that knows the phase.

    Parameters
    ----------
    shape, period, seed
        As of `Reactivation`.
    settings : int array (phases, 4)
        By phase: whether the population sleeps, gain in 1/1024, amplitude, an `emulation.graph.plan.Rates`.
    rate_rows : sequence of int
        By phase: row of the counters that it adds to, -1 for none.
    given, permutation : int64 array (n,)
        As of `emulation.graph.sleep.fix_rates`.
    held, clock
        See `processes.graphs.phases.PhasedModel`.
    """

    hardware = OWN["PhasedReactivation"]

    def __init__(
        self,
        *,
        shape: tuple[int, ...],
        settings: np.ndarray,
        rate_rows: Sequence[int],
        rows: int,
        given: np.ndarray,
        permutation: np.ndarray,
        period: int,
        seed: int,
        held: Mapping[str, np.ndarray] | None = None,
        clock: int = 0,
    ) -> None:
        self.rows = rows
        parameters: dict[str, Any] = {"settings": settings, "rate_rows": rate_rows, "given": given}
        parameters |= {"permutation": permutation, "held": held or {}, "clock": clock}
        super().__init__(shape=shape, amplitude=0, period=period, seed=seed, **parameters)


class AbstractPhasedReactivationModel(PhasedModel, AbstractReactivationModel):
    def run_spk(self):
        self.receive_phase()
        super().run_spk()

    def begin_cycle(self, wanted):
        given = self.proc_params
        asleep, gain, amplitude, rates = (int(value) for value in self.in_phase("settings"))
        self.injected[:] = 0
        if asleep and (self.begins or not self.is_asleep):
            self.replay.fix(rates, given["given"], given["permutation"])
        self.is_asleep = bool(asleep)
        if asleep:
            self.replay.draw(gain, self.time - 1, self.injected, amplitude)
            self.events += np.count_nonzero(self.injected)

    def count(self):
        row = self.in_phase("rate_rows")
        if row >= 0:
            self.replay.count(row, self.spikes)


@cpu_model(PhasedReactivation, "fixed_pt")
class PyPhasedReactivationModel(AbstractPhasedReactivationModel):
    a_out: PyOutPort = LavaPyType(PyOutPort.VEC_DENSE, np.int32)


@cpu_model(PhasedReactivation, "floating_pt")
class PyPhasedReactivationModelFloat(AbstractPhasedReactivationModel):
    a_out: PyOutPort = LavaPyType(PyOutPort.VEC_DENSE, float)
    dtype: type = float
