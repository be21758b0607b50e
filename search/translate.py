"""Query words → weighted terms of each language's postings: how BM25 crosses languages.

A word that a language's postings hold is searched as it is. One that they lack is replaced by
the terms nearest to it in the embedded vocabulary, so "meeting" finds ملاقات and لقاء. A word
that happens to exist in another language of the same script (Arabic مثل, Urdu مثل) is searched
both ways, because it may or may not mean the same there.
"""

from collections.abc import Sequence
from functools import lru_cache

from index.languages import partition, term
from index.snapshot import Partition
from index.types import Encoder
from search.query import Query
from search.settings import SearchSettings
from search.types import WeightedTerm


class Translator:
    """Finds the terms of one language that stand for the words of a query."""

    def __init__(self, part: Partition, encoder: Encoder, settings: SearchSettings) -> None:
        self._part = part
        self._encoder = encoder
        self._settings = settings
        # News repeats its words, and so do those who search it.
        self._nearest = lru_cache(maxsize=1 << 14)(self._nearest_terms)

    def translate(self, query: Query) -> list[WeightedTerm]:
        """The terms to score, in the order of the query's words."""
        own_language = partition(query.language) == self._part.language
        return [found for word in query.words for found in self._terms(word, own_language)]

    def _terms(self, word: str, own_language: bool) -> Sequence[WeightedTerm]:
        exact = self._exact(word)
        if exact is not None and (own_language or word.isascii()):
            return (exact,)
        near = self._nearest(word)
        if exact is None:
            return near
        share = self._settings.exact_share if near else 1.0
        others = tuple(_scaled(item, 1 - share) for item in near if item.number != exact.number)
        return (_scaled(exact, share), *others)

    def _exact(self, word: str) -> WeightedTerm | None:
        found = term(word, self._part.language)
        number = self._part.lexical.terms.find(found) if found else None
        return None if number is None else WeightedTerm(number, found, word, 1.0)

    def _nearest_terms(self, word: str) -> tuple[WeightedTerm, ...]:
        settings = self._settings
        vector = self._encoder.encode_queries([word])
        if not vector.any():
            return ()
        found = self._part.vocabulary.nearest(vector, settings.neighbours)[0]
        near = [item for item in found if item.score > settings.least_cosine]
        if not near:
            return ()
        scale = near[0].score / sum(item.score**settings.sharpness for item in near)
        terms = self._part.lexical.terms
        return tuple(
            WeightedTerm(item.row, terms[item.row], word, scale * item.score**settings.sharpness) for item in near
        )


def _scaled(item: WeightedTerm, factor: float) -> WeightedTerm:
    return WeightedTerm(item.number, item.term, item.origin, item.weight * factor)
