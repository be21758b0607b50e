"""A query understood: its language and the words that carry its meaning."""

from dataclasses import dataclass

from index.errors import QueryError
from index.languages import UNDETERMINED, detect_query, term
from index.text import words


@dataclass(frozen=True, slots=True)
class Query:
    """A query as typed, its language, and its folded words without stop words, in order.

    A query of nothing but stop words keeps them all: they are what was asked for.
    """

    text: str
    language: str
    words: tuple[str, ...]


def understand(text: str, longest: int) -> Query:
    """The query in a text. Raises QueryError when it has no word, or more than `longest` characters.

    >>> understand("Who met Haftar in Rome?", 100).words
    ('met', 'haftar', 'rome')
    """
    if len(text) > longest:
        raise QueryError(f"the query has {len(text)} characters; at most {longest} are searched, please shorten it")
    found = tuple(word.folded for word in words(text))
    if not found:
        raise QueryError("the query has no word; type at least one letter or digit")
    language = detect_query(text)
    meaning = tuple(word for word in found if language == UNDETERMINED or term(word, language))
    return Query(text, language, meaning or found)
