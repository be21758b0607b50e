"""build_index(): read, clean, chunk, encode, write, publish."""

import hashlib
from collections.abc import Callable, Iterator, Mapping, Sequence
from dataclasses import dataclass, field
from datetime import UTC, datetime
from pathlib import Path
from time import perf_counter

import numpy as np

from index.chunking import chunk, embedded_text
from index.chunks import ChunkTable
from index.cleaning import articles
from index.duplicates import Clusters
from index.errors import SourceError, SourceNotFound, StoredIndexError
from index.generations import Generations
from index.languages import PARTITIONS, partition
from index.lexical import LexicalBuilder
from index.manifest import Manifest, record_files
from index.names import NameTable
from index.readers import EXPECTED, Source, read_sources, shown
from index.settings import FORMAT, IndexSettings
from index.snapshot import Snapshot
from index.store import DocumentStore
from index.types import Document, Encoder, Vectors
from index.vectors import EXACT_UP_TO, VectorIndex
from index.vocabulary import Vocabulary

Progress = Callable[[str, int, int], None]
"""Called with the stage, how much is done and how much there is (0 when unknown)."""

_BATCH = 4096  # chunks encoded between two reports of progress
_HASH_BYTES = 16
_PROBES = 200  # queries made up to measure the recall of approximate search
_PROBE_WORDS = 6


@dataclass(frozen=True, slots=True)
class BuildReport:
    """What a rebuild did. `skipped` holds one sentence for each record left out, `seconds` the time of each stage."""

    generation: str
    documents: int
    chunks: int
    embedded: int
    reused: int
    languages: dict[str, int]
    skipped: list[str]
    seconds: dict[str, float]


@dataclass(slots=True)
class _Part:
    """What is gathered for one language while documents are read."""

    lexical: LexicalBuilder
    documents: int = 0
    entries: list[tuple[int, int, int]] = field(default_factory=list)
    texts: list[str] = field(default_factory=list)


def build_index(
    sources: Sequence[Source],
    index_folder: Path,
    settings: IndexSettings,
    encoder: Encoder,
    translator: Encoder,
    progress: Progress = lambda stage, done, total: None,
) -> BuildReport:
    """Index all documents of the sources as a new generation and make it the live one.

    `encoder` embeds the chunks and `translator`, the bundled model, the vocabulary. Until the
    last step the old generation stays live; when this raises or the process dies, it still is.
    Raises SourceNotFound when no document is found, and StoredIndexError, OSError.
    """
    generations = Generations(index_folder)
    with generations.locked():
        clock = _Clock()
        known = _known_vectors(generations, encoder)
        folder = generations.start()
        skipped: list[str] = []
        parts, count = _read(sources, folder, settings, skipped, progress)
        if not count:
            raise SourceNotFound(_nothing_found(sources, skipped))
        clock.lap("read")
        embedded = sum(
            _write_vectors(folder, language, part, encoder, known, progress) for language, part in parts.items()
        )
        clock.lap("embed")
        for language, part in parts.items():
            _write_words(folder, language, part, settings, translator, progress)
        clock.lap("words")
        Clusters.singletons(count).save(folder / "duplicates")
        _manifest(folder, settings, encoder, translator, count, parts).write(folder)
        published = generations.publish(folder, settings.keep_generations)
        clock.lap("publish")
    chunks = sum(len(part.texts) for part in parts.values())
    return BuildReport(
        generation=published.name,
        documents=count,
        chunks=chunks,
        embedded=embedded,
        reused=chunks - embedded,
        languages={language: part.documents for language, part in parts.items()},
        skipped=skipped,
        seconds=clock.seconds,
    )


def _read(
    sources: Sequence[Source], folder: Path, settings: IndexSettings, skipped: list[str], progress: Progress
) -> tuple[dict[str, _Part], int]:
    """Store the documents and gather what each language needs; returns that and how many there are."""
    parts: dict[str, _Part] = {}
    store = DocumentStore.create(folder / "documents.db")
    number = 0
    for document in _documents(sources, skipped):
        pieces = chunk(document, settings.chunk_words, settings.overlap_words)
        language = partition(document.language)
        part = parts.setdefault(language, _Part(LexicalBuilder(language)))
        store.add(number, document)
        part.documents += 1
        for piece in pieces:
            text = embedded_text(document, piece.text)
            part.entries.append((number, piece.start, piece.end))
            part.texts.append(text)
            part.lexical.add(text)
        number += 1
        if number % 256 == 0:
            progress("read", number, 0)
    progress("read", number, number)
    store.close()
    return {language: parts[language] for language in PARTITIONS if language in parts}, number


def _documents(sources: Sequence[Source], skipped: list[str]) -> Iterator[Document]:
    """The cleaned documents that have text and an id of their own."""
    origins: dict[str, str] = {}

    def report(problem: SourceError) -> None:
        skipped.append(str(problem))

    for raw in read_sources(sources, report):
        for article in articles(raw):
            document = article.document
            if not any(map(str.isalnum, document.text)):
                skipped.append(f"{raw.origin}: no text is left after cleaning")
            elif document.id in origins:
                skipped.append(_repeated(document.id, raw.origin, origins[document.id]))
            else:
                origins[document.id] = raw.origin
                yield document


