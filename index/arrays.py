"""Arrays in a folder: one `.npy` file each, opened by memory map, so that a search starts before
an index is read and several processes share one copy of it.
"""

from bisect import bisect_left
from collections.abc import Mapping, Sequence
from functools import cached_property
from itertools import pairwise
from pathlib import Path
from typing import Any

import numpy as np
from numpy.typing import NDArray

from index.errors import IndexCorrupt
from index.ragged import bounds, lengths_of, spans

Array = NDArray[Any]

_STRIDE = 32


def save_arrays(folder: Path, arrays: Mapping[str, Array]) -> None:
    """Write each array to `folder/NAME.npy`."""
    folder.mkdir(parents=True, exist_ok=True)
    for name, array in arrays.items():
        np.save(folder / f"{name}.npy", array, allow_pickle=False)


def narrowest(numbers: NDArray[Any]) -> NDArray[Any]:
    """Whole numbers of at least 0, in the fewest bytes each that hold them all.

    >>> narrowest(np.array([0, 255])).dtype, narrowest(np.array([256])).dtype
    (dtype('uint8'), dtype('uint16'))
    """
    return numbers.astype(np.min_scalar_type(int(numbers.max(initial=0))), copy=False)


def open_array(folder: Path, name: str) -> Array:
    """One array of a folder, memory-mapped and read-only. Raises IndexCorrupt when it is not there or damaged."""
    path = folder / f"{name}.npy"
    try:
        # A memory map cannot be empty; an empty array has nothing to share anyway.
        mapped: Array = np.load(path, mmap_mode="r", allow_pickle=False)
    except (OSError, ValueError, EOFError) as problem:
        raise IndexCorrupt(f"{path} cannot be read ({problem}); rebuild the index or roll back") from problem
    # A plain view: the memmap class costs microseconds at every slice.
    return mapped.view(np.ndarray)


