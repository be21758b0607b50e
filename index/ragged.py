"""Groups that lie one after the other in an array."""

from collections.abc import Sequence
from dataclasses import dataclass
from itertools import chain
from typing import Any

import numpy as np
from numpy.typing import NDArray

_FIRST_ROOM = 1 << 10


def spans(starts: NDArray[Any], counts: NDArray[Any]) -> NDArray[np.int64]:
    """The numbers from each start on, as many as its count, one group after the other.

    >>> spans(np.array([7, 0]), np.array([2, 3]))
    array([7, 8, 0, 1, 2])
    """
    ends = np.cumsum(counts, dtype=np.int64)  # of unsigned numbers too
    total = int(ends[-1]) if len(ends) else 0
    return np.repeat(starts - (ends - counts), counts) + np.arange(total)


def bounds(counts: NDArray[Any] | Sequence[int]) -> NDArray[np.int64]:
    """Where each group begins, and at last where all end.

    >>> bounds(np.array([2, 3]))
    array([0, 2, 5])
    """
    found = np.zeros(len(counts) + 1, dtype=np.int64)
    np.cumsum(counts, out=found[1:])
    return found


class Grown:
    """An array of one dimension to which more is added now and then, in time that grows with what is added.

    >>> grown = Grown(np.int32)
    >>> grown.add(np.array([7, 8]))
    >>> grown.add(np.array([9]))
    >>> grown.values
    array([7, 8, 9], dtype=int32)
    """

    def __init__(self, kind: type[np.generic]) -> None:
        self._room = np.empty(_FIRST_ROOM, dtype=kind)
        self._size = 0

    def add(self, values: NDArray[Any]) -> None:
        """Set more values behind those that are there."""
        size = self._size + len(values)
        if size > len(self._room):
            room = np.empty(2 * size, dtype=self._room.dtype)
            room[: self._size] = self.values
            self._room = room
        self._room[self._size : size] = values
        self._size = size

    @property
    def values(self) -> NDArray[Any]:
        """All that was added; stays as it is when more comes."""
        return self._room[: self._size]

    def __len__(self) -> int:
        return self._size


@dataclass(frozen=True, slots=True)
class Lists:
    """Lists of numbers, one after another: list i is `values[starts[i]:starts[i + 1]]`."""

    values: NDArray[Any]
    starts: NDArray[np.int64]

    @classmethod
    def of(cls, lists: Sequence[Sequence[int]]) -> "Lists":
        """`Lists.of([[1, 2], [3]])` has values 1 2 3 and starts 0 2 3."""
        starts = bounds(lengths_of(lists))
        return cls(np.fromiter(chain.from_iterable(lists), np.int32, count=int(starts[-1])), starts)

    @classmethod
    def all(cls, parts: Sequence["Lists"]) -> "Lists":
        """The lists of all parts, one part after the other."""
        none = cls.of([])
        values = np.concatenate([part.values for part in parts or [none]])
        return cls(values, bounds(np.concatenate([part.counts for part in (none, *parts)])))

    def __len__(self) -> int:
        return len(self.starts) - 1

    @property
    def counts(self) -> NDArray[np.int64]:
        """How many numbers each list has, shape (len(self),)."""
        return np.diff(self.starts)

    def take(self, rows: NDArray[np.integer]) -> "Lists":
        """The lists numbered `rows`, in that order."""
        counts = self.starts[rows + 1] - self.starts[rows]
        return Lists(self.values[spans(self.starts[rows], counts)], bounds(counts))

    def part(self, first: int, last: int) -> "Lists":
        """The lists from one number to before another, without a copy of their values."""
        starts = self.starts[first : last + 1]
        return Lists(self.values[starts[0] : starts[-1]], starts - starts[0])

    def where(self, kept: NDArray[np.bool_]) -> "Lists":
        """The lists with those of the values that are kept.

        >>> found = Lists.of([[1, 2], [3]]).where(np.array([False, True, True]))
        >>> found.values, found.starts
        (array([2, 3], dtype=int32), array([0, 1, 2]))
        """
        return Lists(self.values[kept], bounds(kept)[self.starts])

    def joined(self, other: "Lists") -> "Lists":
        """These lists, then those of `other`."""
        return Lists.all([self, other])

    def through(self, others: "Lists") -> "Lists":
        """Each number replaced by the list that `others` has under it.

        >>> found = Lists.of([[0, 1], [1]]).through(Lists.of([[7], [8, 9]]))
        >>> found.values, found.starts
        (array([7, 8, 9, 8, 9], dtype=int32), array([0, 3, 5]))
        """
        taken = others.take(self.values)
        return Lists(taken.values, taken.starts[self.starts])


def lengths_of(lists: Sequence[Sequence[object]]) -> NDArray[np.intp]:
    """`lengths_of([[1, 2], [3]])` is `[2, 1]`."""
    return np.fromiter(map(len, lists), np.intp, count=len(lists))
