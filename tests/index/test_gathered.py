"""The rows that lead are those of scoring every row, and what they score is exact."""

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st
from numpy.typing import NDArray

from index.gathered import Gathered

ROWS = 40


def gathered(segments: list[tuple[int, dict[int, float]]], groups: int, rows: int = ROWS) -> Gathered:
    """Postings given by segment: its group, and the score of each of its rows."""
    lengths = [len(posted) for _, posted in segments]
    posted_for = [(group, row) for group, posted in segments for row in posted]
    return Gathered(
        np.array([row for _, posted in segments for row in sorted(posted)], dtype=np.intp),
        np.array([posted[row] for _, posted in segments for row in sorted(posted)], dtype=np.float32),
        np.cumsum(lengths, dtype=np.int64),
        np.array([group for group, _ in segments], dtype=np.int64),
        groups,
        rows,
        len(set(posted_for)) == len(posted_for),
    )


def every_score(segments: list[tuple[int, dict[int, float]]], groups: int, rows: int = ROWS) -> NDArray[np.float32]:
    """What every row scores for each group, posting by posting: the oracle."""
    scores = np.full((groups, rows), np.nan, dtype=np.float32)
    for group, posted in segments:
        for row, score in posted.items():
            scores[group, row] = np.fmax(scores[group, row], np.float32(score))
    return np.nan_to_num(scores)


def ranking(scores: NDArray[np.float32], rows: list[int], count: int) -> list[int]:
    return sorted(rows, key=lambda row: (-scores[row], row))[:count]


SCORES = st.sampled_from([0.0, 0.25, 0.5, 1.0, 1.5, 3.0])
SEGMENTS = st.lists(st.tuples(st.integers(0, 3), st.dictionaries(st.integers(0, ROWS - 1), SCORES)), max_size=9)


@given(SEGMENTS, st.integers(1, 6), st.sets(st.integers(0, ROWS - 1)), st.sets(st.integers(0, ROWS - 1)))
def test_what_leads_is_what_scoring_every_row_puts_first(
    segments: list[tuple[int, dict[int, float]]], count: int, allowed: set[int], others: set[int]
) -> None:
    """With few distinct scores, so that many are equal; of the rows allowed alone; and others come with theirs."""
    mask = np.isin(np.arange(ROWS), list(allowed))
    also = np.array(sorted(others & allowed), dtype=np.int64)
    expected = every_score(segments, 4)
    total = expected.sum(axis=0)
    posted = {row for _, rows in segments for row in rows}
    above = [row for row in allowed if total[row] > 0]
    leading = gathered(segments, 4).leading(count, mask, also)
    assert leading.rows[leading.best].tolist() == ranking(total, above or sorted(posted & allowed), count)
    assert set(also.tolist()) <= set(leading.rows.tolist()) <= allowed
    assert np.array_equal(leading.by_group(np.arange(len(leading.rows))), expected[:, leading.rows])
    assert np.array_equal(leading.total, total[leading.rows])


def test_rows_whose_sum_misleads_do_not_push_out_the_best() -> None:
    """A thousand rows hold ten terms of one word each, which count once; a few hold two words."""
    rows = 5000
    many = [(0, dict.fromkeys(range(1000), 1.0)) for _ in range(10)]
    best = {row: 1.0 + row / 1e4 for row in range(3000, 3200)}
    leading = gathered([*many, (0, best), (1, best)], 2, rows).leading(100)
    assert leading.rows[leading.best].tolist() == list(range(3199, 3099, -1))


@pytest.mark.parametrize("rows", [3, 1000, 100_000])
def test_equal_rows_lead_in_their_order(rows: int) -> None:
    leading = gathered([(0, dict.fromkeys(range(rows), 2.0))], 1, rows).leading(10)
    assert leading.rows[leading.best].tolist() == list(range(min(10, rows)))


def test_most_rows_are_never_scored() -> None:
    """Of 100,000 with random scores for four words, each by two terms, to find the first hundred."""
    random = np.random.default_rng(3)
    rows = 100_000
    segments = [
        (number // 2, dict(zip(random.integers(0, rows, 20_000).tolist(), random.random(20_000).tolist(), strict=True)))
        for number in range(8)
    ]
    leading = gathered(segments, 4, rows).leading(100)
    total = every_score(segments, 4, rows).sum(axis=0)
    assert leading.rows[leading.best].tolist() == ranking(total, list(range(rows)), 100)
    assert len(leading.rows) < 1000


def test_a_score_below_0_counts_as_such_in_a_group_of_one_segment() -> None:
    """As BM25Okapi has it for a common word of a tiny corpus."""
    found = gathered([(0, {0: -0.5, 1: -0.5}), (1, {1: 2.0})], 2, rows=3)
    assert found.by_group(np.array([0, 1, 2])).tolist() == [[-0.5, -0.5, 0.0], [0.0, 2.0, 0.0]]
    leading = found.leading(3)
    assert leading.rows[leading.best].tolist() == [1]


def test_where_nothing_scores_the_rows_with_a_posting_lead() -> None:
    found = gathered([(0, {4: 0.0, 1: 0.0}), (1, {2: -1.0})], 2, rows=6)
    leading = found.leading(2, None, np.array([5]))
    assert leading.rows.tolist() == [1, 2, 4, 5]
    assert leading.rows[leading.best].tolist() == [1, 4]


def test_no_postings_and_no_rows() -> None:
    nothing = gathered([], 0, rows=3).leading(5)
    assert (nothing.rows.tolist(), nothing.by_group(nothing.best).shape) == ([], (0, 0))
    assert len(gathered([], 2, rows=0).leading(5).best) == 0
    assert gathered([], 2, rows=3).scored(np.array([1])).by_group(np.array([0])).tolist() == [[0.0], [0.0]]
