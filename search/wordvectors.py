"""The vectors of the words of queries, by which the vocabularies of all languages are asked."""

from collections.abc import Sequence

import numpy as np

from index.types import Encoder, Vectors

_REMEMBERED = 1 << 12  # words


class WordVectors:
    """The vectors of single words, which are asked for by each language in turn."""

    def __init__(self, encoder: Encoder) -> None:
        self._encoder = encoder
        self._known: dict[str, Vectors] = {}

    def of(self, words: Sequence[str]) -> Vectors:
        """Shape (len(words), dimensions)."""
        known = self._known
        new = [word for word in words if word not in known]
        if new:
            # A dictionary takes an entry in one step, also while other threads read it; none is ever taken out.
            known.update(zip(new, self._encoder.encode_queries(new), strict=True))
            if len(known) > _REMEMBERED:
                self._known = {}
        vectors = [known[word] for word in words]
        return np.stack(vectors) if vectors else np.zeros((0, self._encoder.dimensions), np.float32)
