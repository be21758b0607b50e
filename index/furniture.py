"""Lines that many documents of one source repeat: kept with the texts, left out of what is read from them.

Whether a line is furniture depends on all documents, so a rebuild asks again for each. It keeps the
numbers of the short lines of every document (`cleaning.repetition`); a document whose lines have
another answer than before is indexed anew, from the text in the store.
"""

from collections.abc import Callable, Sequence
from dataclasses import dataclass
from pathlib import Path
from typing import Any

import numpy as np
from numpy.typing import NDArray

from index.arrays import narrowest, open_array, save_arrays
from index.cleaning.repetition import left, line_keys, repeated_lines
from index.errors import IndexCorrupt
from index.ragged import bounds, spans
from index.types import Document

_ARRAYS = ("line_starts", "line_keys", "articles", "repeated", "dropped_starts", "dropped")


@dataclass(frozen=True, slots=True)
class Lines:
    """The short lines of documents: those of document d are `keys[starts[d]:starts[d + 1]]`, of its `articles[d]`."""

    starts: NDArray[np.int64]
    keys: NDArray[np.uint64]
    articles: NDArray[np.uint64]

    @classmethod
    def of(cls, documents: Sequence[Document]) -> "Lines":
        """The lines of cleaned documents."""
        found = list(map(line_keys, documents))
        keys = np.concatenate([np.zeros(0, np.uint64), *(one.lines for one in found)])
        return cls(bounds([len(one.lines) for one in found]), keys, np.array([one.article for one in found], np.uint64))

    @classmethod
    def all(cls, parts: Sequence["Lines"]) -> "Lines":
        """The lines of the documents of all parts, one part after the other."""
        none = cls.of([])
        counts = np.concatenate([np.diff(part.starts) for part in (none, *parts)])
        keys = np.concatenate([part.keys for part in (none, *parts)])
        return cls(bounds(counts), keys, np.concatenate([part.articles for part in (none, *parts)]))

    def joined(self, other: "Lines", documents: NDArray[np.int64]) -> "Lines":
        """The lines of these documents, of which those of `other` are numbered after those of this."""
        starts = np.concatenate([self.starts[:-1], len(self.keys) + other.starts[:-1]])[documents]
        counts = np.concatenate([np.diff(self.starts), np.diff(other.starts)])[documents]
        keys = np.concatenate([self.keys, other.keys])[spans(starts, counts)]
        return Lines(bounds(counts), keys, np.concatenate([self.articles, other.articles])[documents])

    def furniture(self) -> NDArray[np.uint64]:
        """The keys of lines that are furniture, in order."""
        return repeated_lines(self.keys, np.repeat(self.articles, np.diff(self.starts)))

    def holding(self, keys: NDArray[np.uint64]) -> NDArray[np.bool_]:
        """Which documents hold one of these, shape (documents,)."""
        found = np.zeros(len(self.articles), dtype=bool)
        if len(keys):
            found[np.repeat(np.arange(len(found)), np.diff(self.starts))[np.isin(self.keys, keys)]] = True
        return found


@dataclass(frozen=True, slots=True)
class Furniture:
    """What is left out: of document d the lines `dropped[dropped_starts[d]:dropped_starts[d + 1]]`, counted from 0.

    `repeated` are the keys that were furniture, `lines` what that was found from.
    """

    lines: Lines
    repeated: NDArray[np.uint64]
    dropped_starts: NDArray[Any]
    dropped: NDArray[np.int32]

    def __post_init__(self) -> None:
        lengths = {len(self.lines.starts), len(self.lines.articles) + 1, len(self.dropped_starts)}
        if len(lengths) != 1:
            raise IndexCorrupt(f"the lines of documents disagree: {sorted(lengths)}; rebuild the index")

    @classmethod
    def none(cls, documents: int) -> "Furniture":
        """No line of any document."""
        zeros, nothing = np.zeros(documents + 1, dtype=np.int64), np.zeros(0, dtype=np.uint64)
        lines = Lines(zeros, nothing, np.zeros(documents, dtype=np.uint64))
        return cls(lines, nothing, zeros, np.zeros(0, dtype=np.int32))

    @classmethod
    def open(cls, folder: Path) -> "Furniture":
        """The furniture saved in a folder."""
        starts, keys, articles, *others = (open_array(folder, name) for name in _ARRAYS)
        return cls(Lines(starts, keys, articles), *others)

    def save(self, folder: Path) -> None:
        """Write the furniture to a folder."""
        lines = (self.lines.starts, self.lines.keys, self.lines.articles)
        arrays = (*lines, self.repeated, narrowest(self.dropped_starts), self.dropped)
        save_arrays(folder, dict(zip(_ARRAYS, arrays, strict=True)))

    def __len__(self) -> int:
        return len(self.dropped_starts) - 1

    def without(self, number: int, text: str) -> str:
        """The text of a document without its furniture."""
        first, last = self.dropped_starts[number], self.dropped_starts[number + 1]
        if first == last:
            return text
        dropped = set(self.dropped[first:last].tolist())
        return "\n".join(line for at, line in enumerate(text.split("\n")) if at not in dropped)


def find_furniture(
    lines: Lines, old: Furniture, old_numbers: NDArray[np.int64], read: Callable[[int], Document]
) -> tuple[Furniture, NDArray[np.bool_]]:
    """The furniture of a generation, and which of its documents that were there before are not as they were.

    `old_numbers`, of shape (documents,), are their numbers in the generation before, -1 for new ones;
    `read` gives a document with all its lines.
    """
    repeated = lines.furniture()
    answers_differ = lines.holding(np.setxor1d(repeated, old.repeated))
    known = (old_numbers >= 0) & ~answers_differ
    counts = np.zeros(len(old_numbers), dtype=np.int64)
    counts[known] = np.diff(old.dropped_starts)[old_numbers[known]]
    whole = frozenset(repeated.tolist())
    asked = np.flatnonzero(~known & lines.holding(repeated)).tolist()
    found = {number: _dropped(read(number), whole) for number in asked}
    counts[asked] = [len(found[number]) for number in asked]
    starts = bounds(counts)
    dropped = np.zeros(int(starts[-1]), dtype=np.int32)
    taken = old.dropped[spans(old.dropped_starts[old_numbers[known]], counts[known])]
    dropped[spans(starts[:-1][known], counts[known])] = taken
    for number in asked:
        dropped[starts[number] : starts[number + 1]] = found[number]
    return Furniture(lines, repeated, starts, dropped), (old_numbers >= 0) & answers_differ


def _dropped(document: Document, repeated: frozenset[int]) -> list[int]:
    kept = set(left(document, repeated))
    return [at for at in range(document.text.count("\n") + 1) if at not in kept]
