"""Furniture that gives itself away by repetition: a line that stands in many articles of one source.

Counted are different articles, told apart by their longest line, so that copies and updates of one
article prove nothing. The rule does not depend on the order of reading: a line is furniture when
the articles it stands in, all together, are enough. A rebuild can therefore keep `line_keys` of
each document, take out those of documents that vanished, add those of new ones, and must clean
anew just the documents that hold a line whose answer has changed.
"""

from collections.abc import Iterable
from dataclasses import dataclass, replace
from hashlib import blake2b
from typing import Final

import numpy as np
from numpy.typing import NDArray

from index.cleaning.lines import LONGEST_LITTER, fold_line, stops
from index.types import Document

Keys = NDArray[np.uint64]

_FEWEST_ARTICLES: Final = 5
# Papers do say "No one was hurt." again and again.
_FEWEST_ARTICLES_OF_A_SENTENCE: Final = 20


@dataclass(frozen=True, slots=True)
class LineKeys:
    """The short lines of one document as numbers of 64 bits, and one number for the article.

    `lines` has shape (short lines,); its keys differ from source to source, and the lowest bit
    tells whether the line ends as a sentence does.
    """

    lines: Keys
    article: int


def line_keys(document: Document) -> LineKeys:
    """What has to be known of a cleaned document to find the furniture of its source."""
    lines = [line for line in document.text.split("\n") if line]
    if len(lines) < 2:
        return LineKeys(np.zeros(0, dtype=np.uint64), 0)  # its only line is its text
    keys = {_line_key(line, document.source) for line in lines if len(line) <= LONGEST_LITTER}
    return LineKeys(np.array(sorted(keys), dtype=np.uint64), _digest(max(lines, key=lambda line: (len(line), line))))


def repeated_lines(lines: Keys, articles: Keys) -> Keys:
    """The keys that are furniture, in order; line and article of each occurrence have shape (occurrences,).

    >>> repeated_lines(np.array([2, 2, 2, 2, 2, 4], np.uint64), np.array([1, 2, 3, 4, 5, 5], np.uint64)).tolist()
    [2]
    >>> repeated_lines(np.array([2, 2, 2, 2, 2], np.uint64), np.array([1, 2, 3, 4, 4], np.uint64)).tolist()
    []
    """
    if not len(lines):
        return np.zeros(0, dtype=np.uint64)
    order = np.lexsort((articles, lines))
    lines, articles = lines[order], articles[order]
    first = np.ones(len(lines), dtype=np.bool_)
    first[1:] = (lines[1:] != lines[:-1]) | (articles[1:] != articles[:-1])
    keys, counts = np.unique(lines[first], return_counts=True)
    enough = np.where(keys & np.uint64(1), _FEWEST_ARTICLES_OF_A_SENTENCE, _FEWEST_ARTICLES)
    repeated: Keys = keys[counts >= enough]
    return repeated


def repeated_in(documents: Iterable[Document]) -> frozenset[int]:
    """The keys that are furniture among some documents."""
    found = [line_keys(document) for document in documents]
    lines = [keys.lines for keys in found]
    articles = [np.full(len(keys.lines), keys.article, dtype=np.uint64) for keys in found]
    return frozenset(repeated_lines(np.concatenate(lines), np.concatenate(articles)).tolist()) if found else frozenset()


def left(document: Document, repeated: frozenset[int]) -> list[int]:
    """Which lines of a document's text, counted from 0, are no furniture: all, where nothing else would be left."""
    lines = document.text.split("\n")
    kept: list[int] = []
    for at, line in enumerate(lines):
        if line and len(line) <= LONGEST_LITTER and _line_key(line, document.source) in repeated:
            continue
        if line or (kept and lines[kept[-1]]):
            kept.append(at)
    while kept and not lines[kept[-1]]:
        kept.pop()
    return kept or list(range(len(lines)))


def without_repeated(document: Document, repeated: frozenset[int]) -> Document:
    r"""A document without the furniture of its source.

    >>> from index.types import Document
    >>> pages = [Document(str(n), f"Story {n} is told.\nSince 1921") for n in range(5)]
    >>> without_repeated(pages[0], repeated_in(pages)).text
    'Story 0 is told.'
    """
    lines = document.text.split("\n")
    kept = left(document, repeated)
    return document if len(kept) == len(lines) else replace(document, text="\n".join(lines[at] for at in kept))


def _line_key(line: str, source: str) -> int:
    folded = fold_line(line)
    return _digest(f"{source}\n{folded}") & ~1 | stops(folded)


def _digest(text: str) -> int:
    return int.from_bytes(blake2b(text.encode("utf-8", "surrogatepass"), digest_size=8).digest(), "big")
