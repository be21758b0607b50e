r"""What a user would build in an afternoon, to compare Hudhud with: one pool of vectors, BM25, and RRF of the two.

Plain on purpose: whole documents, no balance between languages, words as `\w+` finds them, no
stemming and nothing that crosses scripts. Only the encoder is Hudhud's own.
"""

import re
from collections.abc import Sequence
from functools import lru_cache

import faiss
import numpy as np
from numpy.typing import NDArray
from rank_bm25 import BM25Okapi

from index.types import Encoder
from search.evaluation import DEPTH, PooledDocument, Ranker
from search.fusion import reciprocal_rank_fusion

FUSED = 100
"""Documents of each ranking that reciprocal rank fusion looks at."""

_WORD = re.compile(r"\w+")


class PlainDense:
    """An exact search by cosine in one flat faiss index of all documents."""

    def __init__(self, texts: Sequence[str], encoder: Encoder) -> None:
        self._encoder = encoder
        self._index = faiss.IndexFlatIP(encoder.dimensions)
        self._index.add(encoder.encode_passages(texts))

    def rows(self, query: str) -> NDArray[np.int64]:
        """All rows, best first, equal ones by row."""
        scores, rows = self._index.search(self._encoder.encode_queries([query]), self._index.ntotal)
        ordered: NDArray[np.int64] = rows[0][np.lexsort((rows[0], -scores[0]))]
        return ordered


class PlainBM25:
    """rank_bm25's BM25Okapi over the lower-cased words of all documents."""

    def __init__(self, texts: Sequence[str]) -> None:
        self._bm25 = BM25Okapi([_words(text) for text in texts])

    def rows(self, query: str) -> NDArray[np.int64]:
        """The rows that hold a word of the query, best first, equal ones by row."""
        scores = self._bm25.get_scores(_words(query))
        ordered = np.argsort(-scores, kind="stable")
        found: NDArray[np.int64] = ordered[scores[ordered] > 0]
        return found


def plain_rankers(documents: Sequence[PooledDocument], encoder: Encoder) -> dict[str, Ranker]:
    """The three plain ways to rank documents, by their names in tables."""
    texts = [document.text for document in documents]
    languages = np.array([document.language for document in documents])
    # The pools of one query are asked for one after the other.
    dense_rows = lru_cache(maxsize=1)(PlainDense(texts, encoder).rows)
    bm25_rows = lru_cache(maxsize=1)(PlainBM25(texts).rows)

    def within(rows: NDArray[np.int64], pool: tuple[str, ...]) -> list[int]:
        return [int(row) for row in (rows[np.isin(languages[rows], pool)] if pool else rows)]

    def ids(rows: Sequence[int]) -> list[str]:
        return [documents[row].id for row in rows[:DEPTH]]

    def dense(query: str, pool: tuple[str, ...]) -> list[str]:
        return ids(within(dense_rows(query), pool))

    def bm25(query: str, pool: tuple[str, ...]) -> list[str]:
        return ids(within(bm25_rows(query), pool))

    def fused(query: str, pool: tuple[str, ...]) -> list[str]:
        scores = reciprocal_rank_fusion([within(rows(query), pool)[:FUSED] for rows in (dense_rows, bm25_rows)])
        return ids(sorted(scores, key=lambda row: (-scores[row], row)))

    return {"plain dense": dense, "plain BM25": bm25, "plain RRF": fused}


def _words(text: str) -> list[str]:
    return _WORD.findall(text.lower())
