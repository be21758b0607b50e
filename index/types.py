"""The nouns that every part of Hudhud shares.

Documents are cut into chunks; each chunk has one row. A row is a position shared by the
store, the vectors and the postings of one language, so that a score found in any of them
names the same piece of text.
"""

import datetime
from collections.abc import Sequence
from dataclasses import dataclass, field, fields
from typing import NamedTuple, Protocol

import numpy as np
from numpy.typing import NDArray

Vectors = NDArray[np.float32]
"""Shape (n, dimensions); every row has unit length, or is all zeros for a text without a known token."""

Codes = NDArray[np.uint8]
"""The same in one byte a number, shape (n, dimensions): `index.quantizer` says what they stand for."""


@dataclass(frozen=True, slots=True)
class RawDocument:
    """One record as a source gives it, before cleaning. Empty strings stand for what it does not say."""

    id: str
    text: str
    title: str = ""
    language: str = ""
    url: str = ""
    date: str = ""
    source: str = ""
    origin: str = ""
    """Path and line it was read from, for messages."""
    digest: str = field(default="", compare=False)
    """In hexadecimal, of the bytes it was read from, where its reader takes it before it parses them; else empty."""

    def __reduce__(self) -> tuple[type["RawDocument"], tuple[str, ...]]:
        """Pickled by its fields in their order: as a dataclass with slots is otherwise, it takes longer."""
        return RawDocument, tuple(map(self.__getattribute__, _RAW_FIELDS))


_RAW_FIELDS = tuple(member.name for member in fields(RawDocument))


class Unchanged(NamedTuple):
    """A record that is in the index as it is, by the digest of the bytes it was read from, and its line.

    A tuple, because in a large file nearly every line is one.
    """

    digest: bytes
    line: int


@dataclass(frozen=True, slots=True)
class Document:
    """One article or page, as it is stored and shown.

    `language` is a BCP 47 tag; `und` (undetermined) means that no language was named or found.
    """

    id: str
    text: str
    title: str = ""
    language: str = "und"
    url: str = ""
    date: datetime.date | None = None
    source: str = ""


@dataclass(frozen=True, slots=True)
class Chunk:
    """A slice of one document: `text == document.text[start:end]`, offsets in code points."""

    document_id: str
    start: int
    end: int
    text: str


class Nearest(NamedTuple):
    """Rows with their scores, highest first, equal ones by row; shapes (n,)."""

    rows: NDArray[np.int64]
    scores: NDArray[np.float32]

    @classmethod
    def of(cls, rows: NDArray[np.int64], scores: NDArray[np.float32], k: int) -> "Nearest":
        """The k best of some rows."""
        order = np.lexsort((rows, -scores))[:k]
        return cls(rows[order], scores[order])


class Encoder(Protocol):
    """Turns text into unit vectors; queries and passages may be treated differently."""

    @property
    def name(self) -> str:
        """What the manifest records: a model's name or path, or `bundled`."""
        ...

    @property
    def fingerprint(self) -> str:
        """Changes whenever the same text could get another vector."""
        ...

    @property
    def dimensions(self) -> int:
        """Length of each vector."""
        ...

    def encode_queries(self, texts: Sequence[str]) -> Vectors:
        """Vectors of shape (len(texts), dimensions) for texts that ask."""
        ...

    def encode_passages(self, texts: Sequence[str]) -> Vectors:
        """Vectors of shape (len(texts), dimensions) for texts that answer."""
        ...
