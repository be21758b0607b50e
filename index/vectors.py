"""Vectors of one language. The only file that imports faiss.

As faiss' authors advise, a small index is searched whole and a large one by inverted lists. How
many lists a query visits is not a setting: it is measured at build time how many have to be for queries
drawn from the corpus to find at least RECALL of what an exact search finds.
"""

from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path
from typing import Any

import faiss
import numpy as np
from numpy.typing import NDArray

from index.errors import IndexCorrupt
from index.types import Scored, Vectors

EXACT_UP_TO = 10_000
"""Rows that are searched whole. More are kept in lists of 8-bit numbers; what these find is scored again in 16 bits."""

RECALL = 0.98
"""Least share of an exact search's ten nearest that the chosen number of lists has to find."""

_RESCORED = 2.0
"""How many times the rows asked for are scored again, so that 8 bits lose nothing that counts."""

_ROUNDING = 1e-3  # of a cosine of 16-bit floats
_LISTS_PER_ROOT = 2.0  # lists, as a multiple of the root of the number of rows
_NEAREST = 10  # of each probe among the rows measured
_MEASURED = 4096  # rows that are enough to seek the nearest of each probe among
_FEWEST_MEASURED = 0.1  # but at least this share of all
_WHOLE = 2048.0  # the product of two unit vectors times this is less than 2**24, up to which float32 is exact
_BLOCK = 4096


