"""Sources → raw documents. What cannot be read is reported and the reading goes on.

A folder that holds a `qrels/` folder is a test collection in BEIR form: its `corpus.jsonl` is
read; its queries, and what else lies beside it, are not documents.
"""

import os
from collections.abc import Iterator, Sequence
from dataclasses import replace
from pathlib import Path, PurePosixPath
from typing import NamedTuple

from index.encodings import repair
from index.errors import FileDamaged, FormatUnknown, LimitExceeded, SourceError, SourceNotFound
from index.readers import archive, compressed, database, guard, warc
from index.readers.database import SourceTable, is_database
from index.readers.item import Item, OnError, Recall, Record, nothing_known
from index.readers.limits import Limits
from index.readers.records import storable
from index.readers.registry import HEAD, SUFFIXES, by_content, by_name, recognise
from index.readers.walk import Walk
from index.types import RawDocument

CONTAINERS = (*compressed.SUFFIXES, *archive.SUFFIXES, *warc.SUFFIXES)
"""The ends of names of files that hold other files."""
EXPECTED = f"{', '.join(SUFFIXES)}, and {', '.join(CONTAINERS)} of them"


class SourceFile(NamedTuple):
    """A file of a source; `name`, its path within the source, is its id or begins the ids of what it holds.

    `named` tells whether it was given by itself, and not found in a folder; `size` in bytes and
    `modified` in nanoseconds are what its folder says of it, -1 where nothing does. `table` is what to read instead
    of a file. A tuple, because there may be millions.
    """

    place: str
    name: str
    named: bool = False
    size: int = -1
    modified: int = 0
    table: SourceTable | None = None

    @property
    def path(self) -> Path:
        """Where it is; for a table, where that is, for messages."""
        return Path(self.place)


Source = Path | str
"""A file, a folder, or the URL of a table."""


def shown(source: Source) -> str:
    """A source for messages, without a password.

    >>> shown("postgresql://ada:secret@host/news?table=articles")
    'postgresql://ada@host/news'
    """
    return SourceTable.parse(str(source)).shown if is_database(source) else str(source)


def read_sources(sources: Sequence[Source], on_error: OnError, limits: Limits | None = None) -> Iterator[RawDocument]:
    """The documents of all sources, in a stable order: as given, and by path within a folder.

    A file met twice, through a link or because two sources overlap, is read once. What cannot
    be read is handed to `on_error`. Raises SourceNotFound for a source that does not exist.
    """
    for file in list_files(sources, on_error):
        for record in read_file(file, on_error, limits):
            if isinstance(record, RawDocument):  # all are, as nothing is known yet
                yield record


def list_files(sources: Sequence[Source], on_error: OnError) -> Iterator[SourceFile]:
    """The files that the sources hold and that may be documents, and tables, in the order in which they are read.

    Raises SourceNotFound.
    """
    found = [SourceTable.parse(str(source)) if is_database(source) else Path(source) for source in sources]
    for source in found:
        if isinstance(source, Path) and not source.exists():
            raise SourceNotFound(f"{source} does not exist; give files or folders of {EXPECTED}")
    walk = Walk(on_error)
    collections: dict[str, bool] = {}
    for source in found:
        if isinstance(source, SourceTable):
            yield SourceFile(source.shown, source.name, named=True, table=source)
        else:
            yield from _files(source, walk, collections)


def _files(source: Path, walk: Walk, collections: dict[str, bool]) -> Iterator[SourceFile]:
    for found in walk.files(source):
        if not _is_judgment(found.place, collections):
            name = storable(found.name or source.name)
            yield SourceFile(found.place, name, not found.name, found.status.st_size, found.status.st_mtime_ns)


def read_file(
    file: SourceFile, on_error: OnError, limits: Limits | None = None, recall: Recall = nothing_known
) -> Iterator[Record]:
    """The documents in one file or table; a file of a folder that is of no known kind has none.

    Records that `recall` knows are Unchanged.
    """
    limits = limits or Limits()
    found: Iterator[Record] = (
        database.read(file.table, on_error, limits) if file.table else _read_local(file, on_error, limits, recall)
    )
    for record in _reported(found, file.path, on_error):
        yield tidy(record) if isinstance(record, RawDocument) else record


