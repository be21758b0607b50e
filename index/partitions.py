"""The documents of one language → its part of a generation: chunks, vectors, postings, vocabulary, names."""

from collections.abc import Callable, Iterator
from dataclasses import dataclass
from pathlib import Path

import numpy as np
from numpy.typing import NDArray

from index.chunking import embedded_text
from index.chunks import ChunkTable
from index.clock import Clock
from index.crossings import Crossings
from index.languages import PARTITIONS
from index.lexical import LexicalIndex
from index.names import NameTable
from index.parts import Part
from index.pieces import Pieced
from index.postings import PostingsBuilder
from index.previous import Previous
from index.quantizer import Coded
from index.rows import OldRows, Rows
from index.settings import IndexSettings
from index.static import StaticEncoder
from index.store import DocumentStore
from index.types import Document, Encoder, Vectors
from index.vectors import EXACT_UP_TO, bits_for, build_vectors
from index.vectortable import VectorTable
from index.vocabulary import Known, Vocabulary
from index.words import ChangedWords, WordTable

Progress = Callable[[str, int, int], None]
"""Called with the stage, how much is done and how much there is (0 when unknown)."""

_BATCH = 256  # documents fetched together
_CHUNKS = 4096  # chunks embedded together
_PROBES = 200  # queries made up to measure the recall of approximate search
_PROBE_WORDS = 6


@dataclass(frozen=True, slots=True)
class Written:
    """A language's part of a generation in numbers; `embedded` of its chunks got a vector that was not there before."""

    documents: int
    chunks: int
    embedded: int


