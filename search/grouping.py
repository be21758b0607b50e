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
    """Chunks by their documents, in the order of these.

    `numbers`, of shape (documents,), ascending; the chunks of each lie from its place in `starts`, of the same shape.
    """

    numbers: NDArray[np.int64]
    starts: NDArray[np.int64]

    def highest(self, scores: NDArray[Any]) -> NDArray[Any]:
        """The highest score among each document's chunks: shape (..., chunks) → (..., documents).

        >>> group(np.array([5, 7, 7])).highest(np.array([0.2, 0.1, 0.3]))
        array([0.2, 0.3])
        """
        if len(self.starts) == scores.shape[-1]:
            return scores
        highest: NDArray[Any] = np.maximum.reduceat(scores, self.starts, axis=-1)
        return highest

    def best_chunks(self, scores: NDArray[Any]) -> NDArray[np.int64]:
        """The position of each document's chunk with the highest score, the first among equals.

        >>> group(np.array([5, 7, 7])).best_chunks(np.array([0.0, 1.0, 2.0]))
        array([0, 2])
        """
        if len(self.starts) == len(scores):
            return self.starts
        count = np.diff(self.starts, append=len(scores))
        best = np.where(scores == np.repeat(self.highest(scores), count), np.arange(len(scores)), len(scores))
        first: NDArray[np.int64] = np.minimum.reduceat(best, self.starts)
        return first


def group(documents: NDArray[Any]) -> Grouped:
    """Group chunks, given by their documents as an ascending array of shape (chunks,).

    >>> group(np.array([5, 7, 7]))
    Grouped(numbers=array([5, 7]), starts=array([0, 1]))
    """
    begins = np.ones(len(documents), dtype=np.bool_)
    np.not_equal(documents[1:], documents[:-1], out=begins[1:])
    starts = begins.nonzero()[0]
    return Grouped(documents[starts].astype(np.int64), starts)
