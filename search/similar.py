"""A document as a query: what it means, and the words that tell it from others."""

from dataclasses import dataclass

import numpy as np
from numpy.typing import NDArray

from index.chunking import embedded_text
from index.languages import Analyzer
from index.snapshot import Partition
from index.text import fold_word, surfaces
from index.types import Document, Vectors

_WORDS = 12
"""Enough to say what an article is about; more only say how it is told."""

_CHUNKS = 4
"""Chunks whose words are looked at: news says first what it has to say."""


@dataclass(frozen=True, slots=True)
class Told:
    """What a document tells: a unit vector of shape (dimensions,), and its most telling words, folded, best first."""

    vector: Vectors
    words: tuple[str, ...]


def tell(number: int, document: Document, part: Partition, analyzer: Analyzer) -> Told:
    """The meaning and the words of the document with a number in its language's partition."""
    rows = np.flatnonzero(part.chunks.documents == number)
    return Told(_mean(part.vectors.take(rows)), _telling_words(rows[:_CHUNKS], document, part, analyzer))


def _mean(vectors: Vectors) -> Vectors:
    """The direction of the sum of unit vectors; zeros when they have none.

    >>> _mean(np.array([[3, 0], [0, 4]], dtype=np.float32)).round(1).tolist() == np.float32([0.6, 0.8]).tolist()
    True
    """
    total: Vectors = vectors.sum(axis=0)
    length = float(np.linalg.norm(total))
    return total / np.float32(length) if length else total


def _telling_words(rows: NDArray[np.int64], document: Document, part: Partition, analyzer: Analyzer) -> tuple[str, ...]:
    """The words whose terms score highest in the chunks, each term by the first word that gave it."""
    worth: dict[str, tuple[float, str]] = {}
    for row in rows.tolist():
        text = embedded_text(document, part.chunk(row, document).text)
        for surface in surfaces(text):
            term = analyzer.term_of(surface)
            if term and term not in worth and (known := part.lexical.terms.find(term)) is not None:
                worth[term] = (part.lexical.impact(known, row), fold_word(surface))
    best = sorted(worth.values(), key=lambda item: (-item[0], item[1]))
    return tuple(word for _, word in best[:_WORDS])
