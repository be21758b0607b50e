"""Sources → raw documents. What cannot be read is reported and the reading goes on.

A folder that holds a `qrels/` folder is a test collection in BEIR form: its `corpus.jsonl` is
read, its queries are not documents.
"""

import zlib
from collections.abc import Iterator, Sequence
from dataclasses import dataclass, replace
from pathlib import Path

from index.errors import FileDamaged, FormatUnknown, LimitExceeded, SourceError, SourceNotFound
from index.readers import compressed
from index.readers.item import Item, OnError
from index.readers.limits import Limits
from index.readers.registry import HEAD, SUFFIXES, recognise
from index.readers.walk import Walk
from index.types import RawDocument

EXPECTED = f"{', '.join(SUFFIXES)}, also {', '.join(compressed.SUFFIXES)}"


@dataclass(frozen=True, slots=True)
class SourceFile:
    """A file of a source; `name`, its path within the source, is its id or begins the ids of what it holds."""

    path: Path
    name: str
    named: bool = False
    """Whether it was given by itself, and not found in a folder."""


def read_sources(sources: Sequence[Path], on_error: OnError, limits: Limits | None = None) -> Iterator[RawDocument]:
    """The documents of all sources, in a stable order: as given, and by path within a folder.

    A file met twice, through a link or because two sources overlap, is read once. What cannot
    be read is handed to `on_error`. Raises SourceNotFound for a source that does not exist.
    """
    for file in list_files(sources, on_error):
        yield from read_file(file, on_error, limits)


def list_files(sources: Sequence[Path], on_error: OnError) -> Iterator[SourceFile]:
    """The files that the sources hold and that may be documents, in the order in which they are read."""
    for source in sources:
        if not source.exists():
            raise SourceNotFound(f"{source} does not exist; give files or folders of {EXPECTED}")
    walk = Walk(on_error)
    for source in sources:
        root = source if source.is_dir() else source.parent
        for path in walk.files(source):
            if not _is_judgment(path):
                yield SourceFile(path, path.relative_to(root).as_posix(), named=path == source)


def read_file(file: SourceFile, on_error: OnError, limits: Limits | None = None) -> Iterator[RawDocument]:
    """The documents in one file; a file of a folder that is of no known kind has none."""
    try:
        with file.path.open("rb") as stream:
            item = Item(file.name, file.path, stream, limits or Limits(), local=file.path)
            yield from read_item(item, on_error, named=file.named)
    except SourceError as problem:
        on_error(problem)
    except (OSError, EOFError, zlib.error) as problem:
        on_error(SourceError(f"{file.path}: cannot be read ({problem}); check the file and rebuild"))


def read_item(item: Item, on_error: OnError, named: bool = False) -> Iterator[RawDocument]:
    """The documents in an item, unpacked as often as it is packed."""
    head = item.stream.peek(HEAD)[:HEAD]
    how = compressed.packing(head)
    if how:
        yield from read_item(_unpacked(item, how), on_error, named)
        return
    kind = recognise(item.name, head)
    if kind is None:
        if named:
            raise FormatUnknown(f"{item.path}: cannot read this kind of file; expected {EXPECTED}")
        return
    if any(item.name.lower().endswith(suffix) for suffix in compressed.SUFFIXES) and item.local:
        raise FileDamaged(f"{item.path}: not packed as its name says; fetch it again or rename it, and rebuild")
    yield from kind.read(item, on_error)


def _unpacked(item: Item, how: str) -> Item:
    if item.containers >= item.limits.nesting:
        raise LimitExceeded(f"{item.path}: packed more than {item.limits.nesting} times over; unpack it and rebuild")
    stream = compressed.unpacked(item, how)
    return replace(item, stream=stream, local=None, containers=item.containers + 1)


def _is_judgment(path: Path) -> bool:
    return path.name.startswith("queries.jsonl") and (path.parent / "qrels").is_dir()
