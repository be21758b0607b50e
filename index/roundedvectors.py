"""Vectors that are many: each number in a byte or less, and beside that its sign alone.

A query looks over the signs of all rows (`index.signs`) and scores those that look nearest again with the bytes. How
many these are is not a setting: it is measured at build time how many have to be for queries drawn from the corpus to
find at least RECALL of what bytes alone would find.
"""

from functools import lru_cache
from pathlib import Path
from typing import Any

import faiss
import numpy as np
from numpy.typing import NDArray

from index.errors import IndexCorrupt
from index.faissio import among, made, read, write
from index.levels import Levels, levels_of
from index.quantizer import ZERO, Quantizer, turn, turned_back
from index.signs import signs_of
from index.types import Codes, Vectors
from index.vectorindex import Allowed, VectorIndex

RECALL, RECALL_OF_FEWER_BITS = 0.995, 0.998
"""Least share of the ten nearest by bytes, or by fewer bits, that have to be among those that look nearest by their
signs. Fewer bits miss some themselves, so the look may not."""

_NEAREST = 10
_FEWEST_LOOKED_AT, _MOST_LOOKED_AT = 128, 8192  # rows that are scored again for one query
_SPARE = 5  # and at least so many for each row asked for
_PROBES = 100
_SPARE_AMONG, _MOST_AMONG = 1.25, 0.1  # of rows looked at where only some pass a filter; and up to which share of all
_LEVELS = 255  # what faiss divides the range of a byte by
_BLOCK = 1 << 14
_SIGNS = ".signs.faiss"
_KINDS = {getattr(faiss.ScalarQuantizer, f"QT_{bits}bit_eden"): bits for bits in (4, 5, 6, 7)}


