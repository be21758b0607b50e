"""Measures of a ranking, one formula each. Ranks count from 1; relevance above 0 is relevant."""

from collections.abc import Mapping, Sequence
from math import log2


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


def _discounted(gains: Sequence[int]) -> float:
    return sum(gain / log2(rank + 1) for rank, gain in enumerate(gains, start=1))
