"""Documents in order: arrays that stay together, so that a score travels with what it scores."""

from collections.abc import Sequence
from dataclasses import dataclass
from typing import Any

import numpy as np
from numpy.typing import NDArray

from search.fusion import Scores


@dataclass(frozen=True, slots=True)
class Candidate:
    """A document under consideration, by its best chunk.

    `dense` and `lexical` are that chunk's raw scores and `dense_rank`, `lexical_rank` its ranks
    in the two legs of its language, None where a leg did not put it forward; `score` is fused.
    """

    language: str
    document: int
    row: int
    dense: float
    lexical: float
    dense_rank: int | None
    lexical_rank: int | None
    score: float


@dataclass(frozen=True, slots=True)
class Ranking:
    """Candidates as arrays of shape (candidates,), best first; a rank of 0 stands for none."""

    languages: NDArray[np.object_]
    documents: NDArray[np.int64]
    rows: NDArray[np.int64]
    dense: Scores
    lexical: Scores
    dense_ranks: NDArray[np.int64]
    lexical_ranks: NDArray[np.int64]
    scores: Scores

    @classmethod
    def of(
        cls,
        language: str,
        documents: NDArray[np.int64],
        rows: NDArray[np.int64],
        dense: Scores,
        lexical: Scores,
        dense_ranks: NDArray[np.int64],
        lexical_ranks: NDArray[np.int64],
        scores: Scores,
    ) -> "Ranking":
        """The candidates of one language, in any order."""
        languages = np.full(len(documents), language, dtype=object)
        return cls(languages, documents, rows, dense, lexical, dense_ranks, lexical_ranks, scores)

    @classmethod
    def merged(cls, rankings: Sequence["Ranking"]) -> "Ranking":
        """The candidates of several languages in one order: by score, equal ones by document number."""
        if not rankings:
            nothing = np.zeros(0, dtype=np.int64)
            return cls.of("", nothing, nothing, np.zeros(0), np.zeros(0), nothing, nothing, np.zeros(0))
        columns = [np.concatenate([getattr(item, name) for item in rankings]) for name in cls.__slots__]
        together = cls(*columns)
        order = np.lexsort((together.documents, -together.scores))
        return cls(*(column[order] for column in columns))

    def __len__(self) -> int:
        return len(self.documents)

    def without(self, documents: NDArray[np.int64]) -> "Ranking":
        """The candidates but for these documents."""
        return self._chosen(~np.isin(self.documents, documents))

    def newest_first(self, days: NDArray[Any]) -> "Ranking":
        """The candidates by day, given by document number, latest first; those of one day stay in order."""
        return self._chosen(np.argsort(-days[self.documents], kind="stable"))

    def _chosen(self, places: NDArray[Any]) -> "Ranking":
        return Ranking(*(getattr(self, name)[places] for name in self.__slots__))

    def collapsed(self, cluster_of: NDArray[Any]) -> "Ranking":
        """The first candidate of each cluster, by an array that gives every document's cluster."""
        _, first = np.unique(cluster_of[self.documents], return_index=True)
        return self._chosen(np.sort(first))

    def first(self, count: int) -> "Ranking":
        """The best of the candidates, at most `count`."""
        return Ranking(*(getattr(self, name)[:count] for name in self.__slots__))

    def page(self, offset: int, limit: int) -> list[Candidate]:
        """The candidates from `offset` on, at most `limit`."""
        return [self._candidate(place) for place in range(offset, min(offset + limit, len(self)))]

    def _candidate(self, place: int) -> Candidate:
        return Candidate(
            str(self.languages[place]),
            int(self.documents[place]),
            int(self.rows[place]),
            float(self.dense[place]),
            float(self.lexical[place]),
            int(self.dense_ranks[place]) or None,
            int(self.lexical_ranks[place]) or None,
            float(self.scores[place]),
        )