class PartitionWriter:
    """Writes the parts of the languages into the folder of a generation.

    `old` is the generation that documents are taken over from; of `before` just the vectors are.
    """

    def __init__(
        self,
        folder: Path,
        settings: IndexSettings,
        encoder: Encoder,
        translator: Encoder,
        store: DocumentStore,
        old: Previous | None,
        before: Previous | None,
        clock: Clock,
        progress: Progress,
    ) -> None:
        self._folder = folder
        self._settings = settings
        self._encoder = encoder
        self._translator = translator
        self._store = store
        self._old = old
        self._before = before
        self._clock = clock
        self._progress = progress

    def write_vectors(self, part: Part) -> Written:
        """Write which row is which slice of which document, and its vector."""
        old = self._old_rows(part)
        rows = Rows.of(part.numbers, part.old_numbers, part.new, old.chunks if old else None)
        rows.chunks.save(self._folder / "chunks" / part.language)
        vectors, embedded = self._vectors(part.language, rows, old, part.added)
        self._clock.lap("embed")
        index = build_vectors(vectors, self._probes(rows.chunks))
        index.save(self._folder / "vectors" / f"{part.language}.faiss")
        self._clock.lap("vectors")
        return Written(len(part.numbers), len(rows), embedded)

    def write_words(self, part: Part) -> int:
        """Write the postings and all that is made of their terms; returns how many of these are embedded."""
        old = self._old_rows(part)
        rows = Rows.of(part.numbers, part.old_numbers, part.new, old.chunks if old else None)
        removed = self._removed(part, old.chunks) if old else Pieced.of([])
        builder = PostingsBuilder(part.language, old.postings if old else None)
        postings, words = builder.build(rows.moved, np.flatnonzero(~rows.taken), part.added, removed)
        lexical = postings.save(self._folder / "lexical" / part.language, self._settings)
        embedded = self._write_words(part.language, words, builder.old.words, lexical)
        self._clock.lap("words")
        return embedded

    def _old_rows(self, part: Part) -> OldRows | None:
        return self._old.old_rows(part.language) if self._old else None

    def _vectors(self, language: str, rows: Rows, old: OldRows | None, added: Pieced) -> tuple[Vectors | Coded, int]:
        """The vectors of all rows, shape (rows, dimensions), and how many of them were not there before."""
        table = VectorTable(len(rows), self._encoder)
        missing = np.arange(len(rows))
        known = self._before.vectors(language) if self._before else None
        # What was a large index kept them in fewer bits than the small one it has become.
        if not (known and known.index.bits < bits_for(len(rows))):
            if old and old.vectors is not None:
                taken = rows.taken
                table.take_over(np.flatnonzero(taken), old.vectors, rows.sources[taken])
                missing = np.flatnonzero(~taken)
            if known:
                missing = known.fill(table, rows.chunks.hashes, missing)
        done = 0
        for some, found in self._embedded(rows, missing, added):
            table.put(some, found)
            done += len(some)
            self._progress(f"embed {language}", done, len(missing))
        self._progress(f"embed {language}", len(missing), len(missing))
        return table.finished(), len(missing)

    def _embedded(
        self, rows: Rows, missing: NDArray[np.int64], added: Pieced
    ) -> Iterator[tuple[NDArray[np.int64], Vectors]]:
        """The vectors of rows that are missing, some at a time, each with the rows that they are of."""
        encoder = self._encoder
        if isinstance(encoder, StaticEncoder) and encoder.reads_pieces and not rows.taken[missing].any():
            tokens = encoder.tokens_of(added.spelled)
            for some in _some(missing):
                pieces = added.lists.take(rows.sources[some] - rows.old_count)
                yield some, encoder.encode_tokens(pieces.through(tokens))
        else:
            for some in _some(missing):
                yield some, encoder.encode_passages(self._texts(rows.chunks, some))

    def _texts(self, chunks: ChunkTable, rows: NDArray[np.int64]) -> list[str]:
        """What is embedded for these rows."""
        documents = self._store.get(np.unique(chunks.documents[rows]).tolist())
        found = (documents[number] for number in chunks.documents[rows].tolist())
        slices = zip(found, chunks.starts[rows].tolist(), chunks.ends[rows].tolist(), strict=True)
        return [embedded_text(document, document.text[start:end]) for document, start, end in slices]

    def _removed(self, part: Part, chunks: ChunkTable) -> Pieced:
        """The rows of the old documents of a language that are not kept."""
        if self._old is None:
            return Pieced.of([])
        store = self._old.snapshot.store
        ours = np.flatnonzero(store.partitions == PARTITIONS.index(part.language))
        gone = _documents(store, ours[~np.isin(ours, part.old_numbers)])
        return Pieced.of(
            embedded_text(document, document.text[start:end])
            for number, document in gone
            for start, end in chunks.spans(number)
        )

    def _probes(self, chunks: ChunkTable) -> Vectors:
        """Vectors like those of queries: a few words out of each of some chunks."""
        if len(chunks) <= EXACT_UP_TO:
            return np.zeros((0, self._encoder.dimensions), dtype=np.float32)
        rows = np.arange(0, len(chunks), max(1, len(chunks) // _PROBES))
        texts = [text.split() for text in self._texts(chunks, rows)]
        return self._encoder.encode_queries([" ".join(words[len(words) // 2 :][:_PROBE_WORDS]) for words in texts])

    def _write_words(self, language: str, words: ChangedWords, old: WordTable, lexical: LexicalIndex) -> int:
        """Write the embedded vocabulary, the names and the glossary's terms; what is spelled as before is known."""
        spellings = words.table.spellings()
        part = self._old.snapshot.partitions.get(language) if self._old else None
        if self._old is None or part is None:
            known, names, crossings = None, NameTable.build(spellings), Crossings.build(lexical, language)
        else:
            moved = words.moved(old)
            before = np.full(len(spellings), -1, dtype=np.int64)
            before[moved[moved >= 0]] = np.flatnonzero(moved >= 0)
            known = Known(part.vocabulary, before) if self._old.same_translator else None
            others = {number: spellings[number] for number in np.flatnonzero(before < 0).tolist()}
            names = part.names.rebuilt(moved, others)
            crossings = part.crossings.rebuilt(lexical, language, words.term_map)
        size = self._settings.vocabulary_size
        vocabulary = Vocabulary.build(lexical, spellings, self._translator, size, known)
        vocabulary.save(self._folder / "vocabulary" / language)
        names.save(self._folder / "names" / language)
        crossings.save(self._folder / "crossings" / language)
        self._progress(f"words {language}", len(vocabulary), len(vocabulary))
        return len(vocabulary)


def _documents(store: DocumentStore, numbers: NDArray[np.int64]) -> Iterator[tuple[int, Document]]:
    """The documents with these numbers, a few fetched at a time."""
    for start in range(0, len(numbers), _BATCH):
        some = numbers[start : start + _BATCH].tolist()
        found = store.get(some)
        yield from ((number, found[number]) for number in some)


def _some(rows: NDArray[np.int64]) -> Iterator[NDArray[np.int64]]:
    """A few of these rows after the other."""
    for start in range(0, len(rows), _CHUNKS):
        yield rows[start : start + _CHUNKS]
