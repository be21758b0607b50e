"""The index's own words, embedded: what lets BM25 cross languages.

Each term of a language is embedded by its commonest spelling with the bundled model, whatever
model embeds the documents. A query word of another language is then replaced by the terms
nearest to it.
"""

from collections.abc import Sequence
from pathlib import Path

import numpy as np
from numpy.typing import NDArray

from index.arrays import open_array, save_arrays
from index.errors import IndexCorrupt
from index.lexical import LexicalIndex
from index.types import Encoder, Scored, Vectors
from index.vectors import VectorIndex

_SMALL = 20_000
"""Terms up to which even those of a single chunk are embedded."""


class Vocabulary:
    """Embedded terms of one language; `numbers` are those of its LexicalIndex."""

    def __init__(self, numbers: NDArray[np.int32], vectors: VectorIndex) -> None:
        if len(numbers) != len(vectors):
            raise IndexCorrupt(f"vocabulary has {len(numbers)} terms but {len(vectors)} vectors; rebuild the index")
        self._numbers = numbers
        self._vectors = vectors

    @classmethod
    def build(cls, lexical: LexicalIndex, spellings: Sequence[str], encoder: Encoder, size: int) -> "Vocabulary":
        """The `size` commonest terms of an index, each embedded by its commonest spelling."""
        frequencies = lexical.document_frequencies()
        # In a large corpus half of the terms stand in one chunk alone: misspellings, and names
        # that are found by their sound. As translations they would only be in the way.
        least = 2 if len(frequencies) > _SMALL else 1
        chosen = np.argsort(-frequencies, kind="stable")[:size]
        chosen = np.sort(chosen[frequencies[chosen] >= least])
        vectors = encoder.encode_passages([spellings[term] for term in chosen])
        known = np.any(vectors, axis=1)
        return cls(chosen[known].astype(np.int32), VectorIndex.build(vectors[known]))

    @classmethod
    def open(cls, folder: Path) -> "Vocabulary":
        """The vocabulary saved in a folder."""
        return cls(open_array(folder, "numbers"), VectorIndex.open(folder / "vectors.faiss"))

    def save(self, folder: Path) -> None:
        """Write the vocabulary to a folder."""
        save_arrays(folder, {"numbers": self._numbers})
        self._vectors.save(folder / "vectors.faiss")

    def __len__(self) -> int:
        return len(self._numbers)

    def nearest(self, vectors: Vectors, k: int) -> list[list[Scored]]:
        """For each vector of shape (n, dimensions), the k nearest terms; `row` is the term's number."""
        return [
            [Scored(int(self._numbers[near.row]), near.score) for near in found]
            for found in self._vectors.nearest(vectors, k)
        ]
