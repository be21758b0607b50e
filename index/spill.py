"""Arrays that outgrow memory: written row by row to a file without a name, and read by memory map."""

from pathlib import Path

import numpy as np
from numpy.typing import NDArray

from index.arrays import Array


class Spill:
    """An array of shape (rows,), or (rows, `width`), that grows in a file.

    The file has no name any more once it is open, so that it is gone when nothing refers to it or its rows, however
    the process ends. Raises OSError when there is no room.

    >>> with Spill(Path("example.spill"), np.uint8, 2) as spill:
    ...     spill.add(np.array([[1, 2], [3, 4]]))
    ...     spill.add(np.array([[5, 6]]))
    ...     rows = spill.rows()
    >>> rows.tolist()
    [[1, 2], [3, 4], [5, 6]]
    """

    def __init__(self, path: Path, kind: type[np.generic], width: int = 0) -> None:
        self._file = path.open("w+b")
        path.unlink()
        self._kind = np.dtype(kind)
        self._shape = (-1, width) if width else (-1,)

    def __enter__(self) -> "Spill":
        return self

    def __exit__(self, *of: object) -> None:
        self._file.close()

    def add(self, rows: NDArray[np.generic]) -> None:
        """Write more rows behind those that are there."""
        self._file.write(np.ascontiguousarray(rows, dtype=self._kind).data)

    def rows(self) -> Array:
        """All rows so far, memory-mapped and read-only."""
        self._file.flush()
        if self._file.tell() == 0:  # which cannot be mapped
            return np.zeros(0, self._kind).reshape(self._shape)
        return np.memmap(self._file, self._kind, mode="r").view(np.ndarray).reshape(self._shape)
