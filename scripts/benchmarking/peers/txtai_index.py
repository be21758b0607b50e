"""txtai's hybrid search: FAISS and its own BM25, with the texts kept beside them."""

from collections.abc import Sequence
from typing import Self

import numpy as np
from txtai import Embeddings

_NEAREST = 10


class Txtai:
    """txtai as its documentation begins with it, for documents whose texts are wanted back."""

    def __init__(self, model: str) -> None:
        self._embeddings = Embeddings(
            path=model, method="sentence-transformers", hybrid=True, content=True, backend="faiss", gpu=False
        )

    def build(self, texts: Sequence[str]) -> None:
        """Index all texts."""
        self._embeddings.index(enumerate(texts))

    def search(self, query: str, wanted: int) -> list[str]:
        """The best texts, best first."""
        return [found["text"] for found in self._embeddings.search(query, wanted)]

    @property
    def lists(self) -> int:
        """Into how many lists its vectors are parted; a small index is searched whole."""
        return int(getattr(self._embeddings.ann.backend, "nlist", 1))

    def probing(self, count: int) -> Self:
        """The same, which looks at so many lists from now on."""
        self._embeddings.config["faiss"] = {"nprobe": count}
        return self

    def recall(self, queries: Sequence[str]) -> float:
        """What its dense leg finds of what it would find in all of its lists."""
        ann = self._embeddings.ann
        vectors = np.asarray(self._embeddings.batchtransform(queries, "query"), dtype=np.float32)
        found = ann.search(vectors, _NEAREST)
        if self.lists == 1:
            return 1.0
        ann.backend.nprobe = self.lists
        _, exact = ann.backend.search(vectors, _NEAREST)
        shared = [len({row for row, _ in some} & set(all_)) for some, all_ in zip(found, exact.tolist(), strict=True)]
        return sum(shared) / exact.size


def open_peer(model: str) -> Txtai:
    """An empty index with a model."""
    return Txtai(model)
