"""Measures agree with ir_measures on any ranking."""

import ir_measures
import pytest
from hypothesis import given
from hypothesis import strategies as st
from ir_measures import RR, P, R, Success, nDCG

from search.metrics import ndcg, recall, reciprocal_rank, success

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
