"""The owner's page says what is served and how quickly."""

from dataclasses import replace

import pytest
from flask.testing import FlaskClient

from index.report import BuildReport
from tests.fakes import ARTICLES
from tests.web.conftest import Site
from tests.web.test_pages import page


def test_the_state_of_an_index(own_site: Site) -> None:
    client = own_site.client()
    assert "No search has been answered" in page(client, "/status").all("main")[0].text
    client.get("/?q=haftar")
    client.get("/api/search?q=haftar")
    found = page(client, "/status")
    text = " ".join(found.all("main")[0].text.split())
    assert own_site.generation() in text
    assert f"Documents{len(ARTICLES)} " in text
    assert "One document has no date." in text
    assert "2 searches since the server was started" in text
    drawn = [element.text for element in found.all("rect") if element["class"] == "ar"]
    assert drawn == ["Sept 2023: Arabic 1", "Feb 2024: Arabic 1"]


def test_what_the_build_recorded(own_site: Site) -> None:
    own_site.rebuild([*ARTICLES, {"id": "empty", "text": "", "title": ""}])
    report = BuildReport.read(own_site.live())
    text = " ".join(page(own_site.client(), "/status").all("main")[0].text.split())
    assert f"embedded{report.embedded} " in text
    assert f"documents{report.documents} " in text
    for stage in report.seconds:
        assert f"seconds.{stage}" in text


def test_records_that_were_left_out_are_named_as_text(own_site: Site, monkeypatch: pytest.MonkeyPatch) -> None:
    report = replace(BuildReport.read(own_site.live()), skipped=["news.jsonl, line 3: <b>"])
    monkeypatch.setattr("web.status.BuildReport.read", lambda folder: report)
    found = page(own_site.client(), "/status")
    assert "One record was left out" in found.all("main")[0].text
    assert "news.jsonl, line 3: <b>" in found.all("main")[0].text
    assert found.all("b") == []


def test_a_record_that_is_gone_is_left_out(own_site: Site) -> None:
    client = own_site.client()
    client.get("/?q=haftar")
    (own_site.live() / "report.json").unlink()
    assert "Last build" not in page(client, "/status").all("main")[0].text


def test_without_an_index_it_says_so(client: FlaskClient, own_site: Site) -> None:
    own_site.index.rename(own_site.index.with_name("away"))
    assert page(own_site.client(), "/status", 503).all("h1")[0].text == "Nothing to search yet"
