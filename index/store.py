"""The documents of a generation: their texts in SQLite files that generations share, their order in arrays.

A *segment* is a file of documents that is written once and never changed; the next generation
links the same file and adds one for what is new. Which row of which segment is a document's is
kept in arrays, so that documents can be numbered anew, or dropped, without a text being copied.
"""

import datetime
import hashlib
import os
import shutil
import sqlite3
from collections.abc import Iterable, Iterator, Sequence
from contextlib import contextmanager
from dataclasses import replace
from pathlib import Path
from typing import Any

import numpy as np
from numpy.typing import NDArray

from index.arrays import open_array, save_arrays
from index.errors import IndexCorrupt
from index.facts import Facts, FactsBuilder
from index.furniture import Furniture
from index.types import Document

_SCHEMA = """
create table documents (
    row      integer primary key,
    id       text not null,
    title    text not null,
    text     text not null,
    language text not null,
    url      text not null,
    date     text not null,
    source   text not null
) strict
"""
_COLUMNS = "id, title, text, language, url, date, source"
_MOST_VARIABLES = 900  # SQLite's own bound on placeholders was 999 for long
_BATCH = 512  # documents written with one call
Columns = tuple[str, str, str, str, str, str, str]
"""A document as it is stored: id, title, text, language, url, date (ISO 8601 or "") and source."""

ID_BYTES = 16
_ARRAYS = ("segments", "rows", "ids", "partitions")


def id_digest(identity: str) -> bytes:
    """What an id is found by: 16 bytes of BLAKE2b."""
    return hashlib.blake2b(identity.encode(), digest_size=ID_BYTES).digest()


def columns_of(document: Document) -> Columns:
    """A document as it is stored."""
    day = document.date.isoformat() if document.date else ""
    return document.id, document.title, document.text, document.language, document.url, day, document.source


class SegmentWriter:
    """Writes documents to a new segment; their rows count from 0."""

    def __init__(self, path: Path) -> None:
        path.parent.mkdir(parents=True, exist_ok=True)
        self.path = path
        with _writing(path):
            self._connection = sqlite3.connect(path)
            # The file is not used before the whole generation is published, so no journal is needed.
            self._connection.execute("pragma journal_mode = off")
            self._connection.execute("pragma synchronous = off")
            self._connection.execute(_SCHEMA)
        self._pending: list[tuple[object, ...]] = []
        self._facts = FactsBuilder()
        self.rows = 0

    def add(self, documents: Iterable[Columns]) -> None:
        """Store documents; their rows follow those of the ones before."""
        for columns in documents:
            _, _, _, language, _, day, source = columns
            self._facts.add(language, _date(day), source)
            self._pending.append((self.rows, *columns))
            self.rows += 1
        if len(self._pending) >= _BATCH:
            self._flush()

    def copy(self, segment: Path, rows: Sequence[int]) -> int:
        """Store documents of another segment, in the order given; returns the row of the first."""
        first = self.rows
        self._flush()
        with _Segment(segment) as source:
            for start in range(0, len(rows), _BATCH):
                some = rows[start : start + _BATCH]
                found = source.records(some)
                self._pending += [(self.rows + place, *found[row]) for place, row in enumerate(some)]
                self.rows += len(some)
                for row in some:
                    _, _, _, language, _, day, source_name = found[row]
                    self._facts.add(language, _date(day), source_name)
                self._flush()
        return first

    def _flush(self) -> None:
        with _writing(self.path):
            self._connection.executemany("insert into documents values (?, ?, ?, ?, ?, ?, ?, ?)", self._pending)
        self._pending.clear()

    def facts(self) -> Facts:
        """Language, day and source by row."""
        return self._facts.build()

    def id_of(self, row: int) -> str:
        """The id of a document that was stored."""
        self._flush()
        return str(self._connection.execute("select id from documents where row = ?", (row,)).fetchone()[0])

    def close(self) -> None:
        """Write what is pending and close the file."""
        self._flush()
        with _writing(self.path):
            self._connection.commit()
        self._connection.close()


