"""bm25s with its numba backend: scores worked out at build time, added up by compiled code.

Its `robertson` is BM25Okapi without the constant factor k1 + 1, and without the floor for words of more than half
of the rows, of which there are hardly any once stop words are left out.
"""

from collections.abc import Sequence
from pathlib import Path

import bm25s

from index.settings import IndexSettings
from scripts.benchmarking.peers.lexical import Scores
from scripts.benchmarking.peers.tokens import Tokens


class _Eager:
    def __init__(self, tokens: Tokens, settings: IndexSettings) -> None:
        self._factor = settings.bm25_k1 + 1
        self._rows = len(tokens.ends)
        self._bm25 = bm25s.BM25(method="robertson", k1=settings.bm25_k1, b=settings.bm25_b, backend="numba")
        vocabulary = {term: number for number, term in enumerate(tokens.terms)}
        self._bm25.index((list(tokens.rows()), vocabulary), show_progress=False)

    def top(self, terms: Sequence[str], wanted: int) -> Scores:
        found = self._bm25.retrieve([list(terms)], k=min(wanted, self._rows), show_progress=False, n_threads=1)
        scores: Scores = found.scores[0] * self._factor
        return scores


def build(tokens: Tokens, index: Path) -> _Eager:
    """The index of one language."""
    return _Eager(tokens, IndexSettings())
