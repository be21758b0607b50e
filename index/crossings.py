"""What the glossary says of one index: which of its terms, or few of them together, a term of another language is.

The glossary gives each entry in three languages, in one word or more. Of these an index keeps the ones that its
postings hold, filed under the terms that the other languages make of theirs.
"""

from collections.abc import Sequence
from functools import lru_cache
from itertools import pairwise
from pathlib import Path

import numpy as np
from numpy.typing import NDArray

from index import glossary
from index.arrays import StringTable, open_array, save_arrays
from index.errors import IndexCorrupt
from index.languages import LANGUAGES, term
from index.lexical import LexicalIndex
from index.text import surfaces

LONGEST_PHRASE = 3
"""Terms of the longest phrase that is looked up; the glossary's longer entries are explanations."""

Terms = tuple[str, ...]


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
        filed: dict[str, dict[tuple[int, ...], None]] = {}
        for entry, renderings in _held(lexical, language).items():
            for source in LANGUAGES:
                if source != language:
                    for phrase in _entries()[entry][source]:
                        filed.setdefault(_key(source, phrase), {}).update(dict.fromkeys(renderings))
        ordered = sorted(filed, key=str.encode)
        renderings = [rendering for phrase in ordered for rendering in filed[phrase]]
        return cls(
            StringTable.build(ordered),
            _bounds([len(filed[phrase]) for phrase in ordered]),
            _bounds([len(rendering) for rendering in renderings]),
            np.array([number for rendering in renderings for number in rendering], dtype=np.int32),
        )

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
        bounds = self._firsts[self._starts[place] : self._starts[place + 1] + 1].tolist()
        return [tuple(self._numbers[first:last].tolist()) for first, last in pairwise(bounds)]


def _key(source: str, phrase: Terms) -> str:
    return f"{source} {' '.join(phrase)}"


def _bounds(lengths: Sequence[int]) -> NDArray[np.int32]:
    return np.concatenate(([0], np.cumsum(lengths))).astype(np.int32)


def _held(lexical: LexicalIndex, language: str) -> dict[int, list[tuple[int, ...]]]:
    """By entry of the glossary, its forms in a language as numbers of terms, of those that the postings hold whole."""
    held: dict[int, list[tuple[int, ...]]] = {}
    if language not in LANGUAGES:
        return held
    by_first = _by_first_term(language)
    numbers = {lexical.terms[number]: number for number in range(len(lexical.terms))}
    for first in numbers.keys() & by_first.keys():
        for entry, form in by_first[first]:
            found = [numbers[item] for item in form if item in numbers]
            if len(found) == len(form):
                held.setdefault(entry, []).append(tuple(found))
    return {entry: sorted(held[entry]) for entry in sorted(held)}


@lru_cache(maxsize=len(LANGUAGES))
def _by_first_term(language: str) -> dict[str, list[tuple[int, Terms]]]:
    """The forms of a language, each with its entry, by the first of their terms."""
    found: dict[str, list[tuple[int, Terms]]] = {}
    for number, entry in enumerate(_entries()):
        for form in entry[language]:
            found.setdefault(form[0], []).append((number, form))
    return found


@lru_cache(maxsize=1)
def _entries() -> list[dict[str, list[Terms]]]:
    """Each entry's forms by language, as the terms they give; without those of no term or of too many."""
    columns = [[_forms(cell, language) for cell in glossary.cells(language)] for language in LANGUAGES]
    return [dict(zip(LANGUAGES, cells, strict=True)) for cells in zip(*columns, strict=True)]


def _forms(cell: str, language: str) -> list[Terms]:
    """The distinct forms of a cell as terms.

    >>> _forms("prime minister|premier|the", "en")
    [('prime', 'minist'), ('premier',)]
    """
    forms = (tuple(filter(None, (term(word, language) for word in surfaces(form)))) for form in cell.split("|"))
    return [form for form in dict.fromkeys(forms) if 0 < len(form) <= LONGEST_PHRASE]
