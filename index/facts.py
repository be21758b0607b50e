"""Language, day and source of every document, as arrays: what filters and counts need without reading a text."""

import datetime
from array import array
from collections.abc import Iterable, Iterator
from dataclasses import dataclass
from pathlib import Path
from typing import Any

import numpy as np
from numpy.typing import NDArray

from index.arrays import StringTable, narrowest, open_array, save_arrays
from index.errors import IndexCorrupt

_ARRAYS = ("language_codes", "source_codes", "days")


@dataclass(frozen=True, slots=True)
class Facts:
    """By document: its language and its source, as numbers in sorted tables, and its day.

    `days` counts from 1 January of the year 1, which is 1; it is 0 where there is no date. The three
    arrays have shape (documents,), codes whole numbers of any width, and no table has an entry that no document uses.

    >>> facts = Facts.of([("ur", datetime.date(2024, 5, 1), "Herald"), ("en", None, "")])
    >>> list(facts)
    [('ur', datetime.date(2024, 5, 1), 'Herald'), ('en', None, '')]
    """

    languages: StringTable
    language_codes: NDArray[Any]
    sources: StringTable
    source_codes: NDArray[Any]
    days: NDArray[np.int32]

    def __post_init__(self) -> None:
        lengths = {len(self.language_codes), len(self.source_codes), len(self.days)}
        if len(lengths) != 1:
            raise IndexCorrupt(f"the facts of documents have lengths {sorted(lengths)}; rebuild the index")

    @classmethod
    def of(cls, facts: Iterable[tuple[str, datetime.date | None, str]]) -> "Facts":
        """Those of documents in order: language, date, source."""
        builder = FactsBuilder()
        for language, date, source in facts:
            builder.add(language, date, source)
        return builder.build()

    @classmethod
    def open(cls, folder: Path) -> "Facts":
        """The facts saved in a folder."""
        languages, sources, days = (open_array(folder, name) for name in _ARRAYS)
        return cls(StringTable.open(folder, "languages"), languages, StringTable.open(folder, "sources"), sources, days)

    def save(self, folder: Path) -> None:
        """Write the facts to a folder."""
        self.languages.save(folder, "languages")
        self.sources.save(folder, "sources")
        columns = (narrowest(self.language_codes), narrowest(self.source_codes), self.days)
        save_arrays(folder, dict(zip(_ARRAYS, columns, strict=True)))

    def joined(self, other: "Facts", documents: NDArray[np.int64]) -> "Facts":
        """Those of these documents, of which those of `other` are numbered after those of this."""
        languages = _joined(self.languages, self.language_codes, other.languages, other.language_codes, documents)
        sources = _joined(self.sources, self.source_codes, other.sources, other.source_codes, documents)
        return Facts(*languages, *sources, np.concatenate([self.days, other.days])[documents])

    def __len__(self) -> int:
        return len(self.days)

    def __iter__(self) -> Iterator[tuple[str, datetime.date | None, str]]:
        languages, sources = ([name.decode() for name in table.encoded()] for table in (self.languages, self.sources))
        columns = (self.language_codes.tolist(), self.days.tolist(), self.source_codes.tolist())
        for language, day, source in zip(*columns, strict=True):
            yield languages[language], datetime.date.fromordinal(day) if day else None, sources[source]


class FactsBuilder:
    """Takes the facts of documents one by one; holds a few bytes of each."""

    def __init__(self) -> None:
        self._languages: dict[str, int] = {}
        self._sources: dict[str, int] = {}
        self._language_codes, self._source_codes, self._days = array("i"), array("i"), array("i")

    def add(self, language: str, date: datetime.date | None, source: str) -> None:
        """The facts of the next document."""
        self._language_codes.append(self._languages.setdefault(language, len(self._languages)))
        self._source_codes.append(self._sources.setdefault(source, len(self._sources)))
        self._days.append(date.toordinal() if date else 0)

    def build(self) -> Facts:
        """The facts of all documents so far."""
        languages = _sorted(self._languages, self._language_codes)
        return Facts(*languages, *_sorted(self._sources, self._source_codes), np.array(self._days, dtype=np.int32))


def _sorted(names: dict[str, int], codes: "array[int]") -> tuple[StringTable, NDArray[np.int32]]:
    """A table of names that are numbered as they came, and codes that are their numbers in it."""
    encoded = sorted((name.encode(), number) for name, number in names.items())
    moved = np.zeros(len(names), dtype=np.int32)
    moved[[number for _, number in encoded]] = np.arange(len(names))
    return StringTable.of_sorted([name for name, _ in encoded]), moved[np.array(codes, dtype=np.int32)]


def _joined(
    table: StringTable,
    codes: NDArray[Any],
    other_table: StringTable,
    other_codes: NDArray[Any],
    documents: NDArray[np.int64],
) -> tuple[StringTable, NDArray[np.int32]]:
    """The values of some documents of both, in a table of what these have."""
    names = [*table.encoded(), *other_table.encoded()]
    found = np.concatenate([codes, len(table) + other_codes.astype(np.int32)])[documents]
    used = np.unique(found)
    distinct = sorted({names[number] for number in used.tolist()})
    place = {name: number for number, name in enumerate(distinct)}
    moved = np.zeros(len(names), dtype=np.int32)
    moved[used] = [place[names[number]] for number in used.tolist()]
    return StringTable.of_sorted(distinct), moved[found]
