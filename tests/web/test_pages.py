"""The pages are whole HTML from the server, right-to-left where the text is, and run nothing of a document's."""

from html.parser import HTMLParser
from pathlib import Path
from urllib.parse import parse_qs, urlsplit

import numpy as np
import pytest
from flask.testing import FlaskClient

from index.duplicates import Clusters
from search.settings import SearchSettings
from tests.fakes import ARTICLES
from tests.web.conftest import EVIL, ODD, Site
from web import create_app
from web.settings import WebSettings

VOID = {"meta", "link", "input", "img", "br", "hr"}


class Element:
    """A tag with its attributes and the text in it."""

    def __init__(self, tag: str, attributes: dict[str, str | None]) -> None:
        self.tag = tag
        self.attributes = attributes
        self.text = ""

    def __getitem__(self, name: str) -> str:
        return self.attributes.get(name) or ""


class Page(HTMLParser):
    """A page parsed by the standard library; fails on a tag that is closed but not open."""

    def __init__(self, html: str) -> None:
        super().__init__()
        self.elements: list[Element] = []
        self._open: list[Element] = []
        self.feed(html)
        assert [element.tag for element in self._open] == []

    def handle_starttag(self, tag: str, attrs: list[tuple[str, str | None]]) -> None:
        element = Element(tag, dict(attrs))
        self.elements.append(element)
        if tag not in VOID:
            self._open.append(element)

    def handle_endtag(self, tag: str) -> None:
        assert self._open.pop().tag == tag

    def handle_data(self, data: str) -> None:
        for element in self._open:
            element.text += data

    def all(self, tag: str, kind: str = "") -> list[Element]:
        return [e for e in self.elements if e.tag == tag and (not kind or kind in e["class"].split())]


def page(client: FlaskClient, address: str, status: int = 200) -> Page:
    response = client.get(address)
    assert response.status_code == status
    assert response.content_type == "text/html; charset=utf-8"
    return Page(response.get_data(as_text=True))


def inline_scripts(found: Page) -> list[Element]:
    """Scripts other than the page's own file."""
    return [e for e in found.all("script") if e.text or not e["src"].startswith("/static/hudhud.js?v=")]


def foreign_images(found: Page) -> list[Element]:
    """Pictures other than the page's own."""
    return [e for e in found.all("img") if not e["src"].startswith("/static/hudhud.svg?v=")]


def titles(found: Page) -> list[str]:
    return [element.text for element in found.all("h2", "title")]


def test_the_home_page_has_a_search_box_that_works_without_javascript(client: FlaskClient) -> None:
    found = page(client, "/")
    [form] = found.all("form", "search")
    assert (form["action"], form["method"]) == ("/", "get")
    assert [box["name"] for box in found.all("input") if box["type"] == "search"] == ["q"]
    assert found.all("h2") == []


@pytest.mark.parametrize("query", ["", "%20"])
def test_an_empty_question_shows_the_home_page(client: FlaskClient, query: str) -> None:
    assert page(client, f"/?q={query}").all("ol", "hits") == []


def test_results_are_rendered_on_the_server(client: FlaskClient) -> None:
    """With the same documents in the same order as the API gives."""
    found = page(client, "/?q=Haftar+meeting+Putin")
    answer = client.get("/api/search?q=Haftar+meeting+Putin").get_json()
    assert titles(found) == [hit["document"]["title"] or hit["document"]["id"] for hit in answer["hits"]]
    assert f"1–{len(answer['hits'])} of {answer['total']} documents" in found.all("p", "summary")[0].text


def test_the_question_stays_in_its_box(client: FlaskClient) -> None:
    found = page(client, "/?q=%22%3E%3Cscript%3Ealert(1)%3C/script%3E+earthquake&language=ar")
    [box] = [element for element in found.all("input") if element["type"] == "search"]
    assert box["value"] == '"><script>alert(1)</script> earthquake'
    assert inline_scripts(found) == []
    kept = [(e["name"], e["value"]) for e in found.all("input") if e["type"] == "hidden" and e["name"] != "next"]
    assert kept == [("language", "ar")]


@pytest.mark.parametrize(("language", "direction"), [("en", "ltr"), ("ar", "rtl"), ("ur", "rtl")])
def test_a_result_says_its_language_and_direction(client: FlaskClient, language: str, direction: str) -> None:
    found = page(client, f"/?q=earthquake&language={language}")
    parts = [*found.all("h2", "title"), *found.all("p", "snippet")]
    assert parts
    assert {(part["lang"], part["dir"]) for part in parts} == {(language, direction)}


def test_the_words_found_are_marked_in_their_own_language(client: FlaskClient) -> None:
    found = page(client, "/?q=meeting+with+putin&language=ur")
    assert [mark.text for mark in found.all("mark")][:2] == ["پوٹن", "ملاقات"]


