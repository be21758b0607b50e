"""No error tells a client where things lie, what ran, or how the server is set up; the log does."""

import logging
from collections.abc import Iterator
from dataclasses import replace

import pytest
from flask.testing import FlaskClient
from werkzeug.test import TestResponse

from index import errors
from index.errors import HudhudError, RecordError
from index.manifest import Manifest
from search.searcher import Searcher
from tests.web.conftest import Site
from web.gate import Busy
from web.live import LiveSearcher

SECRET = "/srv/secret/index/documents.db"
ADDRESSES = [
    *("/?q=haftar", "/documents/moscow-en", "/api/search?q=haftar", "/api/export?q=haftar", "/api/suggest?q=haf"),
    *("/api/documents/moscow-en", "/api/similar/moscow-en", "/api/health", "/status", "/opensearch/suggest?q=haf"),
]
WITHOUT_INDEX = {
    *("/static/<path:filename>", "/openapi.json", "/docs", "/opensearch.xml", "/api/health/live", "/metrics"),
    "/api/admin/rebuild",
}
"""Routes that ask no index; `/metrics` tells what it knows without."""


def hudhud_errors(of: type[HudhudError] = HudhudError) -> Iterator[type[HudhudError]]:
    """The whole tree, the root first."""
    yield of
    for kind in of.__subclasses__():
        yield from hudhud_errors(kind)


def made(kind: type[Exception]) -> Exception:
    """An error that says too much."""
    if kind is RecordError:
        return RecordError(errors.Path(SECRET), 3, "HUDHUD_KEYS_FILE")
    if kind is Busy:
        return Busy(2)
    if issubclass(kind, errors.QueryError | errors.SearchTimeout):
        return kind("what the client sent makes no sense")  # written for clients: it is shown
    return kind(f"{SECRET} cannot be read; set HUDHUD_KEYS_FILE")


RAISED = [*hudhud_errors(), OSError, PermissionError, MemoryError, ZeroDivisionError, KeyError, RuntimeError, Busy]


def assert_silent(answer: TestResponse, site: Site) -> None:
    told = answer.get_data(as_text=True) + str(answer.headers)
    hidden = ("Traceback", 'File "', "/srv/", str(site.index), "HUDHUD_", "documents.db", "OSError", "ZeroDivision")
    assert [word for word in hidden if word in told] == []


@pytest.fixture
def client(site: Site) -> FlaskClient:
    """As it runs in the open: an error that nobody foresaw is answered too."""
    client = site.client()
    client.application.testing = False
    return client


def break_searcher(monkeypatch: pytest.MonkeyPatch, kind: type[Exception]) -> None:
    def fail(self: LiveSearcher) -> Searcher:
        raise made(kind)

    monkeypatch.setattr(LiveSearcher, "current", fail)


@pytest.mark.parametrize("kind", RAISED, ids=lambda kind: kind.__name__)
def test_no_error_tells_of_the_server(
    site: Site, client: FlaskClient, monkeypatch: pytest.MonkeyPatch, kind: type[Exception]
) -> None:
    break_searcher(monkeypatch, kind)
    foreseen = {errors.StoredIndexError: 503, errors.ModelError: 503, errors.SearchTimeout: 503, Busy: 503}
    foreseen[errors.QueryError] = 400
    expected = next((status for parent, status in foreseen.items() if issubclass(kind, parent)), 500)
    for address in ADDRESSES:
        answer = client.get(address)
        assert answer.status_code == expected, address
        if address.startswith("/api/"):
            assert answer.content_type == "application/problem+json"
            assert set(answer.get_json(force=True)) == {"type", "title", "status", "detail"}
        assert_silent(answer, site)


def test_every_route_is_asked(site: Site) -> None:
    app = site.client(sources=("news",)).application
    rules = {rule.rule for rule in app.url_map.iter_rules() if "GET" in (rule.methods or ())}
    urls = app.url_map.bind("localhost")
    asked = {urls.match(address.partition("?")[0], return_rule=True)[0].rule for address in ADDRESSES}
    assert asked | WITHOUT_INDEX == rules


@pytest.mark.parametrize("kind", RAISED, ids=lambda kind: kind.__name__)
def test_metrics_tell_nothing_of_the_server_either(
    site: Site, client: FlaskClient, monkeypatch: pytest.MonkeyPatch, kind: type[Exception]
) -> None:
    break_searcher(monkeypatch, kind)
    answer = client.get("/metrics")
    assert answer.status_code == (200 if issubclass(kind, HudhudError) else 500 if kind is not Busy else 503)
    assert_silent(answer, site)


def test_a_model_in_a_folder_is_called_by_its_last_part(
    own_site: Site, monkeypatch: pytest.MonkeyPatch, fake_model: None
) -> None:
    live = own_site.live()
    replace(Manifest.read(live), model="/srv/models/ours").write(live)
    client = own_site.client()
    assert client.get("/api/health").get_json()["model"] == "ours"
    for address in ("/api/health", "/status"):
        assert_silent(client.get(address), own_site)


def test_what_is_not_told_is_in_the_log(
    client: FlaskClient, monkeypatch: pytest.MonkeyPatch, caplog: pytest.LogCaptureFixture
) -> None:
    def fail(self: LiveSearcher) -> Searcher:
        raise OSError(SECRET)

    monkeypatch.setattr(LiveSearcher, "current", fail)
    with caplog.at_level(logging.ERROR):
        assert client.get("/api/search?q=haftar").status_code == 500
    assert SECRET in caplog.text


@pytest.mark.parametrize(
    ("method", "address", "status"),
    [
        ("GET", "/api/nowhere", 404),
        ("GET", "/nowhere", 404),
        ("GET", "/static/../settings.py", 404),
        ("GET", "/static/%2e%2e/settings.py", 404),
        ("GET", "/api/documents/..%2f..%2fCURRENT", 404),
        ("DELETE", "/api/search", 405),
        ("DELETE", "/", 405),
        ("POST", "/api/search", 415),
        ("GET", "/api/search", 400),
        ("GET", "/api/search?q=a&limit=x", 400),
        ("GET", "/?q=a&date_from=x", 400),
        ("GET", f"/api/search?q={'a' * 9000}", 414),
        ("GET", f"/?q={'a' * 9000}", 414),
        ("GET", "/api/admin/rebuild", 401),
    ],
)
def test_no_refusal_tells_of_the_server(
    site: Site, client: FlaskClient, method: str, address: str, status: int
) -> None:
    answer = client.open(address, method=method)
    assert answer.status_code == status
    assert_silent(answer, site)
