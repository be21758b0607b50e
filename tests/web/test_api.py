"""The API answers in the one shape of DESIGN.md, section 4, and errors come in another:

{"type": "about:blank", "title": "Bad Request", "status": 400, "detail": "…"}   application/problem+json
"""

import json
from pathlib import Path
from typing import Any
from urllib.parse import quote

import pytest
from flask.testing import FlaskClient

from search.searcher import Searcher
from search.types import SearchRequest
from tests.fakes import ARTICLES, EVERYTHING, FakeEncoder
from tests.web.conftest import Site
from web import create_app
from web.settings import WebSettings

Json = dict[str, Any]


def ids(answer: Json) -> list[str]:
    return [hit["document"]["id"] for hit in answer["hits"]]


def assert_problem(response: Any, status: int, title: str, detail: str) -> None:
    """An error has this type, these four members and no more."""
    assert response.status_code == status
    assert response.content_type == "application/problem+json"
    body = response.get_json(force=True)
    assert list(body) == ["type", "title", "status", "detail"]
    assert (body["type"], body["title"], body["status"]) == ("about:blank", title, status)
    assert detail in body["detail"]


def test_the_shape_of_an_answer(client: FlaskClient, site: Site) -> None:
    response = client.get("/api/search", query_string={"q": "Haftar meeting Putin in Moscow", "language": "en"})
    assert response.status_code == 200
    assert response.content_type == "application/json"
    answer = response.get_json()
    assert list(answer) == ["query", "query_language", "took_ms", "total", "generation", "hits", "facets"]
    assert (answer["query"], answer["query_language"]) == ("Haftar meeting Putin in Moscow", "en")
    assert answer["generation"] == site.generation()
    assert isinstance(answer["took_ms"], float)
    hit = answer["hits"][0]
    assert list(hit) == ["rank", "score", "document", "snippet", "duplicates"]
    assert hit["rank"] == 1
    assert hit["document"] == {
        "id": "moscow-en",
        "title": "Haftar and Putin in Moscow",
        "language": "en",
        "url": "https://example.org/moscow?x=1&y=2",
        "date": "2023-09-26",
        "source": "Courier",
    }
    assert hit["snippet"] == {
        "text": "The meeting was held in the Kremlin. Libyan officials praised the hosts for their welcome.",
        "marks": [[4, 11]],
    }
    assert hit["duplicates"] == []
    assert list(answer["facets"]) == ["language", "source", "year"]


def test_marks_count_code_points(client: FlaskClient) -> None:
    """Also behind characters that UTF-16 writes as two."""
    [hit] = client.get("/api/search?q=zebra&limit=1&language=en").get_json()["hits"]
    text = hit["snippet"]["text"]
    assert "📰" in text
    assert [text[start:end] for start, end in hit["snippet"]["marks"]] == ["zebra", "zebra"]


def test_an_answer_is_that_of_the_searcher(client: FlaskClient, site: Site) -> None:
    searcher = Searcher.open(site.index, EVERYTHING)
    expected = searcher.search(SearchRequest("لقاء حفتر", limit=5, offset=2))
    answer = client.get("/api/search", query_string={"q": "لقاء حفتر", "limit": 5, "offset": 2}).get_json()
    assert ids(answer) == [hit.document.id for hit in expected.hits]
    assert [hit["score"] for hit in answer["hits"]] == [hit.score for hit in expected.hits]
    assert [hit["rank"] for hit in answer["hits"]] == [3, 4, 5, 6, 7]
    assert (answer["total"], answer["facets"]) == (expected.total, expected.facets)


def test_arabic_is_written_as_it_is(client: FlaskClient) -> None:
    """And not as escapes."""
    assert "حفتر في موسكو" in client.get("/api/search?q=haftar&language=ar").get_data(as_text=True)


def test_ten_hits_are_given_unless_asked_otherwise(client: FlaskClient) -> None:
    assert len(client.get("/api/search?q=haftar").get_json()["hits"]) == 10
    assert len(client.get("/api/search?q=haftar&limit=3").get_json()["hits"]) == 3


