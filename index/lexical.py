"""BM25 over the chunks of one language, as inverted postings.

`rank_bm25.BM25Okapi` defines the score: its idf (with the floor for common terms) is used, with the parameters of
IndexSettings. Its per-document dictionaries are not. A posting is a row and how often the term stands there: mostly
once, so that only the others are kept with a count. What a posting scores, its *impact*, is reckoned when a query asks
for it, of its term's weight and its row's norm:

    impact = weight * saturation     saturation = count / (count + norm)
    weight = idf (k1 + 1)            norm = k1 (1 - b + b length / mean length)
"""

from collections.abc import Iterable, Iterator, Sequence
from pathlib import Path
from typing import Any, TypeVar

import numpy as np
from numpy.typing import NDArray

from index.arrays import StringTable, narrowest, open_array, save_arrays
from index.errors import IndexCorrupt
from index.gathered import NO_ROWS, Gathered, Leading
from index.groups import TermGroups
from index.ragged import bounds
from index.rowlists import RowLists, gathered

_Value = TypeVar("_Value", np.float32, NDArray[np.float32])


class LexicalIndex:
    """The postings of one language.

    List t of `once` is the rows in which term t stands once; list i of `more` those in which term `repeated[i]`
    stands more often, with `counts` beside all of its rows. `weights[t]` is the weight of term t and `peaks[t]` the
    saturation where its impact is highest. `lengths`, of shape (rows of the language,), counts the words of each row,
    and `norm` is what makes norms of them: see `norms_of`.
    """

    def __init__(
        self,
        terms: StringTable,
        once: RowLists,
        repeated: NDArray[np.int32],
        more: RowLists,
        counts: NDArray[np.uint8],
        weights: NDArray[np.float32],
        peaks: NDArray[np.float32],
        lengths: NDArray[Any],
        norm: NDArray[np.float32],
    ) -> None:
        by_term, by_repeated = {len(terms), len(once), len(weights), len(peaks)}, {len(repeated), len(more)}
        if len(by_term) > 1 or len(by_repeated) > 1 or more.total != len(counts):
            raise IndexCorrupt(
                f"postings disagree: {len(terms)} terms, {len(once)} lists, {len(weights)} weights, {len(peaks)} "
                f"peaks; {len(repeated)} terms in {len(more)} lists of {more.total} rows with {len(counts)} counts; "
                "rebuild the index"
            )
        self.terms = terms
        self._once = once
        self._repeated = repeated
        self._more = more
        self._counts = counts
        self._weights = weights
        self._peaks = peaks
        self._lengths = lengths
        self._norm = norm
        self.row_count = len(lengths)
        self._below_zero = bool(len(weights)) and bool(weights.min() < 0)  # as common words are in a tiny corpus

    @classmethod
    def of(
        cls,
        terms: StringTable,
        starts: NDArray[np.int64],
        rows: NDArray[np.int32],
        counts: NDArray[np.uint8],
        weights: NDArray[np.float32],
        peaks: NDArray[np.float32],
        lengths: NDArray[np.int32],
        norm: NDArray[np.float32],
    ) -> "LexicalIndex":
        """Postings: those of term t are `rows[starts[t]:starts[t + 1]]`, ascending, with `counts` beside them."""
        more = counts > 1
        places = np.flatnonzero(more)
        more_starts = np.searchsorted(places, starts)
        repeated = np.flatnonzero(np.diff(more_starts))
        return cls(
            terms,
            RowLists.of(starts - more_starts, rows[~more], len(lengths)),
            repeated.astype(np.int32),
            RowLists.of(np.append(more_starts[repeated], len(places)), rows[places], len(lengths)),
            counts[places],
            weights,
            peaks,
            narrowest(lengths),
            norm,
        )

    @classmethod
    def open(cls, folder: Path) -> "LexicalIndex":
        """The postings saved in a folder."""
        names = ("repeated", "counts", "weights", "peaks", "lengths", "norm")
        repeated, counts, weights, peaks, lengths, norm = (open_array(folder, name) for name in names)
        once, more = (RowLists.open(folder, name, len(lengths)) for name in ("once", "more"))
        return cls(StringTable.open(folder, "terms"), once, repeated, more, counts, weights, peaks, lengths, norm)

    def save(self, folder: Path) -> None:
        """Write the postings to a folder."""
        self.terms.save(folder, "terms")
        self._once.save(folder, "once")
        self._more.save(folder, "more")
        save_arrays(
            folder,
            {
                "repeated": self._repeated,
                "counts": self._counts,
                "weights": self._weights,
                "peaks": self._peaks,
                "lengths": self._lengths,
                "norm": self._norm,
            },
        )

    def document_frequency(self, term: int) -> int:
        """In how many rows a term stands."""
        return int(self.document_frequencies(np.array([term]))[0])

    def document_frequencies(self, numbers: NDArray[np.int64] | None = None) -> NDArray[np.int64]:
        """In how many rows each term stands, or each of those asked for; shape (terms,)."""
        frequencies = self._once.lengths(numbers)
        if numbers is None:
            frequencies[self._repeated] += self._more.lengths()
        else:
            has, lists = self._repeatedly(numbers)
            frequencies[has] += self._more.lengths(lists)
        return frequencies

    def gather(self, groups: TermGroups) -> Gathered:
        """The postings of groups of terms, with what they score.

        A group stands for one word of the query: of its terms and phrases only the one that scores highest
        in a row counts there, so that many renderings of a word do not count as many words. With one term of
        weight 1 in each group the sum over the groups is `BM25Okapi.get_scores` with the same k1 and b.
        """
        factors = groups.weights * self._weights[groups.numbers]
        several = groups.several()
        if self._below_zero:
            # Of several terms none counts below 0: not to stand there is 0.
            factors[several[groups.groups] & (factors < 0)] = 0.0
        rows, scores, lengths, owners = self._scored(groups.numbers, factors)
        found = Gathered(
            rows, scores, lengths.cumsum(), groups.groups[owners], groups.count, self.row_count, not several.any()
        )
        return found.with_segments(list(self._phrases(groups, several))) if groups.phrases else found

    def _scored(
        self, numbers: NDArray[np.int64], factors: NDArray[np.float32]
    ) -> tuple[NDArray[np.intp], NDArray[np.float32], NDArray[np.int64], NDArray[np.intp]]:
        """The postings of some terms in lists: their rows and scores, how many each list has, and whose it is.

        First for each term the rows in which it stands once, then for those that have some the others.
        """
        has, lists = self._repeatedly(numbers)
        rows, lengths = gathered(self._once, numbers, self._more, lists)
        owners = np.concatenate([np.arange(len(numbers)), has])
        scores = saturation(self._counts_of(lists, lengths[len(numbers) :], len(rows)), self._norms_of(rows))
        scores *= np.repeat(factors[owners], lengths)
        return rows, scores, lengths, owners

    def _repeatedly(self, numbers: NDArray[np.int64]) -> tuple[NDArray[np.intp], NDArray[np.intp]]:
        """Which of some terms stand more than once in some row, by their places, and where these have their lists."""
        lists = self._repeated.searchsorted(numbers.astype(np.int32))
        if len(self._repeated) == 0:
            return lists[:0], lists[:0]
        has = (self._repeated.take(lists, mode="clip") == numbers).nonzero()[0]
        return has, lists[has]

    def _counts_of(self, lists: NDArray[np.intp], lengths: NDArray[np.int64], total: int) -> NDArray[np.float32]:
        """The counts of so many postings of which the last are those of some lists of `more`."""
        found = np.ones(total, dtype=np.float32)
        starts = self._more.starts(lists)
        ends = (starts + lengths).tolist()
        parts = [self._counts[start:end] for start, end in zip(starts.tolist(), ends, strict=True)]
        if parts:
            np.concatenate(parts, out=found[total - int(lengths.sum()) :], casting="safe")
        return found

    def _norms_of(self, rows: NDArray[np.intp]) -> NDArray[np.float32]:
        """The norms of some rows."""
        return norms_of(self._lengths.take(rows, mode="clip"), self._norm)

    def _phrases(
        self, groups: TermGroups, several: NDArray[np.bool_]
    ) -> Iterator[tuple[int, NDArray[np.intp], NDArray[np.float32]]]:
        """The group of each phrase, and the rows that have it with what it scores there."""
        # Each word of a phrase is often a group that has the phrase.
        together = {
            numbers: self.together(numbers) for numbers in dict.fromkeys(item.numbers for item in groups.phrases)
        }
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
        wanted = np.array(list(numbers), dtype=np.int64)
        return np.unique(gathered(self._once, wanted, self._more, self._repeatedly(wanted)[1])[0])

    def together(self, numbers: Sequence[int]) -> tuple[NDArray[np.intp], NDArray[np.float32]]:
        """The rows, ascending, in which all of these terms stand, and the mean of what the terms add there."""
        wanted = np.array(numbers)
        has, lists = self._repeatedly(wanted)
        rows, lengths = gathered(self._once, wanted, self._more, lists)
        counts = self._counts_of(lists, lengths[len(wanted) :], len(rows))
        ends = lengths.cumsum()
        parts = list(map(slice, (ends - lengths).tolist(), ends.tolist()))
        of_terms = [[part] for part in parts[: len(wanted)]]
        for term, part in zip(has.tolist(), parts[len(wanted) :], strict=True):
            of_terms[term].append(part)
        places = _meeting(rows, of_terms, self.row_count)
        norms = self._norms_of(rows[places[0]])
        impacts = [
            self._weights[number] * saturation(counts[place], norms)
            for number, place in zip(numbers, places, strict=True)
        ]
        return rows[places[0]], _mean(impacts)

    def companionship(self, first: int, second: int) -> float:
        """Of the rows of the rarer of two terms the share in which the other stands too."""
        wanted = np.array((first, second))
        has, lists = self._repeatedly(wanted)
        rows, lengths = gathered(self._once, wanted, self._more, lists)
        of_first = np.repeat(np.append([True, False], has == 0), lengths)
        held = np.zeros(self.row_count, dtype=np.bool_)
        held[rows[of_first]] = True
        others = rows[~of_first]
        return np.count_nonzero(held[others]) / min(len(rows) - len(others), len(others))

    def impact(self, term: int, row: int) -> float:
        """What a term of weight 1 adds to the score of a row; 0 where it does not stand."""
        wanted = np.array([term])
        rows, impacts, _, _ = self._scored(wanted, self._weights[wanted])
        return float(impacts[rows == row].sum())

    def postings(self) -> tuple[NDArray[np.int64], NDArray[np.int32], NDArray[np.uint8]]:
        """The starts, rows and counts that `of` takes."""
        starts = bounds(self.document_frequencies())
        once, more = self._once.rows(), self._more.rows()
        # Both are in order by term and row: a row of `more` comes behind all that are less.
        keys = np.repeat(np.arange(len(self._once)) * self.row_count, self._once.lengths()) + once
        more_keys = np.repeat(self._repeated.astype(np.int64) * self.row_count, self._more.lengths()) + more
        places = keys.searchsorted(more_keys) + np.arange(len(more))
        is_once = np.ones(len(once) + len(more), dtype=np.bool_)
        is_once[places] = False
        rows, counts = np.empty(len(is_once), dtype=np.int32), np.ones(len(is_once), dtype=np.uint8)
        rows[is_once], rows[places], counts[places] = once, more, self._counts
        return starts, rows, counts


