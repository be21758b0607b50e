"""Vectors of one language, searched exactly. The only file that imports faiss."""

from pathlib import Path

import faiss
import numpy as np
from numpy.typing import NDArray

from index.errors import IndexCorrupt
from index.types import Scored, Vectors


class VectorIndex:
    """Unit vectors by row; a score is the cosine, between -1 and 1."""

    def __init__(self, index: faiss.Index) -> None:
        self._index = index

    @classmethod
    def build(cls, vectors: Vectors) -> "VectorIndex":
        """An index of vectors of shape (n, dimensions); each row has unit length or is zero."""
        lengths = np.linalg.norm(vectors, axis=1)
        if not np.all((np.abs(lengths - 1) < 1e-3) | (lengths == 0)):
            raise ValueError(f"rows have lengths {lengths.min():.4f} to {lengths.max():.4f}; expected 1 or 0")
        index = faiss.IndexFlatIP(vectors.shape[1])
        index.add(np.ascontiguousarray(vectors, dtype=np.float32))
        return cls(index)

    @classmethod
    def open(cls, path: Path) -> "VectorIndex":
        """The index saved at a path, memory-mapped."""
        try:
            return cls(faiss.read_index(str(path), faiss.IO_FLAG_MMAP_IFC))
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
        parameters = None
        if allowed is not None:
            selector = faiss.IDSelectorBatch(np.flatnonzero(allowed))
            parameters = faiss.SearchParameters()
            parameters.sel = selector
        scores, rows = self._index.search(query.reshape(1, -1), min(k, len(self)), params=parameters)
        found = [Scored(int(row), float(score)) for row, score in zip(rows[0], scores[0], strict=True) if row >= 0]
        return sorted(found, key=lambda item: (-item.score, item.row))

    def nearest(self, queries: Vectors, k: int) -> list[list[Scored]]:
        """For each query of shape (q, dimensions), the k nearest rows, nearest first."""
        if len(self) == 0 or len(queries) == 0:
            return [[] for _ in queries]
        scores, rows = self._index.search(np.ascontiguousarray(queries), min(k, len(self)))
        return [
            [Scored(int(row), float(score)) for row, score in zip(*pair, strict=True) if row >= 0]
            for pair in zip(rows, scores, strict=True)
        ]

    def scores(self, query: Vectors, rows: NDArray[np.int64]) -> NDArray[np.float32]:
        """The cosine of a query of shape (dimensions,) with each given row, shape (len(rows),)."""
        if len(rows) == 0:
            return np.zeros(0, dtype=np.float32)
        found: NDArray[np.float32] = self._index.reconstruct_batch(np.asarray(rows, dtype=np.int64)) @ query
        return found