def test_the_explanation_of_both_legs(client: FlaskClient) -> None:
    """A word of the query is named beside the term that stands for it."""
    [hit] = client.get("/api/search?q=لقاء&language=en&limit=1&explain=true").get_json()["hits"]
    explain = hit["explain"]
    assert list(explain) == ["dense", "lexical"]
    assert list(explain["dense"]) == ["score", "rank"]
    assert list(explain["lexical"]) == ["score", "rank", "terms"]
    assert (explain["dense"]["rank"], explain["lexical"]["rank"]) == (1, 1)
    assert [(term["term"], term["for"]) for term in explain["lexical"]["terms"]] == [("meet", "لقاء")]


@pytest.mark.parametrize(
    ("parameters", "expected"),
    [
        ("language=ar", {"moscow/ar", "quake-ar"}),
        ("language=ar,ur", {"moscow/ar", "quake-ar", "moscow-ur", "quake-ur"}),
        ("language=ar&language=ur", {"moscow/ar", "quake-ar", "moscow-ur", "quake-ur"}),
        ("source=Courier", {"moscow-en", "quake-en"}),
        ("source=Courier&source=Gazette", {"moscow-en", "quake-en", "chess-fr"}),
        ("date_from=2024-02-02", {"quake-ar", "quake-ur", "chess-fr"}),
        ("date_to=2023-09-26", {"moscow-en"}),
        ("date_from=2023-09-27&date_to=2023-09-28", {"moscow/ar", "moscow-ur"}),
        ("language=", {record["id"] for record in ARTICLES}),
    ],
)
def test_filters(client: FlaskClient, parameters: str, expected: set[str]) -> None:
    answer = client.get(f"/api/search?q=haftar&limit=100&{parameters}").get_json()
    known = {record["id"] for record in ARTICLES}
    assert set(ids(answer)) & known == expected
    assert answer["total"] == len(answer["hits"])


@pytest.mark.parametrize("mode", ["hybrid", "dense", "lexical"])
def test_modes(client: FlaskClient, mode: str) -> None:
    answer = client.get(f"/api/search?q=earthquake&language=en&mode={mode}").get_json()
    assert ids(answer)[0] == "quake-en"


def test_nothing_found_is_an_answer(client: FlaskClient) -> None:
    answer = client.get("/api/search?q=earthquake&source=nobody").get_json()
    assert (answer["total"], answer["hits"]) == (0, [])
    assert answer["facets"] == {"language": {}, "source": {}, "year": {}}


@pytest.mark.parametrize(
    ("parameters", "detail"),
    [
        ("", "q is missing; expected what to search for"),
        ("q=", "q is missing"),
        ("q=%3F%21", "the query has no word"),
        (f"q={'a' * 2001}", "2001 characters; at most 2000"),
        ("q=a&limit=x", "limit is 'x'; expected a whole number"),
        ("q=a&limit=-1", "limit is '-1'; expected at least 1"),
        ("q=a&limit=1.5", "limit is '1.5'; expected a whole number"),
        ("q=a&limit=0", "limit is '0'; expected at least 1"),
        ("q=a&limit=101", "limit is 101; at most 100"),
        ("q=a&limit=99999999999999999999", "expected at most 1000000000"),
        ("q=a&offset=x", "offset is 'x'; expected a whole number"),
        ("q=a&offset=995", "no more than 1000 together"),
        ("q=a&language=fr", "language is 'fr'; expected 'en', 'ar', 'ur' or 'und'"),
        ("q=a&mode=fuzzy", "mode is 'fuzzy'; expected 'hybrid', 'dense' or 'lexical'"),
        ("q=a&sort=size", "sort is 'size'; expected 'relevance' or 'date'"),
        ("q=a&explain=maybe", "explain is 'maybe'; expected true or false"),
        ("q=a&date_from=yesterday", "date_from is 'yesterday'; expected a day as 2023-09-26"),
        ("q=a&date_to=2023-02-30", "date_to is '2023-02-30'; expected a day"),
        ("q=a&date_from=2024-01-02&date_to=2024-01-01", "is after"),
        ("q=a&lang=ar", "unknown parameter 'lang'; expected collapse, date_from, date_to"),
    ],
)
def test_a_bad_request_is_a_problem(client: FlaskClient, parameters: str, detail: str) -> None:
    """That names the parameter, its value and what was expected."""
    assert_problem(client.get(f"/api/search?{parameters}"), 400, "Bad Request", detail)


