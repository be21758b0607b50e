"""How good the rankings are, on a test collection in BEIR form.

A collection is a folder with `corpus.jsonl`, `queries.jsonl` and `qrels/test.tsv`; each line of
the first two names its "language". Every pair of query language and document language is
measured by itself, and then the mixed pool, in which documents of all languages compete.
"""

import csv
import json
from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass
from pathlib import Path
from typing import Any

from index.errors import EvaluationError
from index.languages import detect
from search.metrics import ndcg, recall, reciprocal_rank, success
from search.searcher import Searcher
from search.types import MODES, SearchRequest

DEPTH = 10
MIXED = "mixed"
MEASURES = ("nDCG@10", "MRR@10", "R@10", "P@1")


@dataclass(frozen=True, slots=True)
class JudgedQuery:
    """A query, the language it is in, and the relevance of documents by id."""

    text: str
    language: str
    relevance: Mapping[str, int]


@dataclass(frozen=True, slots=True)
class Collection:
    """A test collection: where its documents are, their languages by id, and its queries."""

    name: str
    corpus: Path
    languages: Mapping[str, str]
    queries: Sequence[JudgedQuery]


@dataclass(frozen=True, slots=True)
class Measurement:
    """Mean measures of one pair in one mode; `documents` is a language, or "mixed"."""

    collection: str
    mode: str
    queries: str
    documents: str
    count: int
    measures: Mapping[str, float]


def read_collection(folder: Path) -> Collection:
    """The collection in a folder. Raises EvaluationError with the file and line at fault."""
    corpus = folder / "corpus.jsonl"
    languages = {identity: language for identity, language, _ in _records(corpus)}
    qrels = _read_qrels(folder / "qrels" / "test.tsv")
    queries = [
        JudgedQuery(text, language, qrels[identity])
        for identity, language, text in _records(folder / "queries.jsonl")
        if identity in qrels
    ]
    unknown = sorted({item for query in queries for item in query.relevance} - set(languages))
    if unknown:
        raise EvaluationError(
            f"{folder}/qrels/test.tsv judges {unknown[0]!r}, which {corpus} lacks; correct one of them"
        )
    if not queries:
        raise EvaluationError(
            f"{folder} has no query with a judgment; expected the ids of queries.jsonl in qrels/test.tsv"
        )
    return Collection(folder.name, corpus, languages, queries)


def evaluate(
    searcher: Searcher,
    collection: Collection,
    modes: Sequence[str] = MODES,
    progress: Callable[[int], None] = lambda done: None,
) -> list[Measurement]:
    """The measures of every pair that has judgments, and of the mixed pool, in each mode."""
    languages = sorted(set(collection.languages.values()))
    pools: list[tuple[str, tuple[str, ...]]] = [(language, (language,)) for language in languages]
    if len(languages) > 1:
        pools.append((MIXED, ()))
    measured: list[Measurement] = []
    for mode in modes:
        for asked in sorted({query.language for query in collection.queries}):
            queries = [query for query in collection.queries if query.language == asked]
            for name, pool in pools:
                rows = _measure(searcher, collection, queries, mode, pool)
                progress(len(rows))
                if rows:
                    means = {key: sum(row[key] for row in rows) / len(rows) for key in MEASURES}
                    measured.append(Measurement(collection.name, mode, asked, name, len(rows), means))
    return measured


def _measure(
    searcher: Searcher, collection: Collection, queries: Sequence[JudgedQuery], mode: str, pool: tuple[str, ...]
) -> list[dict[str, float]]:
    """The measures of each query that has something relevant in the pool."""
    rows: list[dict[str, float]] = []
    for query in queries:
        relevance = {
            item: gain for item, gain in query.relevance.items() if not pool or collection.languages[item] in pool
        }
        if any(gain > 0 for gain in relevance.values()):
            ranking = searcher.ranking(SearchRequest(query.text, DEPTH, languages=pool, mode=mode))
            rows.append(
                {
                    "nDCG@10": ndcg(ranking, relevance, DEPTH),
                    "MRR@10": reciprocal_rank(ranking, relevance, DEPTH),
                    "R@10": recall(ranking, relevance, DEPTH),
                    "P@1": success(ranking, relevance, 1),
                }
            )
    return rows


def _records(path: Path) -> list[tuple[str, str, str]]:
    """Id, language and text of every line."""
    records: list[tuple[str, str, str]] = []
    try:
        # Not splitlines(): it also splits at separators that may stand inside a JSON string.
        lines = path.read_text(encoding="utf-8-sig").split("\n")
    except (OSError, UnicodeDecodeError) as problem:
        raise EvaluationError(f"{path} cannot be read ({problem}); expected a collection in BEIR form") from problem
    for number, line in enumerate(lines, start=1):
        if line.strip():
            records.append(_record(line, path, number))
    return records


def _record(line: str, path: Path, number: int) -> tuple[str, str, str]:
    try:
        record: dict[str, Any] = json.loads(line)
        identity = str(record["_id"]) if "_id" in record else str(record["id"])
        text = str(record["text"])
        return identity, str(record.get("language") or detect(text)), text
    except (ValueError, KeyError, TypeError, AttributeError) as problem:
        raise EvaluationError(
            f'{path}, line {number}: expected a JSON object with "_id", "text" and "language" ({problem!r})'
        ) from problem


def _read_qrels(path: Path) -> dict[str, dict[str, int]]:
    """Query id → document id → relevance."""
    qrels: dict[str, dict[str, int]] = {}
    try:
        with path.open(encoding="utf-8", newline="") as stream:
            for number, row in enumerate(csv.reader(stream, delimiter="\t"), start=1):
                if number == 1 or not row:
                    continue  # the first line names the columns
                query, document, gain = row
                qrels.setdefault(query, {})[document] = int(gain)
    except (OSError, UnicodeDecodeError) as problem:
        raise EvaluationError(f"{path} cannot be read ({problem}); expected a collection in BEIR form") from problem
    except ValueError as problem:
        raise EvaluationError(f"{path}, line {number}: expected query-id, corpus-id, score ({problem})") from problem
    return qrels
