"""The words of one language's chunks: how often each stands there, and which term it gives."""

from bisect import bisect_left
from collections.abc import Sequence
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

_FEW = 16  # among so many times as many, strings are searched for one by one


class WordNumbers:
    """Folded words of one language by number, and the number of each one's term; word 0 stands for all stop words."""

    def __init__(self, language: str) -> None:
        self._language = language
        self._numbers: dict[str, int] = {}
        self._term_numbers = {"": 0}
        self.words = [""]
        self.terms = [""]
        self.term_of = [0]

    def numbers(self, words: Sequence[str]) -> NDArray[np.int32]:
        """The number of each folded word, shape (words,); those met for the first time get the next ones."""
        new = [word for word in dict.fromkeys(words) if word not in self._numbers]
        for word, term in zip(new, terms(new, self._language), strict=True):
            self._numbers[word] = len(self.words) if term else 0
            if term:
                self.words.append(word)
                self.term_of.append(self._term_number(term))
        return np.fromiter(map(self._numbers.__getitem__, words), np.int32, count=len(words))

    def _term_number(self, term: str) -> int:
        number = self._term_numbers.setdefault(term, len(self.terms))
        if number == len(self.terms):
            self.terms.append(term)
        return number

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

    def changed(self, known: WordNumbers, changes: NDArray[np.int64]) -> "ChangedWords":
        """The table after some words have come or gone; how the count of each word changes has shape (words,)."""
        words, terms = self.words.encoded(), self.terms.encoded()
        # A folded word met among the old rows too stands in the table; one whose count stays may be left out.
        touched = np.flatnonzero(changes)
        spelled = [known.words[number].encode() for number in touched.tolist()]
        places = _places(words, spelled)
        counts = self.counts.copy()
        counts[places[places >= 0]] += changes[touched[places >= 0]]
        kept_words = np.flatnonzero(counts > 0)
        kept_terms = np.unique(self.term_of[kept_words]).astype(np.int64)
        added = np.flatnonzero((places < 0) & (changes[touched] > 0)).tolist()
        added.sort(key=spelled.__getitem__)
        word_edit = _Edit.of(words, kept_words, [spelled[place] for place in added])
        numbers = touched[added]
        distinct, of_added = np.unique(np.array(known.term_of)[numbers], return_inverse=True)
        found = [known.terms[number].encode() for number in distinct.tolist()]
        new = np.flatnonzero(~np.isin(_places(terms, found), kept_terms))
        term_edit = _Edit.of(terms, kept_terms, sorted(found[place] for place in new.tolist()))
        changed_terms = self.terms.edited(kept_terms, term_edit.places, term_edit.others)
        term_of_added = _places(changed_terms.encoded(), found)[of_added]
        table = WordTable(
            self.words.edited(kept_words, word_edit.places, word_edit.others),
            changed_terms,
            np.insert(term_edit.moved[self.term_of[kept_words]], word_edit.places, term_of_added).astype(np.int32),
            np.insert(counts[kept_words], word_edit.places, changes[numbers]),
        )
        return ChangedWords(table, word_edit.moved, term_edit.moved)


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


def _places(strings: list[bytes], asked: Sequence[bytes]) -> NDArray[np.int64]:
    """The place of each string asked for among sorted ones, -1 for one that is not there; shape (asked,).

    >>> _places([b"a", b"b", b"d"], [b"d", b"c"]).tolist()
    [2, -1]
    """
    if len(asked) * _FEW < len(strings):
        found = ((bisect_left(strings, string), string) for string in asked)
        places = (place if strings[place : place + 1] == [string] else -1 for place, string in found)
    else:
        by_string = dict(zip(strings, range(len(strings)), strict=True))
        places = (by_string.get(string, -1) for string in asked)
    return np.fromiter(places, np.int64, count=len(asked))


@dataclass(frozen=True, slots=True)
class ChangedWords:
    """A new table with the places in it of the old table's words and terms; -1 for those that are gone."""

    table: WordTable
    word_map: NDArray[np.int64]
    term_map: NDArray[np.int64]

    def numbers(self, terms: Sequence[bytes]) -> NDArray[np.int64]:
        """The number of each of these terms in the new table, shape (terms,)."""
        return _places(self.table.terms.encoded(), terms)

    def moved(self, old: WordTable) -> NDArray[np.int64]:
        """Where each old term went that is spelled as before, shape (old terms,); -1 for every other one."""
        before, now = old.commonest(), self.table.commonest()
        moved = self.term_map.copy()
        surviving = np.flatnonzero(moved >= 0)
        respelled = self.word_map[before[surviving]] != now[moved[surviving]]
        moved[surviving[respelled]] = -1
        return moved
