"""Which row of a language is which slice of which document, as arrays."""

from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from pathlib import Path
from typing import Any

import numpy as np
from numpy.typing import NDArray

from index.arrays import narrowest, open_array, save_arrays
from index.errors import IndexCorrupt

HASH_BYTES = 16


@dataclass(frozen=True, slots=True)
class ChunkTable:
    """By row: number of the document, ascending, start and end in its text, and hash of what was embedded.

    `documents`, `starts`, `ends`, whole numbers of any width, have shape (rows,); `hashes` has shape (rows, 16).
    """

    documents: NDArray[np.int32]
    starts: NDArray[Any]
    ends: NDArray[Any]
    hashes: NDArray[np.uint8]

    def __post_init__(self) -> None:
        lengths = {len(self.documents), len(self.starts), len(self.ends), len(self.hashes)}
        if len(lengths) != 1:
            raise IndexCorrupt(f"chunk table has columns of lengths {sorted(lengths)}; rebuild the index")

    @classmethod
    def build(cls, entries: Sequence[tuple[int, int, int]], hashes: Sequence[bytes]) -> "ChunkTable":
        """A table of (document, start, end) entries with their hashes."""
        columns = np.array(entries, dtype=np.int32).reshape(-1, 3)
        digests = np.frombuffer(b"".join(hashes), dtype=np.uint8).reshape(-1, HASH_BYTES)
        documents, starts, ends = (np.ascontiguousarray(columns[:, place]) for place in range(3))
        return cls(documents, starts, ends, digests)

    @classmethod
    def open(cls, folder: Path) -> "ChunkTable":
        """The table saved in a folder."""
        return cls(*(open_array(folder, name) for name in ("documents", "starts", "ends", "hashes")))

    def save(self, folder: Path) -> None:
        """Write the table to a folder."""
        save_arrays(
            folder,
            {
                "documents": self.documents,
                "starts": narrowest(self.starts),
                "ends": narrowest(self.ends),
                "hashes": self.hashes,
            },
        )

    def columns(self) -> tuple[NDArray[Any], ...]:
        """The arrays, in the order of the class."""
        return self.documents, self.starts, self.ends, self.hashes

    def rows_of(self, documents: NDArray[np.int64]) -> tuple[NDArray[np.int64], NDArray[np.int64]]:
        """The first row of each of these documents and how many it has, both of shape (len(documents),)."""
        wanted = documents.astype(np.int32)
        first = np.searchsorted(self.documents, wanted, side="left")
        return first, np.searchsorted(self.documents, wanted, side="right") - first

    def spans(self, document: int) -> Iterator[tuple[int, int]]:
        """Start and end of each chunk of a document."""
        first, last = np.searchsorted(self.documents, np.array([document, document + 1], dtype=np.int32))
        yield from zip(self.starts[first:last].tolist(), self.ends[first:last].tolist(), strict=True)

    def __len__(self) -> int:
        return len(self.documents)
