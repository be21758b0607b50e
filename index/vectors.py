"""Vectors of one language. The only file that imports faiss.

A small index is searched whole, in floats. A large one keeps each number in a byte (`index.quantizer`), and beside that
its sign alone: a query looks over the signs of all rows, sixteen combinations of four at a time by faiss' fast
scan, and scores those that look nearest again with the bytes. How many these are is not a setting: it is measured at
build time how many have to be for queries drawn from the corpus to find at least RECALL of what bytes alone would find.
"""

from abc import ABC, abstractmethod
from collections.abc import Iterator
from contextlib import contextmanager
from functools import lru_cache
from pathlib import Path
from typing import Any

import faiss
import numpy as np
from numpy.typing import NDArray

from index.errors import IndexCorrupt
from index.quantizer import ZERO, Coded, Quantizer, check_lengths, turn
from index.types import Codes, Nearest, Vectors

EXACT_UP_TO = 2_000
"""Rows that are kept as they are and searched whole."""

RECALL = 0.995
"""Least share of the ten nearest by bytes that have to be among those that look nearest by their signs."""

_NEAREST = 10
_FEWEST_LOOKED_AT, _MOST_LOOKED_AT = 128, 8192  # rows that are scored again for one query
_SPARE = 5  # and at least so many for each row asked for
_PROBES = 100
_SPARE_AMONG, _MOST_AMONG = 1.25, 0.1  # of rows looked at where only some pass a filter; and up to which share of all
_GROUP = 4  # dimensions whose signs faiss takes together
_LEVELS = 255  # what faiss divides the range of a byte by
_TOLERANCE = 1e-3  # of a row's length
_BLOCK = 1 << 14
_SIGNS = ".signs.faiss"

_Allowed = NDArray[np.bool_] | None


class VectorIndex(ABC):
    """Unit vectors by row; a score is the cosine, between -1 and 1, as far as the numbers are kept."""

    def __init__(self, index: faiss.Index) -> None:
        self._index = index

    @staticmethod
    def build(vectors: Vectors | Coded, probes: Vectors | None = None) -> "VectorIndex":
        """An index of vectors of shape (n, dimensions), or of what a quantizer made of them.

        `probes` of shape (m, dimensions) are vectors like those of queries, to measure recall
        with; without them rows of the index itself are used.
        """
        if isinstance(vectors, Coded):
            return _Quantised.of(vectors.codes, vectors.quantizer, probes)
        if len(vectors) <= EXACT_UP_TO:
            return _Exact.of(vectors)
        quantizer = Quantizer.plain(vectors.shape[1])
        return _Quantised.of(quantizer.encode(vectors), quantizer, probes)

    @staticmethod
    def open(path: Path) -> "VectorIndex":
        """The index saved at a path: its floats or bytes memory-mapped, signs read."""
        index = _read(path, faiss.IO_FLAG_MMAP_IFC)
        if isinstance(index, faiss.IndexScalarQuantizer):
            return _Quantised.opened(path, index)
        if not isinstance(index, faiss.IndexFlat):
            raise IndexCorrupt(f"{path} holds faiss' {type(index).__name__}, not floats or bytes; rebuild the index")
        return _Exact(index)

    def save(self, path: Path) -> None:
        """Write the index to a file; signs go to another beside it. Raises OSError."""
        path.parent.mkdir(parents=True, exist_ok=True)
        _write(self._index, path)

    def __len__(self) -> int:
        return int(self._index.ntotal)

    @property
    def dimensions(self) -> int:
        """Length of a row."""
        return int(self._index.d)

    @property
    @abstractmethod
    def rounded(self) -> bool:
        """Whether the numbers are kept in bytes, as those of a large index are."""

    def sample(self, count: int) -> Vectors:
        """Up to `count` rows, evenly spaced, shape (at most count, dimensions)."""
        return self.take(np.unique(np.linspace(0, len(self) - 1, num=min(count, len(self)), dtype=np.int64)))

    def vectors(self) -> Vectors:
        """All rows, shape (n, dimensions)."""
        return self.take(np.arange(len(self)))

    @abstractmethod
    def take(self, rows: NDArray[np.int64]) -> Vectors:
        """The vectors of these rows, shape (len(rows), dimensions)."""

    @abstractmethod
    def codes(self, rows: NDArray[np.int64], quantizer: Quantizer) -> Codes:
        """What a quantizer makes of these rows, shape (len(rows), dimensions)."""

    @abstractmethod
    def scores(self, query: Vectors, rows: NDArray[np.int64]) -> NDArray[np.float32]:
        """The cosine of a query of shape (dimensions,) with each given row, shape (len(rows),)."""

    def search(self, query: Vectors, k: int, allowed: NDArray[np.bool_] | None = None) -> Nearest:
        """The k rows nearest to a query of shape (dimensions,).

        `allowed` of shape (n,) leaves out the rows where it is False.
        """
        return self._nearest(query[np.newaxis], k, allowed)[0]

    def nearest(self, queries: Vectors, k: int) -> list[Nearest]:
        """For each query of shape (q, dimensions), the k nearest rows."""
        return self._nearest(queries, k, None)

    def _nearest(self, queries: Vectors, k: int, allowed: NDArray[np.bool_] | None) -> list[Nearest]:
        k = min(k, len(self))
        if k <= 0 or len(queries) == 0:
            return [_nothing() for _ in queries]
        with _one_core():
            # One more than asked for shows whether equal scores were cut apart; faiss keeps any of them.
            scores, rows = self._find(queries, min(k + 1, len(self)), allowed)
            found = []
            for query, near, values in zip(queries, rows, scores, strict=True):
                if len(near) > k and near[k] >= 0 and values[k] == values[k - 1]:
                    near, values = self._level(query[np.newaxis], values[k], allowed)
                found.append(Nearest.of(near[near >= 0], values[near >= 0], k))
        return found

    @abstractmethod
    def _find(self, queries: Vectors, k: int, allowed: _Allowed) -> tuple[NDArray[np.float32], NDArray[np.int64]]:
        """Scores and rows of the k nearest to each query, shape (q, k), highest first; row -1 where there are fewer."""

    @abstractmethod
    def _level(
        self, query: Vectors, least: np.float32, allowed: _Allowed
    ) -> tuple[NDArray[np.int64], NDArray[np.float32]]:
        """Rows and scores of all that scores at least so much; others may be among them."""


