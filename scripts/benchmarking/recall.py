"""Recall of the dense leg: what it finds of the nearest chunks that an exact search of unrounded vectors finds."""

from pathlib import Path

import numpy as np
from numpy.typing import NDArray

from index.encoder import BUNDLED, load_encoder
from index.snapshot import Partition, Snapshot
from index.store import DocumentStore
from index.types import Encoder, Vectors
from scripts.benchmarking.process import Tell
from scripts.benchmarking.texts import texts_of

_NEAREST = 10
_EQUAL = 1e-6  # cosines that differ by no more are equal: either row will do


def recall(tell: Tell, index: str, queries: list[str]) -> None:
    """Tell the share of the ten nearest chunks of each language that the index finds."""
    snapshot = Snapshot.open(Path(index))
    encoder = load_encoder(BUNDLED)
    asked = encoder.encode_queries(queries)
    asked = asked[asked.any(axis=1)]
    shares: dict[str, float] = {}
    for language, part in snapshot.partitions.items():
        exact = _cosines(part, snapshot.store, encoder, asked)
        shares[language] = round(float(np.mean([_share(part, *pair) for pair in zip(asked, exact, strict=True)])), 4)
    mean = round(float(np.mean(list(shares.values()))), 4)
    tell(recall=mean, by_language=shares, queries=len(asked), dimensions=asked.shape[1])


def _cosines(part: Partition, store: DocumentStore, encoder: Encoder, asked: Vectors) -> NDArray[np.float32]:
    """The cosine of each query with each chunk, embedded anew, shape (queries, chunks)."""
    blocks = [asked @ encoder.encode_passages(texts).T for texts in texts_of(part, store)]
    return np.concatenate(blocks, axis=1)


def _share(part: Partition, query: Vectors, cosines: NDArray[np.float32]) -> float:
    wanted = min(_NEAREST, len(cosines))
    least = np.partition(cosines, -wanted)[-wanted] - _EQUAL
    found = part.vectors.search(query, wanted).rows
    return float((cosines[found] >= least).sum()) / wanted
