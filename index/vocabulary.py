"""The index's own words, embedded: what lets BM25 cross languages.

Each term of a language is embedded by its commonest spelling with the bundled model, whatever
model embeds the documents. A query word of another language is then replaced by the terms
nearest to it.
"""

from dataclasses import dataclass
from pathlib import Path

import numpy as np
from numpy.typing import NDArray

from index.arrays import open_array, save_arrays
from index.errors import IndexCorrupt
from index.lexical import LexicalIndex
from index.types import Encoder, Nearest, Vectors
from index.vectorindex import VectorIndex
from index.vectors import BYTES_UP_TO, bits_for, build_vectors, open_vectors
from index.words import Spellings

_SMALL = 20_000
"""Terms up to which even those of a single chunk are embedded."""

_BITS, _BITS_OF_MANY = 8, 4
"""Of each number. Where chunks are very many, memory counts more than the time that a new word takes longer; cosines
are then off a little, as translations do not notice."""


@dataclass(frozen=True, slots=True)
class Known:
    """An older vocabulary, and by term the number it has in that: -1 if it was not there, or was spelled otherwise."""

    vocabulary: "Vocabulary"
    old_numbers: NDArray[np.int64]

    def fill(self, vectors: Vectors, chosen: NDArray[np.int64]) -> NDArray[np.int64]:
        """Set the vectors, shape (len(chosen), dimensions), of terms that are known; returns the places of others."""
        place = np.full(max(self.old_numbers.max(initial=-1), self.vocabulary.numbers.max(initial=-1)) + 2, -1)
        place[self.vocabulary.numbers] = np.arange(len(self.vocabulary))
        rows = place[self.old_numbers[chosen]]  # the last place stands for -1
        vectors[rows >= 0] = self.vocabulary.vectors.take(rows[rows >= 0])
        return np.flatnonzero(rows < 0)


class Vocabulary:
    """Embedded terms of one language; `numbers` are those of its LexicalIndex."""

    def __init__(self, numbers: NDArray[np.int32], vectors: VectorIndex) -> None:
        if len(numbers) != len(vectors):
            raise IndexCorrupt(f"vocabulary has {len(numbers)} terms but {len(vectors)} vectors; rebuild the index")
        self.numbers = numbers
        self.vectors = vectors

    @classmethod
    def build(
        cls, lexical: LexicalIndex, spellings: Spellings, encoder: Encoder, size: int, known: Known | None = None
    ) -> "Vocabulary":
        """The `size` commonest terms of an index, each embedded by its commonest spelling where it is not known."""
        frequencies = lexical.document_frequencies()
        # In a large corpus half of the terms stand in one chunk alone: misspellings, and names
        # that are found by their sound. As translations they would only be in the way.
        least = 2 if len(frequencies) > _SMALL else 1
        chosen = np.argsort(-frequencies, kind="stable")[:size]
        chosen = np.sort(chosen[frequencies[chosen] >= least])
        if known is None:
            vectors = encoder.encode_passages(spellings.some(chosen))
        else:
            vectors = np.zeros((len(chosen), encoder.dimensions), dtype=np.float32)
            _embed(vectors, known.fill(vectors, chosen), chosen, spellings, encoder)
        meant = np.any(vectors, axis=1)
        most_bits = _BITS if lexical.row_count <= BYTES_UP_TO else _BITS_OF_MANY
        if known and known.vocabulary.vectors.bits < bits_for(int(meant.sum()), most_bits):
            _embed(vectors, np.flatnonzero(meant), chosen, spellings, encoder)
        found = vectors if meant.all() else vectors[meant]
        return cls(chosen[meant].astype(np.int32), build_vectors(found, most_bits=most_bits))

    @classmethod
    def open(cls, folder: Path) -> "Vocabulary":
        """The vocabulary saved in a folder."""
        return cls(open_array(folder, "numbers"), open_vectors(folder / "vectors.faiss"))

    def save(self, folder: Path) -> None:
        """Write the vocabulary to a folder."""
        save_arrays(folder, {"numbers": self.numbers})
        self.vectors.save(folder / "vectors.faiss")

    def __len__(self) -> int:
        return len(self.numbers)

    def nearest(self, vectors: Vectors, k: int) -> list[Nearest]:
        """For each vector of shape (n, dimensions), the k nearest terms; `rows` are their numbers."""
        # Numbers ascend with rows, so equal scores stay in order.
        found = self.vectors.nearest(vectors, k)
        return [Nearest(self.numbers[near.rows].astype(np.int64), near.scores) for near in found]


def _embed(
    vectors: Vectors, places: NDArray[np.int64], chosen: NDArray[np.int64], spellings: Spellings, encoder: Encoder
) -> None:
    """Set the vectors at these places, each that of the spelling of the term chosen there."""
    if len(places):
        vectors[places] = encoder.encode_passages(spellings.some(chosen[places]))
