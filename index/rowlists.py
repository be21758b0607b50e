"""Ascending lists of rows, in two bytes a row where they are long.

Rows are counted in shards of 65,536: a long list keeps of each row its place in its shard, shard after shard, and
where each shard's rows begin. For a short list that would cost more than it saves; its rows are kept whole.
Rows that are fewer than a shard need neither.
"""

from pathlib import Path
from typing import Any, NamedTuple

import numpy as np
from numpy.typing import NDArray

from index.arrays import narrowest, open_array, save_arrays
from index.errors import IndexCorrupt
from index.ragged import bounds

_SHARD_BITS = 16
_SHARD = 1 << _SHARD_BITS


class RowLists:
    """Lists by number, of rows below `row_count`.

    List i has `starts[i + 1] - starts[i]` rows. `places` are those of the long lists, one list after the other, and
    `shards`, of shape (long lists * shards + 1,), says where in it each shard of each long list begins. `long` are the
    numbers of these lists, ascending; `short` are the rows of the others. With one shard, all rows are in `places`.
    """

    def __init__(
        self,
        starts: NDArray[Any],
        long: NDArray[np.int32],
        shards: NDArray[Any],
        places: NDArray[np.uint16],
        short: NDArray[np.int32],
        row_count: int,
    ) -> None:
        self._shard_count = _shard_count(row_count)
        if len(places) + len(short) != starts[-1] or (
            self._shard_count > 1 and (len(shards) != len(long) * self._shard_count + 1 or shards[-1] != len(places))
        ):
            raise IndexCorrupt(
                f"lists of rows disagree: they end at {starts[-1]}, with {len(long)} long ones in {len(shards)} shards "
                f"of {len(places)} places, and {len(short)} rows of short ones; rebuild the index"
            )
        self._starts = starts
        self._long = long
        self._shards = shards
        self._places = places
        self._short = short
        self._bases = np.arange(self._shard_count) << _SHARD_BITS

    @classmethod
    def of(cls, starts: NDArray[np.int64], rows: NDArray[np.int32], row_count: int) -> "RowLists":
        """Lists of which the i-th has the rows `rows[starts[i]:starts[i + 1]]`, ascending."""
        count = _shard_count(row_count)
        lengths = np.diff(starts)
        none = np.zeros(0, dtype=np.int32)
        if count == 1:
            return cls(narrowest(starts), none, none, rows.astype(np.uint16), none, row_count)
        # Two bytes saved of each row, for four of the list's number and of each shard.
        is_long = 2 * lengths > 4 * (count + 1)
        of_long = np.repeat(is_long, lengths)
        rows_of_long = rows[of_long]
        long = np.flatnonzero(is_long)
        shard_of = np.repeat(np.arange(len(long)) * count, lengths[is_long])
        shard_of += rows_of_long >> _SHARD_BITS
        shards = bounds(np.bincount(shard_of, minlength=len(long) * count))
        places = (rows_of_long & _SHARD - 1).astype(np.uint16)
        return cls(narrowest(starts), long.astype(np.int32), narrowest(shards), places, rows[~of_long], row_count)

    @classmethod
    def open(cls, folder: Path, name: str, row_count: int) -> "RowLists":
        """The lists saved under a name."""
        parts = ("starts", "long", "shards", "places", "short")
        starts, long, shards, places, short = (open_array(folder, f"{name}_{part}") for part in parts)
        return cls(starts, long, shards, places, short, row_count)

    def save(self, folder: Path, name: str) -> None:
        """Write the arrays to a folder."""
        save_arrays(
            folder,
            {
                f"{name}_starts": self._starts,
                f"{name}_long": self._long,
                f"{name}_shards": self._shards,
                f"{name}_places": self._places,
                f"{name}_short": self._short,
            },
        )

    def __len__(self) -> int:
        return len(self._starts) - 1

    @property
    def total(self) -> int:
        """The rows of all lists."""
        return int(self._starts[-1])

    def starts(self, numbers: NDArray[np.int64]) -> NDArray[np.int64]:
        """How many rows the lists before each of these have."""
        return self._starts[numbers].astype(np.int64)

    def lengths(self, numbers: NDArray[np.int64] | None = None) -> NDArray[np.int64]:
        """How many rows each list has, or each of those asked for."""
        starts = self._starts.astype(np.int64) if numbers is None else self.starts(numbers)
        return np.diff(starts) if numbers is None else self.starts(numbers + 1) - starts

    def rows(self) -> NDArray[np.int32]:
        """The rows of all lists, one list after the other."""
        if self._shard_count == 1:
            return self._places.astype(np.int32)
        is_long = np.zeros(len(self), dtype=np.bool_)
        is_long[self._long] = True
        of_long = np.repeat(is_long, self.lengths())
        rows = np.empty(self.total, dtype=np.int32)
        rows[~of_long] = self._short
        edges = self._shards.astype(np.int64)
        bases = np.tile(self._bases.astype(np.int32), len(self._long))
        rows[of_long] = np.repeat(bases, edges[1:] - edges[:-1]) + self._places
        return rows

    def _read(self, numbers: NDArray[np.int64]) -> "_Read":
        """What is kept of the rows of some lists."""
        starts = self._starts[numbers].astype(np.int64)
        lengths = self._starts[numbers + 1] - starts
        if self._shard_count == 1 or len(numbers) == 0:
            return _Read([self._places] * len(numbers), starts, lengths, lengths)
        count = self._shard_count
        before = self._long.searchsorted(numbers.astype(np.int32))
        is_long = self._long.take(before, mode="clip") == numbers if len(self._long) else before > 0
        before *= count
        starts -= self._shards[before]  # rows of the long lists before each: what is left are those of short ones
        of_shards = np.zeros((len(numbers), count), dtype=np.int64)
        of_shards[:, 0] = lengths
        edges = self._shards[before[is_long, np.newaxis] + np.arange(count + 1)].astype(np.int64)
        of_shards[is_long] = edges[:, 1:] - edges[:, :-1]
        starts[is_long] = edges[:, 0]
        arrays = (self._short, self._places)
        return _Read([arrays[long] for long in is_long.tolist()], starts, lengths, of_shards.ravel())


class _Read(NamedTuple):
    """Where rows are kept: list i in `arrays[i]` from `starts[i]` on; `of_shards` are its rows by shard, added up."""

    arrays: list[NDArray[Any]]
    starts: NDArray[np.int64]
    lengths: NDArray[np.int64]
    of_shards: NDArray[np.int64]

    def parts(self) -> list[NDArray[Any]]:
        """The rows of each list as they are kept."""
        ends = (self.starts + self.lengths).tolist()
        return [array[start:end] for array, start, end in zip(self.arrays, self.starts.tolist(), ends, strict=True)]


def gathered(
    some: RowLists, numbers: NDArray[np.int64], others: RowLists, other_numbers: NDArray[np.int64]
) -> tuple[NDArray[np.intp], NDArray[np.int64]]:
    """The rows of some lists, one list after the other, then of some others over the same rows; how many each has."""
    found, more = some._read(numbers), others._read(other_numbers)
    parts = [*found.parts(), *more.parts(), _NOTHING]
    rows = np.concatenate(parts, dtype=np.intp)
    if some._shard_count > 1:
        bases = np.tile(some._bases, len(parts) - 1)
        rows += np.repeat(bases, np.concatenate([found.of_shards, more.of_shards]))
    return rows, np.concatenate([found.lengths, more.lengths])


def _shard_count(row_count: int) -> int:
    return max(1, -(-row_count // _SHARD))


_NOTHING = np.zeros(0, dtype=np.intp)
