"""The words of one language's chunks: how often each stands there, and which term it gives."""

from bisect import bisect_left
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass
from itertools import chain
from pathlib import Path
from typing import overload

import numpy as np
from numpy.typing import NDArray

from index.arrays import StringTable, open_array, save_arrays
from index.errors import IndexCorrupt
from index.languages import terms
from index.ragged import Lists, bounds, lengths_of
from index.text import fold_words, surfaces


class WordNumbers:
    """Folded words of one language by number, with their terms; word 0 stands for all stop words."""

    def __init__(self, language: str) -> None:
        self._language = language
        self._numbers: dict[str, int] = {}
        self.words = [""]
        self.terms = [""]

    def numbers(self, words: Sequence[str]) -> NDArray[np.int32]:
        """The number of each folded word, shape (words,); those met for the first time get the next ones."""
        new = [word for word in dict.fromkeys(words) if word not in self._numbers]
        for word, term in zip(new, terms(new, self._language), strict=True):
            self._numbers[word] = len(self.words) if term else 0
            if term:
                self.words.append(word)
                self.terms.append(term)
        return np.fromiter(map(self._numbers.__getitem__, words), np.int32, count=len(words))

    def of_pieces(self, spelled: Sequence[str]) -> Lists:
        """The words of each piece that have a term, by number."""
        words = list(map(surfaces, spelled))
        numbers = self.numbers(fold_words(list(chain.from_iterable(words))))
        return Lists(numbers, bounds(lengths_of(words))).where(numbers > 0)


@dataclass(frozen=True, slots=True)
class WordTable:
    """Words and terms of one language, each sorted by their UTF-8 bytes.

    `term_of` and `counts`, of shape (words,), are the number of each word's term and how often the
    word stands in the chunks, which is at least once.
    """

    words: StringTable
    terms: StringTable
    term_of: NDArray[np.int32]
    counts: NDArray[np.int64]

    def __post_init__(self) -> None:
        if not len(self.words) == len(self.term_of) == len(self.counts):
            raise IndexCorrupt(
                f"words disagree: {len(self.words)} words, {len(self.term_of)} terms of words, "
                f"{len(self.counts)} counts; rebuild the index"
            )

    @classmethod
    def empty(cls) -> "WordTable":
        """No words at all."""
        return cls(StringTable.of_sorted([]), StringTable.of_sorted([]), np.zeros(0, np.int32), np.zeros(0, np.int64))

    @classmethod
    def open(cls, folder: Path) -> "WordTable":
        """The table saved in a folder."""
        words, terms = StringTable.open(folder, "words"), StringTable.open(folder, "terms")
        return cls(words, terms, open_array(folder, "word_terms"), open_array(folder, "word_counts"))

    def save(self, folder: Path) -> None:
        """Write the table to a folder."""
        self.words.save(folder, "words")
        self.terms.save(folder, "terms")
        save_arrays(folder, {"word_terms": self.term_of, "word_counts": self.counts})

    def commonest(self) -> NDArray[np.int64]:
        """The word that most often gave each term, shape (terms,); of equal ones the first by its bytes."""
        order = np.lexsort((-self.counts, self.term_of))  # stable: equal counts stay in the order of the words
        _, first = np.unique(self.term_of[order], return_index=True)
        best: NDArray[np.int64] = order[first]
        return best

    def spellings(self) -> "Spellings":
        """The commonest word of each term."""
        return Spellings(self.words, self.commonest())

    def changed(self, changes: Mapping[bytes, tuple[bytes, int]]) -> "ChangedWords":
        """The table after some words have come or gone: word → its term and by how much its count changes."""
        words, terms = self.words.encoded(), self.terms.encoded()
        counts, added = self._counted(words, changes)
        kept_words = np.flatnonzero(counts > 0)
        kept_terms = np.unique(self.term_of[kept_words]).astype(np.int64)
        word_edit = _Edit.of(words, kept_words, sorted(added))
        added_terms = {found for found, _ in added.values()}
        term_edit = _Edit.of(terms, kept_terms, sorted(added_terms - _among(terms, kept_terms, added_terms)))
        changed_terms = _Numbers(terms, term_edit)
        of_added = changed_terms.numbers([added[word][0] for word in word_edit.others])
        counts_added = [added[word][1] for word in word_edit.others]
        table = WordTable(
            self.words.edited(kept_words, word_edit.places, word_edit.others),
            self.terms.edited(kept_terms, term_edit.places, term_edit.others),
            np.insert(term_edit.moved[self.term_of[kept_words]], word_edit.places, of_added).astype(np.int32),
            np.insert(counts[kept_words], word_edit.places, counts_added),
        )
        return ChangedWords(table, word_edit.moved, term_edit.moved, changed_terms)

    def _counted(
        self, words: list[bytes], changes: Mapping[bytes, tuple[bytes, int]]
    ) -> tuple[NDArray[np.int64], dict[bytes, tuple[bytes, int]]]:
        """The counts of the words of this table after the changes, and the words that are new to it."""
        place = dict(zip(words, range(len(words)), strict=True))
        counts = self.counts.copy()
        added: dict[bytes, tuple[bytes, int]] = {}
        for word, (its_term, change) in changes.items():
            number = place.get(word)
            if number is not None:
                counts[number] += change
            elif change > 0:
                added[word] = (its_term, change)
        return counts, added


