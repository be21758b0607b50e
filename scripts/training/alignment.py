"""Which word translates which, learned from sentence pairs alone: IBM model 1 (Brown et al. 1993), in numpy."""

from dataclasses import dataclass

import numpy as np
from numpy.typing import NDArray

from scripts.training.pieces import Ragged

Floats = NDArray[np.float64]
Longs = NDArray[np.int64]


@dataclass(frozen=True, slots=True)
class Alignment:
    """Pairs of pieces seen in the same sentence pair, with both translation probabilities.

    `source[k]` and `target[k]` are pieces; `forward[k]` is P(target | source), `backward[k]` P(source | target),
    `count[k]` how often the two are expected to be aligned.
    """

    source: Longs
    target: Longs
    forward: Floats
    backward: Floats
    count: Floats


def align(left: Ragged, right: Ragged, pieces: int, rounds: int = 5) -> Alignment:
    """Expectation–maximisation over all pairs of texts, both ways; pieces are numbered below `pieces`."""
    source, target, by_target, by_source = meetings(left, right)
    keys, places = np.unique(source * pieces + target, return_inverse=True)
    del source, target
    sources, targets = keys // pieces, keys % pieces
    forward, count = expect(places, sources, by_target, rounds)
    backward, _ = expect(places, targets, by_source, rounds)
    return Alignment(sources, targets, forward, backward, count)


def meetings(left: Ragged, right: Ragged) -> tuple[Longs, Longs, Longs, Longs]:
    """Every piece of a left text with every piece of its right text.

    Returns the two pieces of each meeting, and the number of the word occurrence it has on the right and the left.
    """
    m, n = left.lengths, right.lengths
    sizes = m * n
    pair = np.repeat(np.arange(len(m)), sizes)
    within = np.arange(sizes.sum()) - np.repeat(np.cumsum(sizes) - sizes, sizes)
    at_left = left.offsets[pair] + within // n[pair]
    at_right = right.offsets[pair] + within % n[pair]
    return left.values[at_left].astype(np.int64), right.values[at_right].astype(np.int64), at_right, at_left


def expect(places: Longs, given: Longs, occurrence: Longs, rounds: int) -> tuple[Floats, Floats]:
    """Probability of each key's one piece given the other (`given[key]`), and the expected counts behind it."""
    probability: Floats = np.ones(len(given))
    count: Floats = probability
    for _ in range(rounds):
        weight = probability[places]
        weight /= np.bincount(occurrence, weight)[occurrence]
        count = np.bincount(places, weight, minlength=len(given)).astype(np.float64)
        probability = count / np.bincount(given, count)[given]
    return probability, count
