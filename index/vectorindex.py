"""Vectors of one language by row, of whichever kind: what they are asked."""

from abc import ABC, abstractmethod
from pathlib import Path
from typing import Any

import numpy as np
from numpy.typing import NDArray

from index.faissio import one_core
from index.quantizer import Quantizer
from index.types import Codes, Nearest, Vectors

Allowed = NDArray[np.bool_] | None


class VectorIndex(ABC):
    """Unit vectors by row; a score is the cosine, between -1 and 1, as far as the numbers are kept."""

    def __init__(self, index: Any) -> None:
        self._index = index

    @abstractmethod
    def save(self, path: Path) -> None:
        """Write the index to a file. Raises OSError."""

    def __len__(self) -> int:
        return int(self._index.ntotal)

    @property
    def dimensions(self) -> int:
        """Length of a row."""
        return int(self._index.d)

    @property
    @abstractmethod
    def bits(self) -> int:
        """In how many bits each number is kept."""

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
        with one_core():
            # One more than asked for shows whether equal scores were cut apart; faiss keeps any of them.
            scores, rows = self._find(queries, min(k + 1, len(self)), allowed)
            found = []
            for query, near, values in zip(queries, rows, scores, strict=True):
                if len(near) > k and near[k] >= 0 and values[k] == values[k - 1]:
                    near, values = self._level(query[np.newaxis], values[k], allowed)
                found.append(Nearest.of(near[near >= 0], values[near >= 0], k))
        return found

    @abstractmethod
    def _find(self, queries: Vectors, k: int, allowed: Allowed) -> tuple[NDArray[np.float32], NDArray[np.int64]]:
        """Scores and rows of the k nearest to each query, shape (q, k), highest first; row -1 where there are fewer."""

    @abstractmethod
    def _level(
        self, query: Vectors, least: np.float32, allowed: Allowed
    ) -> tuple[NDArray[np.int64], NDArray[np.float32]]:
        """Rows and scores of all that scores at least so much; others may be among them."""


def _nothing() -> Nearest:
    return Nearest(np.zeros(0, np.int64), np.zeros(0, np.float32))
