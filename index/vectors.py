"""Vectors of one language, kept as their number asks for.

Few are kept in floats and searched whole. More are rounded (`index.quantizer`) to a byte a number, and very many to
seven bits, where memory counts for more than the time that it takes to unpack what is looked at.
"""

from pathlib import Path

import faiss

from index.bytevectors import ByteVectors
from index.errors import IndexCorrupt
from index.exactvectors import ExactVectors
from index.faissio import read
from index.levelledvectors import LevelledVectors, can_be_levelled, is_levelled
from index.quantizer import Coded, Quantizer
from index.types import Vectors
from index.vectorindex import VectorIndex

EXACT_UP_TO = 2_000
"""Rows that are kept as they are and searched whole."""

BYTES_UP_TO = 100_000
"""Rows that are kept in a byte a number."""

_FLOAT, _BYTE, _LEAST = 32, 8, 7


def bits_for(rows: int, most_bits: int = _FLOAT) -> int:
    """In how many bits a number of so many rows is kept; rounded ones have no more than `most_bits`.

    >>> bits_for(EXACT_UP_TO), bits_for(BYTES_UP_TO), bits_for(BYTES_UP_TO + 1), bits_for(BYTES_UP_TO, 4)
    (32, 8, 7, 4)
    """
    if rows <= EXACT_UP_TO:
        return _FLOAT
    return min(most_bits, _BYTE if rows <= BYTES_UP_TO else _LEAST)


def build_vectors(vectors: Vectors | Coded, probes: Vectors | None = None, most_bits: int = _FLOAT) -> VectorIndex:
    """An index of vectors of shape (n, dimensions), or of what a quantizer made of them.

    `probes` of shape (m, dimensions) are vectors like those of queries, to measure recall
    with; without them rows of the index itself are used. Rounded numbers have no more than `most_bits`.
    """
    bits = bits_for(len(vectors), most_bits)
    if not isinstance(vectors, Coded):
        if bits == _FLOAT:
            return ExactVectors.of(vectors)
        quantizer = Quantizer.plain(vectors.shape[1])
        vectors = Coded(quantizer.encode(vectors), quantizer)
    if bits < _BYTE and can_be_levelled(vectors.quantizer):
        return LevelledVectors.of(vectors.codes, vectors.quantizer, probes, bits)
    return ByteVectors.of(vectors.codes, vectors.quantizer, probes)


def open_vectors(path: Path) -> VectorIndex:
    """The index saved at a path: its numbers memory-mapped, signs read. Raises IndexCorrupt."""
    index = read(path, faiss.IO_FLAG_MMAP_IFC)
    if isinstance(index, faiss.IndexScalarQuantizer):
        return LevelledVectors.open(path, index) if is_levelled(index) else ByteVectors.open(path, index)
    if not isinstance(index, faiss.IndexFlat):
        raise IndexCorrupt(f"{path} holds faiss' {type(index).__name__}, not floats or bytes; rebuild the index")
    return ExactVectors(index)
