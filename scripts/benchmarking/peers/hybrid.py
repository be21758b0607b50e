"""Times engines of hybrid search on the same documents with the same model, the whole of each as its users call it."""

import importlib
import json
from collections.abc import Iterator, Sequence
from pathlib import Path
from time import perf_counter
from typing import Protocol, runtime_checkable

from index.encoder import BUNDLED_FOLDER
from scripts.benchmarking.process import Tell, memory
from scripts.benchmarking.times import spread

_WANTED = 10
_FOR_RECALL = 200  # queries


class HybridPeer(Protocol):
    """An engine that embeds, indexes and finds texts."""

    def build(self, texts: Sequence[str]) -> None:
        """Index all texts."""
        ...

    def search(self, query: str, wanted: int) -> list[str]:
        """The best texts, best first."""
        ...

    def recall(self, queries: Sequence[str]) -> float:
        """Of the ten nearest of each query the share that the dense leg finds."""
        ...


@runtime_checkable
class Tunable(Protocol):
    """An engine with a setting that its users choose by trying."""

    def tune(self, queries: Sequence[str]) -> dict[str, int]:
        """Try it with some queries; returns what was chosen."""
        ...


def hybrid(tell: Tell, peer: str, corpus: str, queries: list[str], seconds: float) -> None:
    """Tell what building and searching a peer costs; queries are asked until so many seconds are over.

    Each peer is a module of this package with a function `open_peer(model)`. Loading the model, reading the
    file and choosing settings are not part of what is timed.
    """
    texts = list(_texts(Path(corpus)))
    opened: HybridPeer = importlib.import_module(f"scripts.benchmarking.peers.{peer}").open_peer(str(BUNDLED_FOLDER))
    started = perf_counter()
    opened.build(texts)
    taken = perf_counter() - started
    tell(build_seconds=round(taken, 2), rate=round(len(texts) / taken, 1))
    del texts
    if isinstance(opened, Tunable):
        tell(tuned=opened.tune(queries[:_FOR_RECALL]))
    opened.search(queries[0], _WANTED)
    times: list[float] = []
    hits = 0
    until = perf_counter() + seconds
    for query in queries[1:]:
        started = perf_counter()
        hits += len(opened.search(query, _WANTED))
        times.append((perf_counter() - started) * 1000)
        if perf_counter() > until:
            break
    recall = round(opened.recall(queries[:_FOR_RECALL]), 3)
    tell(times=spread(times), recall=recall, hits=round(hits / len(times), 2), memory=memory())


def _texts(corpus: Path) -> Iterator[str]:
    with corpus.open(encoding="utf-8") as lines:
        for record in map(json.loads, lines):
            title = record.get("title") or ""
            yield f"{title}\n{record['text']}" if title else record["text"]
