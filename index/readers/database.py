"""A table or a query of an SQLite or PostgreSQL database, named by a URL: one document a row.

sqlite:///news.db?table=articles                 a path from here; four slashes begin an absolute one
postgresql://user:password@host/db?query=SELECT id, body AS text FROM posts
"""

import sqlite3
from collections.abc import Iterator, Mapping
from contextlib import closing, suppress
from dataclasses import dataclass
from pathlib import Path
from typing import Any
from urllib.parse import parse_qsl, unquote, urlencode, urlsplit

from index.encodings import Undecodable, decode
from index.errors import FileDamaged, SourceNotFound, TableUnreadable
from index.readers.foreign import extra
from index.readers.item import Item, OnError
from index.readers.limits import Limits
from index.readers.spool import on_disk
from index.readers.tables import Table, rows, wanted
from index.types import RawDocument

_SCHEMES = ("sqlite", "postgresql", "postgres")
_SQLITE_PROBLEMS = (sqlite3.Error, sqlite3.Warning, UnicodeError)  # the last for names of columns
_ROWS = 200  # fetched at a time
_CONNECT_SECONDS = 10
EXPECTED = "sqlite:///path?table=NAME or postgresql://user@host/database?query=SELECT…"


@dataclass(frozen=True, slots=True)
class SourceTable:
    """A table or a query of a database; `shown` is its URL without the password, for messages and ids."""

    url: str
    shown: str
    table: str
    query: str

    @property
    def name(self) -> str:
        """What the ids of rows without an id begin with."""
        parts = urlsplit(self.shown)
        return f"{Path(parts.path).name or parts.hostname or parts.scheme}/{self.table or 'query'}"

    @classmethod
    def parse(cls, url: str) -> "SourceTable":
        """What a URL names. Raises SourceNotFound for one that says too little or too much."""
        parts = urlsplit(url)
        asked = parse_qsl(parts.query, keep_blank_values=True)
        table = "".join(value for key, value in asked if key == "table")
        query = "".join(value for key, value in asked if key == "query")
        rest = urlencode([(key, value) for key, value in asked if key not in ("table", "query")])
        place = f"{parts.hostname or ''}{f':{parts.port}' if parts.port else ''}"
        user = f"{parts.username}@" if parts.username else ""
        shown = f"{parts.scheme}://{user}{place}{parts.path}"
        if bool(table) == bool(query):
            raise SourceNotFound(
                f"{shown} names {'both a table and a query' if table else 'no table'}; give {EXPECTED}"
            )
        return cls(f"{parts.scheme}://{parts.netloc}{parts.path}{'?' if rest else ''}{rest}", shown, table, query)


def is_database(source: Path | str) -> bool:
    """Whether a source is the URL of a database.

    >>> is_database("sqlite:///news.db?table=articles"), is_database("news.db")
    (True, False)
    """
    return str(source).partition(":")[0] in _SCHEMES and "://" in str(source)


def read(source: SourceTable, on_error: OnError, limits: Limits) -> Iterator[RawDocument]:
    """The documents in the rows of a table, a few fetched at a time. Raises TableUnreadable, ColumnsUnknown."""
    numbered = _sqlite(source, limits) if source.url.startswith("sqlite:") else _postgres(source)
    yield from rows(numbered, Table(source.name, source.shown, "row", limits), on_error)


def is_file(head: bytes) -> bool:
    """Whether a file that begins so is an SQLite database."""
    return head.startswith(b"SQLite format 3\x00")


def refuse_file(item: Item, on_error: OnError) -> Iterator[RawDocument]:
    """Say how to read an SQLite file: which of its tables holds documents, people know best. Raises TableUnreadable."""
    with on_disk(item) as path:
        try:
            found = ", ".join(tables(path)) or "none"
        except _SQLITE_PROBLEMS as problem:
            raise FileDamaged(f"{item.path}: a damaged SQLite file ({problem}); check it and rebuild") from problem
    raise TableUnreadable(
        f"{item.path}: a database; name a table, as in sqlite:///{item.path}?table=NAME (it has {found})"
    )
    yield  # as a reader does


