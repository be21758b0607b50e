"""Vectors in a byte a number, which faiss scores without unpacking them."""

from functools import lru_cache
from typing import Any

import faiss
import numpy as np
from numpy.typing import NDArray

from index.faissio import among, made
from index.quantizer import ZERO, Quantizer, turn
from index.roundedvectors import NEAREST, RoundedVectors, look_again, probes_of
from index.signs import signs_of
from index.types import Codes, Vectors
from index.vectorindex import Allowed

RECALL = 0.995
"""Least share of the ten nearest by bytes that have to be among those that look nearest by their signs."""

_LEVELS = 255  # what faiss divides the range of a byte by


class ByteVectors(RoundedVectors):
    """Rows in bytes."""

    def __init__(self, index: Any) -> None:
        super().__init__(index)
        least, width = faiss.vector_to_array(self._fine.sq.trained).reshape(2, -1)
        step = width[0] / _LEVELS
        self._quantizer = Quantizer(float(step), np.rint(least / step + ZERO + 0.5).astype(np.float32))

    @classmethod
    def of(cls, codes: Codes, quantizer: Quantizer, probes: Vectors | None) -> "ByteVectors":
        """An index of codes of shape (n, dimensions)."""
        fine, look = _bytes(codes, quantizer), signs_of(codes, quantizer)
        index = faiss.IndexRefine(look, fine)
        asked = probes_of(probes, codes, quantizer)
        nearest = fine.search(asked, min(NEAREST, len(codes)))[1] if len(asked) else np.zeros((0, 0), np.int64)
        index.k_factor = look_again(look, nearest, asked, RECALL)
        return cls(index)

    @property
    def bits(self) -> int:
        return 8

    def _stored(self, rows: NDArray[np.int64]) -> Codes:
        return self._codes[rows]

    def _turned(self, rows: NDArray[np.int64]) -> Vectors:
        return self._quantizer.turned(self._codes[rows])

    def _find(self, queries: Vectors, k: int, allowed: Allowed) -> tuple[NDArray[np.float32], NDArray[np.int64]]:
        looked_at = self._looked_at(k)
        if allowed is None and looked_at < len(self):
            scores, rows = self._index.search(turn(queries), k, params=_again(looked_at / k))
            return scores, rows
        if allowed is not None and len(queries) == 1:
            found = self._found_among(queries[0], allowed, looked_at)
            if found is not None:
                scores, rows = self._best(queries[0], found, k)
                return scores[np.newaxis], rows[np.newaxis]
        scores, rows = self._fine.search(turn(queries), k, params=among(allowed))
        return scores, rows


@lru_cache(maxsize=64)
def _again(factor: float) -> Any:
    """What tells faiss how many rows to score again, for each that is wanted; made once, since that takes a while."""
    return made(faiss.IndexRefineSearchParameters, k_factor=factor)


def _bytes(codes: Codes, quantizer: Quantizer) -> Any:
    """Faiss' scalar quantiser holding these codes, with the range that they were made in instead of one it learns."""
    fine: Any = faiss.IndexScalarQuantizer(
        quantizer.dimensions, faiss.ScalarQuantizer.QT_8bit, faiss.METRIC_INNER_PRODUCT
    )
    # faiss reads code c as least + width * (c + 0.5) / 255.
    least = (quantizer.center - np.float32(ZERO + 0.5)) * quantizer.step
    width = np.full(quantizer.dimensions, _LEVELS * quantizer.step)
    faiss.copy_array_to_vector(np.concatenate([least, width]).astype(np.float32), fine.sq.trained)
    fine.is_trained = True
    fine.add_sa_codes(codes)
    return fine