@contextmanager
def _writing(path: Path) -> Iterator[None]:
    """Say as other writers do what SQLite makes of a full disk."""
    try:
        yield
    except sqlite3.OperationalError as problem:
        raise OSError(f"{path}: {problem}") from problem


class _Segment:
    """A segment opened for reading; may be used by several threads."""

    def __init__(self, path: Path) -> None:
        self._path = path
        if not path.is_file():
            raise IndexCorrupt(f"{path} is missing; rebuild the index or roll back")
        self._connection = sqlite3.connect(f"{path.absolute().as_uri()}?immutable=1", uri=True, check_same_thread=False)

    def __enter__(self) -> "_Segment":
        return self

    def __exit__(self, *of: object) -> None:
        self._connection.close()

    def records(self, rows: Sequence[int]) -> dict[int, tuple[str, ...]]:
        """The columns of these rows; raises IndexCorrupt when one is not there."""
        found: dict[int, tuple[str, ...]] = {}
        for start in range(0, len(rows), _MOST_VARIABLES):
            some = rows[start : start + _MOST_VARIABLES]
            marks = ", ".join("?" * len(some))
            for row, *columns in self._read(f"select row, {_COLUMNS} from documents where row in ({marks})", some):
                found[row] = tuple(columns)
        missing = sorted(set(rows) - set(found))
        if missing:
            raise IndexCorrupt(f"{self._path} lacks documents {missing[:5]}; rebuild the index or roll back")
        return found

    def __len__(self) -> int:
        # Rows are counted from 0 without a gap, and the last one is found without reading the others.
        return int(self._read("select coalesce(max(row) + 1, 0) from documents", [])[0][0])

    def facts(self) -> Facts:
        """Language, date and source by row."""
        found = self._read("select language, date, source from documents order by row", [])
        return Facts.of((language, _date(day), source) for language, day, source in found)

    def _read(self, statement: str, values: Sequence[object]) -> list[Any]:
        try:
            return self._connection.execute(statement, tuple(values)).fetchall()
        except sqlite3.DatabaseError as problem:
            raise IndexCorrupt(f"{self._path} cannot be read ({problem}); rebuild the index or roll back") from problem


