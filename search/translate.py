"""Query words → weighted terms of each language's postings: how BM25 crosses languages.

A word that a language's postings hold is searched as it is. One that they lack is replaced by
terms that mean the same, the nearest in the embedded vocabulary ("meeting" finds ملاقات and لقاء)
and those that the glossary gives, and by terms that sound the same ("haftar" finds حفتر and ہفتار);
of all these the best in each document counts. A word that happens to exist in another language of
the same script (Arabic مثل, Urdu مثل) is searched both ways, because it may or may not mean the same there.

Words beside each other may cross together: "prime minister" is وزیراعظم, and نیتن یاہو is نیتنیاہو.
"""

from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass
from functools import lru_cache
from itertools import chain, islice

from index.crossings import LONGEST_PHRASE
from index.languages import LANGUAGES, partition
from index.languages import term as term_in
from index.snapshot import Partition
from search.query import Query
from search.romanised import SPELLINGS
from search.settings import SearchSettings
from search.types import QueryWord, WeightedPhrase, WeightedTerms
from search.wordvectors import WordVectors

_NEXT_SPELLING = 0.7  # how much less likely each further spelling is than the one before

_Near = tuple[tuple[int, float], ...]
_Weights = dict[int, tuple[float, str]]  # by term: weight, and the way it came

# Cosines of the nearest neighbour: of most names it is below the first, of most translations above the second.
_UNSURE, _SURE = 0.5, 0.65
_SOUND_ALIKES = 3
# How often a term of a similarity is the right one falls about so steeply, from .95 for the same sounds.
_ALIKE, _ALIKE_SLOPE = 0.95, 3.5
_LEAST_ALIKE, _LEAST_ALIKE_WHEN_TRANSLATED = 0.8, 0.95
_ALIKE_SPREAD = 0.03

# A word is two in one where its parts, of so many letters, stand together in at least this share of the rarer's rows.
_SHORTEST_PART, _SHORTEST_COMPOUND = 2, 5
_TOGETHER = 0.5
_COMPOUNDING = ("ar", "ur")

_REMEMBERED = 1 << 13  # words


