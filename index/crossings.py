"""What the glossary says of one index: which of its terms, or few of them together, a term of another language is.

The glossary gives each entry in three languages, in one word or more. Of these an index keeps the ones that its
postings hold, filed under the terms that the other languages make of theirs.
"""

from bisect import bisect_left
from collections.abc import Callable, Iterator, KeysView, Mapping, Sequence
from functools import cache, lru_cache, partial
from itertools import chain, count, pairwise
from pathlib import Path
from typing import TypeGuard

import numpy as np
from numpy.typing import NDArray

from index import glossary
from index.arrays import StringTable, open_array, save_arrays
from index.errors import IndexCorrupt
from index.languages import LANGUAGES, term
from index.lexical import LexicalIndex
from index.ragged import bounds, spans
from index.text import surfaces

LONGEST_PHRASE = 3
"""Terms of the longest phrase that is looked up; the glossary's longer entries are explanations."""

_MANY = 1000  # phrases from which on it is quicker to read all terms than to seek each

Terms = tuple[str, ...]
_Find = Callable[[str], int | None]  # the number of a term in the postings


class Crossings:
    """Renderings of other languages' phrases in one language.

    Rendering r is the terms `numbers[firsts[r]:firsts[r + 1]]`; phrase p has the renderings `starts[p]` to
    `starts[p + 1]`.
    """

    def __init__(
        self,
        phrases: StringTable,
        starts: NDArray[np.int32],
        firsts: NDArray[np.int32],
        numbers: NDArray[np.int32],
    ) -> None:
        if len(starts) != len(phrases) + 1 or starts[-1] != len(firsts) - 1 or firsts[-1] != len(numbers):
            raise IndexCorrupt(
                f"crossings disagree: {len(phrases)} phrases, {len(starts)} starts, {len(firsts)} firsts, "
                f"{len(numbers)} terms; rebuild the index"
            )
        self._phrases = phrases
        self._starts = starts
        self._firsts = firsts
        self._numbers = numbers

    @classmethod
    def build(cls, lexical: LexicalIndex, language: str) -> "Crossings":
        """What the glossary knows of the terms of one language's postings."""
        return cls._of({}).rebuilt(lexical, language, np.zeros(0, dtype=np.int64))

    @classmethod
    def _of(cls, filed: Mapping[str, Sequence[tuple[int, ...]]]) -> "Crossings":
        """These phrases, in order, with their renderings."""
        renderings = [rendering for found in filed.values() for rendering in found]
        return cls(
            StringTable.of_sorted([phrase.encode() for phrase in filed]),
            _bounds([len(found) for found in filed.values()]),
            _bounds([len(rendering) for rendering in renderings]),
            np.array([number for rendering in renderings for number in rendering], dtype=np.int32),
        )

    def rebuilt(self, lexical: LexicalIndex, language: str, moved: NDArray[np.int64]) -> "Crossings":
        """The same for other postings, of which `moved` tells where each term went, in order; -1 for those gone.

        Only phrases that a term which came or went may render are looked up anew.
        """
        if language not in LANGUAGES:
            return self
        came = _came(lexical.terms, moved)
        asked = self._bereft(moved) | _renderable(came.keys(), language)
        return self._replaced(asked, Crossings._of(_filed(asked, _finder(asked, lexical.terms, came), language)), moved)

    def _bereft(self, moved: NDArray[np.int64]) -> set[str]:
        """The phrases with a rendering of which a term is gone."""
        places = np.flatnonzero(moved[self._numbers] < 0)
        renderings = np.searchsorted(self._firsts, places, side="right") - 1
        phrases = np.searchsorted(self._starts, renderings, side="right") - 1
        return {self._phrases[phrase] for phrase in np.unique(phrases).tolist()}

    def _replaced(self, asked: set[str], others: "Crossings", moved: NDArray[np.int64]) -> "Crossings":
        """These crossings under the new numbers of terms, with `others` for the phrases asked."""
        phrases = self._phrases.encoded()
        gone = {phrase.encode() for phrase in asked}
        kept = np.array([number for number, phrase in enumerate(phrases) if phrase not in gone], dtype=np.int64)
        come = others._phrases.encoded()
        places = np.searchsorted(kept, np.array([bisect_left(phrases, phrase) for phrase in come], dtype=np.int64))
        order = np.insert(kept, places, len(self) + np.arange(len(others)))
        counts = np.concatenate([np.diff(self._starts), np.diff(others._starts)])[order]
        starts = np.concatenate([self._starts[:-1], len(self._firsts) - 1 + others._starts[:-1]])[order]
        renderings = spans(starts, counts)
        lengths = np.concatenate([np.diff(self._firsts), np.diff(others._firsts)])[renderings]
        firsts = np.concatenate([self._firsts[:-1], len(self._numbers) + others._firsts[:-1]])[renderings]
        numbers = np.concatenate([moved[self._numbers], others._numbers])[spans(firsts, lengths)]
        table = self._phrases.edited(kept, places, come)
        return Crossings(table, _bounds(counts), _bounds(lengths), numbers.astype(np.int32))

    @classmethod
    def open(cls, folder: Path) -> "Crossings":
        """The crossings saved in a folder."""
        arrays = (open_array(folder, name) for name in ("starts", "firsts", "numbers"))
        return cls(StringTable.open(folder, "phrases"), *arrays)

    def save(self, folder: Path) -> None:
        """Write the crossings to a folder."""
        self._phrases.save(folder, "phrases")
        save_arrays(folder, {"starts": self._starts, "firsts": self._firsts, "numbers": self._numbers})

    def __len__(self) -> int:
        return len(self._phrases)

    def find(self, source: str, phrase: Terms) -> list[tuple[int, ...]]:
        """The renderings of a phrase, given by its terms in its own language; a few terms each."""
        place = self._phrases.find(_key(source, phrase))
        if place is None:
            return []
        firsts = self._firsts[self._starts[place] : self._starts[place + 1] + 1].tolist()
        return [tuple(self._numbers[first:last].tolist()) for first, last in pairwise(firsts)]


