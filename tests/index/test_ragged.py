"""Lists that lie one after the other in an array."""

import numpy as np

from index.ragged import Lists


def test_lists() -> None:
    """Taking and joining lists, by eye."""
    lists = Lists.of([[1, 2], [], [3]])
    taken = lists.take(np.array([2, 0, 1, 2]))
    assert (taken.values.tolist(), taken.starts.tolist()) == ([3, 1, 2, 3], [0, 1, 3, 3, 4])
    assert taken.counts.tolist() == [1, 2, 0, 1]
    joined = lists.joined(Lists.of([[4, 5], []]))
    assert (joined.values.tolist(), joined.starts.tolist()) == ([1, 2, 3, 4, 5], [0, 2, 2, 3, 5, 5])


def test_no_lists() -> None:
    """Nothing taken, joined and looked up is nothing."""
    none = Lists.of([])
    assert len(none) == len(none.take(np.zeros(0, np.int64))) == len(none.joined(none)) == len(none.through(none)) == 0