class Translator:
    """Finds the terms of one language that stand for the words of a query."""

    def __init__(self, part: Partition, vectors: WordVectors, settings: SearchSettings) -> None:
        self._part = part
        self._vectors = vectors
        self._settings = settings
        # News repeats its words, and so do those who search it. By word, and the language it was asked in.
        self._known: dict[tuple[str, str], QueryWord] = {}

    def translate(self, query: Query) -> list[QueryWord]:
        """The words of the query, in order, each with what stands for it; words without any are left out."""
        asked = query.language
        known = self._known
        new = [word for word in dict.fromkeys(query.words) if (word, asked) not in known]
        if new:
            # A dictionary takes an entry in one step, also while other threads read it; none is ever taken out.
            known.update({(found.word, asked): found for found in self._learn(new, asked)})
            if len(known) > _REMEMBERED:
                self._known = {}
        alone = [known[word, asked] for word in query.words]
        return [word for word in self._together(alone, asked) if word.terms or word.phrases]

    def _learn(self, words: Sequence[str], asked: str) -> list[QueryWord]:
        """Each word with its terms; what the index has of them is looked up for all of them at once."""
        seen = self._look_up(words, asked)
        terms = self._terms([self._weigh(word, asked, of_word) for word, of_word in zip(words, seen, strict=True)])
        phrases = [tuple(self._phrases(word, of_word)) for word, of_word in zip(words, seen, strict=True)]
        return list(map(QueryWord, words, terms, phrases))

    def _look_up(self, words: Sequence[str], asked: str) -> list["_Seen"]:
        own_language = partition(asked) == self._part.language
        exact = {word: self._number(word) for word in words}
        renderings = {word: self._glossary([word], asked) for word in words}
        # A name in Latin letters that stands in Arabic text is that name; no word near it is better.
        open_words = [word for word in words if exact[word] is None or not (own_language or word.isascii())]
        near = self._neighbours(open_words, exact)
        doubts = {word: _doubt(near[word], renderings[word]) for word in open_words}
        names = [word for word in open_words if doubts[word] and not any(map(str.isdigit, word))]
        heard = dict(zip(names, self._part.names.candidates(names, _SOUND_ALIKES + 1), strict=True))
        return [
            _Seen(exact[word], renderings[word], near.get(word), doubts.get(word, 0.0), heard.get(word, []))
            for word in words
        ]

    def _number(self, word: str) -> int | None:
        """The number of the word's own term, if the postings hold it."""
        found = _term(word, self._part.language)
        return self._part.lexical.terms.find(found) if found else None

    def _phrases(self, word: str, seen: "_Seen") -> Iterator[WeightedPhrase]:
        """Terms that stand for a word together: in the glossary, or its parts."""
        for rendering in seen.renderings:
            if len(rendering) > 1:
                yield self._phrase(rendering, self._settings.phrase_weight, "glossary")
        if seen.near is None or seen.exact is None:
            for parts in self._parts(word):
                yield self._phrase(parts, self._settings.joined_weight, "joined")

    def _weigh(self, word: str, asked: str, seen: "_Seen") -> _Weights:
        """The word's own term, its neighbours, its terms in the glossary and its sound-alikes, by number of the term.

        The nearest neighbour weighs its cosine c1, another of cosine c weighs c1 (c / c1)^sharpness:
        how sure the first is, times how much less likely the other is. A term found in several ways
        has the highest of its weights.
        """
        weights: _Weights = {}
        if seen.near is not None:
            best = seen.near[0][1] if seen.near else 0.0
            ratios = [(number, best * (cosine / best) ** self._settings.sharpness) for number, cosine in seen.near]
            _raise(weights, ratios, "neighbour")
            _raise(weights, _sound_alikes(seen), "sound")
            _raise(weights, self._spelled(word, asked), "spelling")
            if seen.exact is not None and seen.near:
                share = self._settings.exact_share
                weights[seen.exact] = share + (1 - share) * seen.doubt, "word"
        glossary = (number for number in _single(seen.renderings) if number != seen.exact)
        _raise(weights, [(number, self._settings.glossary_weight) for number in glossary], "glossary")
        if seen.exact is not None:
            weights.setdefault(seen.exact, (1.0, "word"))
        return weights

    def _spelled(self, word: str, asked: str) -> list[tuple[int, float]]:
        """Terms that a word of Urdu or Arabic in Latin letters spells, of those the postings hold, with weights."""
        spellings = SPELLINGS.get(asked)
        if spellings is None or self._part.language not in ("ar", "ur"):
            return []
        found = dict.fromkeys(number for spelling in spellings(word) if (number := self._number(spelling)) is not None)
        return [(number, _ALIKE * _NEXT_SPELLING**place) for place, number in enumerate(list(found)[:_SOUND_ALIKES])]

    def _neighbours(self, words: Sequence[str], exact: Mapping[str, int | None]) -> dict[str, _Near]:
        """The terms near each word, without its own, with their cosines, nearest first."""
        nearest = self._part.vocabulary.nearest(self._vectors.of(words), self._settings.neighbours)
        least = self._settings.least_cosine
        return {
            word: tuple(
                (number, cosine)
                for number, cosine in zip(near.rows.tolist(), near.scores.tolist(), strict=True)
                if cosine > least and number != exact[word]
            )
            for word, near in zip(words, nearest, strict=True)
        }

    def _glossary(self, words: Sequence[str], asked: str) -> list[tuple[int, ...]]:
        """What the glossary gives in this language for neighbouring words of another."""
        if asked == self._part.language or asked not in LANGUAGES:
            return []
        return self._part.crossings.find(asked, tuple(_term(word, asked) for word in words))

    def _parts(self, word: str) -> Iterator[tuple[int, int]]:
        """Terms of two parts of a word that the documents write apart, and beside each other: نیتنیاہو, نیتن یاہو."""
        if self._part.language not in _COMPOUNDING or word.isascii() or len(word) < _SHORTEST_COMPOUND:
            return
        for cut in range(_SHORTEST_PART, len(word) - _SHORTEST_PART + 1):
            first, second = self._number(word[:cut]), None
            if first is not None:
                second = self._number(word[cut:])
            if first is None or second is None or first == second:
                continue
            if self._part.lexical.companionship(first, second) >= _TOGETHER:
                yield first, second

    def _together(self, alone: Sequence[QueryWord], asked: str) -> Sequence[QueryWord]:
        """The words, each also with what it means together with the words beside it."""
        more = [QueryWord(word.word, WeightedTerms()) for word in alone]
        for first, last, added in self._spans([word.word for word in alone], asked):
            for place in range(first, last):
                more[place] = _both(more[place], added)
        return [_both(word, added) for word, added in zip(alone, more, strict=True)]

    def _spans(self, words: Sequence[str], asked: str) -> Iterator[tuple[int, int, QueryWord]]:
        """Neighbouring words, from the first to before the last, that stand for something together."""
        weight = self._settings.phrase_weight
        for length in range(2, LONGEST_PHRASE + 1):
            for first in range(len(words) - length + 1):
                for rendering in self._glossary(words[first : first + length], asked):
                    yield first, first + length, self._meaning(rendering, weight, "phrase")
        if self._part.language in _COMPOUNDING:
            for first, word in enumerate(words[:-1]):
                if word.isascii():
                    continue
                number = self._number(word + words[first + 1])
                if number is not None:
                    yield first, first + 2, self._meaning((number,), self._settings.joined_weight, "joined")

    def _meaning(self, rendering: tuple[int, ...], weight: float, by: str) -> QueryWord:
        if len(rendering) == 1:
            return QueryWord("", self._terms([{rendering[0]: (weight, by)}])[0])
        return QueryWord("", WeightedTerms(), (self._phrase(rendering, weight, by),))

    def _phrase(self, numbers: tuple[int, ...], weight: float, by: str) -> WeightedPhrase:
        terms = self._part.lexical.terms
        return WeightedPhrase(numbers, tuple(terms[number] for number in numbers), weight, by)

    def _terms(self, weighed: Sequence[_Weights]) -> list[WeightedTerms]:
        """The terms of several words; how they are spelled is read at once."""
        numbers = [tuple(sorted(weights)) for weights in weighed]
        spelled = iter(self._part.lexical.terms.some(list(chain.from_iterable(numbers))))
        return [
            WeightedTerms(of_word, tuple(islice(spelled, len(of_word))), *zip(*map(weights.get, of_word), strict=True))
            for of_word, weights in zip(numbers, weighed, strict=True)
        ]


