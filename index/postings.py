"""How often each term stands in each row of a language: what BM25 scores are reckoned from.

A rebuild carries the postings of unchanged rows over, under their new numbers, and weighs all of
them anew, because the idf and the mean length change with every document. From nothing it is the
same, with no postings to carry over.
"""

from dataclasses import dataclass
from pathlib import Path

import numpy as np
from numpy.typing import NDArray
from rank_bm25 import BM25Okapi

from index.arrays import open_array
from index.errors import IndexCorrupt
from index.lexical import LexicalIndex, norms_of, saturation
from index.pieces import Pieced
from index.ragged import Lists, bounds
from index.settings import IndexSettings
from index.words import ChangedWords, WordNumbers, WordTable

HIGHEST_COUNT = 255
"""A word that stands more often in a chunk counts as if it stood so often: a share norm / (norm + 255) of its impact is
lost at most, 2.5 % in a chunk of ten times the mean length."""

_ROWS = 1 << 13  # rows counted together
_BLOCK = 1 << 17  # postings weighed together: their arrays stay in the processor's cache


@dataclass(frozen=True, slots=True)
class Postings:
    """The rows of each term with the times it stands there, and the number of words of each row.

    `rows[starts[t]:starts[t + 1]]` are the rows of term t, ascending, with `counts` beside them;
    `lengths`, of shape (rows,), counts words that have a term.
    """

    words: WordTable
    starts: NDArray[np.int64]
    rows: NDArray[np.int32]
    counts: NDArray[np.uint8]
    lengths: NDArray[np.int32]

    def __post_init__(self) -> None:
        if len(self.starts) != len(self.words.terms) + 1 or not len(self.rows) == len(self.counts) == self.starts[-1]:
            raise IndexCorrupt(
                f"postings disagree: {len(self.words.terms)} terms, {len(self.starts)} starts, "
                f"{len(self.rows)} rows, {len(self.counts)} counts; rebuild the index"
            )

    @classmethod
    def empty(cls) -> "Postings":
        """No postings at all."""
        return cls(
            WordTable.empty(),
            np.zeros(1, np.int64),
            np.zeros(0, np.int32),
            np.zeros(0, np.uint8),
            np.zeros(0, np.int32),
        )

    @classmethod
    def open(cls, folder: Path) -> "Postings":
        """The postings saved in a folder."""
        lengths = open_array(folder, "lengths").astype(np.int32)
        return cls(WordTable.open(folder), *LexicalIndex.open(folder).postings(), lengths)

    def save(self, folder: Path, settings: IndexSettings) -> LexicalIndex:
        """Write the postings and the index of their scores to a folder; returns that."""
        self.words.save(folder)
        index = self.weighed(settings)
        index.save(folder)
        return index

    def weighed(self, settings: IndexSettings) -> LexicalIndex:
        """The postings with what BM25 reckons their scores from."""
        k1, b = settings.bm25_k1, settings.bm25_b
        mean = max(self.lengths.mean() if len(self.lengths) else 0.0, 1e-9)
        norm = np.array([k1 * (1 - b), k1 * b / mean], dtype=np.float32)
        weights = (_idf(np.diff(self.starts), len(self.lengths), settings) * (k1 + 1)).astype(np.float32)
        peaks = self._peaks(weights, norms_of(self.lengths, norm))
        return LexicalIndex.of(
            self.words.terms, self.starts, self.rows, self.counts, weights, peaks, self.lengths, norm
        )

    def _peaks(self, weights: NDArray[np.float32], norms: NDArray[np.float32]) -> NDArray[np.float32]:
        """The saturation of each term where its impact is highest: the highest, or the lowest if it weighs below 0."""
        peaks = np.empty_like(weights)
        first = 0
        while first < len(weights):
            last = max(first + 1, int(np.searchsorted(self.starts, self.starts[first] + _BLOCK, side="right")) - 1)
            posted = slice(self.starts[first], self.starts[last])
            shares = saturation(self.counts[posted], norms[self.rows[posted]])
            # Every term stands in some row, so no slice between two starts is empty.
            starts = self.starts[first:last] - self.starts[first]
            highest, lowest = np.maximum.reduceat(shares, starts), np.minimum.reduceat(shares, starts)
            peaks[first:last] = np.where(weights[first:last] < 0, lowest, highest)
            first = last
        return peaks


