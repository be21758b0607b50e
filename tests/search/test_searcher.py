"""Searcher.search(): what is asked for, what is found, and what makes no sense."""

import datetime
from concurrent.futures import ThreadPoolExecutor
from contextlib import suppress
from pathlib import Path
from typing import Any

import pytest

from index.build import build_index
from index.errors import IndexIncompatible, QueryError
from index.settings import IndexSettings
from index.text import words
from search.searcher import Searcher
from search.settings import SearchSettings
from search.types import SearchRequest
from tests.fakes import ARTICLES, EVERYTHING, FakeEncoder, write_json_lines
from tests.search.searching import Make, ids, search

QUERIES = {
    "moscow": ["Haftar meeting Putin in Moscow", "لقاء حفتر وبوتين في موسكو", "پوٹن اور حفتر کی ماسکو میں ملاقات"],
    "quake": ["earthquake", "زلزال", "زلزلہ"],
}


@pytest.mark.parametrize("mode", ["hybrid", "dense", "lexical"])
@pytest.mark.parametrize("language", ["en", "ar", "ur"])
@pytest.mark.parametrize(("event", "query"), [(event, query) for event in QUERIES for query in QUERIES[event]])
def test_the_right_article_is_first_in_every_language(
    news: Searcher, event: str, query: str, language: str, mode: str
) -> None:
    """Whatever language the question is in, and in each mode."""
    first = search(news, query, languages=(language,), mode=mode)[0]
    assert first.replace("/", "-") == f"{event}-{language}"


@pytest.mark.parametrize("query", QUERIES["moscow"])
def test_the_article_of_an_event_is_first_in_all_languages_at_once(news: Searcher, query: str) -> None:
    assert {item.replace("/", "-") for item in search(news, query)[:3]} == {"moscow-en", "moscow-ar", "moscow-ur"}


def test_pages_have_no_gap_and_no_repeat(random_news: Searcher) -> None:
    whole = random_news.search(SearchRequest("wheat storm", limit=40))
    pages = [random_news.search(SearchRequest("wheat storm", limit=7, offset=offset)) for offset in range(0, 42, 7)]
    assert [hit for page in pages for hit in page.hits] == list(whole.hits)
    assert {page.total for page in pages} == {40}
    assert all(page.facets == whole.facets for page in pages)


def test_more_than_there_is_gives_all_there_is(random_news: Searcher) -> None:
    assert len(random_news.search(SearchRequest("wheat", limit=500)).hits) == 40
    assert random_news.search(SearchRequest("wheat", limit=10, offset=40)).hits == ()


@pytest.mark.parametrize("mode", ["hybrid", "dense", "lexical"])
def test_equal_documents_come_in_the_order_they_were_read(make: Make, mode: str) -> None:
    """Also where the legs put forward fewer candidates than there are equal ones."""
    same = [{"id": f"same-{number}", "text": "Wheat prices rise", "language": "en"} for number in range(12)]
    others = [{"id": f"other-{number}", "text": f"Rain number {number}", "language": "en"} for number in range(20)]
    searcher = make([*others, *same], candidates=5)
    assert search(searcher, "wheat", mode=mode, collapse=False)[:5] == [f"same-{number}" for number in range(5)]


def test_equal_scores_of_two_languages_come_in_the_order_they_were_read(make: Make) -> None:
    records = [
        {"id": language, "text": text, "language": language}
        for language, text in (("ur", "گندم"), ("en", "wheat"), ("ar", "القمح"))
    ]
    assert search(make(records), "wheat", mode="dense") == ["ur", "en", "ar"]


def test_a_search_gives_the_same_answer_every_time(news: Searcher) -> None:
    def once(_: int) -> list[tuple[str, float]]:
        result = news.search(SearchRequest("Haftar meeting wheat", limit=20))
        return [(hit.document.id, hit.score) for hit in result.hits]

    with ThreadPoolExecutor(4) as threads:
        answers = list(threads.map(once, range(40)))
    assert all(answer == answers[0] for answer in answers)


FILTERS: list[tuple[dict[str, Any], set[str]]] = [
    ({"languages": ("ar",)}, {"moscow/ar", "quake-ar"}),
    ({"languages": ("AR", "ur")}, {"moscow/ar", "quake-ar", "moscow-ur", "quake-ur"}),
    ({"languages": ("und",)}, {"chess-fr"}),
    ({"sources": ("Courier",)}, {"moscow-en", "quake-en"}),
    ({"sources": ("Courier", "الصحيفة")}, {"moscow-en", "quake-en", "moscow/ar", "quake-ar"}),
    ({"sources": ("nobody",)}, set()),
    ({"date_from": datetime.date(2024, 2, 2)}, {"quake-ar", "quake-ur", "chess-fr"}),
    ({"date_to": datetime.date(2023, 9, 27)}, {"moscow-en", "moscow/ar"}),
    ({"languages": ("ur",), "date_from": datetime.date(2024, 1, 1)}, {"quake-ur"}),
]


@pytest.mark.parametrize("mode", ["hybrid", "dense"])
@pytest.mark.parametrize(("filters", "passing"), FILTERS)
def test_filters_let_just_the_right_documents_pass(
    articles: Searcher, filters: dict[str, Any], passing: set[str], mode: str
) -> None:
    """Hits, total and facets count the same documents."""
    result = articles.search(SearchRequest("Haftar earthquake moscow", limit=50, mode=mode, **filters))
    assert set(ids(result)) == passing
    assert len(result.hits) == result.total == len(passing)
    assert sum(result.facets["language"].values()) == len(passing)


