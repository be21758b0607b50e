"""Fixtures that several folders of tests share."""

import os
from pathlib import Path

import pytest
from hypothesis import settings

from index.build import build_index
from index.settings import IndexSettings
from search.searcher import Searcher
from tests.fakes import ARTICLES, EVERYTHING, FakeEncoder, write_json_lines

# The same examples in every run, so that a failure can be seen again; timing says nothing on a shared machine.
settings.register_profile("hudhud", derandomize=True, deadline=None, max_examples=100)
settings.load_profile(os.environ.get("HYPOTHESIS_PROFILE", "hudhud"))


@pytest.fixture
def encoder() -> FakeEncoder:
    """A fresh fake of the bundled model."""
    return FakeEncoder()


@pytest.fixture(scope="session")
def article_index(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """An index of the fake corpus. Read it only."""
    folder = tmp_path_factory.mktemp("articles")
    source = write_json_lines(folder / "source" / "articles.jsonl", ARTICLES)
    build_index([source], folder / "index", IndexSettings(), FakeEncoder(), FakeEncoder())
    return folder / "index"


@pytest.fixture
def fake_model(monkeypatch: pytest.MonkeyPatch) -> None:
    """Whoever opens a model gets the fake one."""

    def load(name: str = "bundled") -> FakeEncoder:
        return FakeEncoder(name)

    monkeypatch.setattr("index.encoder.load_encoder", load)
    monkeypatch.setattr("search.searcher.load_encoder", load)


@pytest.fixture
def articles(article_index: Path, fake_model: None) -> Searcher:
    """A searcher of the fake corpus, without a floor."""
    return Searcher.open(article_index, EVERYTHING)


@pytest.fixture(scope="session")
def bundled() -> None:
    """Marks a test that needs the bundled model; skipped where no trained one lies in index/model."""
    if not (Path(__file__).parents[1] / "index" / "model" / "model.safetensors").is_file():
        pytest.skip("index/model holds no model")