class VectorIndex:
    """Unit vectors by row; a score is the cosine, between -1 and 1."""

    def __init__(self, index: faiss.Index) -> None:
        self._index = index

    @classmethod
    def build(cls, vectors: Vectors, probes: Vectors | None = None) -> "VectorIndex":
        """An index of vectors of shape (n, dimensions); each row has unit length or is zero.

        `probes` of shape (m, dimensions) are vectors like those of queries, to measure recall
        with; without them rows of the index itself are used.
        """
        lengths = np.sqrt(np.einsum("ij,ij->i", vectors, vectors))
        if not np.all((np.abs(lengths - 1) < 1e-3) | (lengths == 0)):
            raise ValueError(f"rows have lengths {lengths.min():.4f} to {lengths.max():.4f}; expected 1 or 0")
        vectors = np.ascontiguousarray(vectors, dtype=np.float32)
        if len(vectors) > EXACT_UP_TO:
            asked = vectors[:: max(1, len(vectors) // 200)] if probes is None or not len(probes) else probes
            return cls(_inverted_lists(vectors, asked))
        index = faiss.IndexFlatIP(vectors.shape[1])
        index.add(vectors)
        return cls(index)

    @classmethod
    def open(cls, path: Path) -> "VectorIndex":
        """The index saved at a path, memory-mapped."""
        try:
            return cls(faiss.read_index(str(path), faiss.IO_FLAG_MMAP_IFC))
        except RuntimeError as problem:
            raise IndexCorrupt(f"{path} cannot be read by faiss; rebuild the index or roll back") from problem

    def save(self, path: Path) -> None:
        """Write the index to one file. Raises OSError."""
        path.parent.mkdir(parents=True, exist_ok=True)
        try:
            faiss.write_index(self._index, str(path))
        except RuntimeError as problem:  # what faiss makes of a full disk
            raise OSError(f"{path} cannot be written") from problem

    def __len__(self) -> int:
        return int(self._index.ntotal)

    @property
    def rounded(self) -> bool:
        """Whether the vectors are kept in 16 bits, as those of a large index are."""
        return isinstance(self._index, faiss.IndexRefine)

    @property
    def dimensions(self) -> int:
        """Length of a row."""
        return int(self._index.d)

    def sample(self, count: int) -> Vectors:
        """Up to `count` rows, evenly spaced, shape (at most count, dimensions)."""
        rows = np.unique(np.linspace(0, len(self) - 1, num=min(count, len(self)), dtype=np.int64))
        return self.take(rows)

    def take(self, rows: NDArray[np.int64]) -> Vectors:
        """The vectors of these rows, shape (len(rows), dimensions)."""
        if len(rows) == 0:
            return np.zeros((0, self.dimensions), np.float32)
        taken: Vectors = self._index.reconstruct_batch(np.asarray(rows, dtype=np.int64))
        return taken

    def vectors(self) -> Vectors:
        """All rows, shape (n, dimensions)."""
        if len(self) == 0:
            return np.zeros((0, self.dimensions), dtype=np.float32)
        rows: Vectors = self._index.reconstruct_n(0, len(self))
        return rows

    def search(self, query: Vectors, k: int, allowed: NDArray[np.bool_] | None = None) -> list[Scored]:
        """The k rows nearest to a query of shape (dimensions,), nearest first, equal scores by row.

        `allowed` of shape (n,) leaves out the rows where it is False.
        """
        if len(self) == 0 or k <= 0:
            return []
        parameters = None if allowed is None else self._selecting(np.flatnonzero(allowed))
        return self._best(query.reshape(1, -1), k, parameters)[0]

    def nearest(self, queries: Vectors, k: int) -> list[list[Scored]]:
        """For each query of shape (q, dimensions), the k nearest rows, nearest first, equal scores by row."""
        if len(self) == 0 or len(queries) == 0:
            return [[] for _ in queries]
        return self._best(np.ascontiguousarray(queries), k, None)

    def _selecting(self, rows: NDArray[np.int64]) -> faiss.SearchParameters:
        """Parameters of a search among these rows alone."""
        selector = faiss.IDSelectorBatch(rows)
        if not isinstance(self._index, faiss.IndexRefine):
            parameters = faiss.SearchParameters()
            parameters.sel = selector
            return parameters
        lists: Any = faiss.SearchParametersIVF()
        lists.sel = selector
        lists.nprobe = faiss.extract_index_ivf(self._index).nlist  # what passes a filter may lie in any list
        refined: Any = faiss.IndexRefineSearchParameters()
        refined.k_factor = _RESCORED
        refined.base_index_params = lists
        selected: faiss.SearchParameters = refined
        return selected

    def _best(self, queries: Vectors, k: int, parameters: faiss.SearchParameters | None) -> list[list[Scored]]:
        # One more than asked for shows whether equal scores were cut apart; faiss keeps any of them.
        with _one_core():
            scores, rows = self._index.search(queries, min(k + 1, len(self)), params=parameters)
        found: list[list[Scored]] = []
        for query, near, values in zip(queries, rows, scores, strict=True):
            cut_apart = len(near) > k and near[k] >= 0 and values[k] == values[k - 1]
            if cut_apart and isinstance(self._index, faiss.IndexFlat):
                cut = float(np.nextafter(values[k], np.float32(-2)))
                _, values, near = self._index.range_search(query.reshape(1, -1), cut, params=parameters)
            found.append(_ranked(near, values)[:k])
        return found

    def scores(self, query: Vectors, rows: NDArray[np.int64]) -> NDArray[np.float32]:
        """The cosine of a query of shape (dimensions,) with each given row, shape (len(rows),)."""
        found: NDArray[np.float32] = self.take(rows) @ query
        return found


@contextmanager
def _one_core() -> Iterator[None]:
    """A query takes one core: sharing it out pays little when cores are idle, and costs ten times as much when not."""
    usual = faiss.omp_get_max_threads()
    faiss.omp_set_num_threads(1)
    try:
        yield
    finally:
        faiss.omp_set_num_threads(usual)


def _ranked(rows: NDArray[np.int64], scores: NDArray[np.float32]) -> list[Scored]:
    """Rows with their scores, highest first, equal ones by row; faiss fills up with row -1."""
    found = [Scored(int(row), float(score)) for row, score in zip(rows, scores, strict=True) if row >= 0]
    return sorted(found, key=lambda item: (-item.score, item.row))


def _inverted_lists(vectors: Vectors, probes: Vectors) -> faiss.Index:
    """Lists of 8-bit vectors, each around one of the vectors themselves, with 16-bit ones to score again."""
    vectors = vectors.astype(np.float16).astype(np.float32)  # so that it makes no difference who has rounded them
    dimensions = vectors.shape[1]
    leaders = vectors[_leaders(vectors, int(_LISTS_PER_ROOT * np.sqrt(len(vectors))))]
    quantizer = faiss.IndexFlatIP(dimensions)
    quantizer.add(leaders)
    coarse: Any = faiss.IndexIVFScalarQuantizer(
        quantizer,
        dimensions,
        len(leaders),
        faiss.ScalarQuantizer.QT_8bit_uniform,
        faiss.METRIC_INNER_PRODUCT,
        False,  # the vectors themselves are kept, not what is left of them after their leader
    )
    fine = faiss.IndexScalarQuantizer(dimensions, faiss.ScalarQuantizer.QT_fp16, faiss.METRIC_INNER_PRODUCT)
    coarse.train(vectors)  # finds the least and the greatest number, and learns nothing else: the leaders are given
    fine.train(vectors)
    list_of = _nearest_leader(vectors, leaders)
    coarse.add_core(len(vectors), faiss.swig_ptr(vectors), None, faiss.swig_ptr(list_of))
    fine.add(vectors)
    index: Any = faiss.IndexRefine(coarse, fine)
    index.k_factor = _RESCORED
    coarse.nprobe = _visits(vectors, leaders, list_of, probes)
    built: faiss.Index = index
    return built


def _leaders(vectors: Vectors, count: int) -> NDArray[np.int64]:
    """`count` distinct rows drawn by a hash of what they are, in the order of the hash.

    K-means would need fewer lists to be visited, but it moves all of them when one vector changes,
    and takes most of the time of a rebuild. Drawn by hash, leaders depend on nothing but the set
    of vectors: 1 % of new vectors make 1 % of new leaders.
    """
    numbers = np.uint64 if vectors.shape[1] % 2 == 0 else np.uint32
    width = vectors.shape[1] * vectors.itemsize // np.dtype(numbers).itemsize
    odd = np.random.default_rng(1).integers(1 << 63, size=width, dtype=np.uint64) * 2 + 1
    hashes = np.empty(len(vectors), dtype=np.uint64)
    for start in range(0, len(vectors), _BLOCK):
        block = slice(start, start + _BLOCK)
        hashes[block] = (vectors[block].view(numbers) * odd).sum(axis=1)
    hashes ^= hashes >> np.uint64(29)
    hashes *= np.uint64(0xBF58476D1CE4E5B9)
    hashes ^= hashes >> np.uint64(32)
    _, first = np.unique(hashes, return_index=True)  # of equal vectors the first
    first = first[vectors[first].any(axis=1)]
    return first[:count].astype(np.int64)


def _nearest_leader(vectors: Vectors, leaders: Vectors) -> NDArray[np.int64]:
    """The number of the leader nearest to each vector, the first of equally near ones, shape (n,).

    Reckoned in whole numbers small enough that float32 adds them exactly, in whatever order: the
    same vector goes to the same list whichever others it is reckoned with.
    """
    whole = np.rint(leaders * _WHOLE).T.copy()
    found = np.empty(len(vectors), dtype=np.int64)
    for start in range(0, len(vectors), _BLOCK):
        block = slice(start, start + _BLOCK)
        found[block] = np.argmax(np.rint(vectors[block] * _WHOLE) @ whole, axis=1)
    return found


def _visits(vectors: Vectors, leaders: Vectors, list_of: NDArray[np.int64], probes: Vectors) -> int:
    """How many lists a query has to visit until RECALL of the nearest rows of the probes lie in them.

    The nearest of every so many rows stand for all: about as many more are nearer in the whole.
    """
    asked = probes[probes.any(axis=1)]  # a probe of no known word has no nearest rows
    if len(asked) == 0:
        return min(4, len(leaders))
    some = np.arange(0, len(vectors), max(1, min(len(vectors) // _MEASURED, int(1 / _FEWEST_MEASURED))))
    cosines = asked @ vectors[some].T
    order = np.argsort(-(asked @ leaders.T), axis=1, kind="stable")
    rank_of_list = np.empty_like(order)
    np.put_along_axis(rank_of_list, order, np.arange(len(leaders))[np.newaxis], axis=1)
    # Of equally near rows those in the list that is visited first count: which of them is found does not matter.
    rank_of_row = rank_of_list[:, list_of[some]]
    order_of_rows = rank_of_row - np.round(cosines / _ROUNDING).astype(np.int64) * len(leaders)
    nearest = np.argpartition(order_of_rows, _NEAREST, axis=1)[:, :_NEAREST]
    needed = np.sort(np.take_along_axis(rank_of_row, nearest, axis=1), axis=None)
    return int(needed[int(np.ceil(RECALL * len(needed))) - 1]) + 1
