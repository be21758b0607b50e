"""Texts as numbers of pieces: what stands between white space, split once for all that an index is made of.

Neither a word of ours nor one of the bundled model reaches across white space. So the words of a text are those of
its pieces, in order, and since pieces repeat, what a rule makes of a word is asked once for each piece.
"""

from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass
from itertools import chain

import numpy as np
from numpy.typing import NDArray

from index.ragged import Lists, bounds, lengths_of
from index.text import surfaces


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


class WordsOfPieces:
    """How many words each piece of some PieceNumbers has."""

    def __init__(self, pieces: PieceNumbers) -> None:
        self._pieces = pieces
        self._counts: list[int] = []

    def count(self, numbers: Iterable[int]) -> int:
        """How many words some pieces have together."""
        known = len(self._counts)
        if known < len(self._pieces.spelled):
            self._counts += map(len, map(surfaces, self._pieces.spelled[known:]))
        return sum(map(self._counts.__getitem__, numbers))


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

    def words(self, number_of: Mapping[str, int]) -> Lists:
        """The words of each text, as the numbers that `number_of` has for them."""
        return self.lists.through(word_lists(self.spelled, number_of))


def word_lists(spelled: Sequence[str], number_of: Mapping[str, int], kind: type[np.integer] = np.int32) -> Lists:
    """The words of each piece, as the numbers that `number_of` has for them."""
    words = list(map(surfaces, spelled))
    starts = bounds(lengths_of(words))
    numbers = map(number_of.__getitem__, chain.from_iterable(words))
    return Lists(np.fromiter(numbers, kind, count=int(starts[-1])), starts)
