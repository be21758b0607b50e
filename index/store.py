"""The documents of a generation, in SQLite."""

import datetime
import sqlite3
from collections.abc import Iterator, Sequence
from pathlib import Path
from typing import Any

from index.errors import IndexCorrupt
from index.types import Document

_SCHEMA = """
create table documents (
    number   integer primary key,
    id       text not null unique,
    title    text not null,
    text     text not null,
    language text not null,
    url      text not null,
    date     text not null,
    source   text not null
) strict
"""
_COLUMNS = "id, text, title, language, url, date, source"
_MOST_VARIABLES = 900  # SQLite's own bound on placeholders was 999 for long


class DocumentStore:
    """Documents by number, which counts from 0 in the order they were read, and by id."""

    def __init__(self, path: Path, connection: sqlite3.Connection) -> None:
        self._path = path
        self._connection = connection

    @classmethod
    def create(cls, path: Path) -> "DocumentStore":
        """An empty store in a new file."""
        connection = sqlite3.connect(path)
        # The file is not used before the whole generation is published, so no journal is needed.
        connection.execute("pragma journal_mode = off")
        connection.execute("pragma synchronous = off")
        connection.execute(_SCHEMA)
        return cls(path, connection)

    @classmethod
    def open(cls, path: Path) -> "DocumentStore":
        """The store in a file, read-only; may be used by several threads."""
        if not path.is_file():
            raise IndexCorrupt(f"{path} is missing; rebuild the index or roll back")
        connection = sqlite3.connect(f"{path.absolute().as_uri()}?immutable=1", uri=True, check_same_thread=False)
        return cls(path, connection)

    def add(self, number: int, document: Document) -> None:
        """Store a document under the next number. The id must be new."""
        day = document.date.isoformat() if document.date else ""
        self._connection.execute(
            f"insert into documents (number, {_COLUMNS}) values (?, ?, ?, ?, ?, ?, ?, ?)",
            (
                number,
                document.id,
                document.text,
                document.title,
                document.language,
                document.url,
                day,
                document.source,
            ),
        )

    def close(self) -> None:
        """Write what is pending and close the file."""
        self._connection.commit()
        self._connection.close()

    def get(self, numbers: Sequence[int]) -> dict[int, Document]:
        """The documents with these numbers; raises IndexCorrupt when one is not there."""
        found: dict[int, Document] = {}
        for start in range(0, len(numbers), _MOST_VARIABLES):
            some = [int(number) for number in numbers[start : start + _MOST_VARIABLES]]
            marks = ", ".join("?" * len(some))
            for row in self._rows(f"select number, {_COLUMNS} from documents where number in ({marks})", some):
                found[int(row[0])] = _document(row[1:])
        missing = sorted(set(map(int, numbers)) - set(found))
        if missing:
            raise IndexCorrupt(f"{self._path} lacks documents {missing[:5]}; rebuild the index or roll back")
        return found

    def find(self, identity: str) -> tuple[int, Document] | None:
        """Number and document of an id, or None."""
        for row in self._rows(f"select number, {_COLUMNS} from documents where id = ?", [identity]):
            return int(row[0]), _document(row[1:])
        return None

    def facts(self) -> Iterator[tuple[int, str, str, str]]:
        """Number, language, date (ISO 8601 or "") and source of every document, by number."""
        yield from self._rows("select number, language, date, source from documents order by number", [])

    def __len__(self) -> int:
        return int(next(iter(self._rows("select count(*) from documents", [])))[0])

    def _rows(self, statement: str, values: Sequence[object]) -> list[Any]:
        try:
            return self._connection.execute(statement, tuple(values)).fetchall()
        except sqlite3.DatabaseError as problem:
            raise IndexCorrupt(f"{self._path} cannot be read ({problem}); rebuild the index or roll back") from problem


def _document(row: Sequence[str]) -> Document:
    identity, text, title, language, url, day, source = row
    date = datetime.date.fromisoformat(day) if day else None
    return Document(identity, text, title, language, url, date, source)