@pytest.mark.parametrize(
    "identity", ["moscow-en", "moscow/ar", "https://example.org//a?b=c&d#e", "100% & more", "ملف/خبر.txt"]
)
def test_a_document_with_its_text(client: FlaskClient, identity: str) -> None:
    """Whatever characters its id is made of."""
    response = client.get(f"/api/documents/{quote(identity)}")
    assert response.status_code == 200
    found = response.get_json()
    assert found["id"] == identity
    assert list(found) == ["id", "title", "language", "url", "date", "source", "text"]


def test_a_document_is_given_whole(client: FlaskClient) -> None:
    assert client.get("/api/documents/quake-ur").get_json() == {
        "id": "quake-ur",
        "title": "زلزلہ سے دیہات متاثر",
        "language": "ur",
        "url": "",
        "date": "2024-02-03",
        "source": "اخبار",
        "text": "امدادی ٹیموں نے رات بھر ملبے میں تلاش جاری رکھی۔ جھٹکے تین صوبوں میں محسوس کیے گئے۔",
    }


def test_an_unknown_document_is_not_found(client: FlaskClient) -> None:
    assert_problem(client.get("/api/documents/moscow"), 404, "Not Found", "no document has the id 'moscow'")


def test_an_unknown_address_is_not_found(client: FlaskClient) -> None:
    assert_problem(client.get("/api/nowhere"), 404, "Not Found", "not found")


@pytest.mark.parametrize("method", ["patch", "put", "delete"])
def test_another_method_is_not_allowed(client: FlaskClient, method: str) -> None:
    response = getattr(client, method)("/api/search?q=a")
    assert_problem(response, 405, "Method Not Allowed", "not allowed")
    assert "GET" in response.headers["Allow"]


def test_a_failure_of_our_own_is_a_problem_that_tells_nothing(
    client: FlaskClient, monkeypatch: pytest.MonkeyPatch
) -> None:
    def fail(self: Searcher, request: SearchRequest) -> None:
        raise ZeroDivisionError("secret")

    monkeypatch.setattr(Searcher, "search", fail)
    client.application.config["PROPAGATE_EXCEPTIONS"] = False
    response = client.get("/api/search?q=a")
    assert_problem(response, 500, "Internal Server Error", "something went wrong here")
    assert "secret" not in response.get_data(as_text=True)


def test_health_says_what_is_served(client: FlaskClient, site: Site) -> None:
    response = client.get("/api/health")
    assert response.status_code == 200
    body = response.get_json()
    assert list(body) == ["status", "generation", "created", "model", "documents", "languages"]
    assert (body["status"], body["generation"], body["model"]) == ("ok", site.generation(), "bundled")
    assert body["documents"] == sum(body["languages"].values())
    assert body["languages"]["ar"] == 2


@pytest.mark.parametrize("address", ["/api/health", "/api/search?q=a", "/api/documents/a"])
def test_without_an_index_the_service_is_unavailable(tmp_path: Path, fake_model: None, address: str) -> None:
    """The answer says so, says when to come again, and names no path of the server."""
    response = create_app(WebSettings(str(tmp_path / "none"))).test_client().get(address)
    assert_problem(response, 503, "Service Unavailable", "there is no index to search yet")
    assert response.headers["Retry-After"] == "10"
    assert str(tmp_path) not in response.get_data(as_text=True)


