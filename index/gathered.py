"""The postings of one query, gathered: the rows that score highest, without scoring those that cannot.

A row's score is the sum over the groups of its best posting in each. The sum of all of its postings can only be
higher, takes one pass without a thought for groups, and is seldom much higher: few rows hold two terms of one
group. So the rows with the highest sums are scored exactly, then those that might still beat the last of the best, if
there are any. Bounds by whole lists (MaxScore: Turtle and Flood, "Query evaluation: strategies and optimizations",
1995) would spare little, because each word of a query brings many lists whose bounds are near each other.
"""

from collections.abc import Sequence
from dataclasses import dataclass, replace

import numpy as np
from numpy.typing import NDArray

_LIKELY = 4
"""Times as many rows as are wanted are scored first, so that the last of the best seldom lets others in."""

_COLUMNS = 8  # for each value wanted, so that few columns hold two of these
_ROUNDING = 1e-5
"""Share of a sum by which the order of adding may change it."""

NO_ROWS: NDArray[np.int64] = np.zeros(0, dtype=np.int64)


@dataclass(frozen=True, slots=True)
class Gathered:
    """The postings that some groups asked for, one segment for each term and phrase.

    `rows` and `scores`, of shape (postings,), hold the segments one after the other; segment s ends
    before `ends[s]` and belongs to group `groups[s]`. `distinct` tells whether no row has two postings of one group, as
    when words are searched as they are typed. A posting that scores below 0 is the only one of its row and group.
    """

    rows: NDArray[np.intp]
    scores: NDArray[np.float32]
    ends: NDArray[np.int64]
    groups: NDArray[np.int64]
    group_count: int
    row_count: int
    distinct: bool

    def with_segments(self, segments: Sequence[tuple[int, NDArray[np.intp], NDArray[np.float32]]]) -> "Gathered":
        """These postings and more segments: the group, the rows and the scores of each."""
        groups, rows, scores = zip(*segments, strict=True)
        lengths = [len(item) for item in rows]
        return replace(
            self,
            rows=np.concatenate([self.rows, *rows]),
            scores=np.concatenate([self.scores, *scores]),
            ends=np.concatenate([self.ends, len(self.rows) + np.cumsum(lengths)]),
            groups=np.concatenate([self.groups, groups]),
        )

    def leading(
        self, count: int, allowed: NDArray[np.bool_] | None = None, others: NDArray[np.int64] = NO_ROWS
    ) -> "Leading":
        """The `count` rows, of those allowed, with the highest scores above 0, and some others.

        Rows are among them that were scored to find these, and `others`, distinct and allowed. Where no row
        scores more than 0, as in a tiny corpus, those that have a posting are the best.
        """
        sums = self._sums(allowed)
        if self.distinct:  # sums are scores
            rows = _united(_from(sums, _reached(sums, count)), others)
            found = self._ranked(rows, sums[rows], count)
        else:
            least = _reached(sums, _LIKELY * count)
            found = self._scored(_united(_from(sums, least), others), count)
            last = float(found.total[found.best[-1]]) if len(found.best) == count else 0.0
            if last < least * (1 + _ROUNDING):
                found = self._scored(_united(_from(sums, last * (1 - _ROUNDING)), others), count)
        return found if len(found.best) else self._holding(count, allowed, others)

    def scored(self, rows: NDArray[np.int64]) -> "Leading":
        """Distinct ascending rows with what they score; none of them leads."""
        found = self._among(rows)
        return Leading(rows, found.by_group(rows).sum(axis=0), NO_ROWS, found)

    def by_group(self, rows: NDArray[np.int64]) -> NDArray[np.float32]:
        """What each of some distinct rows scores for each group, shape (groups, len(rows))."""
        found = self._among(rows)
        column_of = np.empty(self.row_count, dtype=np.int64)  # of the rows asked for; nothing is said of others
        column_of[rows] = np.arange(len(rows))
        places = column_of.take(found.rows)
        places += np.repeat(self.groups * len(rows), found.lengths())
        scores = np.zeros(self.group_count * len(rows), dtype=np.float32)
        np.maximum.at(scores, places, found.scores)
        if found.scores.min(initial=0.0) < 0:
            below = found.scores < 0  # nothing else is there
            scores[places[below]] = found.scores[below]
        return scores.reshape(self.group_count, len(rows))

    def lengths(self) -> NDArray[np.int64]:
        """The postings of each segment, shape (segments,)."""
        lengths = self.ends.copy()
        lengths[1:] -= self.ends[:-1]
        return lengths

    def _among(self, rows: NDArray[np.int64]) -> "Gathered":
        """The postings of some rows alone."""
        marked = np.zeros(self.row_count, dtype=np.bool_)
        marked[rows] = True
        kept = marked.take(self.rows).nonzero()[0]
        ends = kept.searchsorted(self.ends)
        return replace(self, rows=self.rows.take(kept), scores=self.scores.take(kept), ends=ends)

    def _sums(self, allowed: NDArray[np.bool_] | None) -> NDArray[np.float32]:
        """The sum of the postings of each row, 0 for one that is not allowed, shape (row_count,)."""
        sums = np.zeros(self.row_count, dtype=np.float32)
        np.add.at(sums, self.rows, self.scores)
        if allowed is not None:
            sums *= allowed
        return sums

    def _scored(self, rows: NDArray[np.int64], count: int) -> "Leading":
        """Rows with their scores, the best of those above 0."""
        found = self._among(rows)
        return found._ranked(rows, found.by_group(rows).sum(axis=0), count)

    def _ranked(self, rows: NDArray[np.int64], total: NDArray[np.float32], count: int) -> "Leading":
        return Leading(rows, total, _highest(total, (total > 0).nonzero()[0], count), self)

    def _holding(self, count: int, allowed: NDArray[np.bool_] | None, others: NDArray[np.int64]) -> "Leading":
        """The rows with a posting, whatever they score, and the others."""
        holding = np.unique(self.rows)
        if allowed is not None:
            holding = holding[allowed[holding]]
        found = self.scored(_united(holding, others))
        return replace(found, best=_highest(found.total, np.searchsorted(found.rows, holding), count))


