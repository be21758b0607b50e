"""Texts as numbers of pieces: what stands between white space, split once for all that an index is made of.

Neither a word of ours nor one of the bundled model reaches across white space. So the words of a text are those of
its pieces, in order, and since pieces repeat, what a rule makes of a word is asked once for each piece.
"""

from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from hashlib import blake2b
from itertools import chain

import numpy as np
from numpy.typing import NDArray

from index.ragged import Grown, Lists, lengths_of
from index.text import fold_words, surfaces

_AT_ONCE = 1 << 22  # numbers of pieces counted together: of them there may be a hundred times as many


class PieceNumbers(dict[str, int]):
    """Piece → its number, from 0 on as they are met; `spelled` are the pieces by number.

    >>> pieces = PieceNumbers()
    >>> pieces.of("to be or not to be"), pieces.spelled
    ([0, 1, 2, 3, 0, 1], ['to', 'be', 'or', 'not'])
    """

    def __init__(self) -> None:
        super().__init__()
        self.spelled: list[str] = []

    def __missing__(self, piece: str) -> int:
        number = self[piece] = len(self.spelled)
        self.spelled.append(piece)
        return number

    def of(self, text: str) -> list[int]:
        """The pieces of a text."""
        return list(map(self.__getitem__, text.split()))

    def of_distinct(self, spelled: Sequence[str]) -> list[int]:
        """The numbers of pieces of which no two are alike; quicker than one by one where many are new."""
        new = [piece for piece in spelled if piece not in self]
        self.update(zip(new, range(len(self.spelled), len(self.spelled) + len(new)), strict=True))
        self.spelled += new
        return list(map(self.__getitem__, spelled))


class WordsOfPieces:
    """The words of each piece of some PieceNumbers: how many they are, and a hash of each, folded.

    What is new among the pieces is worked out together, before it is asked for.
    """

    def __init__(self, pieces: PieceNumbers) -> None:
        self._pieces = pieces
        self._counts = Grown(np.int32)
        self._hashes = Grown(np.uint32)
        self._ends = Grown(np.int64)
        self._ends.add(np.zeros(1, np.int64))

    @property
    def counts(self) -> NDArray[np.int32]:
        """How many words each piece has, shape (pieces,)."""
        self._learn()
        return self._counts.values

    @property
    def hashes(self) -> Lists:
        """For each piece the hashes of its words, of 32 bits, none of them 0."""
        self._learn()
        return Lists(self._hashes.values, self._ends.values)

    def _learn(self) -> None:
        known = len(self._counts)
        if known == len(self._pieces.spelled):
            return
        words = list(map(surfaces, self._pieces.spelled[known:]))
        counts = lengths_of(words)
        self._counts.add(counts)
        self._ends.add(len(self._hashes) + np.cumsum(counts))
        self._hashes.add(hashes_of(list(chain.from_iterable(words))))


def hashes_of(words: Sequence[str]) -> NDArray[np.uint32]:
    """A hash of 32 bits of each word, folded, other than 0; shape (words,)."""
    digests = b"".join(blake2b(word.encode(), digest_size=4).digest() for word in fold_words(words))
    return np.maximum(np.frombuffer(digests, dtype=">u4").astype(np.uint32), np.uint32(1))


@dataclass(frozen=True, slots=True)
class Pieced:
    """Texts as lists of the numbers of their pieces; `spelled` holds the pieces by number."""

    lists: Lists
    spelled: Sequence[str]

    @classmethod
    def of(cls, texts: Iterable[str]) -> "Pieced":
        """Texts, taken to pieces."""
        pieces = PieceNumbers()
        return cls(Lists.of([pieces.of(text) for text in texts]), pieces.spelled)

    def __len__(self) -> int:
        return len(self.lists)

    def take(self, texts: NDArray[np.integer]) -> "Pieced":
        """Some of the texts."""
        return Pieced(self.lists.take(texts), self.spelled)

    def compact(self) -> "Pieced":
        """The same texts with only those pieces that they have.

        >>> Pieced(Lists.of([[3, 1, 3]]), ["a", "b", "c", "d"]).compact().spelled
        ['b', 'd']
        """
        is_used = np.zeros(len(self.spelled), dtype=np.bool_)
        is_used[self.lists.values] = True
        used = np.flatnonzero(is_used)
        places = np.zeros(len(self.spelled), dtype=np.int32)
        places[used] = np.arange(len(used))
        return Pieced(
            Lists(places[self.lists.values], self.lists.starts), [self.spelled[number] for number in used.tolist()]
        )

    def counts(self) -> NDArray[np.int64]:
        """How often each piece stands in the texts, shape (pieces,)."""
        counts = np.zeros(len(self.spelled), dtype=np.int64)
        for start in range(0, len(self.lists.values), _AT_ONCE):
            counts += np.bincount(self.lists.values[start : start + _AT_ONCE], minlength=len(counts))
        return counts
