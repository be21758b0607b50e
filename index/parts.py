"""What a generation is made of, and which of it is one language's part."""

from collections.abc import Iterator, Sequence
from dataclasses import dataclass, replace
from pathlib import Path

import numpy as np
from numpy.typing import NDArray

from index.arrays import open_array, save_arrays
from index.cuts import NewRows
from index.gather import Gathered
from index.languages import PARTITIONS
from index.pieces import Pieced
from index.ragged import Lists
from index.store import DocumentStore

_SPELLED = "spelled.txt"


@dataclass(frozen=True, slots=True)
class Part:
    """The documents of one language: their `numbers`, ascending, and those that they had before, -1 for new ones.

    `new` are the rows of those that are new, and `spelled` the pieces of these rows, by number.
    """

    language: str
    numbers: NDArray[np.int64]
    old_numbers: NDArray[np.int64]
    new: NewRows
    spelled: Sequence[str]

    @property
    def added(self) -> Pieced:
        """The texts of the new rows."""
        return Pieced(self.new.pieces, self.spelled)

    @classmethod
    def open(cls, folder: Path, language: str) -> "Part":
        """The part saved in a folder."""
        names = "numbers", "old_numbers", "counts", "starts", "ends", "hashes", "pieces", "bounds"
        numbers, old_numbers, counts, starts, ends, hashes, pieces, bounds = (
            open_array(folder, name) for name in names
        )
        new = NewRows(counts, starts, ends, hashes, Lists(pieces, bounds))
        spelled = (folder / _SPELLED).read_bytes().decode("utf-8").split("\n")
        return cls(language, numbers, old_numbers, new, spelled)

    def save(self, folder: Path) -> None:
        """Write the part to a folder, where another process finds it. Raises OSError."""
        new = self.new
        save_arrays(folder, {"numbers": self.numbers, "old_numbers": self.old_numbers})
        save_arrays(folder, {"counts": new.counts, "starts": new.starts, "ends": new.ends, "hashes": new.hashes})
        save_arrays(folder, {"pieces": new.pieces.values, "bounds": new.pieces.starts})
        # No piece holds a line break, for it was split off there.
        (folder / _SPELLED).write_bytes("\n".join(self.spelled).encode("utf-8"))


@dataclass(frozen=True, slots=True)
class Made:
    """What a generation is made of: documents that are taken over, and rows of those that are new.

    `places`, of shape (documents,), is where the rows of a document stand among the new ones, -1 for one taken over,
    and its sketch among `sketches`. `spelled` are the pieces of the new rows, cleared once the parts have them.
    """

    gathered: Gathered
    store: DocumentStore
    rows: NewRows
    sketches: NDArray[np.uint16]
    places: NDArray[np.int64]
    spelled: list[str]

    def parts(self) -> Iterator[Part]:
        """The parts of all languages that there are documents of, made one by one."""
        for place, language in enumerate(PARTITIONS):
            numbers = np.flatnonzero(self.gathered.languages == place)
            if len(numbers):
                places = self.places[numbers]
                new = self.rows.take(places[places >= 0])
                added = Pieced(new.pieces, self.spelled).compact()
                new = replace(new, pieces=added.lists)
                yield Part(language, numbers, self.gathered.old[numbers], new, added.spelled)
