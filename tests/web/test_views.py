"""What pages are made of: marks, passages, filters, page numbers, renderings, bars."""

import datetime
from collections.abc import Iterator

import pytest
from flask import Flask

from index.types import Chunk, Document
from search.types import Explanation, Hit, Reading, SearchRequest, Snippet, TermShare
from web import create_app
from web.filters import active, chosen_year, filters
from web.marks import marked, paragraphs
from web.pager import pager, shown_numbers
from web.plot import HEIGHT, plot
from web.reasons import Crossing, Rendering, crossings
from web.settings import WebSettings
from web.status import separate, timeline

FACETS = {
    "language": {"ar": 5, "en-GB": 2, "en": 1, "fr": 1},
    "source": {"A": 6, "B": 3},
    "year": {"2023": 4, "2024": 5},
}


@pytest.fixture
def app() -> Iterator[Flask]:
    app = create_app(WebSettings("none"))
    with app.test_request_context("/?q=x"):
        yield app


def test_marks_next_to_one_another_and_at_both_ends() -> None:
    assert marked("<a>b&", [(0, 3), (3, 4)]) == "<mark>&lt;a&gt;</mark><mark>b</mark>&amp;"
    assert marked("", []) == ""


def test_a_passage_across_paragraphs_is_one_target_and_keeps_its_marks() -> None:
    text = "One two.\n\nThree four.\nFive."
    reading = Reading(Document("d", text), text_marks=((4, 7), (10, 15)), passage=(4, 15))
    assert [str(paragraph) for paragraph in paragraphs(reading)] == [
        'One <span class="passage" id="passage"><mark>two</mark>.</span>',
        '<span class="passage"><mark>Three</mark></span> four.',
        "Five.",
    ]


def test_a_document_without_a_query_is_plain() -> None:
    assert paragraphs(Reading(Document("d", "<b>\n"))) == ["&lt;b&gt;"]


def test_each_filter_leads_to_the_search_with_one_thing_more_or_less(app: Flask) -> None:
    wanted = SearchRequest("x", offset=20, languages=("ar",), sources=("A",), sort="date")
    found = filters(wanted, FACETS, ["en", "ar", "und"])
    assert [(item.value, item.count, item.chosen) for item in found.languages] == [
        ("en", None, False),
        ("ar", 5, True),
        ("und", None, False),
    ]
    assert found.languages[0].address == "/?q=x&language=ar&language=en&source=A&sort=date"
    assert found.languages[1].address == "/?q=x&source=A&sort=date"
    assert [(item.value, item.chosen, item.address) for item in found.sources] == [
        ("A", True, "/?q=x&language=ar&sort=date"),
        ("B", False, "/?q=x&language=ar&source=A&source=B&sort=date"),
    ]
    assert [item.value for item in found.years] == ["2024", "2023"]
    assert found.years[0].address.endswith("&date_from=2024-01-01&date_to=2024-12-31&sort=date")


def test_languages_of_one_partition_are_counted_together(app: Flask) -> None:
    found = filters(SearchRequest("x"), FACETS, ["en", "ar", "und"])
    assert [(item.value, item.count) for item in found.languages] == [("en", 3), ("ar", 5), ("und", 1)]


def test_of_many_sources_the_commonest_are_offered_and_all_that_are_chosen(app: Flask) -> None:
    counts = {f"source {number}": 1000 - number for number in range(500)}
    facets: dict[str, dict[str, int]] = {"language": {}, "source": counts, "year": {}}
    with app.test_request_context():
        found = filters(SearchRequest("rain", sources=("source 499",)), facets, ())
        offered = [choice.value for choice in (*found.sources, *found.more_sources)]
        assert offered == ["source 499", *list(counts)[:39]]
        many = tuple(counts)[:60]
        chosen = filters(SearchRequest("rain", sources=many), facets, ())
        assert [choice.value for choice in (*chosen.sources, *chosen.more_sources)] == list(many)


def test_a_source_that_nothing_is_found_in_can_be_lifted(app: Flask) -> None:
    found = filters(SearchRequest("x", sources=("Gone",)), {"language": {}, "source": {}, "year": {}}, ["en"])
    assert [(item.value, item.count, item.address) for item in found.sources] == [("Gone", 0, "/?q=x")]


