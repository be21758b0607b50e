"""Milvus Lite's hybrid search: dense vectors and its own BM25, fused by reciprocal rank."""

from collections.abc import Sequence
from pathlib import Path
from tempfile import TemporaryDirectory

from pymilvus import AnnSearchRequest, DataType, Function, FunctionType, MilvusClient, RRFRanker
from sentence_transformers import SentenceTransformer

_NAME = "chunks"
_BATCH = 1_000
_CANDIDATES = 100
_LONGEST = 65_535  # bytes of a text, the most that Milvus takes


class _Milvus:
    def __init__(self, model: str) -> None:
        self._model = SentenceTransformer(model, device="cpu")
        self._folder = TemporaryDirectory()
        self._client = MilvusClient(str(Path(self._folder.name) / "milvus.db"))
        schema = self._client.create_schema()
        schema.add_field("id", DataType.INT64, is_primary=True)
        schema.add_field("text", DataType.VARCHAR, max_length=_LONGEST, enable_analyzer=True)
        schema.add_field("dense", DataType.FLOAT_VECTOR, dim=self._model.get_embedding_dimension())
        schema.add_field("sparse", DataType.SPARSE_FLOAT_VECTOR)
        schema.add_function(Function("bm25", FunctionType.BM25, ["text"], ["sparse"]))
        params = self._client.prepare_index_params()
        params.add_index("dense", index_type="FLAT", metric_type="IP")
        params.add_index("sparse", index_type="SPARSE_INVERTED_INDEX", metric_type="BM25")
        self._client.create_collection(_NAME, schema=schema, index_params=params)

    def build(self, texts: Sequence[str]) -> None:
        for first in range(0, len(texts), _BATCH):
            batch = texts[first : first + _BATCH]
            vectors = self._model.encode(batch, normalize_embeddings=True).tolist()
            rows = [
                {"id": number, "text": text, "dense": vector}
                for number, (text, vector) in enumerate(zip(batch, vectors, strict=True), start=first)
            ]
            self._client.insert(_NAME, rows)
        self._client.flush(_NAME)
        self._client.load_collection(_NAME)

    def search(self, query: str, wanted: int) -> list[str]:
        vector = self._model.encode([query], normalize_embeddings=True)[0].tolist()
        dense = AnnSearchRequest([vector], "dense", {"metric_type": "IP"}, limit=_CANDIDATES)
        sparse = AnnSearchRequest([query], "sparse", {"metric_type": "BM25"}, limit=_CANDIDATES)
        [hits] = self._client.hybrid_search(
            _NAME, [dense, sparse], ranker=RRFRanker(), limit=wanted, output_fields=["text"]
        )
        return [hit["entity"]["text"] for hit in hits]

    def recall(self, queries: Sequence[str]) -> float:
        """All of them: a flat index is searched whole."""
        return 1.0


def open_peer(model: str) -> _Milvus:
    """An empty collection with a model."""
    return _Milvus(model)