class Spellings(Sequence[str]):
    """The commonest word of each term, by number, decoded when it is asked for."""

    def __init__(self, words: StringTable, commonest: NDArray[np.int64]) -> None:
        self._words = words
        self._commonest = commonest

    def __len__(self) -> int:
        return len(self._commonest)

    @overload
    def __getitem__(self, term: int) -> str: ...
    @overload
    def __getitem__(self, term: slice) -> list[str]: ...
    def __getitem__(self, term: int | slice) -> str | list[str]:
        if isinstance(term, slice):
            return self._words.some(self._commonest[term])
        return self._words[int(self._commonest[term])]

    def some(self, terms: NDArray[np.int64]) -> list[str]:
        """The commonest word of each of these terms."""
        return self._words.some(self._commonest[terms])


@dataclass(frozen=True, slots=True)
class _Edit:
    """What becomes of sorted strings of which some stay and to which others come, in order.

    `moved`, of shape (old strings,), is where each went, -1 for what is gone; `others[i]` comes
    before the string that is `places[i]` among those that stay.
    """

    moved: NDArray[np.int64]
    places: NDArray[np.int64]
    others: list[bytes]

    @classmethod
    def of(cls, strings: list[bytes], kept: NDArray[np.int64], others: list[bytes]) -> "_Edit":
        """The edit that keeps the strings with these numbers."""
        before = np.array([bisect_left(strings, other) for other in others], dtype=np.int64)
        places = np.searchsorted(kept, before)
        moved = np.full(len(strings), -1, dtype=np.int64)
        moved[kept] = np.arange(len(kept)) + np.searchsorted(places, np.arange(len(kept)), side="right")
        return cls(moved, places, others)


def _among(strings: list[bytes], kept: NDArray[np.int64], asked: Iterable[bytes]) -> set[bytes]:
    """Which of those asked about are strings that are kept."""
    staying = np.zeros(len(strings) + 1, dtype=bool)
    staying[kept] = True
    found = ((other, bisect_left(strings, other)) for other in asked)
    return {other for other, place in found if staying[place] and strings[place] == other}


class _Numbers:
    """The numbers that strings have after an edit."""

    def __init__(self, strings: list[bytes], edit: _Edit) -> None:
        self._strings = strings
        self._moved = edit.moved
        new = edit.places + np.arange(len(edit.others))
        self._new = dict(zip(edit.others, new.tolist(), strict=True))

    def numbers(self, asked: Sequence[bytes]) -> list[int]:
        """The number of each string asked for, which has to be there."""
        return [self._new[string] if string in self._new else self._old(string) for string in asked]

    def _old(self, string: bytes) -> int:
        return int(self._moved[bisect_left(self._strings, string)])


@dataclass(frozen=True, slots=True)
class ChangedWords:
    """A new table with the places in it of the old table's words and terms; -1 for those that are gone."""

    table: WordTable
    word_map: NDArray[np.int64]
    term_map: NDArray[np.int64]
    _terms: _Numbers

    def numbers(self, terms: Sequence[bytes]) -> list[int]:
        """The number of each of these terms in the new table."""
        return self._terms.numbers(terms)

    def moved(self, old: WordTable) -> NDArray[np.int64]:
        """Where each old term went that is spelled as before, shape (old terms,); -1 for every other one."""
        before, now = old.commonest(), self.table.commonest()
        moved = self.term_map.copy()
        surviving = np.flatnonzero(moved >= 0)
        respelled = self.word_map[before[surviving]] != now[moved[surviving]]
        moved[surviving[respelled]] = -1
        return moved


def word_changes(
    known: WordNumbers, added: NDArray[np.int64], removed: NDArray[np.int64]
) -> dict[bytes, tuple[bytes, int]]:
    """How the count of each word changes; how often each comes and goes is `added` and `removed`, shape (words,)."""
    changes = added - removed
    # A folded word met among the old rows too stands in the table; one whose count stays may be left out.
    return {
        known.words[number].encode(): (known.terms[number].encode(), int(changes[number]))
        for number in np.flatnonzero(changes).tolist()
    }
