"""Documents → the rows of one language: its chunks, their vectors and the postings of their words.

Rows of documents that are taken over keep their chunks, postings and vectors, under new numbers;
documents that are new are cut into chunks, a few at a time, and their texts are not kept.
"""

from array import array
from collections.abc import Iterator
from dataclasses import dataclass
from hashlib import blake2b

import numpy as np
from numpy.typing import NDArray

from index.chunking import chunk, embedded_text
from index.chunks import HASH_BYTES, ChunkTable
from index.postings import Postings, PostingsBuilder
from index.ragged import bounds, spans
from index.settings import IndexSettings
from index.types import Document, Encoder, Vectors
from index.vectors import VectorIndex
from index.words import ChangedWords, WordTable

_BATCH = 4096  # chunks encoded together


class KnownVectors:
    """Vectors by the hash of the chunks that they are of, shape (rows, HASH_BYTES); looked up at first need."""

    def __init__(self, index: VectorIndex, hashes: NDArray[np.uint8]) -> None:
        self.index = index
        self._hashes = hashes
        self._rows: dict[bytes, int] | None = None

    def find(self, digest: bytes) -> int | None:
        """The row of a hash, or None."""
        if self._rows is None:
            blob = self._hashes.tobytes()
            digests = (blob[start : start + HASH_BYTES] for start in range(0, len(blob), HASH_BYTES))
            self._rows = {found: row for row, found in enumerate(digests)}
        return self._rows.get(digest)


@dataclass(frozen=True, slots=True)
class OldRows:
    """The rows of a language in the previous generation; `vectors` is None when another model made them."""

    chunks: ChunkTable
    postings: Postings
    vectors: VectorIndex | None


@dataclass(frozen=True, slots=True)
class LanguageRows:
    """The finished rows of a language. `vectors` has shape (rows, dimensions); `embedded` of them are new."""

    chunks: ChunkTable
    vectors: Vectors
    postings: Postings
    words: ChangedWords
    old_words: WordTable
    embedded: int


class RowsBuilder:
    """Takes the documents of a language in the order of their numbers.

    `add` is for those that are new, `embed` for those whose chunks are known but not their vectors.
    """

    def __init__(
        self, language: str, old: OldRows | None, settings: IndexSettings, encoder: Encoder, known: KnownVectors | None
    ) -> None:
        self._old = old
        self._settings = settings
        self._encoder = encoder
        self._known = known
        self._postings = PostingsBuilder(language, old.postings if old else None)
        # By new document.
        self._counts = array("q")
        # By new row.
        self._starts, self._ends, self._hashes = array("i"), array("i"), bytearray()
        # By row without an old vector: those that are known, and blocks of others, both by place.
        self._places = 0
        self._reused: list[tuple[int, int]] = []
        self._pending: list[str] = []
        self._pending_places: list[int] = []
        self._blocks: list[tuple[list[int], Vectors]] = []
        self.embedded = 0

    def add(self, document: Document) -> None:
        """A document that is new."""
        pieces = chunk(document, self._settings.chunk_words, self._settings.overlap_words)
        self._counts.append(len(pieces))
        for piece in pieces:
            text = embedded_text(document, piece.text)
            digest = blake2b(text.encode(), digest_size=HASH_BYTES).digest()
            self._starts.append(piece.start)
            self._ends.append(piece.end)
            self._hashes += digest
            self._postings.add(text)
            self._vector(text, digest)

    def embed(self, document: Document, spans: Iterator[tuple[int, int]]) -> None:
        """A document whose chunks are known."""
        for start, end in spans:
            text = embedded_text(document, document.text[start:end])
            self._vector(text, blake2b(text.encode(), digest_size=HASH_BYTES).digest())

    def remove(self, document: Document, spans: Iterator[tuple[int, int]]) -> None:
        """A document of the previous generation that is gone, with its chunks."""
        for start, end in spans:
            self._postings.remove(embedded_text(document, document.text[start:end]))

    def _vector(self, text: str, digest: bytes) -> None:
        row = self._known.find(digest) if self._known else None
        if row is None:
            self._pending.append(text)
            self._pending_places.append(self._places)
            if len(self._pending) == _BATCH:
                self._flush()
        else:
            self._reused.append((self._places, row))
        self._places += 1

    def _flush(self) -> None:
        if self._pending:
            self._blocks.append((self._pending_places, self._encoder.encode_passages(self._pending)))
            self.embedded += len(self._pending)
            self._pending, self._pending_places = [], []

    def build(self, numbers: NDArray[np.int64], old_numbers: NDArray[np.int64]) -> LanguageRows:
        """The rows of the documents with these ascending numbers; -1 for an old number stands for a new document."""
        self._flush()
        old_count = len(self._old.chunks) if self._old else 0
        counts, sources = self._sources(old_numbers, old_count)
        taken = sources < old_count
        moved = np.full(old_count, -1, dtype=np.int64)
        moved[sources[taken]] = np.flatnonzero(taken)
        postings, words = self._postings.build(moved, np.flatnonzero(~taken))
        return LanguageRows(
            self._chunks(np.repeat(numbers, counts), sources),
            self._vectors(sources, taken),
            postings,
            words,
            self._postings.old.words,
            self.embedded,
        )

    def _sources(self, old_numbers: NDArray[np.int64], old_count: int) -> tuple[NDArray[np.int64], NDArray[np.int64]]:
        """How many rows each document has, and for each row the old one it was, or old_count + the new one it is."""
        is_new = old_numbers < 0
        counts = np.zeros(len(old_numbers), dtype=np.int64)
        starts = np.zeros(len(old_numbers), dtype=np.int64)
        new_counts = np.array(self._counts, dtype=np.int64)
        counts[is_new], starts[is_new] = new_counts, old_count + bounds(new_counts)[:-1]
        if self._old:
            starts[~is_new], counts[~is_new] = self._old.chunks.rows_of(old_numbers[~is_new])
        return counts, spans(starts, counts)

    def _chunks(self, documents: NDArray[np.int64], sources: NDArray[np.int64]) -> ChunkTable:
        new = ChunkTable(
            np.zeros(len(self._starts), dtype=np.int32),
            np.array(self._starts, dtype=np.int32),
            np.array(self._ends, dtype=np.int32),
            np.frombuffer(bytes(self._hashes), dtype=np.uint8).reshape(-1, HASH_BYTES),
        )
        old = self._old.chunks if self._old else ChunkTable.build([], [])
        columns = (np.concatenate(pair)[sources] for pair in zip(old.columns()[1:], new.columns()[1:], strict=True))
        return ChunkTable(documents.astype(np.int32), *columns)

    def _vectors(self, sources: NDArray[np.int64], taken: NDArray[np.bool_]) -> Vectors:
        vectors = np.zeros((len(sources), self._encoder.dimensions), dtype=np.float32)
        missing = np.arange(len(sources))
        if self._old and self._old.vectors is not None:
            vectors[taken] = self._old.vectors.vectors()[sources[taken]]
            missing = np.flatnonzero(~taken)
        for places, block in self._blocks:
            vectors[missing[places]] = block
        if self._known and self._reused:
            places, rows = np.array(self._reused, dtype=np.int64).T
            vectors[missing[places]] = self._known.index.take(rows)
        return vectors
