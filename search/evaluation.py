"""How good rankings are, on a test collection in BEIR form.

A collection is a folder with `corpus.jsonl`, `queries.jsonl` and `qrels/test.tsv`; each line of
the first two names its "language", or gets the one that is detected. Every pair of query language
and document language is measured by itself, and then the mixed pool, in which documents of all
languages compete.

    read_collection() → evaluate() → PairValues, a value for each query → summarise() → Measurement
"""

import csv
import json
from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass
from pathlib import Path
from typing import Any

from index.cleaning.articles import clean
from index.errors import EvaluationError
from index.languages import detect_query, partition
from index.types import RawDocument
from search.metrics import bootstrap_interval, ndcg, recall, reciprocal_rank, success
from search.searcher import Searcher
from search.types import MODES, SearchRequest

DEPTH = 10
MIXED = "mixed"
MEASURES = ("nDCG@10", "MRR@10", "R@10", "P@1")

Ranker = Callable[[str, tuple[str, ...]], Sequence[str]]
"""Called with a query and the languages it may find documents of (none: all); returns ids, best first."""


@dataclass(frozen=True, slots=True)
class JudgedQuery:
    """A query, the language it is in, and the relevance of documents by id."""

    id: str
    text: str
    language: str
    relevance: Mapping[str, int]


@dataclass(frozen=True, slots=True)
class PooledDocument:
    """A document to be found: its text under its title, and the language that it is pooled with, as in an index."""

    id: str
    text: str
    language: str


@dataclass(frozen=True, slots=True)
class Collection:
    """A test collection: where its corpus is, the documents of that by id, and the queries."""

    name: str
    corpus: Path
    documents: Mapping[str, PooledDocument]
    queries: Sequence[JudgedQuery]

    def pools(self) -> dict[str, tuple[str, ...]]:
        """The languages of each pool, by its name: every language alone, then all together."""
        languages = sorted({document.language for document in self.documents.values()})
        alone: dict[str, tuple[str, ...]] = {language: (language,) for language in languages}
        return alone if len(languages) < 2 else {**alone, MIXED: ()}


@dataclass(frozen=True, slots=True)
class QueryValues:
    """The measures of one query's ranking."""

    query: str
    measures: Mapping[str, float]


@dataclass(frozen=True, slots=True)
class PairValues:
    """The values of all queries of one pair under one ranker; `documents` is a language, or "mixed"."""

    collection: str
    mode: str
    queries: str
    documents: str
    values: Sequence[QueryValues]


@dataclass(frozen=True, slots=True)
class Measurement:
    """Mean measures of one pair under one ranker, each with its 95 % interval."""

    collection: str
    mode: str
    queries: str
    documents: str
    count: int
    measures: Mapping[str, float]
    intervals: Mapping[str, tuple[float, float]]

    @property
    def pair(self) -> str:
        """As tables name it: `en → ar`."""
        return f"{self.queries} → {self.documents}"


def read_collection(folder: Path) -> Collection:
    """The collection in a folder. Raises EvaluationError with the file and line at fault."""
    corpus = folder / "corpus.jsonl"
    documents: dict[str, PooledDocument] = {}
    for record in _records(corpus):
        documents.setdefault(record.id, _pooled(record))  # the first of an id is the one that is indexed
    qrels = _read_qrels(folder / "qrels" / "test.tsv")
    queries = [
        JudgedQuery(record.id, record.text, record.language or detect_query(record.text), qrels[record.id])
        for record in _records(folder / "queries.jsonl")
        if record.id in qrels
    ]
    unknown = sorted({item for query in queries for item in query.relevance} - set(documents))
    if unknown:
        raise EvaluationError(
            f"{folder}/qrels/test.tsv judges {unknown[0]!r}, which {corpus} lacks; correct one of them"
        )
    if not queries:
        raise EvaluationError(
            f"{folder} has no query with a judgment; expected the ids of queries.jsonl in qrels/test.tsv"
        )
    return Collection(folder.name, corpus, documents, queries)


def rankers(searcher: Searcher, modes: Sequence[str] = MODES) -> dict[str, Ranker]:
    """A searcher's ranking in each mode, by the mode's name."""

    def ranker(mode: str) -> Ranker:
        return lambda text, languages: searcher.ranking(
            SearchRequest(text, DEPTH, languages=languages, mode=mode, collapse=False)
        )

    return {mode: ranker(mode) for mode in modes}


