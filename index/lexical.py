"""BM25 over the chunks of one language, as inverted postings.

`rank_bm25.BM25Okapi` defines the score: its idf (with the floor for common terms) is used, with the parameters of
IndexSettings. Its per-document dictionaries are not. A posting is a row and how often the term stands there, in
five bytes; what it scores, its *impact*, is reckoned when a query asks for it, of its term's weight and its row's norm:

    impact = weight * saturation     saturation = count / (count + norm)
    weight = idf (k1 + 1)            norm = k1 (1 - b + b length / mean length)
"""

from collections.abc import Iterable, Iterator, Sequence
from pathlib import Path
from typing import Any, TypeVar

import numpy as np
from numpy.typing import NDArray

from index.arrays import StringTable, open_array, save_arrays
from index.errors import IndexCorrupt
from index.gathered import NO_ROWS, Gathered, Leading
from index.groups import TermGroups

_FAR_RARER = 32
"""From here on the rows of a term are searched for among those of another, which is not read whole."""

_Number = TypeVar("_Number", bound=np.generic)
_Value = TypeVar("_Value", np.float32, NDArray[np.float32])


class LexicalIndex:
    """The postings of one language.

    `rows[starts[t]:starts[t + 1]]` are the rows of term t, ascending, with `counts` beside them; `weights[t]` is its
    weight and `peaks[t]` the saturation where its impact is highest; `norms`, of shape (rows of the language,), are
    those of the rows.
    """

    def __init__(
        self,
        terms: StringTable,
        starts: NDArray[np.int64],
        rows: NDArray[np.int32],
        counts: NDArray[np.uint8],
        weights: NDArray[np.float32],
        peaks: NDArray[np.float32],
        norms: NDArray[np.float32],
    ) -> None:
        by_term, by_posting = {len(terms), len(starts) - 1, len(weights), len(peaks)}, {len(rows), len(counts)}
        if len(by_term) > 1 or by_posting != {int(starts[-1])}:
            raise IndexCorrupt(
                f"postings disagree: {len(terms)} terms, {len(starts)} starts, {len(weights)} weights, "
                f"{len(peaks)} peaks, {len(rows)} rows, {len(counts)} counts; rebuild the index"
            )
        self.terms = terms
        self._starts = starts
        self._rows = rows
        self._counts = counts
        self._weights = weights
        self._peaks = peaks
        self._norms = norms
        self.row_count = len(norms)
        self._below_zero = bool(len(weights)) and bool(weights.min() < 0)  # as common words are in a tiny corpus

    @classmethod
    def open(cls, folder: Path) -> "LexicalIndex":
        """The postings saved in a folder."""
        return cls(
            StringTable.open(folder, "terms"),
            *(open_array(folder, name) for name in ("starts", "rows", "counts", "weights", "peaks", "norms")),
        )

    def save(self, folder: Path) -> None:
        """Write the postings to a folder."""
        self.terms.save(folder, "terms")
        save_arrays(
            folder,
            {
                "starts": self._starts,
                "rows": self._rows,
                "counts": self._counts,
                "weights": self._weights,
                "peaks": self._peaks,
                "norms": self._norms,
            },
        )

    def document_frequency(self, term: int) -> int:
        """In how many rows a term stands."""
        return int(self._starts[term + 1] - self._starts[term])

    def document_frequencies(self, numbers: NDArray[np.int64] | None = None) -> NDArray[np.int64]:
        """In how many rows each term stands, or each of those asked for; shape (terms,)."""
        if numbers is None:
            return np.diff(self._starts)
        frequencies: NDArray[np.int64] = self._starts[numbers + 1] - self._starts[numbers]
        return frequencies

    def gather(self, groups: TermGroups) -> Gathered:
        """The postings of groups of terms, with what they score.

        A group stands for one word of the query: of its terms and phrases only the one that scores highest
        in a row counts there, so that many renderings of a word do not count as many words. With one term of
        weight 1 in each group the sum over the groups is `BM25Okapi.get_scores` with the same k1 and b.
        """
        starts, stops = self._starts[groups.numbers], self._starts[groups.numbers + 1]
        posted, lengths = list(map(slice, starts.tolist(), stops.tolist())), stops - starts
        rows = _joined(self._rows, posted, np.intp)
        factors = groups.weights * self._weights[groups.numbers]
        if self._below_zero:
            # Of several terms none counts below 0: not to stand there is 0.
            factors[groups.several()[groups.groups] & (factors < 0)] = 0.0
        scores = _joined(self._counts, posted, np.float32)
        scores /= scores + self._norms.take(rows)
        scores *= np.repeat(factors, lengths)
        terms = Gathered(rows, scores, lengths.cumsum(), groups.groups, groups.count, self.row_count)
        return terms.with_segments(list(self._phrases(groups))) if groups.phrases else terms

    def _phrases(self, groups: TermGroups) -> Iterator[tuple[int, NDArray[np.intp], NDArray[np.float32]]]:
        """The group of each phrase, and the rows that have it with what it scores there."""
        # Each word of a phrase is often a group that has the phrase.
        together = {
            numbers: self.together(numbers) for numbers in dict.fromkeys(item.numbers for item in groups.phrases)
        }
        several = groups.several()
        for phrase in groups.phrases:
            rows, means = together[phrase.numbers]
            scores = np.float32(phrase.weight) * means
            yield phrase.group, rows, np.maximum(scores, 0.0) if several[phrase.group] else scores

    def leading(
        self,
        groups: TermGroups,
        count: int,
        allowed: NDArray[np.bool_] | None = None,
        others: NDArray[np.int64] = NO_ROWS,
    ) -> Leading:
        """The rows with the highest scores, and some others: see `Gathered.leading`."""
        return self.gather(groups).leading(count, allowed, others)

    def scored(self, groups: TermGroups, rows: NDArray[np.int64]) -> Leading:
        """What some distinct ascending rows score; none of them leads."""
        return self.gather(groups).scored(rows)

    def attainable(self, groups: TermGroups) -> NDArray[np.float32]:
        """What each group scores in a row where it is at its best; a bound on each row's scores, shape (groups,)."""
        best = groups.highest(groups.weights * self._weights[groups.numbers] * self._peaks[groups.numbers])
        for phrase in groups.phrases:
            peaks = self._weights[list(phrase.numbers)] * self._peaks[list(phrase.numbers)]
            best[phrase.group] = max(best[phrase.group], np.float32(phrase.weight) * _mean(list(peaks)))
        return best

    def rows_with(self, numbers: Iterable[int]) -> NDArray[np.int64]:
        """The rows that hold any of these terms, ascending."""
        posted = self._posted(np.array(list(numbers), dtype=np.int64))
        return np.unique(_joined(self._rows, posted, np.int64))

    def together(self, numbers: Sequence[int]) -> tuple[NDArray[np.intp], NDArray[np.float32]]:
        """The rows, ascending, in which all of these terms stand, and the mean of what the terms add there."""
        posted = self._posted(np.array(numbers))
        rarest, *others = sorted((self._rows[part] for part in posted), key=len)
        for other in others:
            rarest = rarest[self._stand_in(rarest, other)]
        rows = rarest.astype(np.intp)
        places = [part.start + np.searchsorted(self._rows[part], rarest) for part in posted]
        norms = self._norms[rows]
        impacts = [
            self._weights[number] * saturation(self._counts[of_term], norms)
            for number, of_term in zip(numbers, places, strict=True)
        ]
        return rows, _mean(impacts)

    def _stand_in(self, rows: NDArray[np.int32], others: NDArray[np.int32]) -> NDArray[np.bool_]:
        """Which of some ascending rows are among others, at least one and no fewer."""
        if len(rows) * _FAR_RARER < len(others):
            places = np.searchsorted(others, rows).clip(max=len(others) - 1)
            found: NDArray[np.bool_] = others[places] == rows
            return found
        marked = np.zeros(self.row_count, dtype=np.bool_)
        marked[others] = True
        among: NDArray[np.bool_] = marked[rows]
        return among

    def impact(self, term: int, row: int) -> float:
        """What a term of weight 1 adds to the score of a row; 0 where it does not stand."""
        start, end = int(self._starts[term]), int(self._starts[term + 1])
        place = start + int(self._rows[start:end].searchsorted(row))
        if place == end or self._rows[place] != row:
            return 0.0
        count = np.float32(self._counts[place])
        return float(self._weights[term] * (count / (count + self._norms[row])))

    def _posted(self, numbers: NDArray[np.int64]) -> list[slice]:
        """Where the postings of each term lie."""
        return list(map(slice, self._starts[numbers].tolist(), self._starts[numbers + 1].tolist()))


def saturation(counts: NDArray[np.generic], norms: NDArray[np.float32]) -> NDArray[np.float32]:
    """The part of an impact that depends on the row, from 0 to 1."""
    shares = counts.astype(np.float32)
    shares /= shares + norms
    return shares


def _mean(values: Sequence[_Value]) -> _Value:
    """The mean of numbers or of arrays, added in their order: the same of the same numbers either way."""
    total = values[0]
    for value in values[1:]:
        total = total + value
    return total / np.float32(len(values))


def _joined(array: NDArray[Any], parts: Sequence[slice], dtype: type[_Number]) -> NDArray[_Number]:
    """Parts of an array, one after the other, as another type."""
    return np.concatenate([array[part] for part in parts] or [array[:0]], dtype=dtype)
