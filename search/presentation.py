"""Candidates → hits: what a page shows of each document, and why it is there."""

from collections.abc import Iterator, Mapping, Sequence

import numpy as np
from numpy.typing import NDArray

from index.languages import Analyzer
from index.snapshot import Partition, Snapshot
from index.types import Document
from search.fusion import relevance
from search.ranking import Candidate
from search.snippets import Match, find_matches, snippet
from search.types import Explanation, Hit, QueryWord, SearchRequest, TermShare


class Presenter:
    """Makes the hits of one snapshot. Safe to use from several threads."""

    def __init__(self, snapshot: Snapshot, analyzers: Mapping[str, Analyzer], snippet_length: int) -> None:
        self._snapshot = snapshot
        self._analyzers = analyzers
        self._snippet_length = snippet_length

    def hits(
        self,
        page: Sequence[Candidate],
        words: Mapping[str, Sequence[QueryWord]],
        allowed: NDArray[np.bool_] | None,
        request: SearchRequest,
    ) -> list[Hit]:
        """The hits of the page that a request wants; `words` are those of the query in each language.

        When near-duplicates are collapsed each stands for its own as well, those of the `allowed` documents, shape
        (documents,).
        """
        others = {item.document: self._others(item.document, allowed) if request.collapse else [] for item in page}
        documents = self._snapshot.store.get([number for shown in others for number in (shown, *others[shown])])
        worth = {language: term_worth(words[language]) for language in {item.language for item in page}}
        return [
            self._hit(
                rank,
                candidate,
                documents[candidate.document],
                words[candidate.language],
                worth[candidate.language],
                tuple(documents[number].id for number in others[candidate.document]),
                request.explain,
            )
            for rank, candidate in enumerate(page, start=request.offset + 1)
        ]

    def _others(self, document: int, allowed: NDArray[np.bool_] | None) -> list[int]:
        """The near-duplicates of a document that pass the filters, without itself."""
        members = self._snapshot.clusters.members(document)
        passing = members if allowed is None else members[allowed[members]]
        return [number for number in passing.tolist() if number != document]

    def _hit(
        self,
        rank: int,
        candidate: Candidate,
        document: Document,
        words: Sequence[QueryWord],
        worth: Mapping[str, float],
        duplicates: tuple[str, ...],
        explain: bool,
    ) -> Hit:
        part = self._snapshot.partitions[candidate.language]
        chunk = part.chunk(candidate.row, document)
        analyzer = self._analyzers[candidate.language]
        matches = find_matches(chunk.text, analyzer, worth)
        shares: tuple[TermShare, ...] = ()
        if explain:
            in_title = find_matches(document.title, analyzer, worth)
            present = _surfaces(document.title, in_title) | _surfaces(chunk.text, matches)
            shares = _shares(part, candidate.row, words, present)
        return Hit(
            rank=rank,
            score=round(relevance(candidate.score), 4),
            document=document,
            chunk=chunk,
            snippet=snippet(chunk.text, matches, worth, self._snippet_length),
            explain=Explanation(
                candidate.dense,
                candidate.dense_rank,
                candidate.lexical,
                candidate.lexical_rank,
                shares,
            ),
            duplicates=duplicates,
        )


def term_worth(words: Sequence[QueryWord]) -> dict[str, float]:
    """The highest weight of each term, for choosing what to show."""
    worth: dict[str, float] = {}
    for word in words:
        for term, weight in zip(word.terms.terms, word.terms.weights, strict=True):
            worth[term] = max(worth.get(term, 0.0), weight)
        for phrase in word.phrases:
            for term in phrase.terms:
                worth[term] = max(worth.get(term, 0.0), phrase.weight / len(phrase.terms))
    return worth


def _surfaces(text: str, matches: Sequence[Match]) -> dict[str, str]:
    """The first word of a text that gave each term, as it is spelled there."""
    return {match.term: text[match.start : match.end] for match in reversed(matches)}


def _shares(part: Partition, row: int, words: Sequence[QueryWord], present: Mapping[str, str]) -> tuple[TermShare, ...]:
    """What each query word added to the score of a row, by the best of its terms; the largest share first.

    `present` maps the terms that the document shows to its own spelling of them.
    """
    shares: list[TermShare] = []
    for word in words:
        scored = [*_term_shares(part, row, word, present), *_phrase_shares(part, row, word, present)]
        if scored:
            shares.append(max(scored, key=lambda share: (share.score, share.term)))
    return tuple(sorted(shares, key=lambda share: (-share.score, share.term)))


def _term_shares(part: Partition, row: int, word: QueryWord, present: Mapping[str, str]) -> Iterator[TermShare]:
    for item in word.terms:
        if item.term in present and (impact := part.lexical.impact(item.number, row)):
            score = round(item.weight * impact, 4)
            yield TermShare(item.term, present[item.term], word.word, round(item.weight, 4), score, item.by)


def _phrase_shares(part: Partition, row: int, word: QueryWord, present: Mapping[str, str]) -> Iterator[TermShare]:
    for phrase in word.phrases:
        impacts = [part.lexical.impact(number, row) for number in phrase.numbers]
        if all(impacts) and all(term in present for term in phrase.terms):
            surface = " ".join(present[term] for term in phrase.terms)
            score = round(phrase.weight * sum(impacts) / len(impacts), 4)
            weight = round(phrase.weight, 4)
            yield TermShare(" ".join(phrase.terms), surface, word.word, weight, score, phrase.by)
