"""The log has a line for each request, by which nobody can tell what was searched."""

import io
import json
import logging
from collections.abc import Iterator
from typing import Any

import pytest

from tests.web.conftest import Site
from web.logs import WithoutQueries, configure_logging


@pytest.fixture
def lines(monkeypatch: pytest.MonkeyPatch) -> Iterator[io.StringIO]:
    """What is written to standard error, with the loggers put back afterwards."""
    root = logging.getLogger()
    handlers, level = root.handlers[:], root.level
    written = io.StringIO()
    monkeypatch.setattr("sys.stderr", written)
    configure_logging()
    yield written
    root.handlers[:] = handlers
    root.setLevel(level)


def logged(lines: io.StringIO) -> list[dict[str, Any]]:
    return [json.loads(line) for line in lines.getvalue().splitlines()]


def test_a_request_is_one_line_of_json_with_the_id_that_the_answer_carries(site: Site, lines: io.StringIO) -> None:
    response = site.client().get("/api/search?q=haftar")
    [line] = [line for line in logged(lines) if line["message"] == "request"]
    assert line["request_id"] == response.headers["X-Request-ID"]
    assert (line["method"], line["route"], line["status"]) == ("GET", "/api/search", 200)
    assert line["ms"] > 0
    assert line["level"] == "INFO"
    assert "haftar" not in lines.getvalue()


def test_the_query_is_logged_only_where_the_owner_asks_for_it(site: Site, lines: io.StringIO) -> None:
    site.client(log_queries=True).get("/api/search", query_string={"q": "حفتر"})
    assert "حفتر" in lines.getvalue()


def test_a_proxys_id_is_taken_over_and_nothing_else(site: Site) -> None:
    client = site.client()
    taken = client.get("/api/health", headers={"X-Request-ID": "abc-123"})
    assert taken.headers["X-Request-ID"] == "abc-123"
    for odd in ("a" * 65, 'x"}', "a b", ""):
        assert client.get("/api/health", headers={"X-Request-ID": odd}).headers["X-Request-ID"] != odd


def test_an_address_that_no_route_knows_is_not_written_down(site: Site, lines: io.StringIO) -> None:
    site.client().get("/secret-address")
    assert "secret-address" not in lines.getvalue()


@pytest.mark.parametrize(
    ("said", "kept"),
    [
        ("Invalid HTTP request line: 'GET /?q=\xd8\xad HTTP/1.1'", "Invalid HTTP request line: …"),
        ("Error handling request GET /api/search?q=secret", "Error handling request GET /api/search…"),
        ("Worker (pid:%s) was sent SIGKILL!", "Worker (pid:7) was sent SIGKILL!"),
    ],
)
def test_what_gunicorn_could_not_read_is_not_written_down(lines: io.StringIO, said: str, kept: str) -> None:
    logger = logging.getLogger("test of gunicorn")
    logger.addFilter(WithoutQueries())
    logger.warning(said, *([7] if "%s" in said else []))
    assert [line["message"] for line in logged(lines)] == [kept]
