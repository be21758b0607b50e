"""Measures agree with ir_measures on any ranking, and intervals with scipy."""

import ir_measures
import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st
from ir_measures import RR, P, R, Success, nDCG
from scipy.stats import bootstrap

from search.metrics import bootstrap_interval, ndcg, recall, reciprocal_rank, success

ITEMS = [f"d{number}" for number in range(15)]


@given(
    st.permutations(ITEMS).flatmap(lambda order: st.integers(1, 15).map(lambda size: order[:size])),
    st.dictionaries(st.sampled_from([*ITEMS, "unfound"]), st.integers(0, 3), min_size=1).filter(
        lambda j: any(j.values())
    ),
)
def test_measures_are_those_of_ir_measures(ranking: list[str], relevance: dict[str, int]) -> None:
    run = {"q": {item: float(len(ranking) - rank) for rank, item in enumerate(ranking)}}
    expected = ir_measures.calc_aggregate([nDCG @ 10, RR @ 10, R @ 10, P @ 1, Success @ 5], {"q": relevance}, run)
    assert {
        nDCG @ 10: ndcg(ranking, relevance, 10),
        RR @ 10: reciprocal_rank(ranking, relevance, 10),
        R @ 10: recall(ranking, relevance, 10),
        P @ 1: success(ranking, relevance, 1),
        Success @ 5: success(ranking, relevance, 5),
    } == pytest.approx(expected, abs=1e-9)


@pytest.mark.parametrize("relevance", [{}, {"a": 0}])
@pytest.mark.parametrize("measure", [ndcg, reciprocal_rank, recall, success])
def test_without_anything_relevant_a_measure_is_0(measure: "object", relevance: dict[str, int]) -> None:
    assert measure(["a", "b"], relevance, 10) == 0.0  # type: ignore[operator]


@pytest.mark.parametrize("measure", [ndcg, reciprocal_rank, recall, success])
def test_an_empty_ranking_measures_0(measure: "object") -> None:
    assert measure([], {"a": 1}, 10) == 0.0  # type: ignore[operator]


@pytest.mark.parametrize("size", [20, 60, 400])
def test_an_interval_is_that_of_a_percentile_bootstrap(size: int) -> None:
    """Two different draws of resamples differ by little."""
    values = np.random.default_rng(size).beta(4, 1, size)
    expected = bootstrap((values,), np.mean, n_resamples=20_000, method="percentile", rng=1).confidence_interval
    width = expected.high - expected.low
    assert bootstrap_interval(values.tolist(), 20_000) == pytest.approx(tuple(expected), abs=0.03 * width)
    assert bootstrap_interval(values.tolist()) == pytest.approx(tuple(expected), abs=0.12 * width)


def test_an_interval_of_coin_throws_is_known() -> None:
    """Mean 0.5, standard error 0.05, so 0.5 ± 1.96 × 0.05."""
    assert bootstrap_interval([0.0, 1.0] * 50) == pytest.approx((0.402, 0.598), abs=0.015)


def test_an_interval_is_the_same_every_time() -> None:
    values = [0.1, 0.4, 0.9, 1.0]
    assert bootstrap_interval(values) == bootstrap_interval(values)


def test_an_interval_of_one_value_is_that_value() -> None:
    assert bootstrap_interval([0.7]) == (0.7, 0.7)


def test_there_is_no_interval_of_nothing() -> None:
    with pytest.raises(ValueError, match="expected at least 1"):
        bootstrap_interval([])
