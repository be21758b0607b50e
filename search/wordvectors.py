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
            self._remember(known, new, self._encoder.encode_queries(new))
        vectors = [known[word] for word in words]
        return np.stack(vectors) if vectors else np.zeros((0, self._encoder.dimensions), np.float32)

    def beside(self, text: str, words: Sequence[str]) -> Vectors:
        """The vector of a text, shape (dimensions,), and with it, in one go, those of words that will be asked for."""
        known = self._known
        new = [word for word in dict.fromkeys(words) if word not in known]
        vectors = self._encoder.encode_queries([text, *new])
        if new:
            self._remember(known, new, vectors[1:].copy())  # without the text's, which is not asked for again
        of_text: Vectors = vectors[0]
        return of_text

    def _remember(self, known: dict[str, Vectors], words: Sequence[str], vectors: Vectors) -> None:
        # A dictionary takes an entry in one step, also while other threads read it; none is ever taken out.
        known.update(zip(words, vectors, strict=True))
        if len(known) > _REMEMBERED:
            self._known = {}
