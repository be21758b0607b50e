"""Vectors that are few enough to be kept in floats and searched whole."""

from pathlib import Path

import faiss
import numpy as np
from numpy.typing import NDArray

from index.faissio import among, write
from index.quantizer import Quantizer, check_lengths
from index.types import Codes, Vectors
from index.vectorindex import Allowed, VectorIndex

_TOLERANCE = 1e-3  # of a row's length


class ExactVectors(VectorIndex):
    """Rows as they are."""

    def save(self, path: Path) -> None:
        write(self._index, path)

    @classmethod
    def of(cls, vectors: Vectors) -> "ExactVectors":
        check_lengths(vectors, _TOLERANCE)
        index = faiss.IndexFlatIP(vectors.shape[1])
        index.add(np.ascontiguousarray(vectors, dtype=np.float32))
        return cls(index)

    @property
    def bits(self) -> int:
        return 32

    def take(self, rows: NDArray[np.int64]) -> Vectors:
        if len(rows) == 0:
            return np.zeros((0, self.dimensions), np.float32)
        taken: Vectors = self._index.reconstruct_batch(rows)
        return taken

    def codes(self, rows: NDArray[np.int64], quantizer: Quantizer) -> Codes:
        return quantizer.encode(self.take(rows))

    def scores(self, query: Vectors, rows: NDArray[np.int64]) -> NDArray[np.float32]:
        found: NDArray[np.float32] = np.einsum(
            "ij,j->i", self.take(rows), query
        )  # equal rows score the same to the bit
        return found

    def _find(self, queries: Vectors, k: int, allowed: Allowed) -> tuple[NDArray[np.float32], NDArray[np.int64]]:
        scores, rows = self._index.search(queries, k, params=among(allowed))
        return scores, rows

    def _level(
        self, query: Vectors, least: np.float32, allowed: Allowed
    ) -> tuple[NDArray[np.int64], NDArray[np.float32]]:
        below = float(np.nextafter(least, np.float32(-2)))
        _, scores, rows = self._index.range_search(query, below, params=among(allowed))
        return rows, scores