class PostingsBuilder:
    """Makes the postings of a language out of old ones, rows that are new and rows that are gone."""

    def __init__(self, language: str, old: Postings | None = None) -> None:
        self.old = old or Postings.empty()
        self._known = WordNumbers(language)

    def build(
        self, old_rows: NDArray[np.int64], new_rows: NDArray[np.int64], added: Pieced, removed: Pieced
    ) -> tuple[Postings, ChangedWords]:
        """The postings, and what became of the words.

        `old_rows`, of shape (old rows,), is where each of these went, or -1; `new_rows`, of shape
        (new rows,), is where each row of `added` went. Together they are the rows from 0 on. `removed` are the
        texts of the rows that went nowhere.
        """
        of_added, of_removed = self._known.of_pieces(added.spelled), self._known.of_pieces(removed.spelled)
        size = len(self._known.words)
        changes = _totals(of_added, added, size) - _totals(of_removed, removed, size)
        changed = self.old.words.changed(self._known, changes)
        terms = Lists(self._terms(changed, of_added.values), of_added.starts)
        starts, rows, counts = _counted(added.lists, terms, len(changed.table.terms))
        row_count = int((old_rows >= 0).sum()) + len(new_rows)
        lengths = np.zeros(row_count, dtype=np.int32)
        lengths[old_rows[old_rows >= 0]] = self.old.lengths[old_rows >= 0]
        lengths[new_rows] = _sums(added.lists, terms.counts)
        rows = new_rows.astype(np.int32)[rows]
        if len(self.old.rows):
            keys = np.repeat(np.arange(len(starts) - 1) * row_count, np.diff(starts)) + rows
            keys, counts = _merged(*self._carried(old_rows, changed.term_map, row_count), keys, counts)
            term_of, rows = np.divmod(keys, max(row_count, 1))
            starts, rows = bounds(np.bincount(term_of, minlength=len(starts) - 1)), rows.astype(np.int32)
        return Postings(changed.table, starts, rows, counts, lengths), changed

    def _terms(self, changed: ChangedWords, words: NDArray[np.int32]) -> NDArray[np.int32]:
        """The term in the new table of each word added."""
        of_word = np.array(self._known.term_of)
        used = np.unique(of_word[words])
        number_of_term = np.zeros(len(self._known.terms), dtype=np.int32)
        number_of_term[used] = changed.numbers([self._known.terms[term].encode() for term in used.tolist()])
        terms: NDArray[np.int32] = number_of_term[of_word[words]]
        return terms

    def _carried(
        self, old_rows: NDArray[np.int64], term_map: NDArray[np.int64], row_count: int
    ) -> tuple[NDArray[np.int64], NDArray[np.uint8]]:
        """The old postings that stay, as sorted keys with their counts."""
        old = self.old
        rows = old_rows[old.rows]
        keys = np.repeat(term_map * row_count, np.diff(old.starts)) + rows
        stays = rows >= 0
        if stays.all():
            counts = old.counts
        else:
            keys, counts = keys[stays], old.counts[stays]
        if np.all(keys[1:] > keys[:-1]):
            return keys, counts
        order = np.argsort(keys)  # rows changed places: the keys are distinct, so any sort will do
        return keys[order], counts[order]


def _totals(words: Lists, texts: Pieced, size: int) -> NDArray[np.int64]:
    """How often each word stands in some texts, shape (size,); `words` are those of each of their pieces."""
    counts = np.repeat(texts.counts(), words.counts)
    return np.bincount(words.values, weights=counts, minlength=size).astype(np.int64)