class _Exact(VectorIndex):
    """Rows as they are."""

    @classmethod
    def of(cls, vectors: Vectors) -> "_Exact":
        check_lengths(vectors, _TOLERANCE)
        index = faiss.IndexFlatIP(vectors.shape[1])
        index.add(np.ascontiguousarray(vectors, dtype=np.float32))
        return cls(index)

    @property
    def rounded(self) -> bool:
        return False

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

    def _find(self, queries: Vectors, k: int, allowed: _Allowed) -> tuple[NDArray[np.float32], NDArray[np.int64]]:
        scores, rows = self._index.search(queries, k, params=_among(allowed))
        return scores, rows

    def _level(
        self, query: Vectors, least: np.float32, allowed: _Allowed
    ) -> tuple[NDArray[np.int64], NDArray[np.float32]]:
        below = float(np.nextafter(least, np.float32(-2)))
        _, scores, rows = self._index.range_search(query, below, params=_among(allowed))
        return rows, scores


class _Quantised(VectorIndex):
    """Rows in bytes (`_fine`), looked over by their signs (`_look`)."""

    def __init__(self, index: Any) -> None:
        super().__init__(index)
        self._index: Any = index
        self._owner: Any = None  # of what `index` refers to and does not own
        self._fine: Any = _made(faiss.downcast_index, index.refine_index)
        self._look: Any = _made(faiss.downcast_index, index.base_index)
        stored = faiss.rev_swig_ptr(self._fine.codes.data(), len(self) * self.dimensions)
        self._codes: Codes = stored.reshape(len(self), self.dimensions)
        least, width = faiss.vector_to_array(self._fine.sq.trained).reshape(2, -1)
        step = width[0] / _LEVELS
        self._quantizer = Quantizer(float(step), np.rint(least / step + ZERO + 0.5).astype(np.float32))

    @classmethod
    def of(cls, codes: Codes, quantizer: Quantizer, probes: Vectors | None) -> "_Quantised":
        fine = _bytes(codes, quantizer)
        look = _signs(codes, quantizer)
        index = faiss.IndexRefine(look, fine)
        if probes is None or not len(probes):
            probes = quantizer.decode(codes[:: max(1, len(codes) // _PROBES)])
        asked = probes[probes.any(axis=1)]  # a probe of no known word has no nearest rows
        index.k_factor = _looked_at(look, fine, turn(asked[:: max(1, len(asked) // _PROBES)])) / _NEAREST
        return cls(index)

    @classmethod
    def opened(cls, path: Path, fine: Any) -> "_Quantised":
        """The index of these bytes and of the signs that were saved with them.

        faiss copies signs out of the file; if that were mapped, they would be in memory twice.
        """
        signs: Any = _read(path.with_suffix(_SIGNS), 0)
        if signs.ntotal != fine.ntotal:
            raise IndexCorrupt(f"{path} has {fine.ntotal} rows but signs of {signs.ntotal}; rebuild the index")
        index: Any = faiss.IndexRefine(signs.base_index, fine)
        index.k_factor = signs.k_factor
        opened = cls(index)
        opened._owner = signs
        return opened

    def save(self, path: Path) -> None:
        path.parent.mkdir(parents=True, exist_ok=True)
        _write(self._fine, path)
        # Without the bytes, which are refined with, but with how many rows are looked at.
        nothing = faiss.IndexFlatIP(self.dimensions)
        signs: Any = faiss.IndexRefine(nothing, nothing)
        signs.base_index, signs.ntotal, signs.k_factor = self._look, len(self), self._index.k_factor
        _write(signs, path.with_suffix(_SIGNS))

    @property
    def rounded(self) -> bool:
        return True

    def take(self, rows: NDArray[np.int64]) -> Vectors:
        return self._quantizer.decode(self._codes[rows])

    def codes(self, rows: NDArray[np.int64], quantizer: Quantizer) -> Codes:
        if quantizer.same(self._quantizer):
            return self._codes[rows]
        blocks = (rows[start : start + _BLOCK] for start in range(0, len(rows), _BLOCK))
        found = [quantizer.encode(self.take(block)) for block in blocks]
        return np.concatenate([np.zeros((0, self.dimensions), np.uint8), *found])

    def scores(self, query: Vectors, rows: NDArray[np.int64]) -> NDArray[np.float32]:
        turned = self._quantizer.turned(self._codes[rows])
        found: NDArray[np.float32] = np.einsum("ij,j->i", turned, turn(query[np.newaxis])[0])
        return found

    def _find(self, queries: Vectors, k: int, allowed: _Allowed) -> tuple[NDArray[np.float32], NDArray[np.int64]]:
        looked_at = max(round(self._index.k_factor * _NEAREST), _SPARE * k)
        if allowed is None and looked_at < len(self):
            scores, rows = self._index.search(turn(queries), k, params=_again(looked_at / k))
            return scores, rows
        if allowed is not None and len(queries) == 1:
            found = self._found_among(queries[0], allowed, looked_at)
            if found is not None:
                scores = self.scores(queries[0], found)
                best = np.lexsort((found, -scores))[:k]
                return scores[np.newaxis, best], found[np.newaxis, best]
        scores, rows = self._fine.search(turn(queries), k, params=_among(allowed))
        return scores, rows

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
        self, query: Vectors, least: np.float32, allowed: _Allowed
    ) -> tuple[NDArray[np.int64], NDArray[np.float32]]:
        # Of those that look nearest: rows that are equal look equal.
        looked_at = min(len(self), _MOST_LOOKED_AT)
        _, rows = self._look.search(turn(query), looked_at)
        found: NDArray[np.int64] = rows[0][rows[0] >= 0]
        if allowed is not None:
            found = found[allowed[found]]
        return found, self.scores(query[0], found)


def _read(path: Path, flags: int) -> faiss.Index:
    try:
        return faiss.read_index(str(path), flags)
    except RuntimeError as problem:
        raise IndexCorrupt(f"{path} cannot be read by faiss; rebuild the index or roll back") from problem


def _write(index: faiss.Index, path: Path) -> None:
    try:
        faiss.write_index(index, str(path))
    except RuntimeError as problem:  # what faiss makes of a full disk
        raise OSError(f"{path} cannot be written") from problem


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


def _signs(codes: Codes, quantizer: Quantizer) -> Any:
    """Faiss' product quantiser with fast scan, holding for each number whether it is above the mean of its dimension.

    (André, Kermarrec and Le Scouarnec, "Cache locality is not enough", 2015, for the scan.)
    """
    least, spread = _levels(codes)
    dimensions = quantizer.dimensions
    padded = -dimensions % _GROUP
    # What a group of signs stands for: each of its numbers as far above or below the mean as they are on average.
    ends = np.pad(spread * quantizer.step, (0, padded)).reshape(-1, 1, _GROUP)
    above = np.arange(1 << _GROUP)[:, np.newaxis] >> np.arange(_GROUP) & 1
    signs: Any = faiss.IndexPQ(dimensions + padded, ends.shape[0], _GROUP, faiss.METRIC_INNER_PRODUCT)
    faiss.copy_array_to_vector((ends * (2 * above - 1)).astype(np.float32).ravel(), signs.pq.centroids)
    signs.is_trained = True
    for start in range(0, len(codes), _BLOCK):
        signs.add_sa_codes(np.packbits(codes[start : start + _BLOCK] > least, axis=1, bitorder="little"))
    look: Any = faiss.IndexPQFastScan(signs)
    look.orig_codes = None  # they go with `signs`
    if not padded:
        return look
    return faiss.IndexPreTransform(_made(faiss.RemapDimensionsTransform, dimensions, dimensions + padded, False), look)


def _levels(codes: Codes) -> tuple[NDArray[np.uint8], NDArray[np.float64]]:
    """The mean code of each dimension, rounded down, and how far from it codes are on average.

    Added up in whole numbers, so that the order of rows makes no difference.
    """
    blocks = range(0, len(codes), _BLOCK)
    sums = sum(codes[start : start + _BLOCK].sum(axis=0, dtype=np.int64) for start in blocks)
    least = (sums // max(1, len(codes))).astype(np.uint8)
    # Above the mean by as much as below it.
    above = sum(np.maximum(codes[start : start + _BLOCK], least).sum(axis=0, dtype=np.int64) for start in blocks)
    away = 2 * (above - len(codes) * least.astype(np.int64)) - (sums - len(codes) * least.astype(np.int64))
    return least, away / max(1, len(codes))


def _looked_at(look: Any, fine: Any, probes: Vectors) -> int:
    """How many rows have to be scored again for RECALL of the nearest of the probes to be among them."""
    if len(probes) == 0:
        return _FEWEST_LOOKED_AT
    most = min(_MOST_LOOKED_AT, fine.ntotal)
    _, nearest = fine.search(probes, min(_NEAREST, fine.ntotal))
    _, looked = look.search(probes, most)
    places = [np.isin(rows, near).nonzero()[0] for rows, near in zip(looked, nearest, strict=True)]
    needed = np.full(nearest.size, most)
    found = np.sort(np.concatenate(places))
    needed[: len(found)] = found + 1
    return max(_FEWEST_LOOKED_AT, int(needed[int(np.ceil(RECALL * len(needed))) - 1]))


def _among(allowed: _Allowed) -> Any:
    """What tells faiss which rows may be found."""
    if allowed is None:
        return None
    selector = _made(faiss.IDSelectorBitmap, np.packbits(allowed, bitorder="little"))
    return _made(faiss.SearchParameters, sel=selector)


@lru_cache(maxsize=64)
def _again(factor: float) -> Any:
    """What tells faiss how many rows to score again, for each that is wanted; made once, since that takes a while."""
    return _made(faiss.IndexRefineSearchParameters, k_factor=factor)


def _made(kind: Any, *arguments: Any, **named: Any) -> Any:
    """An object of faiss; its stubs do not tell all that its wrappers take."""
    return kind(*arguments, **named)


def _nothing() -> Nearest:
    return Nearest(np.zeros(0, np.int64), np.zeros(0, np.float32))


@contextmanager
def _one_core() -> Iterator[None]:
    """A query takes one core: sharing it out pays little when cores are idle, and costs ten times as much when not."""
    usual = faiss.omp_get_max_threads()
    faiss.omp_set_num_threads(1)
    try:
        yield
    finally:
        faiss.omp_set_num_threads(usual)
