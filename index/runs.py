"""Runs of letters and of digits: what our models' tokenizers cut folded words into before they look for tokens.

For all words at once: they are one text, and a table, asked once for each character, says what becomes of it.
"""

import re
import unicodedata
from collections.abc import Callable, Iterable, Mapping, Sequence
from dataclasses import dataclass
from typing import Any

import numpy as np
from numpy.typing import NDArray
from tokenizers.normalizers import Normalizer
from tokenizers.pre_tokenizers import PreTokenizer

from index.text import CharacterTable

BETWEEN_PIECES = r"[^\p{L}\p{N}]+"
DIGITS = r"\p{N}+"
ARABIC_PROCLITICS = r"^(?:[وف]?(?:ال|بال|کال)|[وف]?لل)(?=\p{L}{3})"
"""Conjunction, preposition and article before a word of three letters or more: والكتاب → وال + كتاب."""

_CUTS = [
    {"type": "Split", "pattern": {"Regex": pattern}, "behavior": behaviour, "invert": False}
    for pattern, behaviour in ((BETWEEN_PIECES, "Removed"), (DIGITS, "Isolated"), (ARABIC_PROCLITICS, "Isolated"))
]
_PROCLITICS = [before + article for before in ("", "و", "ف") for article in ("ال", "بال", "کال", "لل")]
_REST = 3  # letters that have to follow one
_LONGEST = 64  # letters of a run: the cost of all grows with the longest

_END, _LETTER, _DIGIT, _STRANGE = range(4)  # kinds; a character is its number by four and its kind
_WORD_END, _GAP = chr(_END), chr(4 | _END)
_MOST_LETTERS = 0xD800 >> 2  # with more, a number would be half of a surrogate pair
_ONE_CHARACTER = re.compile(r"\[[^\[\]]+\]|\w")  # patterns: a set of characters, or one that stands for itself


@dataclass(frozen=True, slots=True)
class Runs:
    """The runs of some words, in order: run i is `letters[starts[i]:starts[i] + counts[i]]` and of word `words[i]`.

    `left_out` are the words that hold what depends on its neighbours, or a run too long; their runs may be wrong.
    """

    letters: NDArray[np.int32]
    starts: NDArray[np.int64]
    counts: NDArray[np.int64]
    words: NDArray[np.int64]
    left_out: NDArray[np.int64]


class RunReader:
    """Folds words as a tokenizer does and cuts them into runs, letters as numbers."""

    def __init__(self, normaliser: Normalizer | None, pre_tokeniser: PreTokenizer, letters: Mapping[str, int]) -> None:
        self._fold: Callable[[str], str] = normaliser.normalize_str if normaliser else str
        self._pre_tokeniser = pre_tokeniser
        self._letters = letters
        self._table = CharacterTable(self._becomes)
        self._proclitics = [np.array([letters[letter] for letter in found]) for found in _PROCLITICS]

    @staticmethod
    def letters_of(pieces: Iterable[str]) -> dict[str, int]:
        """Numbers, from 1 on, for all letters of these pieces and those that are looked for."""
        return {letter: number for number, letter in enumerate(sorted({*"".join([*pieces, *_PROCLITICS])}), start=1)}

    @staticmethod
    def reads(definition: Mapping[str, Any], letters: Mapping[str, int]) -> bool:
        """Whether what a tokenizer does before it looks for pieces, as its JSON file has it, is what is done here."""
        folds = _steps(definition["normalizer"], "normalizers")
        cuts = _steps(definition["pre_tokenizer"], "pretokenizers")
        return len(letters) < _MOST_LETTERS and all(map(_is_of_one_character, folds)) and cuts == _CUTS

    def read(self, words: Sequence[str]) -> Runs:
        """The runs of words; none holds a line break."""
        text = "\n".join(["", *words, ""]).translate(self._table)
        characters = np.frombuffer(text.encode("utf-16-le"), dtype="<u2")
        letters, kinds = (characters >> 2).astype(np.int32), characters & 3
        word = np.cumsum(characters == _END) - 1
        strange = word[kinds == _STRANGE]
        kinds[kinds == _STRANGE] = _END
        changes = np.flatnonzero(kinds[1:] != kinds[:-1]) + 1  # the text begins and ends with what is in no run
        runs = np.flatnonzero(kinds[changes] != _END)
        starts, counts = changes[runs], changes[runs + 1] - changes[runs]
        starts, counts = self._without_proclitics(letters, starts, counts, kinds[starts] == _LETTER)
        fit = counts <= _LONGEST
        left_out = np.unique(np.concatenate([strange, word[starts[~fit]]]))
        return Runs(letters, starts[fit], counts[fit], word[starts[fit]], left_out)

    def _without_proclitics(
        self,
        letters: NDArray[np.int32],
        starts: NDArray[np.int64],
        counts: NDArray[np.int64],
        cuttable: NDArray[np.bool_],
    ) -> tuple[NDArray[np.int64], NDArray[np.int64]]:
        """The starts and counts of the runs after those that begin with one have become two."""
        lengths = np.zeros(len(starts), dtype=np.int64)
        for proclitic in self._proclitics:
            those = np.flatnonzero(cuttable & (counts >= len(proclitic) + _REST))
            for place, letter in enumerate(proclitic):
                those = those[letters[starts[those] + place] == letter]
            lengths[those] = len(proclitic)
        cut = np.flatnonzero(lengths)
        starts = np.concatenate([starts, starts[cut] + lengths[cut]])
        counts = np.concatenate([np.where(lengths > 0, lengths, counts), counts[cut] - lengths[cut]])
        order = np.argsort(starts)
        return starts[order], counts[order]

    def _becomes(self, character: str) -> str:
        """What stands for a character in the text that is cut."""
        if character == "\n":
            return _WORD_END
        found = self._fold(character)
        if found and unicodedata.combining(unicodedata.normalize("NFKD", character)[0]):
            return chr(_STRANGE)  # a mark that stays may change places with another
        return "".join(map(self._numbered, found))

    def _numbered(self, folded: str) -> str:
        pieces = [piece for piece, _ in self._pre_tokeniser.pre_tokenize_str(f"a{folded}a")]
        if len(pieces) == 1:
            return chr(self._letters.get(folded, 0) << 2 | _LETTER)
        return chr(self._letters.get(folded, 0) << 2 | _DIGIT) if len(pieces) > 2 else _GAP


def _is_of_one_character(step: Mapping[str, Any]) -> bool:
    """Whether a step of a normaliser changes each character for itself; but for the order of marks, NFKD does."""
    if step["type"] == "Replace":
        pattern = step["pattern"]
        return len(pattern.get("String", "")) == 1 or bool(_ONE_CHARACTER.fullmatch(pattern.get("Regex", "")))
    return step["type"] in ("NFKD", "Lowercase")


def _steps(part: Mapping[str, Any] | None, name: str) -> list[Mapping[str, Any]]:
    """What a part of a tokenizer does, one after the other."""
    if part is None:
        return []
    steps: list[Mapping[str, Any]] = part[name] if part["type"] == "Sequence" else [part]
    return steps
