"""Searcher.search(): the ten lines a newcomer reads first.

A query is understood; in each language both legs put candidates forward; their scores are fused;
the best chunk stands for its document; the page asked for is cut out and gets its snippets.
"""

from collections.abc import Mapping, Sequence
from pathlib import Path
from time import perf_counter

import numpy as np
from numpy.typing import NDArray

from index.encoder import BUNDLED, load_encoder
from index.errors import QueryError
from index.languages import PARTITIONS, partition
from index.snapshot import Partition, Snapshot
from index.types import Document, Encoder, Vectors
from search.facets import DocumentFacts
from search.fusion import fuse
from search.grouping import best_per_document
from search.query import Query, understand
from search.settings import SearchSettings
from search.snippets import snippet
from search.translate import Translator
from search.types import (
    MODES,
    Candidate,
    Explanation,
    Hit,
    SearchRequest,
    SearchResult,
    TermShare,
    WeightedTerm,
)

_Terms = Mapping[str, Sequence[WeightedTerm]]


class Searcher:
    """Answers queries from one snapshot. Safe to use from several threads."""

    def __init__(self, snapshot: Snapshot, encoder: Encoder, translator: Encoder, settings: SearchSettings) -> None:
        snapshot.require_models(encoder, translator)
        self.snapshot = snapshot
        self._encoder = encoder
        self._settings = settings
        self._facts = DocumentFacts(snapshot.store)
        self._translators = {
            language: Translator(part, translator, settings) for language, part in snapshot.partitions.items()
        }

    @classmethod
    def open(cls, index_folder: Path, settings: SearchSettings | None = None) -> "Searcher":
        """A searcher of the live generation, with the models it was built with."""
        snapshot = Snapshot.open(index_folder)
        translator = load_encoder(BUNDLED)
        encoder = translator if snapshot.manifest.model == BUNDLED else load_encoder(snapshot.manifest.model)
        return cls(snapshot, encoder, translator, settings or SearchSettings())

    def search(self, request: SearchRequest) -> SearchResult:
        """The page of documents that best answer a request. Raises QueryError for one that makes no sense."""
        started = perf_counter()
        self._check(request)
        query = understand(request.query, self._settings.longest_query)
        terms = self._translate(query, request)
        best = best_per_document(self._rank(query, terms, request), self._document_of)
        page = list(best.items())[request.offset : request.offset + request.limit]
        hits = self._hits(page, terms, request.offset)
        facets = self._facts.counts(list(best))
        took_ms = (perf_counter() - started) * 1000
        generation = self.snapshot.manifest.generation
        return SearchResult(query.text, query.language, round(took_ms, 2), len(best), generation, tuple(hits), facets)

    def ranking(self, request: SearchRequest) -> list[str]:
        """The ids of the page of documents, without snippets; for evaluations."""
        query = understand(request.query, self._settings.longest_query)
        ranked = self._rank(query, self._translate(query, request), request)
        page = list(best_per_document(ranked, self._document_of))[request.offset : request.offset + request.limit]
        documents = self.snapshot.store.get(page)
        return [documents[number].id for number in page]

    def document(self, identity: str) -> Document | None:
        """The document of an id, or None."""
        found = self.snapshot.store.find(identity)
        return found[1] if found else None

    def _check(self, request: SearchRequest) -> None:
        deepest = self._settings.deepest_result
        if request.mode not in MODES:
            raise QueryError(f"mode is {request.mode!r}; expected one of {', '.join(MODES)}")
        if request.limit < 1 or request.offset < 0 or request.offset + request.limit > deepest:
            raise QueryError(
                f"limit is {request.limit} and offset {request.offset}; expected a limit of at least 1, "
                f"an offset of at least 0 and no more than {deepest} together"
            )
        unknown = [language for language in request.languages if partition(language) != language.lower()]
        if unknown:
            raise QueryError(f"language is {unknown[0]!r}; expected one or more of {', '.join(PARTITIONS)}")
        if request.date_from and request.date_to and request.date_from > request.date_to:
            raise QueryError(f"date_from {request.date_from} is after date_to {request.date_to}; exchange them")

    def _translate(self, query: Query, request: SearchRequest) -> _Terms:
        wanted = {language.lower() for language in request.languages} or set(PARTITIONS)
        languages = [language for language in self.snapshot.partitions if language in wanted]
        return {language: self._translators[language].translate(query) for language in languages}

    def _rank(self, query: Query, terms: _Terms, request: SearchRequest) -> list[Candidate]:
        """The candidates of all languages, best first; equal ones by language and row."""
        vector = self._encoder.encode_queries([query.text])[0]
        allowed = self._facts.allowed(request)
        found = [
            candidate
            for language, weighted in terms.items()
            for candidate in self._candidates(
                self.snapshot.partitions[language], vector, weighted, allowed, request.mode
            )
        ]
        return sorted(found, key=lambda item: (-item.score, item.language, item.row))

    def _candidates(
        self,
        part: Partition,
        vector: Vectors,
        terms: Sequence[WeightedTerm],
        allowed_documents: NDArray[np.bool_] | None,
        mode: str,
    ) -> list[Candidate]:
        """What both legs put forward in one language, with fused scores."""
        k = self._settings.candidates
        allowed = None if allowed_documents is None else allowed_documents[part.chunks.documents]
        lexical = part.lexical.scores(_weights(terms))
        if allowed is not None:
            lexical[~allowed] = 0.0
        lexical_rows = [] if mode == "dense" else _top(lexical, k)
        dense_found = [] if mode == "lexical" or not vector.any() else part.vectors.search(vector, k, allowed)
        dense_ranks = {item.row: rank for rank, item in enumerate(dense_found, start=1)}
        lexical_ranks = {row: rank for rank, row in enumerate(lexical_rows, start=1)}
        rows = np.array(sorted(dense_ranks.keys() | lexical_ranks.keys()), dtype=np.int64)
        dense_scores = part.vectors.scores(vector, rows).astype(np.float64)
        lexical_scores = lexical[rows].astype(np.float64)
        fused = {
            "hybrid": lambda: fuse([dense_scores, lexical_scores]),
            "dense": lambda: dense_scores,
            "lexical": lambda: lexical_scores,
        }[mode]()
        return [
            Candidate(
                part.language,
                row,
                float(dense),
                float(words),
                dense_ranks.get(row),
                lexical_ranks.get(row),
                float(score),
            )
            for row, dense, words, score in zip(rows.tolist(), dense_scores, lexical_scores, fused, strict=True)
        ]

    def _document_of(self, candidate: Candidate) -> int:
        return int(self.snapshot.partitions[candidate.language].chunks.documents[candidate.row])

    def _hits(self, page: Sequence[tuple[int, Candidate]], terms: _Terms, offset: int) -> list[Hit]:
        documents = self.snapshot.store.get([number for number, _ in page])
        return [
            self._hit(rank, candidate, documents[number], terms[candidate.language])
            for rank, (number, candidate) in enumerate(page, start=offset + 1)
        ]

    def _hit(self, rank: int, candidate: Candidate, document: Document, terms: Sequence[WeightedTerm]) -> Hit:
        part = self.snapshot.partitions[candidate.language]
        chunk = part.chunk(candidate.row, document)
        shares = _shares(part, candidate.row, terms)
        worth = {item.term: item.weight for item in terms}
        return Hit(
            rank=rank,
            score=round(candidate.score, 4),
            document=document,
            chunk=chunk,
            snippet=snippet(chunk.text, part.language, worth, self._settings.snippet_length),
            explain=Explanation(
                candidate.dense, candidate.dense_rank, candidate.lexical, candidate.lexical_rank, shares
            ),
        )


def _weights(terms: Sequence[WeightedTerm]) -> dict[int, float]:
    """The weight of each term number: that of all the query words it stands for together."""
    weights: dict[int, float] = {}
    for item in terms:
        weights[item.number] = weights.get(item.number, 0.0) + item.weight
    return weights


def _shares(part: Partition, row: int, terms: Sequence[WeightedTerm]) -> tuple[TermShare, ...]:
    """What each term that stands in a row added to its score, the largest share first."""
    shares = [
        TermShare(item.term, item.origin, round(item.weight, 4), round(item.weight * impact, 4))
        for item in terms
        if (impact := part.lexical.impact(item.number, row))
    ]
    return tuple(sorted(shares, key=lambda share: (-share.score, share.term)))


def _top(scores: NDArray[np.float32], k: int) -> list[int]:
    """The rows of the k highest scores above 0, highest first, equal ones by row."""
    positive = np.flatnonzero(scores > 0)
    if len(positive) > k:
        cut = np.partition(scores[positive], -k)[-k]
        positive = positive[scores[positive] >= cut]
    order = np.lexsort((positive, -scores[positive]))[:k]
    return [int(row) for row in positive[order]]
