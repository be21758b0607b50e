"""The live generation as a rebuild sees it: what of it may be used again."""

import hashlib
from dataclasses import dataclass
from functools import lru_cache
from importlib.metadata import PackageNotFoundError, version
from pathlib import Path
from unicodedata import unidata_version

from index.errors import StoredIndexError
from index.generations import Generations
from index.ledger import Ledger
from index.manifest import Manifest
from index.postings import Postings
from index.rows import KnownVectors, OldRows
from index.settings import IndexSettings
from index.snapshot import Snapshot
from index.types import Encoder

# Packages that decide what is read out of a file, or what becomes of a word.
_LIBRARIES = (
    "ftfy",
    "lxml",
    "numpy",
    "PyStemmer",
    "pypdf",
    "python-docx",
    "regex",
    "trafilatura",
    "warcio",
    "feedparser",
)


@dataclass(frozen=True, slots=True)
class Previous:
    """A generation that was read and found whole.

    `same_text` tells whether its documents, chunks and terms are what this code and these settings
    would make of the same sources; `same_model` and `same_translator` whether its vectors are.
    """

    folder: Path
    snapshot: Snapshot
    ledger: Ledger
    same_text: bool
    same_model: bool
    same_translator: bool

    def old_rows(self, language: str) -> OldRows | None:
        """The rows of a language to carry over, if there are any."""
        part = self.snapshot.partitions.get(language)
        if part is None:
            return None
        postings = Postings.open(self.folder / "lexical" / language)
        return OldRows(part.chunks, postings, part.vectors if self.same_model else None)

    @classmethod
    def open(
        cls, generations: Generations, settings: IndexSettings, encoder: Encoder, translator: Encoder
    ) -> "Previous | None":
        """The live generation, or None when there is none, or one that this rebuild is there to replace."""
        try:
            folder = generations.current()
            # What is used again is not made again, so a flipped bit must not live on in it.
            Manifest.read(folder).check_contents(folder)
            return cls.of(folder, settings, encoder, translator)
        except StoredIndexError:
            return None

    @classmethod
    def of(cls, folder: Path, settings: IndexSettings, encoder: Encoder, translator: Encoder) -> "Previous":
        """A generation that was found whole. Raises StoredIndexError."""
        snapshot, ledger = Snapshot.open_generation(folder), Ledger.open(folder / "sources")
        manifest = snapshot.manifest
        same_text = manifest.code == code_fingerprint() and snapshot.settings.same_text(settings)
        same_model = manifest.model_fingerprint == encoder.fingerprint
        return cls(
            folder, snapshot, ledger, same_text, same_model, manifest.vocabulary_fingerprint == translator.fingerprint
        )

    def vectors(self, language: str) -> KnownVectors | None:
        """The vectors of a language by the hash of their chunks; None for those of another model."""
        part = self.snapshot.partitions.get(language)
        if part is None or not self.same_model:
            return None
        return KnownVectors(part.vectors, part.chunks.hashes)


@lru_cache(maxsize=1)
def code_fingerprint() -> str:
    """Changes whenever the code or a library that makes documents and terms out of files does.

    Taken over the code itself: a version to be raised by hand would be forgotten one day, and what
    costs a rebuild its speed for once is cheaper than an index of two minds.
    """
    digest = hashlib.sha256(unidata_version.encode())
    here = Path(__file__).parent
    for path in sorted(path for ending in ("*.py", "*.tsv") for path in here.rglob(ending)):
        digest.update(path.relative_to(here).as_posix().encode() + b"\0" + path.read_bytes())
    for library in _LIBRARIES:
        digest.update(f"{library} {_version(library)}".encode())
    return digest.hexdigest()


def _version(library: str) -> str:
    try:
        return version(library)
    except PackageNotFoundError:
        return "none"
