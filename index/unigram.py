"""The likeliest pieces of many words at once: what a unigram model makes of them.

Of all ways to cut a word into pieces the one whose log probabilities have the greatest sum is found from left to right
(Viterbi; Kudo, "Subword Regularization", 2018). The library that reads tokenizers does that for one word after the
other; here all words take each step together, which takes a sixth of the time.
"""

from collections.abc import Iterator, Mapping, Sequence

import numpy as np
from numpy.typing import NDArray

from index.ragged import Lists, bounds

_UNKNOWN_COSTS = 10.0  # how much less a letter that is no piece counts than the least likely piece, as in SentencePiece
_BITS = 18  # of the number of a slot: a table has room for a quarter of a million entries and more, if there are more
_MIXER = np.uint64(11400714819323198485)  # 2 ** 64 by the golden ratio: spreads keys over a table (Knuth, vol. 3, 6.4)


class Unigram:
    """Pieces with their log probabilities, as a tree whose nodes are what some piece begins with.

    The node of a letter has the letter's number, from 1 on; letter 0 is any other. `tokens` has the piece that each
    node spells, -1 for none, `scores` its log probability, and `lengths` the letters of each piece.
    """

    def __init__(
        self,
        tokens: NDArray[np.int32],
        scores: NDArray[np.float64],
        children: "_Table",
        lengths: NDArray[np.int64],
        unknown: int,
    ) -> None:
        self._tokens = tokens
        self._scores = scores
        self._children = children
        self._lengths = lengths
        self._unknown = unknown

    @classmethod
    def of(cls, pieces: Sequence[tuple[str, float]], letters: Mapping[str, int], unknown: int) -> "Unigram":
        """The model of some pieces, none empty, with their scores; a letter that is none becomes the piece `unknown`.

        That piece may stand in no word itself.
        """
        scores = np.array([score for _, score in pieces])
        lengths = np.array([len(piece) for piece, _ in pieces], dtype=np.int64)
        written = Lists(np.array([letters[letter] for piece, _ in pieces for letter in piece]), bounds(lengths))
        levels = list(_levels(written, len(letters) + 1))
        tokens = np.concatenate([ends for _, ends in levels])
        weights = np.where(tokens >= 0, scores[tokens], -np.inf)
        alone = np.flatnonzero(levels[0][1] < 0)  # letters that are no piece
        tokens[alone], weights[alone] = unknown, scores.min() - _UNKNOWN_COSTS
        lengths[unknown] = 1
        children = _Table(np.concatenate([keys for keys, _ in levels]), len(letters) + 1)
        return cls(tokens, weights, children, lengths, unknown)

    def cut(self, letters: NDArray[np.int32], starts: NDArray[np.int64], counts: NDArray[np.int64]) -> Lists:
        """The pieces of each word; word i is `letters[starts[i]:starts[i] + counts[i]]`, and has one letter or more.

        Of ways that are alike the one whose last piece is longest is taken; unknown pieces in a row are one.

        >>> pieces, letters = [("?", -9.0), ("a", -2.0), ("b", -2.0), ("ab", -3.0)], {"a": 1, "b": 2, "?": 3}
        >>> model = Unigram.of(pieces, letters, unknown=0)
        >>> found = model.cut(np.array([1, 2, 2, 0, 0], dtype=np.int32), np.array([0, 2]), np.array([2, 3]))
        >>> found.values.tolist(), found.counts.tolist()
        ([3, 2, 0], [1, 2])
        """
        order = np.argsort(-counts, kind="stable")  # the longest first, so those with a letter at a place are the first
        last = self._last_pieces(_columns(letters, starts[order], counts[order]), len(order))
        places, words = counts[order], np.arange(len(order))
        rounds: list[tuple[NDArray[np.int64], NDArray[np.int32]]] = []
        while len(words):
            found = last[places[words], words]
            rounds.append((order[words], found))
            places[words] -= self._lengths[found]
            words = words[places[words] > 0]
        return self._in_order(rounds, len(order))

    def _last_pieces(self, columns: Sequence[NDArray[np.int32]], words: int) -> NDArray[np.int32]:
        """The last piece of the likeliest way to cut each word up to each place, shape (places + 1, words)."""
        last = np.zeros((len(columns) + 1, words), dtype=np.int32)
        best = np.full(last.shape, -np.inf)
        best[0] = 0.0
        for start, nodes in enumerate(columns):
            these = np.arange(len(nodes))
            for end in range(start + 1, len(columns) + 1):
                scores = best[start, these] + self._scores[nodes]
                better = np.flatnonzero(scores > best[end, these])
                best[end, these[better]] = scores[better]
                last[end, these[better]] = self._tokens[nodes[better]]
                if end == len(columns):
                    break
                longer = np.searchsorted(these, len(columns[end]))
                these = these[:longer]
                nodes = self._children.find(nodes[:longer], columns[end][these])
                known = np.flatnonzero(nodes)
                these, nodes = these[known], nodes[known]
                if not len(these):
                    break
        return last

    def _in_order(self, rounds: Sequence[tuple[NDArray[np.int64], NDArray[np.int32]]], words: int) -> Lists:
        """The pieces of all words, of which each round gives some words the piece before."""
        counts = np.zeros(words, dtype=np.int64)
        for some, _ in rounds:
            counts[some] += 1
        starts, word = bounds(counts), np.repeat(np.arange(words), counts)
        values = np.empty(len(word), dtype=np.int32)
        for behind, (some, tokens) in enumerate(rounds, start=1):
            values[starts[some + 1] - behind] = tokens
        again = np.zeros(len(values), dtype=np.bool_)
        again[1:] = (values[1:] == self._unknown) & (values[:-1] == self._unknown) & (word[1:] == word[:-1])
        return Lists(values[~again], bounds(np.bincount(word[~again], minlength=words)))


