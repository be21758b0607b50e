"""The vectors of a language's rows while they are brought together, from an older index and from the model."""

import numpy as np
from numpy.typing import NDArray

from index.arrays import Array
from index.quantizer import Coded, Quantizer
from index.types import Encoder, Vectors
from index.vectorindex import VectorIndex
from index.vectors import EXACT_UP_TO


class VectorTable:
    """So many rows, which come in any order: in floats where they can be searched whole, else in bytes from the start.

    Floats of a large index would take up four times the memory.
    """

    def __init__(self, rows: int, encoder: Encoder) -> None:
        self._quantizer = Quantizer.of(encoder) if rows > EXACT_UP_TO else None
        kind = np.uint8 if self._quantizer else np.float32
        self._rows: Array = np.zeros((rows, encoder.dimensions), dtype=kind)

    def put(self, places: NDArray[np.int64], vectors: Vectors) -> None:
        """Set the vectors of these rows."""
        self._rows[places] = self._quantizer.encode(vectors) if self._quantizer else vectors

    def take_over(self, places: NDArray[np.int64], index: VectorIndex, rows: NDArray[np.int64]) -> None:
        """Set them to those that an index has in these rows of its own."""
        self._rows[places] = index.codes(rows, self._quantizer) if self._quantizer else index.take(rows)

    def finished(self) -> Vectors | Coded:
        """All rows, for `build_vectors`."""
        return Coded(self._rows, self._quantizer) if self._quantizer else self._rows