def evaluate(
    rankers: Mapping[str, Ranker], collection: Collection, progress: Callable[[int], object] = lambda done: None
) -> list[PairValues]:
    """The values of every pair that has judgments, and of the mixed pool, under each ranker.

    `progress` is told of each query that all rankers have answered.
    """
    pools = collection.pools()
    values: dict[tuple[str, str, str], list[QueryValues]] = {
        (mode, asked, pool): []
        for mode in rankers
        for asked in sorted({query.language for query in collection.queries})
        for pool in pools
    }
    for query in collection.queries:
        for pool, languages in pools.items():
            relevance = _relevance(query, collection, languages)
            if any(gain > 0 for gain in relevance.values()):
                for mode, ranker in rankers.items():
                    measured = _measures(ranker(query.text, languages), relevance)
                    values[mode, query.language, pool].append(QueryValues(query.id, measured))
        progress(1)
    return [
        PairValues(collection.name, mode, asked, pool, tuple(found))
        for (mode, asked, pool), found in values.items()
        if found
    ]


def summarise(pair: PairValues) -> Measurement:
    """The means over a pair's queries, and how far the choice of queries may have moved them."""
    columns = {name: [value.measures[name] for value in pair.values] for name in MEASURES}
    return Measurement(
        pair.collection,
        pair.mode,
        pair.queries,
        pair.documents,
        count=len(pair.values),
        measures={name: sum(column) / len(column) for name, column in columns.items()},
        intervals={name: bootstrap_interval(column) for name, column in columns.items()},
    )


def _relevance(query: JudgedQuery, collection: Collection, languages: tuple[str, ...]) -> dict[str, int]:
    """The judgments of a query within a pool."""
    return {
        item: gain
        for item, gain in query.relevance.items()
        if not languages or collection.documents[item].language in languages
    }


def _measures(ranking: Sequence[str], relevance: Mapping[str, int]) -> dict[str, float]:
    return {
        "nDCG@10": ndcg(ranking, relevance, DEPTH),
        "MRR@10": reciprocal_rank(ranking, relevance, DEPTH),
        "R@10": recall(ranking, relevance, DEPTH),
        "P@1": success(ranking, relevance, 1),
    }


def _pooled(record: RawDocument) -> PooledDocument:
    """The document of a record; an index finds its language the same way."""
    text = f"{record.title}\n{record.text}" if record.title else record.text
    return PooledDocument(record.id, text, partition(record.language or clean(record).language))


def _records(path: Path) -> list[RawDocument]:
    """What every line holds."""
    try:
        # Not splitlines(): it also splits at separators that may stand inside a JSON string.
        lines = path.read_text(encoding="utf-8-sig").split("\n")
    except (OSError, UnicodeDecodeError) as problem:
        raise EvaluationError(f"{path} cannot be read ({problem}); expected a collection in BEIR form") from problem
    return [_record(line, path, number) for number, line in enumerate(lines, start=1) if line.strip()]


def _record(line: str, path: Path, number: int) -> RawDocument:
    try:
        record: dict[str, Any] = json.loads(line)
        identity = record["id"] if "id" in record else record["_id"]  # in the order that the index's reader looks
        text, title, language = record["text"], record.get("title") or "", record.get("language") or ""
        if not all(isinstance(value, str) for value in (text, title, language)):
            raise TypeError("text, title and language are strings")
        return RawDocument(str(identity), text, title, language)
    except (ValueError, KeyError, TypeError, AttributeError, RecursionError) as problem:
        raise EvaluationError(
            f'{path}, line {number}: expected a JSON object with "_id", "text" and "language" ({problem!r})'
        ) from problem


def _read_qrels(path: Path) -> dict[str, dict[str, int]]:
    """Query id → document id → relevance."""
    qrels: dict[str, dict[str, int]] = {}
    try:
        with path.open(encoding="utf-8", newline="") as stream:
            for number, row in enumerate(csv.reader(stream, delimiter="\t", quoting=csv.QUOTE_NONE), start=1):
                if number == 1 or not row:
                    continue  # the first line names the columns
                query, document, gain = row
                qrels.setdefault(query, {})[document] = int(gain)
    except (OSError, UnicodeDecodeError) as problem:
        raise EvaluationError(f"{path} cannot be read ({problem}); expected a collection in BEIR form") from problem
    except ValueError as problem:
        raise EvaluationError(f"{path}, line {number}: expected query-id, corpus-id, score ({problem})") from problem
    return qrels