def _sqlite(source: SourceTable, limits: Limits) -> Iterator[tuple[int, Mapping[str, Any]]]:
    path = _sqlite_path(source)
    if not path.is_file():
        raise TableUnreadable(f"{source.shown}: there is no file {path}; give {EXPECTED}")
    try:
        with closing(_opened(path)) as database:
            database.setlimit(sqlite3.SQLITE_LIMIT_LENGTH, limits.file_bytes)
            cursor = database.execute(source.query or f"SELECT * FROM {_quoted(source.table)}")
            yield from _numbered(source, [column[0] for column in cursor.description or ()], cursor)
    except (*_SQLITE_PROBLEMS, OverflowError) as problem:
        raise TableUnreadable(f"{source.shown}: {problem}; {_advice(path, problem)}") from problem


def _sqlite_path(source: SourceTable) -> Path:
    """The file of a URL; `sqlite:///data/a.db` means /data/a.db as well, where there is no such file from here."""
    written = Path(unquote(urlsplit(source.url).path)[1:])
    return Path("/") / written if not written.exists() else written


def _advice(path: Path, problem: Exception) -> str:
    if "no such table" not in str(problem):
        return "check the file and the query, and rebuild"
    with suppress(*_SQLITE_PROBLEMS):
        return f"it has {', '.join(tables(path)) or 'none'}"
    return "check the file, and rebuild"


def _opened(path: Path) -> sqlite3.Connection:
    database = sqlite3.connect(f"{path.absolute().as_uri()}?mode=ro", uri=True)
    database.text_factory = _text
    return database


def _text(data: bytes) -> str:
    """A cell as text: programs put windows-1256 into databases too."""
    try:
        return decode(data)
    except Undecodable:
        return data.decode("utf-8", "replace")


def tables(path: Path) -> list[str]:
    """The names of the tables in an SQLite file."""
    with closing(_opened(path)) as database:
        found = database.execute("SELECT name FROM sqlite_master WHERE type IN ('table', 'view') ORDER BY name")
        return [str(name) for (name,) in found]


def _quoted(name: str) -> str:
    return '"' + name.replace('"', '""') + '"'


def _postgres(source: SourceTable) -> Iterator[tuple[int, Mapping[str, Any]]]:
    with extra(Path(source.shown), "postgres"):
        import psycopg
        from psycopg import sql
    query = sql.SQL(source.query) if source.query else sql.SQL("SELECT * FROM {}").format(_identifier(source.table))
    try:
        with psycopg.connect(source.url, connect_timeout=_CONNECT_SECONDS) as connection:
            connection.read_only = True
            with connection.cursor(name="hudhud") as cursor:  # kept by the server, fetched piece by piece
                cursor.itersize = _ROWS
                cursor.execute(query)
                yield from _numbered(source, [column.name for column in cursor.description or ()], cursor)
    except (psycopg.Error, UnicodeError) as problem:
        raise TableUnreadable(
            f"{source.shown}: {_without_secret(source.url, problem)}; check the address, the password and the query"
        ) from None  # the cause holds the password


def _identifier(name: str) -> Any:
    from psycopg import sql

    return sql.Identifier(*name.split("."))


def _without_secret(url: str, problem: Exception) -> str:
    """What went wrong, on one line and without the password."""
    reason = " ".join(str(problem).split())
    password = urlsplit(url).password or ""
    for secret in {password, unquote(password)} - {""}:
        reason = reason.replace(secret, "***")
    return reason


def _numbered(source: SourceTable, names: list[str], cursor: Any) -> Iterator[tuple[int, Mapping[str, Any]]]:
    wanted(source.shown, names)
    for number, row in enumerate(cursor, start=1):
        yield number, dict(zip(names, row, strict=True))
