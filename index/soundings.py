"""How many words sound: what `index.phonetics` says of one, for all words of an index at once.

All words are one text, a letter a byte, so that each rule is asked once of all letters.
"""

import re
from collections.abc import Callable, Sequence
from dataclasses import dataclass

import numpy as np
from numpy.typing import NDArray

from index.phonetics import BREATHED, BREATHS, CLASSES, LONG_UNITS, LONGEST_NAME, UNITS, key_of, numbers_of, softened
from index.ragged import Lists, bounds

LONGEST_KEY = 15
"""Classes that the code of a key tells; of longer keys the rest is left out."""

_BREAK = "\n"  # between two words
_NUMBER = dict(zip(UNITS, numbers_of(UNITS), strict=True))
_STRANGE = 255  # the number of a letter that no unit has
# While letters are counted, a unit of several is one of these, which Unicode keeps free for such use.
_STAND_INS = {unit: chr(0xFDD0 + place) for place, unit in enumerate(LONG_UNITS)}
_SEVERAL = re.compile("|".join(LONG_UNITS))


def _table(rule: Callable[[str], str]) -> NDArray[np.uint8]:
    """By the number of a unit, the number of what becomes of it, shape (256,)."""
    table = np.arange(256, dtype=np.uint8)
    for unit, number in _NUMBER.items():
        table[number] = _NUMBER.get(rule(unit), number)
    return table


def _letters() -> NDArray[np.uint8]:
    """By character the number of its unit, 0 for a break, shape (65536,)."""
    table = np.full(1 << 16, _STRANGE, dtype=np.uint8)
    table[ord(_BREAK)] = 0
    for unit, number in _NUMBER.items():
        letter = _STAND_INS.get(unit, unit)
        if len(letter) == 1:
            table[ord(letter)] = number
    return table


def _classes(before: Sequence[str]) -> NDArray[np.uint8]:
    """By the number of a unit the class it adds behind these units, from 1 on in the order of `CLASSES`, 0 for none."""
    table = np.zeros(256, dtype=np.uint8)
    for unit, number in _NUMBER.items():
        found = key_of([*before, unit])
        table[number] = CLASSES.index(found) + 1 if found else 0
    return table


_OF_LETTER = _letters()
_BREATHING = np.isin(np.arange(256), [_NUMBER[unit] for unit in BREATHED])
_AS_BREATH = _table(lambda unit: f"+{unit}" if unit in BREATHS else unit)
_AS_FIRST, _AS_LAST = _table(lambda unit: f"^{unit}"), _table(lambda unit: f"{unit}$")
_FIRST_CLASS, _CLASS = _classes([]), _classes(["a"])


@dataclass(frozen=True, slots=True)
class Keys:
    """The keys of some words: a number of base 16 each, with a digit for each class, and how many classes there are."""

    codes: NDArray[np.int64]
    counts: NDArray[np.int64]


def units_of(words: Sequence[str]) -> Lists:
    """The numbers of the units of each word, as `phonetics.numbered` gives them; no word holds a line break.

    >>> found = units_of(["anne", "", "b52", "خان"])
    >>> found.counts.tolist(), numbers_of(["^a", "n", "e$"]) == found.values[:3].tolist()
    ([3, 0, 0, 3], True)
    """
    text = softened(_BREAK + _BREAK.join(words))
    text = _SEVERAL.sub(lambda found: _STAND_INS[found.group()], text)
    units = _OF_LETTER[np.frombuffer(text.encode("utf-16-le"), dtype="<u2")]
    units[1:] = np.where(_BREATHING[units[:-1]], _AS_BREATH[units[1:]], units[1:])
    word = np.cumsum(units == 0) - 1
    kept = units > 0
    kept[1:] &= units[1:] != units[:-1]  # doubled letters count once
    units, word = units[kept], word[kept]
    counts = np.bincount(word, minlength=len(words))
    is_name = counts <= LONGEST_NAME
    is_name[word[units == _STRANGE]] = False
    counts[~is_name] = 0
    units, starts = units[is_name[word]], bounds(counts)
    last, first = starts[1:][counts > 1] - 1, starts[:-1][counts > 0]
    units[last] = _AS_LAST[units[last]]
    units[first] = _AS_FIRST[units[first]]
    return Lists(units, starts)


def keys_of(units: Lists) -> Keys:
    """The keys of words with these units.

    >>> found = keys_of(units_of(["putin", "پوٹن", "aeiou"]))
    >>> [f"{code:x}" for code in found.codes.tolist()], found.counts.tolist()
    (['136', '136', '0'], [3, 3, 0])
    """
    first = units.starts[:-1][units.counts > 0]
    classes, word = _CLASS[units.values], np.repeat(np.arange(len(units)), units.counts)
    classes[first] = _FIRST_CLASS[units.values[first]]
    heard = np.flatnonzero(classes)
    classes, word = classes[heard], word[heard]
    kept = np.ones(len(classes), dtype=np.bool_)  # one class after itself counts once
    kept[1:] = (classes[1:] != classes[:-1]) | (word[1:] != word[:-1])
    classes, counts = classes[kept], np.bincount(word[kept], minlength=len(units))
    starts, codes = bounds(counts), np.zeros(len(units), dtype=np.int64)
    for place in range(LONGEST_KEY):
        longer = np.flatnonzero(counts > place)
        codes[longer] = codes[longer] << 4 | classes[starts[longer] + place]
    return Keys(codes, counts)