def _read_local(file: SourceFile, on_error: OnError, limits: Limits, recall: Recall) -> Iterator[Record]:
    with file.path.open("rb") as stream:
        item = Item(file.name, file.path, stream, limits, local=file.path, recall=recall)
        yield from read_item(item, on_error, named=file.named)


def _reported(documents: Iterator[Record], path: Path, on_error: OnError) -> Iterator[Record]:
    """The documents as far as they can be read; what stops the reading is reported."""
    try:
        yield from documents
    except SourceError as problem:
        on_error(problem)
    except (OSError, EOFError) as problem:
        on_error(SourceError(f"{path}: cannot be read ({problem}); check the file and rebuild"))


def read_item(item: Item, on_error: OnError, named: bool = False) -> Iterator[Record]:
    """The documents in an item, unpacked as often as it is packed."""
    head = item.stream.peek(HEAD)[:HEAD]
    how = compressed.packing(head)
    if how:
        yield from read_item(_unpacked(item, how), on_error, named)
        return
    inside = _members(item, head, on_error)
    if inside is not None:
        for member in inside:
            yield from _reported(read_item(member, on_error), member.path, on_error)
        return
    kind = recognise(item.suffix or item.name, head)
    if kind is None:
        if named:
            raise FormatUnknown(f"{item.path}: cannot read this kind of file; expected {EXPECTED}")
        return
    if any(item.name.lower().endswith(suffix) for suffix in compressed.SUFFIXES) and item.local:
        raise FileDamaged(f"{item.path}: not packed as its name says; fetch it again or rename it, and rebuild")
    yield from guard.read(kind.name, item, on_error) if kind.modules else kind.read(item, on_error)


def _members(item: Item, head: bytes, on_error: OnError) -> Iterator[Item] | None:
    """The items in a container, or None when it is none; a .docx is a zip file too, but one document."""
    if warc.is_crawl(head):
        return warc.pages(item, on_error)
    kind = archive.packing(head)
    if kind and by_content(head) is None and _may_be_archive(item.name.lower()):
        return archive.members(item, kind, on_error)
    return None


def _may_be_archive(name: str) -> bool:
    """Whether a zip or tar file is one by its name, or has none that says what it is: .xlsx and .jar are others."""
    known = by_name(name)
    if name.endswith(compressed.SUFFIXES + archive.SUFFIXES):
        return True
    return "." not in PurePosixPath(name).name or (known is not None and not known.packaged)


def _unpacked(item: Item, how: str) -> Item:
    if item.containers >= item.limits.nesting:
        raise LimitExceeded(f"{item.path}: packed more than {item.limits.nesting} times over; unpack it and rebuild")
    stream = compressed.unpacked(item, how)
    return replace(item, stream=stream, local=None, containers=item.containers + 1)


def tidy(raw: RawDocument) -> RawDocument:
    """A document whose text and title are as they were before any program spoiled them; see `encodings.repair`."""
    text, title, origin = repair(raw.text), repair(raw.title), storable(raw.origin)
    if text == raw.text and title == raw.title and origin == raw.origin:
        return raw
    return replace(raw, text=text, title=title, origin=origin)


def _is_judgment(place: str, collections: dict[str, bool]) -> bool:
    """Whether a file belongs to a test collection and is not its corpus: queries, judgments, floors.

    `collections` remembers which folders are one.
    """
    folder, name = os.path.split(place)  # asked of every file: a path costs more than a string
    if folder.endswith("qrels") and Path(folder).name == "qrels":
        return any(Path(folder).parent.glob("queries.jsonl*"))
    if folder not in collections:
        collections[folder] = Path(folder, "qrels").is_dir()
    return collections[folder] and not name.startswith("corpus.")
