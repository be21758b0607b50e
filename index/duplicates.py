"""Near-duplicates: which documents of an index tell the same in nearly the same words.

Two documents of one language are near-duplicates when their sketches agree in at least ALIKE of
their places; a cluster is what such pairs connect. Pairs are looked for by locality-sensitive
hashing: sketches are cut into bands, and only documents with a band in common are compared
(Leskovec, Rajaraman and Ullman, "Mining of Massive Datasets", section 3.4). Which documents lie
together depends on their texts alone, not on their order or on how the index came to be.
"""

from collections.abc import Iterator
from pathlib import Path

import numpy as np
from numpy.typing import NDArray

from index.arrays import open_array, save_arrays
from index.errors import IndexCorrupt
from index.sketches import PLACES

ALIKE = 0.35
"""Least share of places that agree. In the development set of the tests the median of copies and updates is 0.73;
of 645 pairs 2.6 % have less than this, all with half of their paragraphs rewritten; other stories that quote a passage
have up to 0.29, other stories of one event up to 0.05."""

_BAND = 2  # places; of pairs that agree in ALIKE of their places, all but 4 in 10,000 share one of 60 bands
_NEIGHBOURS = 8  # documents with a band in common that each is compared with; of more, the nearest by sketch
_PAIRS_AT_ONCE = 1 << 14


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
    def build(cls, sketches: NDArray[np.uint16], languages: NDArray[np.int8]) -> "Clusters":
        """The clusters of documents with these sketches, of shape (documents, PLACES), and languages."""
        of_document = np.arange(len(sketches), dtype=np.int64)
        for language in np.unique(languages):
            numbers = np.flatnonzero(languages == language)
            pairs = near_pairs(sketches[numbers])
            of_document[numbers] = numbers[_connected(len(numbers), pairs)]
        return cls(of_document.astype(np.int32))

    @classmethod
    def open(cls, folder: Path) -> "Clusters":
        """The clusters saved in a folder."""
        return cls(open_array(folder, "clusters"))

    def save(self, folder: Path) -> None:
        """Write the clusters to a folder."""
        save_arrays(folder, {"clusters": self.of_document})

    def __len__(self) -> int:
        return len(self.of_document)

    def collapsed(self) -> int:
        """How many documents are near-duplicates of an earlier one."""
        return int((self.of_document != np.arange(len(self))).sum())

    def members(self, document: int) -> NDArray[np.int64]:
        """The numbers of all documents in a document's cluster, ascending, itself among them."""
        cluster = self.of_document[document]
        first = self._clusters.searchsorted(cluster)
        last = self._clusters.searchsorted(cluster, side="right")
        return self._members[first:last].astype(np.int64) if last > first else np.array([document], dtype=np.int64)


def near_pairs(sketches: NDArray[np.uint16]) -> NDArray[np.int64]:
    """The pairs that agree in at least ALIKE of their places, shape (pairs, 2)."""
    candidates = _candidates(sketches)
    alike = [
        (sketches[some[:, 0]] == sketches[some[:, 1]]).mean(axis=1) >= ALIKE
        for some in np.array_split(candidates, len(candidates) // _PAIRS_AT_ONCE + 1)
    ]
    near: NDArray[np.int64] = candidates[np.concatenate(alike)]
    return near


def _candidates(sketches: NDArray[np.uint16]) -> NDArray[np.int64]:
    """Pairs of documents with a band in common, each once, shape (pairs, 2)."""
    count = len(sketches)
    by_sketch = np.lexsort(sketches.T[:4])  # an order that depends on the texts alone
    ordered = np.ascontiguousarray(sketches[by_sketch].T)
    found = [np.zeros(0, dtype=np.int64)]
    for start in range(0, PLACES, _BAND):
        band = ordered[start].astype(np.uint64) | ordered[start + 1].astype(np.uint64) << np.uint64(16)
        found += (one * count + other for one, other in _sharing(band))
    one, other = np.divmod(np.unique(np.concatenate(found)), max(count, 1))
    return np.column_stack([by_sketch[one], by_sketch[other]])


def _sharing(band: NDArray[np.uint64]) -> Iterator[tuple[NDArray[np.int64], NDArray[np.int64]]]:
    """Places of equal values, the lower first; of many equal ones each with the next few."""
    # A band is 32 bits long, so that one sort of 64 puts equal ones together and keeps their order.
    ordered = np.sort(band << np.uint64(32) | np.arange(len(band), dtype=np.uint64))
    order, values = (ordered & np.uint64(0xFFFFFFFF)).astype(np.int64), ordered >> np.uint64(32)
    for step in range(1, min(_NEIGHBOURS, len(band))):
        same = np.flatnonzero(values[step:] == values[:-step])
        if len(same) == 0:
            return
        yield order[same], order[same + step]


def _connected(count: int, pairs: NDArray[np.int64]) -> NDArray[np.int64]:
    """The lowest number that each of `count` numbers is connected with, shape (count,)."""
    lowest = np.arange(count)
    while True:
        least = np.minimum(lowest[pairs[:, 0]], lowest[pairs[:, 1]])
        lower = lowest.copy()
        np.minimum.at(lower, pairs[:, 0], least)
        np.minimum.at(lower, pairs[:, 1], least)
        lower = lower[lower]
        if np.array_equal(lower, lowest):
            return lowest
        lowest = lower
