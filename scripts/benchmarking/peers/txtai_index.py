"""txtai's hybrid search: FAISS and its own BM25, with the texts kept beside them."""

from collections.abc import Sequence

from txtai import Embeddings


class _Txtai:
    def __init__(self, model: str) -> None:
        self._embeddings = Embeddings(
            path=model, method="sentence-transformers", hybrid=True, content=True, backend="faiss", gpu=False
        )

    def build(self, texts: Sequence[str]) -> None:
        self._embeddings.index(enumerate(texts))

    def search(self, query: str, wanted: int) -> list[str]:
        return [found["text"] for found in self._embeddings.search(query, wanted)]


def open_peer(model: str) -> _Txtai:
    """An empty index with a model."""
    return _Txtai(model)
