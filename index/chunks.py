"""Which row of a language is which slice of which document, as arrays."""

from collections.abc import Sequence
from dataclasses import dataclass
from pathlib import Path

import numpy as np
from numpy.typing import NDArray

from index.arrays import open_array, save_arrays
from index.errors import IndexCorrupt


@dataclass(frozen=True, slots=True)
class ChunkTable:
    """By row: number of the document, start and end in its text, and hash of what was embedded.

    `documents`, `starts`, `ends` have shape (rows,); `hashes` has shape (rows, 16).
    """

    documents: NDArray[np.int32]
    starts: NDArray[np.int32]
    ends: NDArray[np.int32]
    hashes: NDArray[np.uint8]

    def __post_init__(self) -> None:
        lengths = {len(self.documents), len(self.starts), len(self.ends), len(self.hashes)}
        if len(lengths) != 1:
            raise IndexCorrupt(f"chunk table has columns of lengths {sorted(lengths)}; rebuild the index")

    @classmethod
    def build(cls, entries: Sequence[tuple[int, int, int]], hashes: Sequence[bytes]) -> "ChunkTable":
        """A table of (document, start, end) entries with their hashes."""
        columns = np.array(entries, dtype=np.int32).reshape(-1, 3)
        digests = np.frombuffer(b"".join(hashes), dtype=np.uint8).reshape(-1, 16)
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
            {"documents": self.documents, "starts": self.starts, "ends": self.ends, "hashes": self.hashes},
        )

    def __len__(self) -> int:
        return len(self.documents)
