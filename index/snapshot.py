"""One generation, opened: its parts, checked to agree."""

from collections.abc import Mapping
from dataclasses import dataclass
from pathlib import Path

from index.chunks import ChunkTable
from index.crossings import Crossings
from index.duplicates import Clusters
from index.errors import IndexCorrupt, IndexIncompatible, SettingsError
from index.generations import Generations
from index.lexical import LexicalIndex
from index.manifest import Manifest
from index.names import NameTable
from index.report import BuildReport
from index.settings import IndexSettings
from index.store import DocumentStore
from index.types import Chunk, Document, Encoder
from index.vectorindex import VectorIndex
from index.vectors import open_vectors
from index.vocabulary import Vocabulary


@dataclass(frozen=True, slots=True)
class Partition:
    """The chunks of one language: a row means the same chunk in all of its parts."""

    language: str
    chunks: ChunkTable
    vectors: VectorIndex
    lexical: LexicalIndex
    vocabulary: Vocabulary
    names: NameTable
    crossings: Crossings

    def __post_init__(self) -> None:
        rows = {
            "chunks": len(self.chunks),
            "vectors": len(self.vectors),
            "postings": self.lexical.row_count,
        }
        if len(set(rows.values())) != 1:
            raise IndexCorrupt(
                f"the parts of {self.language} have different numbers of rows: {rows}; rebuild the index"
            )

    def __len__(self) -> int:
        return len(self.chunks)

    def chunk(self, row: int, document: Document) -> Chunk:
        """The chunk of a row, cut from its document."""
        start, end = int(self.chunks.starts[row]), int(self.chunks.ends[row])
        return Chunk(document.id, start, end, document.text[start:end])


@dataclass(frozen=True, slots=True)
class Snapshot:
    """Everything a search reads. Never changes, so any number of threads may use it."""

    manifest: Manifest
    settings: IndexSettings
    store: DocumentStore
    partitions: Mapping[str, Partition]
    clusters: Clusters
    folder: Path

    @classmethod
    def open(cls, index_folder: Path) -> "Snapshot":
        """The live generation of an index folder. Raises StoredIndexError."""
        return cls.open_generation(Generations(index_folder).current())

    @classmethod
    def open_generation(cls, folder: Path) -> "Snapshot":
        """The generation in a folder."""
        manifest = Manifest.read(folder)
        manifest.check_sizes(folder)
        partitions = {language: _open_partition(folder, language) for language in manifest.counts}
        for language, partition in partitions.items():
            if len(partition) != manifest.counts[language]["chunks"]:
                raise IndexCorrupt(
                    f"{folder}: {language} has {len(partition)} chunks, not as the manifest says; rebuild"
                )
        clusters = Clusters.open(folder / "duplicates")
        if len(clusters) != manifest.documents:
            raise IndexCorrupt(
                f"{folder}: {len(clusters)} documents have clusters, not {manifest.documents} as the manifest says; "
                "rebuild the index"
            )
        try:
            settings = IndexSettings.from_json(manifest.settings)
        except SettingsError as problem:
            raise IndexIncompatible(f"{folder}: {problem}") from problem
        return cls(manifest, settings, DocumentStore.open(folder / "documents"), partitions, clusters, folder)

    def report(self) -> BuildReport:
        """What the rebuild that made this generation did. Raises IndexCorrupt."""
        return BuildReport.read(self.folder)

    def require_models(self, encoder: Encoder, translator: Encoder) -> None:
        """Raise IndexIncompatible unless the index was built with these models.

        `encoder` embeds documents and queries, `translator` the vocabulary.
        """
        if encoder.fingerprint != self.manifest.model_fingerprint:
            raise IndexIncompatible(
                f"the index was built with {self.manifest.model} ({self.manifest.model_fingerprint[:12]}), "
                f"not with this {encoder.name} ({encoder.fingerprint[:12]}); rebuild the index"
            )
        if translator.fingerprint != self.manifest.vocabulary_fingerprint:
            raise IndexIncompatible(
                "the vocabulary of the index was embedded with another version of the bundled model; rebuild the index"
            )


def _open_partition(folder: Path, language: str) -> Partition:
    return Partition(
        language,
        ChunkTable.open(folder / "chunks" / language),
        open_vectors(folder / "vectors" / f"{language}.faiss"),
        LexicalIndex.open(folder / "lexical" / language),
        Vocabulary.open(folder / "vocabulary" / language),
        NameTable.open(folder / "names" / language),
        Crossings.open(folder / "crossings" / language),
    )