def test_a_document_is_shown_as_text_whatever_it_holds(client: FlaskClient) -> None:
    """Title, text, source and address of a page may be anything its author likes."""
    found = page(client, "/?q=wombats")
    [first, *_] = found.all("p", "snippet")
    assert first.text == (
        'Wombats <img src=x onerror="alert(1)"> eat & sleep. <script>alert("text")</script> Wombats again.'
    )
    assert titles(found)[0] == "<script>alert('title')</script>"
    assert inline_scripts(found) == foreign_images(found) == found.all("b") == []
    assert [mark.text for mark in found.all("mark")] == ["Wombats", "Wombats"]


def test_no_page_runs_what_a_document_brings(client: FlaskClient) -> None:
    found = page(client, "/documents/evil")
    assert found.all("h1")[0].text == "<script>alert('title')</script>"
    assert inline_scripts(found) == foreign_images(found) == found.all("b") == []
    assert [link["href"] for link in found.all("a") if "javascript" in link["href"]] == []
    assert not [name for e in found.elements for name in e.attributes if name.startswith("on")]


def test_a_web_address_is_linked(client: FlaskClient) -> None:
    found = page(client, "/documents/moscow-en")
    [link] = [link for link in found.all("a") if link["href"].startswith("https://")]
    assert link["href"] == "https://example.org/moscow?x=1&y=2"
    assert set(link["rel"].split()) >= {"noopener", "noreferrer"}


@pytest.mark.parametrize(
    "url",
    [
        "JavaScript:alert(1)",
        " javascript:alert(1)",
        "data:text/html,x",
        "//example.org",
        "ftp://example.org",
        "vbscript:x",
    ],
)
def test_any_other_address_is_not_linked(own_site: Site, url: str) -> None:
    own_site.rebuild([{**ARTICLES[0], "url": url}])
    found = page(own_site.client(), "/documents/moscow-en")
    assert {link["href"] for link in found.all("a")} - {"/", "#main", "/docs", "/status"} == set()


def test_a_document_page_shows_it_whole(client: FlaskClient) -> None:
    found = page(client, "/documents/moscow/ar")
    [article] = found.all("article", "document")
    assert (article["lang"], article["dir"]) == ("ar", "rtl")
    assert found.all("h1")[0].text == "حفتر في موسكو"
    assert "جرى لقاء مع بوتين في الكرملين. وأشاد المسؤولون بحفاوة الاستقبال." in article.text
    assert found.all("time")[0]["datetime"] == "2023-09-27"


def test_each_result_links_to_its_document(client: FlaskClient) -> None:
    """Whatever characters its id is made of."""
    found = page(client, "/?q=badgers+otters+lynx+moscow&limit=50")
    links = [link["href"] for link in found.all("a") if link["href"].endswith("#passage")]
    assert len(links) == 13
    for link, title in zip(links, titles(found), strict=True):
        assert page(client, link).all("h1")[0].text == title


def test_an_unknown_document_is_an_error_page(client: FlaskClient) -> None:
    found = page(client, "/documents/gone", 404)
    assert found.all("h1")[0].text == "Nothing here"
    assert "There is no such document" in found.all("main")[0].text


@pytest.fixture
def many(own_site: Site) -> Site:
    own_site.rebuild(
        [{"id": f"d{n}", "title": f"Wheat {n}", "text": f"Wheat {n}.", "language": "en"} for n in range(7)]
    )
    return own_site


def test_pages_link_to_one_another_and_show_every_document_once(many: Site) -> None:
    """Following "next" from the first page to the last."""
    client = many.client(page_size=3)
    address, seen = "/?q=wheat&language=en", []
    for expected in (3, 3, 1):
        found = page(client, address)
        seen += titles(found)
        assert len(titles(found)) == expected
        following = [link["href"] for link in found.all("a") if link["rel"] == "next"]
        address = following[0] if following else ""
    assert address == ""
    assert sorted(seen) == [f"Wheat {n}" for n in range(7)]


def test_the_page_before_keeps_the_question_and_its_filters(many: Site) -> None:
    found = page(many.client(page_size=3), "/?q=wheat&language=en&source=&offset=3")
    [back] = [link["href"] for link in found.all("a") if link["rel"] == "prev"]
    parameters = parse_qs(urlsplit(back).query)
    assert parameters == {"q": ["wheat"], "language": ["en"]}
    assert found.all("ol", "hits")[0]["start"] == "4"


def test_no_link_leads_deeper_than_may_be_asked_for(many: Site) -> None:
    """The last page that is allowed has no next one."""
    client = many.client(page_size=2, search=SearchSettings(deepest_result=4))
    for address in ("/?q=wheat", "/?q=wheat&offset=2"):
        for link in page(client, address).all("a"):
            if link["rel"] == "next":
                page(client, link["href"])