def test_with_a_damaged_index_the_service_is_unavailable(own_site: Site) -> None:
    (own_site.live() / "chunks/en/starts.npy").write_bytes(b"")
    assert_problem(own_site.client().get("/api/health"), 503, "Service Unavailable", "cannot be read")


def test_with_an_index_of_another_model_the_service_is_unavailable(site: Site, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr("search.searcher.load_encoder", lambda name: FakeEncoder(name, "newer"))
    client = create_app(WebSettings(str(site.index))).test_client()
    assert_problem(client.get("/api/search?q=a"), 503, "Service Unavailable", "no index to search")


def test_every_answer_is_guarded(client: FlaskClient) -> None:
    """No answer may be read as another kind of file, or framed."""
    for address in ("/api/search?q=a", "/api/search", "/api/health", "/", "/?q=a", "/nowhere", "/static/style.css"):
        response = client.get(address)
        assert response.headers["X-Content-Type-Options"] == "nosniff", address
        assert response.headers["Referrer-Policy"] == "no-referrer"
        policy = response.headers["Content-Security-Policy"]
        assert "default-src 'none'" in policy
        assert "frame-ancestors 'none'" in policy
        assert "unsafe" not in policy
        response.close()


def test_near_duplicates_are_told_apart_on_request(client: Any) -> None:
    """`collapse` is true unless said otherwise; every hit has its list of duplicates."""
    together = client.get("/api/search?q=earthquake").get_json()
    apart = client.get("/api/search?q=earthquake&collapse=false").get_json()
    assert together["hits"] == apart["hits"]
    assert all(hit["duplicates"] == [] for hit in apart["hits"])
    assert client.get("/api/search?q=earthquake&collapse=perhaps").status_code == 400


def test_sorted_by_date_the_newest_comes_first(client: FlaskClient) -> None:
    days = [hit["document"]["date"] or "" for hit in client.get("/api/search?q=haftar&sort=date").get_json()["hits"]]
    assert days == sorted(days, reverse=True)


def test_documents_like_another(client: FlaskClient) -> None:
    answer = client.get("/api/similar/moscow/ar?limit=3").get_json()
    assert list(answer) == ["document", "took_ms", "total", "generation", "hits"]
    assert answer["document"]["id"] == "moscow/ar"
    assert len(answer["hits"]) == 3
    assert "moscow/ar" not in ids(answer)


def test_what_is_typed_is_completed(client: FlaskClient) -> None:
    assert client.get("/api/suggest?q=haf").get_json() == {"query": "haf", "suggestions": ["Haftar"]}
    assert client.get("/api/suggest").get_json() == {"query": "", "suggestions": []}
    assert client.get("/api/suggest?q=حف").get_json()["suggestions"] == ["حفتر"]


@pytest.mark.parametrize(
    ("address", "status", "title", "detail"),
    [
        ("/api/similar/nobody", 404, "Not Found", "no document has the id 'nobody'"),
        ("/api/similar/moscow-en?limit=0", 400, "Bad Request", "limit is '0'; expected at least 1"),
        ("/api/similar/moscow-en?limit=101", 400, "Bad Request", "at most 100"),
        ("/api/suggest?q=a&limit=101", 400, "Bad Request", "at most 100"),
        ("/api/suggest?typed=a", 400, "Bad Request", "unknown parameter 'typed'; expected limit, q"),
        ("/api/export", 400, "Bad Request", "q is missing"),
        ("/api/export?q=a&limit=5", 400, "Bad Request", "unknown parameter 'limit'"),
    ],
)
def test_what_cannot_be_given(client: FlaskClient, address: str, status: int, title: str, detail: str) -> None:
    assert_problem(client.get(address), status, title, detail)


def test_an_export_is_the_whole_result_one_object_a_line(client: FlaskClient) -> None:
    response = client.get("/api/export?q=haftar&language=ar,ur")
    assert response.content_type == "application/x-ndjson; charset=utf-8"
    assert response.headers["Content-Disposition"] == "attachment; filename=hudhud.jsonl"
    lines = [json.loads(line) for line in response.get_data(as_text=True).splitlines()]
    whole = client.get("/api/search?q=haftar&language=ar,ur&limit=100").get_json()
    assert lines == whole["hits"]
    assert len(lines) == whole["total"] == 4
    [first, *_] = client.get("/api/export?q=haftar&language=ar&text=true").get_data(as_text=True).splitlines()
    assert json.loads(first)["document"]["text"].startswith("جرى لقاء")


def test_a_batch_answers_each_search_in_order(client: FlaskClient) -> None:
    searches = [{"q": "haftar", "limit": 2}, {"q": "زلزال", "language": ["ar", "ur"]}, {"q": "x", "language": "ur"}]
    answers = client.post("/api/search", json={"searches": searches}).get_json()["answers"]
    alone = [
        client.get("/api/search", query_string={"q": "haftar", "limit": 2}).get_json(),
        client.get("/api/search", query_string={"q": "زلزال", "language": "ar,ur"}).get_json(),
        client.get("/api/search", query_string={"q": "x", "language": "ur"}).get_json(),
    ]
    assert [answer["hits"] for answer in answers] == [answer["hits"] for answer in alone]


@pytest.mark.parametrize(
    ("body", "detail"),
    [
        ({}, "searches is missing"),
        ({"searches": []}, "searches is []"),
        ({"searches": [{"q": "a"}, {"q": "b", "limit": "x"}]}, "searches[1]: limit is 'x'; expected a whole number"),
        ({"searches": [{"q": "a", "langage": "ar"}]}, "searches[0]: unknown parameter 'langage'"),
        ({"searches": [{"q": "a", "limit": 101}]}, "limit is 101; at most 100"),
        ({"searches": [{"q": "?!"}]}, "the query has no word"),
        ({"searches": [5]}, "searches is 5; expected an object"),
        ([], "the body is []; expected an object"),
        ({"searches": [{"q": "a"}] * 51}, "searches has 51 entries; at most 50"),
    ],
)
def test_a_batch_that_makes_no_sense_names_the_place(client: FlaskClient, body: Any, detail: str) -> None:
    assert_problem(client.post("/api/search", json=body), 400, "Bad Request", detail)


def test_a_batch_has_to_be_json_and_of_some_size(site: Site) -> None:
    client = site.client(largest_body=1000)
    assert_problem(client.post("/api/search", data="q=a"), 415, "Unsupported Media Type", "application/json")
    broken = client.post("/api/search", data="{", content_type="application/json")
    assert_problem(broken, 400, "Bad Request", "the body is not JSON: EOF while parsing")
    deep = site.client().post("/api/search", data="[" * 50_000, content_type="application/json")
    assert_problem(deep, 400, "Bad Request", "the body is not JSON: recursion limit exceeded")
    large = client.post("/api/search", json={"searches": [{"q": "a" * 2000}]})
    assert_problem(large, 413, "Request Entity Too Large", "")


def test_other_sites_may_ask_only_where_the_owner_says_so(site: Site) -> None:
    asked = {"Origin": "https://news.example"}
    assert "Access-Control-Allow-Origin" not in site.client().get("/api/search?q=a", headers=asked).headers
    client = site.client(cors_origins=("https://news.example",))
    allowed = client.get("/api/search?q=a", headers=asked)
    assert allowed.headers["Access-Control-Allow-Origin"] == "https://news.example"
    other = client.get("/api/search?q=a", headers={"Origin": "https://evil.example"})
    assert "Access-Control-Allow-Origin" not in other.headers
    assert "Access-Control-Allow-Origin" not in client.get("/?q=a", headers=asked).headers


def test_the_description_is_shown_as_a_page(client: FlaskClient) -> None:
    page = client.get("/docs").get_data(as_text=True)
    for path in client.get("/openapi.json").get_json()["paths"]:
        assert path in page
    assert "/api/search?q=flood+damage&amp;language=ar%2Cur" in page
    assert 'id="SearchAnswer"' in page
