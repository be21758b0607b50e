"""Searchers that several tests ask."""

from typing import Any

import numpy as np
import pytest

from index.build import build_index
from index.settings import IndexSettings
from index.snapshot import Snapshot
from search.searcher import Searcher
from search.settings import SearchSettings
from tests.fakes import ARTICLES, FakeEncoder, write_json_lines
from tests.search.searching import COVERAGE_WEIGHT, OTHERS, RANDOM_WORDS, UNBOUNDED, Make


@pytest.fixture(scope="session")
def make(tmp_path_factory: pytest.TempPathFactory) -> Make:
    """Makes a searcher of an index of the records given, without a floor."""

    def searcher(records: list[dict[str, Any]], chunks: IndexSettings | None = None, **settings: Any) -> Searcher:
        folder = tmp_path_factory.mktemp("searcher")
        source = write_json_lines(folder / "records.jsonl", records)
        build_index([source], folder / "index", chunks or IndexSettings(), FakeEncoder(), FakeEncoder())
        snapshot = Snapshot.open(folder / "index")
        chosen = {"coverage_weight": COVERAGE_WEIGHT, **UNBOUNDED, **settings}
        return Searcher(
            snapshot,
            FakeEncoder(),
            FakeEncoder(),
            SearchSettings(**chosen),
        )

    return searcher


@pytest.fixture(scope="session")
def news(make: Make) -> Searcher:
    return make([*ARTICLES, *OTHERS])


@pytest.fixture(scope="session")
def random_corpus() -> list[str]:
    random = np.random.default_rng(11)
    return [" ".join(random.choice(RANDOM_WORDS, size=random.integers(3, 12))) for _ in range(40)]


@pytest.fixture(scope="session")
def random_news(make: Make, random_corpus: list[str]) -> Searcher:
    return make([{"id": f"{number}", "text": text, "language": "en"} for number, text in enumerate(random_corpus)])
