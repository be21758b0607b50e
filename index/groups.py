"""Weighted terms in groups, as arrays: what postings are asked for."""

from collections.abc import Sequence
from dataclasses import dataclass

import numpy as np
from numpy.typing import NDArray


@dataclass(frozen=True, slots=True)
class Phrase:
    """Terms, by number, that count for a group where all of them stand, by the mean of what they score there."""

    group: int
    numbers: tuple[int, ...]
    weight: float


@dataclass(frozen=True, slots=True)
class TermGroups:
    """Terms of one language with their weights; a group is what may stand for one word of a query.

    `numbers`, `weights` and `groups`, each of shape (terms,), say which term weighs what for which
    group, of `count` groups; a group may also have phrases, or nothing.
    """

    numbers: NDArray[np.int64]
    weights: NDArray[np.float32]
    groups: NDArray[np.int64]
    phrases: tuple[Phrase, ...]
    count: int

    @classmethod
    def of(cls, groups: Sequence[Sequence[tuple[int, float]]], phrases: Sequence[Phrase] = ()) -> "TermGroups":
        """Groups given as pairs of a term's number and its weight."""
        pairs = [(*pair, place) for place, group in enumerate(groups) for pair in group]
        numbers, weights, places = zip(*pairs, strict=True) if pairs else ((), (), ())
        return cls(
            np.array(numbers, dtype=np.int64),
            np.array(weights, dtype=np.float32),
            np.array(places, dtype=np.int64),
            tuple(phrases),
            len(groups),
        )

    def highest(self, values: NDArray[np.float32]) -> NDArray[np.float32]:
        """The highest value in each group, of values of shape (terms,), and at least 0; shape (count,).

        >>> groups = TermGroups.of([[(7, 1.0), (8, 0.5)], [], [(7, 1.0)]])
        >>> groups.highest(np.array([1.0, 2.0, -1.0], dtype=np.float32)).tolist()
        [2.0, 0.0, 0.0]
        """
        highest = np.zeros(self.count, dtype=np.float32)
        np.maximum.at(highest, self.groups, values)
        return highest

    def several(self) -> NDArray[np.bool_]:
        """Which groups have several terms or phrases, shape (count,)."""
        sizes = np.bincount(self.groups, minlength=self.count)
        for phrase in self.phrases:
            sizes[phrase.group] += 1
        return sizes > 1
