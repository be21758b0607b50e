"""rank-bm25, whose BM25Okapi defines the score."""

from collections.abc import Sequence
from pathlib import Path

import numpy as np
from rank_bm25 import BM25Okapi

from index.settings import IndexSettings
from scripts.benchmarking.peers.lexical import Scores
from scripts.benchmarking.peers.tokens import Tokens


class _Okapi:
    def __init__(self, tokens: Tokens, settings: IndexSettings) -> None:
        corpus = list(tokens.words())
        self._bm25 = BM25Okapi(corpus, k1=settings.bm25_k1, b=settings.bm25_b, epsilon=settings.bm25_epsilon)

    def top(self, terms: Sequence[str], wanted: int) -> Scores:
        scores = self._bm25.get_scores(terms)
        wanted = min(wanted, len(scores))
        best: Scores = np.sort(scores[np.argpartition(scores, -wanted)[-wanted:]])[::-1].astype(np.float32)
        return best


def build(tokens: Tokens, index: Path) -> _Okapi:
    """The index of one language."""
    return _Okapi(tokens, IndexSettings())
