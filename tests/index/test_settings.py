"""Settings refuse what they cannot mean."""

from typing import Any

import pytest

from index.errors import SettingsError
from index.settings import IndexSettings
from search.settings import SearchSettings


@pytest.mark.parametrize(
    ("name", "value"),
    [
        ("chunk_words", 7),
        ("overlap_words", -1),
        ("overlap_words", IndexSettings().chunk_words),
        ("bm25_k1", -0.1),
        ("bm25_b", 1.1),
        ("vocabulary_size", -1),
        ("keep_generations", 0),
    ],
)
def test_an_impossible_index_setting_is_named_with_its_value(name: str, value: Any) -> None:
    with pytest.raises(SettingsError, match=f"setting {name} is {value}, but has to be"):
        IndexSettings(**{name: value})


def test_settings_come_back_from_a_manifest() -> None:
    settings = IndexSettings(model="m", chunk_words=50, bm25_b=0.4)
    assert IndexSettings.from_json(settings.to_json()) == settings


def test_an_unknown_setting_is_an_error() -> None:
    with pytest.raises(SettingsError, match=r"unknown index settings \['chunk_wrods'\]"):
        IndexSettings.from_json({"chunk_wrods": 50})


@pytest.mark.parametrize(
    ("name", "value"),
    [
        ("candidates", 0),
        ("neighbours", 0),
        ("snippet_length", 0),
        ("exact_share", 1.5),
        ("least_cosine", -0.1),
        ("least_cosine", 1.1),
    ],
)
def test_an_impossible_search_setting_is_an_error(name: str, value: Any) -> None:
    with pytest.raises(SettingsError, match=name if name in ("exact_share", "least_cosine") else "at least 1"):
        SearchSettings(**{name: value})
