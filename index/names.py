"""Names across scripts: the terms of one language's postings that sound like a word of any script.

Terms are filed under the consonant classes of their commonest spelling. A word is looked up under
its own classes and, if it has enough of them, under all keys one edit away; what is found there is
ranked by `index.phonetics.similarity`.
"""

from collections.abc import Iterator, Mapping, Sequence
from pathlib import Path
from zlib import crc32

import numpy as np
from numpy.typing import NDArray

from index.arrays import open_array, save_arrays
from index.errors import IndexCorrupt, IndexIncompatible
from index.phonetics import CLASSES, alphabet, key, numbered, similarities
from index.ragged import bounds, spans

_ARTICLE = "ال"  # that Arabic sets before names of countries: الصومال, Somalia
_SHORTEST_REST = 3  # letters left of a word without its article

# The similarity from which a term counts, by the number of classes in the word's key: the fewer they
# are, the more words share them by chance. Among 7,000 Arabic terms these bounds find 81 % of 500 rare
# names; they also give 22 % of common English words a term, which is why a sure translation goes first.
_FEWEST = 2
_LEAST = {2: 0.95, 3: 0.92, 4: 0.86}
_LEAST_LONG = 0.8
_EDITED = 4  # keys of this many classes and more are also looked up one edit away

# A key is a number of base 16 with one digit for each class; of longer ones the rest is left out.
_DIGITS = str.maketrans(CLASSES, "123456789")
_LONGEST_KEY = 15


