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
        pairs = [pair for group in groups for pair in group]
        return cls(
            np.array([number for number, _ in pairs], dtype=np.int64),
            np.array([weight for _, weight in pairs], dtype=np.float32),
            np.repeat(np.arange(len(groups)), [len(group) for group in groups]),
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

    def sizes(self) -> NDArray[np.int64]:
        """How many terms and phrases each group has, shape (count,)."""
        groups = np.concatenate([self.groups, np.array([item.group for item in self.phrases], dtype=np.int64)])
        return np.bincount(groups, minlength=self.count)
