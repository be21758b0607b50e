"""What does not answer a question is not shown."""

from collections.abc import Sequence
from pathlib import Path

import numpy as np
import pytest

from index.types import Vectors
from search.searcher import Searcher
from search.settings import SearchSettings
from search.types import SearchRequest
from tests.fakes import ARTICLES, FakeEncoder
from tests.search.searching import COVERAGE_WEIGHT, OTHERS, UNBOUNDED, Make, ids, search


@pytest.mark.parametrize("place", [0, 7, 39])
def test_hybrid_results_below_the_floor_are_left_out(random_news: Searcher, place: int) -> None:
    """Here the floor is the score of the first, the eighth or the last: that one stays, what scores less does not."""
    request = SearchRequest("wheat storm", limit=50)
    everything = random_news.scored(request)
    floor = everything[place][1]
    settings = SearchSettings(coverage_weight=COVERAGE_WEIGHT, **{**UNBOUNDED, "floor": floor})
    searcher = Searcher(random_news.snapshot, FakeEncoder(), FakeEncoder(), settings)
    expected = [item for item in everything if item[1] >= floor]
    assert place < len(expected) < place + 3
    assert searcher.scored(request) == expected
    result = searcher.search(request)
    assert (ids(result), result.total) == ([identity for identity, _ in expected], len(expected))
    assert sum(result.facets["language"].values()) == len(expected)
    for mode in ("dense", "lexical"):
        alone = SearchRequest("wheat storm", limit=50, mode=mode)
        assert searcher.scored(alone) == random_news.scored(alone)


@pytest.mark.parametrize(("others", "shown"), [(30, 31), (31, 1)])
def test_an_index_of_fewer_than_32_chunks_has_no_floor(make: Make, others: int, shown: int) -> None:
    records = [{"id": f"{number}", "text": f"Rain number {number}.", "language": "en"} for number in range(others)]
    searcher = make([{"id": "wheat", "text": "Wheat prices rise.", "language": "en"}, *records], floor=10.0)
    found = search(searcher, "wheat prices", limit=50)
    assert (found[0], len(found)) == ("wheat", shown)


def test_a_question_that_nothing_answers_finds_nothing(random_news: Searcher) -> None:
    """Where the bar is higher than chance reaches; a question with an answer passes it."""
    bounded = {"floor": 1.0, "floor_share": 0.2, "sure": 7.0, "sure_word": 0.0, "doubt": 1.0}
    settings = SearchSettings(coverage_weight=COVERAGE_WEIGHT, **bounded)
    searcher = Searcher(random_news.snapshot, FakeEncoder(), FakeEncoder(), settings)
    assert search(searcher, "volcano lighthouse") == []
    assert len(search(searcher, "wheat storm", limit=50)) > settings.doubtful_results


def test_a_language_with_nothing_relevant_contributes_nothing(make: Make) -> None:
    """Forty Arabic documents about other things neither stand beside the English answers nor move them."""
    wheat = [{"id": f"wheat {n}", "text": f"Wheat prices rise in m{n}.", "language": "en"} for n in range(3)]
    english = wheat + [{"id": f"en {n}", "text": f"Rain fell on n{n}.", "language": "en"} for n in range(40)]
    arabic = [{"id": f"ar {n}", "text": f"متحف م{n}", "language": "ar"} for n in range(40)]
    bounded = {"floor": 1.0, "floor_share": 0.2, "sure": 4.0, "sure_word": 0.0}
    alone = make(english, **bounded).ranking(SearchRequest("wheat prices"))
    assert sorted(alone) == ["wheat 0", "wheat 1", "wheat 2"]
    assert make([*english, *arabic], **bounded).ranking(SearchRequest("wheat prices")) == alone


def test_a_dead_leg_leaves_the_order_to_the_other(make: Make) -> None:
    """A query whose vector is nil is ranked by its words, and one whose words nobody has by its meaning."""
    searcher = make([*ARTICLES, *OTHERS])
    blind = Searcher(searcher.snapshot, Blind(), FakeEncoder(), SearchSettings(**UNBOUNDED))
    words_alone = [item for item, _ in searcher.scored(SearchRequest("Putin Kremlin", mode="lexical"))]
    assert blind.ranking(SearchRequest("Putin Kremlin"))[: len(words_alone)] == words_alone
    unknown = Searcher(searcher.snapshot, FakeEncoder(), Blind(), SearchSettings(**UNBOUNDED))
    assert unknown.ranking(SearchRequest("لقاء", languages=("en",)))[0] == "moscow-en"


class Blind(FakeEncoder):
    """Has no vector for any text."""

    def _encode(self, texts: Sequence[str]) -> Vectors:
        return np.zeros((len(texts), self.dimensions), np.float32)


@pytest.mark.parametrize(
    ("query", "first"), [("earthquake", "quake-ar"), ("Haftar", "moscow/ar"), ("زلزلہ", "quake-ar")]
)
def test_a_small_index_shows_what_it_finds(article_index: Path, fake_model: None, query: str, first: str) -> None:
    """With the defaults: what a score means in two documents nobody has measured, but the word is in one of them."""
    assert search(Searcher.open(article_index), query, languages=("ar",))[:1] == [first]
