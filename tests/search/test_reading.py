"""A document to read has every word of the query marked, and the passage that the search showed."""

from collections.abc import Callable
from pathlib import Path

import pytest

from index.build import build_index
from index.errors import EmptyQuery
from index.settings import IndexSettings
from search.searcher import Searcher
from search.types import Reading, SearchRequest
from tests.fakes import EVERYTHING, FakeEncoder, write_json_lines

LONG = " ".join(f"Sentence {number} of the filler goes on about the river." for number in range(60))


def read(searcher: Searcher, identity: str, query: str) -> Reading:
    reading = searcher.read(identity, query)
    assert reading is not None
    return reading


def test_all_words_found_are_marked_in_title_and_text(articles: Searcher) -> None:
    reading = read(articles, "moscow/ar", "meeting haftar")
    text, title = reading.document.text, reading.document.title
    assert [text[start:end] for start, end in reading.text_marks] == ["لقاء"]
    assert [title[start:end] for start, end in reading.title_marks] == ["حفتر"]


@pytest.mark.parametrize("query", ["haftar meeting putin", "ملاقات", "زلزال"])
def test_the_passage_holds_what_the_snippet_shows(articles: Searcher, query: str) -> None:
    for hit in articles.search(SearchRequest(query)).hits:
        passage = read(articles, hit.document.id, query).passage
        assert passage is not None
        shown = hit.snippet.text.strip("… ")
        assert " ".join(hit.document.text[slice(*passage)].split()).startswith(" ".join(shown.split()))


def test_the_passage_of_a_long_document_is_whole_sentences(
    make_one: Callable[[str], Searcher],
) -> None:
    text = f"{LONG} Then came the earthquake, at dawn. {LONG}"
    passage = read(make_one(text), "d", "earthquake").passage
    assert passage is not None
    shown = text[slice(*passage)]
    assert "Then came the earthquake, at dawn." in shown
    assert len(shown) < EVERYTHING.snippet_length + 60
    assert shown[0].isupper()
    assert shown.endswith(".")


def test_without_a_query_nothing_is_marked(articles: Searcher) -> None:
    reading = read(articles, "moscow-en", "")
    assert (reading.title_marks, reading.text_marks, reading.passage) == ((), (), None)


def test_an_unknown_document_is_none_and_a_query_without_a_word_an_error(articles: Searcher) -> None:
    assert articles.read("gone", "haftar") is None
    with pytest.raises(EmptyQuery):
        articles.read("moscow-en", "?!")


def test_a_word_of_the_document_is_named_as_the_document_spells_it(articles: Searcher) -> None:
    [hit] = articles.search(SearchRequest("meetings", languages=("en",), limit=1, explain=True)).hits
    assert [(share.origin, share.term, share.surface) for share in hit.explain.terms] == [
        ("meetings", "meet", "meeting")
    ]


@pytest.fixture
def make_one(tmp_path: Path, fake_model: None) -> Callable[[str], Searcher]:
    def make(text: str) -> Searcher:
        source = write_json_lines(tmp_path / "d.jsonl", [{"id": "d", "text": text, "language": "en"}])
        build_index([source], tmp_path / "index", IndexSettings(), FakeEncoder(), FakeEncoder())
        return Searcher.open(tmp_path / "index", EVERYTHING)

    return make