class StringTable:
    """Sorted strings in two arrays: found by binary search, opened without reading them all.

    >>> table = StringTable.build(["b", "a", "d"])
    >>> table.find("b"), table.find("c"), table[2], len(table)
    (1, None, 'd', 3)
    """

    def __init__(self, blob: NDArray[np.uint8], offsets: NDArray[np.int64] | NDArray[np.uint32]) -> None:
        if len(offsets) == 0 or offsets[-1] != len(blob):
            raise IndexCorrupt(f"string table ends at {offsets[-1:]} but holds {len(blob)} bytes; rebuild the index")
        self._blob = blob
        self._offsets = offsets

    @classmethod
    def build(cls, strings: Sequence[str]) -> "StringTable":
        """A table of distinct strings; their numbers follow the order of their UTF-8 bytes."""
        return cls.of_sorted(sorted(string.encode() for string in strings))

    @classmethod
    def of_sorted(cls, encoded: Sequence[bytes]) -> "StringTable":
        """A table of distinct strings that are encoded and sorted already."""
        return cls(np.frombuffer(b"".join(encoded), dtype=np.uint8), bounds(lengths_of(encoded)))

    @classmethod
    def open(cls, folder: Path, name: str) -> "StringTable":
        """The table saved under a name."""
        return cls(open_array(folder, f"{name}_blob"), open_array(folder, f"{name}_offsets"))

    def save(self, folder: Path, name: str) -> None:
        """Write the two arrays, the offsets in 32 bits where these are enough."""
        short = len(self._blob) <= np.iinfo(np.uint32).max
        offsets = self._offsets.astype(np.uint32 if short else np.int64, copy=False)
        save_arrays(folder, {f"{name}_blob": self._blob, f"{name}_offsets": offsets})

    def __len__(self) -> int:
        return len(self._offsets) - 1

    def __getitem__(self, number: int) -> str:
        return self._bytes(number).decode()

    def some(self, numbers: Sequence[int] | NDArray[np.integer]) -> list[str]:
        """The strings with these numbers, decoded as one.

        >>> StringTable.build(["a", "چ", "d"]).some([2, 0, 0])
        ['چ', 'a', 'a']
        """
        rows = np.asarray(numbers, dtype=np.int64)
        starts = self._offsets[rows].astype(np.int64)
        lengths = self._offsets[rows + 1] - starts
        encoded, ends = self._blob[spans(starts, lengths)], bounds(lengths)
        text = encoded.tobytes().decode()
        if len(text) < len(encoded):  # some characters have several bytes: count those that begin one
            ends = bounds(encoded & 0xC0 != 0x80)[ends]
        return [text[start:end] for start, end in pairwise(ends.tolist())]

    def encoded(self) -> list[bytes]:
        """All strings as UTF-8, in order."""
        blob, offsets = self._blob.tobytes(), self._offsets.tolist()
        return [blob[start:end] for start, end in pairwise(offsets)]

    def edited(self, kept: NDArray[np.int64], places: NDArray[np.int64], others: Sequence[bytes]) -> "StringTable":
        """The strings with these ascending numbers, and before each of these places among them another one.

        >>> table = StringTable.build(["a", "c", "e"]).edited(np.array([1, 2]), np.array([0, 1]), [b"b", b"d"])
        >>> table.encoded()
        [b'b', b'c', b'd', b'e']
        """
        table = StringTable.of_sorted(others)
        if not len(kept):
            return table
        blob = np.concatenate([self._blob, table._blob])
        offsets = self._offsets.astype(np.int64)
        lengths = np.insert(np.diff(offsets)[kept], places, np.diff(table._offsets))
        starts = np.insert(offsets[:-1][kept], places, len(self._blob) + table._offsets[:-1])
        return StringTable(blob[spans(starts, lengths)], bounds(lengths))

    def find(self, string: str) -> int | None:
        """The number of a string, or None."""
        wanted = string.encode()
        block = bisect_left(self._landmarks, wanted)
        if block < len(self._landmarks) and self._landmarks[block] == wanted:
            return block * _STRIDE
        if block == 0:
            return None
        low, offsets, between = self._block(block)
        place = between.find(wanted)
        if place < 0:  # as is most of what may be two words in one
            return None
        ends = _counted_from_first(offsets)
        while place >= 0:  # it may be a part of another string, or of two
            number = bisect_left(ends, place)
            if ends[number] == place and ends[number + 1] == place + len(wanted):
                return low + number
            place = between.find(wanted, place + 1)
        return None

    def prefixed(self, prefix: str) -> range:
        """The numbers of the strings that begin with a prefix.

        >>> table = StringTable.build(["meet", "meeting", "melon", "sun"])
        >>> table.prefixed("mee"), table.prefixed("x"), table.prefixed("")
        (range(0, 2), range(4, 4), range(0, 4))
        """
        first = prefix.encode()
        # No UTF-8 text holds the byte 0xff, so this stands behind every string with the prefix.
        return range(self._place(first), self._place(first + b"\xff"))

    def _place(self, wanted: bytes) -> int:
        """The number of the first string that is not less than `wanted`."""
        low, offsets, between = self._block(bisect_left(self._landmarks, wanted))
        ends = _counted_from_first(offsets)
        places = range(len(ends) - 1)
        return low + bisect_left(places, wanted, key=lambda place: between[ends[place] : ends[place + 1]])

    def _block(self, block: int) -> tuple[int, NDArray[np.integer[Any]], bytes]:
        """The number of the first string after the landmark before a block, the offsets of these strings, and they."""
        low, high = max(0, (block - 1) * _STRIDE + 1), min(len(self), block * _STRIDE)
        offsets = self._offsets[low : high + 1]
        return low, offsets, self._blob[offsets[0] : offsets[-1]].tobytes()

    @cached_property
    def _landmarks(self) -> list[bytes]:
        """One string of so many, read at first need: between two of them few are left to compare."""
        return [self._bytes(number) for number in range(0, len(self), _STRIDE)]

    def _bytes(self, number: int) -> bytes:
        return self._blob[self._offsets[number] : self._offsets[number + 1]].tobytes()


def _counted_from_first(offsets: NDArray[np.integer[Any]]) -> list[int]:
    ends: list[int] = (offsets - offsets[0]).tolist()
    return ends
