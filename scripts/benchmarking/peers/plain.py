"""What most tutorials build: FAISS, rank-bm25, and reciprocal rank fusion, in forty lines."""

from collections.abc import Sequence

import faiss
import numpy as np
from rank_bm25 import BM25Okapi
from sentence_transformers import SentenceTransformer

_CANDIDATES = 100
_RRF = 60  # Cormack, Clarke and Buettcher, "Reciprocal rank fusion", 2009


class Plain:
    """Dense and lexical search of texts in memory, fused."""

    def __init__(self, model: str) -> None:
        self._model = SentenceTransformer(model, device="cpu")
        self._texts: list[str] = []

    def build(self, texts: Sequence[str]) -> None:
        """Index all texts."""
        self._texts = list(texts)
        vectors = self._model.encode(self._texts, normalize_embeddings=True)
        self._dense = faiss.IndexFlatIP(vectors.shape[1])
        self._dense.add(vectors)
        self._bm25 = BM25Okapi([text.lower().split() for text in self._texts])

    def search(self, query: str, wanted: int) -> list[str]:
        """The best texts."""
        vector = self._model.encode([query], normalize_embeddings=True)
        _, dense = self._dense.search(vector, _CANDIDATES)
        scores = self._bm25.get_scores(query.lower().split())
        lexical = np.argsort(scores)[::-1][:_CANDIDATES]
        fused: dict[int, float] = {}
        for ranking in (dense[0], lexical):
            for rank, row in enumerate(ranking.tolist(), start=1):
                fused[row] = fused.get(row, 0.0) + 1 / (_RRF + rank)
        best = sorted(fused, key=lambda row: (-fused[row], row))[:wanted]
        return [self._texts[row] for row in best]

    def recall(self, queries: Sequence[str]) -> float:
        """All of them: a flat index is searched whole."""
        return 1.0


def open_peer(model: str) -> Plain:
    """An empty index with a model."""
    return Plain(model)