def _repeated(identity: str, origin: str, first: str) -> str:
    return f"{origin}: the id {identity!r} was already read from {first}; give each document an id of its own"


def _nothing_found(sources: Sequence[Source], skipped: Sequence[str]) -> str:
    names = ", ".join(shown(source) for source in sources)
    first = f" (the first problem: {skipped[0]})" if skipped else ""
    return f"no document was found in {names}{first}; expected {EXPECTED}"


def _known_vectors(generations: Generations, encoder: Encoder) -> Mapping[bytes, tuple[VectorIndex, int]]:
    """Where the live generation holds the vector of each hash; empty when there is none of this model."""
    try:
        folder = generations.current()
        Manifest.read(folder).check_contents(folder)  # a flipped bit must not live on in the next generation
        snapshot = Snapshot.open_generation(folder)
    except StoredIndexError:
        return {}  # no index yet, or one that this rebuild is there to replace
    if snapshot.manifest.model_fingerprint != encoder.fingerprint:
        return {}
    known: dict[bytes, tuple[VectorIndex, int]] = {}
    for part in snapshot.partitions.values():
        blob = part.chunks.hashes.tobytes()
        for row in range(len(part)):
            known[blob[row * _HASH_BYTES : (row + 1) * _HASH_BYTES]] = (part.vectors, row)
    return known


def _write_vectors(
    folder: Path,
    language: str,
    part: _Part,
    encoder: Encoder,
    known: Mapping[bytes, tuple[VectorIndex, int]],
    progress: Progress,
) -> int:
    """Write the chunk table and the vectors of one language; returns how many were embedded anew."""
    hashes = [hashlib.blake2b(text.encode(), digest_size=_HASH_BYTES).digest() for text in part.texts]
    vectors = np.zeros((len(hashes), encoder.dimensions), dtype=np.float32)
    missing = _reuse(vectors, hashes, known)
    for start in range(0, len(missing), _BATCH):
        rows = missing[start : start + _BATCH]
        vectors[rows] = encoder.encode_passages([part.texts[row] for row in rows])
        progress(f"embed {language}", start + len(rows), len(missing))
    ChunkTable.build(part.entries, hashes).save(folder / "chunks" / language)
    VectorIndex.build(vectors, _probes(part.texts, encoder)).save(folder / "vectors" / f"{language}.faiss")
    return len(missing)


def _probes(texts: Sequence[str], encoder: Encoder) -> Vectors:
    """Vectors like those of queries: a few words out of each of some chunks."""
    if len(texts) <= EXACT_UP_TO:
        return np.zeros((0, encoder.dimensions), dtype=np.float32)
    words = [text.split() for text in texts[:: len(texts) // _PROBES]]
    return encoder.encode_queries([" ".join(found[len(found) // 2 :][:_PROBE_WORDS]) for found in words])


def _reuse(vectors: Vectors, hashes: Sequence[bytes], known: Mapping[bytes, tuple[VectorIndex, int]]) -> list[int]:
    """Fill in the vectors that are known; returns the rows that are not."""
    missing: list[int] = []
    found: dict[int, tuple[VectorIndex, list[int], list[int]]] = {}
    for row, digest in enumerate(hashes):
        if digest in known:
            index, old = known[digest]
            _, olds, rows = found.setdefault(id(index), (index, [], []))
            olds.append(old)
            rows.append(row)
        else:
            missing.append(row)
    for index, olds, rows in found.values():
        vectors[rows] = index.vectors()[olds]
    return missing


def _write_words(
    folder: Path, language: str, part: _Part, settings: IndexSettings, translator: Encoder, progress: Progress
) -> None:
    """Write the postings, the embedded vocabulary and the names of one language."""
    lexical, spellings = part.lexical.build(settings)
    lexical.save(folder / "lexical" / language)
    vocabulary = Vocabulary.build(lexical, spellings, translator, settings.vocabulary_size)
    vocabulary.save(folder / "vocabulary" / language)
    NameTable.build(spellings).save(folder / "names" / language)
    progress(f"words {language}", len(vocabulary), len(vocabulary))


def _manifest(
    folder: Path,
    settings: IndexSettings,
    encoder: Encoder,
    translator: Encoder,
    documents: int,
    parts: Mapping[str, _Part],
) -> Manifest:
    return Manifest(
        format=FORMAT,
        generation=folder.name.removeprefix("."),
        created=datetime.now(UTC).isoformat(timespec="seconds"),
        settings=settings.to_json(),
        model=encoder.name,
        model_fingerprint=encoder.fingerprint,
        dimensions=encoder.dimensions,
        vocabulary_fingerprint=translator.fingerprint,
        documents=documents,
        counts={language: {"documents": part.documents, "chunks": len(part.texts)} for language, part in parts.items()},
        files=record_files(folder),
    )


class _Clock:
    """Seconds since the last lap, by stage."""

    def __init__(self) -> None:
        self.seconds: dict[str, float] = {}
        self._last = perf_counter()

    def lap(self, stage: str) -> None:
        now = perf_counter()
        self.seconds[stage] = round(now - self._last, 3)
        self._last = now
