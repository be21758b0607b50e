"""Cleaning, measured on marked pages: `scripts.measure_cleaning` and `scripts.measure_html` print the figures."""

import pytest

from index.languages import LANGUAGES
from scripts.measure_cleaning import Page, read_pages, score
from scripts.measure_html import Agreement, agreement, ours, read_web_pages, trafilatura_alone

PAGES = read_pages()
FLOOR = 0.95
PRECISION = 0.93
RECALL = 0.97
HELD_OUT = 0.93
TITLES_AND_DATES = 0.9


def of(language: str) -> list[Page]:
    return [page for page in PAGES if page.language == language]


@pytest.mark.parametrize("language", LANGUAGES)
def test_there_are_enough_pages(language: str) -> None:
    assert len(of(language)) >= 30
    assert sum(page.held_out for page in of(language)) >= 10


@pytest.mark.parametrize("language", LANGUAGES)
def test_text_is_told_from_litter(language: str) -> None:
    """Line by line, over the pages of a language."""
    got = score(of(language))
    assert got.precision >= PRECISION
    assert got.recall >= RECALL
    assert got.f1 >= FLOOR
    assert got.litter_f1 >= FLOOR


@pytest.mark.parametrize("language", LANGUAGES)
def test_pages_that_no_rule_was_written_from_are_no_exception(language: str) -> None:
    got = score(page for page in of(language) if page.held_out)
    assert got.f1 >= HELD_OUT
    assert got.litter_f1 >= FLOOR


@pytest.mark.parametrize("language", LANGUAGES)
def test_titles_and_dates_are_found(language: str) -> None:
    got = score(of(language))
    assert got.title_accuracy >= TITLES_AND_DATES
    assert got.date_accuracy >= TITLES_AND_DATES


WEB_PAGES = read_web_pages()


@pytest.mark.parametrize("language", LANGUAGES)
def test_web_pages_are_cleaned_better_than_by_trafilatura_alone(language: str) -> None:
    pages = [page for page in WEB_PAGES if page.language == language]
    assert len(pages) >= 8
    nothing = Agreement(0, 0, 0)
    found = [(page, ours(page)) for page in pages]
    we = sum((agreement(page, (one.document.text for one in got)) for page, got in found), nothing)
    they = sum((agreement(page, [trafilatura_alone(page)]) for page in pages), nothing)
    assert we.f1 >= FLOOR
    assert they.f1 < we.f1
    assert sum(got[0].document.title == page.title for page, got in found) >= TITLES_AND_DATES * len(pages)
    assert sum(got[0].document.date == page.date for page, got in found) >= TITLES_AND_DATES * len(pages)