class RoundedVectors(VectorIndex):
    """Rows in a byte a number or less (`_fine`), looked over by their signs (`_look`)."""

    def __init__(self, index: Any) -> None:
        super().__init__(index)
        self._owner: Any = None  # of what `index` refers to and does not own
        self._fine: Any = made(faiss.downcast_index, index.refine_index)
        self._look: Any = made(faiss.downcast_index, index.base_index)
        stored = faiss.rev_swig_ptr(self._fine.codes.data(), len(self) * self._fine.code_size)
        self._codes: Codes = stored.reshape(len(self), self._fine.code_size)
        bits = _KINDS.get(self._fine.sq.qtype)
        self._levels = levels_of(bits) if bits else None
        self._quantizer = _quantizer_of(self._fine, self._levels)

    @classmethod
    def of(cls, codes: Codes, quantizer: Quantizer, probes: Vectors | None, bits: int = 8) -> "RoundedVectors":
        """An index of codes of shape (n, dimensions), kept in 8 bits each or in fewer, as `kept_in` allows."""
        if bits < 8:
            levels = levels_of(bits)
            codes = levels.settled(codes)  # so that what is taken over from an index makes the same one again
            fine = _levelled(codes, quantizer, levels)
        else:
            fine = _bytes(codes, quantizer)
        look = signs_of(codes, quantizer)
        index = faiss.IndexRefine(look, fine)
        if probes is None or not len(probes):
            probes = quantizer.decode(codes[:: max(1, len(codes) // _PROBES)])
        asked = probes[probes.any(axis=1)]  # a probe of no known word has no nearest rows
        some = turn(asked[:: max(1, len(asked) // _PROBES)])
        index.k_factor = _looked_at(look, fine, some, RECALL_OF_FEWER_BITS if bits < 8 else RECALL) / _NEAREST
        return cls(index)

    @classmethod
    def opened(cls, path: Path, fine: Any) -> "RoundedVectors":
        """The index of these bytes and of the signs that were saved with them.

        faiss copies signs out of the file; if that were mapped, they would be in memory twice.
        """
        signs: Any = read(path.with_suffix(_SIGNS), 0)
        if signs.ntotal != fine.ntotal:
            raise IndexCorrupt(f"{path} has {fine.ntotal} rows but signs of {signs.ntotal}; rebuild the index")
        index: Any = faiss.IndexRefine(signs.base_index, fine)
        index.k_factor = signs.k_factor
        opened = cls(index)
        opened._owner = signs
        return opened

    def save(self, path: Path) -> None:
        write(self._fine, path)
        # Without the bytes, which are refined with, but with how many rows are looked at.
        nothing = faiss.IndexFlatIP(self.dimensions)
        signs: Any = faiss.IndexRefine(nothing, nothing)
        signs.base_index, signs.ntotal, signs.k_factor = self._look, len(self), self._index.k_factor
        write(signs, path.with_suffix(_SIGNS))

    @property
    def bits(self) -> int:
        return self._levels.bits if self._levels else 8

    def take(self, rows: NDArray[np.int64]) -> Vectors:
        return turned_back(self._turned(rows))

    def codes(self, rows: NDArray[np.int64], quantizer: Quantizer) -> Codes:
        same, levels = quantizer.same(self._quantizer), self._levels
        if same and levels is None:
            return self._codes[rows]
        blocks = (rows[start : start + _BLOCK] for start in range(0, len(rows), _BLOCK))
        if same and levels:
            found = [self._settled(block, levels) for block in blocks]
        else:
            found = [quantizer.encode(self.take(block)) for block in blocks]
        return np.concatenate([np.zeros((0, self.dimensions), np.uint8), *found])

    def _settled(self, rows: NDArray[np.int64], levels: Levels) -> Codes:
        """The codes that stand for the levels of these rows."""
        middles = faiss.vector_to_array(self._fine.sq.trained)[: len(levels.middles)]
        return np.take(levels.codes(), middles.searchsorted(self._turned(rows)))

    def _turned(self, rows: NDArray[np.int64]) -> Vectors:
        """These rows, turned as the quantizer turns them, shape (len(rows), dimensions)."""
        if self._levels is None:
            return self._quantizer.turned(self._codes[rows])
        turned: Vectors = self._fine.sa_decode(self._codes[rows])
        return turned

    def scores(self, query: Vectors, rows: NDArray[np.int64]) -> NDArray[np.float32]:
        found: NDArray[np.float32] = np.einsum("ij,j->i", self._turned(rows), turn(query[np.newaxis])[0])
        return found

    def _find(self, queries: Vectors, k: int, allowed: Allowed) -> tuple[NDArray[np.float32], NDArray[np.int64]]:
        looked_at = max(round(self._index.k_factor * _NEAREST), _SPARE * k)
        if allowed is None and looked_at < len(self):
            scores, rows = self._index.search(turn(queries), k, params=_again(looked_at / k))
            return scores, rows
        if allowed is not None and len(queries) == 1:
            found = self._foundamong(queries[0], allowed, looked_at)
            if found is not None:
                scores = self.scores(queries[0], found)
                best = np.lexsort((found, -scores))[:k]
                return scores[np.newaxis, best], found[np.newaxis, best]
        scores, rows = self._fine.search(turn(queries), k, params=among(allowed))
        return scores, rows

    def _foundamong(self, query: Vectors, allowed: NDArray[np.bool_], looked_at: int) -> NDArray[np.int64] | None:
        """The rows of a filter that look nearest; None where so few pass it that it is quicker to score all of them."""
        passing = int(np.count_nonzero(allowed))
        among = int(_SPARE_AMONG * looked_at * len(self) / max(1, passing))
        if among > len(self) * _MOST_AMONG:
            return None
        _, rows = self._look.search(turn(query[np.newaxis]), among)
        found: NDArray[np.int64] = rows[0][allowed[rows[0]]]
        return found[:looked_at] if len(found) >= looked_at else None

    def _level(
        self, query: Vectors, least: np.float32, allowed: Allowed
    ) -> tuple[NDArray[np.int64], NDArray[np.float32]]:
        # Of those that look nearest: rows that are equal look equal.
        looked_at = min(len(self), _MOST_LOOKED_AT)
        _, rows = self._look.search(turn(query), looked_at)
        found: NDArray[np.int64] = rows[0][rows[0] >= 0]
        if allowed is not None:
            found = found[allowed[found]]
        return found, self.scores(query[0], found)


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


def _levelled(codes: Codes, quantizer: Quantizer, levels: Levels) -> Any:
    """The same with the levels of the codes, which faiss' kind for rotated vectors looks up in a table it is given."""
    kind = next(kind for kind, bits in _KINDS.items() if bits == levels.bits)
    fine: Any = faiss.IndexScalarQuantizer(quantizer.dimensions, kind, faiss.METRIC_INNER_PRODUCT)
    middles = levels.middles * quantizer.step
    bounds = (middles[1:] + middles[:-1]) / 2
    faiss.copy_array_to_vector(np.concatenate([middles, bounds]).astype(np.float32), fine.sq.trained)
    fine.is_trained = True
    fine.add_sa_codes(levels.packed(codes))
    return fine


def _quantizer_of(fine: Any, levels: Levels | None) -> Quantizer:
    """What made the codes of an index that was read."""
    trained = faiss.vector_to_array(fine.sq.trained)
    if levels:
        step = float(trained[len(levels.middles) - 1] / levels.middles[-1])
        return Quantizer(step, np.zeros(fine.d, dtype=np.float32))
    least, width = trained.reshape(2, -1)
    step = float(width[0] / _LEVELS)
    return Quantizer(step, np.rint(least / width[0] * _LEVELS + ZERO + 0.5).astype(np.float32))


def kept_in(bits: int, quantizer: Quantizer) -> int:
    """In how many bits codes can be kept, of which as few as `bits` would do.

    Levels are the same in every dimension, so they want a quantizer without a center, and they fill whole bytes.
    """
    return bits if not quantizer.center.any() and quantizer.dimensions % 8 == 0 else 8


@lru_cache(maxsize=64)
def _again(factor: float) -> Any:
    """What tells faiss how many rows to score again, for each that is wanted; made once, since that takes a while."""
    return made(faiss.IndexRefineSearchParameters, k_factor=factor)


def _looked_at(look: Any, fine: Any, probes: Vectors, recall: float) -> int:
    """How many rows have to be scored again for such a share of the nearest of the probes to be among them."""
    if len(probes) == 0:
        return _FEWEST_LOOKED_AT
    most = min(_MOST_LOOKED_AT, fine.ntotal)
    _, nearest = fine.search(probes, min(_NEAREST, fine.ntotal))
    _, looked = look.search(probes, most)
    places = [np.isin(rows, near).nonzero()[0] for rows, near in zip(looked, nearest, strict=True)]
    needed = np.full(nearest.size, most)
    found = np.sort(np.concatenate(places))
    needed[: len(found)] = found + 1
    return max(_FEWEST_LOOKED_AT, int(needed[int(np.ceil(recall * len(needed))) - 1]))
