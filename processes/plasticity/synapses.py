"""Plastic synapses as the kernels keep them, and as Lava's Vars show them."""

import numpy as np
from scipy.sparse import csr_matrix

from emulation.learning.synapses import Connection, make_connection

SYNAPTIC = {"weights": "weights", "tag_1": "tags", "tag_2": "delays"}  # Lava's name: name in `Connection`
TRACES = {"x1": ("x_traces", 0), "x2": ("x_traces", 1), "y1": ("y_traces", 0), "y2": ("y_traces", 1)}
TRACES |= {"y3": ("y_traces", 2)}
TIMES = {"tx": "x_time", "ty": "y_time"}
NAMES = (*SYNAPTIC, *TRACES, *TIMES)


class Synapses:
    """A `Connection` beside the values of Lava's Vars.

    A Var is a view into the connection, except where rows of unequal fan-in are padded: padding belongs to a
    presynaptic neuron that never spikes (number n_pre), keeps zero weight, tag and delay, and shows in no Var.

    Parameters
    ----------
    values : dict of str to array
        "weights", "tag_1", "tag_2": (n_post, n_pre), or (number of synapses,) with `pattern`; int32 or float64.
    pattern : csr_matrix or None
        Which synapses exist, in the order of `values`; None for all.
    held : Connection, optional
        The state to go on from, in place of `values`; changed in place.
    """

    def __init__(
        self, values: dict[str, np.ndarray], pattern: csr_matrix | None = None, held: Connection | None = None
    ) -> None:
        self.pattern = pattern
        self._shape = values["weights"].shape
        self._slots: np.ndarray | None = None
        self._padding: np.ndarray | None = None
        if pattern is None:
            self.n_pre = self._shape[1]
            pre = np.arange(self.n_pre)[np.newaxis]
        else:
            self.n_pre = pattern.shape[1]
            pre = self._rows_of_equal_length(pattern)
        rows = {name: self._in_rows(value, pre.shape) for name, value in values.items()}
        self._delays = rows["tag_2"]
        neurons = self.n_pre + (self._padding is not None)
        if held is None:
            held = make_connection(pre, rows["weights"], neurons)
            held.tags[:] = rows["tag_1"]
        self.connection = held

    def _rows_of_equal_length(self, pattern: csr_matrix) -> np.ndarray:
        """Pre neurons (n_post, fan_in) of a pattern; notes which slots are synapses and which padding."""
        lengths = np.diff(pattern.indptr)
        fan_in = max(1, int(lengths.max(initial=0)))
        exists = np.arange(fan_in) < lengths[:, np.newaxis]
        pre = np.full(exists.shape, self.n_pre, np.int32)
        pre[exists] = pattern.indices
        if not exists.all():
            self._slots, self._padding = np.flatnonzero(exists), np.flatnonzero(~exists)
        return pre

    def _in_rows(self, values: np.ndarray, shape: tuple[int, ...]) -> np.ndarray:
        """Values of the synapses in rows of equal length."""
        if self.pattern is None:
            return np.ascontiguousarray(values)
        rows = np.zeros(shape, values.dtype)
        rows.reshape(-1)[slice(None) if self._slots is None else self._slots] = values
        return rows

    def keep_delays(self, wanted: bool) -> None:
        """Give the kernels the delays (`wanted`), or a connection without: it is quicker."""
        has = self.connection.delays.shape[1] > 0
        if wanted != has:
            delays = self._delays if wanted else self._delays[:, :0].copy()
            self.connection = self.connection._replace(delays=delays)

    def read(self, name: str) -> np.ndarray:
        """Value of a Var: a view where nothing is padded, else a copy."""
        if name in TIMES:
            return getattr(self.connection, TIMES[name])[: self._neurons(name)]
        if name in TRACES:
            array, row = TRACES[name]
            return getattr(self.connection, array)[row, : self._neurons(name)]
        flat = self._array(name).reshape(-1)
        return flat[self._slots] if self._slots is not None else flat.reshape(self._shape)

    def write(self, name: str, values: np.ndarray) -> None:
        """Set what a Var shows."""
        if name in SYNAPTIC and self._slots is not None:
            self._array(name).reshape(-1)[self._slots] = values
        else:
            self.read(name)[...] = values

    def clear_padding(self) -> None:
        """Undo what a rule such as `u0` has done to slots that are no synapses."""
        if self._padding is not None:
            for name in SYNAPTIC:
                self._array(name).reshape(-1)[self._padding] = 0

    def _neurons(self, name: str) -> int | None:
        return self.n_pre if "x" in name else None

    def _array(self, name: str) -> np.ndarray:
        return self._delays if name == "tag_2" else getattr(self.connection, SYNAPTIC[name])
