"""Searcher.search(): the ten lines a newcomer reads first.

A query is understood; in each language both legs put candidates forward; their scores are fused;
the best chunk stands for its document; the page asked for is cut out and gets its snippets.
"""

from collections.abc import Mapping, Sequence
from dataclasses import replace
from pathlib import Path

import numpy as np

from index.chunking import embedded_text
from index.encoder import BUNDLED, load_encoder
from index.errors import DatesReversed, QueryError, ResultTooDeep
from index.generations import Generations
from index.languages import PARTITIONS, Analyzer, partition
from index.snapshot import Snapshot
from index.types import Document, Encoder, Vectors
from search.answers import bar, shown
from search.cores import one_core_each
from search.facets import DocumentFacts
from search.legs import FEW, legs_of
from search.matching import Asked, Importance
from search.memory import give_back
from search.presentation import Presenter, term_worth
from search.query import Query, understand
from search.ranking import Candidate, Ranking
from search.rerank import Reranker, load_reranker, rerank
from search.settings import SearchSettings
from search.similar import tell
from search.snippets import Match, find_matches, sentence_end, window
from search.spelling import corrected
from search.stages import Stages
from search.suggest import Suggester
from search.translate import Translator
from search.types import (
    MODES,
    SORTS,
    QueryWord,
    Reading,
    SearchRequest,
    SearchResult,
)
from search.wordvectors import WordVectors

_Words = Mapping[str, Sequence[QueryWord]]

_ROUNDING = 1e-4
"""By so much may a score differ when it is worked out beside others; results differ by more."""


