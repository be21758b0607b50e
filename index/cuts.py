"""The chunks of documents that are new, as arrays, and one numbering of the pieces that they are made of."""

from array import array
from collections import defaultdict
from dataclasses import dataclass, replace
from typing import Any

import numpy as np
from numpy.typing import NDArray

from index.chunks import HASH_BYTES
from index.pieces import PieceNumbers
from index.ragged import Lists, bounds, spans
from index.sketches import PLACES


@dataclass(frozen=True, slots=True)
class NewRows:
    """The chunks of documents, one document after the other.

    `counts`, of shape (documents,), is how many each has, `sketches`, of shape (documents, PLACES), what each is like;
    `starts` and `ends`, of shape (rows,), are where a chunk lies in its text, `hashes`, of shape (rows, HASH_BYTES),
    tell what is embedded, and `pieces` holds the numbers of its pieces.
    """

    counts: NDArray[np.int64]
    sketches: NDArray[np.uint16]
    starts: NDArray[np.int32]
    ends: NDArray[np.int32]
    hashes: NDArray[np.uint8]
    pieces: Lists

    def take(self, documents: NDArray[np.int64]) -> "NewRows":
        """The rows of these documents, in that order."""
        counts = self.counts[documents]
        rows = spans(bounds(self.counts)[documents], counts)
        columns = (self.starts[rows], self.ends[rows], self.hashes[rows])
        return NewRows(counts, self.sketches[documents], *columns, self.pieces.take(rows))

    def without_pieces(self) -> "NewRows":
        """The same where the pieces are not needed."""
        return replace(self, pieces=Lists.of([]))

    def __len__(self) -> int:
        """The number of rows."""
        return len(self.starts)


@dataclass(frozen=True, slots=True)
class Cut:
    """The rows of some documents, in the numbering of the `preparer` of this number.

    `spelled` are pieces that it met for the first time; they have the numbers from `first_piece` on.
    A first piece of 0 begins the numbering anew.
    """

    rows: NewRows
    preparer: int
    first_piece: int
    spelled: list[str]


class Cuts:
    """Takes the cuts of all preparers, each one's in the order in which it made them."""

    def __init__(self) -> None:
        self._pieces = PieceNumbers()
        self._numbers: dict[int, array[int]] = defaultdict(lambda: array("i"))
        self._parts: list[NewRows] = []

    @property
    def documents(self) -> int:
        """How many documents there are so far."""
        return sum(len(part.counts) for part in self._parts)

    @property
    def spelled(self) -> list[str]:
        """All pieces, by number."""
        return self._pieces.spelled

    def add(self, cut: Cut) -> None:
        """The next documents."""
        numbers = self._numbers[cut.preparer]
        del numbers[cut.first_piece :]
        numbers.extend(map(self._pieces.__getitem__, cut.spelled))
        theirs = cut.rows.pieces
        ours = np.frombuffer(numbers or array("i", [0]), dtype=np.int32)[theirs.values]
        self._parts.append(replace(cut.rows, pieces=Lists(ours, theirs.starts)))

    def rows(self) -> NewRows:
        """The rows of all documents; they are handed over, and no longer held here."""
        counts = [np.zeros(0, np.int64)]
        sketches = [np.zeros((0, PLACES), np.uint16)]
        starts, ends = [np.zeros(0, np.int32)], [np.zeros(0, np.int32)]
        hashes = [np.zeros((0, HASH_BYTES), np.uint8)]
        pieces: list[Lists] = []
        for part in self._parts:
            counts.append(part.counts)
            sketches.append(part.sketches)
            starts.append(part.starts)
            ends.append(part.ends)
            hashes.append(part.hashes)
            pieces.append(part.pieces)
        self._parts = []
        all_pieces = Lists.all(pieces)
        pieces.clear()
        return NewRows(_all(counts), _all(sketches), _all(starts), _all(ends), _all(hashes), all_pieces)


def _all(parts: list[NDArray[Any]]) -> NDArray[Any]:
    """All parts as one; they are let go, so that of a large corpus no two columns are held twice at a time."""
    whole = np.concatenate(parts)
    parts.clear()
    return whole
