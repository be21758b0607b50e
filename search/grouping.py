"""Chunks → documents. Pure.

A document means what its best chunk means, and covers each word of a query as well as the best of
its chunks does; these need not be the same chunk.
"""

from dataclasses import dataclass
from typing import Any

import numpy as np
from numpy.typing import NDArray


@dataclass(frozen=True, slots=True)
class Grouped:
    """Chunks by their documents.

    `numbers`, of shape (documents,), ascending; `of_chunk`, of shape (chunks,), is the position
    in `numbers` of each chunk's document.
    """

    numbers: NDArray[np.int64]
    of_chunk: NDArray[np.int64]

    def highest(self, scores: NDArray[Any]) -> NDArray[np.float64]:
        """The highest score among each document's chunks: shape (..., chunks) → (..., documents).

        >>> group(np.array([7, 5, 7])).highest(np.array([0.1, 0.2, 0.3]))
        array([0.2, 0.3])
        """
        if len(self.of_chunk) == 0:
            return np.zeros((*scores.shape[:-1], 0))
        by_document = np.argsort(self.of_chunk, kind="stable")
        starts = np.searchsorted(self.of_chunk[by_document], np.arange(len(self.numbers)))
        highest: NDArray[np.float64] = np.maximum.reduceat(scores[..., by_document], starts, axis=-1)
        return highest

    def best_chunks(self, scores: NDArray[Any]) -> NDArray[np.int64]:
        """The position of each document's chunk with the highest score, the first among equals.

        >>> group(np.array([7, 5, 7])).best_chunks(np.array([1.0, 0.0, 2.0]))
        array([1, 2])
        """
        order = np.lexsort((np.arange(len(scores)), -scores, self.of_chunk))
        _, first = np.unique(self.of_chunk[order], return_index=True)
        best: NDArray[np.int64] = order[first]
        return best


def group(documents: NDArray[Any]) -> Grouped:
    """Group chunks, given by their documents as an array of shape (chunks,).

    >>> group(np.array([7, 5, 7]))
    Grouped(numbers=array([5, 7]), of_chunk=array([1, 0, 1]))
    """
    numbers, of_chunk = np.unique(documents, return_inverse=True)
    return Grouped(numbers.astype(np.int64), of_chunk)
