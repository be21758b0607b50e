"""What a generation is made of, and which of it is one language's part."""

from collections.abc import Iterator, Sequence
from dataclasses import dataclass, replace

import numpy as np
from numpy.typing import NDArray

from index.cuts import NewRows
from index.gather import Gathered
from index.languages import PARTITIONS
from index.pieces import Pieced
from index.store import DocumentStore


@dataclass(frozen=True, slots=True)
class Part:
    """The documents of one language: their `numbers`, ascending, and those that they had before, -1 for new ones.

    `new` are the rows of those that are new, and `added` the texts of these rows.
    """

    language: str
    numbers: NDArray[np.int64]
    old_numbers: NDArray[np.int64]
    new: NewRows
    added: Pieced


@dataclass(frozen=True, slots=True)
class Made:
    """What a generation is made of: documents that are taken over, and rows of those that are new.

    `places`, of shape (documents,), is where the rows of a document stand among the new ones, -1 for one taken over.
    `spelled` are the pieces of the new rows.
    """

    gathered: Gathered
    store: DocumentStore
    rows: NewRows
    places: NDArray[np.int64]
    spelled: Sequence[str]

    def parts(self) -> Iterator[Part]:
        """The parts of all languages that there are documents of."""
        for place, language in enumerate(PARTITIONS):
            numbers = np.flatnonzero(self.gathered.languages == place)
            if len(numbers):
                places = self.places[numbers]
                new = self.rows.take(places[places >= 0])
                added = Pieced(new.pieces, self.spelled).compact()
                new = replace(new.without_pieces(), sketches=new.sketches[:0])
                yield Part(language, numbers, self.gathered.old[numbers], new, added)