class DocumentStore:
    """Documents by number, which counts from 0 in the order of the sources, and by id.

    `segments` and `rows`, of shape (documents,), are the places of their texts; `ids`, of shape
    (documents, 16), the digests of their ids; `partitions`, of shape (documents,), the places of
    their languages in PARTITIONS. `furniture` are lines that are left out of the texts; `facts` are read from
    the segments where they are not given.
    """

    def __init__(
        self,
        paths: Sequence[Path],
        segments: NDArray[np.int16],
        rows: NDArray[np.int32],
        ids: NDArray[np.uint8],
        partitions: NDArray[np.int8],
        furniture: Furniture | None = None,
        facts: Facts | None = None,
    ) -> None:
        self.furniture = furniture or Furniture.none(len(segments))
        self._facts = facts
        lengths = {"segments": len(segments), "rows": len(rows), "ids": len(ids), "partitions": len(partitions)}
        lengths["lines"] = len(self.furniture)
        lengths["facts"] = len(segments) if facts is None else len(facts)
        if len(set(lengths.values())) != 1 or segments.max(initial=-1) >= len(paths):
            raise IndexCorrupt(
                f"documents in {len(paths)} segments disagree: {lengths}; rebuild the index or roll back"
            )
        self.paths = tuple(paths)
        self.segments = segments
        self.rows = rows
        self.ids = ids
        self.partitions = partitions
        self._opened = [_Segment(path) for path in paths]
        self._heads = ids.view(np.uint64)[:, 0]

    @classmethod
    def open(cls, folder: Path) -> "DocumentStore":
        """The store saved in a folder, read-only; may be used by several threads."""
        segments, rows, ids, partitions = (open_array(folder, name) for name in _ARRAYS)
        paths = sorted(folder.glob("*.db"))
        return cls(paths, segments, rows, ids, partitions, Furniture.open(folder), Facts.open(folder))

    @classmethod
    def empty(cls) -> "DocumentStore":
        """No documents at all."""
        none = np.zeros(0, dtype=np.int32)
        ids = np.zeros((0, ID_BYTES), dtype=np.uint8)
        return cls([], none.astype(np.int16), none, ids, none.astype(np.int8))

    def save(self, folder: Path) -> None:
        """Write the order of the documents beside their segments, which have to be in the folder, and no others."""
        save_arrays(folder, {name: getattr(self, name) for name in _ARRAYS})
        self.furniture.save(folder)
        self.facts.save(folder)

    def with_furniture(self, furniture: Furniture) -> "DocumentStore":
        """The same documents without other lines."""
        return DocumentStore(self.paths, self.segments, self.rows, self.ids, self.partitions, furniture, self._facts)

    def get(self, numbers: Sequence[int]) -> dict[int, Document]:
        """The documents with these numbers; raises IndexCorrupt when one is not there."""
        return {number: self._without_furniture(number, found) for number, found in self.whole(numbers).items()}

    def _without_furniture(self, number: int, document: Document) -> Document:
        text = self.furniture.without(number, document.text)
        return document if text is document.text else replace(document, text=text)

    def whole(self, numbers: Sequence[int]) -> dict[int, Document]:
        """These documents with the lines that are furniture."""
        wanted = np.fromiter(numbers, dtype=np.int64, count=len(numbers))
        missing = wanted[(wanted < 0) | (wanted >= len(self))]
        if len(missing):
            raise IndexCorrupt(f"the index lacks documents {missing[:5].tolist()}; rebuild the index or roll back")
        documents: dict[int, Document] = {}
        segments = self.segments[wanted]
        for segment in np.unique(segments).tolist():
            some = wanted[segments == segment]
            rows = self.rows[some].tolist()
            found = self._opened[segment].records(rows)
            documents.update({n: _document(found[row]) for n, row in zip(some.tolist(), rows, strict=True)})
        return documents

    def id_of(self, number: int) -> str:
        """The id of a document."""
        return self.get([number])[number].id

    def find(self, identity: str) -> tuple[int, Document] | None:
        """Number and document of an id, or None."""
        head = np.frombuffer(id_digest(identity), dtype=np.uint64)[0]
        for number, document in self.get(np.flatnonzero(self._heads == head).tolist()).items():
            if document.id == identity:
                return number, document
        return None

    def sizes(self) -> list[int]:
        """How many documents each segment holds, those that are gone among them."""
        return [len(segment) for segment in self._opened]

    @property
    def facts(self) -> Facts:
        """Language, day and source of every document, by number."""
        if self._facts is None:
            self._facts = self._read_facts()
        return self._facts

    def _read_facts(self) -> Facts:
        found, first = Facts.of([]), np.zeros(len(self.paths), dtype=np.int64)
        for number, segment in enumerate(self._opened):
            first[number] = len(found)
            facts = segment.facts()
            found = found.joined(facts, np.arange(len(found) + len(facts)))
        places = first[self.segments] + self.rows
        if len(places) and places.max() >= len(found):
            raise IndexCorrupt(f"{self.paths[-1].parent} lacks documents; rebuild the index or roll back")
        return found.joined(Facts.of([]), places)

    def __len__(self) -> int:
        return len(self.segments)


def link(path: Path, folder: Path) -> Path:
    """The same file in another folder: a hard link, or a copy where the file system has none."""
    folder.mkdir(parents=True, exist_ok=True)
    target = folder / path.name
    try:
        os.link(path, target)
    except OSError:
        shutil.copyfile(path, target)
    return target


def _document(columns: Sequence[str]) -> Document:
    identity, title, text, language, url, day, source = columns
    return Document(identity, text, title, language, url, _date(day), source)


def _date(day: str) -> datetime.date | None:
    return datetime.date.fromisoformat(day) if day else None
