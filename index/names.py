"""Names across scripts: the terms of one language's postings that sound like a word of any script.

Terms are filed under the consonant classes of their commonest spelling. A word is looked up under
its own classes and, if it has enough of them, under all keys one edit away; what is found there is
ranked by `index.phonetics.similarity`.
"""

from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass
from functools import lru_cache
from pathlib import Path
from typing import Any, NamedTuple
from zlib import crc32

import numpy as np
from numpy.typing import NDArray

from index.arrays import narrowest, open_array, save_arrays
from index.errors import IndexCorrupt, IndexIncompatible
from index.phonetics import CLASSES, alphabet, key, numbered, similarities
from index.ragged import Lists, bounds, spans
from index.soundings import LONGEST_KEY, keys_of, units_of

_ARTICLE = "ال"  # that Arabic sets before names of countries: الصومال, Somalia
_SHORTEST_REST = 3  # letters left of a word without its article

# The similarity from which a term counts, by the number of classes in the word's key: the fewer they
# are, the more words share them by chance. Among 7,000 Arabic terms these bounds find 81 % of 500 rare
# names; they also give 22 % of common English words a term, which is why a sure translation goes first.
_FEWEST = 2
_LEAST = {2: 0.95, 3: 0.92, 4: 0.86}
_LEAST_LONG = 0.8
_EDITED = 4  # keys of this many classes and more are also looked up one edit away

_AT_ONCE = 1 << 16  # terms whose letters are arrays at a time

# A key is a number of base 16 with one digit for each class; of longer ones the rest is left out.
_DIGITS = str.maketrans(CLASSES, "123456789")
_CLASS_DIGITS = range(1, len(CLASSES) + 1)