@pytest.mark.parametrize("filters", [{"sources": ("Courier",)}, {"date_from": datetime.date(2024, 1, 1)}])
def test_the_lexical_leg_is_filtered_too(news: Searcher, filters: dict[str, Any]) -> None:
    found = search(news, "earthquake moscow wheat", mode="lexical", limit=50, **filters)
    records = {record["id"]: record for record in ARTICLES}
    assert found
    for identity in found:
        if "sources" in filters:
            assert records[identity]["source"] == "Courier"
        else:
            assert records[identity]["date"] >= "2024"


def test_facets_count_all_that_was_found_and_not_the_page(articles: Searcher) -> None:
    result = articles.search(SearchRequest("Haftar", limit=1))
    assert result.total == 8
    assert {name: list(values.items()) for name, values in result.facets.items()} == {
        "language": [("en", 3), ("ar", 2), ("ur", 2), ("fr", 1)],
        "source": [("Courier", 2), ("اخبار", 2), ("الصحيفة", 2), ("Gazette", 1), ("Ledger", 1)],
        "year": [("2024", 4), ("2023", 3)],
    }


def test_the_result_says_what_was_asked(articles: Searcher) -> None:
    result = articles.search(SearchRequest("زلزلہ کہاں آیا"))
    assert (result.query, result.query_language) == ("زلزلہ کہاں آیا", "ur")
    assert result.generation == articles.snapshot.manifest.generation
    assert 0 < result.took_ms < 10_000


@pytest.mark.parametrize(
    ("request_", "message"),
    [
        (SearchRequest(""), "the query has no word"),
        (SearchRequest("؟!"), "the query has no word"),
        (SearchRequest("a" * 2001), "has 2001 characters; at most 2000"),
        (SearchRequest("a", mode="fuzzy"), "mode is 'fuzzy'; expected one of hybrid, dense, lexical"),
        (SearchRequest("a", limit=0), "limit is 0"),
        (SearchRequest("a", limit=-5), "limit is -5"),
        (SearchRequest("a", offset=-1), "offset -1"),
        (SearchRequest("a", limit=10, offset=991), "no more than 1000 together"),
        (SearchRequest("a", languages=("en", "fr")), "language is 'fr'; expected one or more of en, ar, ur, und"),
        (SearchRequest("a", languages=("en-GB",)), "language is 'en-GB'"),
        (
            SearchRequest("a", date_from=datetime.date(2024, 1, 2), date_to=datetime.date(2024, 1, 1)),
            "date_from 2024-01-02 is after date_to 2024-01-01",
        ),
    ],
)
def test_a_request_that_makes_no_sense_is_refused(articles: Searcher, request_: SearchRequest, message: str) -> None:
    with pytest.raises(QueryError, match=message.replace("؟", "")):
        articles.search(request_)


@pytest.mark.parametrize(
    "query", ["zzz qqq", "1234567", "漢字", "\U00011f50 a", "a\u0000b", "x" * 2000, "' \" \\ ; -- %"]
)
def test_odd_queries_are_answered(articles: Searcher, query: str) -> None:
    """Or refused, with an error that is ours."""
    with suppress(QueryError):
        found = articles.search(SearchRequest(query, limit=50)).hits
        assert len({hit.document.id for hit in found}) == len(found) <= 8


def test_words_that_only_the_vectors_know_match_nothing_in_lexical_mode(articles: Searcher) -> None:
    result = articles.search(SearchRequest("volcano", mode="lexical"))
    assert (result.total, result.hits) == (0, ())


def test_a_language_without_documents_answers_with_nothing(make: Make) -> None:
    searcher = make([{"id": "a", "text": "Wheat prices", "language": "en"}])
    result = searcher.search(SearchRequest("wheat", languages=("ar",)))
    assert (result.total, result.hits) == (0, ())


def test_the_ids_of_a_ranking_are_those_of_a_search(news: Searcher) -> None:
    request = SearchRequest("Haftar meeting wheat", limit=6, offset=3)
    assert news.ranking(request) == ids(news.search(request))


def test_a_document_is_found_by_its_id(articles: Searcher) -> None:
    found = articles.document("moscow/ar")
    assert found is not None
    assert (found.title, found.date) == ("حفتر في موسكو", datetime.date(2023, 9, 27))
    assert articles.document("moscow") is None


def test_an_index_of_another_model_is_not_searched(articles: Searcher) -> None:
    with pytest.raises(IndexIncompatible):
        Searcher(articles.snapshot, FakeEncoder(fingerprint="new"), FakeEncoder(), SearchSettings())


def test_the_model_of_the_manifest_is_opened(tmp_path: Path, fake_model: None) -> None:
    """And the bundled one beside it, for the vocabulary."""
    source = write_json_lines(tmp_path / "a.jsonl", ARTICLES)
    build_index(
        [source], tmp_path / "index", IndexSettings(model="some/model"), FakeEncoder("some/model"), FakeEncoder()
    )
    searcher = Searcher.open(tmp_path / "index", EVERYTHING)
    assert search(searcher, "earthquake", languages=("ar",))[0] == "quake-ar"


def test_every_mark_is_a_word_of_its_snippet(news: Searcher) -> None:
    for queries in QUERIES.values():
        for query in queries:
            for hit in news.search(SearchRequest(query, limit=50)).hits:
                spans = {(word.start, word.end) for word in words(hit.snippet.text)}
                assert spans.issuperset(hit.snippet.marks)
