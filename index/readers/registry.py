"""Which reader reads what: by the end of a name, and by the first bytes when they say otherwise."""

from collections.abc import Callable
from dataclasses import dataclass

import regex

from index.readers import (
    compressed,
    database,
    delimited,
    docx,
    epub,
    feed,
    html,
    json_lines,
    json_values,
    parquet,
    pdf,
    text,
)
from index.readers.item import Reader

HEAD = 4096
"""Bytes from the beginning of a file that `recognise` asks for."""

_HTML = regex.compile(
    rb"^(?:\xef\xbb\xbf)?\s*(?:<\?xml[^>]*\?>\s*)?(?:<!--.*?-->\s*)*(?:<!doctype\s+html|<html[\s>]|<head[\s>]|<body[\s>])",
    regex.IGNORECASE | regex.DOTALL,
)


@dataclass(frozen=True, slots=True)
class Format:
    """One kind of file: how its names end, how its bytes begin, and who reads it."""

    name: str
    suffixes: tuple[str, ...]
    read: Reader
    begins: Callable[[bytes], bool] = lambda head: False
    modules: tuple[str, ...] = ()
    """Other people's parsers that read it, for which it gets a process of its own."""
    packaged: bool = False
    """Whether its files are zip files."""


def _first_member(name: bytes, mentions: bytes) -> Callable[[bytes], bool]:
    """Tells a zip file whose first member has such a name, and which mentions something soon after."""
    return lambda head: head.startswith(b"PK\x03\x04") and head[30:].startswith(name) and mentions in head


FORMATS = (
    Format("text", (".txt", ".md"), text.read),
    Format("JSON lines", (".jsonl", ".ndjson"), json_lines.read),
    Format("JSON", (".json",), json_values.read),
    Format("CSV", (".csv", ".tsv"), delimited.read),
    Format("Parquet", (".parquet",), parquet.read, lambda head: head.startswith(b"PAR1"), modules=("pyarrow.parquet",)),
    Format("SQLite", (), database.refuse_file, database.is_file),
    Format("PDF", (".pdf",), pdf.read, lambda head: b"%PDF-" in head[:1024], modules=("pypdfium2",)),
    Format(
        "Word", (".docx",), docx.read, _first_member(b"[Content_Types].xml", b"word/"), modules=("docx",), packaged=True
    ),
    Format(
        "EPUB",
        (".epub",),
        epub.read,
        _first_member(b"mimetype", b"application/epub+zip"),
        modules=("lxml.html",),
        packaged=True,
    ),
    Format("feed", (".rss", ".atom", ".xml"), feed.read, feed.begins, modules=("feedparser", "lxml.html")),
    Format(
        "HTML", (".html", ".htm", ".xhtml"), html.read, lambda head: bool(_HTML.search(head)), modules=("trafilatura",)
    ),
)

SUFFIXES = tuple(suffix for kind in FORMATS for suffix in kind.suffixes)
"""The ends of names that Hudhud reads, each also packed."""


def by_name(name: str) -> Format | None:
    """The format that the end of a name says, whether packed or not.

    >>> by_name("day/A.TXT.gz").name
    'text'
    """
    plain = name.lower()
    while plain.endswith(compressed.SUFFIXES):
        plain = plain.rpartition(".")[0]
    return next((kind for kind in FORMATS if plain.endswith(kind.suffixes)), None)


def by_content(head: bytes) -> Format | None:
    """The format that the first bytes of a file say beyond doubt."""
    return next((kind for kind in FORMATS if kind.begins(head)), None)


def recognise(name: str, head: bytes) -> Format | None:
    """How to read a file: its first bytes win over its name, which a server or a person may have made up."""
    return by_content(head) or by_name(name)
