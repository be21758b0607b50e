"""What a generation is made of. Written last: a folder with a manifest is whole."""

import json
import os
from collections.abc import Iterator, Mapping
from concurrent.futures import ThreadPoolExecutor
from dataclasses import asdict, dataclass, fields
from pathlib import Path
from typing import Any

import xxhash

from index.errors import IndexCorrupt, IndexIncompatible
from index.settings import FORMAT

NAME = "manifest.json"
_THREADS = 8  # files read or flushed at once
_BLOCK = 1 << 20
_CHECKSUM = b',\n "checksum": "'  # no other member of that name is indented as little


@dataclass(frozen=True, slots=True)
class FileRecord:
    """Size in bytes and checksum of one file: XXH3 of 128 bits.

    It finds what chance alters, as fast as a disk or memory can be read; whoever may write the files may write the
    manifest as well, so that a slower digest would keep nobody out.
    """

    size: int
    checksum: str


@dataclass(frozen=True, slots=True)
class Manifest:
    """Identity, origin and content of a generation.

    On disk it is JSON whose last member, `checksum`, is that of all bytes before it.

    `code` is the fingerprint of the code that made documents and terms of the sources. `counts`
    maps a partition to its numbers of documents and chunks; `files` maps every file's path within
    the generation to its record.
    """

    format: int
    generation: str
    created: str
    settings: dict[str, Any]
    model: str
    model_fingerprint: str
    dimensions: int
    vocabulary_fingerprint: str
    code: str
    documents: int
    counts: dict[str, dict[str, int]]
    files: dict[str, FileRecord]

    def write(self, folder: Path) -> None:
        """Write the manifest and wait until it is on the disk."""
        members = json.dumps(asdict(self), ensure_ascii=False, indent=1, sort_keys=True).removesuffix("\n}").encode()
        with (folder / NAME).open("wb") as stream:
            stream.write(members + _CHECKSUM + _end(members))
            stream.flush()
            os.fsync(stream.fileno())

    @classmethod
    def read(cls, folder: Path) -> "Manifest":
        """The manifest of a generation. Raises IndexCorrupt or IndexIncompatible."""
        path = folder / NAME
        try:
            content = path.read_bytes()
            members, marked, end = content.rpartition(_CHECKSUM)
            if marked and end != _end(members):
                raise IndexCorrupt(f"{path} was altered since it was written; rebuild the index or roll back")
            recorded = json.loads(content)
            if recorded["format"] != FORMAT:
                raise IndexIncompatible(
                    f"{folder} has format {recorded['format']}, this version reads {FORMAT}; rebuild the index"
                )
            if not marked:
                raise IndexCorrupt(f"{path} cannot be read (it has no checksum); rebuild the index or roll back")
            files = {name: FileRecord(**record) for name, record in recorded.pop("files").items()}
            names = {field.name for field in fields(cls)} - {"files"}
            return cls(files=files, **{name: recorded[name] for name in names})
        except (OSError, ValueError, KeyError, TypeError, AttributeError) as problem:
            raise IndexCorrupt(f"{path} cannot be read ({problem!r}); rebuild the index or roll back") from problem

    def check_sizes(self, folder: Path) -> None:
        """Raise IndexCorrupt when a file is missing or has another size. Quick; done at every open."""
        for name, record in self.files.items():
            path = folder / name
            size = path.stat().st_size if path.is_file() else None
            if size != record.size:
                found = "is missing" if size is None else f"has {size} bytes instead of {record.size}"
                raise IndexCorrupt(f"{path} {found}; rebuild the index or roll back")

    def check_contents(self, folder: Path) -> None:
        """Raise IndexCorrupt when any file differs by a bit. Reads everything."""
        self.check_sizes(folder)
        with ThreadPoolExecutor(_THREADS) as threads:
            found = threads.map(lambda name: _checksum(folder / name), self.files)
            for (name, record), checksum in zip(self.files.items(), found, strict=True):
                if checksum != record.checksum:
                    raise IndexCorrupt(
                        f"{folder / name} was altered since it was written; rebuild the index or roll back"
                    )


def _end(members: bytes) -> bytes:
    """What follows the name of the checksum."""
    return f'{xxhash.xxh3_128_hexdigest(members)}"\n}}\n'.encode()


def record_files(folder: Path, linked: Mapping[str, FileRecord] | None = None) -> dict[str, FileRecord]:
    """The record of every file in a folder but the manifest, each waited for until it is on the disk.

    `linked` are the records of files that are on the disk already, since another generation has them too.
    """
    known = linked or {}
    paths = {path.relative_to(folder).as_posix(): path for path in _files(folder)}
    # A disk that is told to keep several files at once writes its own records once for all of them.
    with ThreadPoolExecutor(_THREADS) as threads:
        found = threads.map(lambda name: known.get(name) or record_file(paths[name]), paths)
        return dict(zip(paths, found, strict=True))


def record_file(path: Path) -> FileRecord:
    """The record of a file, once it is on the disk."""
    return FileRecord(path.stat().st_size, _checksum(path, flush=True))


def _files(folder: Path) -> Iterator[Path]:
    for path in sorted(folder.rglob("*")):
        if path.is_file() and path.name != NAME:
            yield path


def _checksum(path: Path, flush: bool = False) -> str:
    digest, block = xxhash.xxh3_128(), bytearray(_BLOCK)
    with path.open("rb", buffering=0) as stream:
        if flush:
            os.fsync(stream.fileno())
        while count := stream.readinto(block):
            digest.update(memoryview(block)[:count])
    return digest.hexdigest()
