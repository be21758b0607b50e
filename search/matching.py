"""The words of a query against the postings of one language: what each row scores for each word, and could at best.

A word counts by the best of its terms and phrases in a row. A phrase is a few terms that stand for a word together;
it counts where all of them stand, by the mean of what they score.
"""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from math import log

import numpy as np
from numpy.typing import NDArray

from index.lexical import LexicalIndex
from index.snapshot import Partition
from search.types import QueryWord

_DAMPING = 0.7
_LIKELY = 0.5
"""Of the weight of a word's likeliest term, what another has to have to be likely too."""


def scores_by_word(lexical: LexicalIndex, words: Sequence[QueryWord]) -> NDArray[np.float32]:
    """The score of each row for each word, shape (words, rows)."""
    scores = lexical.scores(_groups(words))
    for of_word, word in zip(scores, words, strict=True):
        for phrase in word.phrases:
            rows, impacts = lexical.together(phrase.numbers)
            of_word[rows] = np.maximum(of_word[rows], np.float32(phrase.weight) * impacts)
    return scores


def highest(lexical: LexicalIndex, word: QueryWord) -> float:
    """The score of a row in which a word is at its best; a bound on `scores_by_word`."""
    terms = lexical.attainable(_groups([word]))
    return max([terms, *(phrase.weight * lexical.highest(phrase.numbers) for phrase in word.phrases)])


@dataclass(frozen=True, slots=True)
class Importance:
    """How much each word of a query counts, the same in every language; all of them together count 1.

    A word's own idf differs from language to language with what each happens to report on; pooled, a name that an
    Arabic and an Urdu document both lack costs both the same. It is damped, because a question means its common
    words too.
    """

    shares: Mapping[str, float]

    @classmethod
    def of(
        cls, words: Sequence[str], found: Mapping[str, Sequence[QueryWord]], partitions: Mapping[str, Partition]
    ) -> "Importance":
        """That of the words of a query, by what stands for them in each language; a word unknown to all is average."""
        rows = sum(len(partitions[language]) for language in found)
        held = dict.fromkeys(words, 0)
        for language, of_language in found.items():
            for word in dict.fromkeys(of_language):
                held[word.word] += _rows_with(partitions[language].lexical, word)
        known = {word: _rarity(count, rows) ** _DAMPING for word, count in held.items() if count}
        average = sum(known.values()) / len(known) if known else 1.0
        total = sum(known.get(word, average) for word in words)
        return cls({word: known.get(word, average) / total for word in held})


def scales(lexical: LexicalIndex, words: Sequence[QueryWord], importance: Importance) -> NDArray[np.float32]:
    """What turns the scores of each word into the share of the query that it covers, shape (words, 1).

    A row that has a word at its best covers all of the word's share.
    """
    best = [highest(lexical, word) for word in words]
    found = [importance.shares[word.word] / peak if peak > 0 else 0.0 for word, peak in zip(words, best, strict=True)]
    return np.array(found, dtype=np.float32).reshape(-1, 1)


def _rarity(count: int, rows: int) -> float:
    """The idf of Robertson and Sparck Jones, with 1 added inside the logarithm to stay above 0 in a small index."""
    return log(1 + (rows - count + 0.5) / (count + 0.5))


def _rows_with(lexical: LexicalIndex, word: QueryWord) -> int:
    """In how many rows a word stands, by the commonest of the terms that are likely to mean it."""
    likely = max((item.weight for item in word.terms), default=0.0) * _LIKELY
    return max((lexical.document_frequency(item.number) for item in word.terms if item.weight >= likely), default=0)


def _groups(words: Sequence[QueryWord]) -> list[list[tuple[int, float]]]:
    return [[(item.number, item.weight) for item in word.terms] for word in words]
