"""Both legs on a scale that means the same in every language, worked out by hand."""

from math import log, sqrt

import numpy as np
import pytest

from search.fusion import reciprocal_rank_fusion, relevance, standardise


def test_a_score_is_measured_against_its_background() -> None:
    """The highest of 0.1, 0.2, 0.6, 0.9 is left out: mean 0.3, variance (0.04 + 0.01 + 0.09) / 3."""
    deviation = sqrt(0.14 / 3)
    np.testing.assert_allclose(
        standardise(np.array([0.8, 0.3, 0.0]), np.array([0.6, 0.9, 0.1, 0.2])),
        [0.5 / deviation, 0.0, -0.3 / deviation],
    )


def test_one_in_fifty_of_a_large_background_is_left_out() -> None:
    """So that what the query looks for does not count as chance: here four of two hundred."""
    usual = np.tile([0.0, 0.2], 98)
    background = np.concatenate([[0.9, 0.8, 0.9, 0.7], usual])
    np.testing.assert_allclose(standardise(np.array([0.5, 0.1]), background), [4.0, 0.0], atol=1e-12)


def test_the_background_decides_and_not_the_other_candidates() -> None:
    """One good document scores as high as it does beside another."""
    background = np.array([0.0, 0.1, 0.2, 0.3])
    [alone] = standardise(np.array([0.7]), background)
    assert standardise(np.array([0.7, 0.9]), background)[0] == alone


@pytest.mark.parametrize("background", [[], [0.4], [0.4, 0.4], [0.0, 0.0, 0.0, 0.9]])
def test_a_flat_background_leaves_the_order_as_it_is(background: list[float]) -> None:
    """As in an index of a few documents: the nearest is still the nearest."""
    standard = standardise(np.array([0.1, 0.9, 0.4]), np.array(background))
    assert np.argsort(-standard, kind="stable").tolist() == [1, 2, 0]
    assert len(set(standard.tolist())) == 3


def test_reciprocal_rank_fusion() -> None:
    assert reciprocal_rank_fusion([[3, 1, 2], [1, 4]]) == {
        3: 1 / 61,
        1: 1 / 62 + 1 / 61,
        2: 1 / 63,
        4: 1 / 62,
    }


def test_relevance_is_a_half_in_the_middle_and_as_likely_as_the_slope_says() -> None:
    """The odds are 1 at 7.3 and grow by a factor of e with every 1 / 0.45: at log(3) of these they are 3 to 1."""
    assert relevance(7.3) == 0.5
    assert relevance(7.3 + log(3) / 0.45) == pytest.approx(0.75)
    assert relevance(7.3 - log(9) / 0.45) == pytest.approx(0.1)
    assert 0 <= relevance(-200.0) < 1e-30
    assert relevance(200.0) == 1.0
