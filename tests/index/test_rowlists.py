"""Lists of rows come back as they were, whether in one shard or in several, long or short."""

from pathlib import Path

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st
from numpy.typing import NDArray

from index.errors import IndexCorrupt
from index.ragged import bounds
from index.rowlists import RowLists, gathered

ROW_COUNTS = (1, 65_536, 65_537, 200_000)


def lists_of(lists: list[list[int]], row_count: int) -> RowLists:
    rows = np.array([row for rows in lists for row in rows], dtype=np.int32)
    return RowLists.of(bounds([len(rows) for rows in lists]), rows, row_count)


@st.composite
def lists(draw: st.DrawFn) -> tuple[list[list[int]], int]:
    """Lists, many of them short, of rows on both sides of the ends of shards; and the number of rows."""
    row_count = draw(st.sampled_from(ROW_COUNTS))
    near = st.builds(lambda end, off: end + off, st.sampled_from(ROW_COUNTS), st.integers(-30, 30))
    row = (near | st.integers(0, row_count - 1)).map(lambda row: min(max(0, row), row_count - 1))
    one = st.sets(row, max_size=40).map(sorted)
    return draw(st.lists(one, max_size=8)), row_count


@given(lists(), st.data())
def test_lists_are_gathered_in_the_order_asked_for(made: tuple[list[list[int]], int], data: st.DataObject) -> None:
    """Each as often as it is asked for, and after them those of other lists over the same rows."""
    every, row_count = made
    found = lists_of(every, row_count)
    numbers = st.lists(st.integers(0, len(every) - 1), max_size=6) if every else st.just([])
    first, then = data.draw(numbers), data.draw(numbers)
    rows, lengths = gathered(found, np.array(first, dtype=np.int64), found, np.array(then, dtype=np.int64))
    expected = [every[number] for number in (*first, *then)]
    assert rows.tolist() == [row for rows in expected for row in rows]
    assert lengths.tolist() == [len(rows) for rows in expected]
    assert found.lengths().tolist() == [len(rows) for rows in every]
    assert found.rows().tolist() == [row for rows in every for row in rows]


@pytest.mark.parametrize("row_count", ROW_COUNTS)
def test_lists_come_back_from_the_disk(tmp_path: Path, row_count: int) -> None:
    every = [list(range(0, row_count, step)) for step in (1, 1000, 60_000)] + [[], [row_count - 1]]
    lists_of(every, row_count).save(tmp_path, "some")
    opened = RowLists.open(tmp_path, "some", row_count)
    assert len(opened) == 5
    assert opened.rows().tolist() == [row for rows in every for row in rows]


def size(folder: Path) -> int:
    return sum(path.stat().st_size for path in folder.iterdir())


def test_a_row_of_a_long_list_takes_two_bytes(tmp_path: Path) -> None:
    """Also where rows need more than two, but for a few bytes a list."""
    every: NDArray[np.int32] = np.arange(0, 200_000, 2, dtype=np.int32)
    RowLists.of(np.array([0, len(every)]), every, 200_000).save(tmp_path, "some")
    assert size(tmp_path) < 2 * len(every) + 1_000


def test_lists_that_disagree_are_corrupt() -> None:
    none, one = np.zeros(0, dtype=np.int32), np.zeros(1, dtype=np.uint16)
    with pytest.raises(IndexCorrupt, match="they end at 2, with 0 long ones in 0 shards of 1 places, and 0 rows"):
        RowLists(np.array([0, 2]), none, none, one, none, 10)
    with pytest.raises(IndexCorrupt, match="1 long ones in 1 shards of 1 places"):
        RowLists(np.array([0, 1]), np.zeros(1, np.int32), np.zeros(1, np.int64), one, none, 70_000)
