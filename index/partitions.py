"""The documents of one language → its part of a generation: chunks, vectors, postings, vocabulary, names."""

from collections.abc import Callable, Iterator
from dataclasses import dataclass, replace
from pathlib import Path

import numpy as np
from numpy.typing import NDArray

from index.chunking import embedded_text
from index.chunks import ChunkTable
from index.clock import Clock
from index.crossings import Crossings
from index.gather import Gathered
from index.languages import PARTITIONS
from index.lexical import LexicalIndex
from index.names import NameTable
from index.previous import Previous
from index.rows import LanguageRows, RowsBuilder
from index.settings import IndexSettings
from index.sketches import Sketcher
from index.store import DocumentStore
from index.types import Document, Encoder, Vectors
from index.vectors import EXACT_UP_TO, VectorIndex
from index.vocabulary import Known, Vocabulary

Progress = Callable[[str, int, int], None]
"""Called with the stage, how much is done and how much there is (0 when unknown)."""

_BATCH = 256  # documents fetched together
_CHUNKS = 4096  # chunks embedded together
_PROBES = 200  # queries made up to measure the recall of approximate search
_PROBE_WORDS = 6


@dataclass(frozen=True, slots=True)
class Written:
    """A language's part of a generation: its numbers, and the sketches of its documents that are new, in order."""

    documents: int
    chunks: int
    embedded: int
    sketches: NDArray[np.uint16]


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
        gathered: Gathered,
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
        self._gathered = gathered
        self._old = old
        self._before = before
        self._clock = clock
        self._progress = progress

    def write(self, language: str, numbers: NDArray[np.int64]) -> Written:
        """Write the part of a language that has the documents with these numbers, ascending."""
        rows, sketches = self._rows(language, numbers)
        rows.chunks.save(self._folder / "chunks" / language)
        probes = self._probes(rows.chunks)
        VectorIndex.build(rows.vectors, probes).save(self._folder / "vectors" / f"{language}.faiss")
        self._clock.lap("vectors")
        lexical = rows.postings.save(self._folder / "lexical" / language, self._settings)
        self._write_words(language, rows, lexical)
        self._clock.lap("words")
        return Written(len(numbers), len(rows.chunks), rows.embedded, sketches)

    def _rows(self, language: str, numbers: NDArray[np.int64]) -> tuple[LanguageRows, NDArray[np.uint16]]:
        old_numbers = self._gathered.old[numbers]
        old = self._old.old_rows(language) if self._old else None
        known = self._before.vectors(language) if self._before else None
        builder = RowsBuilder(language, old, self._settings, self._encoder, known)
        if self._old and old:
            for number, document in self._gone(self._old, language, old_numbers):
                builder.remove(document, old.chunks.spans(number))
        sketcher = Sketcher()
        wanted = numbers if old and old.vectors is None else numbers[old_numbers < 0]
        for done, (number, document) in enumerate(_documents(self._store, wanted), start=1):
            old_number = int(self._gathered.old[number])
            if old_number < 0:
                builder.add(document)
                sketcher.add(document.text)
            elif old:
                builder.embed(document, old.chunks.spans(old_number))
            if done % _BATCH == 0:
                self._progress(f"embed {language}", done, len(wanted))
        self._progress(f"embed {language}", len(wanted), len(wanted))
        sketches = sketcher.sketches()
        self._clock.lap("embed")
        rows = builder.build(numbers, old_numbers)
        self._clock.lap("words")
        if known and known.index.rounded and len(rows.chunks) <= EXACT_UP_TO:
            rows = replace(rows, vectors=self._embedded(rows.chunks), embedded=len(rows.chunks))
        return rows, sketches

    def _embedded(self, chunks: ChunkTable) -> Vectors:
        """All vectors anew: what was a large index kept them in fewer bits than the small one it has become."""
        vectors = np.zeros((len(chunks), self._encoder.dimensions), dtype=np.float32)
        for start in range(0, len(chunks), _CHUNKS):
            rows = np.arange(start, min(start + _CHUNKS, len(chunks)))
            vectors[rows] = self._encoder.encode_passages(self._texts(chunks, rows))
        return vectors

    def _texts(self, chunks: ChunkTable, rows: NDArray[np.int64]) -> list[str]:
        """What is embedded for these rows."""
        documents = self._store.get(np.unique(chunks.documents[rows]).tolist())
        found = (documents[number] for number in chunks.documents[rows].tolist())
        slices = zip(found, chunks.starts[rows].tolist(), chunks.ends[rows].tolist(), strict=True)
        return [embedded_text(document, document.text[start:end]) for document, start, end in slices]

    def _gone(self, old: Previous, language: str, kept: NDArray[np.int64]) -> Iterator[tuple[int, Document]]:
        """The old documents of a language that are not kept, with their old numbers."""
        store = old.snapshot.store
        ours = np.flatnonzero(store.partitions == PARTITIONS.index(language))
        return _documents(store, ours[~np.isin(ours, kept)])

    def _probes(self, chunks: ChunkTable) -> Vectors:
        """Vectors like those of queries: a few words out of each of some chunks."""
        if len(chunks) <= EXACT_UP_TO:
            return np.zeros((0, self._encoder.dimensions), dtype=np.float32)
        rows = np.arange(0, len(chunks), max(1, len(chunks) // _PROBES))
        texts = [text.split() for text in self._texts(chunks, rows)]
        return self._encoder.encode_queries([" ".join(words[len(words) // 2 :][:_PROBE_WORDS]) for words in texts])

    def _write_words(self, language: str, rows: LanguageRows, lexical: LexicalIndex) -> None:
        """Write the embedded vocabulary, the names and the glossary's terms; what is spelled as before is known."""
        spellings = rows.postings.words.spellings()
        part = self._old.snapshot.partitions.get(language) if self._old else None
        if self._old is None or part is None:
            known, names, crossings = None, NameTable.build(spellings), Crossings.build(lexical, language)
        else:
            moved = rows.words.moved(rows.old_words)
            before = np.full(len(spellings), -1, dtype=np.int64)
            before[moved[moved >= 0]] = np.flatnonzero(moved >= 0)
            known = Known(part.vocabulary, before) if self._old.same_translator else None
            others = {number: spellings[number] for number in np.flatnonzero(before < 0).tolist()}
            names = part.names.rebuilt(moved, others)
            crossings = part.crossings.rebuilt(lexical, language, rows.words.term_map)
        size = self._settings.vocabulary_size
        vocabulary = Vocabulary.build(lexical, spellings, self._translator, size, known)
        vocabulary.save(self._folder / "vocabulary" / language)
        names.save(self._folder / "names" / language)
        crossings.save(self._folder / "crossings" / language)
        self._progress(f"words {language}", len(vocabulary), len(vocabulary))


def _documents(store: DocumentStore, numbers: NDArray[np.int64]) -> Iterator[tuple[int, Document]]:
    """The documents with these numbers, a few fetched at a time."""
    for start in range(0, len(numbers), _BATCH):
        some = numbers[start : start + _BATCH].tolist()
        found = store.get(some)
        yield from ((number, found[number]) for number in some)
