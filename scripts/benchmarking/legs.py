"""How much of a search each leg takes: what their parts of the index do is timed on the way in and out of them."""

from collections.abc import Callable, Sequence
from dataclasses import dataclass, replace
from pathlib import Path
from time import perf_counter
from typing import Any

from index.encoder import BUNDLED, load_encoder
from index.gathered import Gathered
from index.snapshot import Partition, Snapshot
from index.types import Encoder
from scripts.benchmarking.process import Tell
from scripts.benchmarking.queries import asked_before
from scripts.benchmarking.searching import PATIENT
from scripts.benchmarking.times import spread
from search.query import understand
from search.searcher import Searcher
from search.translate import Translator
from search.types import SearchRequest
from search.wordvectors import WordVectors


def legs(tell: Tell, index: str, queries: list[str]) -> None:
    """Tell the times of both legs, of all ranking, and how many postings a query has."""
    snapshot = Snapshot.open(Path(index))
    dense, lexical = _Meter(), _Meter()
    partitions = {language: _watched(part, dense, lexical) for language, part in snapshot.partitions.items()}
    encoder = load_encoder(BUNDLED)
    searcher = Searcher(replace(snapshot, partitions=partitions), encoder, encoder, PATIENT)
    times: dict[str, list[float]] = {"dense": [], "lexical": [], "rank": []}
    for text in (*queries, *asked_before(queries)):
        dense.ms = lexical.ms = 0.0
        result = searcher.search(SearchRequest(text))
        times["dense"].append(dense.ms)
        times["lexical"].append(lexical.ms)
        times["rank"].append(result.stages["rank"])
    tell(legs={name: spread(found[len(queries) :]) for name, found in times.items()})
    tell(**_postings(snapshot, encoder, queries))


def _postings(snapshot: Snapshot, encoder: Encoder, queries: Sequence[str]) -> dict[str, float]:
    """How many postings the terms of a query have, and how many bytes a posting takes, terms included."""
    translators = {
        language: Translator(part, WordVectors(encoder), PATIENT) for language, part in snapshot.partitions.items()
    }
    asked = 0
    for text in queries:
        query = understand(text, PATIENT.longest_query)
        for language, part in snapshot.partitions.items():
            words = translators[language].translate(query)
            numbers = {item.number for word in words for item in word.terms}
            asked += sum(map(part.lexical.document_frequency, numbers))
    held = sum(int(part.lexical.document_frequencies().sum()) for part in snapshot.partitions.values())
    size = sum(path.stat().st_size for path in (snapshot.folder / "lexical").rglob("*") if path.is_file())
    return {"postings_a_query": round(asked / len(queries)), "bytes_a_posting": round(size / held, 2)}


@dataclass(slots=True)
class _Meter:
    """Milliseconds so far."""

    ms: float = 0.0


class _Watched:
    """Passes everything on to a part of the index, and adds up the time that its methods take, and those of answers."""

    def __init__(self, part: Any, meter: _Meter) -> None:
        self._part = part
        self._meter = meter

    def __len__(self) -> int:
        return len(self._part)

    def __getattr__(self, name: str) -> Any:
        found = getattr(self._part, name)
        return self._timed(found) if callable(found) else found

    def _timed(self, method: Callable[..., Any]) -> Callable[..., Any]:
        def call(*arguments: Any, **named: Any) -> Any:
            started = perf_counter()
            answer = method(*arguments, **named)
            self._meter.ms += (perf_counter() - started) * 1000
            return _Watched(answer, self._meter) if isinstance(answer, Gathered) else answer

        return call


def _watched(part: Partition, dense: _Meter, lexical: _Meter) -> Partition:
    vectors: Any = _Watched(part.vectors, dense)
    postings: Any = _Watched(part.lexical, lexical)
    return replace(part, vectors=vectors, lexical=postings)