def saturation(counts: NDArray[np.generic], norms: NDArray[np.float32]) -> NDArray[np.float32]:
    """The part of an impact that depends on the row, from 0 to 1."""
    shares = counts.astype(np.float32)
    shares /= shares + norms
    return shares


def norms_of(lengths: NDArray[Any], norm: NDArray[np.float32]) -> NDArray[np.float32]:
    """The norms of rows of so many words: `norm[0]`, and `norm[1]` for each word."""
    norms = lengths.astype(np.float32)
    norms *= norm[1]
    norms += norm[0]
    return norms


def _meeting(rows: NDArray[np.intp], parts: Sequence[Sequence[slice]], row_count: int) -> list[NDArray[np.intp]]:
    """Of each of some terms, which have these parts of `rows`, the places of rows that all of them have, row by row."""
    held = np.zeros(row_count, dtype=np.bool_)

    def held_of(term: int) -> NDArray[np.intp]:
        return np.concatenate([held.take(rows[part]).nonzero()[0] + part.start for part in parts[term]])

    rarest, *others = sorted(range(len(parts)), key=lambda term: sum(part.stop - part.start for part in parts[term]))
    common = np.concatenate([rows[part] for part in parts[rarest]])
    held[common] = True
    for term in others:
        kept = rows[held_of(term)]
        held[common] = False
        held[kept] = True
        common = kept
    places = map(held_of, range(len(parts)))
    return [place[rows[place].argsort()] for place in places]


def _mean(values: Sequence[_Value]) -> _Value:
    """The mean of numbers or of arrays, added in their order: the same of the same numbers either way."""
    total = values[0]
    for value in values[1:]:
        total = total + value
    return total / np.float32(len(values))
