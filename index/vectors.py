"""Vectors of one language. The only file that imports faiss.

As faiss' authors advise, a small index is searched whole and a large one by inverted lists. How
many lists a query visits is not a setting: it is raised at build time until queries drawn from
the corpus find at least RECALL of what an exact search finds.
"""

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
_TRAINING_ROWS_PER_LIST = 40  # faiss asks for 39 or more
_TRAINING_ROUNDS = 8


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
        lengths = np.linalg.norm(vectors, axis=1)
        if not np.all((np.abs(lengths - 1) < 1e-3) | (lengths == 0)):
            raise ValueError(f"rows have lengths {lengths.min():.4f} to {lengths.max():.4f}; expected 1 or 0")
        vectors = np.ascontiguousarray(vectors, dtype=np.float32)
        if len(vectors) > EXACT_UP_TO:
            asked = vectors[:: len(vectors) // 200] if probes is None or not len(probes) else probes
            return cls(_inverted_lists(vectors, asked))
        index = faiss.IndexFlatIP(vectors.shape[1])
        index.add(vectors)
        return cls(index)

    @classmethod
    def open(cls, path: Path) -> "VectorIndex":
        """The index saved at a path, memory-mapped."""
        try:
            index: Any = faiss.read_index(str(path), faiss.IO_FLAG_MMAP_IFC)
            if isinstance(index, faiss.IndexRefine):
                faiss.extract_index_ivf(index).parallel_mode = 1  # one query's lists are shared out among the cores
            return cls(index)
        except RuntimeError as problem:
            raise IndexCorrupt(f"{path} cannot be read by faiss; rebuild the index or roll back") from problem

    def save(self, path: Path) -> None:
        """Write the index to one file."""
        path.parent.mkdir(parents=True, exist_ok=True)
        faiss.write_index(self._index, str(path))

    def __len__(self) -> int:
        return int(self._index.ntotal)

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


def _ranked(rows: NDArray[np.int64], scores: NDArray[np.float32]) -> list[Scored]:
    """Rows with their scores, highest first, equal ones by row; faiss fills up with row -1."""
    found = [Scored(int(row), float(score)) for row, score in zip(rows, scores, strict=True) if row >= 0]
    return sorted(found, key=lambda item: (-item.score, item.row))


def _inverted_lists(vectors: Vectors, probes: Vectors) -> faiss.Index:
    """Lists of 8-bit vectors around centroids, trained and measured on the vectors, with 16-bit ones to score again."""
    dimensions = vectors.shape[1]
    lists = int(2 * np.sqrt(len(vectors)))
    coarse: Any = faiss.IndexIVFScalarQuantizer(
        faiss.IndexFlatIP(dimensions),
        dimensions,
        lists,
        faiss.ScalarQuantizer.QT_8bit_uniform,
        faiss.METRIC_INNER_PRODUCT,
        False,  # the vectors themselves are kept, not what is left of them after their centroid
    )
    coarse.cp.niter = _TRAINING_ROUNDS
    fine = faiss.IndexScalarQuantizer(dimensions, faiss.ScalarQuantizer.QT_fp16, faiss.METRIC_INNER_PRODUCT)
    coarse.train(vectors[:: max(1, len(vectors) // (lists * _TRAINING_ROWS_PER_LIST))])
    fine.train(vectors)
    index: Any = faiss.IndexRefine(coarse, fine)
    index.k_factor = _RESCORED
    index.add(vectors)
    asked = probes[probes.any(axis=1)]  # a probe of no known word has no nearest rows
    tenth = np.array([np.partition(vectors @ probe, -10)[-10] for probe in asked], dtype=np.float32)
    coarse.nprobe = 4
    while coarse.nprobe < lists and _recall(index.search(asked, 10)[0], tenth) < RECALL:
        coarse.nprobe = min(lists, coarse.nprobe * 3 // 2)
    built: faiss.Index = index
    return built


def _recall(scores: NDArray[np.float32], tenth: NDArray[np.float32]) -> float:
    """The share of ten finds of each probe that score at least as the tenth of an exact search.

    By scores and not by rows, because of ten among equals any are right.
    """
    return float(np.mean(scores >= tenth[:, None] - _ROUNDING)) if len(tenth) else 1.0
