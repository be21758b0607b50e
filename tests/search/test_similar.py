"""More like this: a document is its own query, in every language."""

import numpy as np

from search.searcher import Searcher
from search.similar import tell
from search.types import SearchRequest


def test_the_same_event_in_other_languages_comes_first(articles: Searcher) -> None:
    found = articles.similar("moscow-en", limit=50)
    assert found is not None
    ids = [hit.document.id for hit in found.hits]
    assert ids.index("moscow/ar") < ids.index("quake-ar")
    assert ids.index("moscow-ur") < ids.index("quake-ur")
    assert [hit.rank for hit in found.hits] == list(range(1, len(ids) + 1))


def test_a_document_is_not_similar_to_itself(articles: Searcher) -> None:
    everything = articles.similar("quake-ur", limit=100)
    assert everything is not None
    ids = [hit.document.id for hit in everything.hits]
    assert "quake-ur" not in ids
    assert len(ids) == len(set(ids)) == everything.total


def test_an_unknown_document_is_like_none(articles: Searcher) -> None:
    assert articles.similar("nowhere") is None


def test_what_a_document_tells_is_the_mean_of_its_chunks_and_its_rarest_words(articles: Searcher) -> None:
    part = articles.snapshot.partitions["en"]
    number, document = articles.snapshot.store.find("wheat-en") or (-1, None)
    assert document is not None
    told = tell(number, document, part, articles._analyzers["en"])
    rows = np.flatnonzero(part.chunks.documents == number)
    mean = part.vectors.take(rows).sum(axis=0)
    np.testing.assert_allclose(told.vector, mean / np.linalg.norm(mean), atol=1e-6)
    assert {"wheat", "bakers", "flour"} <= set(told.words)
    assert not {"the", "in", "for"} & set(told.words)


def test_sorted_by_date_the_newest_comes_first_and_the_undated_last(articles: Searcher) -> None:
    found = articles.search(SearchRequest("Haftar meeting earthquake wheat", limit=50, sort="date"))
    days = [str(hit.document.date or "") for hit in found.hits]
    assert days == sorted(days, reverse=True)
    assert days[0]
    assert not days[-1]
    by_relevance = articles.search(SearchRequest("Haftar meeting earthquake wheat", limit=50))
    assert {hit.document.id for hit in found.hits} == {hit.document.id for hit in by_relevance.hits}