class NameTable:
    """The spellings of one language's terms, filed by sound.

    Entry e is a reading of term `numbers[e]`, with the unit numbers `units[starts[e]:starts[e + 1]]`; `checksums[e]` is
    the CRC-32 of the spelling. Those from `firsts[c]` to before `firsts[c + 1]` have key `codes[c]`, ascending.
    """

    def __init__(
        self,
        codes: NDArray[np.int64],
        firsts: NDArray[Any],
        numbers: NDArray[np.int32],
        checksums: NDArray[np.uint32],
        starts: NDArray[Any],
        units: NDArray[np.uint8],
    ) -> None:
        entries = {len(numbers), len(checksums), len(starts) - 1, int(firsts[-1])}
        if len(entries) > 1 or len(codes) != len(firsts) - 1 or starts[-1] != len(units):
            raise IndexCorrupt(
                f"names disagree: {len(codes)} keys, {len(firsts)} firsts, {len(numbers)} terms, {len(checksums)} "
                f"checksums, {len(starts)} starts, {len(units)} units; rebuild the index"
            )
        self._codes = codes
        self._firsts = firsts
        self._numbers = numbers
        self._checksums = checksums
        self._starts = starts
        self._units = units

    @classmethod
    def build(cls, spellings: Sequence[str]) -> "NameTable":
        """The table of all terms; `spellings[t]` is the commonest folded word of term t."""
        return cls._of(np.arange(len(spellings)), spellings)

    @classmethod
    def _sorted(
        cls,
        codes: NDArray[np.int64],
        numbers: NDArray[np.int64],
        checksums: NDArray[np.uint32],
        starts: NDArray[np.int64],
        units: NDArray[np.uint8],
    ) -> "NameTable":
        """A table of entries of which each has its code, in order."""
        distinct, firsts = np.unique(codes, return_index=True)
        ends = narrowest(np.append(firsts, len(codes)))
        return cls(distinct, ends, numbers.astype(np.int32), checksums, narrowest(starts), units)

    def rebuilt(self, numbers: NDArray[np.int64], others: Mapping[int, str]) -> "NameTable":
        """The table after its terms got new numbers, -1 for those that go, and others came, with their spellings."""
        more = NameTable._of(np.array(list(others), dtype=np.int64), list(others.values()))
        moved = numbers[self._numbers]
        kept = np.flatnonzero(moved >= 0)
        codes = np.concatenate([self._code_of_each()[kept], more._code_of_each()])
        owners = np.concatenate([moved[kept], more._numbers])
        order = np.lexsort((owners, codes))  # stable: the readings of a term stay in order
        starts = np.concatenate([self._starts[kept], len(self._units) + more._starts[:-1].astype(np.int64)])[order]
        lengths = np.concatenate([np.diff(self._starts)[kept], np.diff(more._starts)])[order]
        return self._sorted(
            codes[order],
            owners[order],
            np.concatenate([self._checksums[kept], more._checksums])[order],
            bounds(lengths),
            np.concatenate([self._units, more._units])[spans(starts, lengths)],
        )

    @classmethod
    def _of(cls, numbers: NDArray[np.int64], spellings: Sequence[str]) -> "NameTable":
        """The table of the terms with these numbers and spellings."""
        starts = range(0, len(spellings), _AT_ONCE)
        filed = _Filed.all([_Filed.of(spellings[start : start + _AT_ONCE], start) for start in starts])
        owners = numbers[filed.places]
        order = np.lexsort((filed.ranks, owners, filed.codes))
        units = filed.units.take(order)
        return cls._sorted(
            filed.codes[order],
            owners[order],
            filed.checksums[order],
            units.starts,
            units.values,
        )

    @classmethod
    def open(cls, folder: Path) -> "NameTable":
        """The table saved in a folder. Raises IndexIncompatible if it was made for other units of sound."""
        if int(open_array(folder, "alphabet")[0]) != alphabet():
            raise IndexIncompatible(f"{folder} was written for another table of sounds; rebuild the index")
        names = ("codes", "firsts", "numbers", "checksums", "starts", "units")
        return cls(*(open_array(folder, name) for name in names))

    def save(self, folder: Path) -> None:
        """Write the table to a folder."""
        save_arrays(
            folder,
            {
                "codes": self._codes,
                "firsts": self._firsts,
                "numbers": self._numbers,
                "checksums": self._checksums,
                "starts": self._starts,
                "units": self._units,
                "alphabet": np.array([alphabet()], dtype=np.int64),
            },
        )

    def __len__(self) -> int:
        return len(self._numbers)

    def _code_of_each(self) -> NDArray[np.int64]:
        """The key of each entry."""
        return np.repeat(self._codes, np.diff(self._firsts))

    def candidates(self, words: Sequence[str], limit: int) -> list[list[tuple[int, float]]]:
        """For each folded word at most `limit` terms that sound like it, with similarity, best first, ties by number.

        The term spelled like the word is left out; so is every one below the bound for its length.
        """
        sought = [(place, reading) for place, word in enumerate(words) for reading in _sought(word)]
        if not sought:
            return [[] for _ in words]
        entries, of = self._filed([reading.codes for _, reading in sought])
        spelled = np.array([crc32(words[place].encode()) for place, _ in sought], dtype=np.uint32)
        others = self._checksums[entries] != spelled[of]
        entries, of = entries[others], of[others]
        alike = similarities([reading.units for _, reading in sought], of, self._columns(entries))
        kept = np.flatnonzero(alike >= np.array([reading.least for _, reading in sought], dtype=np.float32)[of])
        best: list[dict[int, float]] = [{} for _ in words]
        for reading, number, score in zip(
            of[kept].tolist(), self._numbers[entries[kept]].tolist(), alike[kept].tolist(), strict=True
        ):
            of_word = best[sought[reading][0]]
            of_word[number] = max(score, of_word.get(number, 0.0))
        return [sorted(found.items(), key=lambda item: (-item[1], item[0]))[:limit] for found in best]

    def _filed(self, codes: Sequence[NDArray[np.int64]]) -> tuple[NDArray[np.int64], NDArray[np.int64]]:
        """The entries under any of the codes of each reading, and of which reading each is."""
        every = np.concatenate(codes)
        places = np.searchsorted(self._codes, every)
        there = self._codes.take(places, mode="clip") == every if len(self._codes) else places > 0
        places = places[there]
        firsts = self._firsts[places].astype(np.int64)
        counts = self._firsts[places + 1] - firsts
        readings = np.repeat(np.arange(len(codes)), [len(some) for some in codes])
        return spans(firsts, counts), np.repeat(readings[there], counts)

    def _columns(self, entries: NDArray[np.int64]) -> NDArray[np.uint8]:
        """The units of some entries, one column each, filled up with 0."""
        starts = self._starts[entries].astype(np.int64)
        lengths = self._starts[entries + 1] - starts
        places = np.arange(lengths.max(initial=0))[:, np.newaxis]
        inside = places < lengths
        columns = np.zeros(inside.shape, dtype=np.uint8)
        columns[inside] = self._units[(starts + places)[inside]]
        return columns


