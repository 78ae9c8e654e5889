"""Projections of a graph: which synapses, with which weights and delays, and whether they learn."""

from typing import Annotated, Literal

import numpy as np
from pydantic import Field
from scipy.sparse import csr_matrix, issparse

from lava_sleep.graphs.learning import Learning
from lava_sleep.graphs.part import GraphPart, Integers, Sizes

LONGEST_DELAY = 62  # Loihi: 6 bit (see data/profiles)


class Synapses(GraphPart):
    """Which synapses there are."""

    def entries(self, n_post: int, n_pre: int) -> tuple[np.ndarray, np.ndarray, np.ndarray]:
        """Post neuron, pre neuron and weight of each synapse, int64 arrays.

        Raises
        ------
        ValueError
            If they do not fit the populations: ``what|allowed``.
        """
        raise NotImplementedError


class Dense(Synapses):
    """From every pre to every post neuron; `weights` (n_post, n_pre)."""

    kind: Literal["dense"] = "dense"
    weights: Integers

    def entries(self, n_post: int, n_pre: int) -> tuple[np.ndarray, np.ndarray, np.ndarray]:
        if self.weights.shape != (n_post, n_pre):
            raise ValueError(f"weights of shape {self.weights.shape}|{(n_post, n_pre)}: target size, source size")
        post, pre = np.divmod(np.arange(n_post * n_pre), n_pre)
        return post, pre, self.weights.ravel()


class Sparse(Synapses):
    """Some synapses: `post`, `pre` and `weights`, an entry for each."""

    kind: Literal["sparse"] = "sparse"
    post: Integers
    pre: Integers
    weights: Integers

    @classmethod
    def of(cls, matrix: csr_matrix | np.ndarray) -> "Sparse":
        """From a scipy matrix (n_post, n_pre), explicit zeros too, or from the values of an array that are not 0."""
        found = csr_matrix(matrix, copy=True) if issparse(matrix) else csr_matrix(matrix)
        found.sum_duplicates()
        rows = np.repeat(np.arange(found.shape[0]), np.diff(found.indptr))
        return cls(post=rows, pre=found.indices.astype(np.int64), weights=found.data)

    def entries(self, n_post: int, n_pre: int) -> tuple[np.ndarray, np.ndarray, np.ndarray]:
        lengths = {len(self.post), len(self.pre), len(self.weights)}
        if len(lengths) != 1 or max(self.post.ndim, self.pre.ndim, self.weights.ndim) != 1:
            raise ValueError("post, pre and weights of unequal length|one entry of each per synapse")
        if not len(self.post):
            raise ValueError("no synapse|at least one")
        for name, indices, size in (("post", self.post, n_post), ("pre", self.pre, n_pre)):
            if indices.min() < 0 or indices.max() >= size:
                raise ValueError(f"{name} names neuron {indices.max()}|0 to {size - 1}")
        if len(np.unique(self.post * n_pre + self.pre)) < len(self.post):
            raise ValueError("a synapse twice|each pair of neurons once")
        order = np.lexsort((self.pre, self.post))
        return self.post[order], self.pre[order], self.weights[order]


class OneToOne(Synapses):
    """From each neuron to the one of the same number; `weight` is one for all, or an array (size,)."""

    kind: Literal["one-to-one"] = "one-to-one"
    weight: Integers

    def entries(self, n_post: int, n_pre: int) -> tuple[np.ndarray, np.ndarray, np.ndarray]:
        if n_post != n_pre:
            raise ValueError(f"from {n_pre} neurons to {n_post}|populations of one size")
        if self.weight.shape not in ((), (n_post,)):
            raise ValueError(f"weight of shape {self.weight.shape}|one weight, or {n_post}")
        each = np.arange(n_post)
        return each, each, np.broadcast_to(self.weight, (n_post,)).copy()


class Uniform(Synapses):
    """From every neuron to every neuron with one `weight`, which a phase can change."""

    kind: Literal["uniform"] = "uniform"
    weight: int = Field(ge=-256, le=255)

    def entries(self, n_post: int, n_pre: int) -> tuple[np.ndarray, np.ndarray, np.ndarray]:
        post, pre = np.divmod(np.arange(n_post * n_pre), n_pre)
        return post, pre, np.full(len(post), self.weight, np.int64)


class Convolution(Synapses):
    """One kernel that moves over an image; neurons are numbered channel, row, column.

    Attributes
    ----------
    weights : int64 array (channels out, channels in, height, width)
    image : (channels in, height, width)
        Of the source population.
    stride : int
    padding : int
        Rows and columns of nothing around the image.
    """

    kind: Literal["convolution"] = "convolution"
    weights: Integers
    image: Sizes
    stride: int = Field(1, ge=1)
    padding: int = Field(0, ge=0)

    def entries(self, n_post: int, n_pre: int) -> tuple[np.ndarray, np.ndarray, np.ndarray]:
        if len(self.image) != 3 or self.weights.ndim != 4 or self.weights.shape[1] != self.image[0]:
            raise ValueError("weights and image do not fit|(out, in, height, width) and (in, height, width)")
        out, channels, height, width = self.weights.shape
        if int(np.prod(self.image)) != n_pre:
            raise ValueError(f"an image of {int(np.prod(self.image))} pixels|{n_pre}, the source's size")
        high = (self.image[1] + 2 * self.padding - height) // self.stride + 1
        wide = (self.image[2] + 2 * self.padding - width) // self.stride + 1
        if high < 1 or wide < 1 or out * high * wide != n_post:
            raise ValueError(f"{out} x {max(high, 0)} x {max(wide, 0)} outputs|{n_post}, the target's size")
        index = np.indices((out, high, wide, channels, height, width)).reshape(6, -1)
        to, row, column, channel, down, right = index
        y = row * self.stride + down - self.padding
        x = column * self.stride + right - self.padding
        inside = (y >= 0) & (y < self.image[1]) & (x >= 0) & (x < self.image[2])
        post = ((to * high + row) * wide + column)[inside]
        pre = ((channel * self.image[1] + y) * self.image[2] + x)[inside]
        weights = self.weights[to, channel, down, right][inside]
        order = np.lexsort((pre, post))
        return post[order], pre[order], weights[order]


AnySynapses = Annotated[Dense | Sparse | OneToOne | Uniform | Convolution, Field(discriminator="kind")]


class Projection(GraphPart):
    """Synapses from one population to another, or to itself.

    Attributes
    ----------
    source, target : str
    synapses : Dense, Sparse, OneToOne, Uniform or Convolution
        Weights 0..255, -255..0, or of both signs -256..254 in steps of 2, as Loihi holds them in 8 bits.
    exponent : int
        What arrives is the sum of the weights times 2^exponent (floor).
    delay : int or int64 array
        Timesteps >= 1 between a spike and its arrival, one for all or one per synapse: of the shape of dense weights,
        else in the order of post and pre neuron.
    offset : int
        Added to each weight that a spike delivers, in a projection that learns and has no exponent; a phase can
        change it.
    learning : Learning, optional
    """

    source: str
    target: str
    synapses: AnySynapses
    exponent: int = Field(0, ge=-8, le=7)
    delay: Integers = Field(default_factory=lambda: np.ones((), np.int64))
    offset: int = Field(0, ge=-256, le=255)
    learning: Learning | None = None