def _key(source: str, phrase: Terms) -> str:
    return f"{source} {' '.join(phrase)}"


def _bounds(lengths: Sequence[int] | NDArray[np.int32]) -> NDArray[np.int32]:
    return bounds(lengths).astype(np.int32)


def _came(terms: StringTable, moved: NDArray[np.int64]) -> dict[str, int]:
    """The numbers of the terms that no older one became."""
    has_come = np.ones(len(terms), dtype=bool)
    has_come[moved[moved >= 0]] = False
    came = np.flatnonzero(has_come)
    return dict(zip(terms.some(came), came.tolist(), strict=True))


def _renderable(terms: KeysView[str], language: str) -> set[str]:
    """The phrases of other languages whose entry has one of these terms in a form of this language."""
    entries = zip(_entries(), _phrases(language), strict=True)
    found = (phrases for entry, phrases in entries if not all(map(terms.isdisjoint, entry[language])))
    return set(chain.from_iterable(found))


def _filed(asked: set[str], find: _Find, language: str) -> dict[str, list[tuple[int, ...]]]:
    """The phrases asked, in order, with the forms of their entries that the postings hold, as numbers of terms."""
    filed: dict[str, dict[tuple[int, ...], None]] = {}
    for entry, phrases in zip(_entries(), _phrases(language), strict=True):
        some = asked.intersection(phrases)
        if some:
            found = (tuple(map(find, form)) for form in entry[language])
            renderings = dict.fromkeys(sorted(filter(_is_whole, found)))
            for phrase in some if renderings else ():
                filed.setdefault(phrase, {}).update(renderings)
    return {phrase: list(filed[phrase]) for phrase in sorted(filed, key=str.encode)}


def _finder(asked: set[str], terms: StringTable, came: dict[str, int]) -> _Find:
    """What tells the number of a term, of which `came` knows some."""
    if len(came) == len(terms):
        return came.get
    return terms.find if len(asked) < _MANY else dict(zip(terms.some(range(len(terms))), count(), strict=False)).get


def _is_whole(form: tuple[int | None, ...]) -> TypeGuard[tuple[int, ...]]:
    return None not in form


@lru_cache(maxsize=len(LANGUAGES))
def _phrases(language: str) -> list[list[str]]:
    """By entry, its phrases of other languages, as they are filed."""
    others = [source for source in LANGUAGES if source != language]
    return [[_key(source, phrase) for source in others for phrase in entry[source]] for entry in _entries()]


@lru_cache(maxsize=1)
def _entries() -> list[dict[str, list[Terms]]]:
    """Each entry's forms by language, as the terms they give; without those of no term or of too many."""
    columns = [[_forms(cell, term_of) for cell in glossary.cells(language)] for language, term_of in _terms()]
    return [dict(zip(LANGUAGES, cells, strict=True)) for cells in zip(*columns, strict=True)]


def _terms() -> Iterator[tuple[str, Callable[[str], str]]]:
    """Each language with what tells the term of a word; words repeat, so each is stemmed once."""
    for language in LANGUAGES:
        yield language, cache(partial(term, language=language))


def _forms(cell: str, term_of: Callable[[str], str]) -> list[Terms]:
    """The distinct forms of a cell as terms.

    >>> _forms("prime minister|premier|the", partial(term, language="en"))
    [('prime', 'minist'), ('premier',)]
    """
    forms = (tuple(filter(None, map(term_of, surfaces(form)))) for form in cell.split("|"))
    return [form for form in dict.fromkeys(forms) if 0 < len(form) <= LONGEST_PHRASE]