class NameTable:
    """The spellings of one language's terms, filed by sound.

    Entry e is a reading of term `numbers[e]`, with key `codes[e]` (ascending) and the unit numbers
    `units[starts[e]:starts[e + 1]]`; `checksums[e]` is the CRC-32 of the spelling.
    """

    def __init__(
        self,
        codes: NDArray[np.int64],
        numbers: NDArray[np.int32],
        checksums: NDArray[np.uint32],
        starts: NDArray[np.int64],
        units: NDArray[np.uint8],
    ) -> None:
        if not len(codes) == len(numbers) == len(checksums) == len(starts) - 1 or starts[-1] != len(units):
            raise IndexCorrupt(
                f"names disagree: {len(codes)} keys, {len(numbers)} terms, {len(checksums)} checksums, "
                f"{len(starts)} starts, {len(units)} units; rebuild the index"
            )
        self._codes = codes
        self._numbers = numbers
        self._checksums = checksums
        self._starts = starts
        self._units = units

    @classmethod
    def build(cls, spellings: Sequence[str]) -> "NameTable":
        """The table of all terms; `spellings[t]` is the commonest folded word of term t."""
        return cls._of(dict(enumerate(spellings)))

    def rebuilt(self, numbers: NDArray[np.int64], others: Mapping[int, str]) -> "NameTable":
        """The table after its terms got new numbers, -1 for those that go, and others came, with their spellings."""
        more = NameTable._of(others)
        moved = numbers[self._numbers]
        kept = np.flatnonzero(moved >= 0)
        codes = np.concatenate([self._codes[kept], more._codes])
        owners = np.concatenate([moved[kept], more._numbers])
        order = np.lexsort((owners, codes))  # stable: the readings of a term stay in order
        starts = np.concatenate([self._starts[kept], len(self._units) + more._starts[:-1]])[order]
        lengths = np.concatenate([np.diff(self._starts)[kept], np.diff(more._starts)])[order]
        return NameTable(
            codes[order],
            owners[order].astype(np.int32),
            np.concatenate([self._checksums[kept], more._checksums])[order],
            bounds(lengths),
            np.concatenate([self._units, more._units])[spans(starts, lengths)],
        )

    @classmethod
    def _of(cls, spellings: Mapping[int, str]) -> "NameTable":
        """The table of some terms by number."""
        entries = sorted(
            (_code(found), number, reading)
            for number, spelling in spellings.items()
            for reading in _readings(spelling)
            if len(found := key(reading)) >= _FEWEST
        )
        rows = [numbered(reading) for _, _, reading in entries]
        return cls(
            np.array([code for code, _, _ in entries], dtype=np.int64),
            np.array([number for _, number, _ in entries], dtype=np.int32),
            np.array([crc32(spellings[number].encode()) for _, number, _ in entries], dtype=np.uint32),
            np.concatenate(([0], np.cumsum([len(row) for row in rows]))).astype(np.int64),
            np.concatenate([np.zeros(0, dtype=np.uint8), *rows]),
        )

    @classmethod
    def open(cls, folder: Path) -> "NameTable":
        """The table saved in a folder. Raises IndexIncompatible if it was made for other units of sound."""
        if int(open_array(folder, "alphabet")[0]) != alphabet():
            raise IndexIncompatible(f"{folder} was written for another table of sounds; rebuild the index")
        names = ("codes", "numbers", "checksums", "starts", "units")
        return cls(*(open_array(folder, name) for name in names))

    def save(self, folder: Path) -> None:
        """Write the table to a folder."""
        save_arrays(
            folder,
            {
                "codes": self._codes,
                "numbers": self._numbers,
                "checksums": self._checksums,
                "starts": self._starts,
                "units": self._units,
                "alphabet": np.array([alphabet()], dtype=np.int64),
            },
        )

    def __len__(self) -> int:
        return len(self._codes)

    def candidates(self, word: str, limit: int) -> list[tuple[int, float]]:
        """At most `limit` terms that sound like a folded word, with similarity, best first, ties by number.

        The term spelled like the word is left out; so is every one below the bound for its length.
        """
        checksum = crc32(word.encode())
        best: dict[int, float] = {}
        for reading in _readings(word):
            found = key(reading)
            if len(found) < _FEWEST:
                continue
            entries = self._filed(found)
            entries = entries[self._checksums[entries] != checksum]
            alike = similarities(numbered(reading), self._rows(entries))
            kept = alike >= _least(found)
            for number, score in zip(self._numbers[entries[kept]].tolist(), alike[kept].tolist(), strict=True):
                best[number] = max(score, best.get(number, 0.0))
        return sorted(best.items(), key=lambda item: (-item[1], item[0]))[:limit]

    def _filed(self, found: str) -> NDArray[np.int64]:
        """The entries under a key and, if it is long enough, under those one edit away."""
        codes = np.array([_code(near) for near in sorted({found, *_edits(found)})], dtype=np.int64)
        firsts = np.searchsorted(self._codes, codes, side="left")
        lasts = np.searchsorted(self._codes, codes, side="right")
        spans = [np.arange(first, last) for first, last in zip(firsts, lasts, strict=True) if last > first]
        return np.unique(np.concatenate([np.zeros(0, dtype=np.int64), *spans]))

    def _rows(self, entries: NDArray[np.int64]) -> NDArray[np.uint8]:
        """The units of some entries, one row each, filled up with 0."""
        starts, lengths = self._starts[entries], self._starts[entries + 1] - self._starts[entries]
        places = np.arange(lengths.max(initial=0))
        inside = places < lengths[:, np.newaxis]
        rows = np.zeros(inside.shape, dtype=np.uint8)
        rows[inside] = self._units[(starts[:, np.newaxis] + places)[inside]]
        return rows


def _readings(word: str) -> Iterator[str]:
    """A word and, where Arabic's article begins it, the rest."""
    yield word
    if word.startswith(_ARTICLE) and len(word) >= len(_ARTICLE) + _SHORTEST_REST:
        yield word[len(_ARTICLE) :]


def _code(found: str) -> int:
    return int(found[:_LONGEST_KEY].translate(_DIGITS), 16)


def _least(found: str) -> float:
    return _LEAST.get(len(found), _LEAST_LONG)


def _edits(found: str) -> Iterator[str]:
    """The keys one class more, less or other than a long key.

    >>> len(list(_edits("PTN"))), "PKNTR" in set(_edits("PKNR")), "PKN" in set(_edits("PKNR"))
    (0, True, True)
    """
    if len(found) < _EDITED:
        return
    for place in range(len(found) + 1):
        before, after = found[:place], found[place:]
        if after:
            yield before + after[1:]
            yield from (before + other + after[1:] for other in CLASSES)
        yield from (before + other + after for other in CLASSES)
