"""What to tell a reader whose search found nothing. Pure; the words are in the templates."""

from dataclasses import dataclass

import regex

from index.text import words
from search.romanised import ARABIZI, ROMAN_URDU
from search.types import SearchResult

_OPERATOR = regex.compile(r"\"|\b(?:AND|OR|NOT)\b|(?<!\S)[-+]\w|\*|\b\w+:\w")
_MANY_WORDS = 8


@dataclass(frozen=True, slots=True)
class Hints:
    """Why nothing may have been found.

    `romanised` is `ur` or `ar` for a query of that language in Latin letters; `operators` says that
    it holds signs which mean something to other search engines; `long` that it has many words.
    """

    romanised: str
    operators: bool
    long: bool


def hints(result: SearchResult) -> Hints:
    """What the query itself tells.

    >>> from types import SimpleNamespace
    >>> hints(SimpleNamespace(query='"peace talks"', query_language="en"))
    Hints(romanised='', operators=True, long=False)
    """
    return Hints(
        romanised={ROMAN_URDU: "ur", ARABIZI: "ar"}.get(result.query_language, ""),
        operators=bool(_OPERATOR.search(result.query)),
        long=len(list(words(result.query))) > _MANY_WORDS,
    )
