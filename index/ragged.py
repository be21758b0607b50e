"""Groups that lie one after the other in an array."""

from collections.abc import Sequence
from typing import Any

import numpy as np
from numpy.typing import NDArray


def spans(starts: NDArray[Any], counts: NDArray[Any]) -> NDArray[np.int64]:
    """The numbers from each start on, as many as its count, one group after the other.

    >>> spans(np.array([7, 0]), np.array([2, 3]))
    array([7, 8, 0, 1, 2])
    """
    ends = np.cumsum(counts)
    total = int(ends[-1]) if len(ends) else 0
    return np.repeat(starts - (ends - counts), counts) + np.arange(total)


def bounds(counts: NDArray[Any] | Sequence[int]) -> NDArray[np.int64]:
    """Where each group begins, and at last where all end.

    >>> bounds(np.array([2, 3]))
    array([0, 2, 5])
    """
    found = np.zeros(len(counts) + 1, dtype=np.int64)
    np.cumsum(counts, out=found[1:])
    return found
