"""A server takes up a new generation by itself, and keeps the old one where the new cannot be read."""

import gc
import logging
import shutil
import weakref
from collections.abc import Callable
from dataclasses import replace
from threading import Event

import pytest
from flask.testing import FlaskClient

from index.build import build_index
from index.generations import Generations
from index.manifest import Manifest
from index.settings import FORMAT, IndexSettings
from search.searcher import Searcher
from tests.fakes import ARTICLES, FakeEncoder, write_json_lines
from tests.web.conftest import Site
from web.live import LiveSearcher


def served(client: FlaskClient) -> tuple[str, int]:
    """What is served once a new generation, which the first of two requests meets, is open."""
    client.get("/api/health")
    client.application.extensions["hudhud"].settle()
    body = client.get("/api/health").get_json()
    return body["generation"], body["documents"]


def test_a_new_generation_is_served_without_a_restart(own_site: Site) -> None:
    client = own_site.client()
    first = served(client)
    second = own_site.rebuild(ARTICLES[:3])
    assert first[1] == 8
    assert served(client) == (second, 3)
    assert client.get("/api/documents/quake-en").status_code == 404
    assert client.get("/api/search?q=haftar").get_json()["generation"] == second


def test_no_request_waits_for_a_new_generation(own_site: Site, monkeypatch: pytest.MonkeyPatch) -> None:
    """The old one answers until the new one is open."""
    client = own_site.client()
    first = served(client)
    held = Event()
    whole = LiveSearcher._opened

    def slowly(self: LiveSearcher, live: str) -> Searcher:
        assert held.wait(timeout=30)
        return whole(self, live)

    monkeypatch.setattr(LiveSearcher, "_opened", slowly)
    second = own_site.rebuild(ARTICLES[:3])
    for _ in range(3):
        assert client.get("/api/search?q=haftar").get_json()["generation"] == first[0]
    held.set()
    assert served(client) == (second, 3)


def test_an_old_generation_goes_without_the_help_of_the_collector(own_site: Site) -> None:
    """The server has the collector leave alone what is there at its start, the first searcher too."""
    client = own_site.client()
    assert client.get("/api/search?q=haftar").status_code == 200
    old = weakref.ref(client.application.extensions["hudhud"].current())
    gc.disable()
    try:
        own_site.rebuild(ARTICLES[:3])
        assert served(client)[1] == 3
        assert old() is None
    finally:
        gc.enable()


def test_a_flipped_bit_is_found_before_the_generation_is_shown(
    own_site: Site, caplog: pytest.LogCaptureFixture
) -> None:
    """Sizes agree, and still the old one serves on and the log names the file."""
    client = own_site.client()
    before = served(client)
    own_site.rebuild(ARTICLES[:3])
    path = own_site.live() / "lexical" / "en" / "once_places.npy"
    content = bytearray(path.read_bytes())
    content[-1] ^= 1
    path.write_bytes(content)
    with caplog.at_level(logging.ERROR):
        assert served(client) == before
    assert "once_places.npy was altered since it was written" in caplog.text


def test_the_first_generation_is_served_without_a_restart(own_site: Site) -> None:
    """A server may be started before there is an index."""
    shutil.rmtree(own_site.index)
    client = own_site.client()
    assert client.get("/api/health").status_code == 503
    assert client.get("/api/health/live").status_code == 200  # a restart would not help
    first = own_site.rebuild(ARTICLES[:2])
    assert served(client) == (first, 2)


def test_a_generation_that_cannot_be_read_is_refused_and_the_old_one_serves_on(
    own_site: Site, caplog: pytest.LogCaptureFixture
) -> None:
    """The log says so once, not at every request."""
    client = own_site.client()
    before = served(client)
    broken = own_site.rebuild(ARTICLES[:3])
    (own_site.live() / "chunks/en/starts.npy").write_bytes(b"")
    with caplog.at_level(logging.ERROR):
        for _ in range(3):
            assert served(client) == before
    assert client.get("/api/documents/wheat-en").status_code == 200
    assert [record.getMessage().startswith(f"generation {broken} is refused") for record in caplog.records] == [True]


def of_another_format(site: Site) -> None:
    site.rebuild(ARTICLES[:3])
    replace(Manifest.read(site.live()), format=FORMAT + 1).write(site.live())


def of_another_model(site: Site) -> None:
    source = write_json_lines(site.index.parent / "records.jsonl", ARTICLES[:3])
    other = FakeEncoder(fingerprint="fake-2")
    build_index([source], site.index, IndexSettings(), other, FakeEncoder())


def of_an_altered_manifest(site: Site) -> None:
    site.rebuild(ARTICLES[:3])
    path = site.live() / "manifest.json"
    path.write_text(path.read_text().replace('"created": "2', '"created": "3'))


@pytest.mark.parametrize(
    ("unfit", "said"),
    [
        (of_another_format, f"has format {FORMAT + 1}, this version reads {FORMAT}; rebuild the index"),
        (of_another_model, "not with this bundled (fake-1); rebuild the index"),
        (of_an_altered_manifest, "manifest.json was altered since it was written; rebuild the index or roll back"),
    ],
)
def test_one_that_does_not_fit_is_refused_with_what_to_do_and_the_old_one_serves_on(
    own_site: Site, caplog: pytest.LogCaptureFixture, unfit: Callable[[Site], None], said: str
) -> None:
    client = own_site.client()
    before = served(client)
    unfit(own_site)
    with caplog.at_level(logging.ERROR):
        assert served(client) == before
    assert f"generation {own_site.generation()} is refused, the one before serves on: " in caplog.text
    assert said in caplog.text
    assert client.get("/api/search?q=haftar").get_json()["generation"] == before[0]
    assert own_site.client().get("/api/health").status_code == 503  # a server that starts has none to fall back on


def test_a_whole_generation_after_a_refused_one_is_served(own_site: Site) -> None:
    client = own_site.client()
    served(client)
    own_site.rebuild(ARTICLES[:3])
    (own_site.live() / "manifest.json").write_text("{")
    served(client)
    assert served(client)[1] == 8
    third = own_site.rebuild(ARTICLES[:4])
    assert served(client) == (third, 4)


def test_a_rollback_is_served_without_a_restart(own_site: Site) -> None:
    first = own_site.generation()
    own_site.rebuild(ARTICLES[:3])
    client = own_site.client()
    assert served(client)[1] == 3
    generations = Generations(own_site.index)
    generations.point_to(generations.published()[0])
    assert served(client) == (first, 8)


def test_a_folder_that_vanishes_leaves_the_old_one_serving(own_site: Site) -> None:
    client = own_site.client()
    before = served(client)
    (own_site.index / "CURRENT").unlink()
    assert served(client) == before


def test_the_model_is_opened_once_a_generation(own_site: Site, monkeypatch: pytest.MonkeyPatch) -> None:
    """Not at every request."""
    opened: list[str] = []

    def load(name: str) -> FakeEncoder:
        opened.append(name)
        return FakeEncoder(name)

    monkeypatch.setattr("search.searcher.load_encoder", load)
    client = own_site.client()
    for _ in range(3):
        client.get("/api/search?q=a")
    assert opened == ["bundled"]