def _levels(written: Lists, base: int) -> Iterator[tuple[NDArray[np.int64], NDArray[np.int32]]]:
    """The nodes of each depth: their keys, parent times base and letter, in order, and the pieces that end there.

    Those of depth 1 are the letters and have no key.
    """
    nodes, lengths = written.values[written.starts[:-1]], written.counts
    yield np.zeros(0, dtype=np.int64), _ends(nodes, np.flatnonzero(lengths == 1), base)
    size, rest = base, np.arange(len(written))
    for depth in range(1, int(lengths.max(initial=0))):
        rest = rest[lengths[rest] > depth]
        keys, place = np.unique(nodes[rest] * base + written.values[written.starts[rest] + depth], return_inverse=True)
        nodes[rest] = size + place
        yield keys, _ends(nodes - size, rest[lengths[rest] == depth + 1], len(keys))
        size += len(keys)


def _ends(nodes: NDArray[np.int64], pieces: NDArray[np.int64], size: int) -> NDArray[np.int32]:
    """By node which of these pieces it is, -1 for none; `nodes` are those of all pieces."""
    ends = np.full(size, -1, dtype=np.int32)
    ends[nodes[pieces]] = pieces
    return ends


def _columns(
    letters: NDArray[np.int32], starts: NDArray[np.int64], counts: NDArray[np.int64]
) -> list[NDArray[np.int32]]:
    """For each place the letters that words, of which the longest come first, have there."""
    having = np.searchsorted(-counts, -np.arange(counts.max(initial=0)))
    return [letters[starts[:some] + place] for place, some in enumerate(having.tolist())]


class _Table:
    """What a node becomes by a letter more: an open-addressed hash table, read for many at once.

    Node base + i has key i: its parent times base and its last letter.
    """

    def __init__(self, keys: NDArray[np.int64], base: int) -> None:
        self._base = np.int64(base)
        self._bits = max(_BITS, len(keys).bit_length() + 1)
        self._keys = np.full(1 << self._bits, -1, dtype=np.int64)
        self._values = np.zeros(1 << self._bits, dtype=np.int32)
        slots, left = self._slots(keys), np.arange(len(keys))
        while len(left):
            free = left[self._keys[slots[left]] < 0]
            self._keys[slots[free]] = keys[free]  # of several that come here one stays
            stays = self._keys[slots[left]] == keys[left]
            self._values[slots[left[stays]]] = base + left[stays]
            left = left[~stays]
            slots[left] = self._next(slots[left])

    def find(self, nodes: NDArray[np.int32], letters: NDArray[np.int32]) -> NDArray[np.int32]:
        """The node below each by a letter, 0 for none."""
        keys = nodes * self._base + letters
        slots = self._slots(keys)
        met, found = self._keys[slots], self._values[slots]
        left = np.flatnonzero(met != keys)
        found[left] = 0
        left = left[met[left] >= 0]
        while len(left):
            slots[left] = self._next(slots[left])
            met = self._keys[slots[left]]
            here = left[met == keys[left]]
            found[here] = self._values[slots[here]]
            left = left[(met != keys[left]) & (met >= 0)]
        return found

    def _slots(self, keys: NDArray[np.int64]) -> NDArray[np.int64]:
        return (keys.view(np.uint64) * _MIXER >> np.uint64(64 - self._bits)).view(np.int64)

    def _next(self, slots: NDArray[np.int64]) -> NDArray[np.int64]:
        return slots + 1 & (1 << self._bits) - 1
