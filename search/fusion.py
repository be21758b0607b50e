"""Two legs' scores → one score that means the same in every language. Pure.

Each leg is put on a scale of its own query and language, so that an Arabic and an Urdu document
can be compared:

    score = (cosine - mean) / deviation  +  weight * share of the query's words that are covered

Mean and deviation are those of the language's background: what the query scores against chunks
taken at random. Unlike the scores of the candidates themselves, the background does not change
when a language holds two good documents instead of one. The share is that of `matching.py`: of each
word the BM25 out of its best, by what the word counts in all languages together. On the development
collections this beats reciprocal rank fusion (Cormack, Clarke and Buettcher, SIGIR 2009) in every
language pair, because it keeps how far ahead a candidate is and not only where it stands.
"""

from collections.abc import Sequence
from math import exp, sqrt
from typing import Any

import numpy as np
from numpy.typing import NDArray

Scores = NDArray[np.floating[Any]]

_RELEVANT_SHARE = 0.02
"""The highest share of a background sample is left out: it may be what the query is looking for."""

_MIDDLE, _SLOPE = 7.3, 0.45

_LEAST_DEVIATION = 0.02
"""Cosines of a background that differ less than this differ by chance, as in an index of two documents."""


def standardise(scores: Scores, background: Scores) -> Scores:
    """How far above its background each score stands, in the background's standard deviations.

    >>> standardise(np.array([0.5, 0.1]), np.array([0.0, 0.2, 0.9]))
    array([4., 0.])
    """
    usual = np.sort(background)[: -max(1, int(len(background) * _RELEVANT_SHARE))]
    count = max(1, len(usual))
    mean = float(usual.sum()) / count
    usual -= mean
    deviation = sqrt(float(usual @ usual) / count)
    standard: Scores = (scores - mean) / max(deviation, _LEAST_DEVIATION)
    return standard


def relevance(score: float) -> float:
    """A fused score as an estimate, between 0 and 1, that the document is relevant.

    Logistic; middle and slope were fitted to relevant documents and the best irrelevant one of each
    query by `scripts/calibrate.py`.

    >>> relevance(7.3), round(relevance(15.0), 2)
    (0.5, 0.97)
    """
    return 1 / (1 + exp(-_SLOPE * (score - _MIDDLE)))


def reciprocal_rank_fusion(rankings: Sequence[Sequence[int]], constant: int = 60) -> dict[int, float]:
    """Each row's sum of 1 / (constant + rank) over the rankings; for comparison in evaluations.

    >>> reciprocal_rank_fusion([[7, 8], [8]])[8] == 1 / 62 + 1 / 61
    True
    """
    total: dict[int, float] = {}
    for ranking in rankings:
        for rank, row in enumerate(ranking, start=1):
            total[row] = total.get(row, 0.0) + 1 / (constant + rank)
    return total
