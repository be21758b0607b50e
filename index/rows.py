"""Documents → the rows of one language: its chunks, and where their vectors and the postings of their words come from.

Rows of documents that are taken over keep their chunks, postings and vectors, under new numbers.
"""

from dataclasses import dataclass

import numpy as np
from numpy.typing import NDArray

from index.chunks import HASH_BYTES, ChunkTable
from index.cuts import NewRows
from index.postings import Postings
from index.ragged import bounds, spans
from index.vectorindex import VectorIndex
from index.vectortable import VectorTable


class KnownVectors:
    """Vectors by the hash of the chunks that they are of, shape (rows, HASH_BYTES); looked up at first need."""

    def __init__(self, index: VectorIndex, hashes: NDArray[np.uint8]) -> None:
        self.index = index
        self._hashes = hashes
        self._rows: dict[bytes, int] | None = None

    def find(self, hashes: NDArray[np.uint8]) -> NDArray[np.int64]:
        """The row of each of these hashes, -1 for one that is not known."""
        if self._rows is None and len(hashes):
            self._rows = {found: row for row, found in enumerate(_digests(self._hashes))}
        found = (self._rows.get(digest, -1) for digest in _digests(hashes)) if self._rows else ()
        return np.fromiter(found, np.int64, count=len(hashes)) if self._rows else np.full(len(hashes), -1)

    def fill(self, table: VectorTable, hashes: NDArray[np.uint8], missing: NDArray[np.int64]) -> NDArray[np.int64]:
        """Set the vectors of rows that are missing where they are known; returns the others. `hashes` are by row."""
        rows = self.find(hashes[missing])
        table.take_over(missing[rows >= 0], self.index, rows[rows >= 0])
        return missing[rows < 0]


@dataclass(frozen=True, slots=True)
class OldRows:
    """The rows of a language in the previous generation; `vectors` is None when another model made them."""

    chunks: ChunkTable
    postings: Postings
    vectors: VectorIndex | None


@dataclass(frozen=True, slots=True)
class Rows:
    """The rows of a language and what became of the old ones.

    `sources`, of shape (rows,), is the number of the old row that each was, or `old_count` and the number of
    the new row that it is.
    """

    chunks: ChunkTable
    sources: NDArray[np.int64]
    old_count: int

    @classmethod
    def of(
        cls, numbers: NDArray[np.int64], old_numbers: NDArray[np.int64], new: NewRows, old: ChunkTable | None
    ) -> "Rows":
        """The rows of the documents with these ascending numbers.

        -1 for an old number stands for a new document; `new` are the rows of those, in order.
        """
        before = old or ChunkTable.build([], [])
        counts, starts = np.zeros(len(numbers), dtype=np.int64), np.zeros(len(numbers), dtype=np.int64)
        is_new = old_numbers < 0
        counts[is_new], starts[is_new] = new.counts, len(before) + bounds(new.counts)[:-1]
        starts[~is_new], counts[~is_new] = before.rows_of(old_numbers[~is_new])
        sources = spans(starts, counts)
        found = (new.starts, new.ends, new.hashes)
        columns = [np.concatenate([old, more])[sources] for old, more in zip(before.columns()[1:], found, strict=True)]
        return cls(ChunkTable(np.repeat(numbers, counts).astype(np.int32), *columns), sources, len(before))

    def __len__(self) -> int:
        return len(self.sources)

    @property
    def taken(self) -> NDArray[np.bool_]:
        """Which rows are old ones."""
        return self.sources < self.old_count

    @property
    def moved(self) -> NDArray[np.int64]:
        """Where each old row went, or -1."""
        moved = np.full(self.old_count, -1, dtype=np.int64)
        moved[self.sources[self.taken]] = np.flatnonzero(self.taken)
        return moved


def _digests(hashes: NDArray[np.uint8]) -> list[bytes]:
    blob = hashes.tobytes()
    return [blob[start : start + HASH_BYTES] for start in range(0, len(blob), HASH_BYTES)]
