"""Lava's Var for the values of existing synapses."""

from typing import Any

import numpy as np
from lava.magma.core.process.variable import Var
from scipy.sparse import csr_matrix, issparse

from processes.plasticity.engine import PlasticityError


class SynapseVar(Var):
    """A value per existing synapse: sent as a vector, shown as a matrix (n_post, n_pre).

    Synapses stay synapses at value zero, unlike with a Var of a sparse matrix in stock Lava.

    Parameters
    ----------
    pattern : csr_matrix
        Which synapses exist (with sorted indices; the values do not matter).
    value : csr_matrix or array
        Initial values: a matrix (n_post, n_pre), or one value per synapse.
    """

    def __init__(self, pattern: csr_matrix, value: Any) -> None:
        self.pattern = pattern
        super().__init__(shape=(pattern.nnz,), init=self._vector(value))

    def get(self, idx: np.ndarray | None = None) -> csr_matrix:
        """All values as a matrix with an explicit entry per synapse; with `idx`, a vector of these values."""
        values = np.asarray(super().get()).reshape(-1)
        if idx is not None:
            return values[idx]
        return csr_matrix((values, self.pattern.indices, self.pattern.indptr), self.pattern.shape)

    def set(self, value: Any, idx: np.ndarray | None = None) -> None:
        """Set from a sparse or dense matrix (n_post, n_pre), or from one value per synapse.

        Raises
        ------
        PlasticityError
            If a matrix has another shape, or a value where no synapse exists.
        """
        super().set(value if idx is not None else self._vector(value), idx)

    def _vector(self, value: Any) -> np.ndarray:
        pattern = self.pattern
        if not issparse(value) and np.ndim(value) < 2:
            return np.array(np.broadcast_to(value, (pattern.nnz,)))
        if value.shape != pattern.shape:
            what, hint = (
                "PlasticSparse values: another shape",
                "give one value per synapse, or a matrix (n_post, n_pre)",
            )
            raise PlasticityError(what, value.shape, str(pattern.shape), hint)
        given = csr_matrix(value)
        rows = np.repeat(np.arange(pattern.shape[0]), np.diff(pattern.indptr))
        places = rows * pattern.shape[1] + pattern.indices
        given_rows, given_columns = given.nonzero()
        beyond = ~np.isin(given_rows * pattern.shape[1] + given_columns, places)
        if beyond.any():
            raise PlasticityError(
                "PlasticSparse values: some where no synapse exists",
                int(beyond.sum()),
                "the pattern of `weights`",
                "give those synapses a weight (0 will do) in a sparse matrix",
            )
        return np.asarray(given[rows, pattern.indices]).reshape(-1)
