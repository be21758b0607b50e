"""When a query has an answer, and what is shown if that is doubtful."""

import numpy as np
import pytest

from search.answers import bar, shown
from search.settings import SearchSettings

SETTINGS = SearchSettings(
    floor=1.0, floor_share=0.2, sure=6.0, sure_word=9.0, narrowed=2.0, doubt=1.0, doubtful_results=2
)


def kept(height: float, *scores: float) -> list[float]:
    return list(scores[: shown(np.array(scores), height, SETTINGS)])


@pytest.mark.parametrize(("words", "height"), [(1, 9.0), (2, 9.0), (3, 9.0), (9, 7.0)])
def test_the_bar_is_higher_for_short_queries(words: int, height: float) -> None:
    """6 + 9 / words; two words or one are no shorter than three."""
    assert bar(words, False, SETTINGS) == height
    assert bar(words, True, SETTINGS) == height - 2.0


def test_over_the_bar_all_of_some_merit_are_kept() -> None:
    """A fifth of the best, and 1 at least."""
    assert kept(8.0, 10.0, 9.0, 3.0, 2.0, 1.9) == [10.0, 9.0, 3.0, 2.0]
    assert kept(3.0, 4.0, 1.0, 0.9) == [4.0, 1.0]


def test_at_the_bar_a_query_has_an_answer() -> None:
    assert kept(8.0, 8.0, 7.0, 6.0) == [8.0, 7.0, 6.0]


def test_under_the_bar_only_a_few_are_kept() -> None:
    assert kept(8.0, 7.9, 7.0, 6.0) == [7.9, 7.0]
    assert kept(8.0, 7.0, 1.0, 1.0) == [7.0]


def test_well_under_the_bar_nothing_is_kept() -> None:
    assert kept(8.0, 6.9, 6.8) == []


def test_of_nothing_nothing_is_kept() -> None:
    assert kept(8.0) == []


def test_scores_below_zero_are_no_trouble() -> None:
    assert shown(np.array([-2.0, -3.0]), -9.0, SearchSettings(floor=-5.0)) == 2
