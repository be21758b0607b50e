"""A query understood: its language and the words that carry its meaning."""

from dataclasses import dataclass

from index.errors import EmptyQuery, QueryTooLong
from index.languages import UNDETERMINED, detect_query, term
from index.text import words
from search.romanised import ROMAN_URDU, romanised

# What Roman Urdu says between its words of meaning; English stop words are other words there.
_PARTICLES = frozenset(
    """hai hain ho hun hoon tha thi the thay ka ki ke kay ko se say mein main mai me par pe tak aur ya ne nay na nahi
    nahin kya kia kab kahan kaise kaisay kyun kyon kaun kon kis jo jis wo woh ye yeh is us in un hi bhi to toh gaya gayi
    gaye raha rahi rahe kar karna karne karta karti karte kiya hua hui hue hota hoti hote wala wali wale
    liye lye""".split()
)


@dataclass(frozen=True, slots=True)
class Query:
    """A query as typed, its language, and its folded words without stop words, in order.

    The language is `ur-Latn` or `ar-Latn` for Urdu or Arabic in Latin letters. A query of nothing
    but stop words keeps them all: they are what was asked for.
    """

    text: str
    language: str
    words: tuple[str, ...]


def understand(text: str, longest: int) -> Query:
    """The query in a text. Raises QueryError when it has no word, or more than `longest` characters.

    >>> understand("Who met Haftar in Rome?", 100).words
    ('met', 'haftar', 'rome')
    >>> understand("putin aur assad ki mulaqat", 100)
    Query(text='putin aur assad ki mulaqat', language='ur-Latn', words=('putin', 'assad', 'mulaqat'))
    """
    if len(text) > longest:
        raise QueryTooLong(f"the query has {len(text)} characters; at most {longest} are searched, please shorten it")
    found = tuple(word.folded for word in words(text))
    if not found:
        raise EmptyQuery("the query has no word; type at least one letter or digit")
    typed = detect_query(text)
    language = (romanised(found) or typed) if typed == "en" else typed
    meaning = tuple(word for word in found if _has_meaning(word, language))
    return Query(text, language, meaning or found)


def _has_meaning(word: str, language: str) -> bool:
    if language == ROMAN_URDU:
        return word not in _PARTICLES
    return language == UNDETERMINED or "-" in language or bool(term(word, language))
