"""Vectors in less than a byte a number: what the signs do not tell is kept beside them, and no bit twice.

A number is its sign, which the first look needs anyway, and a level (`index.levels`) that says how large it is. faiss
unpacks levels by a table of what they stand for.
"""

from typing import Any

import faiss
import numpy as np
from numpy.typing import NDArray

from index.levels import Levels, levels_of
from index.quantizer import ZERO, Quantizer, turn
from index.roundedvectors import BLOCK, NEAREST, RoundedVectors, look_again, probes_of
from index.signs import StoredSigns, signs_of
from index.types import Codes, Vectors
from index.vectorindex import Allowed

RECALL, RECALL_OF_FEW_BITS = 0.998, 0.995
"""Least share of the ten nearest that have to be among those that look nearest: seven bits miss some of them already.
Fewer bits are for words, of which any that is near will do."""

_MANY = 7  # bits
_KINDS = {getattr(faiss.ScalarQuantizer, f"QT_{bits - 1}bit_eden"): bits for bits in (4, 5, 6, 7)}
_NEGATIVE = np.uint32(1 << 31)  # the bit of a float


class LevelledVectors(RoundedVectors):
    """Rows in signs and levels."""

    def __init__(self, index: Any) -> None:
        super().__init__(index)
        self._levels = levels_of(_KINDS[self._fine.sq.qtype])
        self._middles = faiss.vector_to_array(self._fine.sq.trained)[: len(self._levels.middles)]
        step = float(self._middles[-1] / self._levels.middles[-1])
        self._quantizer = Quantizer(step, np.zeros(self.dimensions, dtype=np.float32))
        self._signs = StoredSigns(self._look)

    @classmethod
    def of(cls, codes: Codes, quantizer: Quantizer, probes: Vectors | None, bits: int) -> "LevelledVectors":
        """An index of codes of shape (n, dimensions), for which `can_be_levelled` holds."""
        levels = levels_of(bits)
        settled = levels.settled(codes)  # so that codes taken over from an index make the same one again
        fine = _levelled(settled, quantizer, levels)
        look = signs_of(settled, quantizer, np.full(quantizer.dimensions, ZERO - 1, dtype=np.uint8))
        index = faiss.IndexRefine(look, fine)
        asked = probes_of(probes, settled, quantizer)
        recall = RECALL if bits >= _MANY else RECALL_OF_FEW_BITS
        index.k_factor = look_again(look, _nearest(asked, settled, levels, quantizer.step), asked, recall)
        return cls(index)

    @property
    def bits(self) -> int:
        return self._levels.bits

    def _stored(self, rows: NDArray[np.int64]) -> Codes:
        turned = self._turned(rows)
        sizes = self._levels.sizes()[self._middles.searchsorted(np.abs(turned))]
        return (ZERO + np.where(np.signbit(turned), -sizes, sizes)).astype(np.uint8)

    def _turned(self, rows: NDArray[np.int64]) -> Vectors:
        sizes: Vectors = self._fine.sa_decode(self._codes[rows])
        bits = sizes.view(np.uint32)
        bits |= self._signs.of(rows)
        return sizes

    def _find(self, queries: Vectors, k: int, allowed: Allowed) -> tuple[NDArray[np.float32], NDArray[np.int64]]:
        scores = np.zeros((len(queries), k), dtype=np.float32)
        rows = np.full((len(queries), k), -1, dtype=np.int64)
        for place, (query, near) in enumerate(zip(queries, self._near(queries, k, allowed), strict=True)):
            best, found = self._best(query, near, k)
            scores[place, : len(found)], rows[place, : len(found)] = best, found
        return scores, rows

    def _near(self, queries: Vectors, k: int, allowed: Allowed) -> list[NDArray[np.int64]]:
        """For each query the rows to score."""
        looked_at = self._looked_at(k)
        if allowed is None:
            if looked_at >= len(self):
                return [np.arange(len(self))] * len(queries)
            return list(self._look.search(turn(queries), looked_at)[1])
        found = (self._found_among(query, allowed, looked_at) for query in queries)
        return [np.flatnonzero(allowed) if near is None else near for near in found]


def can_be_levelled(quantizer: Quantizer) -> bool:
    """Whether codes can be kept in fewer bits: levels are the same in every dimension, and fill whole bytes."""
    return not quantizer.center.any() and quantizer.dimensions % 8 == 0


def is_levelled(fine: Any) -> bool:
    """Whether an index that was read holds levels."""
    return fine.sq.qtype in _KINDS


def _levelled(codes: Codes, quantizer: Quantizer, levels: Levels) -> Any:
    """The levels of codes, as faiss' kind for rotated vectors holds them, with our table instead of its own."""
    kind = next(kind for kind, bits in _KINDS.items() if bits == levels.bits)
    fine: Any = faiss.IndexScalarQuantizer(quantizer.dimensions, kind, faiss.METRIC_INNER_PRODUCT)
    middles = levels.middles * quantizer.step
    bounds = (middles[1:] + middles[:-1]) / 2
    faiss.copy_array_to_vector(np.concatenate([middles, bounds]).astype(np.float32), fine.sq.trained)
    fine.is_trained = True
    fine.add_sa_codes(levels.packed(codes))
    return fine


def _nearest(probes: Vectors, codes: Codes, levels: Levels, step: float) -> NDArray[np.int64]:
    """The rows nearest to turned probes, shape (probes, at most NEAREST), of all rows."""
    scores, rows = np.zeros((len(probes), 0), np.float32), np.zeros((len(probes), 0), np.int64)
    for start in range(0, len(codes), BLOCK):
        found = probes @ levels.turned(codes[start : start + BLOCK], step).T
        scores = np.concatenate([scores, found], axis=1)
        rows = np.concatenate([rows, np.broadcast_to(np.arange(start, start + found.shape[1]), found.shape)], axis=1)
        best = np.argpartition(-scores, min(NEAREST, scores.shape[1]) - 1, axis=1)[:, :NEAREST]
        scores, rows = np.take_along_axis(scores, best, axis=1), np.take_along_axis(rows, best, axis=1)
    return rows
