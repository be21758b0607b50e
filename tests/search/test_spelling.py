"""A slip of the keyboard is noticed; a word that is merely absent, or known in any language, is left alone."""

import pytest

from search.searcher import Searcher


@pytest.mark.parametrize(
    ("typed", "meant"),
    [
        ("erthquake", "earthquake"),
        ("Erthquake in villages?", "Earthquake in villages?"),
        ("الاستقبل", "الاستقبال"),
        ("المسولون", "المسؤولون"),
        ("امداادی ٹیمون", "امدادی ٹیموں"),
    ],
)
def test_a_slip(articles: Searcher, typed: str, meant: str) -> None:
    assert articles.corrected(typed).casefold() == meant.casefold()


@pytest.mark.parametrize(
    "query",
    [
        "earthquake",
        "زلزال moscow",
        "wombat",
        "xyzzy",
        "the",
        "in",
        "4x4 1994",
        "putin aur assad ki mulaqat",
        "هاتف",
        "ہاتھی",
    ],
)
def test_what_is_known_or_merely_absent_stays(articles: Searcher, query: str) -> None:
    assert articles.corrected(query) == ""
