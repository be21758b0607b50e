"""One language's documents against a query: what both legs put forward, fused into one ranking."""

from collections.abc import Mapping

import numpy as np
from numpy.typing import NDArray

from index.gathered import NO_ROWS
from index.snapshot import Partition
from index.types import Vectors
from search.fusion import Scores, standardise
from search.grouping import group
from search.matching import Asked, Importance
from search.ranking import Ranking
from search.settings import SearchSettings
from search.stages import Stages

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
        asked: Asked,
        importance: Importance,
        allowed_documents: NDArray[np.bool_] | None,
        mode: str,
        stages: Stages,
    ) -> Ranking:
        """What the legs that a mode wants put forward, fused by document; `stages` is told how long each leg took."""
        part = self._part
        allowed = None if allowed_documents is None else allowed_documents[part.chunks.documents]
        with stages.leg("dense"):
            dense_rows = NO_ROWS if mode == "lexical" else self._dense_rows(vector, allowed)
        with stages.leg("lexical"):
            if mode == "dense":
                found = part.lexical.scored(asked.groups, np.sort(dense_rows))
            else:
                found = part.lexical.leading(asked.groups, self._settings.candidates, allowed, dense_rows)
        dense_ranks = _ranks(np.searchsorted(found.rows, dense_rows), len(found.rows))
        lexical_ranks = _ranks(found.best, len(found.rows))
        kept = np.flatnonzero(dense_ranks + lexical_ranks)
        rows = found.rows[kept]
        grouped = group(part.chunks.documents[rows])
        dense = part.vectors.scores(vector, rows)
        meaning = standardise(dense, self._background @ vector)
        shares = asked.covered(found.by_group(kept), part.lexical, importance)
        best = grouped.best_chunks(self._fused(meaning, shares.sum(axis=0), mode))
        # A document covers a word as well as the best of its chunks does.
        covered = grouped.highest(shares).sum(axis=0)
        return Ranking.of(
            part.language,
            documents=grouped.numbers,
            rows=rows[best],
            dense=dense[best],
            lexical=found.total[kept[best]],
            dense_ranks=dense_ranks[kept[best]],
            lexical_ranks=lexical_ranks[kept[best]],
            scores=self._fused(grouped.highest(meaning), covered, mode),
        )

    def _fused(self, meaning: Scores, covered: Scores, mode: str) -> Scores:
        if mode == "dense":
            return meaning
        weighted = self._settings.coverage_weight * covered
        return weighted if mode == "lexical" else meaning + weighted

    def _dense_rows(self, vector: Vectors, allowed: NDArray[np.bool_] | None) -> NDArray[np.int64]:
        """The rows that the dense leg puts forward, best first; none for a query that has no vector."""
        wanted = self._settings.candidates if vector.any() else 0
        return self._part.vectors.search(vector, wanted, allowed).rows


def legs_of(partitions: Mapping[str, Partition], settings: SearchSettings) -> dict[str, Legs]:
    """The legs of each language; one with few chunks has the chunks of all languages for its background."""
    samples = {language: part.vectors.sample(settings.background) for language, part in partitions.items()}
    everything = np.concatenate(list(samples.values()))
    return {
        language: Legs(part, samples[language] if len(samples[language]) >= FEW else everything, settings)
        for language, part in partitions.items()
    }


def _ranks(places: NDArray[np.int64], count: int) -> NDArray[np.int64]:
    """The rank, from 1, of each of so many places, of which these are ranked, best first; 0 for another."""
    ranks = np.zeros(count, dtype=np.int64)
    ranks[places] = np.arange(1, len(places) + 1)
    return ranks
