"""Query words → weighted terms of each language's postings: how BM25 crosses languages.

A word that a language's postings hold is searched as it is. One that they lack is replaced by
terms that mean the same, the nearest in the embedded vocabulary ("meeting" finds ملاقات and لقاء),
and by terms that sound the same ("haftar" finds حفتر and ہفتار); of all these the best in each
document counts. A word that happens to exist in another language of the same script (Arabic مثل,
Urdu مثل) is searched both ways, because it may or may not mean the same there.
"""

from collections.abc import Sequence

from index.languages import partition, term
from index.snapshot import Partition
from index.types import Encoder
from search.query import Query
from search.romanised import ARABIZI, ROMAN_URDU, arabizi, roman_urdu
from search.settings import SearchSettings
from search.types import QueryWord, WeightedTerm

_SPELLINGS = {ARABIZI: arabizi, ROMAN_URDU: roman_urdu}
_NEXT_SPELLING = 0.7  # how much less likely each further spelling is than the one before

_Near = tuple[tuple[int, float], ...]

# Cosines of the nearest neighbour: of most names it is below the first, of most translations above the second.
_UNSURE, _SURE = 0.5, 0.65
_SOUND_ALIKES = 3
# How often a term of a similarity is the right one falls about so steeply, from .95 for the same sounds.
_ALIKE, _ALIKE_SLOPE = 0.95, 3.5
_LEAST_ALIKE, _LEAST_ALIKE_WHEN_TRANSLATED = 0.8, 0.95
_ALIKE_SPREAD = 0.03

_REMEMBERED = 1 << 13  # words; each dictionary that replaces another is copied, so not too many


class Translator:
    """Finds the terms of one language that stand for the words of a query."""

    def __init__(self, part: Partition, encoder: Encoder, settings: SearchSettings) -> None:
        self._part = part
        self._encoder = encoder
        self._settings = settings
        # News repeats its words, and so do those who search it. By word, and the language it was asked in.
        self._known: dict[tuple[str, str], QueryWord] = {}

    def translate(self, query: Query) -> list[QueryWord]:
        """The words of the query, in order, each with the terms that stand for it; words without any are left out."""
        asked = query.language
        known = self._known
        new = [word for word in dict.fromkeys(query.words) if (word, asked) not in known]
        if new:
            learnt = {(found.word, asked): found for found in self._learn(new, asked)}
            # A new mapping in one step: other threads go on reading the one they hold.
            known = known | learnt
            self._known = known if len(known) < _REMEMBERED else learnt
        found = [known[word, asked] for word in query.words]
        return [word for word in found if word.terms]

    def _learn(self, words: Sequence[str], asked: str) -> list[QueryWord]:
        """Each word with its terms; the neighbours of all words are looked up at once."""
        own_language = partition(asked) == self._part.language
        exact = {word: self._exact(word) for word in words}
        # A name in Latin letters that stands in Arabic text is that name; no word near it is better.
        open_words = [word for word in words if exact[word] is None or not (own_language or word.isascii())]
        near = self._neighbours(open_words)
        return [QueryWord(word, self._weigh(word, asked, exact[word], near.get(word))) for word in words]

    def _exact(self, word: str) -> int | None:
        """The number of the word's own term, if the postings hold it."""
        found = term(word, self._part.language)
        return self._part.lexical.terms.find(found) if found else None

    def _weigh(self, word: str, asked: str, exact: int | None, near: _Near | None) -> tuple[WeightedTerm, ...]:
        """The word's own term, its neighbours and its sound-alikes with their weights, by number of the term.

        The nearest neighbour weighs its cosine c1, another of cosine c weighs c1 (c / c1)^sharpness:
        how sure the first is, times how much less likely the other is. A term found by meaning and
        by sound has the higher of its weights. `near` is None for a word that is settled.
        """
        weights: dict[int, float] = {}
        if near is not None:
            others = [(number, cosine) for number, cosine in near if number != exact]
            best = others[0][1] if others else 0.0
            # A word whose nearest neighbour is a sure translation is translated; a name has none.
            doubt = min(1.0, max(0.0, (_SURE - best) / (_SURE - _UNSURE)))
            weights = {number: best * (cosine / best) ** self._settings.sharpness for number, cosine in others}
            for number, weight in [*self._sound_alikes(word, exact, doubt), *self._spelled(word, asked)]:
                weights[number] = max(weight, weights.get(number, 0.0))
            if exact is not None and others:
                share = self._settings.exact_share
                weights[exact] = share + (1 - share) * doubt
        if exact is not None:
            weights.setdefault(exact, 1.0)
        terms = self._part.lexical.terms
        return tuple(WeightedTerm(number, terms[number], weights[number]) for number in sorted(weights))

    def _sound_alikes(self, word: str, exact: int | None, doubt: float) -> list[tuple[int, float]]:
        """Terms that sound like a word, with weights; the less doubt about its translation, the fewer and lighter."""
        if doubt == 0 or any(map(str.isdigit, word)):
            return []
        heard = self._part.names.candidates(word, _SOUND_ALIKES + 1)
        found = [item for item in heard if item[0] != exact][:_SOUND_ALIKES]
        least = _LEAST_ALIKE if doubt == 1 else _LEAST_ALIKE_WHEN_TRANSLATED
        return [
            (number, doubt * (_ALIKE - _ALIKE_SLOPE * (1 - similarity)))
            for number, similarity in found
            if similarity >= max(least, found[0][1] - _ALIKE_SPREAD)
        ]

    def _spelled(self, word: str, asked: str) -> list[tuple[int, float]]:
        """Terms that a word of Urdu or Arabic in Latin letters spells, of those the postings hold, with weights."""
        spellings = _SPELLINGS.get(asked)
        if spellings is None or self._part.language not in ("ar", "ur"):
            return []
        found = dict.fromkeys(number for spelling in spellings(word) if (number := self._exact(spelling)) is not None)
        return [(number, _ALIKE * _NEXT_SPELLING**place) for place, number in enumerate(list(found)[:_SOUND_ALIKES])]

    def _neighbours(self, words: Sequence[str]) -> dict[str, _Near]:
        """The terms near each word with their cosines, nearest first."""
        nearest = self._part.vocabulary.nearest(self._encoder.encode_queries(words), self._settings.neighbours)
        least = self._settings.least_cosine
        return {
            word: tuple((item.row, item.score) for item in near if item.score > least)
            for word, near in zip(words, nearest, strict=True)
        }
