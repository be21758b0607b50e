"""One language's documents against a query: what both legs put forward, fused into one ranking."""

from collections.abc import Mapping, Sequence

import numpy as np
from numpy.typing import NDArray

from index.snapshot import Partition
from index.types import Vectors
from search.fusion import Scores, standardise
from search.grouping import group
from search.matching import Importance, scales, scores_by_word
from search.ranking import Ranking
from search.settings import SearchSettings
from search.types import QueryWord

FEW = 32
"""Chunks below which scores say little about chance."""


class Legs:
    """The dense and the lexical leg of one language.

    `background`, of shape (n, dimensions), holds chunks whose likeness to a query is what chance gives.
    """

    def __init__(self, part: Partition, background: Vectors, settings: SearchSettings) -> None:
        self._part = part
        self._background = background
        self._settings = settings

    def rank(
        self,
        vector: Vectors,
        words: Sequence[QueryWord],
        importance: Importance,
        allowed_documents: NDArray[np.bool_] | None,
        mode: str,
    ) -> Ranking:
        """What the legs that a mode wants put forward, fused by document."""
        part = self._part
        allowed = None if allowed_documents is None else allowed_documents[part.chunks.documents]
        by_word = scores_by_word(part.lexical, words)
        lexical = by_word.sum(axis=0)
        lexical_rows = _no_rows() if mode == "dense" else self._lexical_rows(lexical, words, allowed)
        dense_rows = _no_rows() if mode == "lexical" else self._dense_rows(vector, allowed)
        rows = np.union1d(lexical_rows, dense_rows)
        grouped = group(part.chunks.documents[rows])
        dense = part.vectors.scores(vector, rows)
        meaning = standardise(dense, self._background @ vector)
        shares = by_word[:, rows] * scales(part.lexical, words, importance)
        best = grouped.best_chunks(self._fused(meaning, shares.sum(axis=0), mode))
        # A document covers a word as well as the best of its chunks does.
        covered = grouped.highest(shares).sum(axis=0)
        return Ranking.of(
            part.language,
            documents=grouped.numbers,
            rows=rows[best],
            dense=dense[best],
            lexical=lexical[rows[best]],
            dense_ranks=_ranks(rows[best], dense_rows),
            lexical_ranks=_ranks(rows[best], lexical_rows),
            scores=self._fused(grouped.highest(meaning), covered, mode),
        )

    def _fused(self, meaning: Scores, covered: Scores, mode: str) -> Scores:
        if mode == "dense":
            return meaning
        weighted = self._settings.coverage_weight * covered
        return weighted if mode == "lexical" else meaning + weighted

    def _lexical_rows(
        self, scores: NDArray[np.float32], words: Sequence[QueryWord], allowed: NDArray[np.bool_] | None
    ) -> NDArray[np.int64]:
        """The rows that the lexical leg puts forward, best first, equal ones by row."""
        matching = np.flatnonzero(scores > 0)
        if len(matching) == 0:
            # In a tiny corpus BM25's idf may be 0 or less, which tells nothing about who has the word.
            matching = self._part.lexical.rows_with(item.number for word in words for item in word.terms)
        if allowed is not None:
            matching = matching[allowed[matching]]
        return _top(scores, matching, self._settings.candidates)

    def _dense_rows(self, vector: Vectors, allowed: NDArray[np.bool_] | None) -> NDArray[np.int64]:
        """The rows that the dense leg puts forward, best first; none for a query that has no vector."""
        found = self._part.vectors.search(vector, self._settings.candidates, allowed) if vector.any() else []
        return np.array([item.row for item in found], dtype=np.int64)


def legs_of(partitions: Mapping[str, Partition], settings: SearchSettings) -> dict[str, Legs]:
    """The legs of each language; one with few chunks has the chunks of all languages for its background."""
    samples = {language: part.vectors.sample(settings.background) for language, part in partitions.items()}
    everything = np.concatenate(list(samples.values()))
    return {
        language: Legs(part, samples[language] if len(samples[language]) >= FEW else everything, settings)
        for language, part in partitions.items()
    }


def _no_rows() -> NDArray[np.int64]:
    return np.zeros(0, dtype=np.int64)


def _top(scores: NDArray[np.float32], rows: NDArray[np.int64], k: int) -> NDArray[np.int64]:
    """The k of these rows with the highest scores, highest first, equal ones by row."""
    if len(rows) > k:
        cut = np.partition(scores[rows], -k)[-k]
        rows = rows[scores[rows] >= cut]
    return rows[np.lexsort((rows, -scores[rows]))[:k]]


def _ranks(rows: NDArray[np.int64], ranked: NDArray[np.int64]) -> NDArray[np.int64]:
    """The rank, from 1, of each row in a ranking; 0 where it is not in it."""
    if len(ranked) == 0:
        return np.zeros(len(rows), dtype=np.int64)
    order = np.argsort(ranked)
    place = np.searchsorted(ranked, rows, sorter=order).clip(max=len(ranked) - 1)
    found = order[place]
    return np.where(ranked[found] == rows, found + 1, 0)