@dataclass(frozen=True, slots=True)
class _Seen:
    """What an index has for a word.

    `exact` is its own term and `renderings` what the glossary gives; `near` and `heard` are its neighbours and
    what sounds like it, None and empty for a word that is settled. `doubt`, from 0 to 1, is how little its neighbours
    look like a translation.
    """

    exact: int | None
    renderings: Sequence[tuple[int, ...]]
    near: _Near | None
    doubt: float
    heard: Sequence[tuple[int, float]]


def _single(renderings: Sequence[tuple[int, ...]]) -> list[int]:
    return [rendering[0] for rendering in renderings if len(rendering) == 1]


def _doubt(near: _Near, renderings: Sequence[tuple[int, ...]]) -> float:
    """A word whose nearest neighbour is a sure translation is translated; a name has none."""
    if not {number for number, _ in near}.isdisjoint(_single(renderings)):
        return 0.0  # two witnesses agree
    best = near[0][1] if near else 0.0
    return min(1.0, max(0.0, (_SURE - best) / (_SURE - _UNSURE)))


def _sound_alikes(seen: _Seen) -> list[tuple[int, float]]:
    """Terms that sound like a word, with weights; the less doubt about its translation, the fewer and lighter."""
    found = [item for item in seen.heard if item[0] != seen.exact][:_SOUND_ALIKES]
    least = _LEAST_ALIKE if seen.doubt == 1 else _LEAST_ALIKE_WHEN_TRANSLATED
    return [
        (number, seen.doubt * (_ALIKE - _ALIKE_SLOPE * (1 - similarity)))
        for number, similarity in found
        if similarity >= max(least, found[0][1] - _ALIKE_SPREAD)
    ]


@lru_cache(maxsize=1 << 14)
def _term(word: str, language: str) -> str:
    """The term of a folded word; the words of a query are looked up more than once, alone and in phrases."""
    return term_in(word, language)


def _raise(weights: _Weights, found: Sequence[tuple[int, float]], by: str) -> None:
    """Give each term its new weight where that is higher than the one it has."""
    for number, weight in found:
        if number not in weights or weight > weights[number][0]:
            weights[number] = weight, by


def _both(word: QueryWord, added: QueryWord) -> QueryWord:
    """A word with what was added to it; a term of both keeps the higher weight."""
    if not (added.terms or added.phrases):
        return word
    terms = {item.number: item for item in word.terms}
    for item in added.terms:
        if item.number not in terms or item.weight > terms[item.number].weight:
            terms[item.number] = item
    phrases = dict.fromkeys((*word.phrases, *added.phrases))
    return QueryWord(word.word, WeightedTerms.of(terms.values()), tuple(phrases))