def test_active_filters_know_the_way_out(app: Flask) -> None:
    wanted = SearchRequest("x", languages=("ar",), date_from=datetime.date(2024, 1, 1), offset=10)
    assert [(item.kind, item.values, item.address) for item in active(wanted)] == [
        ("language", ("ar",), "/?q=x&date_from=2024-01-01"),
        ("date", ("2024-01-01", ""), "/?q=x&language=ar"),
    ]
    assert active(SearchRequest("x")) == []


def test_a_whole_year_is_known_as_one() -> None:
    first, last = datetime.date(2024, 1, 1), datetime.date(2024, 12, 31)
    assert chosen_year(SearchRequest("x", date_from=first, date_to=last)) == "2024"
    assert chosen_year(SearchRequest("x", date_from=first, date_to=last.replace(day=30))) == ""
    assert chosen_year(SearchRequest("x", date_from=first)) == ""


def test_no_page_number_leads_deeper_than_is_ranked(app: Flask) -> None:
    found = pager(SearchRequest("x", limit=3, offset=3), total=100, deepest=10)
    assert [link.number for link in found.links] == [1, 2, 3]
    assert (found.previous, found.next) == ("/?q=x&limit=3", "/?q=x&limit=3&offset=6")
    assert [link.current for link in found.links] == [False, True, False]


def test_beyond_the_last_page_there_is_a_way_back(app: Flask) -> None:
    found = pager(SearchRequest("x", offset=10), total=10, deepest=1000)
    assert (found.links, found.previous, found.next) == ([], "/?q=x", "")


@pytest.mark.parametrize("last", [2, 5, 9, 40])
def test_page_numbers_ascend_and_hold_the_current_one(last: int) -> None:
    for current in range(1, last + 1):
        numbers = [number for number in shown_numbers(current, last) if number]
        assert numbers == sorted(set(numbers))
        assert {1, current, last} <= set(numbers)


def hit(language: str, *shares: TermShare) -> Hit:
    explain = Explanation(0.5, 1, 1.0, 1, shares)
    return Hit(1, 0.9, Document("d", "", language=language), Chunk("d", 0, 0, ""), Snippet("", ()), explain)


def test_only_words_found_as_others_cross_each_once_as_spelled() -> None:
    """`meetings` for `meeting` is the same word; two forms of one Arabic word are one rendering."""
    hits = [
        hit("en", TermShare("meet", "Meetings", "meeting", 1, 1)),
        hit("ar", TermShare("لقا", "لقاءات", "meeting", 0.9, 1), TermShare("موسکو", "موسكو", "موسکو", 1, 1)),
        hit("ar", TermShare("لقا", "اللقاء", "meeting", 0.9, 1)),
        hit("ur", TermShare("ملاقات", "ملاقات", "meeting", 0.8, 1)),
    ]
    assert crossings("Meeting موسكو", hits) == [
        Crossing("Meeting", [Rendering("لقاءات", "ar"), Rendering("ملاقات", "ur")])
    ]


def test_bars_stand_on_one_another_and_reach_the_top() -> None:
    drawn = plot({"2023-01": {"en": 4, "ar": 6}, "2023-02": {}}, ("en", "ar"))
    low, high = drawn.bars
    assert (low.kind, high.kind) == ("en", "ar")
    assert low.y + low.height == pytest.approx(drawn.bottom)
    assert high.y + high.height == pytest.approx(low.y)
    assert high.height / low.height == pytest.approx(1.5, abs=0.01)
    assert 0 < high.y < HEIGHT
    assert [tick.label for tick in drawn.up] == ["0", "5", "10"]


def test_a_long_time_is_drawn_by_years_with_none_left_out() -> None:
    drawn = timeline({"1999-05": {"en": 1}, "2001-07": {"en": 2}, "2024-02": {"ur": 1}})
    assert {bar.label: bar.count for bar in drawn.bars} == {"1999": 1, "2001": 2, "2024": 1}
    assert timeline({}).bars == []


def test_requests_by_bucket_add_up() -> None:
    found = separate([(0.1, 2), (0.5, 7), (float("inf"), 8)])
    assert [item.requests for item in found] == [2, 5, 1]
