"""Cleaning, measured on marked pages: `python -m scripts.measure_cleaning` prints the figures."""

import pytest

from index.languages import LANGUAGES
from scripts.measure_cleaning import Page, read_pages, score

PAGES = read_pages()
FLOOR = 0.95
TITLES_AND_DATES = 0.9


def of(language: str) -> list[Page]:
    return [page for page in PAGES if page.language == language]


@pytest.mark.parametrize("language", LANGUAGES)
def test_there_are_enough_pages(language: str) -> None:
    assert len(of(language)) >= 20


@pytest.mark.parametrize("language", LANGUAGES)
def test_text_is_told_from_litter(language: str) -> None:
    """Line by line, over the pages of a language."""
    got = score(of(language))
    assert got.precision >= FLOOR
    assert got.recall >= FLOOR
    assert got.f1 >= FLOOR
    assert got.litter_f1 >= FLOOR


@pytest.mark.parametrize("language", LANGUAGES)
def test_titles_and_dates_are_found(language: str) -> None:
    got = score(of(language))
    assert got.title_accuracy >= TITLES_AND_DATES
    assert got.date_accuracy >= TITLES_AND_DATES