class Searcher:
    """Answers queries from one snapshot. Safe to use from several threads, each on a core of its own."""

    def __init__(
        self,
        snapshot: Snapshot,
        encoder: Encoder,
        translator: Encoder,
        settings: SearchSettings,
        reranker: Reranker | None = None,
    ) -> None:
        snapshot.require_models(encoder, translator)
        one_core_each()
        self.snapshot = snapshot
        self._encoder = encoder
        self._settings = settings
        self._reranker = reranker
        self._suggester = Suggester(snapshot)
        self._facts = DocumentFacts(snapshot.store.facts)
        self._legs = legs_of(snapshot.partitions, settings)
        # The scale was measured on indexes of some size; of a handful of documents all are shown.
        self._is_measured = sum(map(len, snapshot.partitions.values())) >= FEW
        self._analyzers = {language: Analyzer(language) for language in snapshot.partitions}
        self._presenter = Presenter(snapshot, self._analyzers, settings.snippet_length)
        self._word_vectors = WordVectors(translator)
        self._is_translator = encoder is translator
        self._translators = {
            language: Translator(part, self._word_vectors, settings) for language, part in snapshot.partitions.items()
        }

    @classmethod
    def open(cls, index_folder: Path, settings: SearchSettings | None = None) -> "Searcher":
        """A searcher of the live generation, with the models it was built with."""
        return cls.open_generation(Generations(index_folder).current(), settings)

    @classmethod
    def open_generation(cls, folder: Path, settings: SearchSettings | None = None) -> "Searcher":
        """A searcher of the generation in a folder."""
        snapshot = Snapshot.open_generation(folder)
        translator = load_encoder(BUNDLED)
        encoder = translator if snapshot.manifest.model == BUNDLED else load_encoder(snapshot.manifest.model)
        settings = settings or SearchSettings()
        reranker = load_reranker(settings.reranker) if settings.reranker else None
        searcher = cls(snapshot, encoder, translator, settings, reranker)
        give_back()
        return searcher

    def search(self, request: SearchRequest) -> SearchResult:
        """The page of documents that best answer a request.

        Raises QueryError for one that makes no sense, and SearchTimeout.
        """
        stages = Stages(self._settings.time_limit)
        self._check(request)
        query = understand(request.query, self._settings.longest_query)
        vector, words = self._vector(query, stages), self._translate(query, request)
        stages.lap("translate")
        ranking = self._rank(query, vector, words, request, stages)
        stages.lap("rank")
        return self._result(query, words, ranking, request, stages)

    def similar(self, identity: str, limit: int = 10) -> SearchResult | None:
        """Documents of all languages that tell of the same as one document, without it; None if there is no such.

        The document is its own query: the mean of its chunks' vectors, and its most telling words.
        """
        stages = Stages(self._settings.time_limit)
        found = self.snapshot.store.find(identity)
        if found is None:
            return None
        number, document = found
        request = SearchRequest(document.title or document.id, limit=limit)
        self._check(request)
        part = self.snapshot.partitions[partition(document.language)]
        told = tell(number, document, part, self._analyzers[part.language])
        query = Query(request.query, document.language, told.words)
        words = self._translate(query, request)
        stages.lap("translate")
        ranking = self._rank(query, told.vector, words, request, stages)
        ranking = ranking.without(self.snapshot.clusters.members(number))
        stages.lap("rank")
        return self._result(query, words, ranking, request, stages)

    def _result(
        self, query: Query, words: _Words, ranking: Ranking, request: SearchRequest, stages: Stages
    ) -> SearchResult:
        """The page of a ranking that a request wants, with snippets, totals and counts."""
        page, allowed = ranking.page(request.offset, request.limit), self._facts.allowed(request)
        hits = self._presenter.hits(page, words, allowed, request)
        facets = self._facts.counts(ranking.documents)
        stages.lap("present")
        return SearchResult(
            query.text,
            query.language,
            stages.total_ms,
            len(ranking),
            self.snapshot.manifest.generation,
            tuple(hits),
            facets,
            stages.ms,
            stages.leg_ms,
        )

    def suggest(self, typed: str, limit: int = 8) -> list[str]:
        """Queries that what is typed so far may become, likeliest first."""
        return self._suggester.suggest(typed, limit)

    def ranking(self, request: SearchRequest) -> list[str]:
        """The ids of the page of documents, without snippets; for evaluations."""
        return [identity for identity, _ in self.scored(request)]

    def scored(self, request: SearchRequest) -> list[tuple[str, float]]:
        """The ids of the page of documents with their fused scores."""
        stages = Stages(self._settings.time_limit)
        self._check(request)
        query = understand(request.query, self._settings.longest_query)
        vector, words = self._vector(query, stages), self._translate(query, request)
        ranking = self._rank(query, vector, words, request, stages)
        page = ranking.page(request.offset, request.limit)
        documents = self.snapshot.store.get([candidate.document for candidate in page])
        return [(documents[candidate.document].id, candidate.score) for candidate in page]

    def corrected(self, text: str) -> str:
        """A query with words that no document holds replaced by ones written nearly so, or "" if there are none."""
        return corrected(understand(text, self._settings.longest_query), self.snapshot, self._suggester)

    def months(self) -> dict[str, dict[str, int]]:
        """How many documents each month (`2024-05`) has in each language; "" stands for those without a date."""
        return self._facts.months()

    def document(self, identity: str) -> Document | None:
        """The document of an id, or None."""
        found = self.snapshot.store.find(identity)
        return found[1] if found else None

    def read(self, identity: str, text: str = "") -> Reading | None:
        """The document of an id with what a query marks in it, or None. Raises QueryError for one without a word."""
        found = self.snapshot.store.find(identity)
        if found is None or not text:
            return Reading(found[1]) if found else None
        number, document = found
        query = understand(text, self._settings.longest_query)
        language = partition(document.language)
        analyzer, words = self._analyzers[language], self._translators[language].translate(query)
        worth = term_worth(words)
        return Reading(
            document,
            _ranges(find_matches(document.title, analyzer, worth)),
            _ranges(find_matches(document.text, analyzer, worth)),
            self._passage_of(number, document, query, words),
        )

    def _passage_of(
        self, number: int, document: Document, query: Query, words: Sequence[QueryWord]
    ) -> tuple[int, int] | None:
        """Where the document answers best, if it answers: what a hit's snippet shows, in whole sentences."""
        part = self.snapshot.partitions[partition(document.language)]
        only = np.zeros(len(self.snapshot.store), dtype=bool)
        only[number] = True
        asked = Asked.of(words)
        importance = Importance.of(query.words, {part.language: asked}, self.snapshot.partitions)
        stages = Stages(self._settings.time_limit)
        vector = self._vector(query, stages)
        ranking = self._legs[part.language].rank(vector, asked, importance, only, "hybrid", stages)
        if not len(ranking):
            return None
        chunk = part.chunk(int(ranking.rows[0]), document)
        worth = term_worth(words)
        matches = find_matches(chunk.text, self._analyzers[part.language], worth)
        start, end = window(chunk.text, matches, worth, self._settings.snippet_length)
        return chunk.start + start, chunk.start + sentence_end(chunk.text, end)

    def _check(self, request: SearchRequest) -> None:
        deepest = self._settings.deepest_result
        if request.mode not in MODES:
            raise QueryError(f"mode is {request.mode!r}; expected one of {', '.join(MODES)}")
        if request.sort not in SORTS:
            raise QueryError(f"sort is {request.sort!r}; expected one of {', '.join(SORTS)}")
        if request.limit < 1 or request.offset < 0 or request.offset + request.limit > deepest:
            raise ResultTooDeep(
                f"limit is {request.limit} and offset {request.offset}; expected a limit of at least 1, "
                f"an offset of at least 0 and no more than {deepest} together"
            )
        unknown = [language for language in request.languages if partition(language) != language.lower()]
        if unknown:
            raise QueryError(f"language is {unknown[0]!r}; expected one or more of {', '.join(PARTITIONS)}")
        if request.date_from and request.date_to and request.date_from > request.date_to:
            raise DatesReversed(f"date_from {request.date_from} is after date_to {request.date_to}; exchange them")

    def _translate(self, query: Query, request: SearchRequest) -> _Words:
        wanted = {language.lower() for language in request.languages} or set(PARTITIONS)
        languages = [language for language in self.snapshot.partitions if language in wanted]
        return {language: self._translators[language].translate(query) for language in languages}

    def _vector(self, query: Query, stages: Stages) -> Vectors:
        with stages.leg("dense"):
            if self._is_translator:
                return self._word_vectors.beside(query.text, query.words)
            vector: Vectors = self._encoder.encode_queries([query.text])[0]
        return vector

    def _rank(self, query: Query, vector: Vectors, words: _Words, request: SearchRequest, stages: Stages) -> Ranking:
        """The documents of all languages that are good enough to show, best first; equal ones by number."""
        ranking = self._merged(query, vector, words, request, stages)
        if request.mode == "hybrid":
            ranking = self._reranked(self._answering(ranking, query, vector, words, request, stages), query)
        return self._shown(ranking, request)

    def _merged(self, query: Query, vector: Vectors, words: _Words, request: SearchRequest, stages: Stages) -> Ranking:
        allowed = self._facts.allowed(request)
        asked = {language: Asked.of(of_language) for language, of_language in words.items()}
        importance = Importance.of(query.words, asked, self.snapshot.partitions)
        found = {
            language: self._legs[language].rank(vector, of_language, importance, allowed, request.mode, stages)
            for language, of_language in asked.items()
        }
        return Ranking.merged(list(found.values()))

    def _answering(
        self, ranking: Ranking, query: Query, vector: Vectors, words: _Words, request: SearchRequest, stages: Stages
    ) -> Ranking:
        """What of a ranking answers the query: all of some merit, a few if it is doubtful that any does, or nothing.

        Whether anything does is asked of all sources and days, so that a filter shows as many as its count promised.
        """
        if not self._is_measured:
            return ranking
        whole = replace(request, sources=(), date_from=None, date_to=None)
        everything = ranking if whole == request else self._merged(query, vector, words, whole, stages)
        narrowed = len(words) < len(self.snapshot.partitions)
        height = bar(len(query.words), narrowed, self._settings)
        worthy = shown(everything.scores, height, self._settings)
        if everything is ranking or not worthy:
            return ranking.first(worthy)
        least = everything.scores[worthy - 1] - _ROUNDING
        return ranking.first(int(np.count_nonzero(ranking.scores >= least)))

    def _shown(self, ranking: Ranking, request: SearchRequest) -> Ranking:
        """The ranking in the order asked for, each cluster of near-duplicates by the first of its documents."""
        if request.sort == "date":
            ranking = ranking.newest_first(self._facts.days)
        return ranking.collapsed(self.snapshot.clusters.of_document) if request.collapse else ranking

    def _reranked(self, ranking: Ranking, query: Query) -> Ranking:
        """The ranking with its best part ordered by the second stage, if there is one."""
        if self._reranker is None:
            return ranking
        best = ranking.page(0, self._settings.rerank_depth)
        documents = self.snapshot.store.get([candidate.document for candidate in best])
        passages = [self._passage(candidate, documents[candidate.document]) for candidate in best]
        return rerank(ranking, passages, query.text, self._reranker, self._settings.rerank_depth)

    def _passage(self, candidate: Candidate, document: Document) -> str:
        chunk = self.snapshot.partitions[candidate.language].chunk(candidate.row, document)
        return embedded_text(document, chunk.text)


def _ranges(matches: Sequence[Match]) -> tuple[tuple[int, int], ...]:
    return tuple((match.start, match.end) for match in matches)
