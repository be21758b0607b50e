"""What a run of the benchmark measures, and with how much patience."""

from dataclasses import dataclass
from pathlib import Path

MEASURES = ("build", "search", "legs", "throughput", "start", "recall", "http")

LEXICAL_PEERS = {"rank-bm25": "okapi", "bm25s": "eager", "tantivy": "tantivy_index"}
HYBRID_PEERS = {"plain": "plain", "txtai": "txtai_index", "txtai-thorough": "txtai_thorough", "milvus": "milvus"}
"""Engines to compare with: the name that users know → the module in `peers/`."""

PEERS = (*LEXICAL_PEERS, *HYBRID_PEERS)


@dataclass(frozen=True, slots=True)
class Plan:
    """What to measure.

    `sizes`       documents of each corpus, ascending
    `words`       words of a document that is made up
    `queries`     how many
    `measures`    of `MEASURES`
    `peers`       of `PEERS`
    `limit`       seconds that a process may take
    `peer_limit`  the same for one that measures a peer
    `corpus`      JSON lines to take the documents from, its first ones for a small size; None makes them up
    `work`        folder of what is made on the way
    `index`       where the index of each size is kept; None for nowhere
    """

    sizes: tuple[int, ...]
    words: int
    queries: int
    measures: tuple[str, ...]
    peers: tuple[str, ...]
    limit: float
    peer_limit: float
    corpus: Path | None
    work: Path
    index: Path | None
