"""A site on an index made with the fake model."""

from collections.abc import Sequence
from pathlib import Path
from typing import Any

import pytest
from flask.testing import FlaskClient

from index.build import build_index
from index.generations import Generations
from index.settings import IndexSettings
from tests.fakes import ARTICLES, EVERYTHING, FakeEncoder, write_json_lines
from web import create_app
from web.settings import WebSettings

EVIL = {
    "id": "evil",
    "title": "<script>alert('title')</script>",
    "text": 'Wombats <img src=x onerror="alert(1)"> eat & sleep. <script>alert("text")</script> Wombats again.',
    "language": "en",
    "url": "javascript:alert(1)",
    "date": "2022-05-06",
    "source": "<b>Source</b>",
}

ODD = [
    {"id": "https://example.org//a?b=c&d#e", "title": "Address", "text": "Badgers dig by night.", "language": "en"},
    {"id": "100% & more", "title": "Percent", "text": "Otters swim by day.", "language": "en"},
    {"id": "ملف/خبر.txt", "title": "", "text": "A lynx was seen.", "language": "en"},
    {"id": "zebra", "title": "", "text": "📰📰 zebra 📰 zebra!", "language": "en"},
]


class Site:
    """An index and the applications that serve it."""

    def __init__(self, folder: Path) -> None:
        self._folder = folder
        self.index = folder / "index"

    def rebuild(self, records: Sequence[dict[str, Any]]) -> str:
        """Index these records; returns the name of the new generation."""
        source = write_json_lines(self._folder / "records.jsonl", records)
        return build_index([source], self.index, IndexSettings(), FakeEncoder(), FakeEncoder()).generation

    def live(self) -> Path:
        return Generations(self.index).current()

    def generation(self) -> str:
        return self.live().name

    def client(self, **settings: Any) -> FlaskClient:
        """A client of a new application, which shows whatever is found."""
        app = create_app(WebSettings(str(self.index), **{"search": EVERYTHING, **settings}))
        app.testing = True
        return app.test_client()


@pytest.fixture(scope="session")
def shared_site(tmp_path_factory: pytest.TempPathFactory) -> Site:
    site = Site(tmp_path_factory.mktemp("site"))
    site.rebuild([*ARTICLES, EVIL, *ODD])
    return site


@pytest.fixture
def site(shared_site: Site, fake_model: None) -> Site:
    """A site to read."""
    return shared_site


@pytest.fixture
def own_site(tmp_path: Path, fake_model: None) -> Site:
    """A site that the test may change."""
    site = Site(tmp_path)
    site.rebuild(ARTICLES)
    return site


@pytest.fixture
def client(site: Site) -> FlaskClient:
    return site.client()
