"""An administrator's rebuild runs beside the server and is told of step by step."""

import json
from pathlib import Path
from time import monotonic, sleep
from typing import Any

import pytest
from flask.testing import FlaskClient

from tests.fakes import ARTICLES, write_json_lines
from web import create_app
from web.access import new_key
from web.answers import RebuildAnswer
from web.rebuild import Rebuilder
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
