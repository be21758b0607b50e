"""An administrator's rebuild runs beside the server and is told of step by step."""

import json
from multiprocessing import get_context
from pathlib import Path
from time import monotonic, sleep
from typing import Any

import pytest
from flask.testing import FlaskClient

from index.build import build_index
from index.settings import IndexSettings
from tests.fakes import ARTICLES, FakeEncoder, write_json_lines
from web import create_app
from web.access import new_key
from web.answers import RebuildAnswer
from web.rebuild import Rebuilder, _settings
from web.settings import WebSettings


@pytest.fixture
def owner(tmp_path: Path) -> tuple[FlaskClient, dict[str, str]]:
    """A server without an index yet, and the headers of its owner."""
    source = write_json_lines(tmp_path / "news" / "records.jsonl", ARTICLES[:4])
    key, kept = new_key("owner", "admin")
    (tmp_path / "keys").write_text(kept.line())
    settings = WebSettings(str(tmp_path / "index"), keys_file=str(tmp_path / "keys"), sources=(str(source.parent),))
    return create_app(settings).test_client(), {"Authorization": f"Bearer {key}"}


def ended(client: FlaskClient, headers: dict[str, str]) -> dict[str, Any]:
    until = monotonic() + 60
    while monotonic() < until:
        last: dict[str, Any] = client.get("/api/admin/rebuild", headers=headers).get_json()
        RebuildAnswer.model_validate(last)
        if last["state"] != "running":
            return last
        sleep(0.05)
    raise AssertionError("the rebuild did not end within a minute")


def test_a_rebuild_over_http(owner: tuple[FlaskClient, dict[str, str]], bundled: None) -> None:
    client, headers = owner
    assert client.get("/api/admin/rebuild", headers=headers).get_json()["state"] == "none"
    assert client.get("/api/health").status_code == 503
    started = client.post("/api/admin/rebuild", headers=headers)
    assert started.status_code == 202
    assert started.get_json()["state"] == "running"
    assert client.post("/api/admin/rebuild", headers=headers).status_code == 409
    last = ended(client, headers)
    assert (last["state"], last["problem"]) == ("done", "")
    assert last["report"]["documents"] == 4
    assert last["ended"] >= last["started"]
    assert client.get("/api/health").get_json()["documents"] == 4
    assert client.post("/api/admin/rebuild", headers=headers).status_code == 202
    assert ended(client, headers)["state"] == "done"


def test_a_rebuild_that_fails_says_so_and_names_no_path(tmp_path: Path, bundled: None) -> None:
    rebuilder = Rebuilder([str(tmp_path / "nowhere")], tmp_path / "index")
    assert rebuilder.start()
    until = monotonic() + 60
    while rebuilder.last["state"] == "running" and monotonic() < until:
        sleep(0.05)
    assert rebuilder.last["state"] == "failed"
    assert str(tmp_path) not in json.dumps(rebuilder.last)
    assert "log" in rebuilder.last["problem"]


@pytest.mark.filterwarnings("ignore:This process .* is multi-threaded:DeprecationWarning")
def test_whichever_worker_is_asked_tells_the_same(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    """One that is forked starts a rebuild and is killed in the midst of it."""
    monkeypatch.setattr(Rebuilder, "_follow", lambda self: self._note({"stage": "read", "done": 3}))
    rebuilder = Rebuilder([str(tmp_path)], tmp_path / "index")
    context = get_context("fork")
    started, end = context.Event(), context.Event()

    def work() -> None:
        rebuilder.start()
        while rebuilder.last["done"] != 3:
            sleep(0.01)
        started.set()
        end.wait(60)

    worker = context.Process(target=work, daemon=True)
    worker.start()
    assert started.wait(60)
    assert (rebuilder.last["state"], rebuilder.last["stage"], rebuilder.last["done"]) == ("running", "read", 3)
    assert not rebuilder.start()
    worker.kill()
    worker.join()
    assert rebuilder.last["state"] == "failed"
    assert "start it again" in rebuilder.last["problem"]
    assert rebuilder.start()


def test_a_rebuild_has_the_settings_that_the_index_was_made_with(tmp_path: Path) -> None:
    """Also how many generations the owner keeps."""
    source = write_json_lines(tmp_path / "news.jsonl", ARTICLES[:2])
    settings = IndexSettings(keep_generations=5, chunk_words=50)
    assert _settings(tmp_path / "index") == IndexSettings()
    build_index([source], tmp_path / "index", settings, FakeEncoder(), FakeEncoder())
    assert _settings(tmp_path / "index") == settings