def test_near_duplicates_stand_behind_the_best_of_them(client: FlaskClient, monkeypatch: pytest.MonkeyPatch) -> None:
    count = len([*ARTICLES, EVIL, *ODD])
    of_document = np.arange(count, dtype=np.int32)
    of_document[3] = 0  # the earthquake, as if it told the same as Haftar in Moscow
    monkeypatch.setattr("index.snapshot.Clusters.open", lambda folder: Clusters(of_document))
    found = page(client, "/?q=haftar+meeting&language=en")
    [folded] = found.all("details", "duplicates")
    assert "One nearly identical document" in folded.text
    assert "Earthquake shakes villages" in folded.text
    assert "Earthquake shakes villages" not in titles(found)
    links = [link["href"] for link in found.all("a") if link["href"].startswith("/documents/quake-en")]
    assert [page(client, link).all("h1")[0].text for link in links] == ["Earthquake shakes villages"]


def test_a_query_marks_the_words_and_the_passage_of_a_document(client: FlaskClient) -> None:
    found = page(client, "/documents/moscow/ar?q=meeting+haftar")
    assert [mark.text for mark in found.all("mark")] == ["حفتر", "لقاء"]
    [passage] = found.all("span", "passage")
    assert (passage["id"], passage.text.startswith("جرى لقاء")) == ("passage", True)
    [back] = [link for link in found.all("a") if link.text == "Results for meeting haftar"]
    assert "حفتر في موسكو" in titles(page(client, back["href"]))


def test_a_query_without_a_word_does_not_keep_a_document_from_its_reader(client: FlaskClient) -> None:
    assert page(client, "/documents/moscow-en?q=%3F%21").all("mark") == []


def test_similar_documents_are_of_all_languages(client: FlaskClient) -> None:
    found = page(client, "/documents/moscow-en")
    links = [link["href"] for link in found.all("a") if link["href"].startswith("/documents/")]
    assert {"/documents/moscow/ar", "/documents/moscow-ur"} <= set(links)
    assert "/documents/moscow-en" not in links


def test_why_a_result_is_there_in_words(client: FlaskClient) -> None:
    found = page(client, "/?q=ملاقات&language=en&limit=1")
    [why] = found.all("details", "why")
    said = " ".join(why.text.split())
    assert "Number 1 among the texts in English closest in meaning to your query" in said
    assert "ملاقات found as meeting" in said


def test_nothing_found_says_what_to_try(client: FlaskClient) -> None:
    found = page(client, "/?q=earthquake&source=nobody")
    assert "No document found" in found.all("main")[0].text
    assert titles(found) == []
    [lifted] = [link["href"] for link in found.all("a") if link.text == "Search without it"]
    assert len(titles(page(client, lifted))) > 0


@pytest.mark.parametrize(
    ("address", "detail"),
    [
        ("/?q=%3F%21", "There is no word in what you typed"),
        ("/?q=a&limit=x", "limit is 'x'; expected a whole number"),
        ("/?q=a&language=fr", "language is 'fr'"),
        ("/?q=a&colour=red", "unknown parameter 'colour'"),
        ("/?q=a&mode=%3Cscript%3E", "mode is '<script>'"),
    ],
)
def test_a_bad_question_is_an_error_page(client: FlaskClient, address: str, detail: str) -> None:
    found = page(client, address, 400)
    assert found.all("h1")[0].text == "This cannot be searched for"
    assert detail in found.all("main")[0].text
    assert inline_scripts(found) == []
    assert [link["href"] for link in found.all("a")] == ["#main", "/", "/", "/docs", "/status"]


def test_an_unknown_address_is_an_error_page(client: FlaskClient) -> None:
    assert page(client, "/nowhere", 404).all("h1")[0].text == "Nothing here"


def test_without_an_index_a_question_is_an_error_page(tmp_path: Path, fake_model: None) -> None:
    """The search box is there all the same."""
    client = create_app(WebSettings(str(tmp_path / "none"))).test_client()
    assert page(client, "/?q=a", 503).all("h1")[0].text == "Nothing to search yet"
    assert page(client, "/").all("form")


@pytest.mark.parametrize("address", ["/", "/?q=haftar", "/documents/evil", "/nowhere"])
def test_a_page_needs_nothing_from_elsewhere(client: FlaskClient, address: str) -> None:
    """Every style sheet and picture is our own, and no style or script is inline, so the policy lets all of it pass."""
    found = page(client, address, 404 if address == "/nowhere" else 200)
    links = [link["href"] for link in found.all("link")]
    assert links
    for link in links:
        response = client.get(link)
        assert response.status_code == 200
        response.close()
    assert not [element for element in found.elements if "style" in element.attributes or element.tag == "style"]
