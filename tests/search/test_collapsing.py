"""Of near-duplicates the best is shown."""

from dataclasses import replace

import numpy as np
import pytest

from index.duplicates import Clusters
from search.searcher import Searcher
from search.types import SearchRequest
from tests.fakes import EVERYTHING, FakeEncoder
from tests.search.searching import ids


@pytest.fixture
def copied(news: Searcher) -> Searcher:
    """The news, with all English documents but the first two marked as one story."""
    facts = list(news.snapshot.store.facts)
    english = [number for number, (language, _, _) in enumerate(facts) if language == "en"][2:]
    of_document = np.arange(len(facts), dtype=np.int32)
    of_document[english] = english[0]
    snapshot = replace(news.snapshot, clusters=Clusters(of_document))
    return Searcher(snapshot, FakeEncoder(), FakeEncoder(), EVERYTHING)


def test_near_duplicates_are_shown_as_the_best_of_them(copied: Searcher) -> None:
    """With the ids of the others in the order of the index; totals and counts are of what is shown."""
    apart = copied.search(SearchRequest("rain bridge", limit=20, collapse=False))
    together = copied.search(SearchRequest("rain bridge", limit=20))
    story = ["wheat-en", *(f"other-en-{number}" for number in range(4))]
    best = next(identity for identity in ids(apart) if identity in story)
    assert [i for i in ids(together) if i in story] == [best]
    assert [i for i in ids(together) if i != best] == [i for i in ids(apart) if i not in story]
    duplicates = {hit.document.id: list(hit.duplicates) for hit in together.hits if hit.duplicates}
    assert duplicates == {best: [identity for identity in story if identity != best]}
    assert together.total == apart.total - 4
    assert together.facets["language"]["en"] == apart.facets["language"]["en"] - 4
    assert all(hit.duplicates == () for hit in apart.hits)


def test_duplicates_pass_the_filters_too(copied: Searcher) -> None:
    result = copied.search(SearchRequest("rain bridge", languages=("en",), sources=("Other",), limit=5))
    [hit] = [hit for hit in result.hits if hit.duplicates]
    assert sorted([hit.document.id, *hit.duplicates]) == [f"other-en-{number}" for number in range(4)]


def test_ids_of_a_ranking_are_collapsed_like_results(copied: Searcher) -> None:
    for collapse in (True, False):
        request = SearchRequest("rain bridge", limit=20, collapse=collapse)
        assert copied.ranking(request) == ids(copied.search(request))
