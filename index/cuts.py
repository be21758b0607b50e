"""The chunks of documents that are new, as arrays, and one numbering of the pieces that they are made of."""

from array import array
from collections import defaultdict
from contextlib import ExitStack
from dataclasses import dataclass
from pathlib import Path

import numpy as np
from numpy.typing import NDArray

from index.chunks import HASH_BYTES
from index.pieces import PieceNumbers
from index.ragged import Grown, Lists, bounds, spans
from index.sketches import PLACES
from index.spill import Spill


@dataclass(frozen=True, slots=True)
class NewRows:
    """The chunks of documents, one document after the other.

    `counts`, of shape (documents,), is how many each has; `starts` and `ends`, of shape (rows,), are where a chunk
    lies in its text, `hashes`, of shape (rows, HASH_BYTES), tell what is embedded, and `pieces` holds the numbers
    of its pieces.
    """

    counts: NDArray[np.int64]
    starts: NDArray[np.int32]
    ends: NDArray[np.int32]
    hashes: NDArray[np.uint8]
    pieces: Lists

    def take(self, documents: NDArray[np.int64]) -> "NewRows":
        """The rows of these documents, in that order."""
        counts = self.counts[documents]
        rows = spans(bounds(self.counts)[documents], counts)
        return NewRows(counts, self.starts[rows], self.ends[rows], self.hashes[rows], self.pieces.take(rows))

    def __len__(self) -> int:
        """The number of rows."""
        return len(self.starts)


@dataclass(frozen=True, slots=True)
class Cut:
    """The rows of some documents, in the numbering of the `preparer` of this number.

    `sketches`, of shape (documents, PLACES), are what each is like. `spelled` are pieces that it met for the first
    time, each once; they have the numbers from `first_piece` on. A first piece of 0 begins the numbering anew.
    """

    rows: NewRows
    sketches: NDArray[np.uint16]
    preparer: int
    first_piece: int
    spelled: list[str]


class Cuts:
    """Takes the cuts of all preparers, each one's in the order in which it made them.

    What there is most of, sketches and pieces, it keeps on the disk of a folder, until the end of the block; the rows
    stay for as long as something refers to them. Raises OSError.
    """

    def __init__(self, folder: Path) -> None:
        self._numbered = PieceNumbers()
        self._numbers: dict[int, array[int]] = defaultdict(lambda: array("i"))
        self._counts = Grown(np.int32)
        self._starts = Grown(np.int32)
        self._ends = Grown(np.int32)
        self._piece_counts = Grown(np.int32)
        with ExitStack() as files:
            self._pieces = files.enter_context(Spill(folder / "pieces.spill", np.int32))
            self._hashes = files.enter_context(Spill(folder / "hashes.spill", np.uint8, HASH_BYTES))
            self._sketches = files.enter_context(Spill(folder / "sketches.spill", np.uint16, PLACES))
            self._files = files.pop_all()

    def __enter__(self) -> "Cuts":
        return self

    def __exit__(self, *of: object) -> None:
        self._files.close()

    @property
    def documents(self) -> int:
        """How many documents there are so far."""
        return len(self._counts)

    @property
    def spelled(self) -> list[str]:
        """All pieces, by number."""
        return self._numbered.spelled

    def add(self, cut: Cut) -> None:
        """The next documents."""
        numbers = self._numbers[cut.preparer]
        del numbers[cut.first_piece :]
        numbers.extend(self._numbered.of_distinct(cut.spelled))
        rows = cut.rows
        self._pieces.add(np.frombuffer(numbers or array("i", [0]), dtype=np.int32)[rows.pieces.values])
        self._piece_counts.add(rows.pieces.counts)
        self._counts.add(rows.counts)
        self._starts.add(rows.starts)
        self._ends.add(rows.ends)
        self._hashes.add(rows.hashes)
        self._sketches.add(cut.sketches)

    def sketches(self) -> NDArray[np.uint16]:
        """What all documents are like, shape (documents, PLACES)."""
        return self._sketches.rows()

    def rows(self) -> NewRows:
        """The rows of all documents."""
        return NewRows(
            self._counts.values.astype(np.int64),
            self._starts.values,
            self._ends.values,
            self._hashes.rows(),
            Lists(self._pieces.rows(), bounds(self._piece_counts.values)),
        )
