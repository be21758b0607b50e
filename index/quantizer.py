"""Vectors in one byte a number, so that a number means the same whichever other vectors there are.

A vector is turned by one rotation, drawn once and for all, before it is rounded: turned at random, any unit
vector has numbers like those of a normal distribution of variance 1 / dimensions, also one of a model that puts
much into few dimensions. So the range to round in is known without looking at the corpus, and rounding what was
rounded changes nothing. (Gao and Long, "RaBitQ", 2024, for why a random rotation makes quantised cosines sharp.)

Some models give all texts much in common. What they share would take up most of the range, so it is taken off
first: a center, told from a few words of the glossary and so by the model alone.
"""

from dataclasses import dataclass
from functools import lru_cache

import numpy as np
from numpy.typing import NDArray

from index import glossary
from index.languages import LANGUAGES
from index.types import Codes, Encoder, Vectors

ZERO = 128
"""The code of the number that the center has."""

LARGEST = 127  # steps to either side of the center
REACH = 4.5  # standard deviations that the steps reach over; of 150,000 numbers one lies further out
# Vectors and rotation are rounded to whole numbers whose products add up to less than 2**24: up to there float32 adds
# exactly, in whatever order, and the same vector gets the same code whichever others it is turned with.
_WHOLE, _TURN = 1 << 13, 1 << 10
_BLOCK = 1024
_TOLERANCE = 0.15  # of a row's length; that of one that was rounded to few bits before may be off by a tenth

_FEW = 8  # queries that are turned together and remembered

_ASKED = 64  # words of each language that tell a model's center
_IN_COMMON = 0.5  # length of the mean vector from which on it is taken off
_FINENESS = 16  # what is left is given room in sixteenths of the whole
_ROOM = 1.05  # so much further than the words may a text lie from the center


@dataclass(frozen=True, slots=True, eq=False)
class Quantizer:
    """Code c of dimension i of the turned vector stands for (c - ZERO + center[i]) * step."""

    step: float
    center: NDArray[np.float32]  # whole numbers

    @classmethod
    def plain(cls, dimensions: int, reach: float = 1.0) -> "Quantizer":
        """For vectors that lie around 0, at most `reach` away."""
        step = np.float32(reach * min(1.0, REACH / np.sqrt(dimensions)) / LARGEST)
        return cls(float(step), np.zeros(dimensions, dtype=np.float32))

    @classmethod
    def of(cls, encoder: Encoder) -> "Quantizer":
        """For the vectors of a model."""
        words = [word for language in LANGUAGES for word in _words(language)]
        vectors = encoder.encode_passages(words).astype(np.float64)
        mean = vectors.mean(axis=0)
        if np.linalg.norm(mean) < _IN_COMMON:
            return cls.plain(encoder.dimensions)
        apart = float(np.sqrt(np.mean(np.sum((vectors - mean) ** 2, axis=1))))
        reach = min(1.0, np.ceil(apart * _ROOM * _FINENESS) / _FINENESS)
        plain = cls.plain(encoder.dimensions, reach)
        turned = mean @ (_rotation(encoder.dimensions) / _TURN)
        return cls(plain.step, np.rint(turned / plain.step).astype(np.float32))

    @property
    def dimensions(self) -> int:
        """Length of a row."""
        return len(self.center)

    def same(self, other: "Quantizer") -> bool:
        """Whether a code means the same to both."""
        return bool(np.isclose(self.step, other.step, rtol=1e-5)) and np.array_equal(self.center, other.center)

    def encode(self, vectors: Vectors) -> Codes:
        """The codes of vectors of shape (n, dimensions); each row has unit length, or about so, or is zero."""
        check_lengths(vectors, _TOLERANCE)
        codes = np.empty(vectors.shape, dtype=np.uint8)
        rotation = _rotation(self.dimensions)
        scale = np.float32(1 / (self.step * _WHOLE * _TURN))
        for start in range(0, len(vectors), _BLOCK):
            turned = np.rint(vectors[start : start + _BLOCK] * np.float32(_WHOLE)) @ rotation
            turned *= scale
            np.rint(turned, out=turned)
            turned -= self.center
            np.clip(turned, -LARGEST, LARGEST, out=turned)
            turned += ZERO
            codes[start : start + _BLOCK] = turned
        return codes

    def decode(self, codes: Codes) -> Vectors:
        """The vectors that codes of shape (n, dimensions) stand for; `encode` gives the same codes for them."""
        return turned_back(self.turned(codes))

    def turned(self, codes: Codes) -> Vectors:
        """The same, turned: their product with `turn` of a query is the cosine."""
        numbers = codes.astype(np.float32)
        numbers += self.center - np.float32(ZERO)
        numbers *= np.float32(self.step)
        return numbers


@dataclass(frozen=True, slots=True, eq=False)
class Coded:
    """Codes of shape (n, dimensions), and what made them."""

    codes: Codes
    quantizer: Quantizer

    def __len__(self) -> int:
        return len(self.codes)


def turn(queries: Vectors) -> Vectors:
    """Queries of shape (q, dimensions), turned as what is encoded is."""
    if len(queries) <= _FEW:
        return _turned(queries.tobytes(), queries.shape[1])
    turned: Vectors = queries @ _back(queries.shape[1]).T
    return turned


def turned_back(turned: Vectors) -> Vectors:
    """The vectors, shape (n, dimensions), that these are when turned."""
    vectors: Vectors = turned @ _back(turned.shape[1])
    return vectors


@lru_cache(maxsize=64)
def _turned(queries: bytes, dimensions: int) -> Vectors:
    """A query, or the new words of one: they are asked of several languages."""
    vectors = np.frombuffer(queries, dtype=np.float32).reshape(-1, dimensions)
    turned: Vectors = vectors @ _back(dimensions).T
    turned.setflags(write=False)
    return turned


def check_lengths(vectors: Vectors, tolerance: float) -> None:
    """Raise ValueError unless each row has a length of 1, or of 0 for a text without a known word."""
    lengths = np.sqrt(np.einsum("ij,ij->i", vectors, vectors))
    if not np.all((np.abs(lengths - 1) < tolerance) | (lengths == 0)):
        raise ValueError(f"rows have lengths {lengths.min():.4f} to {lengths.max():.4f}; expected 1 or 0")


@lru_cache(maxsize=4)
def _rotation(dimensions: int) -> Vectors:
    """A random rotation times _TURN, in whole numbers; shape (dimensions, dimensions).

    The same everywhere: the generator's raw numbers are promised never to change, and there is
    one decomposition in which the diagonal of the triangle is positive.
    """
    drawn = np.random.PCG64(1).random_raw(dimensions * dimensions).reshape(dimensions, dimensions)
    orthogonal, triangle = np.linalg.qr(drawn / 2.0**63 - 1)
    rotation: Vectors = np.rint(orthogonal * np.sign(np.diag(triangle)) * _TURN).astype(np.float32)
    return rotation


@lru_cache(maxsize=4)
def _back(dimensions: int) -> Vectors:
    """What undoes the rotation as it was rounded. Queries are turned by its transpose, so that cosines stay exact."""
    inverse = np.linalg.inv(_rotation(dimensions).astype(np.float64) / _TURN)
    return np.ascontiguousarray(inverse, dtype=np.float32)


def _words(language: str) -> list[str]:
    """A few words of the glossary, evenly spaced."""
    cells = [cell.split("|")[0] for cell in glossary.cells(language) if cell]
    return cells[:: max(1, len(cells) // _ASKED)]
