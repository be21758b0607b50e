"""What generated news is about: a few thousand subjects of a few hundred fields, with words of their own.

A subject takes two thirds of its words from its field, the rest from concepts of its own, the same ones in every
language. As in real news, some fields and some subjects fill the papers.
"""

from dataclasses import dataclass

import numpy as np
from numpy.typing import NDArray

from index.languages import LANGUAGES
from scripts.benchmarking.lexicon import concepts, fields

SUBJECTS = 4_000
_WORDS = 24  # of a subject
_OF_FIELD = (True, True, False)  # turn by turn, the likeliest first
_SEED = 11
_FLATNESS = 5.0  # the commonest has four hundred times as many documents as the middle one
_NAMES_KNOWN = 4.0  # names of a subject that most of its documents draw from
_TAIL = 1.6  # of the power law by which further names become rarer

Words = NDArray[np.object_]


@dataclass(frozen=True, slots=True)
class Subjects:
    """`words[language][s]` are those of subject s, likeliest first; `shares[s]` is its share of the documents."""

    words: dict[str, Words]
    shares: NDArray[np.float64]

    @classmethod
    def draw(cls) -> "Subjects":
        """The same subjects each time."""
        rng = np.random.default_rng(_SEED)
        field_of = rng.choice(len(fields()), size=SUBJECTS, p=zipf(len(fields()), _FLATNESS))
        of_subject = [_words(rng, int(field)) for field in field_of]
        words = {
            language: np.array([subject[language] for subject in of_subject], dtype=object) for language in LANGUAGES
        }
        return cls(words, zipf(SUBJECTS, _FLATNESS))

    def some(self, rng: np.random.Generator, count: int) -> NDArray[np.int64]:
        """Subjects of so many documents, the commoner ones more often."""
        return rng.choice(len(self.shares), size=count, p=self.shares)

    def words_of(self, rng: np.random.Generator, language: str, subjects: NDArray[np.int64]) -> Words:
        """A word of each subject, the first of its words likeliest."""
        found: Words = self.words[language][subjects, rng.choice(_WORDS, size=len(subjects), p=zipf(_WORDS, 3.0))]
        return found

    def names_of(self, rng: np.random.Generator, subjects: NDArray[np.int64]) -> NDArray[np.int64]:
        """A name of each subject: a few known ones most often, and ever new ones."""
        places = rng.pareto(_TAIL - 1, size=len(subjects)) * _NAMES_KNOWN
        return subjects + SUBJECTS * places.clip(max=1e6).astype(np.int64)


def _words(rng: np.random.Generator, field: int) -> dict[str, list[str]]:
    """The words of a subject of a field in each language."""
    drawn = [concepts()[number] for number in rng.choice(len(concepts()), size=_WORDS, replace=False)]
    sources = [fields()[field] if _OF_FIELD[turn % len(_OF_FIELD)] else drawn[turn] for turn in range(_WORDS)]
    chances = rng.random(_WORDS).tolist()
    return {
        language: [_one(source[language], chance) for source, chance in zip(sources, chances, strict=True)]
        for language in LANGUAGES
    }


def _one(words: list[str], chance: float) -> str:
    return words[int(chance * len(words))]


def zipf(count: int, flatness: float) -> NDArray[np.float64]:
    """Shares by rank as Zipf and Mandelbrot have them, 1 / (rank + flatness), that add up to 1."""
    shares = 1 / (np.arange(count) + flatness)
    return np.asarray(shares / shares.sum())
