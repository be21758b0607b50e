"""The words of a query against the postings of one language: what stands for each, and how much each counts.

A word counts by the best of its terms and phrases in a row. A phrase is a few terms that stand for a word together;
it counts where all of them stand, by the mean of what they score.
"""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from itertools import chain
from math import log

import numpy as np
from numpy.typing import NDArray

from index.groups import Phrase, TermGroups
from index.lexical import LexicalIndex
from index.snapshot import Partition
from search.types import QueryWord

_DAMPING = 0.7
_LIKELY = 0.5
"""Of the weight of a word's likeliest term, what another has to have to be likely too."""


@dataclass(frozen=True, slots=True)
class Asked:
    """The words of a query, and as a group of one language's postings what stands for each."""

    words: tuple[str, ...]
    groups: TermGroups

    @classmethod
    def of(cls, words: Sequence[QueryWord]) -> "Asked":
        """The words with their groups, in order."""
        terms = [word.terms for word in words]
        phrases = tuple(
            Phrase(group, phrase.numbers, phrase.weight) for group, word in enumerate(words) for phrase in word.phrases
        )
        groups = TermGroups(
            np.array(list(chain.from_iterable(of_word.numbers for of_word in terms)), dtype=np.int64),
            np.array(list(chain.from_iterable(of_word.weights for of_word in terms)), dtype=np.float32),
            np.arange(len(words)).repeat(np.array(list(map(len, terms)), dtype=np.intp)),
            phrases,
            len(words),
        )
        return cls(tuple(word.word for word in words), groups)

    def frequencies(self, lexical: LexicalIndex) -> NDArray[np.int64]:
        """In how many rows each word stands, by the commonest of the terms that are likely to mean it; shape (words,).

        Terms that a phrase stands for do not count: how often they stand together is not known.
        """
        groups = self.groups
        likely = groups.weights >= _LIKELY * groups.highest(groups.weights)[groups.groups]
        frequencies = np.zeros(groups.count, dtype=np.int64)
        np.maximum.at(frequencies, groups.groups[likely], lexical.document_frequencies(groups.numbers[likely]))
        return frequencies

    def covered(
        self, scores: NDArray[np.float32], lexical: LexicalIndex, importance: "Importance"
    ) -> NDArray[np.float32]:
        """Of the query the share that some rows cover with each word, by what they score for it: both (words, rows).

        A row that has a word at its best covers all of the word's share.
        """
        best = lexical.attainable(self.groups).reshape(-1, 1)
        shares = np.array([importance.shares[word] for word in self.words], dtype=np.float32).reshape(-1, 1)
        return np.divide(scores, best, out=np.zeros_like(scores), where=best > 0) * shares


@dataclass(frozen=True, slots=True)
class Importance:
    """How much each word of a query counts, the same in every language; all of them together count 1.

    A word's own idf differs from language to language with what each happens to report on; pooled, a name that an
    Arabic and an Urdu document both lack costs both the same. It is damped, because a question means its common
    words too.
    """

    shares: Mapping[str, float]

    @classmethod
    def of(cls, words: Sequence[str], asked: Mapping[str, Asked], partitions: Mapping[str, Partition]) -> "Importance":
        """That of the words of a query, by what stands for them in each language; a word unknown to all is average."""
        rows = sum(len(partitions[language]) for language in asked)
        held = dict.fromkeys(words, 0)
        for language, of_language in asked.items():
            frequencies = of_language.frequencies(partitions[language].lexical).tolist()
            # A word asked twice has the same terms each time, or more of them beside other words.
            highest: dict[str, int] = {}
            for word, count in zip(of_language.words, frequencies, strict=True):
                highest[word] = max(count, highest.get(word, 0))
            for word, count in highest.items():
                held[word] += count
        known = {word: _rarity(count, rows) ** _DAMPING for word, count in held.items() if count}
        average = sum(known.values()) / len(known) if known else 1.0
        total = sum(known.get(word, average) for word in words)
        return cls({word: known.get(word, average) / total for word in held})


def _rarity(count: int, rows: int) -> float:
    """The idf of Robertson and Sparck Jones, with 1 added inside the logarithm to stay above 0 in a small index."""
    return log(1 + (rows - count + 0.5) / (count + 0.5))
