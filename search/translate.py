"""Query words → weighted terms of each language's postings: how BM25 crosses languages.

A word that a language's postings hold is searched as it is. One that they lack is replaced by
the terms nearest to it in the embedded vocabulary, so "meeting" finds ملاقات and لقاء; of these
the best in each document counts. A word that happens to exist in another language of the same
script (Arabic مثل, Urdu مثل) is searched both ways, because it may or may not mean the same there.
"""

from collections.abc import Sequence

from index.languages import partition, term
from index.snapshot import Partition
from index.types import Encoder
from search.query import Query
from search.settings import SearchSettings
from search.types import QueryWord, WeightedTerm

_Near = tuple[tuple[int, float], ...]

_REMEMBERED = 1 << 13  # words; each dictionary that replaces another is copied, so not too many


class Translator:
    """Finds the terms of one language that stand for the words of a query."""

    def __init__(self, part: Partition, encoder: Encoder, settings: SearchSettings) -> None:
        self._part = part
        self._encoder = encoder
        self._settings = settings
        # News repeats its words, and so do those who search it.
        self._known: dict[str, _Near] = {}

    def translate(self, query: Query) -> list[QueryWord]:
        """The words of the query, in order, each with the terms that stand for it; words without any are left out."""
        own_language = partition(query.language) == self._part.language
        exact = {word: self._exact(word) for word in query.words}
        # A name in Latin letters that stands in Arabic text is that name; no word near it is better.
        settled = {word for word, found in exact.items() if found is not None and (own_language or word.isascii())}
        near = self._neighbours([word for word in exact if word not in settled])
        found = {word: self._weigh(number, near.get(word, ())) for word, number in exact.items()}
        return [QueryWord(word, found[word]) for word in query.words if found[word]]

    def _exact(self, word: str) -> int | None:
        """The number of the word's own term, if the postings hold it."""
        found = term(word, self._part.language)
        return self._part.lexical.terms.find(found) if found else None

    def _weigh(self, exact: int | None, near: _Near) -> tuple[WeightedTerm, ...]:
        """The word's own term and its neighbours with their weights.

        The nearest neighbour weighs its cosine c1, another of cosine c weighs c1 (c / c1)^sharpness:
        how sure the first is, times how much less likely the other is.
        """
        others = [(number, cosine) for number, cosine in near if number != exact]
        found: list[WeightedTerm] = []
        if exact is not None:
            found.append(self._weighted(exact, self._settings.exact_share if others else 1.0))
        for number, cosine in others:
            best = others[0][1]
            found.append(self._weighted(number, best * (cosine / best) ** self._settings.sharpness))
        return tuple(found)

    def _weighted(self, number: int, weight: float) -> WeightedTerm:
        return WeightedTerm(number, self._part.lexical.terms[number], weight)

    def _neighbours(self, words: Sequence[str]) -> dict[str, _Near]:
        """The terms near each word with their cosines, nearest first; those not met before are looked up at once."""
        known = self._known
        found = {word: near for word in words if (near := known.get(word)) is not None}
        new = [word for word in words if word not in found]
        if new:
            nearest = self._part.vocabulary.nearest(self._encoder.encode_queries(new), self._settings.neighbours)
            least = self._settings.least_cosine
            learnt = {
                word: tuple((item.row, item.score) for item in near if item.score > least)
                for word, near in zip(new, nearest, strict=True)
            }
            # A new mapping in one step: other threads go on reading the one they hold.
            self._known = learnt if len(known) > _REMEMBERED else known | learnt
            found |= learnt
        return found
