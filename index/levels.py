"""Codes in fewer bits than a byte: a sign, and a level that stands for several sizes.

Turned numbers lie as a normal distribution does, so that levels may be close where most numbers are and far apart where
few are (Lloyd, "Least squares quantization in PCM", 1982). A level is a run of neighbouring sizes, the distances of
codes from 0. Of all sizes the two neighbours that cost least are joined, again and again, until there are as many
levels as the bits can tell apart.
"""

from dataclasses import dataclass
from functools import lru_cache
from math import erf, sqrt

import numpy as np
from numpy.typing import NDArray

from index.quantizer import LARGEST, REACH, ZERO
from index.types import Codes, Vectors

_TOGETHER = 8  # numbers that fill whole bytes, whatever their bits
_BLOCK = 1 << 14


@dataclass(frozen=True, slots=True, eq=False)
class Levels:
    """The level of each code, shape (256,), and the middle of each level, in steps from 0, ascending.

    A level takes one bit less than `bits`, which count the sign. Codes below ZERO are negative.
    """

    bits: int
    of_code: NDArray[np.uint8]
    middles: NDArray[np.float64]

    def sizes(self) -> NDArray[np.int64]:
        """The size that stands for each level: that nearest to its middle."""
        return np.rint(self.middles).astype(np.int64).clip(min=1)

    def settled(self, codes: Codes) -> Codes:
        """Codes of shape (n, dimensions), each replaced by that which stands for its level, of the same sign."""
        signs = np.where(np.arange(256) < ZERO, -1, 1)
        settled_of = (ZERO + signs * self.sizes()[self.of_code]).astype(np.uint8)
        settled = np.empty_like(codes)
        for start in range(0, len(codes), _BLOCK):  # numpy makes eight bytes of each code on the way
            settled[start : start + _BLOCK] = np.take(settled_of, codes[start : start + _BLOCK])
        return settled

    def turned(self, codes: Codes, step: float) -> Vectors:
        """What codes of shape (n, dimensions) then stand for."""
        signs = np.where(np.arange(256) < ZERO, -1, 1)
        return np.take((signs * self.middles[self.of_code] * step).astype(np.float32), codes)

    def packed(self, codes: Codes) -> Codes:
        """The levels of codes of shape (n, dimensions), eight in as many bytes as each has bits."""
        blocks = [self._packed(codes[start : start + _BLOCK]) for start in range(0, len(codes), _BLOCK)]
        return np.concatenate([np.zeros((0, codes.shape[1] * (self.bits - 1) // _TOGETHER), np.uint8), *blocks])

    def _packed(self, codes: Codes) -> Codes:
        groups = np.take(self.of_code, codes).reshape(len(codes), -1, _TOGETHER)
        words = np.zeros(groups.shape[:2], dtype="<u8")
        for place in range(_TOGETHER):
            words |= groups[:, :, place].astype("<u8") << np.uint64((self.bits - 1) * place)
        return words.view(np.uint8).reshape(*groups.shape)[:, :, : self.bits - 1].reshape(len(codes), -1)


@lru_cache(maxsize=4)
def levels_of(bits: int) -> Levels:
    """Those of so many bits, fewer than 8.

    >>> levels = levels_of(2)
    >>> levels.sizes().tolist(), levels.of_code[[1, 100, 127, 128, 155, 255]].tolist()
    ([14, 46], [1, 0, 0, 0, 0, 1])
    """
    sizes = np.arange(LARGEST + 1)
    edges = np.array([erf(edge * REACH / LARGEST / sqrt(2)) for edge in np.append(0, sizes + 0.5)])
    weights, middles, firsts = edges[1:] - edges[:-1], sizes.astype(np.float64), sizes
    first = 0  # 0 has no sign: it goes with 1
    while len(middles) > 1 << bits - 1:
        both = slice(first, first + 2)
        joined = np.average(middles[both], weights=weights[both])
        middles = np.concatenate([middles[:first], [joined], middles[first + 2 :]])
        weights = np.concatenate([weights[:first], [weights[both].sum()], weights[first + 2 :]])
        firsts = np.delete(firsts, first + 1)
        costs = weights[:-1] * weights[1:] / (weights[:-1] + weights[1:]) * (middles[1:] - middles[:-1]) ** 2
        first = int(costs.argmin())
    of_code = np.searchsorted(firsts, np.abs(np.arange(256) - ZERO).clip(max=LARGEST), side="right") - 1
    return Levels(bits, of_code.astype(np.uint8), middles)
