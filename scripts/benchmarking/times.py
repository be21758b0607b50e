"""What a list of times comes to."""

import statistics
from collections.abc import Sequence


def spread(milliseconds: Sequence[float]) -> dict[str, float]:
    """Median, 95th and 99th of a hundred, and the mean.

    >>> spread([1.0, 2.0, 3.0, 4.0])
    {'p50': 2.5, 'p95': 4.0, 'p99': 4.0, 'mean': 2.5, 'count': 4}
    """
    ordered = sorted(milliseconds)
    last = len(ordered) - 1

    def at(share: float) -> float:
        return round(ordered[min(last, int(share * len(ordered)))], 3)

    return {
        "p50": round(statistics.median(ordered), 3),
        "p95": at(0.95),
        "p99": at(0.99),
        "mean": round(statistics.fmean(ordered), 3),
        "count": len(ordered),
    }
