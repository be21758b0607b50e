"""The vectors of the words of queries, by which the vocabularies of all languages are asked."""

from collections.abc import Sequence

import numpy as np

from index.types import Encoder, Vectors

_REMEMBERED = 1 << 10  # words; each dictionary that replaces another is copied, so not too many


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
            learnt = dict(zip(new, self._encoder.encode_queries(new), strict=True))
            # A new mapping in one step: other threads go on reading the one they hold.
            known = known | learnt
            self._known = known if len(known) < _REMEMBERED else learnt
        vectors = [known[word] for word in words]
        return np.stack(vectors) if vectors else np.zeros((0, self._encoder.dimensions), np.float32)
