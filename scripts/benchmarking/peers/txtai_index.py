"""txtai's hybrid search: FAISS and its own BM25, with the texts kept beside them."""

from collections.abc import Sequence

import numpy as np
from txtai import Embeddings

_NEAREST = 10


class _Txtai:
    def __init__(self, model: str) -> None:
        self._embeddings = Embeddings(
            path=model, method="sentence-transformers", hybrid=True, content=True, backend="faiss", gpu=False
        )

    def build(self, texts: Sequence[str]) -> None:
        self._embeddings.index(enumerate(texts))

    def search(self, query: str, wanted: int) -> list[str]:
        return [found["text"] for found in self._embeddings.search(query, wanted)]

    def recall(self, queries: Sequence[str]) -> float:
        """What its dense leg finds of what it would find in all of its lists."""
        ann = self._embeddings.ann
        vectors = np.asarray(self._embeddings.batchtransform(queries, "query"), dtype=np.float32)
        found = ann.search(vectors, _NEAREST)
        if not hasattr(ann.backend, "nprobe"):
            return 1.0  # a small index is searched whole
        ann.backend.nprobe = ann.backend.nlist
        _, exact = ann.backend.search(vectors, _NEAREST)
        shared = [len({row for row, _ in some} & set(all_)) for some, all_ in zip(found, exact.tolist(), strict=True)]
        return sum(shared) / exact.size


def open_peer(model: str) -> _Txtai:
    """An empty index with a model."""
    return _Txtai(model)
