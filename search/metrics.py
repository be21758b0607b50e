"""Measures of a ranking, one formula each. Ranks count from 1; relevance above 0 is relevant.

How sure the mean of a measure over queries is, is told by the bootstrap.
"""

from collections.abc import Mapping, Sequence
from math import log2

import numpy as np

RESAMPLES = 1000
_SEED = 20240229  # any number; fixed, so that the same values always have the same interval


def ndcg(ranking: Sequence[str], relevance: Mapping[str, int], k: int) -> float:
    """Normalised discounted cumulative gain of the first k (Järvelin and Kekäläinen, 2002), linear gain.

    >>> ndcg(["b", "a"], {"a": 1}, 10) == (1 / log2(3)) / 1
    True
    """
    ideal = sorted((gain for gain in relevance.values() if gain > 0), reverse=True)
    best = _discounted(ideal[:k])
    return _discounted([max(relevance.get(item, 0), 0) for item in ranking[:k]]) / best if best else 0.0


def reciprocal_rank(ranking: Sequence[str], relevance: Mapping[str, int], k: int) -> float:
    """1 / rank of the first relevant item among the first k, or 0.

    >>> reciprocal_rank(["x", "a"], {"a": 1}, 10)
    0.5
    """
    return next((1 / rank for rank, item in enumerate(ranking[:k], start=1) if relevance.get(item, 0) > 0), 0.0)


def recall(ranking: Sequence[str], relevance: Mapping[str, int], k: int) -> float:
    """The share of the relevant items that is among the first k.

    >>> recall(["a", "x"], {"a": 1, "b": 1}, 2)
    0.5
    """
    relevant = {item for item, gain in relevance.items() if gain > 0}
    return len(relevant.intersection(ranking[:k])) / len(relevant) if relevant else 0.0


def success(ranking: Sequence[str], relevance: Mapping[str, int], k: int) -> float:
    """1 when a relevant item is among the first k, else 0. At k = 1 this is precision at 1.

    >>> success(["x", "a"], {"a": 1}, 1)
    0.0
    """
    return float(any(relevance.get(item, 0) > 0 for item in ranking[:k]))


def bootstrap_interval(values: Sequence[float], resamples: int = RESAMPLES) -> tuple[float, float]:
    """The 95 % interval of the mean, by the percentile bootstrap over the values (Efron, 1979).

    >>> bootstrap_interval([0.5, 0.5, 0.5])
    (0.5, 0.5)
    """
    if not values:
        raise ValueError("0 values; expected at least 1 to draw from")
    drawn = np.random.default_rng(_SEED).integers(len(values), size=(resamples, len(values)))
    low, high = np.percentile(np.asarray(values)[drawn].mean(axis=1), [2.5, 97.5])
    return float(low), float(high)


def _discounted(gains: Sequence[int]) -> float:
    return sum(gain / log2(rank + 1) for rank, gain in enumerate(gains, start=1))
