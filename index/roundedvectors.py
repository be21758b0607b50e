"""Vectors that are many: each number in a byte or less, and beside that its sign alone.

A query looks over the signs of all rows (`index.signs`) and scores those that look nearest again with all that is kept.
How many these are is not a setting: it is measured at build time how many have to be for queries drawn from the
corpus to find a certain share of what scoring all rows would find.
"""

from abc import abstractmethod
from collections.abc import Callable
from pathlib import Path
from typing import Any, Self

import faiss
import numpy as np
from numpy.typing import NDArray

from index.errors import IndexCorrupt
from index.faissio import made, read, write
from index.quantizer import Quantizer, turn, turned_back
from index.types import Codes, Vectors
from index.vectorindex import Allowed, VectorIndex

NEAREST = 10
"""Of the rows nearest to a query so many are asked after."""

BLOCK = 1 << 14
"""Rows that are unpacked together, of many."""

_AT_ONCE = 128  # rows scored together: what they are unpacked to stays in the processor's cache

_FEWEST_LOOKED_AT, _MOST_LOOKED_AT = 128, 8192  # rows that are scored again for one query
_SPARE = 5  # and at least so many for each row asked for
_PROBES = 100
_SPARE_AMONG, _MOST_AMONG = 1.25, 0.1  # of rows looked at where only some pass a filter; and up to which share of all
_SIGNS = ".signs.faiss"


class RoundedVectors(VectorIndex):
    """Rows in few bits (`_fine`), which `_quantizer` reads, looked over by their signs (`_look`)."""

    _quantizer: Quantizer

    def __init__(self, index: Any) -> None:
        super().__init__(index)
        self._owner: Any = None  # of what `index` refers to and does not own
        self._fine: Any = made(faiss.downcast_index, index.refine_index)
        self._look: Any = made(faiss.downcast_index, index.base_index)
        stored = faiss.rev_swig_ptr(self._fine.codes.data(), len(self) * self._fine.code_size)
        self._codes: Codes = stored.reshape(len(self), self._fine.code_size)

    @classmethod
    def open(cls, path: Path, fine: Any) -> Self:
        """The index of these bits, read from a path, and of the signs that were saved with them.

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

    def take(self, rows: NDArray[np.int64]) -> Vectors:
        return turned_back(self._turned(rows))

    @abstractmethod
    def _turned(self, rows: NDArray[np.int64]) -> Vectors:
        """These rows, turned as the quantizer turns them, shape (len(rows), dimensions)."""

    def codes(self, rows: NDArray[np.int64], quantizer: Quantizer) -> Codes:
        if quantizer.same(self._quantizer):
            return self._in_blocks(rows, self._stored)
        return self._in_blocks(rows, lambda some: quantizer.encode(self.take(some)))

    @abstractmethod
    def _stored(self, rows: NDArray[np.int64]) -> Codes:
        """The codes that stand for what is kept of these rows, shape (len(rows), dimensions)."""

    def scores(self, query: Vectors, rows: NDArray[np.int64]) -> NDArray[np.float32]:
        turned = turn(query[np.newaxis])[0]
        found = np.empty(len(rows), dtype=np.float32)
        for start in range(0, len(rows), _AT_ONCE):
            some = slice(start, start + _AT_ONCE)
            np.einsum("ij,j->i", self._turned(rows[some]), turned, out=found[some])
        return found

    def _in_blocks(self, rows: NDArray[np.int64], codes_of: Callable[[NDArray[np.int64]], Codes]) -> Codes:
        blocks = (rows[start : start + BLOCK] for start in range(0, len(rows), BLOCK))
        return np.concatenate([np.zeros((0, self.dimensions), np.uint8), *map(codes_of, blocks)])

    def _looked_at(self, k: int) -> int:
        """How many rows are scored again where k are wanted."""
        return max(round(float(self._index.k_factor) * NEAREST), _SPARE * k)

    def _best(self, query: Vectors, rows: NDArray[np.int64], k: int) -> tuple[NDArray[np.float32], NDArray[np.int64]]:
        """The k of some rows that score highest, and what they score, equal ones by row."""
        scores = self.scores(query, rows)
        best = np.lexsort((rows, -scores))[:k]
        return scores[best], rows[best]

    def _found_among(self, query: Vectors, allowed: NDArray[np.bool_], looked_at: int) -> NDArray[np.int64] | None:
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


def probes_of(probes: Vectors | None, codes: Codes, quantizer: Quantizer) -> Vectors:
    """Some vectors like those of queries, turned; where none are given some of the rows themselves."""
    if probes is None or not len(probes):
        probes = quantizer.decode(codes[:: max(1, len(codes) // _PROBES)])
    asked = probes[probes.any(axis=1)]  # a probe of no known word has no nearest rows
    return turn(asked[:: max(1, len(asked) // _PROBES)])


def look_again(look: Any, nearest: NDArray[np.int64], probes: Vectors, recall: float) -> float:
    """How many rows have to be scored again, for each of NEAREST, for such a share of the nearest to be among them.

    `nearest`, of shape (probes, at most NEAREST), are the rows nearest to turned probes of shape (probes, dimensions).
    """
    if len(probes) == 0:
        return _FEWEST_LOOKED_AT / NEAREST
    most = min(_MOST_LOOKED_AT, look.ntotal)
    _, looked = look.search(probes, most)
    places = [np.isin(rows, near).nonzero()[0] for rows, near in zip(looked, nearest, strict=True)]
    needed = np.full(nearest.size, most)
    found = np.sort(np.concatenate(places))
    needed[: len(found)] = found + 1
    return max(_FEWEST_LOOKED_AT, int(needed[int(np.ceil(recall * len(needed))) - 1])) / NEAREST