class _Reading(NamedTuple):
    """A reading of a word that is sought: its units, the codes it may be filed under, and the least similarity."""

    units: NDArray[np.uint8]
    codes: NDArray[np.int64]
    least: float


@lru_cache(maxsize=1 << 12)
def _sought(word: str) -> tuple[_Reading, ...]:
    """The readings of a word that have a key; it is sought in several languages."""
    found = ((reading, key(reading)) for reading in _readings(word))
    return tuple(
        _Reading(numbered(reading), np.array(sorted(_near_codes(of)), dtype=np.int64), _least(of))
        for reading, of in found
        if len(of) >= _FEWEST
    )


@dataclass(frozen=True, slots=True)
class _Filed:
    """Readings of some terms that have a key, in any order.

    `places` are those of their terms, `ranks` tell the order of the readings of a term: their own as strings.
    """

    codes: NDArray[np.int64]
    places: NDArray[np.int64]
    ranks: NDArray[np.int8]
    checksums: NDArray[np.uint32]
    units: Lists

    @classmethod
    def of(cls, spellings: Sequence[str], start: int) -> "_Filed":
        """The readings of terms with these spellings, whose places are those from `start` on."""
        rests = [(place, rest) for place, word in enumerate(spellings) for rest in _rest(word)]
        places = np.concatenate([np.arange(len(spellings)), np.array([place for place, _ in rests], dtype=np.int64)])
        ranks = [0] * len(spellings) + [1 if rest > spellings[place] else -1 for place, rest in rests]
        units = units_of([*spellings, *(rest for _, rest in rests)])
        keys = keys_of(units)
        kept = np.flatnonzero(keys.counts >= _FEWEST)
        checksums = np.fromiter(map(crc32, map(str.encode, spellings)), np.uint32, count=len(spellings))
        of_kept = places[kept]
        ranked = np.array(ranks, dtype=np.int8)[kept]
        return cls(keys.codes[kept], start + of_kept, ranked, checksums[of_kept], units.take(kept))

    @classmethod
    def all(cls, parts: Sequence["_Filed"]) -> "_Filed":
        """The readings of all parts."""
        parts = parts or [cls.of([], 0)]
        return cls(
            np.concatenate([part.codes for part in parts]),
            np.concatenate([part.places for part in parts]),
            np.concatenate([part.ranks for part in parts]),
            np.concatenate([part.checksums for part in parts]),
            Lists.all([part.units for part in parts]),
        )


def _readings(word: str) -> Iterator[str]:
    """A word and, where Arabic's article begins it, the rest."""
    yield word
    yield from _rest(word)


def _rest(word: str) -> list[str]:
    """What is left of a word where Arabic's article begins it, if enough is."""
    begun = word.startswith(_ARTICLE) and len(word) >= len(_ARTICLE) + _SHORTEST_REST
    return [word[len(_ARTICLE) :]] if begun else []


def _code(found: str) -> int:
    return int(found[:LONGEST_KEY].translate(_DIGITS), 16)


def _least(found: str) -> float:
    return _LEAST.get(len(found), _LEAST_LONG)


def _near_codes(found: str) -> set[int]:
    """The code of a key, and if it is long those of the keys one class more, less or other.

    >>> near = _near_codes("PKNR")
    >>> len(_near_codes("PTN")), _code("PKNTR") in near, _code("PKN") in near, _code("PKTR") in near
    (1, True, True, True)
    """
    codes = {_code(found)}
    if len(found) < _EDITED:
        return codes
    whole, length = int(found.translate(_DIGITS), 16), len(found)
    for rest in range(length + 1):
        head, tail = whole >> 4 * rest, whole & (1 << 4 * rest) - 1
        codes.update(_cut((head << 4 | other) << 4 * rest | tail, length + 1) for other in _CLASS_DIGITS)
        if head:
            head >>= 4
            codes.add(_cut(head << 4 * rest | tail, length - 1))
            codes.update(_cut((head << 4 | other) << 4 * rest | tail, length) for other in _CLASS_DIGITS)
    return codes


def _cut(code: int, length: int) -> int:
    """The code of a key of some length, whose classes are all in it, without those that are too many."""
    return code >> 4 * max(0, length - LONGEST_KEY)
