"""Near-duplicates: which documents of an index tell the same in nearly the same words."""

from pathlib import Path

import numpy as np
from numpy.typing import NDArray

from index.arrays import open_array, save_arrays
from index.errors import IndexCorrupt


class Clusters:
    """Documents by clusters of near-duplicates.

    `of_document`, of shape (documents,), holds for each document the lowest number in its cluster:
    its own when there is no other like it.

    >>> clusters = Clusters(np.array([0, 1, 0, 3, 0], dtype=np.int32))
    >>> clusters.members(2), clusters.members(3)
    (array([0, 2, 4]), array([3]))
    """

    def __init__(self, of_document: NDArray[np.int32]) -> None:
        numbers = np.arange(len(of_document))
        if np.any(of_document < 0) or np.any(of_document > numbers) or np.any(of_document[of_document] != of_document):
            raise IndexCorrupt("a cluster of near-duplicates is not named by its first document; rebuild the index")
        self.of_document = of_document
        later = np.flatnonzero(of_document != numbers)
        shared = np.union1d(of_document[later], later)
        order = np.lexsort((shared, of_document[shared]))
        self._members = shared[order]
        self._clusters = of_document[self._members]

    @classmethod
    def singletons(cls, documents: int) -> "Clusters":
        """Every document by itself."""
        return cls(np.arange(documents, dtype=np.int32))

    @classmethod
    def open(cls, folder: Path) -> "Clusters":
        """The clusters saved in a folder."""
        return cls(open_array(folder, "clusters"))

    def save(self, folder: Path) -> None:
        """Write the clusters to a folder."""
        save_arrays(folder, {"clusters": self.of_document})

    def __len__(self) -> int:
        return len(self.of_document)

    def members(self, document: int) -> NDArray[np.int64]:
        """The numbers of all documents in a document's cluster, ascending, itself among them."""
        cluster = self.of_document[document]
        first, last = np.searchsorted(self._clusters, [cluster, cluster + 1])
        return self._members[first:last].astype(np.int64) if last > first else np.array([document], dtype=np.int64)
