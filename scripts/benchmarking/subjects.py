"""What generated news is about: a few thousand subjects, each with concepts of its own, the same in every language."""

from dataclasses import dataclass

import numpy as np
from numpy.typing import NDArray

from scripts.benchmarking.lexicon import concepts

SUBJECTS = 4_000
_CONCEPTS = 32  # of a subject
_SEED = 11
_FLATNESS = 20.0  # the commonest subject has some twenty times as many documents as the middle one
_NAMES_KNOWN = 4.0  # names of a subject that most of its documents draw from
_TAIL = 1.6  # of the power law by which further names become rarer


@dataclass(frozen=True, slots=True)
class Subjects:
    """`concepts[s]` are those of subject s by number, likeliest first; `shares[s]` is its share of the documents."""

    concepts: NDArray[np.int64]
    shares: NDArray[np.float64]

    @classmethod
    def draw(cls) -> "Subjects":
        """The same subjects each time."""
        rng = np.random.default_rng(_SEED)
        drawn = np.array([rng.choice(len(concepts()), size=_CONCEPTS, replace=False) for _ in range(SUBJECTS)])
        return cls(drawn.astype(np.int64), zipf(SUBJECTS, _FLATNESS))

    def some(self, rng: np.random.Generator, count: int) -> NDArray[np.int64]:
        """Subjects of so many documents, the commoner ones more often."""
        return rng.choice(len(self.shares), size=count, p=self.shares)

    def concepts_of(self, rng: np.random.Generator, subjects: NDArray[np.int64]) -> NDArray[np.int64]:
        """A concept of each subject, the first of its concepts likeliest."""
        places = rng.choice(_CONCEPTS, size=len(subjects), p=zipf(_CONCEPTS, 2.0))
        found: NDArray[np.int64] = self.concepts[subjects, places]
        return found

    def names_of(self, rng: np.random.Generator, subjects: NDArray[np.int64]) -> NDArray[np.int64]:
        """A name of each subject: a few known ones most often, and ever new ones."""
        places = rng.pareto(_TAIL - 1, size=len(subjects)) * _NAMES_KNOWN
        return subjects + SUBJECTS * places.clip(max=1e6).astype(np.int64)


def zipf(count: int, flatness: float) -> NDArray[np.float64]:
    """Shares by rank as Zipf and Mandelbrot have them, 1 / (rank + flatness), that add up to 1."""
    shares = 1 / (np.arange(count) + flatness)
    return np.asarray(shares / shares.sum())