@dataclass(frozen=True, slots=True)
class Leading:
    """Rows, ascending, with what they score, and the postings that say for which groups.

    `best` are the positions of the best of them, highest first, equal ones by row.
    """

    rows: NDArray[np.int64]
    total: NDArray[np.float32]
    best: NDArray[np.int64]
    gathered: Gathered

    def by_group(self, places: NDArray[np.int64]) -> NDArray[np.float32]:
        """What the rows at some positions score for each group, shape (groups, len(places))."""
        return self.gathered.by_group(self.rows[places])


def _reached(values: NDArray[np.float32], count: int) -> float:
    """What at least `count` of some values reach, and not many more; 0 if fewer are above it.

    >>> _reached(np.array([3, 1, 2], dtype=np.float32), 2), _reached(np.array([3, 0], dtype=np.float32), 2)
    (2.0, 0.0)
    """
    columns = _COLUMNS * count
    if len(values) > 2 * columns:
        # Laid out as a table, as many columns as are wanted reach it with their highest value. The rest is left out.
        rows = len(values) // columns
        values = values[: rows * columns].reshape(rows, columns).max(axis=0)
    above = values[values > 0]  # a selection is slow among many equal values
    return float(np.partition(above, -count)[-count]) if len(above) >= count else 0.0


def _from(sums: NDArray[np.float32], least: float) -> NDArray[np.int64]:
    """The rows with a sum above 0 of at least so much, ascending."""
    return (sums >= least if least > 0 else sums > 0).nonzero()[0]


def _highest(scores: NDArray[np.float32], places: NDArray[np.int64], count: int) -> NDArray[np.int64]:
    """The `count` of these ascending places with the highest scores, highest first, equal ones by place."""
    of_places = scores[places]
    if len(places) > count:
        kept = of_places >= np.partition(of_places, -count)[-count]
        places, of_places = places[kept], of_places[kept]
    best: NDArray[np.int64] = places[np.argsort(-of_places, kind="stable")[:count]]
    return best


def _united(rows: NDArray[np.int64], others: NDArray[np.int64]) -> NDArray[np.int64]:
    """Distinct ascending rows and some others as one such array."""
    if len(others) == 0:
        return rows
    both = np.sort(np.concatenate([rows, others]))
    united: NDArray[np.int64] = both[np.append(True, both[1:] != both[:-1])]
    return united
