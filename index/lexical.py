"""BM25 over the chunks of one language, as inverted postings that hold finished scores.

`rank_bm25.BM25Okapi` defines the score: its idf (with the floor for common terms) is used, with
the parameters of IndexSettings. Its per-document dictionaries are not: each posting holds the score that its
term gives its row, so a query is a weighted sum of a few arrays.
"""

from collections.abc import Iterable, Sequence
from pathlib import Path

import numpy as np
from numpy.typing import NDArray

from index.arrays import StringTable, open_array, save_arrays
from index.errors import IndexCorrupt


class LexicalIndex:
    """The postings of one language.

    `rows[starts[t]:starts[t + 1]]` are the rows of term t, ascending, with `impacts` beside them;
    `peaks[t]` is the highest of these impacts.
    """

    def __init__(
        self,
        terms: StringTable,
        starts: NDArray[np.int64],
        rows: NDArray[np.int32],
        impacts: NDArray[np.float32],
        peaks: NDArray[np.float32],
        row_count: int,
    ) -> None:
        if len(starts) != len(terms) + 1 or starts[-1] != len(rows) or len(rows) != len(impacts):
            raise IndexCorrupt(
                f"postings disagree: {len(terms)} terms, {len(starts)} starts, "
                f"{len(rows)} rows, {len(impacts)} impacts; rebuild the index"
            )
        self.terms = terms
        self._starts = starts
        self._rows = rows
        self._impacts = impacts
        self._peaks = peaks
        self.row_count = row_count

    @classmethod
    def open(cls, folder: Path) -> "LexicalIndex":
        """The postings saved in a folder."""
        return cls(
            StringTable.open(folder, "terms"),
            open_array(folder, "starts"),
            open_array(folder, "rows"),
            open_array(folder, "impacts"),
            open_array(folder, "peaks"),
            int(open_array(folder, "row_count")[0]),
        )

    def save(self, folder: Path) -> None:
        """Write the postings to a folder."""
        self.terms.save(folder, "terms")
        save_arrays(
            folder,
            {
                "starts": self._starts,
                "rows": self._rows,
                "impacts": self._impacts,
                "peaks": self._peaks,
                "row_count": np.array([self.row_count], dtype=np.int64),
            },
        )

    def document_frequency(self, term: int) -> int:
        """In how many rows a term stands."""
        return int(self._starts[term + 1] - self._starts[term])

    def document_frequencies(self) -> NDArray[np.int64]:
        """In how many rows each term stands, shape (terms,)."""
        return np.diff(self._starts)

    def scores(self, groups: Sequence[Sequence[tuple[int, float]]]) -> NDArray[np.float32]:
        """The score of every row for each group of (term, weight) pairs, shape (groups, row_count).

        A group stands for one word of the query: of its terms only the one that scores highest
        in a row counts there, so that many renderings of a word do not count as many words. With
        one term of weight 1 in each group the sum over the groups is `BM25Okapi.get_scores` with the same k1 and b.
        """
        scores = np.zeros((len(groups), self.row_count), dtype=np.float32)
        for of_group, group in zip(scores, groups, strict=True):
            for number, weight in group:
                rows, found = self._posted(number, weight)
                # Rows are distinct within a term, so assignment loses none. Of several terms none
                # counts below 0, where a tiny corpus puts common words: not to stand there is 0.
                of_group[rows] = found if len(group) == 1 else np.maximum(of_group[rows], found)
        return scores

    def _posted(self, number: int, weight: float) -> tuple[NDArray[np.int32], NDArray[np.float32]]:
        posted = slice(self._starts[number], self._starts[number + 1])
        return self._rows[posted], np.float32(weight) * self._impacts[posted]

    def rows_with(self, numbers: Iterable[int]) -> NDArray[np.int64]:
        """The rows that hold any of these terms, ascending."""
        found = [self._rows[self._starts[number] : self._starts[number + 1]] for number in numbers]
        return np.unique(np.concatenate([np.zeros(0, dtype=np.int32), *found])).astype(np.int64)

    def attainable(self, groups: Sequence[Sequence[tuple[int, float]]]) -> float:
        """The score of a row in which every group is at its best; a bound on `scores`."""
        return float(sum(max([0.0, *(weight * self._peaks[number] for number, weight in group)]) for group in groups))

    def together(self, numbers: Sequence[int]) -> tuple[NDArray[np.int32], NDArray[np.float32]]:
        """The rows, ascending, in which all of these terms stand, and the mean of what the terms add there."""
        rows, total = self._posted(numbers[0], 1.0)
        for number in numbers[1:]:
            others, impacts = self._posted(number, 1.0)
            rows, kept, matched = np.intersect1d(rows, others, assume_unique=True, return_indices=True)
            total = total[kept] + impacts[matched]
        return rows, total / np.float32(len(numbers))

    def highest(self, numbers: Sequence[int]) -> float:
        """The mean of the highest that each of these terms adds to a row; a bound on `together`."""
        return float(self._peaks[list(numbers)].mean())

    def impact(self, term: int, row: int) -> float:
        """What a term of weight 1 adds to the score of a row; 0 where it does not stand."""
        start, end = int(self._starts[term]), int(self._starts[term + 1])
        place = start + int(np.searchsorted(self._rows[start:end], row))
        return float(self._impacts[place]) if place < end and self._rows[place] == row else 0.0
