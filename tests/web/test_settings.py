"""The server's settings come from the environment, and say which one is wrong."""

import pytest

from index.errors import SettingsError
from web.settings import WebSettings


def test_settings_from_the_environment() -> None:
    environment = {"HUDHUD_PAGE_SIZE": "25", "HUDHUD_LARGEST_LIMIT": "50", "HUDHUD_THREADS": "2", "OTHER": "x"}
    assert WebSettings.from_environment("folder", environment) == WebSettings(
        "folder", page_size=25, largest_limit=50, threads=2
    )


def test_without_an_environment_the_defaults_hold() -> None:
    assert WebSettings.from_environment("folder", {}) == WebSettings("folder")


@pytest.mark.parametrize("value", ["0", "-1", "ten", "", "1.5"])
def test_a_setting_that_is_no_number_is_named(value: str) -> None:
    with pytest.raises(SettingsError, match=f"HUDHUD_PAGE_SIZE is '{value}'; expected a whole number of at least 1"):
        WebSettings.from_environment("folder", {"HUDHUD_PAGE_SIZE": value})


def test_sites_that_may_ask_are_parted_by_commas() -> None:
    environment = {"HUDHUD_CORS_ORIGINS": "https://a.example, http://localhost:3000"}
    settings = WebSettings.from_environment("folder", environment)
    assert settings.cors_origins == ("https://a.example", "http://localhost:3000")


@pytest.mark.parametrize("value", ["a.example", "https://a.example/path", "javascript:x"])
def test_a_site_that_is_no_origin_is_named(value: str) -> None:
    with pytest.raises(SettingsError, match="HUDHUD_CORS_ORIGINS holds"):
        WebSettings.from_environment("folder", {"HUDHUD_CORS_ORIGINS": value})
