"""Texts → sketches that tell how alike two texts are, without the texts.

A sketch is a MinHash (Broder, "On the resemblance and containment of documents", 1997): of every
run of three folded words a hash is taken, and of each of 120 permutations of the hashes the least
is kept. The share of places in which two sketches agree estimates the Jaccard similarity of the
two sets of runs, with a standard error of at most sqrt(0.25 / 120) = 0.046.
"""

from array import array
from hashlib import blake2b

import numpy as np
from numpy.typing import NDArray

from index.text import fold_word, surfaces

PLACES = 120
"""Length of a sketch: 16 bits are kept of each least hash, enough to tell it from others."""

_RUN = 3  # words: fewer are shared by chance, more are lost with every word that is changed
_GAP = (0,) * (_RUN - 1)  # between two texts, so that the last words of the one are runs too
_WORDS_AT_ONCE = 1 << 16  # so that the arrays stay in the processor's cache
_random = np.random.default_rng(2)
_FACTORS = _random.integers(1 << 31, size=PLACES, dtype=np.uint32) * 2 + 1
_SHIFTS = _random.integers(1 << 32, size=PLACES, dtype=np.uint32)
_MIXERS = _random.integers(1 << 63, size=_RUN, dtype=np.uint64) * 2 + 1


class _WordHashes(dict[str, int]):
    """Spelling → a hash of 32 bits of its folded form, other than 0."""

    def __missing__(self, surface: str) -> int:
        digest = blake2b(fold_word(surface).encode(), digest_size=4).digest()
        number = self[surface] = int.from_bytes(digest) or 1
        return number


class Sketcher:
    """Takes one text after the other; `sketches` gives those of all."""

    def __init__(self) -> None:
        self._hashes = _WordHashes()
        self._words = array("I")
        self._starts = array("q")
        self._blocks: list[NDArray[np.uint16]] = []

    def add(self, text: str) -> None:
        """The next text."""
        if len(self._words) >= _WORDS_AT_ONCE:
            self._flush()
        self._starts.append(len(self._words) - len(self._starts) * len(_GAP))
        self._words.extend(map(self._hashes.__getitem__, surfaces(text) or [text]))
        self._words.extend(_GAP)

    def sketches(self) -> NDArray[np.uint16]:
        """The sketches of all texts, shape (texts, PLACES)."""
        self._flush()
        return np.concatenate([np.zeros((0, PLACES), dtype=np.uint16), *self._blocks])

    def _flush(self) -> None:
        if self._starts:
            words = np.array(self._words, dtype=np.uint64)
            runs = _runs(words)[words[: 1 - _RUN] != 0]  # those that begin in a gap reach into the next text
            self._blocks.append(_least(runs, np.array(self._starts, dtype=np.int64)))
            del self._words[:], self._starts[:]


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
