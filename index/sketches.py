"""Texts → sketches that tell how alike two texts are, without the texts.

A sketch is a MinHash (Broder, "On the resemblance and containment of documents", 1997): of every
run of three folded words a hash is taken, and of each of 120 permutations of the hashes the least
is kept. The share of places in which two sketches agree estimates the Jaccard similarity of the
two sets of runs, with a standard error of at most sqrt(0.25 / 120) = 0.046.
"""

from collections.abc import Sequence

import numpy as np
from numpy.typing import NDArray

from index.pieces import WordsOfPieces, hashes_of
from index.ragged import Lists

PLACES = 120
"""Length of a sketch: 16 bits are kept of each least hash, enough to tell it from others."""

_RUN = 3  # words: fewer are shared by chance, more are lost with every word that is changed
_GAP = _RUN - 1  # zeros between two texts, so that the last words of the one are runs too
_WORDS_AT_ONCE = 1 << 16  # so that the arrays stay in the processor's cache
_random = np.random.default_rng(2)
_FACTORS = _random.integers(1 << 31, size=PLACES, dtype=np.uint32) * 2 + 1
_SHIFTS = _random.integers(1 << 32, size=PLACES, dtype=np.uint32)
_MIXERS = _random.integers(1 << 63, size=_RUN, dtype=np.uint64) * 2 + 1


class Sketcher:
    """Makes sketches of texts by the words of their pieces."""

    def __init__(self, words: WordsOfPieces) -> None:
        self._words = words

    def sketches(self, texts: Sequence[str], pieces: Lists) -> NDArray[np.uint16]:
        """The sketches of texts that have these pieces, shape (texts, PLACES)."""
        words = pieces.through(self._words.hashes)
        wordless = np.flatnonzero(words.counts == 0)
        if len(wordless):
            # A text without a word is told from others by the whole of it.
            whole = hashes_of([texts[number].replace("\n", " ") for number in wordless.tolist()])
            order = np.arange(len(texts))
            order[wordless] = len(texts) + np.arange(len(wordless))
            words = words.joined(Lists(whole, np.arange(len(wordless) + 1))).take(order)
        return _sketches(words)


def _sketches(words: Lists) -> NDArray[np.uint16]:
    """The sketches of texts with these hashes of words, at least one each."""
    blocks = [np.zeros((0, PLACES), dtype=np.uint16)]
    first = 0
    while first < len(words):
        last = max(first + 1, int(np.searchsorted(words.starts, words.starts[first] + _WORDS_AT_ONCE)) - 1)
        blocks.append(_least(*_runs_of(words.take(np.arange(first, min(last, len(words)))))))
        first = last
    return np.concatenate(blocks)


def _runs_of(words: Lists) -> tuple[NDArray[np.uint32], NDArray[np.int64]]:
    """The hashes of the runs of all texts, and where those of each begin."""
    texts = np.repeat(np.arange(len(words)), words.counts)
    padded = np.zeros(len(words.values) + len(words) * _GAP, dtype=np.uint64)
    padded[np.arange(len(words.values)) + texts * _GAP] = words.values
    return _runs(padded)[padded[:-_GAP] != 0], words.starts[:-1]  # a run from the gap on reaches into the next text


def _runs(words: NDArray[np.uint64]) -> NDArray[np.uint32]:
    """A hash of the run of words that begins at each place."""
    count = len(words) - _RUN + 1
    mixed = np.zeros(count, dtype=np.uint64)
    for place, mixer in enumerate(_MIXERS):
        mixed += words[place : place + count] * mixer
        mixed ^= mixed >> np.uint64(31)
        mixed *= np.uint64(0x9E3779B97F4A7C15)
    return (mixed >> np.uint64(32)).astype(np.uint32)


def _least(hashes: NDArray[np.uint32], starts: NDArray[np.int64]) -> NDArray[np.uint16]:
    """The least hash of each text under each permutation, shape (texts, PLACES)."""
    found = np.empty((PLACES, len(starts)), dtype=np.uint32)
    for place in range(PLACES):
        np.minimum.reduceat(hashes * _FACTORS[place] + _SHIFTS[place], starts, out=found[place])
    return (found ^ (found >> np.uint32(16))).astype(np.uint16).T.copy()
