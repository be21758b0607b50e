"""Codes in fewer bits than a byte: which codes of `index.quantizer` go together, and what they then stand for.

Turned numbers lie as a normal distribution does, so that levels may be close where most numbers are and far apart where
few are (Lloyd, "Least squares quantization in PCM", 1982). A level is a run of neighbouring codes. Of all codes the two
neighbours that cost least are joined, again and again, until there are as many levels as the bits can tell apart.
"""

from dataclasses import dataclass
from functools import lru_cache
from math import erf, sqrt

import numpy as np
from numpy.typing import NDArray

from index.quantizer import LARGEST, REACH, ZERO
from index.types import Codes

_TOGETHER = 8  # numbers that fill whole bytes, whatever their bits
_BLOCK = 1 << 14


@dataclass(frozen=True, slots=True, eq=False)
class Levels:
    """The level of each code, shape (256,), and the middle of each level, in steps from 0, shape (2 ** bits,)."""

    bits: int
    of_code: NDArray[np.uint8]
    middles: NDArray[np.float64]

    def codes(self) -> NDArray[np.uint8]:
        """The code that stands for each level: that nearest to its middle."""
        found: NDArray[np.uint8] = np.rint(self.middles + ZERO).astype(np.uint8)
        return found

    def settled(self, codes: Codes) -> Codes:
        """Codes of shape (n, dimensions), each replaced by that which stands for its level."""
        return np.take(self.codes()[self.of_code], codes)

    def packed(self, codes: Codes) -> Codes:
        """The levels of codes of shape (n, dimensions), eight in as many bytes as they have bits each."""
        blocks = [self._packed(codes[start : start + _BLOCK]) for start in range(0, len(codes), _BLOCK)]
        return np.concatenate([np.zeros((0, codes.shape[1] * self.bits // _TOGETHER), np.uint8), *blocks])

    def _packed(self, codes: Codes) -> Codes:
        groups = np.take(self.of_code, codes).reshape(len(codes), -1, _TOGETHER)
        words = np.zeros(groups.shape[:2], dtype="<u8")
        for place in range(_TOGETHER):
            words |= groups[:, :, place].astype("<u8") << np.uint64(self.bits * place)
        return words.view(np.uint8).reshape(len(codes), -1, _TOGETHER)[:, :, : self.bits].reshape(len(codes), -1)


@lru_cache(maxsize=4)
def levels_of(bits: int) -> Levels:
    """Those of so many bits, fewer than 8.

    >>> levels = levels_of(2)
    >>> levels.codes().tolist(), levels.of_code[[1, 127, 128, 255]].tolist()
    ([82, 114, 142, 174], [0, 1, 1, 3])
    """
    steps = np.arange(-LARGEST, LARGEST + 1)
    edges = np.array([erf(edge * REACH / LARGEST / sqrt(2)) for edge in np.append(steps, LARGEST + 1) - 0.5])
    weights = edges[1:] - edges[:-1]
    middles, firsts = steps.astype(np.float64), np.arange(len(steps))
    while len(middles) > 1 << bits:
        weight = weights[:-1] * weights[1:] / (weights[:-1] + weights[1:])
        first = int((weight * (middles[1:] - middles[:-1]) ** 2).argmin())
        joined = np.average(middles[first : first + 2], weights=weights[first : first + 2])
        middles = np.concatenate([middles[:first], [joined], middles[first + 2 :]])
        weights = np.concatenate([weights[:first], [weights[first : first + 2].sum()], weights[first + 2 :]])
        firsts = np.delete(firsts, first + 1)
    of_code = np.zeros(256, dtype=np.uint8)
    of_code[steps + ZERO] = np.searchsorted(firsts, np.arange(len(steps)), side="right") - 1
    return Levels(bits, of_code, middles)