def _sums(lists: Lists, of_each: NDArray[np.int64]) -> NDArray[np.int64]:
    """What the members of each list add up to, shape (lists,)."""
    parts = (lists.part(first, first + _ROWS) for first in range(0, len(lists), _ROWS))
    return np.concatenate(
        [np.zeros(0, np.int64), *(np.diff(bounds(of_each[part.values])[part.starts]) for part in parts)]
    )


def _counted(
    pieces: Lists, terms: Lists, term_count: int
) -> tuple[NDArray[np.int64], NDArray[np.int32], NDArray[np.uint8]]:
    """For each term where its postings begin, and of each posting the row, ascending, and the count.

    `pieces` are those of each row, `terms` those of each piece. Some rows at a time are counted, in memory that does
    not grow with the corpus; then what was found is laid out anew, by term.
    """
    from scipy.sparse import csr_array

    found: list[NDArray[np.int32]] = [np.zeros(0, np.int32)]
    counts: list[NDArray[np.uint8]] = [np.zeros(0, np.uint8)]
    lengths: list[NDArray[np.int64]] = [np.zeros(0, np.int64)]
    for first in range(0, len(pieces), _ROWS):
        some = pieces.part(first, first + _ROWS).through(terms)
        table = csr_array((np.ones(len(some.values), np.int32), some.values, some.starts), (len(some), term_count))
        table.sum_duplicates()
        found.append(table.indices)
        counts.append(table.data.clip(max=HIGHEST_COUNT).astype(np.uint8))
        lengths.append(np.diff(table.indptr))
    starts = bounds(np.concatenate(lengths))
    columns = csr_array((np.concatenate(counts), np.concatenate(found), starts), (len(pieces), term_count)).tocsc()
    return columns.indptr.astype(np.int64), columns.indices.astype(np.int32), columns.data


def _merged(
    keys: NDArray[np.int64], counts: NDArray[np.uint8], more_keys: NDArray[np.int64], more_counts: NDArray[np.uint8]
) -> tuple[NDArray[np.int64], NDArray[np.uint8]]:
    """Two sorted lists of distinct keys as one, their counts with them."""
    if len(keys) == 0 or len(more_keys) == 0:
        return (more_keys, more_counts) if len(keys) == 0 else (keys, counts)
    places = np.searchsorted(keys, more_keys) + np.arange(len(more_keys))
    carried = np.ones(len(keys) + len(more_keys), dtype=bool)
    carried[places] = False
    merged_keys = np.empty(len(carried), dtype=np.int64)
    merged_counts = np.empty(len(carried), dtype=np.uint8)
    merged_keys[places], merged_counts[places] = more_keys, more_counts
    merged_keys[carried], merged_counts[carried] = keys, counts
    return merged_keys, merged_counts


def _idf(frequencies: NDArray[np.int64], row_count: int, settings: IndexSettings) -> NDArray[np.float64]:
    """The idf of each term, by BM25Okapi's own method, its floor for common terms included.

    The method is asked once for each frequency, of which there are few. It hides the idf of what stands
    in more than half of the rows, but that is the negative of the idf of what stands in the others.
    """
    if len(frequencies) == 0:
        return np.zeros(0)
    distinct, of_term, terms = np.unique(frequencies, return_inverse=True, return_counts=True)
    rarer = np.minimum(distinct, row_count - distinct)
    statistics = BM25Okapi.__new__(BM25Okapi)  # its constructor would count the corpus again, in dictionaries
    statistics.corpus_size = row_count
    statistics.epsilon = settings.bm25_epsilon
    statistics.idf = {}
    statistics._calc_idf({frequency: frequency for frequency in rarer.tolist()})
    idf = np.array([statistics.idf[frequency] for frequency in rarer.tolist()])
    idf[rarer < distinct] *= -1
    idf[idf < 0] = settings.bm25_epsilon * (idf @ terms) / len(frequencies)
    weights: NDArray[np.float64] = idf[of_term]
    return weights
