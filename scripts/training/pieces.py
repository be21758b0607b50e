"""Texts as arrays of piece numbers: the form in which all training data is kept."""

from collections.abc import Iterable, Sequence
from dataclasses import dataclass

import numpy as np
from numpy.typing import NDArray

from scripts.training.tokenizer import normaliser, pre_tokeniser

Ids = NDArray[np.int32]
Offsets = NDArray[np.int64]


@dataclass(frozen=True, slots=True)
class Ragged:
    """Lists of numbers of unequal length: list `i` is `values[offsets[i]:offsets[i + 1]]`."""

    values: Ids
    offsets: Offsets

    def __len__(self) -> int:
        return len(self.offsets) - 1

    def __getitem__(self, row: int) -> Ids:
        return self.values[self.offsets[row] : self.offsets[row + 1]]

    @property
    def lengths(self) -> Offsets:
        return np.diff(self.offsets)

    @classmethod
    def of(cls, lists: Iterable[Sequence[int]]) -> "Ragged":
        """`Ragged.of([[1, 2], [3]])` has values 1 2 3 and offsets 0 2 3."""
        kept = list(lists)
        offsets = np.zeros(len(kept) + 1, np.int64)
        np.cumsum([len(item) for item in kept], out=offsets[1:])
        values = np.fromiter((v for item in kept for v in item), np.int32, count=int(offsets[-1]))
        return cls(values, offsets)

    @classmethod
    def concatenate(cls, parts: Sequence["Ragged"]) -> "Ragged":
        """All lists of the first part, then those of the second, and so on."""
        lengths = np.concatenate([part.lengths for part in parts])
        values = np.concatenate([part.values for part in parts])
        return cls(values, np.concatenate([[0], np.cumsum(lengths)]).astype(np.int64))

    def slices(self, starts: Offsets, ends: Offsets) -> "Ragged":
        """The stretches `values[starts[i]:ends[i]]` (positions in `values`), as lists of their own."""
        lengths = ends - starts
        offsets = np.zeros(len(lengths) + 1, np.int64)
        np.cumsum(lengths, out=offsets[1:])
        positions = np.arange(offsets[-1]) + np.repeat(starts - offsets[:-1], lengths)
        return Ragged(self.values[positions], offsets)

    def take(self, rows: NDArray[np.integer], longest: int | None = None) -> "Ragged":
        """The lists numbered `rows`, in that order, each cut to at most `longest` numbers."""
        starts, ends = self.offsets[rows], self.offsets[np.asarray(rows) + 1]
        return self.slices(starts, ends if longest is None else np.minimum(ends, starts + longest))

    def expand(self, table: "Ragged") -> "Ragged":
        """Each number replaced by the list that `table` holds for it: pieces become tokens."""
        inner = table.take(self.values)
        return Ragged(inner.values, inner.offsets[self.offsets])

    def keep(self, wanted: NDArray[np.bool_]) -> "Ragged":
        """Only the numbers at positions where `wanted` is true."""
        counts = np.concatenate([[0], np.cumsum(wanted)])
        return Ragged(self.values[wanted], counts[self.offsets])


class Pieces:
    """Numbers the pieces of texts, each whitespace-separated word being folded and cut only once."""

    def __init__(self, names: Iterable[str] = ()) -> None:
        self.names = list(names)
        self._numbers = {name: number for number, name in enumerate(self.names)}
        self._words: dict[str, tuple[int, ...]] = {}
        self._normaliser = normaliser()
        self._pre_tokeniser = pre_tokeniser()

    def number(self, piece: str) -> int:
        """The number of a piece such as `کتاب`, given out on first sight."""
        known = self._numbers.setdefault(piece, len(self.names))
        if known == len(self.names):
            self.names.append(piece)
        return known

    def of(self, text: str) -> list[int]:
        """The pieces of a text, in order."""
        found: list[int] = []
        for word in text.split():
            pieces = self._words.get(word)
            if pieces is None:
                pieces = self._words[word] = self._cut(word)
            found.extend(pieces)
        return found

    def _cut(self, word: str) -> tuple[int, ...]:
        folded = self._normaliser.normalize_str(word)
        return tuple(self.number(piece) for piece, _ in self._pre_tokeniser.pre_tokenize_str(folded))
