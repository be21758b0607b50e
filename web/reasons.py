"""Which words of a query became which words of the documents, in the reader's and the documents' own spelling."""

from collections.abc import Sequence
from dataclasses import dataclass

from index.languages import partition, term
from index.text import words
from search.types import Hit, TermShare

_MOST_WORDS, _MOST_TERMS = 6, 4


@dataclass(frozen=True, slots=True)
class Rendering:
    """A word of a document that stands for a word of the query, and the document's language."""

    word: str
    language: str


@dataclass(frozen=True, slots=True)
class Crossing:
    """A word of the query, as typed, and what it was found as."""

    word: str
    found: Sequence[Rendering]


def crossings(query: str, hits: Sequence[Hit]) -> list[Crossing]:
    """The words of a query that were found as other words, in the order of the query.

    Their renderings come in the order of the hits.
    """
    typed = spelled(query)
    found: dict[str, dict[str, Rendering]] = {word: {} for word in typed}
    for hit in hits:
        for share in hit.explain.terms:
            if share.origin in found and crossed(share, hit.document.language):
                rendering = Rendering(share.surface, hit.document.language)
                found[share.origin].setdefault(f"{partition(rendering.language)} {share.term}", rendering)
    rendered = [Crossing(typed[word], list(others.values())[:_MOST_TERMS]) for word, others in found.items() if others]
    return rendered[:_MOST_WORDS]


def spelled(query: str) -> dict[str, str]:
    """How the reader typed each word of a query, by the folded word, in order.

    >>> spelled("Putin in موسكو")
    {'putin': 'Putin', 'in': 'in', 'موسکو': 'موسكو'}
    """
    typed: dict[str, str] = {}
    for word in words(query):
        typed.setdefault(word.folded, query[word.start : word.end])
    return typed


def crossed(share: TermShare, language: str) -> bool:
    """Whether a word was found as another word of a document's language, and not only in another form of itself."""
    return share.term != term(share.origin, partition(language))
